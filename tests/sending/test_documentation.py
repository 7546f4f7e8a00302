"""`docs/sending.md` says what the code does."""

from __future__ import annotations

from pathlib import Path

from bot.gateways.twilio import Delivery
from bot.gateways.twilio_errors import REACTIONS, table_in_markdown
from bot.usecases import hours, outbox, pacing, reactions, reconciliation, uncertain

PAGE = (Path(__file__).resolve().parents[2] / "docs/sending.md").read_text(encoding="utf-8")


def test_the_error_table_is_the_codes_own() -> None:
    shown = PAGE.partition("<!-- the table: begin -->\n")[2].partition("<!-- the table: end -->")[0]
    assert shown == table_in_markdown()
    for code in REACTIONS:
        assert str(code) in shown


def test_every_state_is_explained() -> None:
    states = PAGE.partition("## States")[2].partition("## From")[0]
    for state in Delivery:
        assert f"`{state.value}`" in states


def test_the_numbers_on_the_page_are_the_codes() -> None:
    assert (outbox.BATCH, outbox.LEASE_SECONDS, outbox.TRAVEL.seconds) == (20, 60.0, 10)
    assert (uncertain.GRACE.seconds, uncertain.STUCK.seconds) == (120, 120)
    assert (hours.JUST_WROTE.seconds, hours.SHORTEST.seconds) == (3600, 60)
    assert (hours.HOURS.opens.hour, hours.HOURS.closes.hour) == (9, 20)
    assert (reconciliation.OVERLAP.seconds, reconciliation.WEBHOOK_CHANCE.seconds) == (600, 60)
    assert (pacing.BASE_SECONDS, pacing.CAP_SECONDS, pacing.MAX_ATTEMPTS) == (5.0, 900.0, 10)
    assert (reactions.RETRY_ONCE_AFTER.seconds, reactions.HOURS_LATER.seconds) == (300, 14400)
    assert (reactions.WARNED_REST.seconds, reactions.FILTERED_AT_LEAST) == (900, 5)
