"""The files of SPSS and Stata: pyreadstat writes to a path alone, and puts the clock's time into them."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import polars as pl

_SAV_CREATED = slice(92, 109)
"""Bytes of a .sav's heading: nine of the date, eight of the time (PSPP's "System File Format")."""
_DTA_MARK = b"<timestamp>\x11"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DTA_VERSION = 14
"""Stata 14 and later: release 118. What pyreadstat calls 15 is release 119, which needs Stata/MP."""


def write_sav(file: BinaryIO, frame: pl.DataFrame, *, made: datetime, **labels: Any) -> None:
    """Write a frame as SPSS's file; the same frame always gives the same bytes.

    Args:
        file: open for writing bytes.
        frame: what to write.
        made: the moment that stands in the file as when it was made.
        labels: what `pyreadstat.write_sav` calls them.
    """
    import pyreadstat  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="awaaz-") as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(frame, path, row_compress=True, **labels)
        created = f"{made:%d} {_month(made)} {made:%y%H:%M:%S}".encode("ascii")
        _copy(path, file, _SAV_CREATED.start, created)


def write_dta(file: BinaryIO, frame: pl.DataFrame, *, made: datetime, **labels: Any) -> None:
    """The same for Stata."""
    import pyreadstat  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="awaaz-") as folder:
        path = Path(folder) / "data.dta"
        pyreadstat.write_dta(frame, path, version=_DTA_VERSION, **labels)
        with path.open("rb") as written:
            place = written.read(4096).index(_DTA_MARK) + len(_DTA_MARK)
        created = f"{made:%d} {_month(made)} {made:%Y %H:%M}".encode("ascii")
        _copy(path, file, place, created)


def _month(made: datetime) -> str:
    return _MONTHS[made.month - 1]  # strftime's month is in the language of the machine


def _copy(path: Path, file: BinaryIO, place: int, created: bytes) -> None:
    with path.open("r+b") as written:
        written.seek(place)
        written.write(created)
        written.seek(0)
        shutil.copyfileobj(written, file)
