"""Every transcript, against the engine and through signed webhooks; every type of question in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bot.app import create_app
from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from bot.usecases.listening_queue import decide_consent
from bot.usecases.services import Services
from flows.events import Heard, Media
from flows.meaning import SPOKEN_ONLY
from flows.state import State
from flows.survey import Kind
from tests.support import transcripts
from tests.support.campaigns import open_campaign
from tests.support.fakes import SettableClock
from tests.support.playing import OnTheClock, OnTheDatabase
from tests.support.recordings import record_all, with_room
from tests.support.rows import rows
from tests.support.signing import Answer, TwilioClient, flask_transport
from tests.support.talk import Talk
from tests.support.transcripts import Move, Transcript, all_transcripts, show

EVERY = pytest.mark.parametrize("path", all_transcripts(), ids=lambda path: path.stem)


def check(transcript: Transcript, rendered: str, update: bool) -> None:
    if update:
        transcript.path.write_text(rendered, encoding="utf-8")
    assert rendered == transcript.path.read_text(encoding="utf-8")


@EVERY
def test_the_engine_holds_this_conversation(
    path: Path, voices: Voices, surveys: SurveyFiles, survey_path: Any, pytestconfig: Any
) -> None:
    transcript = transcripts.read(path)
    survey = surveys.load(survey_path(transcript.settings["survey"])).survey
    family = voices.family(transcript.languages)
    talk = Talk(survey, family, transcript.languages[0])

    phone = OnTheClock(talk, transcript.plan)

    def play(move: Move) -> list[str]:
        if move.passes is not None:
            return phone.passes(move.passes)
        if move.happens is not None:
            return phone.happens(move.happens)
        if move.heard is not None:
            talk.happen(Heard(move.heard, talk.now))
            return _shown(talk)
        phone.before_message()
        media = () if move.sent is None else (move.sent[0],)
        addresses = () if move.sent is None else (move.sent[1],)
        talk.send(move.text, payload=move.payload, media=media, addresses=addresses)
        phone.after_step()
        return _shown(talk)

    check(transcript, transcript.render(play), pytestconfig.getoption("--update"))


@EVERY
def test_signed_webhooks_hold_the_same_conversation(
    path: Path, demo: Services, clock: SettableClock, survey_path: Any, tmp_path: Path
) -> None:
    transcript = transcripts.read(path)
    survey = survey_path(transcript.settings["survey"])
    spoken = SPOKEN_ONLY & set(transcript.languages)
    if spoken:
        demo = with_room(demo, tmp_path / "locales")
    for code in spoken:
        record_all(demo, tmp_path / "locales", survey, code)
    slug = open_campaign(demo, survey=survey, languages=transcript.languages, plan=transcript.plan)
    whatsapp = transcript.settings["channel"] == "whatsapp"
    prefix = "whatsapp:" if whatsapp else ""
    client = TwilioClient(
        flask_transport(create_app(services=demo)), phone=f"{prefix}+447700900123"
    )

    phone = OnTheDatabase(demo, clock, slug, client.phone, survey)

    def play(move: Move) -> list[str]:
        if move.passes is not None:
            return phone.passes(move.passes)
        if move.happens is not None:
            return phone.happens(move.happens)
        before = _conversation(demo)
        if move.heard is not None:
            messages = _heard(demo, agreed=move.heard)
            return show(_facts(demo, before), messages)
        answer = client.sends(move.text, **_fields(move))
        assert answer.status == 200
        return show(_facts(demo, before), _messages(demo, answer))

    assert transcript.render(play) == path.read_text(encoding="utf-8")


def _shown(talk: Talk) -> list[str]:
    spoken = transcripts.said(talk.effects, talk.languages[talk.state.language])
    return show(transcripts.facts_of(talk.effects), spoken)


def _names(services: Services) -> dict[str, str]:
    """Digest of a recording -> its name."""
    frozen = rows(services, "survey_version")[-1]["recordings"]
    return {digest: name for kept in frozen.values() for name, digest in kept.items()}


def _messages(services: Services, answer: Answer) -> list[str]:
    names = _names(services)
    found = []
    for message in ET.fromstring(answer.body).findall("Message"):
        url = message.findtext("Media")
        name = None if url is None else names[url.rpartition("/")[2].removesuffix(".ogg")]
        found.append(message.text or "" if name is None else transcripts.recording(name))
    return found


def _heard(services: Services, *, agreed: bool) -> list[str]:
    """A person listens to the last voice note; what waits in the outbox then."""
    note = rows(services, "attachment")[-1]["id"]
    decide_consent(services, note, agreed=agreed, who="Farah Malik")
    names = _names(services)
    waiting = rows(services, "outbound", state="queued")
    return [
        row["body"] if row["audio"] is None else transcripts.recording(names[row["audio"]])
        for row in waiting
    ]


def _fields(move: Move) -> dict[str, str]:
    fields: dict[str, str] = {}
    if move.payload is not None:
        fields |= {"ButtonPayload": move.payload, "ButtonText": "a button"}
    if move.sent is not None:
        kind, address = move.sent
        if kind is Media.LOCATION:
            latitude, longitude = address.removeprefix("geo:").split(",")
            fields |= {"Latitude": latitude, "Longitude": longitude}
        else:
            content = {Media.AUDIO: "audio/ogg", Media.PICTURE: "image/jpeg"}[kind]
            fields |= {"NumMedia": "1", "MediaContentType0": content, "MediaUrl0": address}
    return fields


def _conversation(services: Services) -> dict[str, Any]:
    found = rows(services, "conversation")
    return found[-1] if found else {"language": None, "outcome": None, "state": None}


def _facts(services: Services, before: dict[str, Any]) -> list[str]:
    """What the last message left in the database."""
    inbound = rows(services, "inbound")[-1]["id"]
    now = _conversation(services)
    found: list[tuple[str, str]] = []
    found += [
        ("concern", "a person is asked to look")
        for _ in rows(services, "concern", inbound_id=inbound)
    ]
    state = State.from_json(now["state"])
    was = State.from_json(before["state"]) if before["state"] else None
    chosen = state.language_chosen and not (was and was.language_chosen)
    if chosen or (was is not None and was.language != state.language):
        found.append(("language", f"language {state.language}"))
    for row in rows(services, "asked_again", inbound_id=inbound):
        fact = transcripts.asked_again(row["question"], row["why"], row["attempt"])
        found.append(("asked again", fact))
    for row in rows(services, "answer", inbound_id=inbound):
        if row["missing"]:
            found.append(("answer", f"left out {row['question']}: {row['missing']}"))
        else:
            fact = transcripts.saved(row["question"], row["value"], row["how"])
            found.append(("answer", fact))
    found += [
        ("consent", f"consent {row['act']}")
        for row in rows(services, "consent", inbound_id=inbound)
    ]
    requests = rows(services, "erasure_request")
    if requests and now["outcome"] == "erased" and before["outcome"] != "erased":
        found.append(("erasure", "erasure requested"))
    if state.phase == "paused":
        found.append(("waits", "waits"))
    if now["outcome"] != before["outcome"] and now["outcome"] is not None:
        found.append(("finished", f"finished: {now['outcome']}"))
    return transcripts.in_order(found)


def test_every_type_of_question_has_a_transcript(surveys: SurveyFiles, survey_path: Any) -> None:
    asked: set[Kind] = set()
    for path in all_transcripts():
        transcript = transcripts.read(path)
        survey = surveys.load(survey_path(transcript.settings["survey"])).survey
        asked |= {
            question.kind
            for question in survey.questions
            if f"({question.name} = " in transcript.text
        }
        asked |= {question.kind for question in survey.questions if not question.takes_answer}
    assert asked == set(Kind)


@pytest.mark.parametrize("language", ["en", "bn", "ur", "so"])
def test_every_language_of_the_first_release_has_six_transcripts(language: str) -> None:
    found = [path for path in all_transcripts() if path.stem.startswith(f"{language}-")]
    assert len(found) >= 6
