"""How long a list of people takes, as a ratio to writing the same number of bare rows; and the memory it takes.

python bench/people.py [ROWS] [DATABASE_URL]
"""

from __future__ import annotations

import base64
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bot.settings import Settings
from bot.store import migrate
from bot.usecases import campaigns, people, people_lists
from bot.usecases.services import Services, build

BATCH = 1000
KEY = base64.b64encode(b"b" * 32).decode()


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process: a busy machine makes no difference."""
    started = time.process_time()
    work()
    return time.process_time() - started


def list_of(rows: int) -> bytes:
    """A list of different mobile numbers, as people write them; one in fifty is a landline."""
    draw = random.Random(5)
    numbers = draw.sample(range(10_000_000), rows)
    lines = ["name,phone,language,group"]
    for place, number in enumerate(numbers):
        digits = f"{number:07d}"
        phone = f"0121 496 {digits[:4]}" if place % 50 == 0 else f"0790{digits[0]} {digits[1:]}"
        lines.append(f"N{place},{phone},{draw.choice(['en', 'Bengali', 'اردو', ''])},g{place % 7}")
    return "\n".join(lines).encode()


def services_on(url: str, folder: str) -> Services:
    settings = Settings.from_env(
        {
            "AWAAZ_DEMO": "yes",
            "AWAAZ_DATA": folder,
            "AWAAZ_DATABASE_URL": url,
            "AWAAZ_ENCRYPTION_KEYS": f"1:{KEY}",
            "AWAAZ_INDEX_KEY": KEY,
        }
    )
    return build(settings)


def bare(services: Services, rows: int) -> None:
    """The same number of rows into five tables with nothing to them, in the same batches."""
    metadata = MetaData()
    tables = [
        Table(f"bare{n}", metadata, Column("id", Integer, primary_key=True), Column("a", String))
        for n in range(5)
    ]
    metadata.create_all(services.database.engine)
    for start in range(0, rows, BATCH):
        values = [{"a": str(n)} for n in range(start, min(start + BATCH, rows))]
        with services.database.transaction() as work:
            for table in tables:
                work.connection.execute(insert(table), values)
    metadata.drop_all(services.database.engine)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        services = services_on(url, folder)
        migrate.upgrade(services.database)
        owner = campaigns.add_organisation(services, "Bench")
        campaigns.create(
            services,
            name="bench",
            organisation=owner,
            survey="wellbeing",
            languages=["en", "bn", "ur"],
        )
        raw = list_of(rows)
        base = seconds(lambda: bare(services, rows))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        imported = []
        first = seconds(lambda: imported.append(read(services, raw)))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        again = seconds(lambda: read(services, raw))
        back = seconds(lambda: people_lists.undo(services, imported[0].import_id))
        print(f"{rows} rows, {imported[0].good} taken; five bare tables: {base:.1f} s")
        for what, spent in (("read in", first), ("read in again", again), ("taken back", back)):
            print(f"{what:15}{spent:8.1f} s{spent / base:8.1f} x bare{rows / spent:10.0f} rows/s")
        print(f"memory: {before} MB before, {after} MB at most")


def read(services: Services, raw: bytes) -> people.Imported:
    return people.import_people(services, "bench", "list.csv", raw, by="bench", consent="asked")


if __name__ == "__main__":
    main()
