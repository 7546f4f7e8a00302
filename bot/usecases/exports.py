"""Response sets: the answers of campaigns in one format, the same bytes for whoever asks."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import BinaryIO, assert_never

from sqlalchemy import Connection, func, select

from bot.gateways.labelled_files import write_dta, write_sav
from bot.research import csv_file, parquet_file, xlsx_file
from bot.research.columns import merge
from bot.research.csv_file import Profile
from bot.research.labelled import Labelled, Program, labelled
from bot.research.levels import CONTENTS, Level
from bot.research.losses import LossReport
from bot.research.tables import Design, Table, long_table, wide_table
from bot.store.inbox import CONVERSATION, OUTBOUND
from bot.usecases.campaigns import CampaignError
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.export_rows import Source, open_source, runs
from bot.usecases.services import Services


class ExportError(CampaignError):
    """A download that can not be made as asked; the message says what to ask for."""


class Shape(StrEnum):
    """Long has a row for each answer, wide a row for each conversation."""

    LONG = "long"
    WIDE = "wide"


class Format(StrEnum):
    """What comes out."""

    CSV = "csv"
    XLSX = "xlsx"
    SAV = "sav"
    DTA = "dta"
    PARQUET = "parquet"
    FLOIP = "floip"
    DDI = "ddi"
    BUNDLE = "bundle"


SUFFIXES: Mapping[Format, str] = {
    **{kind: f".{kind}" for kind in Format},
    Format.FLOIP: ".zip",
    Format.DDI: ".xml",
    Format.BUNDLE: ".zip",
}

MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.SAV: "application/x-spss-sav",
    Format.DTA: "application/x-stata-dta",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.FLOIP: "application/zip",
    Format.DDI: "application/xml",
    Format.BUNDLE: "application/zip",
}


class Operator(Enum):
    """Whoever runs commands on the server can read the database anyway."""

    COMMAND_LINE = "the operator's command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What somebody wants to download.

    Attributes:
        format: csv, xlsx, ..., bundle.
        requested_by: who asks.
        approved_by: who else approves it; needed for the level `full`.
        shape: for formats that hold one table.
        labels: language of the labels; the survey's own without it.
        profile: of CSV.
        level: how much is in it.
        weights: (pseudonym, weight) pairs, if there are weights.
    """

    format: Format
    requested_by: str | Operator
    approved_by: str | None
    shape: Shape = Shape.LONG
    labels: str | None = None
    profile: Profile = Profile.EXCEL
    level: Level = Level.DEIDENTIFIED
    weights: tuple[tuple[str, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a request: rows of its (first) table, and what the format could not hold."""

    rows: int
    losses: LossReport


Progress = Callable[[int], None]
"""Called with the number of conversations read so far."""


def write(
    services: Services,
    campaigns: Sequence[str],
    request: ExportRequest,
    file: BinaryIO,
    progress: Progress = lambda _: None,
) -> Written:
    """Write the answers of campaigns; the same answers and request give the same bytes.

    Args:
        services: the outside world.
        campaigns: slugs; their surveys are merged by the stable names of questions and options.
        request: what is wanted.
        file: open for writing bytes; it need not be seekable.
        progress: called with the number of conversations read so far.

    Raises:
        CampaignError: there is no such campaign.
        ExportError: the request can not be met.
    """
    check(request)
    with services.database.reading() as connection:
        source = open_source(services, connection, campaigns)
        job = Job(services, connection, source, request, _design(source, request), progress)
        return job.write(file)


def check(request: ExportRequest) -> None:
    """Refuse what nobody may have, and what needs somebody else's word; raises ExportError."""
    contents = CONTENTS[request.level]
    if not contents.answers:
        raise ExportError("The level 'none' holds no answers; ask for 'deidentified'.")
    if not contents.approved or isinstance(request.requested_by, Operator):
        return
    approver = " ".join((request.approved_by or "").split()).casefold()
    if not approver:
        raise ExportError("A download with all identifiers needs the approval of a second person.")
    if approver == " ".join(request.requested_by.split()).casefold():
        raise ExportError(
            "Whoever asks for a download with all identifiers can not approve it too."
        )


def _design(source: Source, request: ExportRequest) -> Design:
    editions = list(source.editions.values())
    scores = {score.name: score for edition in editions for score in edition.survey.scores}
    return Design(
        questions=tuple(merge(editions)),
        scores=tuple(scores.values()),
        contents=CONTENTS[request.level],
        labels=labels_of(source, request.labels),
        weights=None if request.weights is None else dict(request.weights),
    )


def labels_of(source: Source, wanted: str | None) -> str:
    """The language of the labels; raises ExportError for one that nobody was asked in."""
    own = [edition.survey.source_language for edition in source.editions.values()]
    known = list(dict.fromkeys((*source.languages, *own)))
    if wanted is None:
        return own[-1]
    if wanted not in known:
        raise ExportError(f"There are no labels in {wanted!r}; there are: {', '.join(known)}.")
    return wanted


@dataclass(frozen=True)
class Job:
    """One download while it is made, in one view of the database."""

    services: Services
    connection: Connection
    source: Source
    request: ExportRequest
    design: Design
    progress: Progress

    def write(self, file: BinaryIO) -> Written:
        """Write what is wanted."""
        losses = LossReport()
        shape = self.request.shape
        match self.request.format:
            case Format.CSV:
                rows = self.csv(file, self.table(shape, losses))
            case Format.XLSX:
                made = self.source.newest
                rows = xlsx_file.write(file, self.table(shape, losses), losses, made=made)
            case Format.PARQUET:
                rows = self.parquet(file, self.table(shape, losses), losses)
            case Format.SAV | Format.DTA as kind:
                program = Program(kind.value)
                made_ = labelled(self.table(shape, losses), program, self.design.labels, losses)
                rows = self.labelled(file, made_)
            case Format.FLOIP | Format.DDI | Format.BUNDLE:
                raise NotImplementedError
            case _:
                assert_never(self.request.format)
        return Written(rows, losses)

    def table(self, shape: Shape, losses: LossReport) -> Table:
        """The answers in a shape; its rows can be read once."""
        found = runs(self.connection, self.source, self.progress)
        if shape is Shape.LONG:
            return long_table(self.design, found)
        return wide_table(self.design, found, losses)

    def csv(self, file: BinaryIO, table: Table) -> int:
        """A table as CSV; the number of rows."""
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        try:
            return csv_file.write(text, table.header, table.rows, self.request.profile)
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
        labels = {
            "file_label": ", ".join(row.slug for row in self.source.campaigns)[:60],
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
            write_sav(file, made.frame, made=self.source.newest, **labels)
        else:
            write_dta(file, made.frame, made=self.source.newest, **labels)
        return len(made.frame)


def read_weights(text: str) -> tuple[tuple[str, float], ...]:
    """Weights from CSV with the columns `pseudonym` and `weight`; raises ExportError."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not {"pseudonym", "weight"} <= set(rows.fieldnames or ()):
        raise ExportError("Weights are a CSV with the columns pseudonym and weight.")
    found: dict[str, float] = {}
    for row in rows:
        name = (row["pseudonym"] or "").strip()
        try:
            weight = float(row["weight"])
        except (TypeError, ValueError):
            weight = -1.0
        if not 0 <= weight < math.inf:
            raise ExportError(f"Weights, line {rows.line_num}: {row['weight']!r} is no weight.")
        if name in found:
            raise ExportError(f"Weights, line {rows.line_num}: {name} is there twice.")
        found[name] = weight
    return tuple(found.items())
