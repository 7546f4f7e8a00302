"""Language, privacy and consent open the way; each can hold a conversation, none can be jumped."""

import pytest

from flows import phrases
from flows.effects import (
    Answered,
    AskedAgain,
    ConsentGiven,
    ConsentRefused,
    Finished,
    LocaleChosen,
    Outcome,
    Paused,
)
from flows.state import Phase

GATES = """
  - type: select_one yes_no
    name: private
    purpose: privacy
    label: Are you on your own?
  - type: select_one yes_no
    name: consent
    purpose: consent
    label: Do you agree?
    no_message: That is fine, thank you.
  - {type: integer, name: n, label: "How many?"}
"""

MENU = """
  - {type: select_one languages, name: language, purpose: language, label: "Which language?"}
  - {type: integer, name: n, label: "How many?"}
"""


def test_who_is_not_alone_is_left_in_peace_until_she_writes_start(talk) -> None:
    gated = talk(GATES)
    gated.send("hello")
    assert gated.send("no") == [phrases.NOT_PRIVATE.source]
    assert gated.only(Paused) == Paused("private")
    assert gated.state.phase is Phase.PAUSED
    assert "private" not in gated.state.answers  # a no of yesterday does not answer for today
    assert gated.send("START") == ["Are you on your own?\n1. Yes\n2. No"]
    gated.send("yes")
    assert gated.state.position == "consent"


def test_whatever_she_writes_while_paused_brings_the_question_back(talk) -> None:
    gated = talk(GATES)
    for text in ("hello", "no"):
        gated.send(text)
    gated.send("i am on the bus now")
    assert gated.words.startswith(phrases.WELCOME_BACK.source)
    assert "Are you on your own?" in gated.words
    assert gated.state.phase is Phase.ASKING


def test_the_answer_itself_is_understood_while_paused(talk) -> None:
    gated = talk(GATES)
    for text in ("hello", "no", "yes"):
        gated.send(text)
    assert gated.state.position == "consent"


def test_consent_is_recorded_with_the_words_that_were_agreed_to(talk) -> None:
    gated = talk(GATES)
    for text in ("hello", "yes", "yes"):
        gated.send(text)
    label = gated.survey.by_name["consent"].label
    assert gated.only(ConsentGiven) == ConsentGiven("consent", label.digest)
    assert gated.state.position == "n"


def test_who_refuses_is_thanked_and_asked_nothing(talk) -> None:
    gated = talk(GATES)
    for text in ("hello", "yes"):
        gated.send(text)
    assert gated.send("no") == ["That is fine, thank you."]
    assert len(gated.told(ConsentRefused)) == 1
    assert gated.only(Finished) == Finished(Outcome.REFUSED)
    assert gated.state.stopped is False


def test_a_refusal_without_words_of_the_survey_gets_the_bots_own(talk) -> None:
    gated = talk("""
  - {type: select_one yes_no, name: consent, purpose: consent, label: "Do you agree?"}
  - {type: integer, name: n, label: "How many?"}
""")
    gated.send("hello")
    assert gated.send("no") == [phrases.CONSENT_REFUSED.source]


@pytest.mark.parametrize("command", ["skip", "prefer not to say", "don't know"])
def test_a_gate_can_not_be_skipped_it_waits(talk, command: str) -> None:
    gated = talk(GATES)
    for text in ("hello", "yes"):
        gated.send(text)
    assert gated.send(command) == [phrases.PAUSED.source]
    assert gated.state.phase is Phase.PAUSED
    assert gated.state.position == "consent"


def test_a_gate_that_is_not_understood_three_times_waits(talk) -> None:
    gated = talk(GATES)
    gated.send("hello")
    for _ in range(3):
        gated.send("the weather is lovely")
    assert gated.said == [phrases.PAUSED.source]
    assert gated.state.phase is Phase.PAUSED
    assert gated.only(AskedAgain).attempt == 3
    gated.send("START")
    assert "Are you on your own?" in gated.words


def test_the_language_menu_is_answered_by_name_number_or_in_ones_own_script(talk) -> None:
    for reply in ("বাংলা", "2", "bangla", "Bengali"):
        menu = talk(MENU, languages=["en", "bn", "ur"])
        assert menu.send("hello")[0].endswith("1. English\n2. বাংলা\n3. اردو")
        menu.send(reply)
        assert menu.only(LocaleChosen) == LocaleChosen("bn"), reply
        assert menu.state.language == "bn"
        assert menu.said == ["bn: How many?"]


def test_the_menu_asks_in_every_language_on_offer(talk) -> None:
    menu = talk(MENU, languages=["en", "bn"])
    assert menu.send("hello")[0].startswith("Which language? · bn: Which language?")


def test_a_menu_question_that_is_too_long_in_all_languages_asks_in_one(talk) -> None:
    rows = MENU.replace(
        "Which language?", "Which language would you like us to speak with you? " * 3
    )
    menu = talk(rows, languages=["en", "bn"])
    assert "·" not in menu.send("hello")[0]


def test_a_language_named_before_the_menu_is_a_choice(talk) -> None:
    menu = talk(MENU, languages=["en", "bn"])
    assert menu.send("বাংলা") == ["bn: How many?"]
    assert menu.state.language_chosen


def test_one_language_needs_no_menu(talk) -> None:
    menu = talk(MENU, languages=["en"])
    assert menu.send("hello") == ["How many?"]
    assert "language" not in menu.state.answers


def test_the_menus_choice_is_an_answer_too(talk) -> None:
    menu = talk(MENU, languages=["en", "bn"])
    menu.send("hello")
    menu.send("1")
    assert menu.only(Answered).value == "en"
    assert menu.told(LocaleChosen) == [LocaleChosen("en")]
