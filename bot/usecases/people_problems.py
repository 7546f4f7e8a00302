"""Why a row of a list was not taken: a code for machines, and a sentence that says what to do.

`N_` marks the sentences for the extractor: pages show them through their own catalogue, by `Problem.values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.gateways.phone_numbers import Reason


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extractors know
    """Mark a text that is translated when it is shown."""
    return text


SAY: Mapping[str, str] = {
    Reason.NO_NUMBER: N_("There is no number in this row: add it, or delete the row."),
    Reason.NOT_A_NUMBER: N_(
        "This is not a phone number: write one number, in digits, and nothing else."
    ),
    Reason.DIGITS_LOST: N_(
        "The spreadsheet shortened this number and its last digits are lost: format the column as text and "
        "enter the number again."
    ),
    Reason.SEVERAL_NUMBERS: N_("There is more than one number here: give each a row of its own."),
    Reason.EXTENSION: N_(
        "A message can not reach an extension: give the person's own mobile number."
    ),
    Reason.TOO_SHORT: N_("This number is too short: a digit is missing."),
    Reason.TOO_LONG: N_(
        "This number has too many digits: check it; a number from abroad needs its + at the beginning."
    ),
    Reason.UNKNOWN_COUNTRY: N_("No country has this code: check the digits after the +."),
    Reason.NOT_IN_USE: N_("Nobody has a number like this: check its digits."),
    Reason.LANDLINE: N_("This is a landline, which gets no messages: ask for a mobile number."),
    Reason.NOT_A_MOBILE: N_(
        "This is no ordinary mobile number (free, premium, personal, pager and internet numbers get no "
        "messages): ask for a mobile number."
    ),
    "language_unknown": N_(
        "This is not the name or code of a language we know: write for example bn or Bengali."
    ),
    "language_not_offered": N_("This campaign is not held in that language: it is in {languages}."),
    "channel_unknown": N_("Write sms or whatsapp here."),
    "consent_missing": N_(
        "It is not said that this person agreed to be written to: ask her, then write yes or the date in a "
        "column `consent`."
    ),
    "consent_refused": N_("This person said no: nobody writes to her; delete the row."),
    "consent_unclear": N_("Write yes, no or the date on which she agreed, for example 2026-03-14."),
    "consent_in_future": N_("This date of consent lies in the future: check it."),
    "nickname_unusable": N_(
        "A nickname has letters, and at most 40 characters: change it or leave it out."
    ),
    "pin_not_four_digits": N_("A PIN is four digits: change it or leave it out."),
    "pin_without_nickname": N_(
        "A PIN needs a nickname beside it, which is what she chooses on the phone: add one, or leave the "
        "PIN out."
    ),
    "attribute_personal": N_(
        "This looks like a number or an address of a person: take it out, attributes are for groups."
    ),
    "attribute_too_long": N_("This is longer than 100 characters: use a short code."),
    "weight_not_number": N_("A weight is a number above 0, such as 1.25."),
    "duplicate": N_(
        "This number is in row {first} already: if several people share the phone, give each a nickname of "
        "her own; else delete the row."
    ),
    "whose": N_(
        "Several people answer from this phone: say in the column `nickname` which of them is meant."
    ),
    "listed_already": N_("This person is in the campaign already: nothing has to be done."),
    "opted_out": N_(
        "This person asked not to be written to: only she can change that, by sending START."
    ),
    "unreachable": N_(
        "Messages to this number came back as impossible to deliver: ask for a number that works."
    ),
}
"""Reason -> the sentence. Nothing of what stood in the row is repeated in it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken.

    Attributes:
        row: its number, as a spreadsheet shows it.
        column: the heading, or the letter, of the column to look at.
        reason: a key of `SAY`.
        say: what to do.
        number: the last digits of the row's number, `…123`; it is shown and never stored in clear.
        values: what stands in the sentence's braces.
    """

    row: int
    column: str
    reason: str
    say: str
    number: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def stored(self) -> dict[str, int | str]:
        """What is kept of it."""
        return {"row": self.row, "column": self.column, "reason": self.reason}


def problem(row: int, column: str, reason: str, number: str = "", **values: object) -> Problem:
    """A problem with its sentence."""
    told = tuple((name, str(value)) for name, value in values.items())
    return Problem(row, column, str(reason), SAY[reason].format(**values), number, told)
