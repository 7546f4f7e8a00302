"""Which column of a list holds what: by its heading in many languages, or by what stands in it.

Headings are looked up whole, after case, accents, marks and a number at the end are taken off. The words
beside the English ones are common spreadsheet headings that no speaker has reviewed yet; a heading that is
not here does no harm: its column is not kept, and the result says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import regex

from bot.gateways import phone_numbers
from bot.gateways.people_files import Row
from flows.reading.folding import fold


class Column(StrEnum):
    """What a column holds."""

    PHONE = "phone"
    WHATSAPP = "whatsapp"
    NICKNAME = "nickname"
    LANGUAGE = "language"
    CHANNEL = "channel"
    CONSENT = "consent"
    CONSENT_SMS = "consent_sms"
    CONSENT_WHATSAPP = "consent_whatsapp"
    PIN = "pin"
    ATTRIBUTE = "attribute"


_WORDS: Mapping[Column, str] = {
    Column.PHONE: """
        phone, phone number, phone no, number, mobile, mobile number, mobile no, mobile
        phone, mobile phone number, cell, cell phone, cellphone, cell number, telephone,
        telephone number, tel, tel no, contact number, contact no, contact, msisdn, sms, sms
        number, ফোন, ফোন নম্বর, ফোন নাম্বার, মোবাইল, মোবাইল নম্বর, মোবাইল নাম্বার, নম্বর,
        নাম্বার, فون, فون نمبر, موبائل, موبائل نمبر, نمبر, هاتف, رقم الهاتف, الهاتف, جوال,
        رقم الجوال, موبايل, الرقم, رقم, تلفن, شماره تلفن, شماره, موبایل, د تلیفون شمېره,
        تلیفون, شمېره, ਫ਼ੋਨ, ਫੋਨ, ਫ਼ੋਨ ਨੰਬਰ, ਮੋਬਾਈਲ, ਮੋਬਾਈਲ ਨੰਬਰ, ਨੰਬਰ, téléphone, numéro,
        numéro de téléphone, portable, telefon, numer, numer telefonu, komórka, telefon
        komórkowy, număr, număr de telefon, telefon mobil, mobil, taleefan, telefoon,
        lambar, lambarka, mobayl, simu, nambari, nambari ya simu, namba ya simu, ስልክ, ስልክ
        ቁጥር, ቁጥር, ቁጽሪ ስልኪ, ስልኪ, 電話, 電話號碼, 手機, 手機號碼, 手提電話, 号码, 电话, 电话号码, 手机, 手机号码
    """,
    Column.WHATSAPP: """
        whatsapp, whatsapp number, whatsapp no, wa, হোয়াটসঅ্যাপ, واٹس ایپ, واتساب, واتس اب,
        واتساپ, ਵਟਸਐਪ
    """,
    Column.NICKNAME: """
        nickname, nick name, name, first name, forename, known as, called, নাম, ডাকনাম, ডাক
        নাম, نام, عرفیت, الاسم, اسم, لقب, ਨਾਮ, ਨਾਂ, prénom, nom, surnom, imię, nazwa, nume,
        prenume, magac, magaca, naanays, jina, ስም, ሽም, نوم, 名, 名字, 姓名, 暱稱, 昵称
    """,
    Column.LANGUAGE: """
        language, lang, preferred language, first language, home language, ভাষা, زبان, لغة,
        اللغة, ਭਾਸ਼ਾ, ਬੋਲੀ, langue, język, limba, limbă, luqad, luqadda, af, lugha, ቋንቋ,
        ژبه, 語言, 语言
    """,
    Column.CHANNEL: """
        channel, contact by, contact method, preferred channel, sms or whatsapp, via, canal,
        kanał
    """,
    Column.CONSENT: """
        consent, consented, consent given, agreed, agrees, permission, opt in, opted in,
        consent date, date of consent, সম্মতি, رضامندی, اجازت, موافقة, الموافقة, رضایت,
        ਸਹਿਮਤੀ, consentement, accord, zgoda, consimțământ, acord, oggolaansho, idhini,
        ridhaa, ፈቃድ, ፍቓድ, 同意
    """,
    Column.CONSENT_SMS: """
        consent sms, sms consent, consent to sms, consent text, text consent
    """,
    Column.CONSENT_WHATSAPP: """
        consent whatsapp, whatsapp consent, consent to whatsapp
    """,
    Column.PIN: """
        pin, pin code, code, পিন, পিন কোড, پن, پن کوڈ, رمز, ਪਿੰਨ
    """,
}

ATTRIBUTES: Mapping[str, str] = {
    "group": """
        group, group name, team, class, গ্রুপ, দল, گروپ, المجموعة, مجموعة, ਗਰੁੱਪ, groupe,
        grupa, grup, kundi, koox
    """,
    "area": """
        area, ward, district, neighbourhood, এলাকা, علاقہ, المنطقة, منطقة, ਇਲਾਕਾ, quartier,
        dzielnica, zona, eneo
    """,
    "weight": "weight, sampling weight, design weight",
    "stratum": "stratum, strata",
    "gender": "gender, sex, লিঙ্গ, جنس",
    "age_group": "age group, age band, age range, বয়স গ্রুপ",
    "cohort": "cohort",
}
"""What is kept of a person without being asked for, and the headings that say it."""

_SEEN = 50
"""Rows looked at where a column has to be known by what is in it."""

_HEADING_WITHIN = 10
"""A heading stands among the first rows with something in them."""


def key_of(heading: str) -> str:
    """A heading as it is looked up: `Mobile No. (1)` is `mobile no`."""
    words = regex.sub(r"[^\p{L}\p{M}\p{N}]+", " ", fold(heading)).strip()
    return str(regex.sub(r"[ ]?\d{1,2}$", "", words)) or words


_Name = TypeVar("_Name", bound=str)


def _table(lists: Mapping[_Name, str]) -> Mapping[str, _Name]:
    return {key_of(word): name for name, words in lists.items() for word in words.split(",")}


_COLUMNS = _table(_WORDS)
_ATTRIBUTES = _table(ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Place:
    """A column: where it is, what it holds, and its heading; of an attribute, the attribute's name."""

    index: int
    column: Column
    heading: str
    attribute: str = ""


@dataclass(frozen=True)
class Layout:
    """What the columns of a list hold.

    Attributes:
        heading: number of the heading's row; 0 for a list without one.
        places: the columns that are used, in order.
        not_kept: headings of the others.
        loose: a cell may hold a name beside the number, as in a pasted list.
    """

    heading: int
    places: tuple[Place, ...]
    not_kept: tuple[str, ...] = ()
    loose: bool = False
    by_column: Mapping[Column, tuple[Place, ...]] = field(init=False)

    def __post_init__(self) -> None:
        found = {
            column: tuple(place for place in self.places if place.column is column)
            for column in Column
        }
        object.__setattr__(self, "by_column", found)


def layout_of(
    rows: Iterable[Row], *, is_language: Callable[[str], bool], keep: Sequence[str] = ()
) -> Layout:
    """What the columns of a list hold.

    Args:
        rows: the list; only its beginning is read.
        is_language: whether a text names a language.
        keep: headings of further columns to keep as attributes.
    """
    seen = [row for row, _ in zip(rows, range(_SEEN), strict=False)]
    for number, cells in seen[:_HEADING_WITHIN]:
        if any(_holds_number(cell) for cell in cells):
            break  # people begin here: there is no heading
        known = [_COLUMNS.get(key_of(cell)) for cell in cells]
        if {Column.PHONE, Column.WHATSAPP} & set(known):
            below = [cells for at, cells in seen if at > number]
            return _by_heading(number, cells, below, keep)
    return _by_content([cells for _, cells in seen], is_language)


def _holds_number(cell: str) -> bool:
    return len(regex.findall(r"\d", phone_numbers.plain(cell[:200]))) >= 7


def _by_heading(
    number: int, headings: Sequence[str], below: Sequence[Sequence[str]], keep: Sequence[str]
) -> Layout:
    places: list[Place] = []
    not_kept: list[str] = []
    wanted = {key_of(name): _name(name) for name in keep}
    for index, heading in enumerate(headings):
        key, title = key_of(heading), shown(heading) or letters(index)
        if key in wanted:
            places.append(Place(index, Column.ATTRIBUTE, title, wanted[key]))
        elif key in _COLUMNS:
            column = _COLUMNS[key]
            if column is Column.WHATSAPP and not _has_numbers(index, below):
                column = Column.CHANNEL  # "WhatsApp: yes"
            places.append(Place(index, column, title))
        elif key in _ATTRIBUTES:
            places.append(Place(index, Column.ATTRIBUTE, title, _ATTRIBUTES[key]))
        elif heading.strip():
            not_kept.append(title)
    return Layout(number, tuple(places), tuple(not_kept))


def _has_numbers(index: int, rows: Sequence[Sequence[str]]) -> bool:
    return any(index < len(cells) and _holds_number(cells[index]) for cells in rows)


def _by_content(rows: Sequence[Sequence[str]], is_language: Callable[[str], bool]) -> Layout:
    """A list without a heading: the number, a language, and one column of words, which are names."""
    numbers: Counter[int] = Counter()
    languages: Counter[int] = Counter()
    words: Counter[int] = Counter()
    for cells in rows:
        for index, cell in enumerate(cells):
            if _holds_number(cell):
                numbers[index] += 1
            elif cell.strip():
                (languages if is_language(cell) else words)[index] += 1
    phone = _most(numbers) if numbers else 0
    places = [Place(phone, Column.PHONE, letters(phone))]
    if languages and (spoken := _most(languages)) != phone:
        places.append(Place(spoken, Column.LANGUAGE, letters(spoken)))
    taken = {place.index for place in places}
    names = [index for index in sorted(words) if index not in taken]
    if len(names) == 1:
        places.append(Place(names[0], Column.NICKNAME, letters(names[0])))
    not_kept = [letters(index) for index in names] if len(names) > 1 else []
    ordered = tuple(sorted(places, key=lambda place: place.index))
    return Layout(0, ordered, tuple(not_kept), loose=True)


def _most(counted: Counter[int]) -> int:
    """The index that was counted most often, the first of equals."""
    return min(counted, key=lambda index: (-counted[index], index))


def shown(heading: str) -> str:
    """A heading, or a file's name, as it may be repeated: short, and with no number in it."""
    return str(regex.sub(r"\p{Nd}{5,}", "…", " ".join(heading.split())))[:60]


def _name(heading: str) -> str:
    return _ATTRIBUTES.get(key_of(heading), key_of(heading).replace(" ", "_"))[:64]


def letters(index: int) -> str:
    """A column's name where it has no heading: A, B, ... AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
