"""Calendar dates of the common calendar, as people write them, returned in ISO form.

Day and month in figures are read only when one order makes a date ("14/3/2026") or both orders
make the same ("5/5/2026"). A year of two figures, or none, is asked. Bikram, Ethiopic, Solar and
lunar Hijri dates are not read: their years fall outside the range or their months are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import regex

from flows.reading.answers import Read, Reading, Speech, Unread, Why
from flows.reading.folding import fold
from flows.reading.messages import DECOR, Message, Piece, cut, doubting, opened
from flows.reading.vocabulary import Role
from flows.reading.words import Kind, key_of

FIRST_YEAR, LAST_YEAR = 1900, 2100

_HAN_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_HAN_DATE = regex.compile(
    r"([0-9]{4}|[零〇一二三四五六七八九]{4}) ?年 ?([0-9]{1,2}|[一二三四五六七八九十]{1,2}) ?月 ?"
    r"([0-9]{1,2}|[一二三四五六七八九十廿卅]{1,3}) ?[日號](?: ?[(]([一二三四五六日])[)])?"
)
_HAN_NUMBER = regex.compile(r"(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?")
_NUMERIC = regex.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_DAY_AND_ENDING = regex.compile(r"([0-9]{1,2})(\D+)")
# Endings of an ordinal day: English, Bengali (১লা, ২রা, ৪ঠা, ১৪ই, ২৫শে), French, Somali.
_ENDINGS = frozenset(
    {"st", "nd", "rd", "th", "লা", "রা", "ঠা", "ই", "শে", "er", "aad", "ka", "da", "ta", "ga", "مه"}
)
_FIRST_DAY = frozenset({fold("یکم"), "premier", "pierwszy", "pierwszego", "intai"})
# What stands around a date without changing it: of, the, day, month, year.
_AROUND_WORDS = (
    "of the on in day month year date তারিখ সাল সালের সালে ইং ইংরেজি تاریخ کو سال ماه مه روز ko "
    "tareekh tarikh د کال ਤਾਰੀਖ ਸਾਲ ਨੂੰ یوم يوم شهر سنة عام م میلادی ميلادي le de du la pe data "
    "ziua luna anul roku rok r dnia dzień tarehe mwezi wa mwaka bisha bishii sannadka sanadka "
    "maalinta ቀን ዕለት"
)
_AROUND = frozenset(key_of(fold(word)) for word in _AROUND_WORDS.split())
# Months of the Ethiopian calendar that Eritrea uses for the common one too: without knowing which
# calendar is meant the day is eleven days and the year seven or eight years apart.
_ETHIOPIAN_MONTHS = (
    "መስከረም ጥቅምት ጥቅምቲ ጥቕምቲ ጥቕምት ሕዳር ሕደር ታሕሳስ ጥር ጥሪ ለካቲት የካቲት መጋቢት ሚያዝያ ሚያዚያ "
    "ምያዝያ ግንቦት ጉንበት ጉምበት ግምቦት ሰነ ሰኔ ሓምለ ሓምሌ ነሓሰ ነሓሴ ጳጉሜ "
    "መስ ጥቅ ሕዳ ታሕ ለካ መጋ ሚያ ግን ሓም ነሓ meskerem mesekerem tikimt tkmti tikimti tqmti tikemti "
    "tiqimti hdar hidar hedar tahsas tahsass tahisas tir tri tiri tirri lekatit lekatt yekatit "
    "megabit megabt miyazya miazia myazya miyaziya ginbot gunbet gumbet gnbot sene senne "
    "hamle hamlie nehase nahase nehasse pagume"
)
_TWO_CALENDARS = frozenset(key_of(fold(month)) for month in _ETHIOPIAN_MONTHS.split())


@dataclass(slots=True)
class _Parts:
    """What a message says of a date."""

    numbers: list[str] = field(default_factory=list)
    months: list[frozenset[int]] = field(default_factory=list)
    weekdays: list[frozenset[int]] = field(default_factory=list)
    either: list[Piece] = field(default_factory=list)  # French "mar": March, and Tuesday
    written: list[tuple[str, str, str]] = field(default_factory=list)
    days_back: list[int] = field(default_factory=list)
    problem: Unread | None = None


def read_date(text: str, speech: Speech, *, today: date | None = None) -> Reading:
    """Read one calendar date as ``YYYY-MM-DD``.

    Args:
        text: exactly what the person typed.
        speech: the language of the conversation.
        today: the day the message came; without it "today" and "yesterday" are not read.
    """
    message = opened(text, speech)
    if isinstance(message, Unread):
        return message
    if found := _HAN_DATE.search(message.text):
        around = message.text[: found.start()] + " " + message.text[found.end() :]
        return _han(found, _parts(cut(around, speech)))
    parts = _parts(message)
    if parts.problem is not None:
        return parts.problem
    if parts.days_back:
        return _relative(parts, today)
    if parts.written:
        return _numeric(parts)
    if parts.months:
        return _named(parts)
    if len(parts.numbers) == 3:
        parts.written.append((parts.numbers[0], parts.numbers[1], parts.numbers[2]))
        parts.numbers.clear()
        return _numeric(parts)
    return Unread(Why.INCOMPLETE_DATE if parts.numbers or parts.weekdays else Why.UNKNOWN)


def _han(found: regex.Match[str], around: _Parts) -> Reading:
    """Read 2026年3月14日, with nothing around it but a weekday or a courtesy."""
    if around.problem is not None:
        return around.problem
    if around.numbers or around.months or around.written or around.days_back:
        return Unread(Why.SEVERAL)
    year, month, day = (_han_number(part) for part in found.groups()[:3])
    weekdays = list(around.weekdays)
    if found[4]:
        weekdays.append(frozenset({"一二三四五六日".index(found[4]) + 1}))
    return _checked(year, month, day, "han date", weekdays)


def _han_number(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text)
    if len(text) == 4:
        return int(text.translate(_HAN_DIGITS))
    found = _HAN_NUMBER.fullmatch(text.replace("廿", "二十").replace("卅", "三十"))
    if found is None:
        return 0  # 十十 and the like: no day and no month
    tens, ten, units = (part.translate(_HAN_DIGITS) for part in found.groups(default=""))
    return (10 * int(tens or 1) if ten else 0) + int(units or 0)


def _parts(message: Message) -> _Parts:
    parts = _Parts()
    if doubting(message.pieces):
        parts.problem = Unread(Why.MAYBE)
    for piece in message.pieces:
        if piece.kind is Kind.NUMERAL:
            _take_numeral(parts, piece)
        elif piece.kind is Kind.ENCLOSED or piece.kind is Kind.ODD:
            parts.problem = Unread(Why.UNKNOWN)
        elif piece.kind is Kind.WORD:
            _take_word(parts, piece)
    for piece in parts.either:
        # Beside the name of a month, or a date in figures, it can only be the day of the week.
        if parts.months or parts.written:
            parts.weekdays.append(piece.numbers(Role.WEEKDAY))
        else:
            parts.months.append(piece.numbers(Role.MONTH))
    return parts


def _take_numeral(parts: _Parts, piece: Piece) -> None:
    if piece.key.isdigit():
        parts.numbers.append(piece.key)
    elif found := _NUMERIC.fullmatch(piece.key):
        parts.written.append((found[1], found[3], found[4]))
    else:
        parts.problem = Unread(Why.INCOMPLETE_DATE)


def _take_word(parts: _Parts, piece: Piece) -> None:
    roles = piece.roles
    ending = _DAY_AND_ENDING.fullmatch(piece.key)
    if piece.key in _TWO_CALENDARS:
        parts.problem = Unread(Why.AMBIGUOUS_DATE)
    elif roles >= {Role.MONTH, Role.WEEKDAY}:
        parts.either.append(piece)
    elif Role.MONTH in roles:
        parts.months.append(piece.numbers(Role.MONTH))
    elif Role.WEEKDAY in roles:
        parts.weekdays.append(piece.numbers(Role.WEEKDAY))
    elif ending and ending[2] in _ENDINGS:
        parts.numbers.append(ending[1])
    elif piece.key in _ENDINGS and parts.numbers:
        return
    elif (day := _day_word(piece)) is not None:
        parts.numbers.append(day)
    elif Role.TODAY in roles and Role.YESTERDAY not in roles:
        parts.days_back.append(0)
    elif Role.YESTERDAY in roles and Role.TODAY not in roles:
        parts.days_back.append(1)
    elif roles & DECOR or piece.key in _AROUND:
        return
    elif Role.OR in roles:
        parts.problem = Unread(Why.SEVERAL)
    elif parts.problem is None:
        parts.problem = Unread(Why.APPROXIMATE if Role.ABOUT in roles else Why.UNKNOWN)


def _day_word(piece: Piece) -> str | None:
    """Return the number a word says, if it can say nothing else."""
    if piece.key in _FIRST_DAY:
        return "1"
    numbers = piece.numbers()
    if len(numbers) != 1 or piece.roles & {Role.NO, Role.NOT, Role.ORDINARY}:
        return None
    return str(next(iter(numbers)))


def _relative(parts: _Parts, today: date | None) -> Reading:
    if today is None or parts.numbers or parts.months or parts.written or len(parts.days_back) > 1:
        return Unread(Why.INCOMPLETE_DATE)
    (back,) = parts.days_back
    how = "yesterday" if back else "today"
    return Read((today - timedelta(days=back)).isoformat(), how)


def _named(parts: _Parts) -> Reading:
    """Read a date whose month is a word: the year is the number of four figures."""
    if len(parts.months) > 1:
        return Unread(Why.SEVERAL)
    years = [one for one in parts.numbers if len(one) == 4]
    days = [one for one in parts.numbers if len(one) <= 2]
    if len(parts.months[0]) > 1:
        return Unread(Why.AMBIGUOUS_DATE)
    if len(years) > 1 or len(parts.numbers) > 2:
        return Unread(Why.SEVERAL)
    if len(years) != 1 or len(days) != 1:
        return Unread(Why.INCOMPLETE_DATE)
    (month,) = parts.months[0]
    return _checked(int(years[0]), month, int(days[0]), "named month", parts.weekdays)


def _numeric(parts: _Parts) -> Reading:
    if len(parts.written) > 1 or parts.numbers or parts.months:
        return Unread(Why.SEVERAL)
    first, second, third = parts.written[0]
    if len(first) == 4:
        return _checked(int(first), int(second), int(third), "iso date", parts.weekdays)
    if len(third) != 4:
        return Unread(Why.INCOMPLETE_DATE)
    day_first = _checked(int(third), int(second), int(first), "numeric date", parts.weekdays)
    month_first = _checked(int(third), int(first), int(second), "numeric date", parts.weekdays)
    orders = {one for one in (day_first, month_first) if isinstance(one, Read)}
    if len(orders) > 1:
        return Unread(Why.AMBIGUOUS_DATE, tuple(sorted(orders, key=lambda one: str(one.value))))
    return next(iter(orders), day_first)


def _checked(
    year: int, month: int, day: int, how: str, weekdays: Sequence[frozenset[int]]
) -> Reading:
    """Return the date if the calendar and a weekday said beside it agree."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Unread(Why.OUT_OF_RANGE)
    try:
        read = date(year, month, day)
    except ValueError:
        return Unread(Why.OUT_OF_RANGE)
    if any(read.isoweekday() not in weekday for weekday in weekdays):
        return Unread(Why.CONFLICT)
    return Read(read.isoformat(), how)
