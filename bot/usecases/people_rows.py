"""A row of a list, read: a person who can be asked, or everything that is wrong with the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import regex

from bot.gateways import phone_numbers
from bot.gateways.addresses import Address, Channel
from bot.gateways.people_files import Row
from bot.gateways.phone_numbers import BadNumber, masked, plain
from bot.usecases.people_columns import Column, Layout, Place, letters
from bot.usecases.people_problems import Problem, problem
from bot.usecases.people_words import Words
from flows.reading.folding import fold

LONGEST_NICKNAME = 40
LONGEST_ATTRIBUTE = 100

_CHANNELS = {
    "sms": Channel.SMS, "text": Channel.SMS, "texts": Channel.SMS, "text message": Channel.SMS,
    "whatsapp": Channel.WHATSAPP, "whats app": Channel.WHATSAPP, "wa": Channel.WHATSAPP,
    "واٹس ایپ": Channel.WHATSAPP, "واتساب": Channel.WHATSAPP, "হোয়াটসঅ্যাপ": Channel.WHATSAPP,
}  # fmt: skip
_PERSONAL = regex.compile(r"\S@\S|(?:\p{Nd}[\s().\-/]*){7,}")
_LETTER = regex.compile(r"\p{L}")
_LOOSE = regex.compile(r"(?:\+|\()?\d[\d\s().\-/]{5,}\d")


@dataclass(frozen=True, slots=True)
class Person:
    """A row that was read.

    Attributes:
        row: its number.
        column: the heading of the number's column.
        address: how she can be reached.
        consent: how it is known that she agreed.
        language: code, or None: she will be asked.
        nickname: what she is called, if the list says so.
        pin: four digits, if she has some.
        attributes: name -> value.
    """

    row: int
    column: str
    address: Address
    consent: str
    language: str | None = None
    nickname: str | None = None
    pin: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The end of her number, as staff see it."""
        return masked(self.address.address)


@dataclass(frozen=True)
class Given:
    """What is said about every row of a list at once.

    Attributes:
        languages: codes that the campaign is held in.
        region: ISO 3166 code that local numbers are read in.
        today: a consent is not from the future.
        consent: how everybody agreed, or None where the list says so row by row.
        language: for rows that name none.
        channel: for rows that name none.
    """

    languages: Sequence[str]
    region: str
    today: date
    consent: str | None = None
    language: str | None = None
    channel: Channel = Channel.SMS


@dataclass
class _Reading:
    """A row on its way."""

    row: int
    cells: Sequence[str]
    layout: Layout
    number: str = ""
    problems: list[Problem] = field(default_factory=list)

    def cell(self, place: Place) -> str:
        return self.cells[place.index].strip() if place.index < len(self.cells) else ""

    def first(self, column: Column) -> tuple[Place | None, str]:
        """The first column of a kind with something in it."""
        places = self.layout.by_column[column]
        filled = ((place, text) for place in places if (text := self.cell(place)))
        return next(filled, (places[0] if places else None, ""))

    def wrong(self, place: Place | None, reason: str, **values: object) -> None:
        heading = place.heading if place is not None else ""
        self.problems.append(problem(self.row, heading, reason, self.number, **values))


class RowReader:
    """Reads the rows of one list."""

    def __init__(self, layout: Layout, words: Words, given: Given) -> None:
        self.layout, self._words, self._given = layout, words, given

    def read(self, row: Row) -> Person | list[Problem]:
        """A person, or everything that is wrong with a row."""
        reading = _Reading(row[0], row[1], self.layout)
        channel = self._channel(reading)
        address, column, beside = self._address(reading, channel)
        language = self._language(reading)
        consent = self._consent(reading, channel)
        nickname, pin = self._nickname(reading, beside), self._pin(reading)
        if pin and not nickname and not reading.problems:
            reading.wrong(reading.first(Column.PIN)[0], "pin_without_nickname")
        attributes = dict(self._attributes(reading))
        if address is None or reading.problems:
            return reading.problems
        return Person(row[0], column, address, consent, language, nickname, pin, attributes)

    def _channel(self, reading: _Reading) -> Channel:
        place, text = reading.first(Column.CHANNEL)
        if text and place is not None:
            found = _CHANNELS.get(fold(text))
            if found is not None:
                return found
            if "whatsapp" in fold(place.heading):  # "WhatsApp: yes"
                said = self._words.says_yes(text)
                if said is not None:
                    return Channel.WHATSAPP if said else Channel.SMS
            reading.number = masked(self._number(reading)[1])
            reading.wrong(place, "channel_unknown")
        return self._given.channel

    def _number(self, reading: _Reading) -> tuple[Place | None, str]:
        place, text = reading.first(Column.PHONE)
        if text:
            return place, text
        other, text = reading.first(Column.WHATSAPP)
        return (other, text) if text else (place or other, "")

    def _address(self, reading: _Reading, channel: Channel) -> tuple[Address | None, str, str]:
        """The address, its column's heading, and the name that stood beside it in a pasted list."""
        place, text = self._number(reading)
        numbers = reading.layout.by_column[Column.WHATSAPP]
        chosen = reading.first(Column.CHANNEL)[1]
        if place in numbers and not chosen:
            channel = Channel.WHATSAPP
        elif numbers and channel is Channel.WHATSAPP and reading.first(Column.WHATSAPP)[1]:
            place, text = reading.first(Column.WHATSAPP)
        beside = ""
        if reading.layout.loose:
            place, text, beside = self._loosely(reading, place, text)
        if fold(text).startswith("whatsapp:") and not chosen:
            channel = Channel.WHATSAPP
        reading.number = masked(text)
        heading = place.heading if place is not None else ""
        try:
            address = Address.reachable(text, channel=channel, region=self._given.region)
        except BadNumber as refused:
            reading.wrong(place, refused.reason)
            return None, heading, beside
        return address, heading, beside

    @staticmethod
    def _loosely(
        reading: _Reading, place: Place | None, text: str
    ) -> tuple[Place | None, str, str]:
        """`Amina 07700 900123`: in a pasted list the number may stand anywhere, a name beside it."""
        cells = [(place, text)] if text else []
        cells += [
            (Place(index, Column.PHONE, letters(index)), cell)
            for index, cell in enumerate(reading.cells)
        ]
        for where, cell in cells:
            shown = plain(cell[:200])
            found = list(_LOOSE.finditer(shown))
            around = _LOOSE.sub(" ", shown).strip(" ,;:-()\t")
            named = regex.search(r"\p{L}{2}", around) and "whatsapp:" not in shown
            if len(found) == 1 and named and not phone_numbers.has_extension(shown):
                return where, found[0][0], _original(cell, around)
            if found:
                return where, cell, ""
        return place, text, ""

    def _language(self, reading: _Reading) -> str | None:
        place, text = reading.first(Column.LANGUAGE)
        if not text:
            return self._given.language
        found = self._words.languages(text)
        if not found:
            reading.wrong(place, "language_unknown")
            return None
        offered = [code for code in found if code in self._given.languages]
        if not offered:
            languages = ", ".join(self._given.languages)
            reading.wrong(place, "language_not_offered", languages=languages)
            return None
        return offered[0]

    def _consent(self, reading: _Reading, channel: Channel) -> str:
        own = Column.CONSENT_SMS if channel is Channel.SMS else Column.CONSENT_WHATSAPP
        if reading.layout.by_column[own]:
            place, text = reading.first(own)
        else:
            place, text = reading.first(Column.CONSENT)
        if not text:
            if self._given.consent is None:
                reading.wrong(place, "consent_missing")
            return self._given.consent or ""
        said = self._words.says_yes(text)
        day = self._words.day(text) if said is None else None
        if said is False:
            reading.wrong(place, "consent_refused")
        elif said is None and day is None:
            reading.wrong(place, "consent_unclear")
        elif day is not None and day > self._given.today:
            reading.wrong(place, "consent_in_future")
        how = self._given.consent or "the list"
        return f"{how} ({day.isoformat()})" if day is not None else how

    def _nickname(self, reading: _Reading, beside: str) -> str | None:
        place, text = reading.first(Column.NICKNAME)
        name = " ".join((text or beside).split())
        if not name:
            return None
        if len(name) > LONGEST_NICKNAME or not _LETTER.search(name):
            reading.wrong(place, "nickname_unusable")
            return None
        return name

    @staticmethod
    def _pin(reading: _Reading) -> str | None:
        place, text = reading.first(Column.PIN)
        if not text:
            return None
        pin = regex.sub(r"[\s-]|\.0$", "", plain(text[:40]))
        if not regex.fullmatch(r"[0-9]{4}", pin):
            reading.wrong(place, "pin_not_four_digits")
            return None
        return str(pin)

    @staticmethod
    def _attributes(reading: _Reading) -> Iterable[tuple[str, str]]:
        for place in reading.layout.by_column[Column.ATTRIBUTE]:
            value = " ".join(reading.cell(place).split())
            if not value:
                continue
            if len(value) > LONGEST_ATTRIBUTE:
                reading.wrong(place, "attribute_too_long")
            elif place.attribute == "weight":
                if (weight := _weight(value)) is None:
                    reading.wrong(place, "weight_not_number")
                else:
                    yield place.attribute, weight
            elif _PERSONAL.search(value):
                reading.wrong(place, "attribute_personal")
            else:
                yield place.attribute, value


def _original(cell: str, around: str) -> str:
    """The words beside a number as they were typed, where cleaning the number would have changed them."""
    typed = regex.sub(r"[\p{Nd}+()\-/.:;,\s]+", " ", cell).strip()
    return typed if fold(typed) == fold(around) else around


def _weight(text: str) -> str | None:
    shown = plain(text).replace(",", ".")
    if not regex.fullmatch(r"\d{1,9}(?:\.\d{1,12})?", shown) or not float(shown) > 0:
        return None
    return str(shown)
