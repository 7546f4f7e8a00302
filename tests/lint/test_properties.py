"""What the search concludes, against trying everything; and that nothing makes the check fall over."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.lint.paths import Paths, Reach
from flows.survey import Question
from tests.lint.conftest import Check, survey_of
from tests.support.talk import NOW

CODES = ("red", "green", "blue", None)
COUNT = 4

compared = st.builds(
    lambda place, sign, code: (place, f"${{q{place}}} {sign} '{code}'"),
    st.integers(0, COUNT - 2),
    st.sampled_from(["=", "!="]),
    st.sampled_from(["red", "green", "blue", "pink", ""]),
)
joined = st.lists(compared, max_size=3)
glue = st.sampled_from([" and ", " or "])


def rows(conditions: list[list[tuple[int, str]]], glues: list[str]) -> str:
    """Four selects, each with a condition on those before it."""
    told = []
    for place in range(COUNT):
        parts = [text for other, text in conditions[place] if other < place]
        relevant = f', relevant: "{glues[place].join(parts)}"' if parts else ""
        told.append(
            f"  - {{type: select_one colour, name: q{place}, label: 'Q{place}?'{relevant}}}\n"
        )
    return "".join(told)


def reached(questions: tuple[Question, ...]) -> set[str]:
    """The questions that some answers lead to, by trying all of them."""
    found = set()
    for chosen in product(CODES, repeat=len(questions)):
        answers: dict[str, str] = {}
        for question, code in zip(questions, chosen, strict=True):
            if all(condition.holds(answers, now=NOW) for condition in question.relevant):
                found.add(question.name)
                if code is not None:
                    answers[question.name] = code
    return found


@given(st.lists(joined, min_size=COUNT, max_size=COUNT), st.lists(glue, min_size=4, max_size=4))
@settings(max_examples=150)
def test_the_search_finds_exactly_what_trying_everything_finds(
    conditions: list[list[tuple[int, str]]], glues: list[str]
) -> None:
    survey = survey_of(rows(conditions, glues), {})
    paths = Paths(survey, NOW)
    asked = {q.name for q in survey.questions if paths.reach(q) is Reach.ASKED}
    never = {q.name for q in survey.questions if paths.reach(q) is Reach.NEVER}
    assert asked == reached(survey.questions)
    assert never == set(survey.by_name) - asked


KINDS = ["text", "integer", "decimal", "date", "note", "select_one colour", "select_multiple colour",
         "rank colour", "acknowledge", "audio", "image", "geopoint"]  # fmt: skip
ATOMS = st.sampled_from(
    ["${q0}", "${q1}", ".", "'red'", "'2026-02-30'", "''", "3", "-1.5", "today()", "true()",
     "selected(${q0}, 'red')", "count-selected(${q1})", "string-length(.)", "regex(., '[')"]
)  # fmt: skip
SIGNS = st.sampled_from(["=", "!=", "<", ">=", "+", "-", "*", "div", "mod", "and", "or"])
expressions = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda a, sign, b: f"({a}) {sign} ({b})", inner, SIGNS, inner),
        st.builds(lambda a: f"not({a})", inner),
        st.builds(lambda a, b: f"if({a}, {b}, 0)", inner, inner),
    ),
    max_leaves=6,
)
texts = st.text(max_size=30)


@given(
    st.lists(st.sampled_from(KINDS), min_size=4, max_size=4),
    st.lists(expressions, min_size=2, max_size=2),
    st.lists(texts, min_size=4, max_size=4),
)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_survey_holds_its_check_ends_and_says_the_same_again(
    check: Check, kinds: list[str], conditions: list[str], labels: list[str]
) -> None:
    told = [
        f"  - type: {kind}\n    name: q{place}\n    label: {quoted(label)}\n"
        for place, (kind, label) in enumerate(zip(kinds, labels, strict=True))
    ]
    told[2] += f'    relevant: "{conditions[0]}"\n'
    told[3] += f'    constraint: "{conditions[1]}"\n'
    survey = survey_of("".join(told), {})
    first, second = check(survey), check(survey)
    assert first.findings == second.findings
    assert first.ok == all(finding.severity.value != "error" for finding in first.findings)
    assert all(finding.message and finding.rule for finding in first.findings)


def quoted(label: str) -> str:
    """A label as YAML takes it."""
    kept = "".join(sign for sign in label if sign.isprintable() and sign not in '\\"')
    return f'"{kept or "?"}"'


@pytest.mark.parametrize("depth", [50, 300])
def test_deep_expressions_end(check: Check, depth: int) -> None:
    deep = "(" * depth + "${q0} = 'red'" + ")" * depth
    survey = survey_of(
        "  - {type: select_one colour, name: q0, label: 'Q?'}\n"
        f'  - {{type: text, name: q1, label: "Q", relevant: "{deep}"}}\n',
        {},
    )
    assert "unreachable" not in {finding.rule for finding in check(survey).findings}
