"""Survey files: every mistake is found in one pass, and named by file, line and question."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.gateways.files import SurveyFiles
from flows.parsing import SurveyError, bounds, parse_instrument, parse_survey
from flows.survey import Instrument, Kind, Purpose, Survey

START = """\
settings: {form_id: household}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
survey:
"""


def parse(rows: str, instruments: Mapping[str, Instrument] | None = None) -> Survey:
    return parse_survey(START + rows, source="household.yaml", instruments=instruments or {})


def problems(text: str, instruments: Mapping[str, Instrument] | None = None) -> list[str]:
    with pytest.raises(SurveyError) as refused:
        parse_survey(text, source="household.yaml", instruments=instruments or {})
    assert str(refused.value) == "\n".join(str(problem) for problem in refused.value.problems)
    return [str(problem) for problem in refused.value.problems]


def test_a_survey_file_becomes_a_survey() -> None:
    survey = parse_survey(
        """\
settings: {form_id: household, form_title: Our house, version: 3, default_language: ur}
choices:
  often:
    - {name: "1", label: Always}
    - {name: "0", label: Never}
survey:
  - type: select_one often
    name: alone
    label: >
      How often
      are you alone?
    hint: In the last week.
    required: yes
    max_retries: 2
    purpose: consent
    no_message: Never mind.
    constraint: . >= 0 and . <= 1
    constraint_message: One or nought.
""",
        source="household.yaml",
        instruments={},
    )
    assert (survey.form_id, survey.title, survey.version) == ("household", "Our house", "3")
    assert survey.default_language == "ur"
    (alone,) = survey.questions
    assert alone.label.source == "How often are you alone?"
    assert alone.label.context == "household/alone"
    assert alone.kind is Kind.SELECT_ONE
    assert alone.purpose is Purpose.CONSENT
    assert (alone.required, alone.attempts, alone.line) == (True, 2, 7)
    assert (alone.minimum, alone.maximum) == (0, 1)
    assert [choice.label.context for choice in alone.choices] == [
        "household/often/1",
        "household/often/0",
    ]
    assert alone.numbered_by_value
    assert [alone.number_of(choice) for choice in alone.choices] == [1, 0]
    assert alone.takes_answer
    assert len(survey.wordings()) == 6


def test_defaults_are_the_usual_ones() -> None:
    survey = parse("  - {type: text, name: why, label: Why}")
    assert (survey.title, survey.version, survey.default_language) == ("household", "1", "en")
    (why,) = survey.questions
    assert (why.required, why.attempts, why.relevant) == (False, 3, ())
    assert not why.numbered_by_value
    assert not why.is_yes_no


@pytest.mark.parametrize("word", ["yes", "'yes'", "true", '"true()"'])
def test_xlsforms_words_for_required_are_known(word: str) -> None:
    survey = parse(f"  - {{type: text, name: why, label: Why, required: {word}}}")
    assert survey.questions[0].required


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("  - {type: txt, name: a, label: A}", "(a): `txt` is not a type"),
        ("  - {name: a, label: A}", "(a): `` is not a type"),
        ("  - {type: text, label: A}", ": a row needs a `name`"),
        ("  - {type: text, name: a b, label: A}", "(a b): a row needs a `name`"),
        ("  - {type: text, name: a}", "(a): a question needs a `label`"),
        ("  - {type: text, name: a, label: A, colour: red}", "(a): `colour` is not a column"),
        ("  - {type: select_one, name: a, label: A}", "(a): there is no list ``"),
        ("  - {type: select_one nope, name: a, label: A}", "(a): there is no list `nope`"),
        ("  - {type: calculate, name: a}", "(a): a `calculate` row needs a `calculation`"),
        ("  - {type: text, name: a, label: A, purpose: fun}", "(a): `purpose` is one of language"),
        ("  - {type: text, name: a, label: A, relevant: '${'}", "(a): `relevant`: `${`"),
        ("  - {type: text, name: a, label: A, constraint: 'b > 1'}", "(a): `constraint`: `b > 1`"),
        ("  - {type: calculate, name: a, calculation: '1 +'}", "(a): `calculation`: `1 +`"),
        ("  - {type: text, name: a, label: A, relevant: '${b} = 1'}", "looks at `b`, which is not"),
        ("  - {type: text, name: a, label: A, relevant: '${a} = 1'}", "looks at `a`, which is not"),
        ("  - {type: instrument nope, name: a}", "(nope): there is no instrument `nope`"),
        ("  - {type: end_group}", "`end_group` without a `begin_group`"),
        ("  - {type: begin_group, name: g}", "(g): `begin_group` without an `end_group`"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_question(rows: str, problem: str) -> None:
    (found, *_) = problems(START + rows)
    assert found.startswith("household.yaml:7")
    assert problem in found


def test_every_mistake_is_found_in_one_pass_in_the_order_of_the_file() -> None:
    found = problems(
        START
        + """\
  - {type: text, name: a}
  - {type: txt, name: b, label: B}
  - {type: text, name: c, label: C, colour: red}
"""
    )
    assert [line.split(" ")[0] for line in found] == [
        "household.yaml:7",
        "household.yaml:8",
        "household.yaml:9",
    ]


def test_a_name_stands_only_once() -> None:
    (found,) = problems(
        START + "  - {type: text, name: a, label: A}\n  - {type: text, name: a, label: B}"
    )
    assert found == "household.yaml:8 (a): this name stands here twice"


def test_a_condition_may_look_at_what_was_asked_before_it() -> None:
    survey = parse("""\
  - {type: integer, name: a, label: A, constraint: "${a} > 0"}
  - {type: text, name: b, label: B, relevant: "${a} = 1"}
""")
    assert survey.questions[1].relevant[0].source == "${a} = 1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a survey has `settings` and `survey`"),
        ("- a\n- b", "a survey has `settings` and `survey`"),
        ("survey: [", "household.yaml:1"),
        ("a: 1\na: 2", "household.yaml:2: the key `a` stands here twice"),
        ("\x00", "household.yaml:1"),
        ("settings: {form_id: a}\nsurvey: []", "`survey` has no questions"),
        ("settings: {form_id: a}\nsurvey: [1, 2]", "`survey` has no questions"),
        ("settings: {form_id: a}\nsurvey: later", "`survey` has no questions"),
        ("settings: []\nsurvey: []", "`settings` needs a `form_id`"),
        ("survey: []", "`settings` needs a `form_id`"),
        ("settings: {form_id: a b}", "`settings` needs a `form_id`"),
        ("settings: {form_id: a, colour: red}", "`colour` is not a setting"),
        ("settings: {form_id: a}\nsheets: []", "`sheets` is not one of settings, survey, choices"),
        ("settings: {form_id: a}\nchoices: [1]", "`choices` must be lists of options by name"),
        (
            "settings: {form_id: a}\nchoices: {x: [{name: b}]}",
            "household.yaml:2 (x): an option has a `name` and a `label`",
        ),
        (
            "settings: {form_id: a}\nchoices: {x: [{name: b, label: B, more: 1}]}",
            "an option has a `name` and a `label`",
        ),
        (
            "settings: {form_id: a}\nchoices: {x: [{name: b, label: B}, {name: b, label: C}]}",
            "the option `b` stands here twice",
        ),
    ],
)
def test_a_file_that_is_no_survey_is_refused(text: str, problem: str) -> None:
    assert any(problem in found for found in problems(text)), problems(text)


def test_an_instrument_brings_its_own_rows(surveys: SurveyFiles) -> None:
    survey = parse(
        """\
  - {type: integer, name: age, label: Age}
  - {type: instrument who5, relevant: "${age} > 17"}
""",
        surveys.instruments,
    )
    assert [question.name for question in survey.questions][:3] == [
        "age",
        "who5_introduction",
        "who5_1",
    ]
    assert all(question.relevant for question in survey.questions[1:])
    assert [instrument.name for instrument in survey.instruments] == ["who5"]
    assert survey.questions[2].label.context == "who5/who5_1"


def test_an_instrument_may_be_asked_in_part(surveys: SurveyFiles) -> None:
    survey = parse("  - {type: instrument ons4, items: ons4_happy}", surveys.instruments)
    assert [question.name for question in survey.questions] == ["ons4_happy"]


def test_an_unknown_item_and_a_closed_licence_are_refused(surveys: SurveyFiles) -> None:
    (found,) = problems(START + "  - {type: instrument ons4, items: ons4_sad}", surveys.instruments)
    assert "has no item `ons4_sad`" in found
    (found, *_) = problems(START + "  - {type: instrument swemwbs}", surveys.instruments)
    assert "licence of Short Warwick-Edinburgh Mental Wellbeing Scale is closed" in found


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (None, (None, None)),
        (". >= 0 and . <= 10", (0, 10)),
        (". > 0 and . < 10", (None, None)),
        (". >= 0.5", (0.5, None)),
        (". <= -1", (None, -1)),
        (". >= 0 or . = -99", (None, None)),
        ("not(. >= 3)", (None, None)),
        (". <= ${other}", (None, None)),
        ("string-length(.) = 3", (None, None)),
    ],
)
def test_bounds_are_read_from_plain_constraints_only(
    constraint: str | None, expected: tuple[float | None, float | None]
) -> None:
    from flows.expressions import compile_expression

    compiled = None if constraint is None else compile_expression(constraint)
    assert bounds(compiled) == expected


INSTRUMENT = """\
instrument: mood
title: Mood
citation: Someone, somewhere.
licence: Free.
open: true
survey:
  - {type: integer, name: mood_1, label: Mood}
scores:
  - {name: mood, items: mood_1, bands: {5: low, 10: high}}
"""


def test_an_instrument_file_becomes_an_instrument() -> None:
    mood = parse_instrument(INSTRUMENT, source="mood.yaml")
    assert mood.open
    assert mood.scores[0].bands == ((5.0, "low"), (10.0, "high"))
    assert mood.questions[0].instrument == "mood"
    assert mood.meaningful_change is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: Mood", "title:", "an instrument needs `title`"),
        ("licence: Free.\n", "", "an instrument needs `licence`"),
        ("citation: Someone, somewhere.\n", "", "an instrument needs `citation`"),
        ("items: mood_1", "items: ''", "a score needs `name` and `items`"),
        ("{name: mood,", "{", "a score needs `name` and `items`"),
        ("bands:", "ranges:", "`ranges` is not a column of a score"),
        ("type: integer", "type: int", "`int` is not a type"),
    ],
)
def test_a_mistake_in_an_instrument_is_named(old: str, new: str, problem: str) -> None:
    with pytest.raises(SurveyError, match=r"mood\.yaml:\d+") as refused:
        parse_instrument(INSTRUMENT.replace(old, new), source="mood.yaml")
    assert problem in str(refused.value)


def test_the_digest_changes_with_meaning_and_not_with_blank_lines() -> None:
    first = parse("  - {type: text, name: why, label: Why}")
    moved = parse("\n\n  - {type: text, name: why, label: Why}")
    reworded = parse("  - {type: text, name: why, label: Why then}")
    harder = parse("  - {type: text, name: why, label: Why, required: yes}")
    assert first.digest == moved.digest
    assert len({first.digest, reworded.digest, harder.digest}) == 3


def test_the_surveys_that_come_with_the_house_have_no_mistakes(surveys: SurveyFiles) -> None:
    assert {"initiative", "wellbeing"} <= set(surveys.names())
    for name in surveys.names():
        survey = surveys.load(name).survey
        assert survey.form_id == name
        # Nobody is asked anything before she chose her language, is alone, and agreed.
        asked = [question for question in survey.questions if question.takes_answer]
        gates = [question.purpose for question in asked[:3]]
        assert gates == [Purpose.LANGUAGE, Purpose.PRIVACY, Purpose.CONSENT], name
    assert surveys.load("wellbeing").survey.scores
