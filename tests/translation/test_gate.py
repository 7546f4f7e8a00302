"""Nothing is launched in words that nobody approved; every reason is listed with where to go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.gateways.voices import PHRASES
from bot.usecases import campaigns
from bot.usecases.campaigns import CampaignError
from bot.usecases.scripts import Scripts
from bot.usecases.services import Services
from bot.usecases.texts import TranslationError, texts
from bot.usecases.translation import Reason, gate, where_to_go
from flows.spoken import NEVER_ALONE
from tests.support.campaigns import open_campaign, write_survey
from tests.support.people import Person
from tests.support.recordings import record
from tests.support.rows import rows
from tests.translation.conftest import BENGALI, SURVEY, House


def reasons(house: House, language: str = "bn") -> dict[tuple[str | None, str | None], Reason]:
    """(question, option) -> why it is in the way, for the survey's own texts."""
    return {
        (found.question, found.option): found.reason
        for found in gate(house.services, house.survey, language)
        if not found.context.startswith("bot/")
    }


def test_changing_one_english_word_blocks_every_language_but_english_and_touches_no_other_text(
    house: House,
) -> None:
    services, languages = house.services, ("bn", "ur", "so")
    for code in languages[1:]:
        house.say(code, {key: f"{code} {key[1]}" for key in BENGALI})
    before = {}
    for code in languages:
        house.sign(code)
        assert gate(services, house.survey, code) == []
        before[code] = house.statuses(code)
    changed = house.text("clinic/matters").wording.digest

    house.edit("matters most to you there", "matters most to you here")

    assert gate(services, house.survey, "en") == []
    for code in languages:
        (obstacle,) = gate(services, house.survey, code)
        assert (obstacle.question, obstacle.option) == ("matters", None)
        assert obstacle.reason is Reason.STALE
        with pytest.raises(CampaignError, match=f"Not signed off yet: {code}"):
            open_campaign(services, name=f"In {code}", survey=house.survey, languages=["en", code])
        after = house.statuses(code)
        stale = house.text("clinic/matters", language=code)
        assert after.pop(stale.wording.digest) == "stale"
        was = dict(before[code])
        del was[changed]
        assert after == was
        assert stale.previous is not None
        assert stale.previous.source == "What matters most to you there?"

    new = ("clinic/matters", "What matters most to you here?")
    for code, words in zip(languages, ("এখানে কী জরুরি?", "یہاں کیا اہم ہے؟", "Maxaa?"), strict=True):
        house.say(code, {new: words})
        (obstacle,) = gate(services, house.survey, code)
        assert obstacle.reason is Reason.UNSIGNED
        house.sign(code, string="clinic/matters")
        assert gate(services, house.survey, code) == []
    assert open_campaign(services, survey=house.survey, languages=["en", *languages])


def test_a_word_taken_back_brings_its_sign_off_back(house: House) -> None:
    house.sign()
    house.edit("Every day", "Each day")
    assert reasons(house) == {("visits", "daily"): Reason.STALE}
    house.edit("Each day", "Every day")
    assert reasons(house) == {}


def test_a_translation_that_is_changed_needs_a_new_sign_off(house: House) -> None:
    house.sign()
    house.say("bn", {("clinic/often/daily", "Every day"): "রোজ"})
    assert reasons(house) == {("visits", "daily"): Reason.UNSIGNED}


def test_every_reason_is_found_by_question_and_option(house: House) -> None:
    house.sign()
    house.say(
        "bn",
        {
            ("clinic/name", "What should we call you?"): "ক" * 671,
            ("clinic/visits", "How often do you visit the clinic, ${name}?"): "আপনি কত ঘন ঘন যান?",
            ("clinic/often/never", "Never"): "কখনো না",
        },
    )
    house.edit("hint: In your own words.", "hint: In your own words please.")
    path = Path(house.survey)
    path.write_text(
        path.read_text(encoding="utf-8") + "  - {type: text, name: more, label: Anything else}\n",
        encoding="utf-8",
    )
    assert reasons(house) == {
        ("name", None): Reason.TOO_LONG,
        ("visits", None): Reason.PLACEHOLDERS,
        ("visits", "never"): Reason.UNSIGNED,
        ("matters", None): Reason.STALE,
        ("more", None): Reason.MISSING,
    }


def test_the_refusal_lists_every_obstacle_on_a_line_of_its_own(house: House) -> None:
    obstacles = gate(house.services, house.survey, "bn")
    assert len(obstacles) == len(BENGALI) + len(PHRASES)
    with pytest.raises(CampaignError) as refused:
        open_campaign(house.services, survey=house.survey, languages=["en", "bn"])
    headline, *lines = str(refused.value).splitlines()
    assert headline.startswith("Not signed off yet: bn.")
    assert lines == [where_to_go(obstacle, house.survey) for obstacle in obstacles]
    assert lines[1] == (
        "bn: visits ('How often do you visit the clinic, ${na…'): unsigned. awaaz translation show "
        f"{house.survey} --language bn --string clinic/visits"
    )
    assert "visits, option daily ('Every day'): unsigned" in lines[2]
    assert [row["state"] for row in rows(house.services, "campaign")] == ["draft"]


def test_what_the_bot_says_of_its_own_accord_has_to_be_approved_too(house: House) -> None:
    for text in house.texts():
        if text.place.question is not None:
            house.sign(string=text.wording.digest)
    left = gate(house.services, house.survey, "bn")
    assert {found.context for found in left} == {phrase.context for phrase in PHRASES}
    assert "what the bot says of its own accord" in where_to_go(left[0], house.survey)


def test_english_needs_no_sign_off_but_has_to_fit(house: House) -> None:
    assert gate(house.services, house.survey, "en") == []
    assert texts(house.services, house.survey, "en") == []
    house.edit("In your own words.", "word " * 300)
    (obstacle,) = gate(house.services, house.survey, "en")
    assert (obstacle.question, obstacle.reason) == ("matters", Reason.TOO_LONG)
    with pytest.raises(CampaignError, match="too long"):
        open_campaign(house.services, survey=house.survey)


def test_every_survey_of_the_library_fits_in_english(services: Services) -> None:
    for name in services.surveys.names():
        assert gate(services, name, "en") == [], name


def test_a_survey_written_in_another_language_needs_its_english_approved(house: House) -> None:
    text = SURVEY.replace("form_id: clinic", "form_id: clinic, source_language: bn")
    survey = write_survey(Path(house.survey).parent, text, "clinic_bn")
    in_english = gate(house.services, survey, "en")
    assert {found.reason for found in in_english} == {Reason.MISSING}
    assert len(in_english) == len(BENGALI)
    assert {found.context.split("/")[0] for found in gate(house.services, survey, "bn")} == {"bot"}


def test_a_shorter_text_is_asked_for_only_where_there_is_one(house: House) -> None:
    house.edit('you there?", hint', 'you there?", sms: What matters, hint')
    house.sign()
    assert reasons(house) == {}
    house.say("bn", {("clinic/matters/sms", "What matters"): "কী জরুরি?"})
    assert reasons(house) == {("matters", None): Reason.UNSIGNED}


def test_a_fuzzy_translation_is_no_translation(house: House) -> None:
    house.sign()
    path = house.catalogue("bn").path
    entry = 'msgctxt "clinic/often/daily"'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(entry, f"#, fuzzy\n{entry}"), encoding="utf-8")
    assert reasons(house) == {("visits", "daily"): Reason.MISSING}
    text_there = house.text("clinic/often/daily", "option")
    assert text_there.previous is not None
    assert text_there.previous.text == "প্রতিদিন"


def test_what_a_catalogue_calls_obsolete_is_what_a_text_was(house: House) -> None:
    house.say("bn", {("clinic/often/daily", "Every single day"): "প্রত্যেক দিন"})
    path = house.catalogue("bn").path
    text = path.read_text(encoding="utf-8")
    entry = 'msgctxt "clinic/often/daily"\nmsgid "Every day"\nmsgstr "প্রতিদিন"\n'
    assert entry in text
    gone = 'msgctxt "clinic/often/daily"\nmsgid "Every single day"\nmsgstr "প্রত্যেক দিন"\n'
    obsolete = "".join(f"#~ {line}\n" for line in gone.splitlines())
    path.write_text(text.replace(entry, "").replace(gone, "") + obsolete, encoding="utf-8")
    found = house.text("clinic/often/daily", "option")
    assert found.status == "stale"
    assert found.previous is not None
    assert found.previous.text == "প্রত্যেক দিন"


def test_the_ledger_remembers_words_that_a_catalogue_has_dropped(house: House) -> None:
    house.sign()
    path = house.catalogue("bn").path
    entry = 'msgctxt "clinic/often/daily"\nmsgid "Every day"\nmsgstr "প্রতিদিন"\n'
    path.write_text(path.read_text(encoding="utf-8").replace(entry, ""), encoding="utf-8")
    house.edit("Every day", "Each day")
    found = house.text("clinic/often/daily", "option")
    assert found.status == "stale"
    assert found.previous is not None
    assert (found.previous.source, found.previous.text) == ("Every day", "প্রতিদিন")


def test_a_label_too_long_for_a_button_is_warned_about_and_not_refused(house: House) -> None:
    house.say("bn", {("clinic/often/daily", "Every day"): "প্রতিদিন সকালে এবং বিকালে"})
    house.sign()
    assert reasons(house) == {}
    warning = house.text("clinic/often/daily", "option").warning
    assert warning is not None
    assert "WhatsApp" in warning


def test_a_language_that_is_only_spoken_needs_its_recordings(house: House) -> None:
    said = len(PHRASES) - len(NEVER_ALONE)
    for text in house.texts("syl"):
        # What is written in a catalogue says nothing in a language that nobody reads.
        house.say("syl", {(text.wording.context, text.wording.source): text.wording.source})
    found = gate(house.services, house.survey, "syl")
    assert {obstacle.reason for obstacle in found} == {Reason.AUDIO}
    assert len(found) == 3 + said
    audio = house.locales / "syl" / "audio"
    record(audio, {one.context for one in found} - {"clinic/name", "clinic/visits"})
    left = [one for one in gate(house.services, house.survey, "syl") if one.reason is Reason.AUDIO]
    assert [one.question for one in left] == ["name", "visits"]
    # An imported survey brings its recordings along, named in the form or by their question.
    beside = Path(house.survey).parent / "audio" / "syl"
    (beside / "clinic").mkdir(parents=True)
    (beside / "clinic" / "name.mp3").write_bytes(b"ID3")
    house.edit('label: "How often', '"media::audio": {syl: how.ogg}, label: "How often')
    found = gate(house.services, house.survey, "syl")
    assert [one.question for one in found if one.reason is Reason.AUDIO] == ["visits"]
    (beside / "how.ogg").write_bytes(b"OggS")
    found = gate(house.services, house.survey, "syl")
    assert {one.reason for one in found} == {Reason.UNSIGNED}
    assert len(found) == 3 + said
    house.sign("syl")
    assert gate(house.services, house.survey, "syl") == []


def test_a_recording_of_a_survey_in_the_library_lies_with_its_language(house: House) -> None:
    found = gate(house.services, "wellbeing", "pnb")
    audio = {obstacle.context for obstacle in found if obstacle.reason is Reason.AUDIO}
    asked = house.services.surveys.load("wellbeing").survey.questions
    assert audio >= {question.label.context for question in asked if question.label is not None}
    assert audio >= {phrase.context for phrase in PHRASES if phrase not in NEVER_ALONE}


def test_a_campaign_speaks_the_words_that_were_approved_whatever_the_catalogue_says_later(
    house: House,
) -> None:
    house.sign()
    open_campaign(house.services, survey=house.survey, languages=["bn"])
    help_text = next(text for text in house.texts() if text.wording.context == "bot/help")
    assert help_text.current is not None
    house.say(
        "bn",
        {
            ("clinic/name", "What should we call you?"): "নাম?",
            help_text.current.key: "অনুমোদনহীন কথা",
        },
    )
    # Another process, which has read nothing yet.
    later = replace(house.services, scripts=Scripts(house.services.surveys, house.services.voices))
    amina = Person(later)
    assert amina.says("হ্যালো") == [BENGALI["clinic/name", "What should we call you?"]]
    assert amina.says("সাহায্য")[0].startswith(help_text.words)


def test_a_demonstration_speaks_drafts(house: House) -> None:
    demo = replace(house.services, settings=replace(house.services.settings, demo=True))
    assert gate(demo, house.survey, "bn")
    assert open_campaign(demo, survey=house.survey, languages=["en", "bn"])


def test_a_language_or_a_survey_that_is_not_there_is_said_in_one_line(house: House) -> None:
    with pytest.raises(TranslationError, match="There is no language 'xx'; there are am, ar, bn"):
        gate(house.services, house.survey, "xx")
    with pytest.raises(TranslationError, match="There is no survey 'nothing'; there are access"):
        gate(house.services, "nothing", "bn")
    with pytest.raises(CampaignError, match="There is no language 'xx'"):
        campaigns.create(
            house.services, name="A", organisation="b", survey="wellbeing", languages=["xx"]
        )
