"""Time passing is an event: invitations, reminders, and the end of a campaign's window."""

from flows import phrases
from flows.effects import Finished, Outcome
from flows.state import Phase

ROWS = """
  - {type: integer, name: n, label: "How many?", hint: Count yourself.}
  - {type: text, name: why, label: "Why?"}
"""


def test_an_invitation_asks_the_first_question(talk) -> None:
    asked = talk(ROWS)
    assert asked.invited() == ["How many?\nCount yourself."]


def test_an_invitation_to_someone_who_is_answering_says_nothing(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    assert asked.invited() == []


def test_a_reminder_puts_the_question_again(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    assert asked.timed_out() == [f"{phrases.REMINDER.source}\n\nHow many?\nCount yourself."]
    asked.send("4")
    assert asked.state.position == "why"


def test_nobody_is_reminded_who_is_paused_or_done(talk) -> None:
    asked = talk("""
  - {type: select_one yes_no, name: private, purpose: privacy, label: "Alone?"}
  - {type: text, name: why, label: "Why?"}
""")
    assert asked.timed_out() == []  # not asked yet
    for text in ("hello", "no"):
        asked.send(text)
    assert asked.timed_out() == []
    for text in ("yes", "because"):
        asked.send(text)
    assert asked.timed_out() == []


def test_the_window_closes_without_a_word_and_a_late_message_gets_one(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "4"):
        asked.send(text)
    assert asked.expired() == []
    assert asked.only(Finished) == Finished(Outcome.EXPIRED)
    assert asked.state.answers == {"n": 4}
    assert asked.send("because") == [phrases.CLOSED.source]
    assert asked.expired() == []
    assert asked.state.outcome is Outcome.EXPIRED


def test_a_message_after_the_end_is_thanked_for(talk) -> None:
    asked = talk("  - {type: text, name: why, label: 'Why?'}")
    asked.send("hello")
    assert asked.send("because") == [phrases.THANK_YOU.source]
    assert asked.send("and also this") == [phrases.ALREADY_FINISHED.source]
    assert asked.state.phase is Phase.FINISHED


def test_today_is_the_day_of_the_message(talk) -> None:
    asked = talk("  - {type: date, name: d, label: 'When?', constraint: . <= today()}")
    asked.send("hello")
    asked.send("24 November 2026")
    assert asked.state.answers == {}
    asked.wait(days=1)
    asked.send("24 November 2026")
    assert asked.state.answers == {"d": "2026-11-24"}
