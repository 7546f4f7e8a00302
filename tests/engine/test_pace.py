"""One question a day, answers that come late, quotas, and messages that go out in place of a question."""

from __future__ import annotations

import pytest

from flows import phrases
from flows.effects import Answered, Finished, MediaKept, Outcome
from flows.events import Continued, Media, Received, Terms, TimedOut
from flows.state import Phase
from tests.support.talk import Talk

ROWS = """
  - {type: select_one yes_no, name: agree, purpose: consent, label: "Agree?"}
  - {type: text, name: first, label: "First?"}
  - {type: note, name: between, label: "Now something else."}
  - {type: calculate, name: known, calculation: "'x'"}
  - {type: text, name: second, label: "Second?"}
  - {type: text, name: third, label: "Third?"}
"""
DAILY, LATE, FULL = Terms(daily=True), Terms(late=True), Terms(full=True)


def says(talk: Talk, text: str, terms: Terms = DAILY) -> list[str]:
    return talk.happen(Received(text, talk.now, terms=terms))


@pytest.fixture
def resting(talk) -> Talk:
    """Somebody who has given today's answer."""
    asked = talk(ROWS, languages=["en", "bn"], language="en")
    for text in ("hello", "yes", "one"):
        says(asked, text)
    return asked


def test_gates_and_the_first_question_come_at_once_the_next_one_tomorrow(resting: Talk) -> None:
    assert resting.said == [phrases.TOMORROW.source]
    assert resting.state.phase is Phase.RESTING
    assert resting.state.answers == {"agree": "yes", "first": "one"}
    assert [one.question for one in resting.told(Answered)] == ["first"]


def test_tomorrow_the_question_comes_with_what_is_said_before_it(resting: Talk) -> None:
    assert resting.happen(Continued(resting.now)) == ["Now something else.\n\nSecond?"]
    assert resting.state.answers["known"] == "x"
    assert says(resting, "two") == [phrases.TOMORROW.source]
    assert resting.happen(Continued(resting.now)) == ["Third?"]
    assert says(resting, "three") == [phrases.THANK_YOU.source]
    assert resting.only(Finished) == Finished(Outcome.COMPLETE)
    assert resting.happen(Continued(resting.now)) == []


@pytest.mark.parametrize("text", ["thank you", "two", "yes", "skip", "don't know"])
def test_no_text_answers_a_question_that_nobody_has_seen(resting: Talk, text: str) -> None:
    assert says(resting, text) == [phrases.TOMORROW.source]
    assert resting.state.answers == {"agree": "yes", "first": "one"}


def test_whoever_likes_to_go_on_today_writes_start(resting: Talk) -> None:
    assert says(resting, "START")[0].endswith("Second?")
    assert says(resting, "two") == [phrases.TOMORROW.source]


def test_help_while_resting_leaves_the_rest_for_tomorrow(resting: Talk) -> None:
    assert says(resting, "help") == [phrases.HELP.source]
    assert resting.state.phase is Phase.RESTING


def test_yesterdays_answer_can_be_changed_while_resting(resting: Talk) -> None:
    assert says(resting, "back") == ["First?"]
    assert says(resting, "another") == [phrases.TOMORROW.source]
    assert resting.state.answers["first"] == "another"


def test_another_language_while_resting_brings_the_next_question_in_it(resting: Talk) -> None:
    assert says(resting, "বাংলা")[0].endswith("bn: Second?")


def test_who_does_not_want_to_be_deleted_after_all_goes_on(resting: Talk) -> None:
    says(resting, "delete my data")
    assert says(resting, "no")[0].startswith(phrases.ERASURE_DROPPED.source)
    assert resting.words.endswith("Second?")


def test_words_of_danger_while_resting_are_answered(resting: Talk) -> None:
    assert says(resting, "i want to kill myself")[0].startswith(phrases.SUPPORT.source)
    assert resting.state.phase is Phase.RESTING


def test_nobody_is_reminded_while_resting(resting: Talk) -> None:
    assert resting.timed_out() == []


def test_a_question_that_is_left_out_is_todays_question_too(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes"):
        says(asked, text)
    (words,) = says(asked, "skip")
    assert words == f"{phrases.SKIPPED.source}\n\n{phrases.TOMORROW.source}"


def test_a_late_answer_counts_and_is_read_as_the_answer_that_it_is(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes"):
        says(asked, text, Terms())
    asked.expired()
    assert says(asked, "one", LATE)[0].endswith("Second?")
    assert asked.state.answers["first"] == "one"
    assert asked.state.outcome is None


def test_a_late_message_that_is_no_answer_gets_the_question_again(talk) -> None:
    asked = talk(ROWS)
    says(asked, "hello", Terms())
    asked.expired()
    assert says(asked, "am i too late", LATE)[0].startswith(phrases.STILL_TIME.source)
    assert asked.state.phase is Phase.ASKING
    assert asked.state.tries == 0


def test_after_the_window_for_late_answers_it_is_closed(talk) -> None:
    asked = talk(ROWS)
    says(asked, "hello", Terms())
    asked.expired()
    assert says(asked, "yes", Terms()) == [phrases.CLOSED.source]


def test_a_late_message_to_somebody_who_was_never_asked_begins(talk) -> None:
    asked = talk(ROWS)
    asked.expired()
    assert says(asked, "hello", LATE)[0].startswith("Agree?")


def test_a_late_message_while_a_question_is_unseen_brings_it(resting: Talk) -> None:
    resting.expired()
    assert says(resting, "two", LATE)[0].endswith("Second?")
    assert "second" not in resting.state.answers


def test_who_has_not_begun_when_enough_have_answered_is_told_so(talk) -> None:
    asked = talk(ROWS)
    says(asked, "hello", Terms())
    assert says(asked, "yes", FULL) == [phrases.QUOTA_FULL.source]
    assert asked.only(Finished) == Finished(Outcome.QUOTA_FULL)
    assert says(asked, "but why", Terms()) == [phrases.QUOTA_FULL.source]


def test_who_has_begun_may_finish_although_enough_have_answered(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes", "one"):
        says(asked, text, Terms())
    assert says(asked, "two", FULL) == ["Third?"]


def test_stop_counts_although_enough_have_answered(talk) -> None:
    asked = talk(ROWS)
    says(asked, "hello", Terms())
    assert says(asked, "STOP", FULL) == [phrases.STOPPED.source]


def test_after_words_that_went_out_in_place_of_a_question_nothing_is_its_answer(talk) -> None:
    asked = talk(ROWS)
    says(asked, "hello", Terms())
    assert asked.happen(TimedOut(asked.now, by_template=True)) == []
    assert (asked.state.phase, asked.state.unseen) == (Phase.PAUSED, True)
    assert says(asked, "yes", Terms())[0].startswith("Agree?")
    assert asked.state.answers == {}
    says(asked, "yes", Terms())
    assert asked.state.answers == {"agree": "yes"}


@pytest.mark.parametrize("text", ["START", "repeat", "help", "বাংলা"])
def test_a_command_after_such_words_brings_the_question(talk, text: str) -> None:
    asked = talk(ROWS, languages=["en", "bn"], language="en")
    says(asked, "hello", Terms())
    asked.happen(TimedOut(asked.now, by_template=True))
    assert "Agree?" in says(asked, text, Terms())[-1]


def test_such_words_for_tomorrows_question_keep_it_until_somebody_writes(resting: Talk) -> None:
    assert resting.happen(Continued(resting.now, by_template=True)) == []
    assert says(resting, "two")[0].endswith("Second?")
    assert "second" not in resting.state.answers


def test_such_words_to_somebody_who_was_not_asked_or_is_done_change_nothing(talk) -> None:
    asked = talk(ROWS)
    asked.happen(TimedOut(asked.now, by_template=True))
    assert asked.state.phase is Phase.NEW
    says(asked, "hello", Terms())
    says(asked, "no", Terms())
    asked.happen(TimedOut(asked.now, by_template=True))
    assert asked.state.phase is Phase.FINISHED


def test_a_voice_note_while_resting_is_kept_for_a_person(resting: Talk) -> None:
    resting.happen(Received("", resting.now, media=(Media.AUDIO,), terms=DAILY))
    assert resting.said == [phrases.TOMORROW.source]
    assert resting.only(MediaKept) == MediaKept(None, "")
