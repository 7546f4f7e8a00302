"""Numbers as people write them into lists, and as spreadsheets spoil them."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.gateways.addresses import Address, Channel
from bot.gateways.phone_numbers import BadNumber, Reason, masked, mobile

AMINA = "+447700900123"


@pytest.mark.parametrize(
    "written",
    [
        "+447700900123", "07700 900123", "7700900123", "447700900123", "+44 (0)7700 900123",
        "0044 7700 900123", "00 44 (0) 7700 900 123", "+44 07700 900123", "(07700) 900123",
        "07700.900.123",
        "০৭৭০০ ৯০০১২৩", "۰۷۷۰۰۹۰۰۱۲۳", "٠٠٤٤٧٧٠٠٩٠٠١٢٣", "੦੭੭੦੦੯੦੦੧੨੩", "０７７００９００１２３",
        "＋447700900123",
        "\u202a+447700900123\u202c", "07700\u00a0900\u2011123", "\ufeff07700900123",
        "tel:07700900123",
        "Tel. 07700 900123", "mob: 07700 900123", "https://wa.me/447700900123",
        "wa.me/447700900123?text=hi",
        "'07700900123", '="07700900123"', "7700900123.0", "4.47700900123E+11", "4,47700900123e11",
        "07700-900-123,",
    ],
)  # fmt: skip
def test_every_usual_notation_is_the_same_number(written: str) -> None:
    assert mobile(written, region="GB") == AMINA


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", Reason.NO_NUMBER), (" \u200f ", Reason.NO_NUMBER), ("Amina", Reason.NOT_A_NUMBER),
        ("0770O 900123", Reason.NOT_A_NUMBER), ("x" * 300, Reason.NOT_A_NUMBER), ("-",
        Reason.NOT_A_NUMBER),
        ("4.477E+11", Reason.DIGITS_LOST), ("4.4770090012345E+11", Reason.NOT_A_NUMBER),
        ("07700 900123 / 07700 900124", Reason.SEVERAL_NUMBERS), ("07700900123 or 07700900124",
        Reason.SEVERAL_NUMBERS),
        ("0121 496 0123 ext 5", Reason.EXTENSION), ("+44 121 496 0123 x12", Reason.EXTENSION),
        ("07700 90012", Reason.TOO_SHORT), ("+44", Reason.TOO_SHORT), ("12", Reason.TOO_SHORT),
        ("7", Reason.TOO_SHORT),
        ("07700 9001234", Reason.TOO_LONG), ("77112345678", Reason.TOO_LONG),
        ("+447700900123456789", Reason.TOO_LONG),
        ("+999123456789", Reason.UNKNOWN_COUNTRY), ("+447001234567", Reason.NOT_A_MOBILE),
        ("07680 512438", Reason.NOT_IN_USE), ("0121 496 0123", Reason.LANDLINE), ("+88029898989",
        Reason.LANDLINE),
        ("07012345678", Reason.NOT_A_MOBILE), ("07640 123456", Reason.NOT_A_MOBILE),
        ("056 0012 3456", Reason.NOT_A_MOBILE),
        ("0800 111 1111", Reason.NOT_A_MOBILE), ("0330 123 4567", Reason.NOT_A_MOBILE),
    ],
)  # fmt: skip
def test_what_can_not_get_a_message_is_refused_with_its_reason(
    written: str, reason: Reason
) -> None:
    with pytest.raises(BadNumber) as refused:
        mobile(written, region="GB")
    assert refused.value.reason is reason
    assert written not in str(refused.value) or not written


@pytest.mark.parametrize(
    ("written", "number"),
    [("8801712345678", "+8801712345678"), ("919876543210", "+919876543210"), ("+1 202 555 0123",
    "+12025550123"),
     ("923001234567", "+923001234567"), ("07797 712345", "+447797712345")],
)  # fmt: skip
def test_a_number_from_abroad_is_read_without_its_plus_too(written: str, number: str) -> None:
    assert mobile(written, region="GB") == number


def test_a_local_number_is_read_where_it_is_local() -> None:
    assert mobile("01712-345678", region="BD") == "+8801712345678"
    with pytest.raises(BadNumber):
        mobile("7911123456", region="BD")
    assert mobile("+447911123456", region="BD") == "+447911123456"


def test_the_short_way_says_what_the_library_says() -> None:
    draw = random.Random(7)
    for _ in range(300):
        national = f"7{draw.randrange(10**9):09d}"
        kind = phonenumbers.number_type(phonenumbers.parse(f"+44{national}"))
        try:
            taken = mobile(f"0{national}", region="GB") == f"+44{national}"
        except BadNumber:
            taken = False
        drama = national.startswith("7700900")
        assert taken == (kind == phonenumbers.PhoneNumberType.MOBILE or drama), national


@given(some.text(max_size=40))
def test_any_text_is_a_number_or_has_a_reason(text: str) -> None:
    try:
        found = mobile(text, region="GB")
    except BadNumber:
        return  # its reason is a member of `Reason`: mypy sees to that
    assert mobile(found, region="GB") == found


def test_the_end_of_a_number_is_all_that_is_shown() -> None:
    assert masked("+44 7700 900123") == "…123"
    assert masked("12345") == masked("Amina") == ""


def test_a_whatsapp_id_without_a_number_is_an_address_there_and_nowhere_else() -> None:
    found = Address.reachable("whatsapp:GB.a1b2", channel=Channel.WHATSAPP)
    assert found == Address(Channel.WHATSAPP, "GB.a1b2")
    assert Address.reachable("GB.a1b2", channel=Channel.WHATSAPP) == found
    with pytest.raises(BadNumber):
        Address.reachable("GB.a1b2", channel=Channel.SMS)
