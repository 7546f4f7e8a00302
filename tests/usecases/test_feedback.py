"""You said, we did: composed, signed off by somebody else, told to whom it may be told, and reacted to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.usecases import (
    audit,
    campaign_state,
    erasure,
    feedback,
    feedback_counts,
    feedback_templates,
    feedback_wishes,
    feedback_writing,
    sweep,
    telling,
    templates,
)
from bot.usecases.feedback_counts import Became
from bot.usecases.feedback_hands import FeedbackError, Hand
from bot.usecases.services import Services
from bot.usecases.telling_people import LeftOut
from flows.meaning import Status
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import FakeTwilio, SettableClock
from tests.support.feedback import (
    DONE,
    HEARD,
    OTHER,
    URDU,
    WRITER,
    compose,
    send_all,
    sign_off,
    told,
    took_part,
)
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.waves import change

SMALL = """
settings: {form_id: walk}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
survey:
  - {type: text, name: matters, label: "How was the walk?"}
  - {type: select_one yes_no, name: tell, label: "May we tell you what comes of it?"}
"""
SID = "HX" + "a" * 32


@pytest.fixture
def small(services: Services, tmp_path: Path) -> str:
    """A live campaign that asks whether people want to be told."""
    return open_campaign(services, survey=write_survey(tmp_path, SMALL), keyword="walk")


@pytest.fixture
def spoken(demo: Services) -> str:
    """A live campaign in English, Urdu and Sylheti."""
    slug = open_campaign(demo, survey="listening", languages=["en", "ur"])
    change(demo, slug, languages=["en", "ur", "syl"])
    return slug


def status(services: Services, slug: str, language: str) -> Status:
    return feedback.opened(services, slug).standing(language).status


def test_somebody_else_signs_off_and_a_changed_word_takes_it_back(
    demo: Services, spoken: str
) -> None:
    compose(demo, spoken)
    with pytest.raises(FeedbackError, match="wrote it"):
        feedback_writing.sign_off(demo, spoken, "en", hand=WRITER)
    # Known by another name, she is still who wrote it.
    hand = Hand("w@example.org", ("w@example.org", "w. riter"))
    with pytest.raises(FeedbackError, match="wrote it"):
        feedback_writing.sign_off(demo, spoken, "en", hand=hand)
    assert status(demo, spoken, "en") is Status.DRAFT
    assert status(demo, spoken, "ur") is Status.MISSING
    with pytest.raises(FeedbackError, match="missing"):
        sign_off(demo, spoken, "ur")
    feedback_writing.translate(demo, spoken, "ur", **URDU, hand=OTHER)
    sign_off(demo, spoken, "en", "ur")
    assert status(demo, spoken, "ur") is Status.SIGNED_OFF
    found = feedback.opened(demo, spoken).standing("ur")
    assert (found.author, found.signer, found.direction) == ("O. Ther", "T. Hird", "rtl")
    assert URDU["heard"] in found.message
    compose(demo, spoken, done="We moved it to nine.")
    assert status(demo, spoken, "en") is Status.DRAFT
    assert status(demo, spoken, "ur") is Status.STALE
    # The old words again are the words that were approved.
    compose(demo, spoken)
    assert status(demo, spoken, "ur") is Status.SIGNED_OFF
    log = [one.what for one in audit.entries(demo, _organisation(demo))]
    assert log.count("feedback.signed_off") == 2
    assert log.count("feedback.composed") == 3


def _organisation(services: Services) -> int:
    return int(rows(services, "organisation")[0]["id"])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"heard": " "}, "Write both"),
        ({"heard": "x" * 1600}, "more briefly"),
        ({"asked": "age"}, "no question 'age' that is answered with yes or no; it has: tell"),
    ],
)
def test_what_can_not_be_composed_is_refused(
    services: Services, small: str, more: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FeedbackError, match=sentence):
        compose(services, small, **more)
    for step in (
        lambda: sign_off(services, small),
        lambda: telling.send(services, small, hand=WRITER),
        lambda: feedback_templates.define(services, small, "en"),
    ):
        with pytest.raises(FeedbackError, match="Nothing is composed"):
            step()
    compose(services, small)
    for language, words in (("en", "composed in"), ("bn", "does not speak")):
        with pytest.raises(FeedbackError, match=words):
            feedback_writing.translate(services, small, language, **URDU, hand=OTHER)
    with pytest.raises(FeedbackError, match="The English is not signed off"):
        telling.send(services, small, hand=WRITER)


def test_who_said_yes_is_told_and_nobody_who_said_no_stopped_or_left(
    services: Services, small: str, sms: FakeTwilio
) -> None:
    yes, no, stopped, silent = (Person(services, f"+44770090020{n}") for n in range(4))
    for person in (yes, no, stopped, silent):
        person.says("walk")
    for person, word in ((yes, "yes"), (no, "no"), (stopped, "yes")):
        person.goes_through("It was good.", word)
    stopped.says("stop")
    compose(services, small, asked="tell")
    sign_off(services, small)
    found = telling.audience(services, small)
    assert found.ready == {"en": 1}
    assert found.left_out_in("en") == [(LeftOut.STOPPED, 1), (LeftOut.REFUSED, 1)]
    # What came of it is told when the campaign is over, too.
    campaign_state.close(services, small)
    before = len(sms.sent)
    told(services, small)
    (message,) = sms.sent[before:]
    assert message.to.address.endswith("200")
    assert message.body.startswith("You answered questions from Aston Dars group.")
    assert HEARD in message.body
    assert DONE in message.body
    assert message.body.endswith("Reply yes or no.")
    (agreed,) = rows(services, "consent", purpose="findings")
    assert (agreed["act"], agreed["raw"], agreed["source"]) == ("given", "yes", "message")
    # Nobody is told twice; the English stays as it was told.
    assert telling.audience(services, small).told == {"en": 1}
    told(services, small)
    assert len(sms.sent) == before + 1
    with pytest.raises(FeedbackError, match="It was sent"):
        compose(services, small, asked="tell", heard="Something else.")


def test_the_houses_own_question_is_offered_and_one_that_asks_something_else_is_not(
    services: Services, tmp_path: Path
) -> None:
    slug = open_campaign(services, survey="event_feedback")
    assert feedback.opened(services, slug).offered == "tell"
    # Agreed to elsewhere: that is kept, and not offered anew.
    compose(services, slug)
    assert feedback.opened(services, slug).offered is None
    compose(services, slug, asked="tell")
    assert feedback.opened(services, slug).offered == "tell"
    text = SMALL.replace("walk}", "other}").replace("name: tell", "name: welcome")
    other = open_campaign(services, name="Other", walk_in=False,
                          survey=write_survey(tmp_path, text, "other"))  # fmt: skip
    found = feedback.opened(services, other)
    assert ([name for name, _words in found.questions], found.offered) == (["welcome"], None)


def test_a_stop_between_the_decision_and_the_message_is_heard(
    services: Services, small: str, sms: FakeTwilio
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    telling.send(services, small, hand=WRITER)
    before = len(sms.sent)
    person.says("stop")
    send_all(services)
    assert len(sms.sent) == before
    (line,) = feedback_counts.counts(services, small).lines
    assert line.became == {Became.CANCELLED: 1}


def test_a_word_in_the_ledger_is_newer_than_an_answer_or_older(
    services: Services, small: str, clock: SettableClock
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    (row,) = rows(services, "participant")
    with pytest.raises(FeedbackError, match="how she was asked"):
        feedback_wishes.keep(services, small, row["pseudonym"], agreed=False, how=" ", hand=OTHER)
    with pytest.raises(FeedbackError, match="Nobody called"):
        feedback_wishes.keep(services, small, "nobody", agreed=False, how="rang", hand=OTHER)
    clock.forward(minutes=1)
    feedback_wishes.keep(services, small, row["pseudonym"], agreed=False, how="rang", hand=OTHER)
    assert telling.audience(services, small).left_out == {("en", LeftOut.REFUSED): 1}
    clock.forward(minutes=1)
    feedback_wishes.keep(services, small, row["pseudonym"], agreed=True, how="rang", hand=OTHER)
    assert telling.audience(services, small).ready == {"en": 1}


def test_each_language_goes_when_it_is_signed_off_and_a_recording_is_played(
    demo: Services, spoken: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    took_part(demo, spoken, ["en", "ur"])
    took_part(demo, spoken, ["syl"], first=2)
    (by_whatsapp,) = took_part(demo, spoken, ["syl"], channel="whatsapp", first=3)
    took_part(demo, spoken, ["en"], agreed=False, first=4)
    compose(demo, spoken)
    sign_off(demo, spoken)
    found = telling.send(demo, spoken, hand=WRITER)
    assert found.ready == {"en": 1}
    assert found.left_out == {
        ("ur", LeftOut.NOT_READY): 1,
        ("syl", LeftOut.NO_RECORDING): 1,
        ("syl", LeftOut.NOT_READY): 1,
        ("en", LeftOut.NOT_AGREED): 1,
    }
    with pytest.raises(FeedbackError, match="only spoken"):
        feedback_writing.translate(demo, spoken, "syl", **URDU, hand=OTHER)
    with pytest.raises(FeedbackError, match="is written"):
        feedback_writing.record(demo, spoken, "ur", b"OggS sound", hand=OTHER)
    with pytest.raises(FeedbackError, match="does not play"):
        feedback_writing.record(demo, spoken, "syl", b"MZ", hand=OTHER)
    digest = feedback_writing.record(demo, spoken, "syl", b"OggS sound", hand=OTHER)
    with pytest.raises(FeedbackError, match="wrote it"):
        feedback_writing.sign_off(demo, spoken, "syl", hand=OTHER)
    feedback_writing.translate(demo, spoken, "ur", **URDU, hand=OTHER)
    sign_off(demo, spoken, "ur", "syl")
    Person(demo, f"whatsapp:{by_whatsapp}").says("hello again")
    assert telling.send(demo, spoken, hand=WRITER).ready == {"ur": 1, "syl": 1}
    send_all(demo)
    heard = [one for one in sms.sent if one.media_url]
    assert [str(one.media_url).rpartition("/")[2] for one in heard] == [f"{digest}.ogg"]
    lines = {one.language: one for one in feedback_counts.counts(demo, spoken).lines}
    assert {code: line.told for code, line in lines.items()} == {"en": 1, "syl": 1, "ur": 1}


def test_outside_of_whatsapps_window_it_waits_for_an_approval_of_these_very_words(
    demo: Services, spoken: str, sms: FakeTwilio, clock: SettableClock
) -> None:
    took_part(demo, spoken, ["en"], channel="whatsapp")
    compose(demo, spoken)
    with pytest.raises(FeedbackError, match="signed off first"):
        feedback_templates.define(demo, spoken, "en")
    sign_off(demo, spoken)
    told(demo, spoken)
    assert sms.sent == []
    counted = feedback_counts.counts(demo, spoken)
    assert counted.held == 1
    assert [row["kind"] for row in rows(demo, "alert")] == ["template missing"]
    definition = feedback_templates.define(demo, spoken, "en")
    templates.register(demo, definition, SID, "approved")
    for language, words in (("syl", "only spoken"), ("bn", "does not speak")):
        with pytest.raises(FeedbackError, match=words):
            feedback_templates.define(demo, spoken, language)
    clock.forward(hours=2)
    send_all(demo)
    (message,) = sms.sent
    assert message.template is not None
    assert message.template.content_sid == SID
    assert HEARD in rows(demo, "outbound")[-1]["body"]
    assert feedback_counts.counts(demo, spoken).held == 0


def test_it_keeps_quiet_hours_and_waits_for_the_end_of_another_survey(
    services: Services, small: str, tmp_path: Path, sms: FakeTwilio, clock: SettableClock
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    other = SMALL.replace("walk}", "other}")
    open_campaign(services, name="Other", walk_in=False, keyword="green",
                  survey=write_survey(tmp_path, other, "other"))  # fmt: skip
    person.says("green")
    before = len(sms.sent)
    told(services, small)
    assert len(sms.sent) == before
    # A number is an answer there, and no reaction.
    person.goes_through("5", "no")
    assert rows(services, "feedback_reaction") == []
    clock.moment = clock.moment.replace(hour=22)
    send_all(services)
    assert len(sms.sent) == before
    clock.forward(hours=14)
    sweep.sweep(services)
    send_all(services)
    assert len(sms.sent) == before + 1


@pytest.mark.parametrize(
    ("text", "reading"),
    [("5", "5"), ("👍🏾", "yes"), ("No.", "no"), ("It helped my mother a lot, thank you", "words")],
)
def test_a_reply_within_a_week_is_a_reaction_and_no_answer(
    services: Services, small: str, clock: SettableClock, text: str, reading: str
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    told(services, small)
    answers = rows(services, "answer")
    clock.forward(days=6)
    assert person.says(text) == []
    (kept,) = rows(services, "feedback_reaction")
    assert (kept["reading"], kept["language"]) == (reading, "en")
    assert rows(services, "answer") == answers
    clock.forward(days=2)
    person.says("late")
    assert len(rows(services, "feedback_reaction")) == 1
    (line,) = feedback_counts.counts(services, small).lines
    assert (line.told, line.reacted) == (1, 1)


def test_commands_and_what_the_bot_asks_after_them_are_no_reactions(
    services: Services, small: str
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    told(services, small)
    assert "delete everything" in person.says("delete")[-1]
    person.says("yes")
    assert rows(services, "feedback_reaction") == []
    assert len(rows(services, "erasure_request")) == 1


def test_a_quoted_reply_is_a_reaction_in_the_middle_of_another_survey(
    services: Services, small: str, tmp_path: Path, sms: FakeTwilio
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    told(services, small)
    other = SMALL.replace("walk}", "other}")
    open_campaign(services, name="Other", walk_in=False, keyword="green",
                  survey=write_survey(tmp_path, other, "other"))  # fmt: skip
    person.says("green")
    assert person.says("4", answers_sid=sms.sent[-1].sid) == []
    assert [row["reading"] for row in rows(services, "feedback_reaction")] == ["4"]
    assert rows(services, "answer", raw="4") == []


def test_words_of_danger_in_a_reaction_are_heard_and_erasing_forgets_the_reaction(
    services: Services, small: str
) -> None:
    person = Person(services)
    person.goes_through("walk", "Good.", "yes")
    compose(services, small, asked="tell")
    sign_off(services, small)
    told(services, small)
    assert "999" in person.says("I want to kill myself")[0]
    assert len(rows(services, "concern")) == 1
    assert len(rows(services, "feedback_reaction")) == 1
    person.goes_through("delete", "yes")
    (request,) = rows(services, "erasure_request")
    assert erasure.erase(services, [request["id"]]) == 1
    assert rows(services, "feedback_reaction") == []
    assert rows(services, "outbound", body=HEARD) == []


def test_what_they_said_is_shown_of_ten_or_more_and_hidden_where_it_is_few(
    demo: Services, spoken: str, clock: SettableClock
) -> None:
    numbers = took_part(demo, spoken, ["en"] * 14)
    compose(demo, spoken)
    sign_off(demo, spoken)
    told(demo, spoken)
    for place, number in enumerate(numbers):
        Person(demo, number).says("yes" if place else "no")
    counted = feedback_counts.counts(demo, spoken)
    assert (counted.lines[0].reacted, counted.reactions, counted.open) == (14, None, True)
    clock.forward(days=40)
    counted = feedback_counts.counts(demo, spoken)
    assert (counted.people, counted.open) == (14, False)
    assert counted.reactions is not None
    assert counted.reactions.all["no"] is None
    assert counted.reactions.all["yes"] is None
