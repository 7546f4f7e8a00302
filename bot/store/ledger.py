"""The meaning ledger's statements: entries are added and read, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, insert, select

from bot.store import inbox, schema
from flows.meaning import Entry, Maker, Step
from flows.wording import digest

LEDGER = inbox.table(schema.TranslationEntry)

Place = tuple[str, str]
"""(context, source text)."""

_AT_A_TIME = 500
"""Values in one IN list: databases have a limit."""


def entries(
    connection: Connection, language: str, contexts: Iterable[str]
) -> Mapping[Place, list[Entry]]:
    """(context, source) -> the entries about it in a language, oldest first."""
    found: dict[Place, list[Entry]] = defaultdict(list)
    wanted = sorted(set(contexts))
    for start in range(0, len(wanted), _AT_A_TIME):
        statement = (
            select(LEDGER)
            .where(LEDGER.c.language == language)
            .where(LEDGER.c.context.in_(wanted[start : start + _AT_A_TIME]))
            .order_by(LEDGER.c.id)
        )
        for row in connection.execute(statement):
            found[row.context, row.source].append(
                Entry(
                    step=Step(row.step),
                    maker=Maker(row.maker),
                    who=row.who,
                    source=row.source,
                    text=row.text,
                    at=row.at,
                    back_translation=row.back_translation,
                    comment=row.comment,
                )
            )
    return found


def add(connection: Connection, language: str, new: Iterable[tuple[str, Entry]]) -> int:
    """Add (context, entry) pairs in this order; how many."""
    rows = [
        {
            "language": language,
            "context": context,
            "source": entry.source,
            "wording": digest(context, entry.source),
            "text": entry.text,
            "text_digest": digest(entry.text),
            "step": entry.step.value,
            "maker": entry.maker.value,
            "who": entry.who,
            "back_translation": entry.back_translation,
            "comment": entry.comment,
            "at": entry.at,
        }
        for context, entry in new
    ]
    if rows:
        connection.execute(insert(LEDGER), rows)
    return len(rows)
