"""Delivery reports come late, twice and out of order: a message only ever moves forward."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import update

from bot.gateways.twilio import RANK, STATUS, Delivery
from bot.store.inbox import OUTBOUND
from bot.usecases import deliveries
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.people import Person
from tests.support.rows import rows


@pytest.fixture
def outbound(services: Services) -> int:
    """A reply that went back to Twilio."""
    open_campaign(services)
    return Person(services).writes("hello")[0].outbound_id


def report(services: Services, outbound_id: int, status: str, code: int | None = None) -> bool:
    return deliveries.record(
        services, outbound_id=outbound_id, provider_sid="SM9", status=status, error_code=code
    )


def state(services: Services, outbound_id: int) -> str:
    return str(rows(services, "outbound", id=outbound_id)[0]["state"])


def test_a_report_moves_a_message_forward_and_stores_its_sid(
    services: Services, outbound: int
) -> None:
    assert report(services, outbound, "sent")
    assert report(services, outbound, "delivered")
    (row,) = rows(services, "outbound")
    assert (row["state"], row["provider_sid"], row["error_code"]) == ("delivered", "SM9", None)


def test_a_late_report_does_not_move_it_back(services: Services, outbound: int) -> None:
    assert report(services, outbound, "read")
    for status in ("delivered", "sent", "queued", "undelivered", "read"):
        assert not report(services, outbound, status)
    assert state(services, outbound) == "read"


def test_a_failure_is_stored_with_its_code(services: Services, outbound: int) -> None:
    assert report(services, outbound, "undelivered", 30003)
    row = rows(services, "outbound", id=outbound)[0]
    assert (row["state"], row["error_code"]) == ("failed", 30003)


def test_a_handsets_receipt_outranks_a_carriers_first_verdict(
    services: Services, outbound: int
) -> None:
    report(services, outbound, "failed", 30008)
    assert report(services, outbound, "delivered")
    assert state(services, outbound) == "delivered"


@pytest.mark.parametrize("status", ["", "receiving", "received", "something new"])
def test_an_unknown_status_changes_nothing(services: Services, outbound: int, status: str) -> None:
    assert not report(services, outbound, status)
    assert state(services, outbound) == "replied"


def test_a_report_about_a_message_that_is_not_ours_changes_nothing(
    services: Services, outbound: int
) -> None:
    assert not report(services, outbound + 1, "delivered")


def test_every_state_has_a_rank_of_its_own() -> None:
    assert set(RANK) == set(Delivery)
    assert len(set(RANK.values())) == len(RANK)


# One row for all examples: it is put back to its first state before each.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.sampled_from([*STATUS, "received", "new"]), min_size=1, max_size=8))
def test_whatever_the_order_the_furthest_state_wins(
    services: Services, outbound: int, statuses: list[str]
) -> None:
    with services.database.transaction() as work:
        work.connection.execute(update(OUTBOUND).values(state="replied", provider_sid=None))
    for status in statuses:
        report(services, outbound, status)
    reached = [Delivery.REPLIED, *(STATUS[status] for status in statuses if status in STATUS)]
    assert state(services, outbound) == max(reached, key=RANK.__getitem__)
