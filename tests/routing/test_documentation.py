"""`docs/routing.md` says the numbers and names that the code has."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.usecases import assisted, conversations, household
from flows import phone, routing
from flows.joining_words import keyword_problems

PAGE = (Path(__file__).resolve().parents[2] / "docs/routing.md").read_text(encoding="utf-8")


def test_the_numbers_on_the_page_are_the_codes() -> None:
    assert timedelta(hours=2) == routing.HOLDS
    assert (timedelta(hours=2), timedelta(days=1)) == phone.ANSWERED_WITHIN
    assert (timedelta(minutes=30), timedelta(hours=1)) == (household.KEPT, household.LOCKED)
    assert phone.TRIES == 5
    for words in ("two hours", "after a day", "30 minutes", "for an\n  hour", "five wrong"):
        assert words in PAGE


def test_the_names_on_the_page_are_the_codes() -> None:
    assert conversations.MASKED in PAGE
    assert keyword_problems.__name__ in PAGE
    assert household.forget_pin.__name__ in PAGE
    assert f"`{assisted.MODE}`" in PAGE
    assert routing.decide.__name__ in PAGE


def test_the_page_says_how_long_a_word_is_about_what_came_of_a_campaign() -> None:
    assert timedelta(days=7) == routing.REACTS
    assert "within seven days" in PAGE
    assert "`routing.REACTS`" in PAGE
