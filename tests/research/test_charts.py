"""Pictures: the same table gives the same bytes, and a hidden number leaves no trace in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from bot.research.charts import Span, Words, bars, spans, tiles
from bot.research.suppression import suppress

WORDS = Words("What matters & why", "Housing first", "people", "hidden")
URDU = Words("سب سے اہم کیا ہے", "رہائش", "لوگ", "چھپا ہوا", right_to_left=True)
LABELS = {
    "en": "Housing and rents that are far too high",
    "ur": "رہائش اور مکان کا کرایہ",
    "bn": "বাসস্থান ও ভাড়া",
    "pa": "ਘਰ ਅਤੇ ਕਿਰਾਇਆ",
    "ar": "السكن والإيجار",
    "zh": "住房及租金",
    "am": "መኖሪያ ቤት",
}


def test_a_chart_says_no_more_than_its_table() -> None:
    """Eleven and four, or twelve and three: the tables hide both, and the pictures are the same."""
    pictures = set()
    for a, b in ((12, 3), (11, 4), (15, 0)):
        grid = suppress({"all": {"a": a, "b": b, "c": 25}}, "abc")
        pictures.add(bars(list(grid.all.items()), WORDS))
    assert len(pictures) == 1


@pytest.mark.parametrize("words", [WORDS, URDU], ids=["left to right", "right to left"])
def test_a_picture_is_the_same_bytes_every_time_and_has_a_name(words: Words) -> None:
    rows = [("Housing", 25), ("GP", None), ("Loneliness", 12)]
    first = bars(rows, words)
    assert first == bars(rows, words)
    root = ET.fromstring(first)
    named = root.get("aria-labelledby", "").split()
    texts = {element.get("id"): element.text for element in root}
    assert [texts[name] for name in named] == [words.title, words.description]
    assert root.get("role") == "img"
    assert "<dc:date>" not in first


def test_two_pictures_on_a_page_share_no_id() -> None:
    one = bars([("Housing", 25)], WORDS)
    other = spans([("Before", Span(44, 36, 52))], WORDS, limits=(0, 100), lines=[(50, "low")])
    ids = [set(re.findall(r'id="([^"]+)"', picture)) for picture in (one, other)]
    assert not ids[0] & ids[1]
    for picture, known in zip((one, other), ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"', picture)) <= known
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= known


@pytest.mark.parametrize("label", LABELS.values(), ids=list(LABELS))
def test_every_script_has_its_letters(label: str) -> None:
    """A letter that no font has would be a warning, and warnings are errors here."""
    assert "<text" not in bars([(label, 12)], WORDS)
    assert bars([(label, 12)], WORDS) != bars([("□", 12)], WORDS)


def test_a_mean_that_is_not_shown_has_no_point() -> None:
    shown = spans([("Before", Span(44, 36, 52))], WORDS, limits=(0, 100))
    hidden = spans([("Before", None)], WORDS, limits=(0, 100))
    assert "#0b6e69" in shown
    assert "#0b6e69" not in hidden


def test_a_map_of_nothing_is_a_picture_too() -> None:
    assert tiles([], WORDS).startswith("<svg")
    assert bars([("Housing", None)], WORDS).startswith("<svg")
