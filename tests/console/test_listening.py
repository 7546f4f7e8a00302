"""The listening pages: both rounds on one page, and another organisation's nowhere."""

from __future__ import annotations

from bot.usecases import listening_rounds
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.feedback import WRITER

PAGES = f"/console/{OURS}/research/listening"


def test_a_listening_shows_its_themes_and_what_is_not_known_yet(site: Site) -> None:
    researcher = site.browser("R")
    researcher.get(PAGES)
    assert "There is no listening yet." in researcher.text
    slug, theirs = site.listening(), site.listening(THEIRS)
    researcher.get(f"{PAGES}/{slug}")
    assert "No theme is written down yet." in researcher.text
    listening_rounds.add_theme(
        site.services, slug, "walk", "A walk by day", [], hand=WRITER,
        organisation=site.organisation(),
    )  # fmt: skip
    researcher.get(PAGES)
    assert "Themes are written down" in researcher.text
    researcher.get(f"{PAGES}/{slug}")
    for words in ("A walk by day", "Nobody has been asked to put", "is not shown"):
        assert words in researcher.text, words
    assert researcher.get(f"{PAGES}/{theirs}").status_code == 404
    assert researcher.get(f"{PAGES}/nothing").status_code == 404
