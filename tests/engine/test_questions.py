"""Questions: conditions, calculations, notes, references, taps, and texts of any length."""

import pytest

from flows import phrases
from flows.effects import Answered, Button, LeftOut, Missing, Outcome, Say
from flows.language import Untranslated
from flows.segments import fits
from tests.support.talk import Talk, marked, small


def test_a_question_whose_condition_fails_is_not_asked(talk) -> None:
    asked = talk("""
  - {type: integer, name: children, label: "How many children?"}
  - {type: text, name: school, label: "Which school?", relevant: "${children} > 0"}
  - {type: text, name: why, label: "Why?"}
""")
    for text in ("hello", "0"):
        asked.send(text)
    assert asked.state.position == "why"
    assert asked.state.missing == {"school": Missing.NOT_RELEVANT}
    assert asked.told(LeftOut) == []  # nothing that she said was taken away


def test_an_answer_that_a_correction_makes_meaningless_is_taken_back(talk) -> None:
    asked = talk("""
  - {type: integer, name: children, label: "How many children?"}
  - {type: text, name: school, label: "Which school?", relevant: "${children} > 0"}
  - {type: text, name: why, label: "Why?"}
""")
    for text in ("hello", "2", "Nansen", "back", "back", "0"):
        asked.send(text)
    assert asked.only(LeftOut) == LeftOut("school", Missing.NOT_RELEVANT, "")
    assert asked.state.answers == {"children": 0}
    assert asked.state.position == "why"


def test_a_question_becomes_relevant_again_when_the_answer_changes_back(talk) -> None:
    asked = talk("""
  - {type: integer, name: children, label: "How many children?"}
  - {type: text, name: school, label: "Which school?", relevant: "${children} > 0"}
  - {type: text, name: why, label: "Why?"}
""")
    for text in ("hello", "0", "back", "3"):
        asked.send(text)
    assert asked.state.position == "school"


def test_a_condition_that_can_not_be_computed_does_not_lose_the_question(talk) -> None:
    asked = talk("""
  - {type: text, name: a, label: "A?"}
  - {type: text, name: b, label: "B?", relevant: "regex(${a}, ${a})"}
""")
    for text in ("hello", "(("):
        asked.send(text)
    assert asked.state.position == "b"


def test_a_group_puts_its_condition_on_everything_in_it(talk) -> None:
    rows = """
  - {type: select_one yes_no, name: going, label: "Do you go?"}
  - {type: begin_group, name: outer, relevant: "${going} = 'yes'"}
  - {type: integer, name: often, label: "How often?"}
  - {type: begin_group, name: inner, relevant: "${often} > 1"}
  - {type: text, name: friends, label: "With whom?"}
  - {type: end_group}
  - {type: end_group}
  - {type: text, name: why, label: "Why?"}
"""
    away = talk(rows)
    for text in ("hello", "no"):
        away.send(text)
    assert away.state.position == "why"
    there = talk(rows)
    for text in ("hello", "yes", "1"):
        there.send(text)
    assert there.state.position == "why"
    often = talk(rows)
    for text in ("hello", "yes", "2"):
        often.send(text)
    assert often.state.position == "friends"


def test_a_group_without_a_condition_changes_nothing(talk) -> None:
    asked = talk("""
  - {type: begin group, name: g}
  - {type: text, name: why, label: "Why?"}
  - {type: end group}
""")
    assert asked.send("hello") == ["Why?"]


CALCULATED = """
  - {type: select_multiple colour, name: liked, label: "Which colours?"}
  - {type: calculate, name: count, calculation: "count-selected(${liked})"}
  - {type: calculate, name: many, calculation: "${count} > 1"}
  - {type: calculate, name: broken, calculation: "regex(${liked}, '(')"}
  - {type: text, name: why, label: "Why ${count}?"}
"""


def test_a_calculation_is_stored_as_an_answer_that_nobody_typed(talk) -> None:
    asked = talk(CALCULATED)
    for text in ("hello", "1, 3"):
        asked.send(text)
    assert asked.state.answers["liked"] == ("red", "blue")
    assert asked.state.answers["count"] == 2
    assert asked.state.answers["many"] == "true"
    assert asked.state.answers["broken"] == ""
    assert Answered("count", 2, "", "calculated") in asked.told(Answered)
    assert asked.words == "Why 2?"


def test_a_calculation_follows_a_corrected_answer_and_is_not_told_twice(talk) -> None:
    asked = talk(CALCULATED)
    for text in ("hello", "1, 3", "back", "2"):
        asked.send(text)
    assert asked.state.answers["count"] == 1
    assert asked.state.answers["many"] == "false"
    for text in ("back", "2"):
        asked.send(text)
    assert [effect.question for effect in asked.told(Answered)] == ["liked"]


def test_a_note_is_said_with_the_question_that_follows_it(talk) -> None:
    asked = talk("""
  - {type: note, name: intro, label: Thinking of last week.}
  - {type: integer, name: n, label: "How many?"}
""")
    assert asked.send("hello") == ["Thinking of last week.\n\nHow many?"]
    assert asked.told(Say)[0].question == "n"


def test_a_note_at_the_end_is_the_goodbye(talk) -> None:
    asked = talk("""
  - {type: integer, name: n, label: "How many?"}
  - {type: note, name: thanks, label: "Thank you, goodbye."}
""")
    asked.send("hello")
    assert asked.send("3") == ["Thank you, goodbye."]
    assert asked.state.outcome is Outcome.COMPLETE


def test_a_survey_of_notes_alone_says_them_and_ends(talk) -> None:
    asked = talk("  - {type: note, name: news, label: We are closed today.}")
    assert asked.send("hello") == ["We are closed today."]
    assert asked.state.outcome is Outcome.COMPLETE


def test_an_answer_is_filled_into_later_words_with_its_label_in_the_language(talk) -> None:
    asked = talk(
        """
  - {type: select_one colour, name: shade, label: "Which colour?"}
  - {type: select_multiple colour, name: more, label: "Which others than ${shade}?", hint: "Not ${ shade }."}
  - {type: text, name: why, label: "Why ${more}, ${shade}, ${never}?"}
""",
        languages=["bn"],
    )
    asked.send("hello")
    asked.send("1")
    assert asked.words.startswith("bn: Which others than bn: Red?\nbn: Not bn: Red.")
    asked.send("2, 3")
    assert asked.words == "bn: Why bn: Green, bn: Blue, bn: Red, ?"


def test_what_was_typed_is_never_read_as_a_template(talk) -> None:
    asked = talk("""
  - {type: text, name: a, label: "Your name?"}
  - {type: text, name: b, label: "Thank you, ${a}. Why?"}
""")
    asked.send("hello")
    assert asked.send("{0} ${b} {name}") == ["Thank you, {0} ${b} {name}. Why?"]


def test_options_are_said_as_numbers_and_offered_as_buttons(talk) -> None:
    asked = talk("  - {type: select_one colour, name: shade, label: 'Which?'}")
    asked.send("hello")
    message = asked.only(Say)
    assert message.text == "Which?\n1. Red\n2. Green\n3. Blue"
    assert message.prompt == "Which?"
    assert message.buttons == (
        Button("shade:red", "Red"),
        Button("shade:green", "Green"),
        Button("shade:blue", "Blue"),
    )


def test_a_tap_is_an_answer_whatever_the_button_says(talk) -> None:
    asked = talk("  - {type: select_one colour, name: shade, label: 'Which?'}")
    asked.send("hello")
    asked.send("সবুজ", payload="shade:green")
    assert asked.only(Answered) == Answered("shade", "green", "সবুজ", "payload")


def test_a_tap_on_one_of_several_is_a_list_of_one(talk) -> None:
    asked = talk("  - {type: select_multiple colour, name: liked, label: 'Which?'}")
    asked.send("hello")
    asked.send("Blue", payload="liked:blue")
    assert asked.only(Answered).value == ("blue",)


def test_a_stale_tap_does_not_answer_todays_question(talk) -> None:
    asked = talk("""
  - {type: select_one yes_no, name: first, label: "First?"}
  - {type: select_one yes_no, name: second, label: "Second?"}
""")
    for text in ("hello", "yes"):
        asked.send(text)
    asked.send("No", payload="first:no")
    assert asked.words.startswith(phrases.STALE_TAP.source)
    assert asked.words.endswith("Second?\n1. Yes\n2. No")
    assert asked.state.answers == {"first": "yes"}
    assert asked.state.tries == 0


@pytest.mark.parametrize("payload", ["another survey:red", ":red", "gibberish", "shade:purple"])
def test_a_payload_that_is_not_ours_is_read_by_its_text(talk, payload: str) -> None:
    asked = talk("  - {type: select_one colour, name: shade, label: 'Which?'}")
    asked.send("hello")
    asked.send("green", payload=payload)
    assert asked.only(Answered).value == "green"


def test_a_constraint_is_asked_of_taps_too(talk) -> None:
    asked = talk("""
  - type: select_multiple colour
    name: liked
    label: Which?
    constraint: not(selected(., 'red')) or count-selected(.) > 1
""")
    asked.send("hello")
    asked.send("Red", payload="liked:red")
    assert asked.state.answers == {}


def test_a_decimal_is_read_with_its_point(talk) -> None:
    asked = talk("  - {type: decimal, name: d, label: 'How far?', constraint: . >= 0.5 and . < 9}")
    asked.send("hello")
    asked.send("2.5")
    assert asked.state.answers == {"d": 2.5}


def test_a_decimal_without_bounds_gives_a_decimals_example(talk) -> None:
    asked = talk("  - {type: decimal, name: d, label: 'How far?'}")
    asked.send("hello")
    asked.send("far")
    assert phrases.DECIMAL.source.format(example=4) in asked.words


def test_a_long_survey_text_is_split_where_a_message_ends(voices, surveys) -> None:
    sentence = "This is one of many sentences that someone wrote into a note. "
    rows = f"""
  - {{type: note, name: long1, label: "{sentence * 20}"}}
  - {{type: note, name: long2, label: "{sentence * 20}"}}
  - {{type: note, name: short1, label: "And one."}}
  - {{type: integer, name: n, label: "How many?"}}
"""
    survey = small(rows)
    asked = Talk(survey, marked(voices, survey, ["en"]))
    asked.send("hello")
    first, second, question = asked.said
    assert first == (sentence * 20).strip()
    assert second == f"{first}\n\nAnd one."
    assert question == "How many?"
    assert all(fits(text) for text in asked.said)


def test_a_question_that_is_long_itself_goes_after_what_has_to_be_said_first(talk) -> None:
    sentence = "These are the words of a question that goes on for rather long. "
    asked = talk(f"""
  - {{type: note, name: intro, label: "{sentence * 10}"}}
  - {{type: integer, name: n, label: "{sentence * 15}"}}
""")
    asked.send("hello")
    assert [effect.question for effect in asked.told(Say)] == [None, "n"]


def test_a_text_without_translation_is_refused_never_said_in_english(voices) -> None:
    survey = small("  - {type: integer, name: n, label: 'How many?'}")
    family = marked(voices, survey, ["bn"])
    family["bn"].catalogue.pop(("small/n", "How many?"))
    asked = Talk(survey, family)
    with pytest.raises(Untranslated, match="bn has no translation of small/n: 'How many\\?'"):
        asked.send("hello")


def test_untranslated_texts_are_listed_before_anyone_is_asked(voices) -> None:
    survey = small("  - {type: integer, name: n, label: 'How many?'}")
    family = marked(voices, survey, ["en", "bn"])
    family["bn"].catalogue.pop(("small/n", "How many?"))
    missing = family["bn"].untranslated(survey.wordings())
    assert [wording.source for wording in missing] == ["How many?"]
    assert family["en"].untranslated(survey.wordings()) == ()


def test_a_whole_wellbeing_survey_is_held_in_english(wellbeing: Talk) -> None:
    for text in ("hello", "yes", "yes", "3", "2", "3", "3", "2", "7", "my neighbours", "B69"):
        wellbeing.send(text)
    assert wellbeing.state.outcome is Outcome.COMPLETE
    assert wellbeing.state.answers == {
        "private": "yes",
        "consent": "yes",
        "who5_1": "3",
        "who5_2": "2",
        "who5_3": "3",
        "who5_4": "3",
        "who5_5": "2",
        "ons4_satisfied": 7,
        "matters": "my neighbours",
        "area": "B69",
    }
    assert "Samaritans 116 123" in wellbeing.words
