"""What messages cost: a provider's prices, and amounts that say what they leave out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unpriced(StrEnum):
    """What is paid for, as far as nobody has said its price."""

    SMS_SENT = "sms_sent"
    SMS_RECEIVED = "sms_received"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True, slots=True)
class Amount:
    """What something costs, in the currency of the prices.

    Attributes:
        money: exact; whoever shows it rounds it.
        left_out: what is needed too and has no price, so that it is not in `money`.
    """

    money: Decimal
    left_out: tuple[Unpriced, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """What a provider charges, in any currency; None where nobody has said.

    Attributes:
        part_out: one SMS part sent.
        part_in: one SMS part received.
        message: one WhatsApp message, sent or received.
    """

    part_out: Decimal | None = None
    part_in: Decimal | None = None
    message: Decimal | None = None

    def sms(self, parts_out: int, parts_in: int) -> Decimal | None:
        """The price of what is sent, and of what is received where that has one; None without the first."""
        if self.part_out is None:
            return None
        return parts_out * self.part_out + parts_in * (self.part_in or 0)

    def whatsapp(self, messages: int) -> Decimal | None:
        """The price of messages, both ways."""
        return None if self.message is None else messages * self.message

    def amount(self, *, parts_out: int = 0, parts_in: int = 0, messages: int = 0) -> Amount | None:
        """The price of all of it together; None if nothing of what is needed has a price.

        Args:
            parts_out: SMS parts sent.
            parts_in: SMS parts received.
            messages: WhatsApp messages, both ways.
        """
        wanted = (
            (Unpriced.SMS_SENT, parts_out, self.part_out),
            (Unpriced.SMS_RECEIVED, parts_in, self.part_in),
            (Unpriced.WHATSAPP, messages, self.message),
        )
        needed = [(what, count, price) for what, count, price in wanted if count]
        known = [count * price for _, count, price in needed if price is not None]
        if not known and (needed or self == Prices()):
            return None
        left_out = tuple(what for what, _, price in needed if price is None)
        return Amount(sum(known, Decimal()), left_out)
