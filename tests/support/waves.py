"""Campaigns whose answers are already there: rows as a finished conversation leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from bot.store import inbox
from bot.usecases import figures
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.services import Services
from flows.scoring import scores
from flows.state import State
from tests.support.rows import rows


def answered(
    services: Services,
    campaign: str,
    people: Sequence[Mapping[str, Any]],
    *,
    language: str | Sequence[str] = "en",
    mode: str = "self",
    first: int = 0,
) -> list[int]:
    """A finished, scored conversation for each person's answers; their ids.

    Args:
        people: question -> answer. The same place in two campaigns is the same person.
        first: the place of the first of them.
    """
    (row,) = rows(services, "campaign", slug=campaign)
    now = services.clock.now()
    ids = []
    with services.database.transaction() as work:
        connection = work.connection
        script = services.scripts.get(connection, row["survey_version_id"], row["languages"])
        for place, answers in enumerate(people, first):
            spoken = language if isinstance(language, str) else language[place - first]
            state = State(language=spoken, answers=answers, outcome="complete")  # type: ignore[arg-type]
            conversation = inbox.add(
                connection,
                inbox.CONVERSATION,
                campaign_id=row["id"],
                participant_id=_participant(connection, row, place, now),
                contact_point_id=_contact(connection, place, now),
                survey_version_id=row["survey_version_id"],
                channel="sms", mode=mode, language=spoken, state=state.to_json(),
                outcome="complete", created=now, updated=now, reminded=0,
                finished=now + timedelta(seconds=place), analysed=now,
            )  # fmt: skip
            ids.append(conversation)
            connection.execute(
                insert(ANSWER),
                [
                    {
                        "conversation_id": conversation, "question": question, "raw": str(value),
                        "value": list(value) if isinstance(value, tuple) else value,
                        "how": "test", "language": spoken, "wording": "", "answered": now,
                    }
                    for question, value in answers.items()
                ],
            )  # fmt: skip
            found = scores(script.survey, answers)
            if found:
                connection.execute(
                    insert(SCORE), [{"conversation_id": conversation} | asdict(f) for f in found]
                )
    return ids


def _participant(connection: Any, campaign: Mapping[str, Any], place: int, now: Any) -> int:
    pseudonym = f"p{place:05}"
    table = inbox.PARTICIPANT
    values = {
        "pseudonym": pseudonym, "organisation_id": campaign["organisation_id"], "created": now,
    }  # fmt: skip
    inbox.insert_once(connection, table, values)
    return int(connection.scalar(table.select().where(table.c.pseudonym == pseudonym)))


def _contact(connection: Any, place: int, now: Any) -> int:
    values = {
        "channel": "sms", "address": b"", "address_index": f"{place:05}".encode(),
        "simulated": False, "created": now,
    }  # fmt: skip
    return inbox.lock_contact(connection, values).id


def change(services: Services, campaign: str, **values: Any) -> None:
    """Give a campaign's row other values: `closed`, `wave`, `follows_id`, `plan`."""
    with services.database.transaction() as work:
        row = figures.campaign_of(work.connection, campaign)
        work.connection.execute(
            update(inbox.CAMPAIGN).where(inbox.CAMPAIGN.c.id == row.id).values(**values)
        )


def close(services: Services, *campaigns: str) -> None:
    """Nobody can answer any more."""
    for campaign in campaigns:
        change(services, campaign, closed=services.clock.now())


def who5(score: int) -> dict[str, str]:
    """Five answers whose WHO-5 is this, a multiple of four."""
    raw = score // 4
    return {f"who5_{i}": str(raw // 5 + (i <= raw % 5)) for i in range(1, 6)}
