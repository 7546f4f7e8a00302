"""Response sets: the answers of campaigns in one format, the same bytes for whoever asks."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import BinaryIO, assert_never, cast

from sqlalchemy import Connection, func, select

from bot.research import xlsx_file
from bot.research.csv_file import Profile
from bot.research.labelled import Program, labelled
from bot.research.levels import CONTENTS, Level
from bot.research.losses import LossReport
from bot.store.inbox import CONVERSATION, OUTBOUND
from bot.store.ledger import LEDGER
from bot.usecases import export_bundle
from bot.usecases.codebooks import ExportError, design_of
from bot.usecases.effects import ANSWER, SCORE
from bot.usecases.export_job import Job, Progress
from bot.usecases.export_rows import Source, open_source
from bot.usecases.services import Services


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
        return _write(_job(services, connection, source, request, progress), request, file)


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


def _write(job: Job, request: ExportRequest, file: BinaryIO) -> Written:
    losses = LossReport()
    table = job.long() if request.shape is Shape.LONG else job.wide(losses)
    match request.format:
        case Format.CSV:
            rows = job.csv(file, table)
        case Format.XLSX:
            rows = xlsx_file.write(file, table, losses, made=job.made)
        case Format.PARQUET:
            rows = job.parquet(file, table, losses)
        case Format.SAV | Format.DTA:
            program = Program(request.format.value)
            made = labelled(table, program, job.design.labels, losses)
            rows = job.labelled(file, made)
        case Format.FLOIP:
            rows = export_bundle.write_floip(job, file)
        case Format.DDI:
            rows = export_bundle.write_ddi(job, file)
        case Format.BUNDLE:
            rows = export_bundle.write_bundle(job, file, losses)
        case _:
            assert_never(request.format)
    return Written(rows, losses)


@dataclass(frozen=True, slots=True)
class Kept:
    """A download as a file on disk, to be sent in parts.

    Attributes:
        path: where it lies; it is whole.
        etag: changes whenever its bytes do.
        fresh: whether it was made now, not found.
    """

    path: Path
    etag: str
    fresh: bool


def keep(
    services: Services,
    campaigns: Sequence[str],
    request: ExportRequest,
    folder: Path,
    progress: Progress = lambda _: None,
) -> Kept:
    """A download as a file: made once, then found again until an answer changes.

    Who asks and who approves is not part of the file. A file that is there is whole: a process that
    is killed leaves nothing but a part that the next one replaces. Raises what `write` does, and OSError.
    """
    check(request)
    with services.database.reading() as connection:
        source = open_source(services, connection, campaigns)
        etag = _etag(connection, source, request)
        path = folder / f"{etag}{SUFFIXES[request.format]}"
        if path.is_file():
            return Kept(path, etag, fresh=False)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=folder, prefix=f".{etag}.", suffix=".part", delete=False
        ) as part:
            try:
                job = _job(services, connection, source, request, progress)
                _write(job, request, cast("BinaryIO", part))
                part.flush()
                Path(part.name).replace(path)
            finally:
                Path(part.name).unlink(missing_ok=True)
    return Kept(path, etag, fresh=True)


_FORMATS_VERSION = "1"
"""Raised whenever a release writes other bytes for the same answers."""


def _etag(connection: Connection, source: Source, request: ExportRequest) -> str:
    """Names the bytes: the request, the versions, and how far the answers have come."""
    ours = CONVERSATION.c.campaign_id.in_(source.ids)
    marks: list[object] = [_FORMATS_VERSION, [(row.slug, row.wave) for row in source.campaigns]]
    marks += [source.languages, [edition.name for edition in source.editions.values()]]
    marks += [request.format, request.shape, request.labels, request.profile, request.level]
    marks += [request.weights]
    whole = select(
        func.count(), func.max(CONVERSATION.c.updated), func.max(CONVERSATION.c.analysed)
    )
    marks.append(tuple(connection.execute(whole.where(ours)).one()))
    for table, newest in (
        (ANSWER, ANSWER.c.id),
        (SCORE, SCORE.c.id),
        (OUTBOUND, OUTBOUND.c.changed),
    ):
        statement = (
            select(func.count(), func.max(newest))
            .select_from(table)
            .join(CONVERSATION, CONVERSATION.c.id == table.c.conversation_id)
            .where(ours)
        )
        marks.append(tuple(connection.execute(statement).one()))
    marks.append(connection.scalar(select(func.max(LEDGER.c.id))))
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:32]


def _job(
    services: Services,
    connection: Connection,
    source: Source,
    request: ExportRequest,
    progress: Progress,
) -> Job:
    weights = None if request.weights is None else dict(request.weights)
    design = design_of(source, request.labels, request.level, weights)
    return Job(services, connection, source, design, request.level, request.profile, progress)


def read_weights(text: str) -> tuple[tuple[str, float], ...]:
    """Weights from CSV with the columns `pseudonym` and `weight`; raises ExportError."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        return tuple(_weights(rows).items())
    except csv.Error:
        # After an error `line_num` is still that of the last row that was read whole.
        raise ExportError(
            f"Weights can not be read from line {rows.line_num + 1} on: a quote may be open there; "
            "close it, or save the table as CSV again."
        ) from None


def _weights(rows: csv.DictReader[str]) -> dict[str, float]:
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
    return found
