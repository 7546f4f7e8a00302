"""A survey in a language that is only spoken: nothing is written, and everything is heard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.app import create_app
from bot.gateways.voices import PHRASES
from bot.usecases import campaign_state, outbox, recordings, wordings
from bot.usecases.campaigns import CampaignError
from bot.usecases.translation import Reason, gate
from flows.spoken import texts_to_record
from tests.support.campaigns import open_campaign, write_survey
from tests.support.launching import another
from tests.support.people import Person
from tests.support.recordings import ogg, record
from tests.support.rows import rows
from tests.support.signing import TwilioClient, flask_transport
from tests.voice.conftest import PHONE, SURVEY, House


def heard(house: House, person: Person, text: str) -> list[str]:
    """What is said to a message: names of recordings, and what is written."""
    frozen = rows(house.services, "survey_version")[-1]["recordings"]["pnb"]
    names = {digest: name for name, digest in frozen.items()}
    return [
        reply.body if reply.audio is None else names[reply.audio] for reply in person.writes(text)
    ]


@pytest.mark.parametrize("code", ["pnb", "syl"])
def test_a_spoken_language_is_launched_once_everything_is_recorded_and_approved(
    house: House, code: str
) -> None:
    survey = house.services.surveys.load(house.survey).survey
    needed = texts_to_record(survey, PHRASES)
    assert {one.reason for one in gate(house.services, house.survey, code)} == {Reason.AUDIO}
    house.record(code, without=("heard/life", "heard/agree/no_message"))
    unready = gate(house.services, house.survey, code)
    missing = [(one.question, one.source) for one in unready if one.reason is Reason.AUDIO]
    assert missing == [("agree", "Fine."), ("life", "How is life?")]
    assert len(unready) == len(needed)
    house.record(code)
    assert {one.reason for one in gate(house.services, house.survey, code)} == {Reason.UNSIGNED}
    with pytest.raises(CampaignError, match="Not signed off yet"):
        open_campaign(house.services, survey=house.survey, languages=[code])
    house.sign_off(code)
    assert gate(house.services, house.survey, code) == []
    campaign_state.launch(house.services, "listening")
    assert rows(house.services, "campaign")[-1]["state"] == "live"


def test_a_recording_that_was_made_anew_has_to_be_approved_anew(house: House) -> None:
    house.record("pnb")
    house.sign_off("pnb")
    (house.locales / "pnb" / "audio" / "heard" / "life.ogg").write_bytes(ogg("something else"))
    (left,) = gate(house.services, house.survey, "pnb")
    assert (left.question, left.reason) == ("life", Reason.UNSIGNED)


def test_a_file_that_whatsapp_would_not_play_is_no_recording(house: House) -> None:
    house.record("pnb")
    (house.locales / "pnb" / "audio" / "heard" / "life.ogg").write_bytes(b"RIFF0000WAVEfmt ")
    missing = [
        one for one in gate(house.services, house.survey, "pnb") if one.reason == "missing audio"
    ]
    assert [one.question for one in missing] == ["life"]


def test_a_whole_conversation_is_heard_and_nothing_is_written_but_numbers(house: House) -> None:
    person = house.ready()
    assert heard(house, person, "salam") == ["heard/agree", "bot/consent-by-voice", "1 · 2"]
    assert heard(house, person, "aho") == ["heard/life", "1 · 2"]
    assert heard(house, person, "maybe") == [
        "bot/not-understood",
        "bot/option",
        "heard/life",
        "1 · 2",
    ]
    assert heard(house, person, "2") == ["heard/matters", "bot/answer-by-voice"]
    assert heard(house, person, "my neighbours") == ["bot/thank-you"]
    assert person.conversation["outcome"] == "complete"
    written = [row["body"] for row in rows(house.services, "outbound") if row["body"]]
    assert set(written) == {"1 · 2"}


def test_the_words_of_an_answer_are_the_recording_that_was_heard(house: House) -> None:
    person = house.ready()
    for text in ("salam", "aho", "2"):
        person.says(text)
    answer = rows(house.services, "answer", question="life")[-1]
    (found,) = wordings.words_of(house.services, answer["wording"])
    frozen = rows(house.services, "survey_version")[-1]["recordings"]["pnb"]
    assert found.texts == (("recording heard/life", frozen["heard/life"]),)


def test_a_message_to_the_survey_by_sms_is_kept_and_not_answered(house: House) -> None:
    house.ready()
    by_sms = Person(house.services, "+447700900124")
    assert by_sms.says("salam") == []
    assert rows(house.services, "inbound", contact_point_id=by_sms.contact["id"])


def test_by_sms_a_spoken_language_is_not_in_the_menu(house: House) -> None:
    house.record("pnb")
    house.sign_off("pnb")
    open_campaign(house.services, survey=house.survey, languages=["en", "pnb"])
    by_sms, on_whatsapp = Person(house.services, "+447700900124"), Person(house.services, PHONE)
    name = house.services.voices.files.vocabularies["pnb"].name
    for person, offered in ((by_sms, False), (on_whatsapp, True)):
        person.says("hello")
        assert any(name in text for text in person.says("language")) is offered


def test_recordings_are_sent_beside_approved_words_on_whatsapp_alone(
    house: House, tmp_path: Path
) -> None:
    record(Path(house.survey).parent / "audio" / "en", ["heard/agree"])
    open_campaign(house.services, survey=house.survey)
    spoken, written = Person(house.services, PHONE).writes("hello")
    assert spoken.audio is not None
    assert spoken.body == ""
    assert written.audio is None
    assert written.body.startswith("May we ask you?")
    (by_sms,) = Person(house.services, "+447700900124").writes("hello")
    assert by_sms.audio is None
    assert rows(house.services, "outbound", audio=None)[-1]["question"] == "agree"


def test_a_recording_that_the_form_names_lies_beside_it(house: House, tmp_path: Path) -> None:
    text = SURVEY.replace(
        'label: "How is life?"', '"media::audio": {en: mine.ogg}, label: "How is life?"'
    )
    house.survey = write_survey(tmp_path, text, "named")
    record(tmp_path / "audio" / "en", ["mine"])
    open_campaign(house.services, survey=house.survey)
    person = Person(house.services, PHONE)
    person.says("hello")
    (spoken, _) = person.writes("yes")
    assert spoken.audio is not None
    found = recordings.find(house.services, spoken.audio)
    assert found is not None
    assert found.content == ogg("mine")


def test_what_was_frozen_is_heard_whatever_lies_on_disk_later(house: House) -> None:
    person = house.ready()
    (house.locales / "pnb" / "audio" / "heard" / "agree.ogg").write_bytes(ogg("changed"))
    first = person.writes("salam")[0]
    assert first.audio is not None
    found = recordings.find(house.services, first.audio)
    assert found is not None
    assert found.content == ogg("heard/agree")


def test_twilio_is_told_where_each_recording_lies_and_finds_it_there(house: House) -> None:
    house.ready()
    app = create_app(services=house.services)
    answer = TwilioClient(flask_transport(app), phone=PHONE).sends("salam")
    urls = re.findall(r"<Media>([^<]+)</Media>", answer.body.decode())
    assert len(urls) == 2
    public = house.services.settings.public_url
    assert all(re.fullmatch(rf"{public}/audio/[0-9a-f]{{64}}\.ogg", url) for url in urls)
    got = app.test_client().get(urls[0].removeprefix(public))
    assert (got.status_code, got.mimetype, got.data) == (200, "audio/ogg", ogg("heard/agree"))
    assert "immutable" in got.headers["Cache-Control"]
    assert "public" in got.headers["Cache-Control"]


def test_a_part_of_a_recording_can_be_asked_for_and_a_wrong_name_finds_nothing(
    house: House,
) -> None:
    person = house.ready()
    path = recordings.path(person.writes("salam")[0].audio or "")
    client = create_app(services=house.services).test_client()
    part = client.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")
    whole = client.get(path)
    again = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    for wrong in ("/audio/" + "0" * 64 + ".ogg", "/audio/../etc.ogg", "/audio/agree.ogg"):
        assert client.get(wrong).status_code == 404


def test_a_recording_that_goes_out_by_rest_is_media_and_no_text(house: House, sms) -> None:
    person = house.ready()
    person.writes("salam")
    (row,) = [r for r in rows(house.services, "outbound") if r["question"] == "agree"]
    audio = rows(house.services, "outbound")[0]["audio"]
    sent = another(house.services, row["id"], audio=audio, body="", kind="reply")
    assert outbox.send(house.services, [sent]) == 1
    assert sms.sent[-1].media_url == recordings.public_url(house.services, audio)
