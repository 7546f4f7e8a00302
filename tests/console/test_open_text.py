"""The pages about open answers without JavaScript: themes, coding, translating, searching, taking."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.usecases import audit
from tests.console.conftest import OURS, THEIRS, Site
from tests.support.coding import QUESTION, SAID
from tests.support.rows import rows

PAGES = f"/console/{OURS}/research/open-text"


@pytest.fixture
def there(site: Site) -> dict[str, int]:
    """A codebook of the researcher and the admin, with an answer that they read differently."""
    return site.themes()


def test_a_codebook_is_begun_and_gets_its_themes(site: Site) -> None:
    campaign, browser = site.campaign(), site.browser("R")
    first, second = str(site.people["R"]), str(site.people["A"])
    good = {
        "name": "What would help", "campaigns": campaign, "question": QUESTION, "language": "ur",
        "first": first, "second": second,
    }  # fmt: skip
    for wrong, words in (
        ({"second": first}, "two people have to code"),
        ({"name": ""}, "Give it a name."),
        ({"question": "who5_1"}, "Choose a question."),
        ({"campaigns": site.campaign(THEIRS)}, "Choose a campaign, or several."),
        ({"first": str(site.people["F"])}, "Choose who codes."),
    ):
        assert browser.post(f"{PAGES}/new", **good | wrong).status_code == 422, wrong
        assert words in browser.text
    answer = browser.post(f"{PAGES}/new", **good)
    assert answer.status_code == 303, browser.text
    address = answer.headers["Location"]
    theme = {"code": "park", "name": "پارک", "definition": "سبز جگہ", "example": ""}
    assert browser.post(f"{address}/themes", **theme | {"code": "Öf"}).status_code == 422
    assert browser.post(f"{address}/themes", **theme).status_code == 303
    assert browser.post(f"{address}/themes", **theme).status_code == 422
    assert "Another theme has this code." in browser.text
    browser.get(address)
    assert '<td class="nhsuk-table__cell" lang="ur" dir="rtl">سبز جگہ</td>' in browser.page
    (row,) = rows(site.services, "theme")
    change = f"{PAGES}/themes/{row['id']}"
    browser.get(change)
    assert 'value="پارک"' in browser.page
    assert browser.post(change, name="", definition="").status_code == 422
    assert browser.post(change, name="باغ", definition="سبز", aside="yes").status_code == 303
    browser.get(address)
    assert "Set aside" in browser.text
    assert browser.get(f"{address}/codebook").data.startswith(b"<?xml")


def test_answers_are_coded_one_after_the_other_and_only_by_the_two(
    site: Site, there: dict[str, int]
) -> None:
    browser, code = site.browser("A"), f"{PAGES}/{there['{book}']}/code"
    browser.get(code)
    assert f'lang="en" dir="ltr">{SAID[0][1]}<' in browser.page
    assert "2 answers are left for you." in browser.text
    first = rows(site.services, "answer", question=QUESTION)[0]["id"]
    assert browser.post(f"{code}/{first}").status_code == 422
    assert "Choose a theme, or say that none fits." in browser.text
    assert browser.post(f"{code}/{first}", themes="nothing").status_code == 422
    assert browser.post(f"{code}/{first}", themes="bus").headers["Location"] == code
    browser.get(code)
    assert f'lang="ar" dir="rtl">{SAID[3][1]}<' in browser.page
    assert browser.post(f"{code}/{first + 3}", none="yes").status_code == 303
    browser.get(code)
    assert "You are done with every answer" in browser.text
    browser.get(f"{code}?answer={first}")
    assert 'value="bus" checked' in browser.page
    browser.get(f"{code}?answer={there['{answer}']}")
    assert "it stays" in browser.text
    assert browser.post(f"{code}/{there['{answer}']}", themes="bus").status_code == 303
    # The other organisation's people have no such codebook, and a third person does not code.
    their = site.browser("r")
    assert their.get(code.replace(OURS, THEIRS)).status_code == 404


def test_a_disagreement_is_seen_decided_and_stays_in_the_figures(
    site: Site, there: dict[str, int]
) -> None:
    browser, book = site.browser("R"), f"{PAGES}/{there['{book}']}"
    browser.get(f"{book}/agreement")
    assert "Not yet" in browser.text
    case = f"{book}/answers/{there['{answer}']}"
    browser.get(case)
    assert 'lang="ur" dir="rtl">ہمیں' in browser.page
    assert "We want a park with twelve benches" in browser.text
    assert "Seats to share." in browser.text
    assert browser.post(f"{case}/decision", themes="green", reason="").status_code == 422
    assert browser.post(f"{case}/decision", themes="nothing", reason="x").status_code == 422
    assert (
        browser.post(f"{case}/decision", themes="green", reason="No bus in it").status_code == 303
    )
    browser.get(case)
    assert "No bus in it" in browser.text
    browser.get(f"{book}/agreement")
    assert "Not yet" not in browser.text
    other = case.replace(str(there["{answer}"]), str(there["{answer}"] - 1))
    browser.get(other)
    assert "is shown when both are done with it" in browser.text
    assert browser.post(f"{other}/decision", themes="green", reason="x").status_code == 422
    note = {"term": "بینچ", "language": "xx", "explanation": "A bench"}
    assert browser.post(f"{case}/terms", **note).status_code == 422
    assert browser.post(f"{case}/terms", **note | {"term": "", "language": "ur"}).status_code == 422
    assert browser.post(f"{case}/terms", **note | {"language": "ur"}).status_code == 303


def test_a_translator_puts_an_answer_into_another_language(
    site: Site, there: dict[str, int]
) -> None:
    browser, queue = site.browser("T"), f"{PAGES}/translations"
    browser.get(f"{queue}?to=en")
    assert browser.text.count("Bengali") + browser.text.count("বাংলা") >= 2
    answer = f"{queue}/{there['{answer}'] + 1}"
    assert f'href="{answer}?to=en"' in browser.page
    browser.get(f"{answer}?to=en")
    assert SAID[2][1] in browser.text
    assert browser.post(answer, language="en", text="").status_code == 422
    assert browser.post(answer, language="bn", text="Trees").status_code == 422
    assert browser.post(answer, language="en", text="Twelve trees and a bus").status_code == 303
    browser.get(f"{queue}?to=en")
    assert f'href="{answer}?to=en"' not in browser.page
    assert browser.get(f"{queue}/{10_000}").status_code == 404


def test_a_search_finds_and_is_written_down_without_its_words(
    site: Site, there: dict[str, int]
) -> None:
    browser = site.browser("R")
    browser.get(f"{PAGES}/search?words=১২")
    assert "4 answers have these words." in browser.text
    for language, words in SAID:
        assert f'lang="{language}"' in browser.page
        assert words in browser.text
    assert (
        browser.get(f"{PAGES}/search?words=x&campaign={site.campaign(THEIRS)}").status_code == 404
    )
    entry = audit.entries(site.services, site.organisation().id)[0]
    assert (entry.what, entry.detail) == ("answers.searched", {"campaign": "", "shown": 4})


def test_a_project_is_taken_at_a_level(site: Site, there: dict[str, int]) -> None:
    browser, address = site.browser("R"), f"{PAGES}/{there['{book}']}/project"
    for level in ("full", "none", ""):
        assert browser.post(address, level=level).status_code == 422
    fields = {"form_key": browser.key(), "level": "no_identifiers"}
    answer = browser.client.post(address, data=fields)
    assert ".qdpx" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert SAID[1][1] in {archive.read(name).decode() for name in archive.namelist()}
    assert [row["level"] for row in rows(site.services, "download")] == ["no_identifiers"]
