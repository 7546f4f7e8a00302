"""Marks on a conversation: what is worth a second look, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.gateways.files import SurveyFiles
from bot.research.quality import CONTRADICTIONS, Found, Mark, Rule, Timed, fast, marks
from flows.expressions import Value
from flows.survey import Survey

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def survey(surveys: SurveyFiles) -> Survey:
    return surveys.load("wellbeing").survey


def marked(survey: Survey, answers: dict[str, Value], **more: object) -> list[Found]:
    given = {"mode": "self", "times": [], "asked_again": 0} | more
    return marks(survey, answers, **given)  # type: ignore[arg-type]


def who5(*values: str) -> dict[str, Value]:
    return {f"who5_{i}": value for i, value in enumerate(values, 1)}


def test_five_items_answered_alike_are_a_straight_line(survey: Survey) -> None:
    assert marked(survey, who5("3", "3", "3", "3", "3")) == [Found(Mark.STRAIGHT_LINE, "who5", 5)]
    assert marked(survey, who5("3", "3", "3", "3", "2")) == []
    assert marked(survey, who5("3", "3", "3", "3")) == []


def test_answers_that_hardly_go_together_are_marked_by_their_rule(survey: Survey) -> None:
    found = marked(survey, {"lonely": "never", "ucla_isolated": "3"})
    assert found == [Found(Mark.CONTRADICTION, "lonely_never_but_isolated", 1)]
    assert marked(survey, {"lonely": "never"}) == []
    assert marked(survey, {"ons4_satisfied": 10, **who5("0")})[0].detail.startswith("satisfied")


def test_every_rule_can_be_broken_and_kept(survey: Survey) -> None:
    broken: dict[str, dict[str, Value]] = {
        "lonely_never_but_isolated": {"lonely": "never", "ucla_isolated": "3"},
        "lonely_always_but_nothing_lacking": {
            "lonely": "often_or_always", "ucla_companionship": "1", "ucla_left_out": "1",
            "ucla_isolated": "1",
        },
        "cheerful_always_but_down_every_day": {"who5_1": "5", "phq4_3": "3"},
        "satisfied_fully_but_never_cheerful": {"ons4_satisfied": 10, "who5_1": "0"},
        "not_been_but_changed": {"attended": "not_yet", "helped": ("people",)},
    }  # fmt: skip
    assert broken.keys() == {rule.name for rule in CONTRADICTIONS}
    for name, answers in broken.items():
        assert [found.detail for found in marked(survey, answers)] == [name]
        kept = dict.fromkeys(answers, "2")
        assert marked(survey, {**kept, "helped": "nothing"}) == []


def test_rules_can_be_given(survey: Survey) -> None:
    rule = Rule("young_and_old", "${age} < 18 and ${retired} = 'yes'")
    found = marked(survey, {"age": 12, "retired": "yes"}, rules=[rule])
    assert found == [Found(Mark.CONTRADICTION, "young_and_old", 1)]


def test_the_median_time_the_share_of_re_asks_and_the_mode_are_kept(survey: Survey) -> None:
    times = [Timed(f"q{s}", NOON, NOON + timedelta(seconds=s)) for s in (2, 60, 4)]
    times.append(Timed("untimed", None, NOON))
    found = marked(survey, {}, mode="assisted", times=times, asked_again=1)
    assert found == [
        Found(Mark.SECONDS, "", 4),
        Found(Mark.ASKED_AGAIN, "", 0.2),
        Found(Mark.NOT_ALONE, "assisted", 1),
    ]


def test_fast_is_below_a_third_of_what_others_take() -> None:
    assert fast({1: 30, 2: 33, 3: 30, 4: 9, 5: 10}) == {4}
    assert fast({}) == set()
