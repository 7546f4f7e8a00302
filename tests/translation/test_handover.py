"""Out to a translator and back: a preview first, nothing overwritten silently, every refusal named."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.gateways import handover_files
from bot.gateways.catalogues import Catalogue, CatalogueError
from bot.usecases import handover, translation
from bot.usecases.handover import Preview
from bot.usecases.texts import TranslationError
from flows.handover import Change
from flows.meaning import Step, Translation
from tests.support.campaigns import open_campaign, write_survey
from tests.support.people import Person
from tests.support.rows import rows
from tests.translation.conftest import BENGALI, House

NAME = ("clinic/name", "What should we call you?")
DAILY = ("clinic/often/daily", "Every day")


@pytest.fixture(params=["xlsx", "po"])
def sheet(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> Path:
    """The survey's Bengali as it goes out, in each format."""
    path = tmp_path / f"out.{request.param}"
    handover.export(house.services, house.survey, "bn", path)
    return path


def fill(sheet: Path, words: Mapping[str, str], comments: Mapping[str, str] | None = None) -> None:
    """What a translator does: English -> her words, and what she says about them."""
    if sheet.suffix == ".po":
        fill_po(sheet, words, comments or {})
        return
    book = openpyxl.load_workbook(sheet)
    page = book.active
    header = [cell.value for cell in page[1]]
    source, target = header.index("source"), header.index("translation")
    for row in page.iter_rows(min_row=2):
        row[target].value = words.get(row[source].value, row[target].value)
        if comments:
            row[header.index("comment")].value = comments.get(row[source].value)
    book.save(sheet)


def fill_po(sheet: Path, words: Mapping[str, str], comments: Mapping[str, str]) -> None:
    import io

    from babel.messages.pofile import read_po, write_po

    raw = sheet.read_bytes()
    catalog = read_po(io.BytesIO(raw), charset="utf-8")
    for message in catalog:
        if message.id:
            message.string = words.get(message.id, message.string)
            if message.id in comments:
                message.user_comments = [*message.user_comments, comments[message.id]]
    body = io.BytesIO()
    write_po(body, catalog, omit_header=True)
    sheet.write_bytes(raw.split(b"\n\n")[0] + b"\n\n" + body.getvalue())


def table(sheet: Path) -> list[dict[str, Any]]:
    header, *cells = openpyxl.load_workbook(sheet).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in cells]


def write_table(path: Path, header: Sequence[str], cells: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in (header, *cells):
        book.active.append(list(row))
    book.save(path)
    return path


def preview(house: House, sheet: Path, language: str = "bn") -> Preview:
    return handover.preview(house.services, house.survey, language, sheet)


def apply(house: House, sheet: Path, by: str = "Amina Begum", **more: Any) -> Preview:
    return handover.apply(house.services, house.survey, "bn", sheet, by=by, **more)


def changes(found: Preview) -> dict[str, Change]:
    """English -> change, of the rows that are not simply unchanged."""
    return {
        outcome.row.source: outcome.change
        for outcome in found.outcomes
        if outcome.change is not Change.UNCHANGED
    }


def test_a_sheet_comes_back_as_it_went(house: House, sheet: Path) -> None:
    found = preview(house, sheet)
    assert len(found.outcomes) == len(house.texts())
    assert changes(found) == {}


def test_the_workbook_has_a_row_a_text_with_what_its_translator_needs(
    house: House, tmp_path: Path
) -> None:
    house.say("bn", {DAILY: "=SUM(A1)"}, machine=True)
    house.edit("call you", "call you today")
    handover.export(house.services, house.survey, "bn", tmp_path / "out.xlsx")
    found = {row["context"]: row for row in table(tmp_path / "out.xlsx")}
    assert len(found) == len(house.texts())
    asked = found["clinic/visits (label)"]
    assert tuple(asked)[:7] == handover_files.COLUMNS
    assert asked["id"] == house.text("clinic/visits").wording.digest
    assert asked["source"] == "How often do you visit the clinic, ${name}?"
    assert asked["translation"] == BENGALI["clinic/visits", asked["source"]]
    assert "Leave as it is: ${name}." in asked["note"]
    assert asked["limit"].startswith("670")
    option = found["clinic/often/daily (option)"]
    assert option["translation"] == "=SUM(A1)"
    assert "An answer to: How often do you visit" in option["note"]
    assert "Machine draft: nobody has reviewed it." in option["note"]
    assert option["limit"] == "20 for a button"
    stale = found["clinic/name (label)"]
    assert (stale["translation"], stale["status"]) == ("", "stale")
    assert "The English was: 'What should we call you?'" in stale["note"]
    assert BENGALI[NAME] in stale["note"]
    assert found["bot/help (phrase)"]["limit"] == "670"
    assert {row["language"] for row in found.values()} == {"bn"}


def test_a_note_tells_of_instruments_long_labels_and_earlier_comments(
    house: House, tmp_path: Path
) -> None:
    who5 = ("who5/who5_1", "I have felt cheerful and in good spirits")
    often = ("who5/who5_frequency/5", "All of the time")
    house.say("bn", {often: "গত দুই সপ্তাহের পুরোটা সময় জুড়ে"})
    services = house.services
    translation.record(
        services, "wellbeing", "bn", Step.REVIEW, by="S. Ali", string=who5[0], comment="Too stiff."
    )
    handover.export(services, "wellbeing", "bn", tmp_path / "out.xlsx")
    found = {row["context"]: row["note"] for row in table(tmp_path / "out.xlsx")}
    assert "Exact wording of a validated scale (who5)." in found["who5/who5_1 (label)"]
    assert "S. Ali (review): Too stiff." in found["who5/who5_1 (label)"]
    assert "WhatsApp shows numbered text" in found["who5/who5_frequency/5 (option)"]


def test_a_preview_writes_nothing(house: House, sheet: Path) -> None:
    before = house.catalogue("bn").path.read_bytes()
    fill(sheet, {NAME[1]: "আপনার নাম কী?"})
    assert changes(preview(house, sheet)) == {NAME[1]: Change.CHANGED}
    assert house.catalogue("bn").path.read_bytes() == before
    assert rows(house.services, "translation_entry") == []


def test_what_is_applied_is_in_the_catalogue_and_under_her_name(house: House, sheet: Path) -> None:
    house.say("bn", {DAILY: "প্রতিদিন"}, machine=True)
    fill(sheet, {DAILY[1]: "রোজ"})
    found = apply(house, sheet, " Amina  Begum ")
    assert found.applied
    assert changes(found) == {DAILY[1]: Change.CHANGED}
    text = house.text("clinic/often/daily", "option")
    assert (text.words, text.status) == ("রোজ", "draft")
    before, after = rows(house.services, "translation_entry", context=DAILY[0])
    assert (before["text"], before["maker"], before["who"]) == ("প্রতিদিন", "machine", "machine")
    assert (after["text"], after["maker"], after["who"]) == ("রোজ", "human", "Amina Begum")
    refused = translation.sign_off(
        house.services, house.survey, "bn", by="amina begum", string=DAILY[0]
    )
    assert refused.refused
    house.sign(string=DAILY[0])


def test_the_survey_of_a_file_keeps_its_words_beside_it(house: House, sheet: Path) -> None:
    before = house.catalogue("bn").path.read_bytes()
    fill(sheet, {NAME[1]: "আপনার নাম কী?"})
    apply(house, sheet)
    own = Catalogue(Path(house.survey).with_name("clinic.bn.po"), "bn")
    assert own.translations() == [Translation(*NAME, "আপনার নাম কী?")]
    assert house.catalogue("bn").path.read_bytes() == before
    house.sign()
    open_campaign(house.services, survey=house.survey, languages=["bn"])
    assert Person(house.services).says("হ্যালো") == ["আপনার নাম কী?"]


def test_applying_touches_no_other_entry_of_a_catalogue(house: House, tmp_path: Path) -> None:
    sheet = tmp_path / "out.xlsx"
    matters = "What matters most to your wellbeing here?"
    handover.export(house.services, "wellbeing", "bn", sheet)
    before = house.catalogue("bn").path.read_text(encoding="utf-8").split("\n\n")
    fill(sheet, {matters: "এখানে আপনার কাছে কী জরুরি?"})
    handover.apply(house.services, "wellbeing", "bn", sheet, by="Amina Begum")
    after = house.catalogue("bn").path.read_text(encoding="utf-8").split("\n\n")
    different = [(one, two) for one, two in zip(before, after, strict=True) if one != two]
    ((entry_before, entry_after),) = different
    assert "# machine draft\n" in entry_before
    assert "machine draft" not in entry_after
    assert 'msgstr "এখানে আপনার কাছে কী জরুরি?"' in entry_after


def test_a_catalogues_head_says_that_all_is_a_machines_only_as_long_as_it_is(house: House) -> None:
    catalogue = house.catalogue("ur")

    def head() -> str:
        return catalogue.path.read_text(encoding="utf-8").split("\n\n")[0]

    before = head()
    assert "Every entry is a machine draft" in before
    catalogue.keep([Translation(*NAME, "آپ کا نام؟", machine=True)])
    assert head() == before
    catalogue.keep([Translation(*NAME, "آپ کا نام کیا ہے؟")])
    assert "Every entry is a machine draft" not in head()
    assert "not reviewed" not in head()
    assert '"Language: ur\\n"' in head()


def test_a_language_without_a_catalogue_gets_one(house: House, tmp_path: Path) -> None:
    house.catalogue("bn").path.unlink()
    sheet = tmp_path / "out.xlsx"
    handover.export(house.services, "wellbeing", "bn", sheet)
    fill(sheet, {"Please reply yes or no.": "হ্যাঁ বা না লিখুন।"})
    handover.apply(house.services, "wellbeing", "bn", sheet, by="Amina Begum")
    made = house.catalogue("bn")
    assert [found.text for found in made.translations()] == ["হ্যাঁ বা না লিখুন।"]
    assert '"Language: bn\\n"' in made.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["syl", "pnb"])
def test_a_language_that_is_only_spoken_takes_no_words(
    house: House, tmp_path: Path, language: str
) -> None:
    sheet = tmp_path / "out.po"
    handover.export(house.services, "wellbeing", language, sheet)
    for do in (handover.preview, partial(handover.apply, by="Amina Begum")):
        with pytest.raises(
            TranslationError, match=f"{language} is only spoken: no words are taken"
        ):
            do(house.services, "wellbeing", language, sheet)
    assert not house.catalogue(language).path.exists()
    assert rows(house.services, "translation_entry") == []


def test_a_machines_sheet_keeps_the_mark(house: House, sheet: Path) -> None:
    fill(sheet, {NAME[1]: "আপনার নাম কী?"})
    apply(house, sheet, machine=True)
    assert house.text("clinic/name").status == "machine draft"
    _, new = rows(house.services, "translation_entry")
    assert (new["maker"], new["who"]) == ("machine", "Amina Begum")


def test_a_catalogue_that_can_not_be_written_leaves_the_ledger_as_it_was(
    house: House, sheet: Path
) -> None:
    fill(sheet, {"Please reply yes or no.": "হ্যাঁ বা না লিখুন।"})
    # The copy that is written first has no place to go to: also for root, who may write anywhere.
    house.catalogue("bn").path.with_name(".survey.po.part").mkdir()
    with pytest.raises(CatalogueError) as refused:
        apply(house, sheet)
    assert "survey.po can not be written" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert rows(house.services, "translation_entry") == []


def test_rows_that_can_not_be_taken_are_refused_and_the_others_taken(
    house: House, sheet: Path
) -> None:
    fill(
        sheet,
        {
            NAME[1]: "আপনার নাম কী?",
            "How often do you visit the clinic, ${name}?": "আপনি কত ঘন ঘন আসেন?",
            "Never": "Absolutely never ever",
            "In your own words.": "নিজের মতো করে বলুন।",
        },
    )
    house.edit("In your own words.", "In your words.")
    found = apply(house, sheet)
    assert changes(found) == {
        NAME[1]: Change.CHANGED,
        "How often do you visit the clinic, ${name}?": Change.PLACEHOLDERS,
        "Never": Change.LANGUAGE,
        "In your own words.": Change.SOURCE_CHANGED,
    }
    assert {outcome.row.source for outcome in found.refused} == set(changes(found)) - {NAME[1]}
    assert (
        house.text("clinic/often/never", "option").words == BENGALI["clinic/often/never", "Never"]
    )
    assert house.text("clinic/name").words == "আপনার নাম কী?"


def test_a_row_that_is_of_no_text_here_is_unknown(house: House, sheet: Path) -> None:
    other = write_survey(
        Path(house.survey).parent,
        "settings: {form_id: other}\nsurvey: [{type: text, name: why, label: Because}]",
        "other",
    )
    found = handover.preview(house.services, other, "bn", sheet)
    unknown = [o for o in found.outcomes if o.change is Change.UNKNOWN]
    assert {o.row.source for o in unknown} == {source for _, source in BENGALI}


def test_an_older_sheet_takes_nothing_back(house: House, sheet: Path, tmp_path: Path) -> None:
    first = shutil.copy(sheet, tmp_path / f"first{sheet.suffix}")
    fill(sheet, {NAME[1]: "আপনার নাম কী?"})
    apply(house, sheet)
    fill(first, {DAILY[1]: "রোজ"})
    assert changes(apply(house, first, "Salma Ali")) == {
        NAME[1]: Change.OLDER,
        DAILY[1]: Change.CHANGED,
    }
    assert house.text("clinic/name").words == "আপনার নাম কী?"
    fill(first, {NAME[1]: "নাম বলুন।"})
    assert changes(apply(house, first, "Salma Ali"))[NAME[1]] is Change.CONFLICT
    assert house.text("clinic/name").words == "আপনার নাম কী?"


def test_a_sheet_of_another_language_is_refused_whole(house: House, sheet: Path) -> None:
    with pytest.raises(TranslationError, match="is in bn, not in ur: nothing was taken"):
        preview(house, sheet, "ur")


def test_a_bengali_sheet_is_mostly_in_bengali_script(house: House, tmp_path: Path) -> None:
    ids = [text.wording.digest for text in house.texts()]
    cells = [(row, "This is still English.") for row in ids]
    path = write_table(tmp_path / "english.xlsx", ["id", "translation"], cells)
    with pytest.raises(TranslationError, match=r"mostly not in the script of bn \(Beng\)"):
        preview(house, path)


def test_one_row_of_another_language_is_refused_alone(house: House, tmp_path: Path) -> None:
    cells = [
        (house.text("clinic/name").wording.digest, "আপনার নাম কী?", "bn"),
        (house.text("clinic/visits").wording.digest, "${name}, কতবার আসেন?", "syl"),
    ]
    path = write_table(tmp_path / "mixed.xlsx", ["id", "translation", "language"], cells)
    assert [o.change for o in preview(house, path).outcomes] == [Change.CHANGED, Change.LANGUAGE]


def test_columns_stand_in_any_order_and_numbers_are_texts(house: House, tmp_path: Path) -> None:
    text = house.text("clinic/often/daily", "option")
    cells = [
        (None, None, None, None),
        ("ok", 365.0, 7, text.wording.digest),
        (None, 7.5, None, house.text("clinic/often/never", "option").wording.digest),
    ]
    path = write_table(tmp_path / "own.xlsx", ["Comment", " TRANSLATION", "x", "ID "], cells)
    found = preview(house, path).outcomes
    assert [(o.row.line, o.after, o.change) for o in found] == [
        (3, "365", Change.CHANGED),
        (4, "7.5", Change.CHANGED),
    ]


def test_comments_are_kept_with_new_words_and_reviews(house: House, sheet: Path) -> None:
    fill(sheet, {NAME[1]: "আপনার নাম কী?"}, {NAME[1]: "Shorter.", DAILY[1]: "Fine as it is."})
    found = apply(house, sheet)
    assert [outcome.row.source for outcome in found.unkept] == [DAILY[1]]
    assert [row["comment"] for row in rows(house.services, "translation_entry")] == ["", "Shorter."]


def test_a_reviewers_sheet_is_a_review(house: House, sheet: Path) -> None:
    fill(sheet, {NAME[1]: "আপনার নাম কী?"}, {NAME[1]: "Shorter.", DAILY[1]: "Fine as it is."})
    found = apply(house, sheet, "Salma Ali", step=Step.REVIEW)
    assert found.unkept == []
    assert house.text("clinic/name").status == "reviewed"
    assert house.text("clinic/often/daily", "option").status == "reviewed"
    assert house.text("clinic/visits").status == "draft"
    for string in (NAME[0], DAILY[0]):
        found_out = translation.sign_off(
            house.services, house.survey, "bn", by="Salma Ali", string=string
        )
        assert found_out.refused


def test_a_sheet_needs_a_name(house: House, sheet: Path) -> None:
    with pytest.raises(TranslationError, match="A machine can not do this"):
        apply(house, sheet, "machine")


def test_nothing_that_is_there_is_written_over_on_the_way_out(house: House, sheet: Path) -> None:
    with pytest.raises(CatalogueError, match="is there already"):
        handover.export(house.services, house.survey, "bn", sheet)
    nowhere = sheet.parent / "nowhere" / sheet.name
    with pytest.raises(CatalogueError, match="can not be written: No such file"):
        handover.export(house.services, house.survey, "bn", nowhere)


def test_files_that_are_no_sheets_are_refused_in_one_line(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(CatalogueError) as refused:
            preview(house, path)
        assert "\n" not in str(refused.value)
        return str(refused.value)

    assert "neither .xlsx nor .po" in refusal("a.csv", b"id,translation")
    assert "is not an XLSX workbook" in refusal("a.xlsx", b"not a zip")
    assert "a.po, line 2, is not as PO" in refusal("a.po", b'msgid "a"\nmsgstr "b" c')
    assert "is not as PO files are: msgid" in refusal("a2.po", b'msgid "a\nmsgstr "b"')
    assert "is not a PO file in UTF-8" in refusal("b.po", 'msgid ""\nmsgstr "é"'.encode("latin-1"))
    with pytest.raises(CatalogueError, match="can not be read: No such file"):
        preview(house, tmp_path / "nothing.xlsx")
    empty = write_table(tmp_path / "empty.xlsx", [], [])
    assert "lacks the column 'id'" in refusal("e.xlsx", empty.read_bytes())
    twice = write_table(tmp_path / "t.xlsx", ["id", "translation", "Translation"], [])
    assert "more than one column 'translation'" in refusal("t2.xlsx", twice.read_bytes())
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(odd, "w") as packed:
        packed.writestr("a.txt", "a")
    assert "is not an XLSX workbook" in refusal("odd.xlsx", odd.read_bytes())
    monkeypatch.setattr(handover_files, "_MOST_ROWS", 3)
    long = write_table(tmp_path / "l.xlsx", ["id", "translation"], [("a", "b")] * 5)
    assert "no survey has so many texts" in refusal("l2.xlsx", long.read_bytes())
    monkeypatch.setattr(handover_files, "_MOST_UNPACKED", 100)
    assert "that is no sheet" in refusal("l3.xlsx", long.read_bytes())
    monkeypatch.setattr(handover_files, "_MOST_BYTES", 10)
    assert "so large" in refusal("l4.xlsx", long.read_bytes())


def test_a_fuzzy_entry_of_a_po_file_waits(house: House, tmp_path: Path) -> None:
    path = tmp_path / "own.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n#, fuzzy\n'
        f'msgctxt "{NAME[0]}"\nmsgid "{NAME[1]}"\nmsgstr "নাম?"\n\n'
        'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "a"\nmsgstr[1] "b"\n',
        encoding="utf-8",
    )
    assert [o.change for o in preview(house, path).outcomes] == [Change.UNFINISHED]


def test_a_word_that_came_with_an_imported_form_loses_that_mark_too(house: House) -> None:
    own = Path(house.survey).with_name("clinic.bn.po")
    own.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        f'# imported, not reviewed\n# keep this\n#, fuzzy\nmsgctxt "{NAME[0]}"\nmsgid "{NAME[1]}"\n'
        'msgstr "নাম?"\n',
        encoding="utf-8",
    )
    catalogue = Catalogue(own, "bn")
    assert [found.finished for found in catalogue.translations()] == [False]
    catalogue.keep([Translation(*NAME, "আপনার নাম?")])
    text = own.read_text(encoding="utf-8")
    assert "imported" not in text
    assert "fuzzy" not in text
    assert "# keep this\n" in text
    assert [found.finished for found in catalogue.translations()] == [True]


def test_a_catalogue_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.po").mkdir()
    with pytest.raises(CatalogueError, match="can not be read: Is a directory"):
        Catalogue(tmp_path / "a.po", "bn").translations()


def test_every_catalogue_of_the_house_is_written_as_it_was_read(house: House) -> None:
    from tests.translation.conftest import ROOT

    for path in sorted(ROOT.glob("locales/*/LC_MESSAGES/survey.po")):
        code = path.parent.parent.name
        kept = house.locales / code / "LC_MESSAGES" / "survey.po"
        shutil.copy(path, kept)
        Catalogue(kept, code).keep([])
        before, after = (p.read_text(encoding="utf-8").split("\n\n") for p in (path, kept))
        assert before[1:] == after[1:], code
