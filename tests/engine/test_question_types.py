"""Ranking, voice notes, pictures, places, repeats, groups with a label, filters, defaults, random order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows import phrases
from flows.answering import default_of
from flows.effects import Answered, AskedAgain, LeftOut, MediaKept, Missing, Outcome, Say
from flows.events import Media, Received
from flows.offering import choices_now
from flows.parsing import SurveyError, parse_survey
from flows.ranking import read_ranking
from flows.reading import Option, Read, Unread, Why
from flows.state import State
from flows.survey import Kind
from tests.support.talk import Talk, marked, small

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)

HEAD = """
settings: {form_id: small}
choices:
  need:
    - {name: housing, label: Housing}
    - {name: jobs, label: Jobs}
    - {name: jobs_young, label: Jobs for young people}
    - {name: health, label: Health}
  state:
    - {name: tx, label: Texas}
    - {name: wa, label: Washington}
survey:
"""
COUNTY = """
  county:
    - {name: king, label: King, state: wa}
    - {name: pierce, label: Pierce, state: wa}
    - {name: bexar, label: Bexar, state: tx}
survey:
"""


def survey_of(rows: str):
    # The further column of the counties is right only where a filter looks at it.
    head = HEAD.replace("survey:\n", COUNTY[1:]) if "county" in rows else HEAD
    return parse_survey(head + rows, source="small.yaml", instruments={})


def talk_of(voices, rows: str, languages=("en",), **state) -> Talk:
    survey = survey_of(rows)
    talk = Talk(survey, marked(voices, survey, languages))
    talk.state = State(language=languages[0], **state)
    return talk


def located(talk: Talk, address: str, text: str = "") -> list[str]:
    event = Received(text, NOW, media=(Media.LOCATION,), addresses=(address,))
    return talk.happen(event)


# Ranking

RANK = '  - {type: rank need, name: order, label: "What comes first?"}\n'


def test_a_ranking_keeps_the_order_that_was_typed(voices) -> None:
    talk = talk_of(voices, RANK)
    talk.send("hello")
    talk.send("4, 2, 1, 3")
    assert talk.only(Answered).value == ("health", "jobs", "housing", "jobs_young")
    assert talk.only(Answered).how == "ranked"
    assert talk.state.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("4 2 1 3", ("health", "jobs", "housing", "jobs_young")),
        ("4,2,1,3", ("health", "jobs", "housing", "jobs_young")),
        ("4 > 2 > 1 > 3", ("health", "jobs", "housing", "jobs_young")),
        ("4\n2\n1\n3", ("health", "jobs", "housing", "jobs_young")),
        (
            "health, jobs for young people, jobs and housing",
            ("health", "jobs_young", "jobs", "housing"),
        ),
        ("Health, 2, housing, 3", ("health", "jobs", "housing", "jobs_young")),
        ("৪, ২, ১, ৩", ("health", "jobs", "housing", "jobs_young")),
    ],
)
def test_a_ranking_is_read_from_numbers_and_words(voices, text: str, order: tuple) -> None:
    talk = talk_of(voices, RANK)
    talk.send("hello")
    talk.send(text)
    assert talk.state.answers == {"order": order}


@pytest.mark.parametrize("text", ["4", "1, 2", "housing", "1 2 1 3 4 1", "banana", "9, 8, 7, 6"])
def test_a_ranking_needs_every_option_once(voices, text: str) -> None:
    talk = talk_of(voices, RANK)
    talk.send("hello")
    talk.send(text)
    assert talk.only(AskedAgain).question == "order"
    assert "2, 1, 3, 4" in talk.words  # an order to copy that is not the list's own
    assert phrases.RANKING.source.format(example="2, 1, 3, 4") in talk.words
    talk.send("still no")
    assert phrases.RANKING.source.format(example="2, 1, 3, 4") in talk.words


def test_a_constraint_says_how_many_are_ranked(voices) -> None:
    rows = "  - {type: rank need, name: order, label: Your three, constraint: 'count-selected(.) = 3'}\n"
    talk = talk_of(voices, rows)
    talk.send("hello")
    talk.send("1")
    assert talk.only(AskedAgain).why == Why.OUT_OF_RANGE
    talk.send("4 1 2")
    assert talk.state.answers == {"order": ("health", "housing", "jobs")}


def test_one_ranked_option_is_an_order_of_its_own(voices) -> None:
    options = [Option("a", "Apple"), Option("b", "Banana")]
    speech = voices.family(["en"])["en"].speech
    assert read_ranking("banana", options, speech, every=False) == Read(("b",), "folded label")
    assert isinstance(read_ranking("banana", options, speech, every=True), Unread)


def test_too_many_words_are_no_ranking(voices) -> None:
    options = [Option("a", "Apple"), Option("b", "Banana")]
    speech = voices.family(["en"])["en"].speech
    crowd = " ".join(["1 , 2"] * 30)
    assert isinstance(read_ranking(crowd, options, speech, every=True), Unread)


def test_a_ranking_has_no_buttons_since_a_tap_orders_nothing(voices) -> None:
    talk = talk_of(voices, RANK)
    talk.send("hello")
    assert talk.only(Say).buttons == ()
    talk.send("jobs", payload="order:jobs")
    assert talk.told(Answered) == []


# What is sent instead of written

SENT = """
  - {type: audio, name: story, label: Tell us}
  - {type: image, name: room, label: Show us}
  - {type: geopoint, name: place, label: "Where is it?"}
"""


def test_a_voice_note_a_picture_and_a_location_are_answers(voices) -> None:
    talk = talk_of(voices, SENT)
    talk.send("hello")
    event = Received(
        "", NOW, media=(Media.AUDIO,), addresses=("https://api.example.org/x/Media/ME1f",)
    )
    talk.happen(event)
    assert talk.only(Answered) == Answered("story", "ME1f", "", "voice note")
    assert talk.only(MediaKept) == MediaKept("story", "")
    talk.send("the kitchen", media=(Media.OTHER, Media.PICTURE))
    assert talk.only(Answered) == Answered("room", "", "the kitchen", "picture")
    located(talk, "geo:52.4862,-1.8904")
    assert talk.only(Answered).value == "52.4862 -1.8904"
    assert talk.only(Answered).how == "shared location"
    assert talk.told(MediaKept) == []
    assert talk.state.outcome is Outcome.COMPLETE


def test_what_was_asked_for_is_asked_for_again_in_its_own_words(voices) -> None:
    talk = talk_of(voices, SENT)
    talk.send("hello")
    talk.send("I would rather write")
    assert talk.only(AskedAgain).why == Why.UNKNOWN
    assert phrases.VOICE.source in talk.words
    talk.send("", media=(Media.PICTURE,))
    assert talk.only(AskedAgain).why == Why.EMPTY
    assert phrases.VOICE.source in talk.words
    talk.send("", media=(Media.AUDIO,))
    talk.send("no camera")
    assert phrases.PICTURE.source in talk.words
    talk.send("no camera")
    talk.send("no camera")
    assert talk.only(LeftOut) == LeftOut("room", Missing.NOT_UNDERSTOOD, "no camera")


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("near the mosque", "near the mosque", "as typed"),
        ("52.48, -1.89", "52.48 -1.89", "coordinates"),
        ("152.48, -1.89", "152.48, -1.89", "as typed"),
        ("91.5 -1.89", "91.5 -1.89", "as typed"),
    ],
)
def test_a_place_may_be_written(voices, text: str, value: str, how: str) -> None:
    talk = talk_of(voices, '  - {type: geopoint, name: place, label: "Where?"}\n')
    talk.send("hello")
    talk.send(text)
    assert (talk.only(Answered).value, talk.only(Answered).how) == (value, how)


@pytest.mark.parametrize("address", ["geo:999,0", "geo:52.1,181", "geo:here", ""])
def test_a_location_that_is_none_is_read_by_its_words(voices, address: str) -> None:
    talk = talk_of(voices, '  - {type: geopoint, name: place, label: "Where?"}\n')
    talk.send("hello")
    located(talk, address, "B8 1AA")
    assert talk.only(Answered).value == "B8 1AA"


def test_nothing_at_all_is_no_place(voices) -> None:
    talk = talk_of(voices, '  - {type: geopoint, name: place, label: "Where?"}\n')
    talk.send("hello")
    talk.send(" ")
    assert talk.only(AskedAgain).why == Why.EMPTY
    assert phrases.PLACE.source in talk.words


def test_an_attachment_whose_address_was_not_said_has_an_empty_one() -> None:
    assert Received("", NOW, media=(Media.AUDIO,)).address_of(Media.AUDIO) == ""
    assert Received("", NOW).address_of(Media.AUDIO) is None


# Groups and repeats


def test_a_groups_label_is_said_before_its_first_question_that_is_shown(voices) -> None:
    talk = talk_of(
        voices,
        """
  - {type: integer, name: age, label: Your age}
  - {type: begin_group, name: work, label: About your work, relevant: "${age} > 15"}
  - {type: text, name: trade, label: Your trade, relevant: "${age} > 17"}
  - {type: begin_group, name: pay, label: About your pay}
  - {type: note, name: promise, label: We tell nobody.}
  - {type: text, name: wage, label: Your wage}
  - {type: end_group}
  - {type: end_group}
  - {type: begin_group, name: never, label: Never said, relevant: "${age} > 200"}
  - {type: text, name: long, label: Long ago}
  - {type: end_group}
  - {type: text, name: last, label: Anything else}
""",
    )
    talk.send("hello")
    assert talk.send("16") == [
        "About your work\n\nAbout your pay\n\nWe tell nobody.\n\nYour wage",
    ]
    assert talk.send("enough") == ["Anything else"]
    talk.send("back")
    assert talk.send("more") == ["Anything else"]  # a label is said once


REPEAT = """
  - {type: text, name: who, label: "Who are you?"}
  - {type: begin_repeat, name: child, label: Another child, repeat_count: 2}
  - {type: text, name: name, label: "Name, ${who}?"}
  - {type: integer, name: age, label: "How old is ${name}?", constraint: ". < 18"}
  - {type: begin_repeat, name: visit, repeat_count: 2, relevant: "${age} > 2"}
  - {type: text, name: reason, label: "Why did ${name} go?", relevant: "${age} != 5"}
  - {type: end_repeat}
  - {type: calculate, name: doubled, calculation: "${age} * 2"}
  - {type: end_repeat}
  - {type: text, name: end, label: "${name_1} and ${name_2}?", relevant: "${doubled_1} > 2"}
"""


def test_a_repeat_is_asked_round_by_round_with_the_answers_of_its_own_round(voices) -> None:
    talk = talk_of(voices, REPEAT)
    assert [question.name for question in talk.survey.questions] == [
        "who",
        *("child_label_1", "name_1", "age_1", "reason_1_1", "reason_1_2", "doubled_1"),
        *("child_label_2", "name_2", "age_2", "reason_2_1", "reason_2_2", "doubled_2"),
        "end",
    ]
    talk.send("hello")
    assert talk.send("Amina") == ["Another child\n\nName, Amina?"]
    assert talk.send("Zara") == ["How old is Zara?"]
    assert talk.send("3") == ["Why did Zara go?"]
    assert talk.send("fever") == ["Why did Zara go?"]
    assert talk.send("check") == ["Another child\n\nName, Amina?"]
    assert talk.send("Bilal") == ["How old is Bilal?"]
    assert talk.send("5") == ["Zara and Bilal?"]  # both visits of the second round are not relevant
    assert talk.state.answers["doubled_2"] == 10
    assert talk.survey.by_name["name_1"].label.context == "small/name"  # translated once


def test_a_repeat_has_a_fixed_number_of_rounds() -> None:
    for count, said in [("", ""), ("0", "not `0`"), ("${who}", "not `${who}`"), ("51", "not `51`")]:
        cell = f", repeat_count: '{count}'" if count else ""
        rows = f"""
  - {{type: text, name: who, label: Who}}
  - {{type: begin_repeat, name: child{cell}}}
  - {{type: text, name: name, label: Name}}
  - {{type: end_repeat}}
"""
        with pytest.raises(SurveyError, match="a repeat needs a `repeat_count` from 1 to 50") as no:
            survey_of(rows)
        assert said in str(no.value)


def test_a_repeat_can_not_be_closed_as_a_group() -> None:
    rows = """
  - {type: begin_repeat, name: child, repeat_count: 2}
  - {type: text, name: name, label: Name}
  - {type: end_group}
"""
    with pytest.raises(SurveyError) as refused:
        survey_of(rows)
    first, second = refused.value.problems
    assert "`begin_repeat` without an `end_repeat`" in str(first)
    assert "the open one is `begin_repeat`" in str(second)


GROUPED = """
  - {type: begin_group, %s}
  - {type: text, name: a, label: A}
  - {type: end_group}
"""


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            GROUPED % "label: Hello",
            "`begin_group` with a label needs a `name`",
        ),
        (
            GROUPED % "name: g, hint: H",
            "(g): `hint` does nothing on a `begin_group` row",
        ),
        (
            "  - {type: text, name: a, label: A, max_retries: 0}",
            "`max_retries` is a whole number from 1 to 10, not `0`",
        ),
        (
            "  - {type: rank need, name: a, label: A, parameters: rows=3}",
            "`parameters` are randomize and seed here, not `rows=3`",
        ),
        (
            "  - {type: text, name: a, label: A, parameters: randomize=true}",
            "only options can be randomized",
        ),
        (
            "  - {type: rank need, name: a, label: A, parameters: seed=3}",
            "write `randomize=true`",
        ),
        (
            "  - {type: rank need, name: a, label: A, parameters: randomize=true seed=x}",
            "`seed` is a number or one ${name}, not `x`",
        ),
        (
            "  - {type: rank need, name: a, label: A, parameters: 'randomize=true; what'}",
            "`parameters` are randomize and seed here",
        ),
        (
            "  - {type: note, name: a, label: A, default: x}",
            "a `note` takes no `default`",
        ),
        (
            "  - {type: integer, name: a, label: A, default: many}",
            "`many` is no answer to a `integer` question",
        ),
        (
            "  - {type: integer, name: a, label: A, default: 1.5}",
            "`1.5` is no answer to a `integer` question",
        ),
        (
            "  - {type: date, name: a, label: A, default: soon}",
            "`soon` is no answer to a `date` question",
        ),
        (
            "  - {type: select_one need, name: a, label: A, default: food}",
            "`food` is not an option of this list",
        ),
        (
            "  - {type: select_multiple need, name: a, label: A, default: jobs food}",
            "`jobs food` is not an option of this list",
        ),
        (
            "  - {type: integer, name: a, label: A, default: 'nope()'}",
            "`default`: `nope()`: unknown function 'nope'",
        ),
        (
            "  - {type: integer, name: a, label: A, default: '${b} + 1'}",
            "`${b} + 1` looks at `b`, which is not asked before it",
        ),
        (
            "  - {type: text, name: a, label: A, choice_filter: name = 1}",
            "a `choice_filter` needs a list of options to look at",
        ),
        (
            "  - {type: select_one need or_other, name: a, label: A, choice_filter: name = 1}",
            "`or_other` and `choice_filter` do not go together",
        ),
        (
            "  - {type: select_one need, name: a, label: A, choice_filter: colour = 1}",
            "the list has no column `colour`; it has name",
        ),
        (
            "  - {type: select_one county, name: a, label: A}",
            "no `choice_filter` looks at `state`",
        ),
    ],
)
def test_a_mistake_in_these_columns_is_named(rows: str, problem: str) -> None:
    with pytest.raises(SurveyError) as refused:
        survey_of(rows)
    assert any(problem in str(one) for one in refused.value.problems), str(refused.value)


def test_an_instrument_has_columns_of_its_own_and_no_repeat(surveys) -> None:
    rows = """
  - {type: begin_repeat, name: twice, repeat_count: 2}
  - {type: instrument who5, label: Well-being}
  - {type: end_repeat}
"""
    with pytest.raises(SurveyError) as refused:
        parse_survey(HEAD + rows, source="small.yaml", instruments=surveys.instruments)
    said = str(refused.value)
    assert "(who5): `label` does nothing on an `instrument` row" in said
    assert "(who5): an instrument can not stand in a repeat" in said


def test_a_code_with_a_space_can_not_be_one_of_several() -> None:
    lists = HEAD.replace("{name: tx,", "{name: 'lone star',")
    rows = "  - {type: %s state, name: a, label: A}"
    parse_survey(lists + rows % "select_one", source="small.yaml", instruments={})
    with pytest.raises(SurveyError, match="the code `lone star` has a space"):
        parse_survey(lists + rows % "select_multiple", source="small.yaml", instruments={})


def test_codes_and_replies_have_limits() -> None:
    rows = """
settings: {form_id: small}
choices:
  x:
    - {name: "%s", label: Long}
    - {name: b, label: B, replies: ["one, two"]}
survey:
  - {type: select_one x, name: a, label: A}
"""
    with pytest.raises(SurveyError) as refused:
        parse_survey(rows % ("c" * 101), source="small.yaml", instruments={})
    said = str(refused.value)
    assert "the code of an option has at most 100 characters" in said
    assert "no further word of an option can hold a comma" in said


def test_a_conversation_has_an_end() -> None:
    rows = "".join(
        f"  - {{type: begin_repeat, name: r{depth}, repeat_count: 50}}\n" for depth in range(2)
    )
    rows += "  - {type: text, name: a, label: A}\n" + "  - {type: end_repeat}\n" * 2
    with pytest.raises(SurveyError, match="2500 questions are more than the 2000"):
        survey_of(rows)


# Filters

FILTERED = """
  - {type: select_one state, name: state, label: "Which state?"}
  - {type: select_one county, name: county, label: "Which county?", choice_filter: "state = ${state}"}
  - {type: text, name: why, label: "Why ${county}?"}
"""


def test_a_filter_shows_the_options_that_fit_under_numbers_of_their_own(voices) -> None:
    talk = talk_of(voices, FILTERED)
    talk.send("hello")
    assert talk.send("texas") == ["Which county?\n1. Bexar"]
    talk.send("pierce")
    assert talk.only(AskedAgain).question == "county"
    assert talk.send("1") == ["Why Bexar?"]


def test_an_answer_that_no_longer_fits_is_asked_anew(voices) -> None:
    talk = talk_of(voices, FILTERED)
    for text in ("hello", "texas", "1", "back", "back"):
        talk.send(text)
    assert talk.send("washington") == ["Which county?\n1. King\n2. Pierce"]
    talk.send("2")
    assert talk.state.answers["county"] == "pierce"
    for text in ("back", "back"):
        talk.send(text)
    assert talk.send("washington") == ["Why Pierce?"]  # one that still fits stays


def test_a_question_without_options_is_not_asked(voices) -> None:
    rows = FILTERED.replace("state = ${state}", "state = 'ny'")
    talk = talk_of(voices, rows)
    talk.send("hello")
    assert talk.send("texas") == ["Why ?"]
    assert talk.state.missing["county"] is Missing.NOT_RELEVANT


def test_a_filter_that_fails_hides_nothing(voices) -> None:
    rows = FILTERED.replace("state = ${state}", "regex(state, '(')")
    talk = talk_of(voices, rows)
    talk.send("hello")
    assert talk.send("texas") == ["Which county?\n1. King\n2. Pierce\n3. Bexar"]


def test_several_filtered_options_are_kept_while_they_fit(voices) -> None:
    rows = FILTERED.replace("select_one county", "select_multiple county")
    talk = talk_of(voices, rows)
    for text in ("hello", "washington", "1, 2", "back", "back", "washington"):
        talk.send(text)
    assert talk.state.position == "why"
    for text in ("back", "back"):
        talk.send(text)
    assert talk.send("texas") == ["Which county?\n1. Bexar"]


def test_two_options_that_were_found_are_named_as_they_are_shown(voices) -> None:
    talk = talk_of(voices, FILTERED)
    talk.send("hello")
    talk.send("washington")
    talk.send("king pierce")
    assert "Did you mean King, or Pierce?" in talk.words


# Defaults

DEFAULTS = """
  - {type: integer, name: size, label: "How many?", default: 4, required: yes}
  - {type: integer, name: rooms, label: "Rooms?", default: "${size} * 2", constraint: ". < 9"}
  - {type: date, name: day, label: "When?", default: today()}
  - {type: select_one state, name: state, label: "Where?", default: wa}
  - {type: select_multiple state, name: both, label: "Both?", default: tx wa}
  - {type: text, name: why, label: "Why?", default: no reason (yet)}
  - {type: text, name: same, label: "Same?", default: "${why}"}
  - {type: decimal, name: half, label: "Half?", default: 0.5}
  - {type: select_one state, name: other, label: "Other?", default: "if(true(), 'ny', 'tx')"}
  - {type: acknowledge, name: ok, label: "OK?", default: "${size} = 1"}
  - {type: integer, name: broken, label: "Broken?", default: "regex('a', '(')"}
"""


def test_skipping_answers_with_the_default(voices) -> None:
    talk = talk_of(voices, DEFAULTS)
    talk.send("hello")
    for _ in range(9):
        talk.send("skip")
    assert talk.state.answers == {
        "size": 4,
        "rooms": 8,
        "day": "2026-11-23",
        "state": "wa",
        "both": ("tx", "wa"),
        "why": "no reason (yet)",
        "same": "no reason (yet)",
        "half": 0.5,
    }
    assert talk.state.missing == {"other": Missing.SKIPPED}  # no such option: nothing is made up
    talk.send("skip")
    assert talk.state.answers["ok"] == "false"
    talk.send("skip")
    assert talk.state.missing["broken"] is Missing.SKIPPED


def test_a_default_is_what_skipping_answers_and_nothing_else(voices) -> None:
    talk = talk_of(voices, DEFAULTS)
    talk.send("hello")
    talk.send("prefer not to say")
    assert talk.state.missing == {"size": Missing.REFUSED}
    talk.send("9")
    assert talk.told(AskedAgain)
    for _ in range(2):
        talk.send("banana")
    assert talk.state.missing["rooms"] is Missing.NOT_UNDERSTOOD


def test_a_default_that_breaks_the_constraint_is_not_used(voices) -> None:
    talk = talk_of(voices, DEFAULTS)
    for text in ("hello", "7", "skip"):
        talk.send(text)
    assert talk.state.missing == {"rooms": Missing.SKIPPED}
    question = talk.survey.by_name["size"]
    assert default_of(question, State("en"), NOW, ()) == Read(4, "default")


# Random order

RANDOM = "  - {type: select_one need, name: q, label: 'Which?', parameters: '%s'}\n"


def order(talk: Talk) -> list[str]:
    (said,) = talk.send("hello")
    return [line.split(". ")[1] for line in said.splitlines()[1:]]


def test_the_order_is_drawn_for_a_participant_and_stays_hers(voices) -> None:
    orders = {
        seed: order(talk_of(voices, RANDOM % "randomize=true", seed=seed)) for seed in range(30)
    }
    assert all(sorted(one) == sorted(orders[0]) for one in orders.values())
    assert len({tuple(one) for one in orders.values()}) > 8
    assert orders[3] == order(talk_of(voices, RANDOM % "randomize=true", seed=3))


def test_the_number_shown_chooses_the_option_beside_it(voices) -> None:
    talk = talk_of(voices, RANDOM % "randomize=true", seed=5)
    shown = order(talk)
    talk.send("2")
    labels = {choice.label.source: choice.name for choice in talk.survey.questions[0].choices}
    assert talk.only(Answered).value == labels[shown[1]]


def test_a_seed_of_the_form_gives_everyone_the_same_order(voices) -> None:
    orders = [
        tuple(order(talk_of(voices, RANDOM % "randomize=true seed=7", seed=n))) for n in range(9)
    ]
    assert len(set(orders)) == 1
    plain = order(talk_of(voices, RANDOM % "randomize=false"))
    assert plain == ["Housing", "Jobs", "Jobs for young people", "Health"]


def test_a_seed_may_come_from_an_answer() -> None:
    rows = "  - {type: integer, name: n, label: N}\n" + RANDOM % "randomize=true, seed=${n}"
    survey = survey_of(rows)
    question = survey.by_name["q"]

    def shown(state: State) -> list[str]:
        return [choice.name for choice in choices_now(question, state, NOW)]

    assert shown(State("en", answers={"n": 1})) == shown(State("en", answers={"n": 1}, seed=8))
    unanswered = {tuple(shown(State("en", seed=seed))) for seed in range(20)}
    assert len(unanswered) > 5  # then it is the participant's own


def test_a_seed_that_can_not_be_worked_out_is_the_participants() -> None:
    survey = survey_of(RANDOM % "randomize=true seed=7")
    question = survey.by_name["q"]

    class Broken:
        def evaluate(self, *_args: object, **_named: object) -> str:
            from flows.expressions import ExpressionError

            raise ExpressionError("no")

    from dataclasses import replace

    broken = replace(question, seed=Broken())
    orders = {
        tuple(c.name for c in choices_now(broken, State("en", seed=n), NOW)) for n in range(20)
    }
    assert len(orders) > 5


# Words of their own


def test_or_other_adds_an_option_and_a_question_about_it(voices) -> None:
    talk = talk_of(
        voices,
        """
  - {type: select_one state or_other, name: state, label: "Where?"}
  - type: select_multiple need or_other
    name: needs
    label: What?
    or_other_label: What else do you need?
""",
    )
    talk.send("hello")
    assert talk.send("3") == ["Please say what, in your own words."]
    talk.send("Oregon")
    talk.send("1, 5")
    assert talk.words == "What else do you need?"
    talk.send("peace")
    assert talk.state.answers == {
        "state": "other",
        "state_other": "Oregon",
        "needs": ("housing", "other"),
        "needs_other": "peace",
    }


def test_or_other_uses_the_lists_own_option_and_is_passed_over_otherwise(voices) -> None:
    survey = parse_survey(
        """
settings: {form_id: small}
choices:
  x:
    - {name: a, label: A}
    - {name: other, label: Something else}
survey:
  - {type: select_one x or_other, name: q, label: Q}
""",
        source="small.yaml",
        instruments={},
    )
    talk = Talk(survey, marked(voices, survey, ["en"]))
    assert talk.send("hello") == ["Q\n1. A\n2. Something else"]
    talk.send("1")
    assert talk.state.outcome is Outcome.COMPLETE
    assert talk.state.missing == {"q_other": Missing.NOT_RELEVANT}


WORDED = """
settings: {form_id: small}
choices:
  way:
    - {name: bus, label: By bus or tram, whatsapp_button: Bus, replies: {en: [coach], bn: [বাস]}}
    - {name: foot, label: On foot, replies: walking | walk}
survey:
  - type: select_one way
    name: way
    label: How did you come here today?
    sms: How did you come?
    media::audio: way.ogg
    template: {en: HX1, bn: HX2}
"""


def test_further_words_and_short_labels_choose_an_option(voices) -> None:
    for text, code in [("coach", "bus"), ("walk", "foot"), ("bus", "bus")]:
        survey = parse_survey(WORDED, source="small.yaml", instruments={})
        talk = Talk(survey, marked(voices, survey, ["en", "bn"]))
        talk.send("hello")
        assert [button.title for button in talk.only(Say).buttons] == ["Bus", "On foot"]
        talk.send(text)
        assert talk.state.answers == {"way": code}


def test_short_words_are_there_for_channels_that_need_them(voices) -> None:
    survey = parse_survey(WORDED, source="small.yaml", instruments={})
    (way,) = survey.questions
    assert way.sms.source == "How did you come?"
    assert way.sms.context == "small/way/sms"
    assert way.audio == (("en", "way.ogg"),)
    assert way.template == (("en", "HX1"), ("bn", "HX2"))
    assert way.choices[0].button.context == "small/way/bus/button"
    assert way.choices[0].replies_in("bn") == ("বাস",)
    assert way.choices[1].replies_in("bn") == ()
    assert {w.source for w in survey.short_wordings()} == {"How did you come?", "Bus"}
    assert not set(survey.short_wordings()) & set(survey.wordings())


def test_a_language_without_the_short_words_says_the_long_ones(voices) -> None:
    survey = parse_survey(WORDED, source="small.yaml", instruments={})
    languages = marked(voices, survey, ["bn"])
    talk = Talk(survey, languages)
    talk.send("hello")
    titles = [button.title for button in talk.only(Say).buttons]
    assert titles == ["bn: By bus or tram", "bn: On foot"]
    talk.send("বাস")
    assert talk.state.answers == {"way": "bus"}
    assert languages["bn"].either(None, survey.questions[0].label).startswith("bn: ")


def test_a_survey_may_be_written_in_another_language(voices) -> None:
    survey = parse_survey(
        """
settings: {form_id: small, source_language: fr}
survey:
  - {type: text, name: q, label: "Pourquoi ?"}
""",
        source="small.yaml",
        instruments={},
    )
    assert survey.default_language == survey.source_language == "fr"
    english, french = voices.family(["en"])["en"], voices.family(["fr"])["fr"]
    assert french.untranslated(survey.wordings()) == ()
    assert english.untranslated(survey.wordings()) == survey.wordings()


def test_the_kinds_are_those_of_xlsform() -> None:
    assert {"rank", "audio", "image", "geopoint"} <= set(Kind)
    assert small("  - {type: image, name: a, label: A}").questions[0].takes_answer


def test_state_before_there_was_a_seed_is_still_read() -> None:
    stored = State("en", seed=9).to_json()
    assert State.from_json(stored).seed == 9
    assert State.from_json(stored.replace(',"seed":9', "")).seed == 0


def test_a_ranking_may_be_cut_in_several_ways_and_leave_words_over(voices) -> None:
    speech = voices.family(["en"])["en"].speech
    labels = {"a": "Red", "b": "Red green", "c": "Green", "d": "Blue"}
    options = [Option(code, label) for code, label in labels.items()]
    found = read_ranking("red green blue red green", options, speech, every=True)
    assert isinstance(found, Unread)
    left_over = read_ranking("red green blue red green blue", options, speech, every=True)
    assert isinstance(left_over, Unread)


def test_the_other_of_a_question_in_a_repeat_belongs_to_its_round() -> None:
    survey = survey_of(
        """
  - {type: begin_repeat, name: child, label: A child, repeat_count: 2}
  - {type: select_one need or_other, name: likes, label: "Which colour?"}
  - {type: end_repeat}
"""
    )
    names = [question.name for question in survey.questions]
    assert "likes_other_1" in names  # a name, then the round, as of any other question
    assert "likes_other_2" in names
