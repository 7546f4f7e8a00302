"""What a campaign costs in money: at most before it is launched, and what was really sent after that."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.store import inbox
from bot.usecases import (
    campaign_costs,
    checklist,
    contents,
    outbox,
    staff,
    templates,
    timing,
)
from bot.usecases.campaign_progress import progress
from bot.usecases.checklist_items import Checklist
from bot.usecases.plans import Plan
from bot.usecases.services import Services
from flows import phrases
from flows.prices import Amount, Prices, Unpriced
from tests.support.campaigns import draft, id_of, launch, write_survey
from tests.support.fakes import SettableClock
from tests.support.launching import enrol
from tests.support.people import Person
from tests.support.rows import rows

SMS, WHATSAPP = "+447700900123", "whatsapp:+447700900124"
SHORT = """
settings: {form_id: short}
choices:
  yes_no: [{name: "yes", label: "Yes"}, {name: "no", label: "No"}]
survey:
  - {type: select_one yes_no, name: agree, purpose: consent, label: "Agree?"}
  - {type: integer, name: one, label: "One?"}
"""
ALL = Prices(Decimal("0.04"), Decimal("0.0075"), Decimal("0.005"))


def at(services: Services, prices: Prices, currency: str = "GBP") -> Services:
    """The same house with these prices."""
    return replace(services, settings=replace(services.settings, prices=prices, currency=currency))


@pytest.fixture
def slug(services: Services, tmp_path) -> str:
    """A draft with somebody on either channel, two reminders and an announcement."""
    survey = write_survey(tmp_path, SHORT)
    made = draft(services, survey=survey, plan=Plan(reminder_hours=(48, 96), tell_days=1))
    enrol(services, made, [SMS, WHATSAPP], languages=["en"])
    return made


def check(services: Services, slug: str, prices: Prices) -> Checklist:
    return checklist.check(at(services, prices), slug)


def cost(services: Services, slug: str) -> campaign_costs.Cost:
    """What a campaign has cost so far, as its page shows it."""
    (place,) = staff.organisations(services)
    return progress(services, place, slug).cost


def test_the_checklist_says_what_a_campaign_costs_at_most_and_what_of_it_is_for_reminders(
    services: Services, slug: str
) -> None:
    found = check(services, slug, ALL)
    sms, whatsapp = found.estimate
    # By SMS: announced, two questions and a farewell; two answers; the dearest question twice more,
    # which is one part behind the words of a reminder.
    assert (sms.parts_out, sms.parts_in, sms.reminders, sms.reminder_parts) == (4, 2, 2, 2)
    assert sms.price is not None
    assert sms.price.money == (4 + 2) * Decimal("0.04") + 2 * Decimal("0.0075")
    assert sms.price.reminders == 2 * Decimal("0.04")
    # On WhatsApp: announced, invited and "yes, ask", then five messages; each reminder with a reply and
    # the question.
    assert (whatsapp.messages, whatsapp.reminders, whatsapp.reminder_messages) == (8, 2, 6)
    assert whatsapp.price is not None
    assert whatsapp.price.money == 14 * Decimal("0.005")
    assert found.price is not None
    assert found.price.money == sms.price.money + whatsapp.price.money
    assert found.price.reminders == Decimal("0.11")
    assert (found.price.currency, found.price.left_out) == ("GBP", ())
    assert found.not_counted == 0
    told = json.loads(json.dumps(found.to_json()))
    assert told["price"] == {"money": 0.325, "reminders": 0.11, "currency": "GBP", "left_out": []}
    assert [row["price"]["money"] for row in told["estimate"]] == [0.255, 0.07]


@pytest.mark.parametrize(
    ("prices", "money", "left_out"),
    [
        (Prices(), None, ()),
        (Prices(part_out=Decimal(1)), 6, (Unpriced.SMS_RECEIVED, Unpriced.WHATSAPP)),
        (Prices(part_out=Decimal(1), part_in=Decimal(0)), 6, (Unpriced.WHATSAPP,)),
        (Prices(message=Decimal(1)), 14, (Unpriced.SMS_SENT, Unpriced.SMS_RECEIVED)),
        (Prices(part_in=Decimal(1)), 2, (Unpriced.SMS_SENT, Unpriced.WHATSAPP)),
    ],
)
def test_a_total_names_what_it_leaves_out_and_without_prices_there_is_none(
    services: Services, slug: str, prices: Prices, money: int | None, left_out: tuple
) -> None:
    found = check(services, slug, prices)
    if money is None:
        assert found.price is None
        assert [row.price for row in found.estimate] == [None, None]
        assert found.to_json()["price"] is None
        assert cost(at(services, prices), launched(services, slug)).whole is None
        return
    assert found.price is not None
    assert (found.price.money, found.price.left_out) == (money, left_out)
    for row in found.estimate:
        known = prices.message if row.channel == "whatsapp" else prices.part_out or prices.part_in
        assert (row.price is None) == (known is None)


def launched(services: Services, slug: str) -> str:
    for phrase in (phrases.PRE_NOTIFICATION, phrases.INVITATION, phrases.GO_ON):
        definition = contents.define(services, phrase.context, "en")
        templates.register(services, definition, f"HX{len(phrase.source):032x}", "approved")
    launch(services, slug)
    return slug


def send(services: Services) -> None:
    outbox.send(services, [row["id"] for row in rows(services, "outbound", state="queued")])


def test_whoever_needs_every_reminder_and_answers_everything_costs_what_was_said_before(
    services: Services, slug: str, clock: SettableClock
) -> None:
    house = at(services, ALL)
    most = checklist.check(house, slug)
    launched(house, slug)
    send(house)
    clock.forward(days=1)
    people = Person(house, SMS), Person(house, WHATSAPP)
    timing.tick(house)
    send(house)  # the invitations
    for hours in (48, 96):
        clock.forward(hours=hours)
        timing.tick(house)
        send(house)
        people[1].says("go on")  # brings the question
    for person in people:
        person.goes_through("yes", "4")
    found = cost(house, slug)
    (sms, whatsapp) = most.estimate
    assert (found.parts_out, found.parts_in) == (sms.parts_out + sms.reminder_parts, sms.parts_in)
    # Her reply to the invitation was the one to its reminder: two messages less than at most.
    messages = found.messages_out + found.messages_in
    assert messages == whatsapp.messages + whatsapp.reminder_messages - 2
    assert most.price is not None
    assert found.whole == Amount(most.price.money - 2 * Decimal("0.005"))
    assert found.sms is not None
    assert found.whatsapp is not None
    assert found.sms.money + found.whatsapp.money == found.whole.money
    assert found.currency == "GBP"
    # What has not been received has no price to lack.
    assert found.parts_in == 2
    sent_only = cost(at(house, replace(ALL, part_in=None)), slug)
    assert sent_only.whole is not None
    assert sent_only.whole.left_out == (Unpriced.SMS_RECEIVED,)


def test_what_never_left_costs_nothing(services: Services, slug: str) -> None:
    house = at(services, ALL, "EUR")
    launched(house, slug)
    assert cost(house, slug).whole == Amount(Decimal())
    send(house)
    assert cost(house, slug).whole == Amount(Decimal("0.045"))
    assert cost(house, slug).currency == "EUR"


def test_people_who_are_in_no_estimate_are_counted(services: Services, tmp_path) -> None:
    survey = write_survey(tmp_path, SHORT)
    slug = draft(services, survey=survey, languages=["en", "bn"], keyword="spring rain")
    enrol(services, slug, ["+447700900123", "+447700900124"], languages=["en", "bn"])
    found = check(services, slug, ALL)
    assert [row.language for row in found.estimate] == ["en"]
    assert (found.not_counted, found.can_be_joined) == (1, True)
    assert found.to_json()["not_counted"] == 1
    nobody = draft(services, name="Nobody", survey=survey)
    empty = check(services, nobody, ALL)
    assert (empty.estimate, empty.price, empty.can_be_joined) == ((), None, False)


def test_a_second_wave_is_paid_for_too(services: Services, slug: str, tmp_path) -> None:
    once = check(services, slug, ALL)
    plan = Plan(reminder_hours=(48, 96), tell_days=1, follow_up_weeks=8)
    with services.database.transaction() as work:
        work.connection.execute(
            inbox.CAMPAIGN.update()
            .where(inbox.CAMPAIGN.c.id == id_of(services, slug))
            .values(plan=plan.to_json())
        )
    twice = check(services, slug, ALL)
    assert once.price is not None
    assert twice.price is not None
    assert twice.price.money == 2 * once.price.money
