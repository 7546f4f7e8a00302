"""Scores follow the instruments' published rules; the vectors are the ones they were checked with."""

from __future__ import annotations

import pytest

from bot.gateways.files import SurveyFiles
from flows.scoring import Scored, score, scores
from flows.survey import Instrument
from tests.support.talk import small


def instrument(surveys: SurveyFiles, name: str) -> Instrument:
    return surveys.instruments[name]


def scored(surveys: SurveyFiles, name: str, rule: str, items: list[object]) -> Scored:
    (found,) = (one for one in instrument(surveys, name).scores if one.name == rule)
    return score(found, dict(zip(found.items, items, strict=True)))


@pytest.mark.parametrize(
    ("items", "value", "band"),
    [
        (["5", "5", "5", "5", "5"], 100, "not low"),
        (["2", "2", "3", "3", "2"], 48, "low"),
        (["3", "2", "3", "3", "2"], 52, "not low"),
        (["0", "0", "0", "0", "0"], 0, "likely depression"),
        (["2", "2", "1", "1", "1"], 28, "likely depression"),
        (["2", "2", "2", "1", "1"], 32, "low"),
        ([3, 2, 3, 3, 2], 52, "not low"),
    ],
)
def test_who5(surveys: SurveyFiles, items: list[object], value: int, band: str) -> None:
    found = scored(surveys, "who5", "who5", items)
    assert (found.value, found.band) == (value, band)
    assert found.raw == value // 4


@pytest.mark.parametrize("place", range(5))
def test_who5_has_no_score_when_any_item_is_missing(surveys: SurveyFiles, place: int) -> None:
    items: list[object] = ["5"] * 5
    items[place] = None
    assert scored(surveys, "who5", "who5", items) == Scored("who5", None, None, None)


def test_an_item_that_was_never_asked_is_missing_too(surveys: SurveyFiles) -> None:
    (rule,) = instrument(surveys, "who5").scores
    assert score(rule, {"who5_1": "5"}).value is None


def test_ten_points_of_who5_count_as_change(surveys: SurveyFiles) -> None:
    assert instrument(surveys, "who5").meaningful_change == 10
    assert instrument(surveys, "ons4").meaningful_change is None


@pytest.mark.parametrize(
    ("answer", "band"),
    [(0, "low"), (4, "low"), (5, "medium"), (6, "medium"), (7, "high"), (8, "high"), (9, "very high"),
     (10, "very high")],
)  # fmt: skip
@pytest.mark.parametrize("question", ["satisfied", "worthwhile", "happy"])
def test_ons4_bands(surveys: SurveyFiles, question: str, answer: int, band: str) -> None:
    found = scored(surveys, "ons4", f"ons4_{question}_score", [answer])
    assert (found.value, found.band) == (answer, band)


@pytest.mark.parametrize(
    ("answer", "band"),
    [(0, "very low"), (1, "very low"), (2, "low"), (3, "low"), (4, "medium"), (5, "medium"), (6, "high"),
     (10, "high")],
)  # fmt: skip
def test_ons4_anxiety_bands(surveys: SurveyFiles, answer: int, band: str) -> None:
    assert scored(surveys, "ons4", "ons4_anxious_score", [answer]).band == band


def test_ons4_is_never_combined(surveys: SurveyFiles) -> None:
    assert all(len(rule.items) == 1 for rule in instrument(surveys, "ons4").scores)


@pytest.mark.parametrize(
    ("items", "value", "band"),
    [
        (["1", "2", "3"], 6, "medium"),
        (["1", "1", "1"], 3, "low"),
        (["1", "1", "2"], 4, "low"),
        (["1", "2", "2"], 5, "medium"),
        (["3", "3", "2"], 8, "high"),
        (["3", "3", "3"], 9, "high"),
    ],
)
def test_loneliness(surveys: SurveyFiles, items: list[object], value: int, band: str) -> None:
    found = scored(surveys, "loneliness", "ucla3", items)
    assert (found.value, found.band) == (value, band)


def test_loneliness_takes_complete_cases_only(surveys: SurveyFiles) -> None:
    assert scored(surveys, "loneliness", "ucla3", ["1", None, "3"]).value is None


@pytest.mark.parametrize(
    ("items", "value", "band"),
    [
        (["0", "0", "1", "1"], 2, "normal"),
        (["1", "1", "1", "0"], 3, "mild"),
        (["2", "2", "1", "1"], 6, "moderate"),
        (["3", "3", "3", "0"], 9, "severe"),
        (["3", "3", "3", "3"], 12, "severe"),
    ],
)
def test_phq4(surveys: SurveyFiles, items: list[object], value: int, band: str) -> None:
    found = scored(surveys, "phq4", "phq4", items)
    assert (found.value, found.band) == (value, band)


@pytest.mark.parametrize("pair", ["phq4_anxiety", "phq4_depression"])
def test_a_pair_of_phq4_is_positive_from_three(surveys: SurveyFiles, pair: str) -> None:
    assert scored(surveys, "phq4", pair, ["1", "1"]).band == "negative"
    assert scored(surveys, "phq4", pair, ["2", "1"]).band == "positive"


@pytest.mark.parametrize(
    ("items", "metric"),
    [([3] * 7, 19.25), ([3, 3, 4, 2, 4, 3, 5], 21.54), ([1] * 7, 7.00), ([5] * 7, 35.00)],
)
def test_swemwbs_metric(surveys: SurveyFiles, items: list[object], metric: float) -> None:
    assert scored(surveys, "swemwbs", "swemwbs", items).value == metric


def test_the_swemwbs_table_is_the_published_one(surveys: SurveyFiles) -> None:
    published = (
        "7.00 9.51 11.25 12.40 13.33 14.08 14.75 15.32 15.84 16.36 16.88 17.43 17.98 18.59 19.25 19.98 "
        "20.73 21.54 22.35 23.21 24.11 25.03 26.02 27.03 28.13 29.31 30.70 32.55 35.00"
    )
    (rule,) = instrument(surveys, "swemwbs").scores
    assert dict(rule.table) == dict(enumerate(map(float, published.split()), start=7))


def test_swemwbs_ships_no_item_text(surveys: SurveyFiles) -> None:
    locked = instrument(surveys, "swemwbs")
    assert not locked.open
    assert locked.questions == ()


def test_a_survey_gives_the_scores_whose_items_it_asks(surveys: SurveyFiles) -> None:
    survey = small(
        "  - {type: instrument who5}\n  - {type: instrument ons4, items: ons4_satisfied}",
        surveys.instruments,
    )
    answers = {f"who5_{item}": "4" for item in range(1, 6)} | {"ons4_satisfied": 9}
    found = scores(survey, answers)
    assert [(one.name, one.value, one.band) for one in found] == [
        ("who5", 80, "not low"),
        ("ons4_satisfied_score", 9, "very high"),
    ]


def test_half_an_instrument_gives_no_score(surveys: SurveyFiles) -> None:
    survey = small("  - {type: instrument who5, items: who5_1 who5_2}", surveys.instruments)
    assert survey.scores == ()


def test_a_score_above_every_band_has_none() -> None:
    from flows.survey import Score

    rule = Score("total", ("a",), bands=((5, "low"),))
    assert score(rule, {"a": 6}) == Scored("total", 6, 6.0, None)


def test_every_instrument_names_its_source_and_its_licence(surveys: SurveyFiles) -> None:
    for found in surveys.instruments.values():
        assert found.title
        assert found.citation
        assert found.licence
        assert found.scores, f"{found.name} has no scoring"
        assert all(question.instrument == found.name for question in found.questions)
