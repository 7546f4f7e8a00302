"""Addresses of people: E.164 numbers, and WhatsApp identifiers that have no number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from bot.gateways import phone_numbers

_WHATSAPP = "whatsapp:"
_USER = re.compile(r"[A-Z]{2}\.[A-Za-z0-9._-]{1,128}")


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


class BadAddress(ValueError):
    """Text that is not an address a message can come from or go to."""


@dataclass(frozen=True, slots=True)
class Address:
    """A channel, and an address on it: `+447700900123`, or `GB.a1b2` for WhatsApp without a number."""

    channel: Channel
    address: str

    @property
    def provider(self) -> str:
        """The address in Twilio's form."""
        return f"{_WHATSAPP}{self.address}" if self.channel is Channel.WHATSAPP else self.address

    @classmethod
    def parse(cls, text: str, *, region: str = "GB") -> Address:
        """An address from what Twilio sends or a person writes down; raises BadAddress."""
        channel = Channel.SMS
        rest = text.strip()
        if rest.startswith(_WHATSAPP):
            channel, rest = Channel.WHATSAPP, rest[len(_WHATSAPP) :].strip()
            if _USER.fullmatch(rest):
                return cls(channel, rest)
        if rest.isdecimal() and 3 <= len(rest) <= 6:
            return cls(channel, rest)  # a short code
        try:
            number = phonenumbers.parse(rest, region)
        except phonenumbers.NumberParseException:
            raise BadAddress("not a phone number") from None
        if not phonenumbers.is_possible_number(number):
            raise BadAddress("not a possible phone number")
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return cls(channel, e164)

    @classmethod
    def reachable(cls, text: str, *, channel: Channel, region: str = "GB") -> Address:
        """The address that a message can be sent to, from what somebody wrote into a list.

        Args:
            text: a number in any usual notation, or a WhatsApp id without a number: `GB.a1b2`.
            channel: how she is to be written to.
            region: ISO 3166 code that local numbers are read in.

        Raises:
            phone_numbers.BadNumber: with the reason.
        """
        bare = text.strip().removeprefix(_WHATSAPP).strip()
        if channel is Channel.WHATSAPP and _USER.fullmatch(bare):
            return cls(channel, bare)
        return cls(channel, phone_numbers.mobile(text, region=region))
