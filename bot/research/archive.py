"""A ZIP that is written as it goes, gives the same bytes for the same content, and ends in its manifest."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast

MANIFEST = "manifest-sha256.txt"
_READABLE = 0o644 << 16


class _Hashed(io.RawIOBase):
    """Bytes on their way into the archive, counted and hashed."""

    def __init__(self, inner: Any) -> None:
        self.digest, self.size = hashlib.sha256(), 0
        self._inner = inner

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self.digest.update(data)
        self.size += len(data)
        self._inner.write(data)
        return len(data)


class Archive:
    """Files of one archive, one after the other; `made` is the time that every one of them bears."""

    def __init__(self, file: BinaryIO, made: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._made = made.timetuple()[:6]
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    @contextmanager
    def entry(self, name: str) -> Iterator[BinaryIO]:
        """A new file of the archive, to be written to."""
        info = zipfile.ZipInfo(name, self._made)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = _READABLE
        info.create_system = 3  # the same on every machine
        with self._zip.open(info, "w", force_zip64=True) as inner:
            hashed = _Hashed(inner)
            yield cast("BinaryIO", hashed)
        self.digests[name] = hashed.digest.hexdigest()
        self.sizes[name] = hashed.size

    def add(self, name: str, content: str | bytes) -> None:
        """A whole file at once."""
        with self.entry(name) as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def close(self) -> None:
        """Write the manifest, as `sha256sum --check` reads it, and the archive's directory."""
        lines = [f"{digest}  {name}\n" for name, digest in self.digests.items()]
        self.add(MANIFEST, "".join(lines))
        self._zip.close()
