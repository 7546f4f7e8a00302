"""One download while it is made: the tables of campaigns in every format, in one view of the database."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Connection

from bot.gateways.labelled_files import write_dta, write_sav
from bot.research import csv_file, parquet_file
from bot.research.codebook import Codebook
from bot.research.csv_file import Profile
from bot.research.labelled import Labelled, Program
from bot.research.levels import Level
from bot.research.losses import LossReport
from bot.research.tables import Design, Run, Table, long_table, wide_table
from bot.usecases import codebooks
from bot.usecases.export_rows import Source, runs
from bot.usecases.services import Services

Progress = Callable[[int], None]
"""Called with the number of conversations read so far."""


@dataclass(frozen=True)
class Job:
    """One download."""

    services: Services
    connection: Connection
    source: Source
    design: Design
    level: Level
    profile: Profile
    progress: Progress

    @property
    def made(self) -> datetime:
        """The time that stands in files: the newest answer's, or the beginning of its day."""
        newest = self.source.newest
        if self.design.contents.moments:
            return newest.replace(microsecond=0)
        return newest.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def name(self) -> str:
        """A name for packages: the campaigns' slugs."""
        return "-".join(row.slug for row in self.source.campaigns)[:100].rstrip("-")

    def book(self) -> Codebook:
        """The codebook that belongs to it."""
        return codebooks.build(self.services, self.connection, self.source, self.design, self.level)

    def long(self) -> Table:
        """The answers, a row each; its rows can be read once."""
        return long_table(self.design, self.runs())

    def wide(self, losses: LossReport) -> Table:
        """The conversations, a row each; its rows can be read once."""
        return wide_table(self.design, self.runs(), losses)

    def runs(self) -> Iterator[Run]:
        """The conversations, read anew from the database."""
        return runs(self.connection, self.source, self.progress)

    def csv(self, file: BinaryIO, table: Table) -> int:
        """A table as CSV; the number of rows."""
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        try:
            return csv_file.write(text, table.header, table.rows, self.profile)
        finally:
            text.detach()

    def parquet(self, file: BinaryIO, table: Table, losses: LossReport) -> int:
        """A table as Parquet, by way of a file that can be sought in; the number of rows."""
        with tempfile.TemporaryFile(prefix="awaaz-") as whole:
            rows = parquet_file.write(whole, table, losses)
            whole.seek(0)
            shutil.copyfileobj(whole, file)
        return rows

    def labelled(self, file: BinaryIO, made: Labelled) -> int:
        """A frame with labels for SPSS or Stata; the number of rows."""
        labels: dict[str, Any] = {
            "file_label": self.name[:60],
            "column_labels": made.column_labels,
            "variable_value_labels": made.value_labels,
            "variable_format": made.formats,
        }
        if made.program is Program.SPSS:
            labels |= {
                "missing_ranges": made.missing_ranges,
                "variable_measure": made.measures,
                "variable_display_width": made.widths,
            }
            write_sav(file, made.frame, made=self.made, **labels)
        else:
            write_dta(file, made.frame, made=self.made, **labels)
        return len(made.frame)
