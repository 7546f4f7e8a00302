"""Every transcript of a phone, through the use case and through signed webhooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.app import create_app
from bot.usecases.services import Services
from tests.support import phone_transcripts
from tests.support.campaigns import open_campaign
from tests.support.fakes import SettableClock
from tests.support.people import Person
from tests.support.phone_transcripts import Cast, Happening
from tests.support.signing import TwilioClient, flask_transport
from tests.support.transcripts import show

EVERY = pytest.mark.parametrize(
    "path", phone_transcripts.all_transcripts(), ids=lambda path: path.stem
)
Send = Callable[[Cast, Happening, dict[str, str]], list[str]]


def play(path: Path, services: Services, clock: SettableClock, survey_path: Any, send: Send) -> str:
    title, head, *body = path.read_text(encoding="utf-8").splitlines()
    settings = dict(part.split(": ", 1) for part in re.split(r" {2,}", head.strip()))

    def add(name: str, group: str, codes: Sequence[str], *, walk_in: bool) -> str:
        return open_campaign(
            services,
            name=name,
            organisation=group,
            survey=survey_path(name),
            languages=codes,
            keyword=name,
            walk_in=walk_in,
        )

    cast = phone_transcripts.set_up(services, settings, add)
    lines = [title, head]
    for move in phone_transcripts.happenings(body):
        said: list[str] = []
        clock.forward(minutes=1)
        if move.passes is not None:
            clock.forward(seconds=move.passes.total_seconds())
        elif move.invites is not None:
            said = cast.invite(*move.invites)
        elif move.tells is not None:
            said = cast.tell(move.tells)
        elif move.queues is not None:
            cast.queue(move.queues)
        else:
            sid = cast.answers_sid(move)
            said = send(cast, move, {"sid": sid} if sid else {})
        lines += ["", move.line, *show(cast.facts(), said)]
        cast.remember()
    return "\n".join(lines) + "\n"


@EVERY
def test_the_use_case_holds_this_conversation(
    path: Path, demo: Services, clock: SettableClock, survey_path: Any, pytestconfig: Any
) -> None:
    def send(cast: Cast, move: Happening, answers: dict[str, str]) -> list[str]:
        more: dict[str, Any] = {"payload": move.tap[0]} if move.tap is not None else {}
        return Person(demo, cast.phone).says(
            move.text or "a button", answers_sid=answers.get("sid"), **more
        )

    rendered = play(path, demo, clock, survey_path, send)
    if pytestconfig.getoption("--update"):
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text(encoding="utf-8")


@EVERY
def test_signed_webhooks_hold_the_same_conversation(
    path: Path, demo: Services, clock: SettableClock, survey_path: Any
) -> None:
    transport = flask_transport(create_app(services=demo))

    def send(cast: Cast, move: Happening, answers: dict[str, str]) -> list[str]:
        fields = {"OriginalRepliedMessageSid": answers["sid"]} if answers else {}
        if move.tap is not None:
            fields |= {"ButtonPayload": move.tap[0], "ButtonText": "a button"}
        client = TwilioClient(transport, phone=cast.phone)
        answer = client.sends(move.text or "a button", **fields)
        assert answer.status == 200
        return answer.messages

    assert play(path, demo, clock, survey_path, send) == path.read_text(encoding="utf-8")
