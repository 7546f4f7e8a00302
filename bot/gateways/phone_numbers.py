"""Phone numbers as people write them into lists, read as numbers that a message can be sent to.

What decides: libphonenumber's metadata, through `phonenumbers`. A number is taken if its kind is "mobile"
(or "fixed line or mobile", which is all that North America tells). Refused are landlines, and what rings no
one person's phone or costs her money: personal numbers (UK 070), pagers (076), internet telephones (056),
free, shared-cost and premium numbers. Ofcom's numbers for drama (07700 900000 to 900999) are nobody's: they
are taken, so that demonstrations and tests can use them.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

import phonenumbers
import regex
from phonenumbers import (
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)


class Reason(StrEnum):
    """Why a number can not be used."""

    NO_NUMBER = "no_number"
    NOT_A_NUMBER = "not_a_number"
    DIGITS_LOST = "digits_lost"
    SEVERAL_NUMBERS = "several_numbers"
    EXTENSION = "extension"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_COUNTRY = "unknown_country"
    NOT_IN_USE = "not_in_use"
    LANDLINE = "landline"
    NOT_A_MOBILE = "not_a_mobile"


class BadNumber(ValueError):
    """A number that no message can be sent to, and why; it never repeats the number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_DRAMA = range(7_700_900_000, 7_700_901_000)
_LONGEST = 200
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Mn}\p{Me}]")
_SPACE = regex.compile(r"[\p{Z}\s]+")
_NATIVE_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_SIGNS = str.maketrans(
    {"＋": "+", "﹢": "+", "（": "(", "）": ")", "．": ".", "／": "/"}
    | dict.fromkeys("‐‑‒–—―−－﹣", "-")
)
_LABEL = re.compile(
    r"(?:tel(?:ephone)?|phone|ph|mob(?:ile)?|cell|sms|whatsapp|t|m)\s*[:.]\s*", re.IGNORECASE
)
_CHAT = re.compile(r"(?:https?://)?wa\.me/\+?(\d+)(?:[/?].*)?", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_DECIMAL = re.compile(r"(\+?\d+)[.,]0+")
_EXTENSION = re.compile(r"\d[\s,;]*(?:ext(?:ension|n)?|x|#|;ext=)[\s.:=]*\d{1,6}", re.IGNORECASE)
_BETWEEN = re.compile(r"[/;,|&\n]|\bor\b|\band\b", re.IGNORECASE)
_WRITTEN = re.compile(r"\+?[\d\s().\-/,]+")
_NO_DIGIT = re.compile(r"[^0-9]+")
_BRITISH = re.compile(r"(\+44|44|0|)(7[0-9]{9})")
_TRUNK = re.compile(r"\(\s*0\s*\)")


def plain(text: str) -> str:
    """A text with ASCII digits, plain signs and single spaces, and without invisible characters."""
    if text.isascii():
        return " ".join(text.split())
    shown = _INVISIBLE.sub("", text).translate(_SIGNS)
    shown = _NATIVE_DIGIT.sub(lambda one: str(unicodedata.decimal(one[0], one[0])), shown)
    return str(_SPACE.sub(" ", shown)).strip()


def masked(text: str) -> str:
    """The last three digits of a number, as staff see it: `…123`; nothing of what is shorter."""
    digits = _NO_DIGIT.sub("", plain(text[:_LONGEST]))
    return f"…{digits[-3:]}" if len(digits) >= 7 else ""


def has_extension(text: str) -> bool:
    """Whether a number goes on to an extension, as `ext 5` or `x5`."""
    return _EXTENSION.search(plain(text)) is not None


def mobile(text: str, *, region: str) -> str:
    """The number in E.164 that a written one means.

    Args:
        text: as somebody wrote it, or as a spreadsheet spoilt it.
        region: ISO 3166 code that local numbers are read in.

    Raises:
        BadNumber: with the reason.
    """
    written = _written(text)
    if (usual := _usual(written, region)) is not None:
        return usual
    number = _parsed(written, region)
    problem = _problem(number)
    if problem is not None and not written.startswith("+"):
        number, problem = _with_its_plus(written, number, problem)
    if problem is not None:
        raise BadNumber(problem)
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _usual(written: str, region: str) -> str | None:
    """An ordinary British mobile number, by the same metadata, in a hundredth of the time."""
    found = _BRITISH.fullmatch(written)
    if found is None or not (found[1] == "+44" or region == "GB"):
        return None
    return f"+44{found[2]}" if _british_mobile().fullmatch(found[2]) else None


@cache
def _british_mobile() -> re.Pattern[str]:
    metadata = PhoneMetadata.metadata_for_region("GB")
    assert metadata is not None  # it comes with the library
    assert metadata.mobile is not None
    return re.compile(metadata.mobile.national_number_pattern or "")


def _written(text: str) -> str:
    """The digits of one number, a plus before them if one was meant; everything else is refused."""
    if len(text) > _LONGEST:
        raise BadNumber(Reason.NOT_A_NUMBER)
    shown = plain(text).removeprefix("=").strip("\"'` ")
    shown = _LABEL.sub("", shown, count=1) if _LABEL.match(shown) else shown
    if not shown:
        raise BadNumber(Reason.NO_NUMBER)
    if (chat := _CHAT.fullmatch(shown)) is not None:
        return f"+{chat[1]}"
    if (scientific := _SCIENTIFIC.fullmatch(shown)) is not None:
        return _unshortened(*scientific.groups(default=""))
    if (decimal := _DECIMAL.fullmatch(shown)) is not None:
        shown = decimal[1]
    if _EXTENSION.search(shown):
        raise BadNumber(Reason.EXTENSION)
    if sum(sum(c.isdigit() for c in part) >= 7 for part in _BETWEEN.split(shown)) > 1:
        raise BadNumber(Reason.SEVERAL_NUMBERS)
    if not _WRITTEN.fullmatch(shown):
        raise BadNumber(Reason.NOT_A_NUMBER)
    return _digits(shown)


def _digits(shown: str) -> str:
    plus = shown.startswith(("+", "00"))
    if plus:
        shown = _TRUNK.sub("", shown)
    digits = _NO_DIGIT.sub("", shown)
    if not digits:
        raise BadNumber(Reason.NOT_A_NUMBER)
    return f"+{digits.removeprefix('00')}" if plus else digits


def _unshortened(first: str, rest: str, exponent: str) -> str:
    """What a spreadsheet shortened, if every digit is still there: 4.47700900123E+11."""
    if len(rest) < int(exponent):
        raise BadNumber(Reason.DIGITS_LOST)
    if rest[int(exponent) :].strip("0"):
        raise BadNumber(Reason.NOT_A_NUMBER)
    return first + rest[: int(exponent)]


def _parsed(written: str, region: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException as error:
        raise BadNumber(_REFUSED.get(error.error_type, Reason.NOT_A_NUMBER)) from None


_REFUSED = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: Reason.UNKNOWN_COUNTRY,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_LONG: Reason.TOO_LONG,
    phonenumbers.NumberParseException.NOT_A_NUMBER: Reason.TOO_SHORT,  # one or two digits alone
}


def _problem(number: PhoneNumber) -> Reason | None:
    """Why this number can not be used, if it can not."""
    if number.country_code == 44 and number.national_number in _DRAMA:
        return None
    kind = phonenumbers.number_type(number)
    if kind in _MOBILE:
        return None
    if kind == PhoneNumberType.FIXED_LINE:
        return Reason.LANDLINE
    if kind != PhoneNumberType.UNKNOWN:
        return Reason.NOT_A_MOBILE
    match phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE):
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Reason.TOO_SHORT
        case ValidationResult.TOO_LONG | ValidationResult.INVALID_LENGTH:
            return Reason.TOO_LONG
        case _:
            return Reason.NOT_IN_USE


def _with_its_plus(
    written: str, local: PhoneNumber, problem: Reason
) -> tuple[PhoneNumber, Reason | None]:
    """A number from abroad whose plus was lost, unless it is a local one with a digit too many.

    07700 900123 without its nought and with one digit more would be somebody's number in Kazakhstan.
    """
    shorter = PhoneNumber(country_code=local.country_code, national_number=local.national_number)
    if phonenumbers.truncate_too_long_number(shorter) and _problem(shorter) is None:
        return local, problem
    if local.country_code == 44 and (local.national_number or 0) // 10 in _DRAMA:
        return local, problem
    if written.startswith("0"):
        return local, problem
    try:
        abroad = phonenumbers.parse(f"+{written}", None)
    except phonenumbers.NumberParseException:
        return local, problem
    return (abroad, None) if _problem(abroad) is None else (local, problem)
