"""Translations in the console: drafts of two people, the sign-off of a third, sheets, recordings."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bot.app import create_app
from bot.gateways.catalogues import Catalogue
from bot.gateways.files import LanguageFiles
from bot.gateways.voices import Voices
from bot.usecases.permission import Role
from bot.usecases.scripts import Scripts
from bot.usecases.texts import Text, texts
from flows.wording import digest
from tests.console.conftest import OURS, Site
from tests.support.recordings import ogg
from tests.support.rows import rows
from tests.support.staff import Browser, hire
from tests.translation.conftest import copy_locales

CHEERFUL = ("who5/who5_1", "I have felt cheerful and in good spirits")
STRING = digest(*CHEERFUL)
LIST = f"/console/{OURS}/translations/wellbeing/bn"
PAGE = f"{LIST}/texts/{STRING}"
DRAFT = "আমি হাসিখুশি ও ভালো মেজাজে ছিলাম"
OTHER = "আমি আনন্দে ও ফুরফুরে মেজাজে ছিলাম"

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database has a say in."""


@pytest.fixture
def desk(site: Site, voices: Voices, tmp_path: Path) -> Site:
    """The same organisations, in a house whose catalogues may be written."""
    files = LanguageFiles(copy_locales(tmp_path))
    files.__dict__ |= {
        "vocabularies": voices.files.vocabularies,
        "keywords": voices.files.keywords,
    }
    own = Voices(files)
    made = replace(site.services, voices=own, scripts=Scripts(site.services.surveys, own))
    site.services, site.app = made, create_app(services=made)
    return site


def found(site: Site, string: str = STRING, language: str = "bn") -> Text:
    (one,) = [t for t in texts(site.services, "wellbeing", language) if t.wording.digest == string]
    return one


def hidden(browser: Browser, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', browser.page)
    assert match is not None
    return match[1]


def step(browser: Browser, end: str, page: str = PAGE, **fields: str) -> int:
    """Open a text, and send one of its forms."""
    browser.get(page)
    answer = browser.post(f"{page}/{end}", seen=hidden(browser, "seen"), **fields)
    if answer.status_code == 303:
        browser.get(answer.headers["Location"])
    return int(answer.status_code)


def draft(browser: Browser, words: str, **more: str) -> int:
    return step(browser, "words", step="draft", words=words, **more)


def test_two_people_draft_a_third_decides_and_a_fourth_signs_off(desk: Site) -> None:
    translator, admin = desk.browser("T"), desk.browser("A")
    translator.get(PAGE)
    assert CHEERFUL[1] in translator.text
    assert f'dir="ltr"><p class="as-written">{CHEERFUL[1]}' in translator.page
    assert 'lang="bn" dir="ltr"' in translator.page
    assert "Machine draft" in translator.text
    assert (
        draft(translator, DRAFT, comment="As my mother says it.", back_translation="Happy") == 303
    )
    assert "Kept: Draft." in translator.text
    assert (found(desk).words, found(desk).status) == (DRAFT, "draft")
    # A second draft overwrites nothing: it stands beside the first.
    assert draft(admin, OTHER) == 303
    assert "kept beside the first one" in admin.text
    assert found(desk).words == DRAFT
    admin.get(PAGE)
    for words in (DRAFT, OTHER, "As my mother says it.", "Happy", "Which words is it to be?"):
        assert words in admin.text
    assert step(admin, "decision", chosen=digest(OTHER), reason="Easier to say.") == 303
    assert (found(desk).words, found(desk).status) == (OTHER, "adjudicated")
    # Both wrote a draft: neither may.
    for browser in (translator, admin):
        assert step(browser, "sign-off") == 422
        assert "You wrote a draft or a review of this text" in browser.text
    desk.people["Rokeya"] = hire(desk.services, Role.TRANSLATOR, OURS, name="Rokeya Khatun")
    third = desk.browser("Rokeya")
    assert step(third, "pretest", pretest="Six people understood it.") == 303
    assert step(third, "sign-off", note="So we say it.") == 303
    assert (found(desk).words, found(desk).status) == (OTHER, "signed off")
    third.get(PAGE)
    assert "Rokeya Khatun" in third.text
    assert "Six people understood it." in third.text
    assert "These words are signed off." in third.text
    written = [row["what"] for row in rows(desk.services, "audit_entry")]
    written = [what for what in written if what.startswith("translation.")]
    kinds = ("draft", "draft", "adjudication", "pretest", "sign_off")
    assert written == [f"translation.{kind}" for kind in kinds]


def test_a_translator_signs_off_bengali_that_somebody_else_wrote_and_comes_to_the_next_text(
    desk: Site,
) -> None:
    assert draft(desk.browser("A"), DRAFT) == 303
    translator = desk.browser("T")
    translator.get(LIST)
    assert f"/texts/{STRING}?show=to-do" in translator.page
    translator.get(PAGE)
    after = re.search(r'rel="next"[^>]*href="[^"]*/texts/([0-9a-f]{12})\?', translator.page)
    assert after is not None
    answer = translator.post(f"{PAGE}/sign-off", seen=hidden(translator, "seen"), show="to-do")
    assert answer.headers["Location"].endswith(f"/texts/{after[1]}?show=to-do")
    assert found(desk).status == "signed off"
    translator.get(LIST)
    assert f"/texts/{STRING}" not in translator.page
    translator.get(f"{LIST}?show=all")
    assert f"/texts/{STRING}" in translator.page


@ON_SQLITE
def test_words_that_she_has_not_seen_are_neither_signed_off_nor_replaced(desk: Site) -> None:
    admin, translator = desk.browser("A"), desk.browser("T")
    translator.get(PAGE)
    seen = hidden(translator, "seen")
    assert draft(admin, DRAFT) == 303
    for end, fields in (
        ("sign-off", {}),
        ("words", {"step": "review", "words": OTHER}),
    ):
        assert translator.post(f"{PAGE}/{end}", seen=seen, **fields).status_code == 422
        assert "Somebody has changed these words since you opened this page." in translator.text
    assert OTHER in translator.text  # what she typed is not lost
    assert found(desk).words == DRAFT


def test_the_english_that_changes_makes_its_text_stale_and_no_other(desk: Site) -> None:
    assert draft(desk.browser("A"), DRAFT) == 303
    translator = desk.browser("T")
    assert step(translator, "sign-off") == 303
    before = {t.wording.digest: t.status for t in texts(desk.services, "wellbeing", "bn")}
    with desk.services.database.transaction() as work:
        work.connection.exec_driver_sql(
            "UPDATE translation_entry SET source = 'I felt cheerful and in good spirits', "
            f"wording = 'x' WHERE context = '{CHEERFUL[0]}'"
        )
    catalogue = Catalogue(desk.services.voices.files.catalogue_path("bn"), "bn")
    raw = catalogue.path.read_text(encoding="utf-8")
    catalogue.path.write_text(
        raw.replace(CHEERFUL[1], "I felt cheerful and in good spirits"), encoding="utf-8"
    )
    translator.get(f"{LIST}?show=stale")
    assert re.findall(r"/texts/([0-9a-f]{12})", translator.page) == [STRING]
    after = {t.wording.digest: t.status for t in texts(desk.services, "wellbeing", "bn")}
    assert {name for name in before if before[name] != after[name]} == {STRING}
    translator.get(PAGE)
    assert "The English was" in translator.text
    assert "I felt cheerful and in good spirits" in translator.text
    assert DRAFT in translator.text
    assert step(translator, "sign-off") == 422
    assert "translated anew" in translator.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ""}, "Write the translation first."),
        ({"words": f"{DRAFT} {{example}}"}, "A placeholder such as {example}"),
        ({"words": "I have been cheerful and glad"}, "not in the script of this language"),
        ({"words": "same"}, "You have changed nothing."),
        ({"words": DRAFT, "step": "sign_off"}, "Choose what you did."),
    ],
    ids=["empty", "placeholder", "script", "unchanged", "no such step"],
)
def test_words_that_can_not_be_taken_are_refused_with_a_sentence(
    desk: Site, fields: dict[str, str], sentence: str
) -> None:
    browser, before = desk.browser("T"), found(desk).words
    sent = {"step": "draft", **fields}
    if sent["words"] == "same":
        sent["words"] = before
    assert step(browser, "words", **sent) == 422
    assert sentence in browser.text
    assert found(desk).words == before
    assert rows(desk.services, "translation_entry") == []


@ON_SQLITE
def test_a_review_of_words_as_they_are_changes_no_word(desk: Site) -> None:
    browser, before = desk.browser("T"), found(desk).words
    assert step(browser, "words", step="review", words=before, comment="Reads well.") == 303
    assert (found(desk).words, found(desk).status) == (before, "reviewed")
    assert step(browser, "decision", chosen="other", decided="") == 422
    assert step(browser, "decision") == 422
    assert "Choose which words it is to be." in browser.text
    assert step(browser, "pretest", pretest="") == 422


@ON_SQLITE
def test_a_draft_without_the_others_hides_them(desk: Site) -> None:
    assert draft(desk.browser("A"), DRAFT) == 303
    browser = desk.browser("T")
    browser.get(f"{PAGE}?alone=1")
    assert DRAFT not in browser.text
    assert "Hidden, so that your draft is your own." in browser.text


def test_how_far_every_language_is_stands_in_one_table_a_survey(desk: Site) -> None:
    assert draft(desk.browser("A"), DRAFT) == 303
    browser = desk.browser("R")
    browser.get(f"/console/{OURS}/translations")
    row = re.search(r"translations/wellbeing/bn\".*?</tr>", browser.page, re.DOTALL)
    assert row is not None
    total = len(texts(desk.services, "wellbeing", "bn"))
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row[0])
    assert cells == [f"0 of {total}", "0", "1", str(total - 1), "0", "0", "–"]
    spoken = re.search(r"translations/wellbeing/syl\".*?</tr>", browser.page, re.DOTALL)
    assert spoken is not None
    assert re.findall(r"<td[^>]*>([^<]*)</td>", spoken[0])[-1] != "0"
    assert "<textarea" not in _page(browser, PAGE)  # a researcher reads


def _page(browser: Browser, address: str) -> str:
    browser.get(address)
    return browser.page


@ON_SQLITE
def test_what_is_not_there_is_404(desk: Site) -> None:
    browser = desk.browser("T")
    base = f"/console/{OURS}/translations"
    for end in ("nothing/bn", "wellbeing/en", "wellbeing/xx", "wellbeing/bn/texts/000000000000"):
        assert browser.get(f"{base}/{end}").status_code == 404


SHEETS = f"{LIST}/hand-over"


def fetched(browser: Browser, address: str) -> bytes:
    answer = browser.client.get(address, buffered=True)
    assert answer.status_code == 200
    return bytes(answer.data)


def sheet_back(browser: Browser, words: dict[str, str]) -> bytes:
    """The workbook as it goes out, with these words written beside their English."""
    book = openpyxl.load_workbook(io.BytesIO(fetched(browser, f"{SHEETS}/sheet.xlsx")))
    page = book.active
    header = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        source = row[header.index("source")].value
        if source in words:
            row[header.index("translation")].value = words[source]
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def upload(browser: Browser, content: bytes, name: str = "back.xlsx", at: str = SHEETS) -> int:
    data = {"form_key": browser.key(), "step": "draft", "sheet": (io.BytesIO(content), name)}
    answer = browser.client.post(f"{at}/preview", data=data, buffered=True)
    browser.page = answer.text
    return int(answer.status_code)


def take(browser: Browser, *chosen: str) -> int:
    """Send the form of the preview with these rows chosen."""
    fields = {name: hidden(browser, name) for name in ("rows", "step")}
    data = {"form_key": browser.key(), **fields, "row": list(chosen)}
    answer = browser.client.post(f"{SHEETS}/apply", data=data, buffered=True)
    browser.page = answer.text
    return int(answer.status_code)


CALM = ("who5/who5_2", "I have felt calm and relaxed")
RESTED = ("who5/who5_4", "I woke up feeling fresh and rested")
CALM_WORDS = "আমি শান্ত ও নিশ্চিন্ত ছিলাম"


def test_a_sheet_comes_back_is_looked_at_and_only_what_is_chosen_is_written(desk: Site) -> None:
    browser, before = desk.browser("T"), found(desk, digest(*CALM)).words
    content = sheet_back(
        browser,
        {CHEERFUL[1]: DRAFT, CALM[1]: CALM_WORDS, RESTED[1]: f"{DRAFT} {{example}}"},
    )
    assert upload(browser, content) == 200
    assert "Changed: 2" in browser.text
    assert "Refused, and why" in browser.text
    assert "A placeholder is wrong" in browser.text
    assert "<del>" in browser.page
    assert "<ins>" in browser.page
    assert found(desk).words != DRAFT  # nothing is written yet
    assert take(browser, STRING) == 303
    assert (found(desk).words, found(desk).status) == (DRAFT, "draft")
    assert found(desk, digest(*CALM)).words == before
    assert [entry.who for entry in found(desk).entries] == ["machine", "translator T"]
    (entry,) = [r for r in rows(desk.services, "audit_entry") if "imported" in r["what"]]
    assert entry["detail"] == {"texts": 1, "step": "draft", "machine": False}
    # It is her own text now.
    assert step(browser, "sign-off") == 422


@ON_SQLITE
def test_what_somebody_changes_between_the_preview_and_the_choice_is_not_overwritten(
    desk: Site,
) -> None:
    browser = desk.browser("T")
    content = sheet_back(browser, {CHEERFUL[1]: DRAFT, CALM[1]: CALM_WORDS})
    assert upload(browser, content) == 200
    preview = browser.page
    assert draft(desk.browser("A"), OTHER) == 303
    browser.page = preview
    assert take(browser, STRING, digest(*CALM)) == 200
    assert "Somebody has changed it here meanwhile" in browser.text
    assert "Texts that were taken over: 1." in browser.text
    assert found(desk).words == OTHER
    assert found(desk, digest(*CALM)).words == CALM_WORDS
    # A sheet from before her change is refused at once, too.
    assert upload(browser, content) == 200
    assert "Somebody has changed it here meanwhile" in browser.text


@ON_SQLITE
def test_words_that_are_signed_off_are_not_chosen_by_themselves(desk: Site) -> None:
    assert draft(desk.browser("A"), DRAFT) == 303
    browser = desk.browser("T")
    assert step(browser, "sign-off") == 303
    assert upload(browser, sheet_back(browser, {CHEERFUL[1]: OTHER, CALM[1]: CALM_WORDS})) == 200
    assert re.search(rf'value="{STRING}">', browser.page)
    assert re.search(rf'value="{digest(*CALM)}" checked>', browser.page)


@ON_SQLITE
def test_a_sheet_of_which_nothing_can_be_taken_is_refused_with_a_sentence(desk: Site) -> None:
    browser = desk.browser("T")
    po = fetched(browser, f"{SHEETS}/sheet.po")
    urdu = fetched(browser, f"{SHEETS.replace('/bn/', '/ur/')}/sheet.po")
    assert upload(browser, po, "Back.PO") == 200
    assert "There is nothing to take over." in browser.text
    for content, name, sentence in (
        (urdu, "ur.po", "This sheet is in another language."),
        (urdu.replace(b"Language: ur", b"Language: bn"), "ur.po", "mostly not in the script"),
        (b"nothing", "back.xlsx", "can not be read as a sheet"),
        (po, "back.txt", "neither .xlsx nor .po"),
        (po, "/", "neither .xlsx nor .po"),
    ):
        assert upload(browser, content, name) == 422, name
        assert sentence in browser.text
    assert upload(browser, po, at=SHEETS.replace("/bn/", "/syl/")) == 422
    assert "Record each text instead." in browser.text
    assert browser.post(f"{SHEETS}/apply", step="draft", rows="AAAA").status_code == 422
    assert "Upload it again" in browser.text


AUDIO = f"/console/{OURS}/translations/wellbeing/syl/audio"
PROMPT = f"{AUDIO}/{digest(CHEERFUL[0])}"
SPOKEN = f"/console/{OURS}/translations/wellbeing/syl/texts/{STRING}"


def send_recording(browser: Browser, content: bytes, seen: str | None = None, at: str = "") -> int:
    browser.get(at or PROMPT)
    data = {
        "form_key": browser.key(),
        "seen": hidden(browser, "seen") if seen is None else seen,
        "recording": (io.BytesIO(content), "recording"),
    }
    answer = browser.client.post(at or PROMPT, data=data, buffered=True)
    browser.page = answer.text
    return int(answer.status_code)


def test_a_recording_is_kept_heard_replaced_and_signed_off_by_somebody_else(desk: Site) -> None:
    browser, admin = desk.browser("T"), desk.browser("A")
    browser.get(AUDIO)
    assert "Recorded: 0 of" in browser.text
    browser.get(PROMPT)
    # The question with its options, as one recording says it.
    assert CHEERFUL[1] in browser.text
    assert "5. All of the time" in browser.text
    assert browser.get(f"{PROMPT}/sound").headers["Location"] == PROMPT
    assert send_recording(browser, ogg("one")) == 303
    assert fetched(browser, f"{PROMPT}/sound") == ogg("one")
    assert found(desk, language="syl").status == "draft"
    assert step(browser, "sign-off", page=SPOKEN) == 422  # her own voice
    assert step(admin, "sign-off", page=SPOKEN) == 303
    assert found(desk, language="syl").status == "signed off"
    # Another recording has to be heard and approved anew.
    assert send_recording(admin, b"ID3 two", seen="") == 422
    assert "Somebody has recorded this since" in admin.text
    assert send_recording(admin, b"ID3 two") == 303
    assert fetched(admin, f"{PROMPT}/sound") == b"ID3 two"
    assert found(desk, language="syl").status == "draft"
    assert step(browser, "sign-off", page=SPOKEN) == 422  # she recorded it once
    written = [r for r in rows(desk.services, "audit_entry") if r["what"] == "recording.kept"]
    assert [row["about"] for row in written] == [f"recording:wellbeing/syl/{CHEERFUL[0]}"] * 2


@ON_SQLITE
def test_a_language_that_is_written_has_recordings_beside_its_words(desk: Site) -> None:
    browser = desk.browser("T")
    at = PROMPT.replace("/syl/", "/bn/")
    browser.get(at)
    assert found(desk).words in browser.text
    assert send_recording(browser, ogg("one"), at=at) == 303
    assert rows(desk.services, "translation_entry") == []
    assert send_recording(browser, b"not a sound", at=at) == 422
    assert "WhatsApp does not play this kind of file." in browser.text
    assert send_recording(browser, b"", at=at) == 422
    assert "Record it first, or choose a file." in browser.text
    nothing = digest("")
    answer = browser.post(f"{SPOKEN}/words", seen=nothing, step="draft", words="অয়")
    assert answer.status_code == 422
    assert "This language is only spoken." in browser.text
    assert browser.get(f"{AUDIO}/000000000000").status_code == 404


@ON_SQLITE
def test_only_the_page_that_records_may_use_the_microphone(desk: Site) -> None:
    browser = desk.browser("T")
    for address, listens in ((PROMPT, True), (AUDIO, False), (PAGE, False), (LIST, False)):
        headers = browser.get(address).headers
        assert ("microphone=(self)" in headers["Permissions-Policy"]) is listens
        assert ("microphone=()" in headers["Permissions-Policy"]) is not listens
        assert ("media-src 'self' blob:;" in headers["Content-Security-Policy"]) is listens
