"""How fast answers are written, and in how much memory.

    PYTHONPATH=. python bench/exports.py [conversations ...] [format ...]

Makes a SQLite database with the wellbeing survey's answers (ten a conversation), then writes each format
in a process of its own. Prints rows a second of processor time, relative to raw CSV of the same shape,
and the peak memory of each database side by side: a streamed format's hardly differs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bot.gateways.addresses import Address
from bot.settings import for_command
from bot.store import inbox, migrate
from bot.usecases import campaigns, conversations, exports
from bot.usecases.effects import ANSWER
from bot.usecases.exports import ExportRequest, Format, Operator, Shape
from bot.usecases.services import Services, build

SIZES = (10_000, 100_000)
ANSWERS = 10
CASES = [
    (Format.CSV, Shape.LONG), (Format.XLSX, Shape.LONG), (Format.PARQUET, Shape.LONG),
    (Format.FLOIP, Shape.LONG), (Format.CSV, Shape.WIDE), (Format.SAV, Shape.WIDE),
    (Format.DTA, Shape.WIDE), (Format.BUNDLE, Shape.LONG),
]  # fmt: skip
NAMES = ("who5_1", "who5_2", "who5_3", "who5_4", "who5_5", "ons4_satisfied", "matters", "area")


def fill(services: Services, size: int) -> None:
    """One campaign with as many conversations as asked for, written in large batches."""
    migrate.upgrade(services.database)
    organisation = campaigns.add_organisation(services, "Bench")
    campaigns.create(
        services, name="Bench", organisation=organisation, survey="wellbeing", languages=["en"]
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with services.database.transaction() as work:
        campaign = work.connection.execute(select(inbox.CAMPAIGN)).one()
        address = Address.parse("+447700900123")
        contact = inbox.lock_contact(
            work.connection, conversations.contact_values(services, address, mode="self")
        )
        people = [
            {"organisation_id": campaign.organisation_id, "pseudonym": f"P{n}", "created": now}
            for n in range(1, size + 1)
        ]
        work.connection.execute(insert(inbox.PARTICIPANT), people)
        talks = [
            {"campaign_id": campaign.id, "participant_id": n, "contact_point_id": contact.id,
             "survey_version_id": campaign.survey_version_id, "channel": "sms", "mode": "self",
             "language": "en", "state": "{}", "outcome": "complete", "created": now,
             "updated": now, "finished": now + timedelta(minutes=9)}
            for n in range(1, size + 1)
        ]  # fmt: skip
        work.connection.execute(insert(inbox.CONVERSATION), talks)
        for start in range(1, size + 1, 5_000):
            rows = [
                row for n in range(start, min(start + 5_000, size + 1)) for row in _rows(n, now)
            ]
            work.connection.execute(insert(ANSWER), rows)


def _rows(number: int, now: datetime) -> list[dict[str, object]]:
    values: list[tuple[str, object]] = [("private", "yes"), ("consent", "yes")]
    values += [(name, str((number + place) % 6)) for place, name in enumerate(NAMES[:5])]
    values += [
        ("ons4_satisfied", number % 11),
        ("matters", "The buses, দেরি করে আসে, میں"),
        ("area", "B69"),
    ]
    return [
        {"conversation_id": number, "question": name, "value": value, "missing": None,
         "raw": str(value), "how": "number", "language": "en", "wording": "0123456789ab",
         "asked": now, "answered": now + timedelta(minutes=place)}
        for place, (name, value) in enumerate(values)
    ]  # fmt: skip


def one(folder: str, kind: str, shape: str) -> None:
    """Write one format in this process; prints rows, seconds and peak megabytes."""
    services = build(for_command(Path(folder)))
    request = ExportRequest(
        format=Format(kind), requested_by=Operator.COMMAND_LINE, approved_by=None,
        shape=Shape(shape), profile=exports.Profile.RAW, level=exports.Level.FULL,
    )  # fmt: skip
    services.voices.family(services.voices.files.vocabularies)  # read once a process
    with (Path(folder) / "out").open("wb") as file:
        began = time.process_time()
        written = exports.write(services, ["bench"], request, file)
        took = time.process_time() - began
    print(written.rows, took, _peak())


def _peak() -> float:
    """Megabytes that this process held at most; `getrusage` would count what its parent held at the fork."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def main(sizes: list[int], formats: set[str]) -> None:
    """Every format at every size; raw CSV always, since it is what the others are compared to."""
    cases = [case for case in CASES if not formats or case[0] in {"csv", *formats}]
    found: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="awaaz-bench-") as folder:
            services = build(for_command(Path(folder)))
            fill(services, size)
            services.database.dispose()
            for kind, shape in cases:
                command = [sys.executable, __file__, "--one", folder, kind.value, shape.value]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                rows, took, peak = done.stdout.split()
                result = (int(rows), float(took), float(peak))
                found.setdefault((kind.value, shape.value), []).append(result)
                print(f"  {size} conversations, {kind} {shape}: {took[:6]} s", file=sys.stderr)
    print(f"{'format':16}{'rows/s':>10}{'of raw csv':>12}   peak MB at", *sizes, "conversations")
    for (kind, shape), results in found.items():
        rows, took, _ = results[-1]
        base_rows, base_took, _ = found["csv", shape][-1]
        ratio = (rows / took) / (base_rows / base_took)
        peaks = "".join(f"{peak:9.0f}" for _, _, peak in results)
        print(f"{kind + ' ' + shape:16}{rows / took:10.0f}{ratio:12.2f}   {peaks}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        given = sys.argv[1:]
        numbers = [int(word) for word in given if word.isdecimal()]
        main(numbers or list(SIZES), {word for word in given if not word.isdecimal()})
