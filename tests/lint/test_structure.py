"""Ways through a survey: what is tried, and what is left to a person's eye."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.gateways.files import SurveyFiles
from flows.lint import Report
from flows.lint.paths import Paths
from flows.survey import Purpose
from tests.lint.conftest import LISTS, Check, survey_of
from tests.support.talk import NOW

SEVERAL = "  - {type: select_multiple colour, name: shades, label: 'Which?'}\n"


def rules(report: Report, question: str | None = None) -> set[str]:
    return {f.rule for f in report.findings if question is None or f.question == question}


def values(rows: str, name: str) -> tuple[object, ...]:
    return Paths(survey_of(rows, {}), NOW).domains[name].values


def test_a_select_without_options_is_an_error(check: Check) -> None:
    survey = survey_of("  - {type: select_one colour, name: shade, label: 'Which?'}\n", {})
    empty = replace(survey, questions=(replace(survey.questions[0], choices=()),))
    assert "no-options" in rules(check(empty), "shade")
    assert not check(empty).ok
    assert "no-options" not in rules(check(survey))


def test_what_follows_a_question_that_is_never_asked_is_never_asked_either(check: Check) -> None:
    report = check(
        "  - {type: select_one yes_no, name: a, label: 'A?', relevant: false()}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"${a} = 'yes'\"}\n"
    )
    assert "unreachable" in rules(report, "a") & rules(report, "b")


def test_nothing_is_asked_of_those_who_refused(check: Check) -> None:
    report = check(
        "  - {type: select_one yes_no, name: agreed, purpose: consent, label: 'Do you agree?'}\n"
        "  - {type: text, name: why, label: 'Why not?', relevant: \"${agreed} = 'no'\"}\n"
    )
    assert "unreachable" in rules(report, "why")


def test_a_question_left_out_can_lead_to_another(check: Check) -> None:
    report = check(
        SEVERAL + "  - {type: text, name: b, label: 'B?', relevant: \"${shades} = ''\"}\n"
    )
    assert "unreachable" not in rules(report)


def test_a_default_is_what_leaving_out_a_question_counts_as(check: Check) -> None:
    rows = (
        "  - {type: integer, name: n, label: 'N?', default: %s, constraint: . > 5}\n"
        "  - {type: text, name: b, label: 'B?', relevant: '${n} = 2'}\n"
    )
    assert "unreachable" not in rules(check(rows % "2"))
    assert "unreachable" not in rules(check(rows % "int(1 + 1)"))
    assert "unreachable" in rules(check(rows % "7"))


def test_a_calculation_is_followed(check: Check) -> None:
    rows = (
        SEVERAL
        + "  - {type: calculate, name: many, calculation: 'count-selected(${shades}) > 1'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"${many} = '%s'\"}\n"
    )
    assert "unreachable" not in rules(check(rows % "true"))
    assert "unreachable" in rules(check(rows % "maybe"))


def test_a_constraint_narrows_what_can_be_chosen(check: Check) -> None:
    rows = (
        "  - {type: select_multiple colour, name: shades, label: 'Which?',"
        " constraint: count-selected(.) %s}\n"
        "  - {type: text, name: b, label: 'B?',"
        " relevant: \"selected(${shades}, 'red') and selected(${shades}, 'blue')\"}\n"
    )
    assert "unreachable" not in rules(check(rows % "&lt;= 2".replace("&lt;", "<")))
    assert "unreachable" in rules(check(rows % "= 1"))


def test_options_that_no_condition_names_are_alike(check: Check) -> None:
    many = ", ".join(f"{{name: o{n}, label: Option number {n}}}" for n in range(12))
    rows = (
        "  - {type: select_multiple many, name: picked, label: 'Which?'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: 'count-selected(${picked}) = %d'}\n"
        f"{LISTS}  many: [{many}]\n"
    )
    assert "unreachable" not in rules(check(rows % 12))
    assert "unreachable" in rules(check(rows % 13))


def test_with_many_options_named_nothing_is_claimed(check: Check) -> None:
    many = ", ".join(f"{{name: o{n}, label: Option number {n}}}" for n in range(9))
    named = " and ".join(f"selected(${{picked}}, 'o{n}')" for n in range(9))
    report = check(
        "  - {type: select_multiple many, name: picked, label: 'Which?'}\n"
        f"  - {{type: text, name: b, label: 'B?', relevant: \"{named}\"}}\n"
        f"{LISTS}  many: [{many}]\n"
    )
    found = [f for f in report.findings if f.rule == "unreachable"]
    assert [f.severity.value for f in found] in ([], ["warning"])


def test_a_filtered_list_opens_only_after_the_answer_it_needs(check: Check) -> None:
    rows = (
        "  - {type: select_one area, name: area, label: 'Where?'}\n"
        "  - {type: select_one place, name: place, label: 'Which place?',"
        " choice_filter: 'area = ${area}'}\n"
        "  - {type: text, name: b, label: 'B?',"
        " relevant: \"${area} = 'north' and ${place} = '%s'\"}\n"
        f"{LISTS}"
        "  area: [{name: north, label: North}, {name: south, label: South}]\n"
        "  place:\n"
        "    - {name: hill, label: Centre, area: north}\n"
        "    - {name: sea, label: Centre, area: south}\n"
    )
    report = check(rows % "hill")
    assert report.ok, report.findings
    assert "unreachable" in rules(check(rows % "sea"), "b")


def test_a_filter_that_leaves_nothing_makes_a_question_unreachable(check: Check) -> None:
    report = check(
        "  - {type: select_multiple place, name: place, label: 'Which place?',"
        " choice_filter: \"area = 'west'\"}\n"
        f"{LISTS}  place: [{{name: hill, label: Hill, area: north}}]\n"
    )
    assert "unreachable" in rules(report, "place")


def test_a_condition_on_the_language_can_be_met(check: Check) -> None:
    report = check(
        "  - {type: select_one languages, name: tongue, purpose: language, label: 'Which?'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"${tongue} = 'ur'\"}\n"
    )
    assert report.ok


def test_a_ranking_is_tried_in_one_order_and_nothing_is_claimed(check: Check) -> None:
    report = check(
        "  - {type: rank colour, name: order, label: 'Which first?'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"selected-at(${order}, 0) = 'blue'\"}\n"
    )
    assert [f.severity.value for f in report.findings if f.rule == "unreachable"] == ["warning"]


def test_too_many_ways_leave_a_constraint_unjudged(check: Check) -> None:
    asked = "".join(
        f"  - {{type: select_one colour, name: s{n}, label: 'Colour {n}?'}}\n" for n in range(9)
    )
    every = " + ".join(f"count-selected(${{s{n}}})" for n in range(9))
    report = check(
        asked + f"  - {{type: integer, name: n, label: 'N?', constraint: '. > {every}'}}\n"
    )
    assert rules(report, "n") == set()


@pytest.mark.parametrize(
    ("row", "name", "expected"),
    [
        ("{type: acknowledge, name: a, label: Ready.}", "a", ("OK",)),
        ("{type: text, name: a, label: Say.}", "a", ("words",)),
        ("{type: integer, name: a, label: Say., constraint: . > 1.5 and . < 3}", "a", None),
        ("{type: integer, name: a, label: Say., constraint: . mod 2 = 0 and . >= 0 and . <= 4}",
         "a", (0, 1, 2, 3, 4)),
    ],
)  # fmt: skip
def test_the_answers_that_are_tried(
    row: str, name: str, expected: tuple[object, ...] | None
) -> None:
    tried = values(f"  - {row}\n", name)
    if expected is None:
        assert {1, 2, 3, 4} <= set(tried)
        assert all(isinstance(value, int) for value in tried)
    else:
        assert tried == expected


def test_days_around_a_date_are_tried_and_a_day_that_is_none_is_not() -> None:
    tried = values(
        "  - {type: date, name: day, label: Say., constraint: \". > '2026-02-28' and . < '2026-02-31'\"}\n",
        "day",
    )
    assert {"2026-02-27", "2026-02-28", "2026-03-01", NOW.date().isoformat()} <= set(tried)


def test_an_expression_that_fails_hides_nothing() -> None:
    survey = survey_of(
        "  - {type: text, name: a, label: 'A?'}\n"
        "  - {type: calculate, name: c, calculation: \"regex(${a}, '[')\"}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"regex(${a}, '[')\"}\n",
        {},
    )
    paths = Paths(survey, NOW)
    assert paths.relevant(survey.by_name["b"], {"a": "x"})
    assert list(paths.possible(survey.by_name["c"], {"a": "x"})) == [""]


def test_a_filter_that_fails_hides_nothing(check: Check) -> None:
    report = check(
        "  - {type: select_one place, name: place, label: 'Which place?',"
        " choice_filter: \"regex(area, '[')\"}\n"
        f"{LISTS}  place: [{{name: hill, label: Hill, area: a}}, {{name: sea, label: Sea, area: a}}]\n"
    )
    assert rules(report, "place") == {"expression-fails"}


def test_gates_of_our_own_surveys_are_open(check: Check, surveys: SurveyFiles) -> None:
    survey = surveys.load("wellbeing").survey
    assert {q.purpose for q in survey.questions} >= set(Purpose)
    assert not rules(check(survey)) & {"dead-end", "no-consent", "asked-before-consent"}


def test_a_condition_on_a_question_that_is_gone_counts_as_unanswered(check: Check) -> None:
    survey = survey_of(
        "  - {type: text, name: a, label: 'A?'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"${a} = 'x'\"}\n",
        {},
    )
    assert "unreachable" in rules(check(replace(survey, questions=survey.questions[1:])), "b")


def test_parentheses_and_minus_signs_are_seen_through(check: Check) -> None:
    rows = (
        "  - {type: integer, name: n, label: 'N?', constraint: '(. >= -3) and (. <= -(1))'}\n"
        "  - {type: text, name: b, label: 'B?', relevant: '(${n}) = (-3)'}\n"
    )
    assert "unreachable" not in rules(check(rows))
    assert "unreachable" in rules(check(rows.replace("(-3)'}", "(-4)'}")), "b")


def test_a_calculation_may_hold_options(check: Check) -> None:
    report = check(
        SEVERAL + "  - {type: calculate, name: c, calculation: \"concat(${shades}, ' x')\"}\n"
        "  - {type: text, name: b, label: 'B?', relevant: \"selected(${c}, 'x')\"}\n"
    )
    assert report.ok


def chain(length: int) -> str:
    """Questions each of which is asked after the one before it was answered with the last option."""
    rows = ["  - {type: select_one colour, name: c0, label: 'Colour 0?'}\n"]
    rows += [
        f"  - {{type: select_one colour, name: c{n}, label: 'Colour {n}?',"
        f" relevant: \"${{c{n - 1}}} = 'blue'\"}}\n"
        for n in range(1, length)
    ]
    return "".join(rows)


def test_a_long_chain_of_questions_is_followed_to_its_end(check: Check) -> None:
    report = check(chain(60))
    assert "unreachable" not in rules(report)
    longest = report.languages["en"].longest
    assert longest is not None
    assert (longest.questions, report.exact) == (60, True)


def test_a_chain_without_end_is_left_to_a_persons_eye(check: Check) -> None:
    report = check(chain(210))
    assert rules(report, "c209") >= {"too-many-ways"}
    assert "too-many-ways" not in rules(report, "c150")
    assert not report.exact
