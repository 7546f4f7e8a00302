"""How many SMS parts a text takes, and what a channel can carry.

GSM 03.38: 160 characters in one part, 153 in each of several; characters of the extension table count
twice. One character outside it turns the whole text to UCS-2: 70, or 67 in each of several, counted in
UTF-16 units.
"""

from __future__ import annotations

from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

BODY_LIMIT = 1600
"""Characters that Twilio takes in one message."""

SEGMENT_LIMIT = 10
"""SMS parts in one message that networks deliver whole."""


@dataclass(frozen=True, slots=True)
class Segments:
    """The cost of a text as SMS: its encoding, and the number of parts that are paid for."""

    encoding: str
    count: int


def segments(text: str) -> Segments:
    """Encoding and parts of a text; an empty text still takes one part."""
    if all(character in _GSM or character in _GSM_EXTENSION for character in text):
        units = len(text) + sum(character in _GSM_EXTENSION for character in text)
        return Segments("GSM-7", _parts(units, 160, 153))
    return Segments("UCS-2", _parts(len(text.encode("utf-16-le")) // 2, 70, 67))


def _parts(units: int, single: int, several: int) -> int:
    return 1 if units <= single else -(-units // several)


def fits(text: str) -> bool:
    """Whether a text can be sent as one message on any channel."""
    return len(text) <= BODY_LIMIT and segments(text).count <= SEGMENT_LIMIT
