"""What is said into a conversation from outside of its survey, and STOP and START said elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.effects import Finished, Outcome, Say
from flows.engine import advance
from flows.events import Received
from flows.interjecting import put_again, resumed, silenced, stops, understood, with_lead
from flows.spoken import Part
from flows.state import Phase, State
from tests.support.talk import Talk

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_a_lead_shares_the_first_message_while_that_fits() -> None:
    said = with_lead(
        (Finished(Outcome.COMPLETE), Say("One.", "One."), Say("Two.", "Two.")), Part("Hi.")
    )
    assert said == (
        Finished(Outcome.COMPLETE),
        Say("Hi.\n\nOne.", "Hi.\n\nOne."),
        Say("Two.", "Two."),
    )


def test_a_lead_that_does_not_fit_goes_ahead() -> None:
    long = Say("a" * 1500, "a" * 1500)
    assert with_lead((long,), Part("b" * 200)) == (Say("b" * 200, "b" * 200), long)


def test_a_lead_is_said_even_when_there_is_nothing_else_to_say() -> None:
    assert with_lead((), Part("Hi.")) == (Say("Hi.", "Hi."),)


def again(talk: Talk) -> list[str]:
    language = talk.languages[talk.state.language]
    turn = put_again(talk.survey, talk.state, language, Part("Hi."), NOW)
    talk.state = turn.state
    return [effect.text for effect in turn.effects if isinstance(effect, Say)]


def test_the_first_question_is_put_when_none_was(wellbeing: Talk) -> None:
    (said,) = again(wellbeing)
    assert said.startswith("Hi.\n\nHello, this is Awaaz")
    assert wellbeing.state.phase is Phase.ASKING


def test_the_question_at_hand_is_put_again_and_nothing_else_changes(wellbeing: Talk) -> None:
    for text in ("hello", "yes", "yes", "what?"):
        wellbeing.send(text)
    before = wellbeing.state
    (said,) = again(wellbeing)
    assert said.startswith("Hi.\n\n")
    assert "cheerful" in said
    assert wellbeing.state == before


def test_a_question_that_waited_is_put_again(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    wellbeing.send("no")
    assert wellbeing.state.phase is Phase.PAUSED
    again(wellbeing)
    assert wellbeing.state.phase is Phase.ASKING


def test_after_the_end_only_the_words_are_said(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    wellbeing.send("stop")
    assert again(wellbeing) == ["Hi."]


def turn_of(talk: Talk, text: str) -> tuple[bool, bool]:
    language = talk.languages[talk.state.language]
    turn = advance(talk.survey, talk.state, Received(text, NOW), language)
    return stops(turn), understood(talk.state, turn)


def test_stop_is_told_from_the_wish_to_be_deleted(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    assert turn_of(wellbeing, "stop") == (True, True)
    wellbeing.send("delete my data")
    assert turn_of(wellbeing, "yes") == (False, True)


def test_an_answer_is_understood_and_a_foreign_word_is_not(wellbeing: Talk) -> None:
    assert turn_of(wellbeing, "green") == (False, False)
    wellbeing.send("hello")
    assert turn_of(wellbeing, "yes") == (False, True)
    assert turn_of(wellbeing, "green") == (False, False)
    wellbeing.send("no")
    assert turn_of(wellbeing, "green") == (False, False)  # it waits: any word wakes it


def test_what_is_awaited_beside_a_question_is_no_place_for_a_keyword(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    wellbeing.send("language")
    assert wellbeing.state.phase is Phase.CHOOSING_LANGUAGE
    assert turn_of(wellbeing, "green") == (False, True)


def test_stop_said_elsewhere_does_what_stop_does_here(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    before = wellbeing.state
    wellbeing.send("stop")
    assert silenced(before) == wellbeing.state


def test_start_said_elsewhere_opens_what_stop_ended_and_nothing_else(wellbeing: Talk) -> None:
    wellbeing.send("hello")
    before = wellbeing.state
    assert resumed(silenced(before)) == before
    assert resumed(silenced(State("en"))) == State("en")
    over = State("en", phase=Phase.FINISHED, outcome=Outcome.COMPLETE)
    assert silenced(over).outcome is Outcome.COMPLETE
    assert resumed(silenced(over)) == over
