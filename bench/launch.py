"""How fast a campaign's list is invited, beside a raw INSERT ... SELECT of as many rows.

    python bench/launch.py [PEOPLE]

on a new SQLite file, and on PostgreSQL when AWAAZ_DATABASE_URL names an empty database of one. Prints people
a second, and how many times as long the launch takes as one raw statement that only copies rows of the same
shape into the outbox. The ratio is what to compare between two commits; the seconds are this machine's.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert, literal, select, text

from bot.settings import Settings, demo_values
from bot.store import inbox, migrate
from bot.usecases import campaign_state, campaigns, launching
from bot.usecases.services import Services, build

LANGUAGES = ("en", "bn", "ur", "so")


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        values = demo_values(Path(folder)) | {"AWAAZ_DEMO": "yes", "AWAAZ_DATA": folder}
        urls = [values["AWAAZ_DATABASE_URL"]]
        if "AWAAZ_DATABASE_URL" in os.environ:
            urls.append(os.environ["AWAAZ_DATABASE_URL"])
        for url in urls:
            measure(build(Settings.from_env(values | {"AWAAZ_DATABASE_URL": url})), people)


def measure(services: Services, people: int) -> None:
    migrate.upgrade(services.database)
    organisation = campaigns.add_organisation(services, "Bench")
    slug = campaigns.create(
        services,
        name="bench",
        organisation=organisation,
        survey="wellbeing",
        languages=LANGUAGES,
    )
    _fill(services, slug, people)
    raw = _raw(services, people)
    campaign_state.launch(services, slug)
    campaign_id = next(one.id for one in campaigns.all_campaigns(services) if one.slug == slug)
    longest, last = 0.0, time.perf_counter()

    def tick(_: int) -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    begun = last = time.perf_counter()
    done = launching.run(services, campaign_id, tick)
    took = time.perf_counter() - begun
    name = services.database.engine.dialect.name
    print(
        f"{name}: {done:,} people in {took:.1f} s, {done / took:,.0f} a second,"
        f" {took / raw:.1f} x a raw INSERT ... SELECT; longest transaction {longest:.2f} s"
    )
    services.database.dispose()


def _fill(services: Services, slug: str, people: int) -> None:
    now = services.clock.now()
    with services.database.transaction() as work:
        row = campaigns.named(work.connection, slug)
        for start in range(0, people, 5000):
            numbers = range(start, min(start + 5000, people))
            contacts = [
                {
                    "channel": "sms",
                    "address": b"x",
                    "address_index": number.to_bytes(32, "big"),
                    "simulated": False,
                    "created": now,
                }
                for number in numbers
            ]
            made = [
                {"organisation_id": row.organisation_id, "pseudonym": f"P{number}", "created": now}
                for number in numbers
            ]
            phones = _add(work.connection, inbox.CONTACT, contacts)
            ids = _add(work.connection, inbox.PARTICIPANT, made)
            work.connection.execute(
                insert(inbox.ENROLMENT),
                [
                    {
                        "campaign_id": row.id,
                        "participant_id": participant,
                        "contact_point_id": phone,
                        "language": LANGUAGES[participant % 4],
                        "state": "listed",
                        "created": now,
                    }
                    for phone, participant in zip(phones, ids, strict=True)
                ],
            )


def _add(connection, table, values):  # type: ignore[no-untyped-def]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, values))


def _raw(services: Services, people: int) -> float:
    """Seconds of one statement that writes as many outbox rows; it is undone."""
    outbound, now = inbox.OUTBOUND, services.clock.now()
    same = {
        "language": "en", "body": "x" * 200, "prompt": "x" * 200, "buttons": [], "state": "queued",
        "kind": "invitation", "created": now, "changed": now,
    }  # fmt: skip
    columns = [inbox.ENROLMENT.c.contact_point_id.label("contact_point_id")]
    columns += [literal(value, outbound.c[name].type).label(name) for name, value in same.items()]
    statement = insert(outbound).from_select(
        [column.name for column in columns], select(*columns), include_defaults=False
    )
    with services.database.engine.connect() as connection:
        transaction = connection.begin()
        begun = time.perf_counter()
        assert connection.execute(statement).rowcount == people
        took = time.perf_counter() - begun
        transaction.rollback()
        connection.execute(text("SELECT 1"))
    return took


if __name__ == "__main__":
    main()
