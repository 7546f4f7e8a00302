"""Transcripts of a phone: several campaigns, organisations and people, as a partner can read them.

    Two campaigns on one number
    campaigns: wellbeing, listening   organisations: Aston Dars group, Central Hall   channel: sms

    Them:  listening
           (joins listening)
    Bot:   ...

Each campaign has its name for a keyword; the first one is open to anyone. `household: Amina 4711, Hamid`
says who answers from the phone, and her four digits. What happens besides `Them:` is in brackets: (wellbeing
invites Amina), (listening is about to invite), (listening closes and tells what came of it), (3 hours pass),
(taps who5_1:4), (taps who5_1:4 of wellbeing); and `Them (quoting "cheerful"):` is a reply to the last message
with that word. What was stored
follows, each with the campaign and the person it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bot.store import inbox
from bot.usecases.phone_questions import NICKNAME
from bot.usecases.services import Services
from tests.support import feedback, phones, transcripts
from tests.support.campaigns import write_survey
from tests.support.rows import rows

FOLDER = transcripts.FOLDER / "phones"
_INDENT = " " * 7
_THEM = re.compile(r'Them(?: \(quoting "(.+)"\))?:(?:  (.*))?')
_INVITES = re.compile(r"\((\S+) invites(?: (\w+))?\)")
_QUEUES = re.compile(r"\((\S+) is about to invite\)")
_TELLS = re.compile(r"\((\S+) closes and tells what came of it\)")
_PASSES = re.compile(r"\((\d+) (hours?|days?|minutes?) pass(?:es)?\)")
_TAP = re.compile(r"\(taps (\S+)(?: of (\S+))?\)")

__all__ = ["FOLDER", "Cast", "Happening", "write_survey"]


@dataclass(frozen=True)
class Happening:
    """What happens next, as it stands in the file."""

    line: str
    text: str | None = None
    quotes: str | None = None
    tap: tuple[str, str | None] | None = None
    invites: tuple[str, str | None] | None = None
    queues: str | None = None
    tells: str | None = None
    passes: timedelta | None = None


def all_transcripts() -> list[Path]:
    """Every transcript of a phone."""
    return sorted(FOLDER.glob("*.txt"))


def happenings(lines: list[str]) -> Iterator[Happening]:
    """What people do in a transcript; everything else in it is what came of it."""
    for line in lines:
        bare = line.strip()
        if found := _THEM.fullmatch(line):
            yield Happening(line, text=found[2] or "", quotes=found[1])
        elif found := _TAP.fullmatch(bare):
            yield Happening(line, tap=(found[1], found[2]))
        elif found := _INVITES.fullmatch(bare):
            yield Happening(line, invites=(found[1], found[2]))
        elif found := _QUEUES.fullmatch(bare):
            yield Happening(line, queues=found[1])
        elif found := _TELLS.fullmatch(bare):
            yield Happening(line, tells=found[1])
        elif found := _PASSES.fullmatch(bare):
            unit = found[2] if found[2].endswith("s") else f"{found[2]}s"
            yield Happening(line, passes=timedelta(**{unit: int(found[1])}))


@dataclass
class Cast:
    """A transcript's campaigns and people in the database, and what was there before each move."""

    services: Services
    settings: dict[str, str]
    phone: str
    names: dict[int, str]
    seen: dict[str, int]

    def invite(self, campaign: str, name: str | None) -> list[str]:
        """A campaign asks its first question; what it says."""
        people = {nickname: person for person, nickname in self.names.items()}
        participant = None if name is None else people[name]
        phones.invite(self.services, campaign, self.phone, participant)
        return [row["body"] for row in self.new("outbound")]

    def queue(self, campaign: str) -> None:
        """A campaign's first question waits in the outbox."""
        phones.invite(self.services, campaign, self.phone, state="queued")

    def tell(self, campaign: str) -> list[str]:
        """A campaign is closed and tells what came of it; what has left for the phone."""
        feedback.close_and_tell(self.services, campaign)
        return [row["body"] for row in self.new("outbound") if row["state"] == "sent"]

    def answers_sid(self, move: Happening) -> str | None:
        """The message that is tapped or quoted, as the provider knows it."""
        sent = reversed(rows(self.services, "outbound"))
        if move.quotes is not None:
            return next(row["provider_sid"] for row in sent if move.quotes in row["body"])
        if move.tap is None or move.tap[1] is None:
            return None
        question = move.tap[0].partition(":")[0]
        return next(
            row["provider_sid"]
            for row in sent
            if row["question"] == question and self._campaign(row) == move.tap[1]
        )

    def new(self, table: str) -> list[dict[str, Any]]:
        """The rows that a move added."""
        return [row for row in rows(self.services, table) if row["id"] > self.seen.get(table, 0)]

    def remember(self) -> None:
        """Everything there is now is old; and the provider has named what it sent."""
        with self.services.database.transaction() as work:
            for row in self.new("outbound"):
                work.connection.execute(
                    update(inbox.OUTBOUND)
                    .where(inbox.OUTBOUND.c.id == row["id"])
                    .values(provider_sid=f"SMof{row['id']:030x}")
                )
        for table in ("conversation", "enrolment", "household", "answer", "asked_again",
                      "feedback_reaction"):  # fmt: skip
            self.seen[table] = max((row["id"] for row in rows(self.services, table)), default=0)
        self.closed = self._closed()
        self.cancelled = len(rows(self.services, "outbound", state="cancelled"))
        for table in ("consent", "concern", "outbound"):
            self.seen[table] = max((row["id"] for row in rows(self.services, table)), default=0)
        self.before = {row["id"]: row for row in rows(self.services, "conversation")}

    def facts(self) -> list[str]:
        """What the last move left in the database."""
        for row in self.new("household"):
            nickname = self.services.keys.decrypt(row["nickname"], column=NICKNAME)
            self.names[row["participant_id"]] = nickname
        found = [f"joins {self._whose(row['id'])}" for row in self.new("conversation")]
        found += [
            f"waits for {self._slug(row['campaign_id'])}"
            for row in self.new("enrolment")
            if row["state"] == "turn"
        ]
        found += ["a person is asked to look" for _ in self.new("concern")]
        found += [
            self._of(row, transcripts.asked_again(row["question"], row["why"], row["attempt"]))
            for row in self.new("asked_again")
        ]
        for row in self.new("answer"):
            fact = f"left out {row['question']}: {row['missing']}"
            if not row["missing"]:
                fact = transcripts.saved(row["question"], row["value"], row["how"])
            found.append(self._of(row, fact))
        found += [self._consent(row) for row in self.new("consent")]
        found += [f"says of it: {row['reading']}" for row in self.new("feedback_reaction")]
        found += [
            f"{self._organisation(organisation)} may not write"
            for organisation in sorted(self._closed() - self.closed)
        ]
        cancelled = len(rows(self.services, "outbound", state="cancelled")) - self.cancelled
        found += [f"not sent any more: {cancelled}"] if cancelled else []
        return found + self._ends()

    def _closed(self) -> set[int]:
        return {row["organisation_id"] for row in rows(self.services, "opt_out")}

    def _ends(self) -> list[str]:
        found = []
        for row in rows(self.services, "conversation"):
            before = self.before.get(row["id"], {"outcome": None, "language": row["language"]})
            if row["language"] != before["language"]:
                found.append(f"{self._whose(row['id'])}: language {row['language']}")
            if row["outcome"] != before["outcome"]:
                end = f"finished: {row['outcome']}" if row["outcome"] else "goes on"
                found.append(f"{self._whose(row['id'])}: {end}")
        return found

    def _consent(self, row: dict[str, Any]) -> str:
        whose = "" if row["conversation_id"] is None else f"{self._whose(row['conversation_id'])}: "
        by = self._organisation(row["organisation_id"]) if row["organisation_id"] else "everyone"
        return f"{whose}consent {row['act']}; {row['purpose']}, {by}"

    def _of(self, row: dict[str, Any], fact: str) -> str:
        return f"{self._whose(row['conversation_id'])}: {fact}"

    def _whose(self, conversation_id: int) -> str:
        (row,) = rows(self.services, "conversation", id=conversation_id)
        name = self.names.get(row["participant_id"])
        campaign = self._slug(row["campaign_id"])
        return campaign if name is None else f"{campaign}, {name}"

    def _campaign(self, outbound: dict[str, Any]) -> str | None:
        if outbound["conversation_id"] is None:
            return None
        (row,) = rows(self.services, "conversation", id=outbound["conversation_id"])
        return self._slug(row["campaign_id"])

    def _slug(self, campaign_id: int) -> str:
        return str(rows(self.services, "campaign", id=campaign_id)[0]["slug"])

    def _organisation(self, organisation_id: int) -> str:
        return str(rows(self.services, "organisation", id=organisation_id)[0]["name"])


def set_up(services: Services, settings: dict[str, str], add_campaign: Callable[..., str]) -> Cast:
    """The campaigns and people of a transcript's second line."""
    names = [name.strip() for name in settings["campaigns"].split(",")]
    groups = [name.strip() for name in settings.get("organisations", "").split(",") if name.strip()]
    groups += ["Aston Dars group"] * (len(names) - len(groups))
    codes = [code.strip() for code in settings.get("languages", "en").split(",")]
    for place, (name, group) in enumerate(zip(names, groups, strict=True)):
        add_campaign(name, group, codes, walk_in=place == 0)
    prefix = "whatsapp:" if settings["channel"] == "whatsapp" else ""
    cast = Cast(services, settings, f"{prefix}+447700900123", {}, {})
    for member in filter(None, settings.get("household", "").split(",")):
        nickname, _, pin = member.strip().partition(" ")
        person = phones.move_in(services, cast.phone, groups[0], nickname, pin or None)
        cast.names[person] = nickname
    cast.remember()
    return cast
