"""Downloads for tests: what an export writes, as bytes and as the tables that others' readers find."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sqlalchemy import update

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.store import inbox
from bot.usecases import exports
from bot.usecases.export_orders import Wish
from bot.usecases.exports import ExportRequest, Format, Operator, Shape, Written
from bot.usecases.services import Services


def request(kind: Format = Format.CSV, **more: Any) -> ExportRequest:
    """What the operator asks for: raw, full, wide, unless a test says otherwise."""
    values: dict[str, Any] = {
        "format": kind,
        "requested_by": Operator.COMMAND_LINE,
        "approved_by": None,
        "shape": Shape.WIDE,
        "profile": Profile.RAW,
        "level": Level.FULL,
    }
    return ExportRequest(**values | more)


def wish_for(*campaigns: str, **more: Any) -> Wish:
    """What a researcher orders: SPSS, wide, de-identified, unless a test says otherwise."""
    values: dict[str, Any] = {
        "format": Format.SAV,
        "shape": Shape.WIDE,
        "labels": None,
        "profile": Profile.EXCEL,
        "level": Level.DEIDENTIFIED,
    }
    return Wish(campaigns, **values | more)


def download(
    services: Services, *campaigns: str, kind: Format = Format.CSV, **more: Any
) -> tuple[bytes, Written]:
    """The bytes of a download, and what was reported."""
    file = io.BytesIO()
    written = exports.write(services, campaigns, request(kind, **more), file)
    return file.getvalue(), written


def unzipped(content: bytes) -> dict[str, bytes]:
    """Name -> content of an archive's files, in their order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def change_campaign(services: Services, slug: str, **values: Any) -> None:
    """Change a campaign's row behind the use cases' back."""
    table = inbox.CAMPAIGN
    with services.database.transaction() as work:
        work.connection.execute(update(table).where(table.c.slug == slug).values(**values))
