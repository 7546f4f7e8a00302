"""The surveys that come with the house: those after which somebody is told what came of it ask her first."""

from __future__ import annotations

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import Voices
from bot.usecases.feedback import TELL, wishes
from flows import asking
from flows.meaning import SPOKEN_ONLY
from flows.segments import segments
from flows.state import State
from flows.survey import Kind
from tests.support.talk import NOW

TOLD = ("access", "event_feedback", "initiative", "listening")
"""The wellbeing check-in has eight questions already, and asks them again and again."""


def test_every_survey_either_asks_or_is_the_check_in(surveys: SurveyFiles) -> None:
    asks = [name for name in surveys.names() if TELL in surveys.load(name).survey.by_name]
    assert sorted(asks) == sorted(set(surveys.names()) - {"wellbeing"}) == list(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_it_is_asked_last_in_one_sms_part_of_every_language(
    surveys: SurveyFiles, voices: Voices, name: str
) -> None:
    survey = surveys.load(name).survey
    question = survey.by_name[TELL]
    assert question in wishes(survey)
    assert {one.kind for one in survey.questions[survey.index[TELL] + 1 :]} == {Kind.NOTE}
    codes = voices.complete(survey)
    assert set(codes) == set(voices.files.vocabularies) - SPOKEN_ONLY
    for code, language in voices.family(codes).items():
        (say,) = asking.ask(survey, question, State(language=code), language, (), NOW)
        assert segments(say.text).count == 1, (code, say.text)


def test_the_closing_words_of_a_listening_promise_a_message_only_to_who_wants_one(
    surveys: SurveyFiles,
) -> None:
    survey = surveys.load("listening").survey
    for answers, closing in (
        ({TELL: "yes"}, ["thanks"]), ({TELL: "no"}, ["thanks_only"]), ({}, ["thanks_only"]),
    ):  # fmt: skip
        said = [one.name for one in survey.questions if one.kind is Kind.NOTE
                and all(condition.holds(answers, now=NOW) for condition in one.relevant)]  # fmt: skip
        assert said == closing, answers
