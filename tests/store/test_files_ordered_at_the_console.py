"""The change that lets staff order files keeps those that tokens ordered, there and back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import insert

from bot.research.levels import Level
from bot.store import inbox, migrate, schema
from bot.usecases.services import Services
from bot.usecases.stored_files import EXPORT_ORDER, EXPORT_PART
from tests.support.api import make_token
from tests.support.campaigns import open_campaign
from tests.support.exporting import wish_for
from tests.support.rows import rows


def test_a_tokens_file_survives_and_what_staff_ordered_goes(services: Services) -> None:
    open_campaign(services)
    make_token(services)
    now, orders = services.clock.now(), {"token_id": 1, "staff_id": 1}
    common = {
        "organisation_id": 1, "request": wish_for("listening", level=Level.FULL).to_json(),
        "state": "ready", "losses": [], "created": now, "expires": now,
    }  # fmt: skip
    with services.database.transaction() as work:
        staff = {"email": "a@example.org", "name": "A", "created": now}
        inbox.add(work.connection, inbox.table(schema.Staff), **staff)
        for column, value in orders.items():
            more = {column: value, "reference": column, "idempotency_key": column}
            order = inbox.add(work.connection, EXPORT_ORDER, **common, **more)
            part = {"order_id": order, "place": 0, "content": column.encode()}
            work.connection.execute(insert(EXPORT_PART).values(**part))
    with services.database.transaction() as work:
        command.downgrade(migrate._config(work.connection), "0012")
    migrate.upgrade(services.database)
    (order,), (part,) = rows(services, "export_order"), rows(services, "export_part")
    assert (order["reference"], order["token_id"], order["staff_id"]) == ("token_id", 1, None)
    assert (part["order_id"], bytes(part["content"])) == (order["id"], b"token_id")
