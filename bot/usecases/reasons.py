"""Why: what was stored because of each message, for people who learn how messages are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Table, select

from bot.store.inbox import AnyRow
from bot.usecases import effects
from bot.usecases.services import Services


class Verdict(StrEnum):
    """What the engine made of a message."""

    READ = "read"
    WORKED_OUT = "worked_out"
    LEFT_OUT = "left_out"
    ASKED_AGAIN = "asked_again"
    CONSENT = "consent"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was stored because of a message.

    Attributes:
        verdict: which kind of thing.
        question: the question it is about.
        value: the value or code that was stored.
        label: the wording of that value in the conversation's language, for an option.
        how: the rule a reply was read by, or why it was not.
        attempt: which try at the question this was, when it is asked again.
        raw: what was typed, for an answer and for what was not understood.
        id: of the answer's row.
    """

    verdict: Verdict
    question: str | None = None
    value: str | None = None
    label: str | None = None
    how: str | None = None
    attempt: int | None = None
    raw: str = ""
    id: int | None = None


class Reasons:
    """What was stored because of the messages of some conversations.

    `runs` maps a conversation's id to a row with its `survey_version_id` and `languages`.
    """

    def __init__(
        self, services: Services, connection: Connection, runs: Mapping[int, AnyRow]
    ) -> None:
        self._services, self._connection, self._runs = services, connection, runs

    def by_inbound(self) -> Mapping[int, Sequence[Reason]]:
        """Inbound id -> reasons: words of danger first, as the engine looks for them first."""
        found: dict[int, list[Reason]] = defaultdict(list)
        for row in self._rows(effects.CONCERN):
            found[row.inbound_id].append(Reason(Verdict.CONCERN, value=row.phrase))
        for row in self._rows(effects.CONSENT):
            found[row.inbound_id].append(Reason(Verdict.CONSENT, value=row.act))
        for row in self._rows(effects.ANSWER):
            found[row.inbound_id].append(self._answer(row))
        for row in self._rows(effects.ASKED_AGAIN):
            found[row.inbound_id].append(
                Reason(
                    *(Verdict.ASKED_AGAIN, row.question),
                    how=row.why,
                    attempt=row.attempt,
                    raw=row.raw,
                )
            )
        return found

    def _rows(self, table: Table) -> Iterable[AnyRow]:
        return self._connection.execute(
            select(table)
            .where(table.c.conversation_id.in_(list(self._runs)), table.c.inbound_id.is_not(None))
            .order_by(table.c.id)
        )

    def _answer(self, row: AnyRow) -> Reason:
        if row.missing is not None:
            return Reason(Verdict.LEFT_OUT, row.question, how=row.missing, raw=row.raw, id=row.id)
        codes = [str(code) for code in (row.value if isinstance(row.value, list) else [row.value])]
        return Reason(
            Verdict.WORKED_OUT if row.how == "calculated" else Verdict.READ,
            row.question,
            value=", ".join(codes),
            label=self._label(row, codes),
            how=row.how,
            raw=row.raw,
            id=row.id,
        )

    def _label(self, row: AnyRow, codes: Sequence[str]) -> str | None:
        run = self._runs[row.conversation_id]
        script = self._services.scripts.get(self._connection, run.survey_version_id, run.languages)
        if script.survey.by_name[row.question].list_name == "languages":
            return ", ".join(script.languages[code].name for code in codes)
        wordings = [script.survey.labels.get((row.question, code)) for code in codes]
        if not all(wordings):
            return None
        speaker = script.languages[row.language]
        return ", ".join(speaker.text(wording) for wording in wordings if wording is not None)
