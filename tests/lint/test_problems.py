"""What the parser refuses, under the rule that the documentation gives it."""

from __future__ import annotations

import pytest

from bot.gateways.files import SurveyFiles
from flows.lint import Severity, finding_of
from flows.parsing import SurveyError, parse_survey

HEAD = "settings: {form_id: small}\nsurvey:\n"
TWICE = "choices: {l: [{name: x, label: X}, {name: x, label: Y}]}"


@pytest.mark.parametrize(
    ("rule", "rows", "question"),
    [
        ("reference", "  - {type: text, name: a, label: A, relevant: '${b} = 1'}", "a"),
        ("duplicate-code", "  - {type: text, name: a, label: A}\n  - {type: text, name: a, label: B}",
         "a"),
        ("duplicate-code", "  - {type: text, name: a, name: b, label: A}", None),
        ("duplicate-code", f"  - {{type: select_one l, name: a, label: A}}\n{TWICE}", "l"),
        ("instrument-closed", "  - {type: instrument swemwbs}", "swemwbs"),
        ("unknown-instrument", "  - {type: instrument phq9}", "phq9"),
        ("unknown-instrument", "  - {type: instrument who5, items: who5_6}", "who5"),
        ("no-options", "  - {type: select_one none, name: a, label: A}", "a"),
        ("unknown-type", "  - {type: txet, name: a, label: A}", "a"),
        ("expression", "  - {type: text, name: a, label: A, relevant: 'and and'}", "a"),
        ("expression", "  - {type: text, name: a, label: A, constraint: '. >'}", "a"),
        ("expression", "  - {type: calculate, name: a, calculation: '1 +'}", "a"),
        ("survey-file", "  - {type: text, name: a}", "a"),
        ("survey-file", "  - {type: text, name: a, label: A, colour: red}", "a"),
        ("survey-file", "  - [", None),
    ],
)  # fmt: skip
def test_a_problem_of_the_file_is_an_error_with_its_place(
    surveys: SurveyFiles, rule: str, rows: str, question: str | None
) -> None:
    with pytest.raises(SurveyError) as refused:
        parse_survey(HEAD + rows, source="small.yaml", instruments=surveys.instruments)
    found = [finding_of(problem) for problem in refused.value.problems]
    assert (found[0].rule, found[0].question) == (rule, question)
    assert found[0].severity is Severity.ERROR
    assert found[0].line >= 1
    assert found[0].message == refused.value.problems[0].message
