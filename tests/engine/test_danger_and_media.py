"""Words of danger come first; what can not be read as text is kept for a person."""

from flows import phrases
from flows.effects import Answered, AskedAgain, ConcernRaised, MediaKept
from flows.events import Media

ROWS = """
  - {type: integer, name: n, label: "How many?"}
  - {type: text, name: why, label: "Why?"}
"""


def test_words_of_danger_are_answered_with_help_before_anything_else(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("i want to kill myself")
    concern = asked.only(ConcernRaised)
    assert concern.raw == "i want to kill myself"
    assert concern.language == "en"
    assert asked.words.startswith(phrases.SUPPORT.source)
    assert asked.words.endswith("How many?")


def test_a_cry_for_help_is_not_a_wrong_answer(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    for _ in range(4):
        asked.send("i want to kill myself")
    assert asked.told(AskedAgain) == []
    assert asked.state.tries == 0
    assert asked.state.position == "n"


def test_danger_in_an_open_answer_raises_a_concern_and_stays_an_answer(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "3"):
        asked.send(text)
    asked.send("because i want to kill myself")
    assert asked.told(ConcernRaised)
    assert asked.only(Answered).value == "because i want to kill myself"
    assert phrases.SUPPORT.source in asked.words


def test_danger_is_heard_before_the_first_question_and_after_the_last(talk) -> None:
    early = talk(ROWS)
    early.send("i want to die")
    assert early.told(ConcernRaised)
    assert early.words.startswith(phrases.SUPPORT.source)
    late = talk(ROWS)
    for text in ("hello", "3", "because"):
        late.send(text)
    late.send("i want to kill myself")
    assert late.told(ConcernRaised)
    assert phrases.SUPPORT.source in late.words


def test_danger_is_heard_in_every_language_whatever_is_spoken(talk, voices) -> None:
    for code in ("bn", "ur", "so"):
        phrase = next(
            meaning.word
            for found in voices.files.vocabularies[code].crises.values()
            for _, meaning in found
            if meaning.language == code and " " in meaning.word
        )
        asked = talk(ROWS)
        asked.send("hello")
        asked.send(phrase)
        assert asked.told(ConcernRaised), f"{code}: {phrase}"


def test_a_voice_note_alone_is_kept_for_a_person_and_the_question_waits(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("", media=(Media.AUDIO,))
    assert asked.only(MediaKept) == MediaKept("n", "")
    assert asked.words.startswith(phrases.KEPT_FOR_A_PERSON.source)
    assert asked.state.tries == 0
    asked.send("4")
    assert asked.state.answers == {"n": 4}


def test_a_picture_with_words_is_read_by_its_words(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("4", media=(Media.PICTURE,))
    assert asked.only(Answered).value == 4
    assert asked.told(MediaKept) == []


def test_a_picture_with_words_that_are_no_answer_is_asked_about(talk) -> None:
    asked = talk(ROWS)
    asked.send("hello")
    asked.send("look at this", media=(Media.PICTURE,))
    assert asked.only(AskedAgain).attempt == 1


def test_media_before_the_first_question_begins(talk) -> None:
    asked = talk(ROWS)
    asked.send("", media=(Media.PICTURE, Media.LOCATION))
    assert asked.state.position == "n"


def test_a_voice_note_answers_an_open_question(talk) -> None:
    asked = talk(ROWS)
    for text in ("hello", "3"):
        asked.send(text)
    asked.send("", media=(Media.AUDIO,))
    answer = asked.only(Answered)
    assert (answer.question, answer.value, answer.how) == ("why", "", "voice note")
    assert asked.told(MediaKept)
    assert phrases.VOICE_KEPT.source in asked.words
