"""What a text costs as SMS."""

import pytest

from flows.segments import BODY_LIMIT, SEGMENT_LIMIT, Segments, fits, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 1)),
        ("a" * 160, Segments("GSM-7", 1)),
        ("a" * 161, Segments("GSM-7", 2)),
        ("a" * 306, Segments("GSM-7", 2)),
        ("a" * 307, Segments("GSM-7", 3)),
        ("é£ñ¿ΩÆ@\n" * 20, Segments("GSM-7", 1)),
        # Extension characters count twice.
        ("€" * 80, Segments("GSM-7", 1)),
        ("€" * 80 + "a", Segments("GSM-7", 2)),
        ("[" * 81, Segments("GSM-7", 2)),
        ("a" * 158 + "€", Segments("GSM-7", 1)),
        ("a" * 159 + "€", Segments("GSM-7", 2)),
        # One character outside turns the whole text.
        ("আ" * 70, Segments("UCS-2", 1)),
        ("আ" * 71, Segments("UCS-2", 2)),
        ("ہ" * 134, Segments("UCS-2", 2)),
        ("ہ" * 135, Segments("UCS-2", 3)),
        ("a" * 69 + "’", Segments("UCS-2", 1)),
        ("a" * 70 + "’", Segments("UCS-2", 2)),
        ("`", Segments("UCS-2", 1)),
        ("\t", Segments("UCS-2", 1)),
        # An emoji takes two UTF-16 units.
        ("😀" * 35, Segments("UCS-2", 1)),
        ("😀" * 35 + "a", Segments("UCS-2", 2)),
    ],
)
def test_parts_and_encoding(text: str, expected: Segments) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_every_extension_character_counts_twice(character: str) -> None:
    assert segments(character * 80).count == 1
    assert segments(character * 81).count == 2


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("a" * 1530, True),
        ("a" * 1531, False),
        ("আ" * 670, True),
        ("আ" * 671, False),
        ("a" * 1601, False),
    ],
)
def test_what_can_be_sent_as_one_message(text: str, fitting: bool) -> None:
    assert fits(text) is fitting


def test_the_limits_are_the_documented_ones() -> None:
    assert (BODY_LIMIT, SEGMENT_LIMIT) == (1600, 10)
