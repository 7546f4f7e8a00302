"""Sheets in the console: one comes in, what it would do is shown, and only what was chosen is written.

Nothing is kept between the two pages: the rows that may be taken travel with the form, and are compared again
with what is there when they come back.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath

from bot.gateways import handover_files
from bot.gateways.catalogues import CatalogueError
from bot.usecases import audit, handover
from bot.usecases.handover import Made
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.translating import Place, desk_of, place_of, signer
from flows.handover import TAKEN, Change, Outcome, Row, summary
from flows.meaning import Status, Step
from flows.wording import digest

_MOST_CARRIED = 8_000_000
"""Bytes of the rows that travel with a form, unpacked."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it is shown.

    Attributes:
        outcome: the row, and what it would do.
        id: what the form names it by.
        parts: (`same`, `gone` or `new`, words): what changes in the translation.
        signed: whether it would take the place of words that somebody has signed off.
    """

    outcome: Outcome
    id: str
    parts: tuple[tuple[str, str], ...]
    signed: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet that came in.

    Attributes:
        place: which survey and language.
        name: of the file.
        taken: rows that can be taken.
        refused: rows that can not.
        counts: how many rows there are of each kind.
        carried: the rows that can be taken, as the form carries them.
    """

    place: Place
    name: str
    taken: tuple[Shown, ...]
    refused: tuple[Shown, ...]
    counts: Mapping[Change, int]
    carried: str


@dataclass(frozen=True, slots=True)
class Took:
    """What became of the chosen rows."""

    place: Place
    written: int
    refused: tuple[Shown, ...]


def place(services: Services, survey: str, language: str) -> Place:
    """Which survey and language; raises NotHere."""
    return place_of(services, desk_of(services, survey, language))


def sheet(services: Services, survey: str, language: str, kind: str) -> bytes:
    """A sheet with every text; raises NotHere."""
    desk_of(services, survey, language)
    return handover.sheet(services, survey, language, kind)


def look_at(services: Services, survey: str, language: str, name: str, raw: bytes) -> Looked:
    """What a sheet would do; nothing is written.

    Raises:
        NotHere: no such survey or language.
        SheetRefused: nothing of it can be taken.
        CatalogueError: the file can not be read.
    """
    desk = desk_of(services, survey, language)
    path = Path(PurePath(name).name or "sheet")
    rows = handover_files.rows_of(path.with_suffix(path.suffix.lower()), raw)
    outcomes = handover.compared(services, desk, rows, path.name)
    signed = {t.wording for t in desk.texts() if t.status is Status.SIGNED_OFF}
    taken = [outcome for outcome in outcomes if outcome.change in TAKEN]
    return Looked(
        place=place_of(services, desk),
        name=path.name,
        taken=tuple(_shown(outcome, signed) for outcome in taken),
        refused=tuple(_shown(outcome, signed) for outcome in outcomes if outcome.refused),
        counts=summary(outcomes),
        carried=_pack(taken),
    )


def _shown(outcome: Outcome, signed: Collection[object]) -> Shown:
    return Shown(
        outcome,
        outcome.row.id if outcome.wording is None else outcome.wording.digest,
        tuple(_parts(outcome.before, outcome.after)),
        outcome.wording in signed,
    )


def _parts(before: str, after: str) -> Sequence[tuple[str, str]]:
    """What stays, goes and comes, word by word."""
    old, new = before.split(), after.split()
    found: list[tuple[str, str]] = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            found.append(("same", " ".join(old[start:end])))
            continue
        if start < end:
            found.append(("gone", " ".join(old[start:end])))
        if new_start < new_end:
            found.append(("new", " ".join(new[new_start:new_end])))
    return found


def _pack(taken: Sequence[Outcome]) -> str:
    rows = [
        {
            **asdict(outcome.row),
            "id": outcome.wording.digest,
            # What she saw it take the place of.
            "exported": digest(outcome.before),
        }
        for outcome in taken
        if outcome.wording is not None
    ]
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(rows).encode(), 9)).decode()


def _unpack(carried: str) -> list[Row]:
    """The rows of a form; raises CatalogueError for what our own page did not make."""
    try:
        packed = base64.urlsafe_b64decode(carried.encode("ascii"))
        opened = zlib.decompressobj()
        raw = opened.decompress(packed, _MOST_CARRIED)
        rows = [Row(**row) for row in json.loads(raw)]
        if not all(isinstance(row.id, str) and isinstance(row.translation, str) for row in rows):
            raise TypeError
    except (UnicodeEncodeError, binascii.Error, zlib.error, ValueError, TypeError):
        raise CatalogueError("The preview was not sent whole: upload the sheet again.") from None
    return rows


def take(
    services: Services,
    organisation: Organisation,
    me: SignedIn,
    survey: str,
    language: str,
    carried: str,
    chosen: Collection[str],
    *,
    step: Step,
    machine: bool,
) -> Took:
    """Write the chosen rows of a sheet; what somebody changed since the preview is refused.

    Raises:
        NotHere: no such survey or language.
        SheetRefused: nothing of it can be taken.
        CatalogueError: the rows did not come whole, or the catalogue can not be written.
    """
    rows = [row for row in _unpack(carried) if row.id in chosen]
    seen = {row.id: row.exported for row in rows}
    now = services.clock.now()
    with services.database.transaction() as work:
        desk = desk_of(services, survey, language, work.connection)
        outcomes = [
            _unless_changed(outcome, seen)
            for outcome in handover.compared(
                services, desk, [replace(row, exported="") for row in rows], "the sheet"
            )
        ]
        written = [outcome for outcome in outcomes if outcome.change in TAKEN]
        made = Made(signer(me), step, now, machine=machine)
        handover.into_ledger(work.connection, desk, outcomes, made)
        audit.record(
            work.connection,
            now,
            organisation_id=organisation.id,
            who=me.email,
            what="translation.imported",
            about=f"language:{survey}/{language}",
            detail={"texts": len(written), "step": step.value, "machine": machine},
        )
        handover.into_catalogues(desk, written, machine=machine)
    return Took(
        place_of(services, desk),
        len(written),
        tuple(_shown(outcome, ()) for outcome in outcomes if outcome.change not in TAKEN),
    )


def _unless_changed(outcome: Outcome, seen: Mapping[str, str]) -> Outcome:
    """The outcome, or a refusal if its text has other words by now than when she chose."""
    if outcome.change in TAKEN and digest(outcome.before) != seen.get(outcome.row.id):
        return replace(outcome, change=Change.CONFLICT)
    return outcome
