"""Files in the database: written and read a part at a time, every part encrypted."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.store import inbox, schema
from bot.usecases.services import Services

EXPORT_ORDER = inbox.table(schema.ExportOrder)
EXPORT_PART = inbox.table(schema.ExportPart)

PART = 1 << 20
"""Bytes of a file in one row."""

_COLUMN = "export_part.content"


class Overtaken(RuntimeError):
    """Somebody else makes this file by now, or nobody may any more: what we have is for nothing."""


class StoredFile(io.RawIOBase):
    """A file that was made, read from the database a part at a time, from any place in it."""

    def __init__(self, services: Services, order_id: int, size: int) -> None:
        super().__init__()
        self._services, self._order_id, self._size = services, order_id, size
        self._at, self._place, self._part = 0, -1, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        """At most this many bytes, never beyond the end of a part; none at the end of the file."""
        if self._at >= self._size:
            return b""
        place, start = divmod(self._at, PART)
        if place != self._place:
            self._part, self._place = self._load(place), place
        found = self._part[start:] if size < 0 else self._part[start : start + size]
        self._at += len(found)
        return found

    def _load(self, place: int) -> bytes:
        mine = EXPORT_PART.c.order_id == self._order_id, EXPORT_PART.c.place == place
        with self._services.database.reading() as connection:
            content = connection.scalar(select(EXPORT_PART.c.content).where(*mine))
        if content is None:
            raise OSError("the file was removed while it was read")
        return self._services.keys.decrypt_bytes(bytes(content), column=_COLUMN)


@dataclass
class FileWriter(io.RawIOBase):
    """Takes a file as it is written, and keeps it in encrypted parts, each in a transaction of its own."""

    services: Services
    order_id: int
    holder: str
    held: bytearray = field(default_factory=bytearray)
    place: int = 0
    size: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: Any) -> int:
        """Take some bytes; raises Overtaken."""
        found = bytes(content)
        self.hash.update(found)
        self.size += len(found)
        self.held += found
        while len(self.held) >= PART:
            self._keep(bytes(self.held[:PART]))
            del self.held[:PART]
        return len(found)

    def finish(self) -> None:
        """Keep what is left; raises Overtaken."""
        if self.held:
            self._keep(bytes(self.held))
            self.held.clear()

    def _keep(self, content: bytes) -> None:
        sealed = self.services.keys.encrypt_bytes(content, column=_COLUMN)
        with self.services.database.transaction() as work:
            mine = EXPORT_ORDER.c.id == self.order_id, EXPORT_ORDER.c.lease_holder == self.holder
            held = select(EXPORT_ORDER.c.id).where(*mine).with_for_update()
            if work.connection.scalar(held) is None:
                raise Overtaken
            inbox.add(
                work.connection,
                EXPORT_PART,
                order_id=self.order_id,
                place=self.place,
                content=sealed,
            )
        self.place += 1
