"""Languages that are only spoken, and what somebody heard."""

from dataclasses import replace

from bot.gateways.voices import PHRASES
from flows import phrases, spoken
from flows.effects import Answered, ConsentGiven, MediaKept, Paused, Say
from flows.events import Heard, Media
from flows.state import Phase
from tests.support.talk import Talk, small

ROWS = """
  - {type: select_one yes_no, name: agree, label: "May we?", purpose: consent}
  - {type: integer, name: n, label: "How many?", constraint: ". < 9", constraint_message: "Fewer."}
  - {type: calculate, name: twice, calculation: "${n} * 2"}
  - {type: text, name: why, label: "Why?"}
"""


def test_a_voice_note_at_the_consent_question_waits_for_a_listener(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    assert asked.send("", media=(Media.AUDIO,)) == [phrases.WILL_LISTEN.source]
    assert asked.only(MediaKept).question == "agree"
    assert asked.only(Paused).question == "agree"
    asked.happen(Heard(True, asked.now))
    assert asked.only(Answered).how == "spoken"
    assert asked.told(ConsentGiven)
    assert asked.words == "How many?"


def test_a_picture_at_the_consent_question_is_only_kept(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("", media=(Media.PICTURE,))
    assert asked.told(Paused) == []
    assert asked.words.startswith(phrases.KEPT_FOR_A_PERSON.source)


def test_what_was_heard_decides_nothing_anywhere_else(talk) -> None:
    asked = talk(ROWS)
    asked.happen(Heard(True, asked.now))
    assert asked.effects == ()
    for text in ("hello", "yes"):
        asked.send(text)
    asked.happen(Heard(False, asked.now))
    assert asked.effects == ()
    asked.send("STOP")
    asked.happen(Heard(True, asked.now))
    assert asked.effects == ()


def test_what_is_written_before_an_open_question_was_seen_is_not_its_answer(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "yes", "3"):
        asked.send(text)
    asked.state = replace(asked.state, phase=Phase.PAUSED, unseen=True)
    said = asked.send("I am back")
    assert said == ["Why?"]
    assert asked.told(Answered) == []
    asked.send("because")
    assert asked.only(Answered).value == "because"


def test_where_nothing_is_written_a_message_is_its_recordings_and_the_numbers(voices) -> None:
    survey = small(ROWS)
    heard = Talk(survey, voices.family(["pnb"]))
    heard.send("salam")
    consent = heard.only(Say)
    assert (consent.text, consent.prompt, consent.buttons) == ("1 · 2", "", ())
    assert consent.recordings == ("small/agree", "bot/consent-by-voice")
    heard.send("1")
    assert heard.only(Say).recordings == ("small/n",)
    assert heard.said == [""]
    heard.send("12")
    assert heard.only(Say).recordings == ("small/n/constraint_message", "small/n")
    heard.send("3")
    assert heard.only(Say).recordings == ("small/why", "bot/answer-by-voice")


def test_its_menu_names_the_languages_and_asks_in_those_that_are_written(voices) -> None:
    rows = '\n  - {type: select_one languages, name: l, label: "Which?", purpose: language}'
    heard = Talk(small(rows + ROWS), voices.family(["pnb", "en"]))
    (said,) = heard.send("salam")
    assert said == f"Which?\n1. {heard.languages['pnb'].name}\n2. English"


def test_everything_that_is_said_alone_is_to_be_recorded(voices) -> None:
    survey = small(ROWS)
    needed = spoken.texts_to_record(survey, PHRASES)
    own = [name for name in needed if name.startswith("small/")]
    assert own == ["small/agree", "small/n", "small/n/constraint_message", "small/why"]
    assert len(needed) == len(own) + len(PHRASES) - len(spoken.NEVER_ALONE)
    assert voices.family(["pnb"])["pnb"].untranslated(PHRASES) == ()


def test_by_sms_only_what_is_written_can_be_said() -> None:
    assert spoken.on_channel(["pnb", "ur", "syl"], "sms") == ["ur"]
    assert spoken.on_channel(["pnb", "ur"], "whatsapp") == ["pnb", "ur"]
