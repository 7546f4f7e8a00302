"""Prices of a provider: amounts are exact, and say what they leave out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.prices import Amount, Prices, Unpriced

SENT, RECEIVED, MESSAGE = Decimal("0.04"), Decimal("0.0075"), Decimal("0.005")


def test_an_amount_is_exact() -> None:
    prices = Prices(SENT, RECEIVED, MESSAGE)
    found = prices.amount(parts_out=300_001, parts_in=3, messages=7)
    assert found == Amount(Decimal("12000.0975"))


@pytest.mark.parametrize(
    ("prices", "needed", "expected"),
    [
        (Prices(), {}, None),
        (Prices(), {"parts_out": 1}, None),
        (Prices(SENT), {}, Amount(Decimal())),
        (Prices(SENT), {"messages": 1}, None),
        (Prices(SENT), {"parts_out": 1}, Amount(SENT)),
        (Prices(SENT), {"parts_out": 1, "parts_in": 1}, Amount(SENT, (Unpriced.SMS_RECEIVED,))),
        (Prices(SENT, Decimal()), {"parts_out": 1, "parts_in": 1}, Amount(SENT)),
        (Prices(Decimal()), {"parts_out": 5}, Amount(Decimal())),
        (
            Prices(message=MESSAGE),
            {"parts_out": 1, "parts_in": 1, "messages": 2},
            Amount(2 * MESSAGE, (Unpriced.SMS_SENT, Unpriced.SMS_RECEIVED)),
        ),
        (Prices(SENT), {"parts_out": 1, "messages": 1}, Amount(SENT, (Unpriced.WHATSAPP,))),
    ],
)
def test_what_has_no_price_is_named_and_nothing_is_said_where_nothing_has_one(
    prices: Prices, needed: dict[str, int], expected: Amount | None
) -> None:
    assert prices.amount(**needed) == expected
