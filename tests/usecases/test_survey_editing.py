"""Changes to a survey's rows, conditions said in words, and what differs between two versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.gateways.files import SurveyFiles
from bot.usecases import survey_edits as edits
from bot.usecases import survey_rows
from bot.usecases.routing_words import Is, explain
from bot.usecases.survey_changes import Change, compare
from bot.usecases.survey_rows import Option
from flows.form_text import form_text
from flows.parsing import form_of
from flows.rows import Form
from flows.survey import Kind, Survey


@pytest.fixture
def form(surveys: SurveyFiles) -> Form:
    return form_of(surveys.load("initiative").source, source="initiative")


def survey_of(surveys: SurveyFiles, form: Form) -> Survey:
    return surveys.parse(form_text(form), source="initiative")


def place_of(form: Form, name: str) -> int:
    return next(row.place for row in survey_rows.rows(form) if row.name == name)


def test_writing_back_what_stands_there_changes_nothing(surveys: SurveyFiles) -> None:
    for name in surveys.names():
        form = form_of(surveys.load(name).source, source=name)
        before = surveys.load(name).survey
        for row in survey_rows.rows(form):
            asked = survey_rows.question(form, row.place)
            if asked is not None:
                form = edits.write(row.place, asked.written)(form)
        assert surveys.parse(form_text(form), source=name).digest == before.digest, name


def test_a_least_and_a_most_are_read_and_written(surveys: SurveyFiles, form: Form) -> None:
    place = place_of(form, "people_known")
    asked = survey_rows.question(form, place)
    assert asked is not None
    assert asked.has_bounds
    assert (asked.written.low, asked.written.high, asked.written.constraint) == ("0", "500", "")
    form = edits.write(place, replace(asked.written, low="", high="9"))(form)
    question = survey_of(surveys, form).by_name["people_known"]
    assert (question.minimum, question.maximum) == (None, 9)
    form = edits.write(place, replace(asked.written, low="", high=""))(form)
    assert survey_of(surveys, form).by_name["people_known"].constraint is None


def test_options_keep_what_else_their_rows_say() -> None:
    text = """
settings: {form_id: x}
choices:
  a:
    - {name: one, label: One, whatsapp_button: "1", replies: uno}
    - {name: two, label: Two}
survey:
  - {type: select_one a, name: q, label: "Q?", parameters: randomize=true}
"""
    form = form_of(text, source="x")
    asked = survey_rows.question(form, 0)
    assert asked is not None
    assert asked.written.randomize
    new = (Option("two", "Two"), Option("one", "The first"), Option("three", "Three"))
    form = edits.write(0, replace(asked.written, options=new, randomize=False))(form)
    assert form.choices["a"][1] == {
        "name": "one", "label": "The first", "whatsapp_button": "1", "replies": "uno",
    }  # fmt: skip
    assert "parameters" not in form.survey[0]
    assert edits.remove(0)(form).choices == {}


@pytest.mark.parametrize(
    ("do", "codes"),
    [
        ("up:1", "bac"), ("down:1", "acb"), ("remove:1", "ac"), ("up:0", "abc"), ("down:2", "abc"),
        ("remove:7", "abc"), ("keep", "abc"), ("up:x", "abc"), ("up:99999", "abc"),
    ],
)  # fmt: skip
def test_buttons_put_options_into_another_order(do: str, codes: str) -> None:
    options = [Option(code, code.upper()) for code in "abc"]
    assert "".join(option.code for option in edits.reordered(options, do)) == codes


def test_groups_are_shown_and_their_rows_are_no_questions() -> None:
    text = """
settings: {form_id: x}
survey:
  - {type: begin_group, name: g, label: About you}
  - {type: text, name: q, label: "Q?"}
  - {type: end group}
  - {type: hologram, name: h, label: "H?"}
"""
    form = form_of(text, source="x")
    found = [(row.sort.value, row.depth, row.kind) for row in survey_rows.rows(form)]
    assert found == [
        ("begin", 0, None), ("question", 1, Kind.TEXT), ("end", 0, None), ("question", 0, None),
    ]  # fmt: skip
    assert survey_rows.question(form, 0) is None
    assert survey_rows.scale(form, 1, {}) is None


def test_codes_are_made_of_words_in_any_script() -> None:
    assert (
        edits.code_of("How are you today, my very dear friend?", "q") == "how_are_you_today_my_very"
    )
    assert edits.code_of("کیوں؟", "question") == "question"
    assert edits.code_of("2 buses", "question") == "question"
    assert edits.free_name("q", ["q", "q_2"]) == "q_3"


@pytest.mark.parametrize(
    ("source", "relations", "every"),
    [
        ("${attended} = 'once'", [Is.EQUAL], True),
        ("${attended} != 'once' and ${people_known} > 3", [Is.OTHER, Is.MORE], True),
        ("${people_known} < 3 or ${people_known} >= 9", [Is.LESS, Is.AT_LEAST], False),
        ("selected(${helped}, 'people')", [Is.CHOSEN], True),
        ('not(selected(${helped}, "people"))', [Is.NOT_CHOSEN], True),
        ("${better} != ''", [Is.GIVEN], True),
        ("${better} = '' and ${people_known} <= 2", [Is.NOT_GIVEN, Is.AT_MOST], True),
        ("${better} > ''", [], True),
        ("count-selected(${helped}) > 1", [], True),
        ("${attended} = 'once' and (${helped} = 'x' or true())", [], True),
    ],
)
def test_conditions_are_taken_apart(
    surveys: SurveyFiles, source: str, relations: list[Is], every: bool
) -> None:
    found = explain(surveys.load("initiative").survey, source)
    assert [clause.relation for clause in found.clauses] == relations
    assert found.every is every


def test_a_condition_speaks_in_the_words_of_the_survey(surveys: SurveyFiles) -> None:
    survey = surveys.load("initiative").survey
    (clause,) = explain(survey, "${attended} = 'few_times'").clauses
    assert (clause.label, clause.value) == (
        "How often have you been to the activity?", "A few times",
    )  # fmt: skip
    (clause,) = explain(None, "${nobody} = 'x'").clauses
    assert (clause.label, clause.value) == ("nobody", "x")


def test_every_change_between_versions_is_told_once(surveys: SurveyFiles, form: Form) -> None:
    old = survey_of(surveys, form)
    assert compare(old, old) == []
    place = place_of(form, "attended")
    asked = survey_rows.question(form, place)
    assert asked is not None
    options = (
        Option("once", "One time"), Option("not_yet", "Not yet"), Option("few_times", "A few times"),
        Option("daily", "Every day"),
    )  # fmt: skip
    written = replace(
        asked.written, label="How often?", hint="A guess will do.", required=True, options=options,
        relevant="${consent} = 'yes'",
    )  # fmt: skip
    form = edits.write(place, written)(form)
    known = place_of(form, "people_known")
    other = survey_rows.question(form, known)
    assert other is not None
    form = edits.write(known, replace(other.written, high="50"))(form)
    form = edits.move(place_of(form, "better"), 1)(form)
    form = edits.remove(place_of(form, "first_time"))(form)
    form = edits.add(-1, Kind.INTEGER, "How old are you?", "Yes", "No")(form)
    form = edits.title("Another")(edits.move(0, -1)(form))
    found = {(one.question, one.change) for one in compare(old, survey_of(surveys, form))}
    assert (
        found
        == {
            ("how_old_are_you", Change.ADDED),
            ("first_time", Change.REMOVED),
            ("better", Change.MOVED),
            ("attended", Change.REWORDED),
            ("attended", Change.HINT),
            ("attended", Change.REQUIRED),
            ("attended", Change.ROUTING),
            ("attended", Change.OPTION_ADDED),
            ("attended", Change.OPTION_REMOVED),
            ("attended", Change.OPTION_REWORDED),
            ("attended", Change.OPTIONS_MOVED),
            ("people_known", Change.LIMITS),
        }
        or ("thanks", Change.MOVED) in found
    )


def test_what_has_no_name_of_its_own_is_another_setting(surveys: SurveyFiles, form: Form) -> None:
    old = survey_of(surveys, form)
    row = form.survey[place_of(form, "better")]
    row["max_retries"] = 5
    (found,) = compare(old, survey_of(surveys, form))
    assert (found.question, found.change) == ("better", Change.OTHER)
    row["type"] = "audio"
    assert Change.KIND in {one.change for one in compare(old, survey_of(surveys, form))}
