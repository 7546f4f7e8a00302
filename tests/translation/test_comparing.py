"""What a row that came back would do: pure, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows import handover
from flows.handover import Change, Row
from flows.wording import Wording, digest

WHY = Wording("small/why", "Why do you come here, ${name}?")
AGE = Wording("small/age", "How old are you?")
BEFORE = "আপনার বয়স কত?"
ROW = Row(2, AGE.digest, "small/age (label)", AGE.source, BEFORE, language="bn")


def change(row: Row, *, script: str = "Beng", language: str = "bn") -> Change:
    (outcome,) = handover.compare(
        [row], [WHY, AGE], {AGE: BEFORE}.get, language=language, script=script
    )
    return outcome.change


def test_what_is_as_it_was_changes_nothing() -> None:
    assert change(ROW) is Change.UNCHANGED
    assert change(replace(ROW, translation=f"  {BEFORE}\r\n")) is Change.UNCHANGED
    assert change(replace(ROW, translation="")) is Change.EMPTY


def test_other_words_change_and_new_words_add() -> None:
    assert change(replace(ROW, translation="বয়স কত আপনার?")) is Change.CHANGED
    new = replace(ROW, id=WHY.digest, source=WHY.source, translation="${name}, কেন আসেন?")
    assert change(new) is Change.ADDED
    (outcome,) = handover.compare([new], [WHY], lambda _: None, language="bn", script="Beng")
    assert (outcome.wording, outcome.before, outcome.after) == (WHY, "", "${name}, কেন আসেন?")
    assert not outcome.refused


def test_a_row_without_its_id_is_known_by_context_and_english() -> None:
    assert change(replace(ROW, id="", translation="বয়স কত আপনার?")) is Change.CHANGED


def test_an_id_that_nobody_gave_is_unknown() -> None:
    stray = replace(ROW, id="000000000000", context="other/place")
    assert change(stray) is Change.UNKNOWN
    (outcome,) = handover.compare([stray], [AGE], lambda _: None, language="bn", script="Beng")
    assert outcome.refused


def test_the_english_may_have_changed_since_the_export() -> None:
    old = Wording("small/age", "What is your age?")
    assert change(replace(ROW, id=old.digest, source=old.source)) is Change.SOURCE_CHANGED
    edited = replace(ROW, source="What age are you?", translation="বয়স কত আপনার?")
    assert change(edited) is Change.SOURCE_CHANGED
    spaced = replace(ROW, source="How  old\nare you? ", translation="বয়স কত আপনার?")
    assert change(spaced) is Change.CHANGED
    without = replace(ROW, source="", translation="বয়স কত আপনার?")
    assert change(without) is Change.CHANGED


def test_placeholders_have_to_stay() -> None:
    row = replace(ROW, id=WHY.digest, source=WHY.source, translation="আপনি কেন আসেন?")
    assert change(row) is Change.PLACEHOLDERS


def test_a_row_of_another_language_is_refused() -> None:
    new = replace(ROW, translation="বয়স কত আপনার?")
    assert change(replace(new, language="ur")) is Change.LANGUAGE
    assert change(replace(new, language="")) is Change.CHANGED
    assert change(replace(ROW, translation="How old would you say you are?")) is Change.LANGUAGE


def test_a_name_or_a_number_may_be_in_any_script() -> None:
    assert change(replace(ROW, translation="WHO-5?")) is Change.CHANGED


def test_what_somebody_else_changed_since_is_not_taken_back() -> None:
    earlier = "বয়স?"
    untouched = replace(ROW, translation=earlier, exported=digest(earlier))
    assert change(untouched) is Change.OLDER
    both = replace(ROW, translation="বয়স কত আপনার?", exported=digest(earlier))
    assert change(both) is Change.CONFLICT
    fresh = replace(ROW, translation="বয়স কত আপনার?", exported=digest(BEFORE))
    assert change(fresh) is Change.CHANGED


def test_what_its_translator_marked_as_unfinished_waits() -> None:
    row = replace(ROW, translation="বয়স কত আপনার?", finished=False)
    assert change(row) is Change.UNFINISHED


def test_two_translations_of_one_text_are_both_refused() -> None:
    rows = [replace(ROW, translation="বয়স কত আপনার?"), replace(ROW, line=9)]
    found = handover.compare(rows, [AGE], lambda _: BEFORE, language="bn", script="Beng")
    assert [outcome.change for outcome in found] == [Change.TWICE, Change.TWICE]
    same = [replace(ROW, translation="বয়স কত আপনার?")] * 2
    found = handover.compare(same, [AGE], lambda _: BEFORE, language="bn", script="Beng")
    assert [outcome.change for outcome in found] == [Change.CHANGED, Change.CHANGED]


def test_a_summary_counts_in_the_order_of_importance() -> None:
    rows = [ROW, replace(ROW, id="0" * 12, context="a/b"), ROW]
    found = handover.compare(rows, [AGE], lambda _: BEFORE, language="bn", script="Beng")
    assert list(handover.summary(found).items()) == [(Change.UNCHANGED, 2), (Change.UNKNOWN, 1)]


@pytest.mark.parametrize(
    ("text", "script", "foreign"),
    [
        ("আপনার বয়স কত, ${a_long_latin_name}?", "Beng", False),
        ("Samaritans 116 123 আপনাকে সাহায্য করতে পারে, দিন রাত সব সময়", "Beng", False),
        ("How old are you now?", "Beng", True),
        ("How old are you now?", "Latn", False),
        ("آپ کی عمر کتنی ہے؟", "Arab", False),
        ("আপনার বয়স কত বলুন তো?", "Arab", True),
        ("你今年幾多歲呀可唔可以講", "Hant", False),
        ("ዕድሜኽ ክንደይ እዩ ሓወይ", "Ethi", False),
        ("ਤੁਹਾਡੀ ਉਮਰ ਕਿੰਨੀ ਹੈ", "Guru", False),
        ("おいくつですか教えてください", "Jpan", False),
        ("", "Beng", False),
    ],
)
def test_a_language_has_its_script(text: str, script: str, foreign: bool) -> None:
    assert handover.is_foreign(text, script) is foreign


def test_names_that_stand_in_the_english_too_are_in_nobodys_script() -> None:
    text, source = "Facebook বা WhatsApp", "Facebook or WhatsApp"
    assert handover.is_foreign(text, "Beng")
    assert not handover.is_foreign(text, "Beng", source)
    assert handover.is_foreign(source, "Beng", source)


def test_codes_of_one_language_may_be_written_differently() -> None:
    assert handover.same_language("zh_Hant_HK", "zh-Hant-HK")
    assert not handover.same_language("bn", "syl")


def test_a_cell_loses_only_what_a_spreadsheet_put_there() -> None:
    assert handover.clean(" one_x000D_\r\ntwo\rthree ") == "one\ntwo\nthree"
