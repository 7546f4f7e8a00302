"""The routing rule, a test for each of its branches; `docs/routing.md` says the same in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.keywords import Command
from flows.routing import (
    HOLDS,
    Answer,
    AnswerPhone,
    AskWho,
    Door,
    Enrol,
    Holder,
    Join,
    Nowhere,
    React,
    Replay,
    Silence,
    Situation,
    Stale,
    Start,
    Stop,
    Talk,
    Tapped,
    Told,
    at_hand,
    decide,
    keyword_of,
)

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
WELLBEING, LISTENING, GREEN = 1, 2, 3
GROUP, COUNCIL = 10, 20
AMINA, HAMID = 100, 200


def talk(number: int, *, ago: float = 1, ended: float | None = None, **more: Any) -> Talk:
    """A conversation whose question was put so many hours ago, and that ended so many hours ago."""
    values = {
        "campaign": WELLBEING,
        "organisation": GROUP,
        "person": AMINA,
        "question": "q1",
    } | more
    return Talk(
        number,
        asked=NOW - timedelta(hours=ago),
        finished=None if ended is None else NOW - timedelta(hours=ended),
        **values,
    )


def route(*talks: Talk, **more: Any) -> object:
    return decide(Situation(now=NOW, talks=talks, **more))


HERS = talk(1)
HIS = talk(2, person=HAMID, ago=2)
OVER = talk(3, ended=5)
DOOR = Door(GREEN, COUNCIL)


def test_a_message_that_was_here_before_is_replayed_whatever_else_it_is() -> None:
    assert route(HERS, seen=True, word=Command.STOP, asking=True) == Replay()


@pytest.mark.parametrize("asking", [True, False])
@pytest.mark.parametrize("shared", [(), (GROUP,)])
def test_stop_wins_over_everything_but_a_replay(asking: bool, shared: tuple[int, ...]) -> None:
    tapped = Tapped(3, "q9")
    found = route(HERS, word=Command.STOP, asking=asking, shared=shared, tapped=tapped)
    assert found == Stop(HERS)
    assert route(word=Command.STOP) == Stop(None)


def test_a_closed_address_hears_nothing_until_start() -> None:
    assert route(OVER, closed=True, keyword=DOOR, walk_in=DOOR) == Silence(OVER)
    assert route(closed=True, word=Command.STOP) == Silence(None)
    assert route(OVER, closed=True, word=Command.START) == Start()


def test_start_belongs_to_a_live_conversation_unless_the_address_is_closed() -> None:
    assert route(HERS, word=Command.START) == Answer(HERS)
    assert route(HERS, word=Command.START, partly=True) == Answer(HERS)
    assert route(OVER, word=Command.START, partly=True) == Start()
    assert route(word=Command.START, partly=True) == Start()


def test_a_question_that_the_phone_was_asked_is_answered_before_any_survey() -> None:
    assert route(HERS, asking=True, tapped=Tapped(1, "q1"), keyword=DOOR) == AnswerPhone()


def test_the_live_conversation_that_asked_last_gets_the_message() -> None:
    earlier, later = talk(1, ago=9), talk(2, ago=3, campaign=LISTENING)
    assert route(earlier, later, OVER) == Answer(later)


def test_a_closed_campaign_takes_an_answer_only_when_no_open_one_waits_for_it() -> None:
    shut = talk(1, ago=1, closed=True)
    assert route(shut, talk(2, ago=9)) == Answer(talk(2, ago=9))
    assert route(shut) == Answer(shut)


def test_what_was_never_asked_comes_last() -> None:
    unasked = Talk(7, LISTENING, COUNCIL, AMINA)
    assert route(unasked, HERS) == Answer(HERS)


def test_a_tap_on_todays_question_is_an_answer() -> None:
    assert route(HERS, tapped=Tapped(1, "q1")) == Answer(HERS)


def test_a_quoted_message_of_todays_conversation_that_asked_nothing_changes_nothing() -> None:
    assert route(HERS, tapped=Tapped(1, None)) == Answer(HERS)


@pytest.mark.parametrize(
    "tapped",
    [
        pytest.param(Tapped(1, "q0"), id="an earlier question"),
        pytest.param(Tapped(3, "q1"), id="a finished conversation, though a question of that name"),
        pytest.param(Tapped(99, "q1"), id="a conversation that is gone"),
        pytest.param(Tapped(None, "q1"), id="a message that nobody knows"),
    ],
)
def test_a_stale_tap_never_answers_todays_question(tapped: Tapped) -> None:
    assert route(HERS, OVER, tapped=tapped, understood=True) == Stale(HERS)


def test_a_tap_in_another_live_conversation_is_stale_too() -> None:
    other = talk(5, ago=8, campaign=LISTENING)
    assert route(HERS, other, tapped=Tapped(5, "q1")) == Stale(HERS)


def test_a_tap_after_the_end_goes_to_its_own_conversation() -> None:
    older = talk(4, ended=50, campaign=LISTENING)
    assert route(OVER, older, tapped=Tapped(4, "q1"), keyword=DOOR) == Answer(older)


def test_a_tap_on_nothing_we_know_after_the_end_is_an_ordinary_message() -> None:
    assert route(OVER, tapped=Tapped(None, "q1")) == Answer(OVER)


def test_a_keyword_in_the_middle_of_a_survey_waits_its_turn() -> None:
    assert route(HERS, keyword=DOOR) == Enrol(HERS, DOOR)


def test_a_keyword_that_can_be_read_as_the_answer_is_the_answer() -> None:
    assert route(HERS, keyword=DOOR, understood=True) == Answer(HERS)


def test_the_keyword_of_this_campaign_or_of_one_she_was_in_is_no_keyword() -> None:
    assert route(HERS, keyword=Door(WELLBEING, GROUP)) == Answer(HERS)
    assert route(HERS, keyword=Door(GREEN, COUNCIL, joined=True)) == Answer(HERS)
    assert route(OVER, keyword=Door(GREEN, COUNCIL, joined=True)) == Answer(OVER)


def test_a_keyword_joins_when_nothing_is_being_asked() -> None:
    assert route(keyword=DOOR, walk_in=Door(WELLBEING, GROUP)) == Join(DOOR)
    assert route(OVER, keyword=DOOR) == Join(DOOR)


def test_a_first_message_walks_in() -> None:
    assert route(walk_in=DOOR) == Join(DOOR)
    assert route(walk_in=Door(GREEN, COUNCIL, joined=True)) == Nowhere()


def test_a_late_word_is_not_taken_for_the_wish_to_walk_in() -> None:
    assert route(OVER, walk_in=DOOR) == Answer(OVER)


def test_what_ended_last_gets_what_comes_late() -> None:
    older = talk(4, ended=50)
    assert route(older, OVER) == Answer(OVER)


def test_a_message_that_belongs_nowhere_is_kept() -> None:
    assert route() == Nowhere()


# A phone that several people share.

SHARED: dict[str, Any] = {"shared": (GROUP,)}


def test_on_a_shared_phone_it_is_asked_who_answers_when_nobody_spoke() -> None:
    assert route(HERS, HIS, **SHARED) == AskWho(GROUP, HERS, meant=True)


def test_who_spoke_a_short_while_ago_still_holds_the_phone() -> None:
    spoke = Holder(HAMID, NOW - timedelta(minutes=5))
    assert route(HERS, HIS, holder=spoke, **SHARED) == Answer(HIS)


def test_after_two_hours_it_is_asked_again() -> None:
    spoke = Holder(HAMID, NOW - HOLDS - timedelta(seconds=1))
    assert route(talk(1, ago=9), HIS, holder=spoke, **SHARED) == AskWho(GROUP, HIS, meant=True)


def test_when_somebody_else_was_asked_since_it_is_asked_again() -> None:
    spoke = Holder(HAMID, NOW - timedelta(minutes=90))
    assert route(HERS, HIS, holder=spoke, **SHARED) == AskWho(GROUP, HERS, meant=True)


def test_when_only_somebody_else_has_something_left_to_answer_it_is_asked_again() -> None:
    spoke = Holder(HAMID, NOW - timedelta(minutes=5))
    his = talk(2, person=HAMID, ended=0.1)
    assert route(HERS, his, holder=spoke, **SHARED) == AskWho(GROUP, HERS, meant=True)


def test_after_the_end_who_spoke_last_is_answered() -> None:
    spoke = Holder(HAMID, NOW - timedelta(minutes=5))
    his, hers = talk(2, person=HAMID, ended=1), talk(1, ended=0.5)
    assert route(his, hers, holder=spoke, **SHARED) == Answer(his)


def test_a_tap_says_whose_question_it_was_and_still_it_is_asked_who_answers() -> None:
    assert route(HERS, HIS, tapped=Tapped(2, "q1"), **SHARED) == AskWho(GROUP, HIS, meant=True)
    assert route(HERS, HIS, tapped=Tapped(2, "q0"), **SHARED) == AskWho(GROUP, HIS)
    assert route(HERS, OVER, tapped=Tapped(3, "q1"), **SHARED) == AskWho(GROUP, HERS)


def test_anothers_finished_conversation_is_not_touched_by_a_tap() -> None:
    spoke = Holder(HAMID, NOW - timedelta(minutes=5))
    his, hers = talk(2, person=HAMID, ended=1), talk(1, ended=0.5)
    assert route(his, hers, holder=spoke, tapped=Tapped(1, "q1"), **SHARED) == Answer(his)


def test_another_organisations_conversation_needs_no_name() -> None:
    theirs = talk(5, organisation=COUNCIL, campaign=LISTENING, ago=0.5)
    assert route(HERS, HIS, theirs, **SHARED) == Answer(theirs)


def test_joining_on_a_shared_phone_asks_who_joins() -> None:
    door = Door(GREEN, GROUP)
    assert route(keyword=door, **SHARED) == AskWho(GROUP, campaign=GREEN)
    assert route(HERS, keyword=door, **SHARED) == AskWho(GROUP, HERS, campaign=GREEN)
    assert route(keyword=DOOR, **SHARED) == Join(DOOR)
    assert route(**SHARED) == Nowhere()


def test_the_conversation_at_hand_of_an_empty_phone_is_none() -> None:
    assert at_hand((), (), None, NOW) == (None, None)


def test_case_space_and_a_full_stop_do_not_make_another_keyword() -> None:
    assert keyword_of("  Green\u200f   DAY. ") == "green day"


TOLD = Told(7, "en")


def test_a_word_after_we_told_what_came_of_it_is_about_that() -> None:
    assert route(OVER, told=TOLD) == React(TOLD)
    assert route(told=TOLD, walk_in=DOOR) == React(TOLD)
    assert route(OVER, told=TOLD, shared=(GROUP,)) == React(TOLD)


def test_a_command_and_a_keyword_are_no_word_about_what_came_of_it() -> None:
    assert route(OVER, told=TOLD, understood=True) == Answer(OVER)
    assert route(OVER, told=TOLD, keyword=DOOR) == Join(DOOR)
    assert route(OVER, told=TOLD, word=Command.STOP) == Stop(OVER)


def test_in_the_middle_of_a_survey_only_a_quotation_is_about_what_came_of_another() -> None:
    assert route(HERS, told=TOLD) == Answer(HERS)
    assert route(HERS, OVER, tapped=Tapped(3, told=TOLD)) == React(TOLD)
