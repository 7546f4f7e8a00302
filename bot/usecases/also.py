"""What else is written down in the transaction that does something: a mark, an entry of a log."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from bot.store.inbox import AnyRow

Also = Callable[[Connection, AnyRow], None]
"""Called last in the transaction, with the row that was made, or as it was before it was changed."""


def nothing(_connection: Connection, _row: AnyRow) -> None:
    """Nothing else: whoever works on the command line is in no log."""
