"""The research pages without JavaScript: ordering, approving, taking a file in parts, codebooks, reports."""

from __future__ import annotations

import re

import pytest

from bot.usecases import audit
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.fakes import FakeQueue
from tests.support.rows import rows
from tests.support.staff import Browser
from tests.support.waves import answered, close, who5

PAGES = f"/console/{OURS}/research"
WISH = {"format": "sav", "shape": "wide", "level": "deidentified", "labels": "", "profile": "excel"}


@pytest.fixture
def researcher(site: Site) -> Browser:
    answered(site.services, site.campaign(), [who5(40), who5(60)])
    return site.browser("R")


def ordered(site: Site, browser: Browser, **more: str) -> str:
    """The address of an order that was sent."""
    answer = browser.post(f"{PAGES}/downloads/new", campaigns=site.campaign(), **WISH | more)
    assert answer.status_code == 303, browser.text
    return str(answer.headers["Location"])


def test_a_file_is_ordered_made_and_taken_whole_or_from_a_byte_on(
    site: Site, researcher: Browser, queue: FakeQueue
) -> None:
    address = ordered(site, researcher)
    researcher.get(address)
    assert "Will be made in a moment" in researcher.text
    assert 'hx-trigger="every 2s"' in researcher.page
    assert researcher.get(f"{address}/file").headers["Location"] == address
    queue.work(site.services)
    researcher.get(address)
    assert "every 2s" not in researcher.page
    whole = researcher.client.get(f"{address}/file", buffered=True)
    assert whole.data.startswith(b"$FL2")
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert 'filename="talk-aston-dars-group.sav"' in whole.headers["Content-Disposition"]
    later = {"Range": "bytes=100-", "If-Range": whole.headers["ETag"]}
    rest = researcher.client.get(f"{address}/file", headers=later, buffered=True)
    assert (rest.status_code, rest.data) == (206, whole.data[100:])
    # A part of another file would not fit: then the whole one comes.
    other = {"Range": "bytes=100-", "If-Range": '"another"'}
    again = researcher.client.get(f"{address}/file", headers=other, buffered=True)
    assert (again.status_code, again.data) == (200, whole.data)
    kept = [one.what for one in audit.entries(site.services, site.organisation().id)]
    assert kept == ["download.taken"] * 3 + ["download.ordered"]


def test_an_order_that_is_not_whole_says_what_is_missing(site: Site, researcher: Browser) -> None:
    new = f"{PAGES}/downloads/new"
    assert researcher.post(new, **WISH).status_code == 422
    assert "Choose a campaign, or several." in researcher.text
    chosen = {"campaigns": site.campaign(), **WISH}
    assert researcher.post(new, **chosen | {"level": "full"}).status_code == 422
    assert "Say what everything is needed for." in researcher.text
    assert researcher.post(new, **chosen | {"labels": "ur"}).status_code == 422
    assert "Nobody was asked in this language" in researcher.text
    for wrong in ({"level": "none"}, {"format": "pdf"}, {"shape": "round"}):
        assert researcher.post(new, **chosen | wrong).status_code == 422, wrong
    assert researcher.post(new, **WISH, campaigns=site.campaign(THEIRS)).status_code == 422
    assert rows(site.services, "export_order") == []


def test_a_second_person_approves_and_nobody_approves_her_own(
    site: Site, researcher: Browser, queue: FakeQueue
) -> None:
    address = ordered(site, researcher, level="full", reason="The model needs times.")
    admin = site.browser("A")
    researcher.get(address)
    assert "Waits for a second person" in researcher.text
    assert "decision" not in researcher.page
    assert researcher.post(f"{address}/decision", decision="yes").status_code == 422
    assert "Somebody else has to approve" in researcher.text
    admin.get(PAGES)
    assert "1 download waits for a second person." in admin.text
    admin.get(address)
    assert "The model needs times." in admin.text
    assert admin.post(f"{address}/decision", decision="perhaps").status_code == 422
    assert admin.post(f"{address}/decision", decision="yes").status_code == 303
    queue.work(site.services)
    admin.get(address)
    assert "Only who asked for it may take it." in admin.text
    assert admin.get(f"{address}/file").status_code == 404
    assert researcher.client.get(f"{address}/file").status_code == 200
    assert admin.post(f"{address}/decision", decision="no").status_code == 303
    admin.get(address)
    assert "This was decided before." in admin.text


def test_what_belongs_to_another_organisation_is_not_there(site: Site, researcher: Browser) -> None:
    theirs, order = site.campaign(THEIRS), site.order(THEIRS)
    for part in ("", "/scores", "/answers", "/languages", "/places", "/codebook"):
        assert researcher.get(f"{PAGES}/campaigns/{theirs}{part}").status_code == 404, part
    for part in ("", "/file"):
        assert researcher.get(f"{PAGES}/downloads/{order}{part}").status_code == 404, part
    answer = researcher.post(f"{PAGES}/downloads/{order}/decision", decision="yes")
    assert answer.status_code == 404
    pair = f"waves={theirs}+{site.campaign()}&score=who5"
    for report in (f"before-after?{pair}", f"what-matters?campaign={theirs}"):
        assert researcher.get(f"{PAGES}/reports/{report}").status_code == 404, report
        assert researcher.get(f"{PAGES}/reports/{report.replace('?', '.pdf?')}").status_code == 404


def test_a_codebook_is_read_in_a_language_that_people_were_asked_in(
    site: Site, researcher: Browser
) -> None:
    book = f"{PAGES}/campaigns/{site.campaign()}/codebook"
    researcher.get(book)
    for words in ("who5_1", "All of the time", "-99", "Column", "WHO-5 Well-Being Index"):
        assert words in researcher.text, words
    assert researcher.get(f"{book}?language=ur").status_code == 404


def test_pictures_stand_in_the_page_beside_tables_and_keep_to_its_policy(
    site: Site, researcher: Browser
) -> None:
    close(site.services, site.campaign())
    answer = researcher.get(f"{PAGES}/campaigns/{site.campaign()}")
    assert researcher.page.count("<svg") == 1
    assert not re.search(r"<style|\bstyle=", researcher.page)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Fewer than ten" in researcher.text or "fewer than ten" in researcher.text
    for report in ("before-after", "what-matters"):
        assert researcher.get(f"{PAGES}/reports/{report}").status_code == 200
        assert "There is nothing to" in researcher.text
        moved = researcher.get(f"{PAGES}/reports/{report}.pdf")
        assert moved.headers["Location"].endswith(report)
