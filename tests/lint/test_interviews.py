"""What one interview takes, counted by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.gateways.files import SurveyFiles
from flows.lint import Cost, Prices
from flows.lint.interviews import MOST_ROUTES
from tests.lint.conftest import LISTS, Check

TWO = """\
  - {type: select_one yes_no, name: like, label: 'Do you like it?'}
  - {type: text, name: why, label: 'Why not?', relevant: "${like} = 'no'"}
  - {type: note, name: bye, label: Goodbye.}
"""


def test_parts_and_messages_are_counted_on_the_shortest_and_the_longest_way(check: Check) -> None:
    english = check(TWO).languages["en"]
    # Question, question, farewell; a number and 100 characters of English.
    assert english.longest == Cost(
        questions=2, parts_out=3, parts_in=2, messages_out=3, messages_in=2, reminder_parts=1
    )
    assert english.typical == Cost(1, 2, 1, 2, 1, 1)
    assert (english.longest.parts, english.longest.messages) == (5, 5)


def test_an_answer_in_another_script_takes_more_parts(check: Check) -> None:
    said = {"bn": {"small/why": "কেন নয়?"}}
    bengali = check(TWO, languages=["en", "bn"], said=said).languages["bn"].longest
    assert bengali is not None
    assert bengali.parts_in == 1 + 2  # 100 characters of UCS-2


def test_a_long_question_takes_several_parts(check: Check) -> None:
    rows = f"  - {{type: text, name: why, label: {'x' * 161}}}\n"
    longest = check(rows).languages["en"].longest
    assert longest is not None
    assert longest.parts_out == 2 + 1  # and the thanks


def test_the_menu_offers_the_languages_that_are_complete(check: Check) -> None:
    rows = (
        "  - {type: select_one languages, name: tongue, purpose: language, label: 'Which?'}\n"
        "  - {type: text, name: why, label: 'Why?'}\n"
    )
    alone = check(rows).languages["en"].longest
    both = check(rows, languages=["en", "bn"]).languages["en"].longest
    part = check(rows, languages=["en", "bn"], said={"bn": {"small/why": ""}}).languages
    assert alone is not None
    assert both is not None
    assert (alone.questions, both.questions) == (1, 2)
    assert part["en"].longest == alone
    assert part["bn"].longest is None
    assert part["bn"].typical is None
    assert (part["bn"].complete, part["bn"].untranslated) == (False, ("small/why",))


def test_where_nobody_gets_past_a_gate_nothing_is_counted(check: Check) -> None:
    rows = "  - {type: select_one colour, name: tongue, purpose: language, label: 'Which?'}\n"
    assert check(rows).languages["en"].longest is None


def test_a_survey_with_too_many_ways_is_counted_with_everything_asked(check: Check) -> None:
    asked = "".join(
        f"  - {{type: select_one colour, name: s{n}, label: 'Colour {n}?'}}\n" for n in range(9)
    )
    shown = "".join(
        f"  - {{type: text, name: t{n}, label: 'Text {n}?', relevant: \"${{s{n}}} = 'red'\"}}\n"
        for n in range(9)
    )
    report = check(asked + shown)
    assert not report.exact
    longest = report.languages["en"].longest
    assert longest is not None
    assert longest.questions == 18


def test_the_longest_of_many_ways_is_among_those_walked(check: Check) -> None:
    rows = "  - {type: select_multiple six, name: six, label: 'Which?'}\n" + "".join(
        f"  - {{type: text, name: t{n}, label: 'Text {n}?', relevant: \"selected(${{six}}, 'o{n}')\"}}\n"
        for n in range(6)
    )
    lists = ", ".join(f"{{name: o{n}, label: Option number {n}}}" for n in range(6))
    report = check(f"{rows}{LISTS}  six: [{lists}]\n")
    longest, typical = report.languages["en"].longest, report.languages["en"].typical
    assert longest is not None
    assert typical is not None
    assert MOST_ROUTES < 2**6
    assert (longest.questions, typical.questions) == (7, 4)


def test_a_question_that_no_answer_fits_is_still_counted(check: Check) -> None:
    rows = "  - {type: text, name: code, label: 'Code?', constraint: \"regex(., '[0-9]{4}')\"}\n"
    longest = check(rows).languages["en"].longest
    assert longest is not None
    assert longest.questions == 1


@pytest.mark.parametrize("name", SurveyFiles().names())
def test_every_survey_of_the_house_has_a_cost_in_english(
    check: Check, surveys: SurveyFiles, name: str
) -> None:
    report = check(surveys.load(name).survey, languages=["en", "bn"])
    assert report.exact
    for language in report.languages.values():
        assert language.longest is not None
        assert language.typical is not None
        assert language.longest.parts >= language.typical.parts > language.typical.questions


def test_prices_are_the_callers() -> None:
    assert (Prices().sms(3, 2), Prices().whatsapp(5)) == (None, None)
    sent, received = Decimal("0.04"), Decimal("0.01")
    assert Prices(part_out=sent).sms(3, 2) == Decimal("0.12")
    assert Prices(part_out=sent, part_in=received).sms(3, 2) == Decimal("0.14")
    assert Prices(message=Decimal("0.005")).whatsapp(5) == Decimal("0.025")


def test_a_reminder_is_counted_at_the_dearest_question_in_full(check: Check) -> None:
    hint = "x" * 100
    rows = f"""\
  - {{type: text, name: why, label: 'Why?'}}
  - {{type: select_one yes_no, name: like, label: 'Do you like it?', hint: '{hint}'}}
"""
    longest = check(rows).languages["en"].longest
    assert longest is not None
    # 80 characters of the reminder and 130 of the question are more than the 160 of one part.
    assert (longest.parts_out, longest.reminder_parts) == (3, 2)
