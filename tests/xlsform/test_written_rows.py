"""A question written back as the row that makes it."""

from __future__ import annotations

from flows.expressions import compile_expression
from flows.survey import Kind, Question
from flows.wording import Wording
from flows.xlsform.written import row_of


def test_conditions_from_several_groups_become_one() -> None:
    conditions = tuple(compile_expression(source) for source in ("${a} = 1", "${b} = 2 or ${c}"))
    question = Question("why", Kind.TEXT, Wording("s/why", "Why?"), relevant=conditions)
    assert row_of(question)["relevant"] == "(${a} = 1) and (${b} = 2 or ${c})"
    alone = Question("why", Kind.TEXT, Wording("s/why", "Why?"), relevant=conditions[:1])
    assert row_of(alone)["relevant"] == "${a} = 1"


def test_an_answer_that_is_demanded_stays_demanded() -> None:
    demanded = Question("why", Kind.TEXT, Wording("s/why", "Why?"), required=True)
    assert row_of(demanded)["required"] is True
