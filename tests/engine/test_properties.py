"""What holds for every conversation, whatever is written in it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.voices import Voices
from flows.effects import (
    Answered,
    AskedAgain,
    ConsentGiven,
    ConsentWithdrawn,
    LeftOut,
    Outcome,
    Say,
)
from flows.events import Media
from flows.segments import fits
from flows.state import State
from tests.support.talk import Talk, marked

SPOKEN = ("en", "bn", "ur", "so")
NAMES = ("wellbeing", "initiative")


@cache
def parts(name: str) -> tuple:
    survey = SurveyFiles().load(name).survey
    return survey, marked(Voices(LanguageFiles()), survey, SPOKEN)


REPLIES = (
    "yes", "no", "হ্যাঁ", "না", "ہاں", "haa", "maya", "1", "2", "3", "৪", "۵", "0", "10", "red", "next",
    "back", "skip", "help", "repeat", "language", "বাংলা", "Soomaali", "delete my data", "don't know",
    "prefer not to say", "START", "STOP", "i want to kill myself", "1, 3", "14 March 2026", "👍🏽", "",
    "🔟", "²", "⑦", "\u202eabc", "{0}", "${who5_1}", "%s", "\x00", "a" * 1600,
)  # fmt: skip
MESSAGES = some.lists(
    some.tuples(
        some.one_of(some.sampled_from(REPLIES), some.text(max_size=40)),
        some.sampled_from(
            [None, None, None, "private:no", "who5_1:3", "helped:nothing", "x:y", ":"]
        ),
        some.sampled_from([(), (), (), (Media.AUDIO,), (Media.PICTURE, Media.OTHER)]),
        some.sampled_from(["send", "send", "send", "send", "timed_out", "invited", "expired"]),
    ),
    max_size=40,
)


def held(name: str, messages: list) -> Talk:
    talk = Talk(*parts(name))
    for text, payload, media, move in messages:
        if move == "send":
            talk.send(text, payload=payload, media=media)
        else:
            getattr(talk, move)()
    return talk


slowly = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", NAMES)
@slowly
@given(MESSAGES)
def test_no_text_crashes_the_engine_and_the_state_survives_json(name: str, messages: list) -> None:
    talk = held(name, messages)  # `happen` carries the state through JSON in every turn
    assert State.from_json(talk.state.to_json()) == talk.state


@pytest.mark.parametrize("name", NAMES)
@slowly
@given(MESSAGES)
def test_stop_always_withdraws(name: str, messages: list) -> None:
    talk = held(name, messages)
    was_stopped = talk.state.stopped
    talk.send("STOP")
    assert talk.state.stopped
    assert bool(talk.told(ConsentWithdrawn)) is not was_stopped
    assert talk.send("hello?") == []


@pytest.mark.parametrize("name", NAMES)
@slowly
@given(MESSAGES)
def test_an_answer_exists_only_for_a_question_that_was_asked(name: str, messages: list) -> None:
    talk = held(name, messages)
    asked = set()
    for effect in talk.history:
        if isinstance(effect, Say) and effect.question is not None:
            asked.add(effect.question)
        elif isinstance(effect, AskedAgain | LeftOut | Answered):
            question = talk.survey.by_name[effect.question]
            assert not question.takes_answer or effect.question in asked
    for question in talk.state.answers:
        assert question in asked or not talk.survey.by_name[question].takes_answer


@pytest.mark.parametrize("name", NAMES)
@slowly
@given(MESSAGES)
def test_nothing_personal_is_asked_without_consent(name: str, messages: list) -> None:
    talk = held(name, messages)
    agreed = False
    order = [question.name for question in talk.survey.questions]
    for effect in talk.history:
        if isinstance(effect, ConsentGiven):
            agreed = True
        elif isinstance(effect, Say) and effect.question is not None and not agreed:
            assert order.index(effect.question) <= order.index("consent")


@pytest.mark.parametrize("name", NAMES)
@slowly
@given(MESSAGES)
def test_every_message_of_the_bot_can_be_sent(name: str, messages: list) -> None:
    for effect in held(name, messages).history:
        if isinstance(effect, Say):
            assert effect.text.strip()
            assert fits(effect.text)


@pytest.mark.parametrize("name", NAMES)
@settings(slowly, max_examples=40)
@given(some.lists(some.text(min_size=1, max_size=12), min_size=1, max_size=40))
def test_every_message_of_a_live_conversation_is_answered(name: str, texts: list[str]) -> None:
    talk = Talk(*parts(name))
    for text in ("hello", "1", "yes", "yes"):
        talk.send(text)
    for text in texts:
        if talk.state.stopped:
            break
        assert talk.send(text), text


@settings(slowly, max_examples=15)
@given(
    some.lists(some.sampled_from(["zzz", "qqq", "???", "banana banana"]), min_size=80, max_size=80)
)
def test_gibberish_alone_reaches_the_end(texts: list[str]) -> None:
    talk = Talk(*parts("wellbeing"))
    for text in ("hello", "1", "yes", "yes", *texts):
        talk.send(text)
    assert talk.state.outcome is Outcome.COMPLETE
    assert "who5_1" not in talk.state.answers
