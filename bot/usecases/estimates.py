"""What a campaign would cost at most: recipients x parts x waves, reminders included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from bot.gateways.files import SurveyFile
from bot.gateways.voices import PHRASES
from bot.store.inbox import AnyRow
from bot.usecases.plans import Plan
from bot.usecases.services import Services
from flows import phrases
from flows.lint import Cost, LanguageReport, Prices, lint
from flows.prices import Unpriced
from flows.segments import segments

OPENED = 2
"""WhatsApp messages that an approved template adds: whatever is replied to it brings the question, and
both count. It stands in for the invitation, and for what would remind."""


@dataclass(frozen=True, slots=True)
class Price:
    """What is paid at most, as far as there are prices.

    Attributes:
        money: for everything that has a price, reminders included; exact.
        reminders: how much of it is for reminders.
        currency: ISO 4217 code.
        left_out: what is needed and has no price: it is not in `money`.
    """

    money: Decimal
    reminders: Decimal
    currency: str
    left_out: tuple[Unpriced, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything by its name, money as numbers."""
        money = {"money": float(self.money), "reminders": float(self.reminders)}
        return {**money, "currency": self.currency, "left_out": list(self.left_out)}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the people of one language on one channel would take if all of them answered everything.

    Attributes:
        language: code.
        channel: `sms` or `whatsapp`.
        recipients: people who would be written to.
        waves: how often they are asked.
        parts_out: SMS parts sent in all, announcements included; 0 on WhatsApp.
        parts_in: SMS parts received in all; 0 on WhatsApp.
        messages: WhatsApp messages both ways in all, announcements and invitations included; 0 by SMS.
        reminder_parts: SMS parts of reminders, if everybody got every one; not in `parts_out`.
        reminders: reminders, if everybody got every one.
        reminder_messages: WhatsApp messages of reminders and of what they bring; not in `messages`.
        price: of all of this; None as long as there is no price for any of it.
    """

    language: str
    channel: str
    recipients: int
    waves: int
    parts_out: int
    parts_in: int
    messages: int
    reminder_parts: int
    reminders: int
    reminder_messages: int
    price: Price | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything by its name."""
        price = None if self.price is None else self.price.to_json()
        return asdict(replace(self, price=None)) | {"price": price}


def price_of(prices: Prices, currency: str, rows: Sequence[Estimate]) -> Price | None:
    """What is paid for some rows together; None as long as there is no price for any of it."""
    parts = sum(row.reminder_parts for row in rows)
    messages = sum(row.reminder_messages for row in rows)
    whole = prices.amount(
        parts_out=sum(row.parts_out for row in rows) + parts,
        parts_in=sum(row.parts_in for row in rows),
        messages=sum(row.messages for row in rows) + messages,
    )
    if whole is None or not rows:
        return None
    reminders = prices.amount(parts_out=parts, messages=messages)
    money = Decimal() if reminders is None else reminders.money
    return Price(whole.money, money, currency, whole.left_out)


def of(
    services: Services,
    file: SurveyFile,
    languages: Sequence[str],
    plan: Plan,
    groups: Sequence[AnyRow],
    organisation: str,
) -> Iterator[Estimate]:
    """The estimate of each language and channel that somebody on the list has.

    Args:
        services: the outside world.
        file: the survey.
        languages: those on offer.
        plan: reminders and waves.
        groups: rows with `language`, `channel`, `people` and `left_out`.
        organisation: what announcements call it.
    """
    asked: dict[tuple[str, str], int] = {}
    for group in groups:
        code = group.language if group.language in languages else languages[0]
        key = code, group.channel
        asked[key] = asked.get(key, 0) + group.people - group.left_out
    reports = _reports(services, file, sorted({code for code, _ in asked}))
    settings = services.settings
    for (code, channel), recipients in sorted(asked.items()):
        cost = reports[code].longest if code in reports else None
        if cost is not None and recipients:
            announcement = _announcement(services, file, code, organisation, plan)
            row = _estimate((code, channel), cost, recipients, plan, announcement)
            yield replace(row, price=price_of(settings.prices, settings.currency, [row]))


def _reports(
    services: Services, file: SurveyFile, codes: Sequence[str]
) -> dict[str, LanguageReport]:
    if not codes:
        return {}
    report = lint(
        file.survey,
        languages=services.voices.family(codes, own=file.catalogues),
        instruments=services.surveys.instruments,
        phrases=PHRASES,
        now=services.clock.now(),
    )
    return dict(report.languages)


def _announcement(
    services: Services, file: SurveyFile, code: str, organisation: str, plan: Plan
) -> int:
    """SMS parts of the announcement of an invitation; 0 if there is none."""
    if not plan.tell_days:
        return 0
    language = services.voices.family([code], own=file.catalogues)[code]
    return segments(language.text(phrases.PRE_NOTIFICATION, organisation=organisation)).count


def _estimate(
    place: tuple[str, str], cost: Cost, recipients: int, plan: Plan, announcement: int
) -> Estimate:
    language, channel = place
    waves = 1 if plan.follow_up_weeks is None else 2
    times, by_sms = recipients * waves, channel == "sms"
    reminders = times * len(plan.reminder_hours)
    told = 1 if plan.tell_days else 0
    return Estimate(
        language=language,
        channel=channel,
        recipients=recipients,
        waves=waves,
        parts_out=times * (announcement + cost.parts_out) if by_sms else 0,
        parts_in=times * cost.parts_in if by_sms else 0,
        messages=0 if by_sms else times * (told + OPENED + cost.messages),
        reminder_parts=reminders * cost.reminder_parts if by_sms else 0,
        reminders=reminders,
        reminder_messages=0 if by_sms else reminders * (1 + OPENED),
    )
