"""XLSForm in the spellings that people write it in, and what is said about what has no effect here."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.xlsform_files import XlsForms
from flows.rows import SurveyError
from flows.survey import Kind, Purpose
from flows.xlsform import Sheet, cell_text
from flows.xlsform.sheets import letters
from tests.xlsform.workbooks import simple, write


def table(*rows: str) -> str:
    """A survey sheet of these rows; the first names the columns."""
    return "| survey |\n" + "\n".join(f"| | {row} |" for row in rows) + "\n"


YES_NO = "| choices |\n| | list_name | name | label |\n| | yn | yes | Yes |\n| | yn | no | No |\n"


def notes(imported) -> str:
    return "\n".join(map(str, imported.notes))


def refused(load, tables: str) -> list[str]:
    with pytest.raises(SurveyError) as error:
        load(tables)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("select_one yn", Kind.SELECT_ONE),
        ("select one yn", Kind.SELECT_ONE),
        ("Select One from yn", Kind.SELECT_ONE),
        ("select1 yn", Kind.SELECT_ONE),
        ("add select one prompt using yn", Kind.SELECT_ONE),
        ("select_multiple yn", Kind.SELECT_MULTIPLE),
        ("select all that apply from yn", Kind.SELECT_MULTIPLE),
        ("rank yn", Kind.RANK),
        ("int", Kind.INTEGER),
        ("Integer", Kind.INTEGER),
        ("decimal", Kind.DECIMAL),
        ("string", Kind.TEXT),
        ("q date", Kind.DATE),
        ("add note prompt", Kind.NOTE),
        ("trigger", Kind.ACKNOWLEDGE),
        ("photo", Kind.IMAGE),
        ("add audio prompt", Kind.AUDIO),
        ("gps", Kind.GEOPOINT),
        ("percentage", Kind.INTEGER),
        ("phone number", Kind.TEXT),
    ],
)
def test_a_type_may_be_written_in_every_way_that_pyxform_takes(load, written: str, kind) -> None:
    survey = load(table("type | name | label", f"{written} | q | Q") + YES_NO).survey
    assert survey.questions[0].kind is kind


@pytest.mark.parametrize(
    "heads",
    [
        "type | name | label | relevant | constraint_message | required",
        "Type | Name | Caption | Relevance | Constraint Message | Required",
        "command | tag | label::English (en) | bind::relevant | error | bind::required",
        "type | value | label:en | bind:relevant | constraining_message:en | required",
        "type | name | label::en | relevant | bind::jr:constraintMsg::en | required",
        "type | name | label:English | relevant | bind:jr:constraintMsg:English | required",
        "type | name | label:: English(en) | relevant | error::English (en) | required",
    ],
)
def test_a_heading_may_be_written_in_every_way_that_pyxform_takes(load, heads: str) -> None:
    imported = load(table(heads, "integer | a | A", "text | q | Q | ${a} > 1 | No. | TRUE"))
    question = imported.survey.questions[1]
    assert question.relevant[0].source == "${a} > 1"
    assert question.constraint_message.source == "No."
    assert question.required
    assert imported.survey.source_language == "en"


def test_typographic_quotes_and_spaces_of_a_word_processor_are_put_right(load) -> None:
    survey = load(
        table(
            "type | name | label | relevant",
            "text | a | It’s “fine” |",
            "text | b | B | ${a} = ‘x’ or ${a} = “y”",
        )
    ).survey
    assert survey.questions[1].relevant[0].source == "${a} = 'x' or ${a} = \"y\""
    assert survey.questions[0].label.source == "It’s “fine”"


def test_settings_may_be_written_in_every_way_that_pyxform_takes(load) -> None:
    head = table("type | name | label", "text | q | Q")
    for row in ("form_id | form_title | version", "id_string | title | version"):
        imported = load(head + f"| settings |\n| | {row} |\n| | clinic_2 | Our clinic | 5 |\n")
        assert (imported.survey.form_id, imported.survey.title) == ("clinic_2", "Our clinic")
        assert imported.survey.version == "5"


@pytest.mark.parametrize(
    ("given", "form_id"),
    [
        ("My clinic (new)!", "My_clinic_new"),
        ("2026 round", "form_2026_round"),
        ("استبيان", "form"),
        ("x" * 90, "x" * 64),
        ("http://example.org/a", "http_example_org_a"),
    ],
)
def test_a_form_id_becomes_a_name_that_a_file_can_have(load, given: str, form_id: str) -> None:
    settings = f"| settings |\n| | form_id |\n| | {given} |\n"
    imported = load(table("type | name | label", "text | q | Q") + settings)
    assert imported.survey.form_id == form_id
    assert f"`{given}` becomes `{form_id}`" in notes(imported)


def test_without_a_form_id_the_file_names_the_form(load) -> None:
    imported = load(table("type | name | label", "text | q | Q"), "Our clinic.v2.md")
    assert imported.survey.form_id == "Our_clinic_v2"


def test_settings_that_do_nothing_here_are_said(load) -> None:
    tables = table("type | name | label", "text | q | Q") + (
        "| settings |\n| | form_id | style | public_key |\n| | a | pages | MII |\n| | b | | |\n"
    )
    said = notes(load(tables))
    assert 'sheet settings, row 6, column C "style": `style` does nothing here' in said
    assert 'column D "public_key"' in said
    assert "sheet settings, row 7: only the first row of settings is read" in said


# Languages


def test_every_language_but_the_source_becomes_a_catalogue(load) -> None:
    imported = load(
        table(
            "type | name | label::English (en) | label::Bengali (bn) | hint | hint::bn",
            "select_one yn | q | Well? | ভালো? | Say yes | হ্যাঁ বলুন",
        )
        + "| choices |\n| | list name | value | label::English | label::বাংলা |\n"
        "| | yn | yes | Yes | হ্যাঁ |\n| | yn | no | No | না |\n"
    )
    assert imported.survey.source_language == "en"
    texts = {key: text for key, (text, _) in imported.catalogues["bn"].items()}
    assert texts == {
        ("clinic/q", "Well?"): "ভালো?",
        ("clinic/q", "Say yes"): "হ্যাঁ বলুন",
        ("clinic/yn/yes", "Yes"): "হ্যাঁ",
        ("clinic/yn/no", "No"): "না",
    }
    assert imported.notes == []


def test_the_default_language_begins_the_conversation_and_english_stays_the_source(load) -> None:
    imported = load(
        table("type | name | label | label::English (en)", "text | q | کیوں؟ | Why?")
        + "| settings |\n| | default_language |\n| | Urdu (ur) |\n"
    )
    assert imported.survey.default_language == "ur"
    assert imported.survey.source_language == "en"
    assert imported.survey.questions[0].label.source == "Why?"
    assert imported.catalogues["ur"]["clinic/q", "Why?"][0] == "کیوں؟"


def test_a_form_without_english_is_written_in_its_default_language(load) -> None:
    imported = load(
        table(
            "type | name | label::French (fr) | label::Polish (pl)",
            "text | q | Pourquoi ? | Czemu?",
        )
    )
    assert imported.survey.source_language == imported.survey.default_language == "fr"
    assert set(imported.catalogues) == {"pl"}
    assert "there is no English here, so the words in French (fr) are the source" in notes(imported)


def test_a_form_that_names_no_language_is_taken_to_be_english_and_says_so(load) -> None:
    imported = load(table("type | name | label", "text | q | Q"))
    assert imported.survey.source_language == "en"
    assert "words that no language is named for are taken to be English" in notes(imported)


def test_the_default_language_names_the_language_of_plain_columns(load) -> None:
    settings = "| settings |\n| | default_language |\n| | pl |\n"
    imported = load(table("type | name | label", "text | q | Czemu?") + settings)
    assert imported.survey.source_language == "pl"


def test_a_default_language_without_words_is_not_used(load) -> None:
    settings = "| settings |\n| | default_language |\n| | Somali (so) |\n"
    imported = load(table("type | name | label::English (en)", "text | q | Q") + settings)
    assert imported.survey.default_language == "en"
    assert "no words are in `Somali (so)`" in notes(imported)


def test_two_columns_of_one_language_are_not_both_read(load) -> None:
    imported = load(
        table("type | name | label | label::English (en)", "text | q | Old | New"),
    )
    assert imported.survey.questions[0].label.source == "New"
    assert 'column D "label" (q): another column has the words of this language' in notes(imported)
    with_audio = load(
        table(
            "type | name | label::English (en) | media::audio::English (en) | media::audio::en",
            "text | q | New | a.ogg | b.ogg",
        )
    )
    assert with_audio.survey.questions[0].audio == (("en", "a.ogg"),)
    assert "another column has this for the same language" in notes(with_audio)


def test_a_language_that_is_not_ours_is_kept_and_said(load) -> None:
    imported = load(
        table(
            "type | name | label::English (en) | label::Kinyarwanda (rw) | label::Klingon | label::zh",
            "text | q | Why? | Kubera iki? | qatlh | 为什么",
        )
    )
    assert set(imported.catalogues) == {"rw", "x-klingon", "zh"}
    for code in ("rw", "x-klingon", "zh"):
        assert f"`{code}` is not one of our languages" in notes(imported)


def test_half_a_translation_is_said_row_by_row(load) -> None:
    imported = load(
        table(
            "type | name | label::English (en) | label::Bengali (bn)",
            "text | a | A | ক",
            "text | b | B | ",
            "text | c | C | ",
        )
        + YES_NO.replace("label", "label::English (en)")
    )
    assert (
        'sheet survey, rows 4, 5, column E "label::Bengali (bn)": there is no `label` in Bengali (bn)'
        in notes(imported).replace("column D", "column E")
    )


def test_languages_in_the_choices_alone_are_missing_from_the_questions(load) -> None:
    imported = load(
        table("type | name | label", "select_one yn | q | Q")
        + "| choices |\n| | list_name | name | label::English (en) | label::Urdu (ur) |\n"
        "| | yn | yes | Yes | جی |\n| | yn | no | No | نہیں |\n"
    )
    assert set(imported.catalogues) == {"ur"}
    assert "sheet survey, row 3 (q): there is no `label` in Urdu (ur)" in notes(imported)


def test_a_translation_without_its_source_is_refused_and_a_hint_left_out(load) -> None:
    head = "type | name | label::English (en) | label::Bengali (bn) | hint::Bengali (bn)"
    (problem,) = refused(load, table(head, "text | a | A | ক |", "text | b |  | খ | গ"))
    assert 'row 4, column E "label::Bengali (bn)" (b): there is no `label` in English' in (
        problem.replace("column D", "column E")
    )
    imported = load(table(head, "text | b | B | খ | গ"))
    assert "there is no `hint` in English (en) here" in notes(imported)
    assert imported.survey.questions[0].hint is None


def test_a_translation_that_mentions_other_answers_is_left_out(load) -> None:
    imported = load(
        table(
            "type | name | label::English (en) | label::bn",
            "text | who | Who? | কে?",
            "text | why | Why, ${who}? | কেন, ${whom}?",
        )
    )
    assert ("clinic/why", "Why, ${who}?") not in imported.catalogues["bn"]
    assert "bn mentions other questions than en, so it is left out" in notes(imported)


def test_the_same_english_with_two_translations_has_one(load) -> None:
    imported = load(
        table(
            "type | name | label::en | label::bn | hint::en | hint::bn",
            "text | q | Why? | কেন? | Why? | কেন এমন?",
        )
    )
    assert "the same en words stand for other bn ones: those are used" in notes(imported)


def test_shorter_words_may_be_in_one_language_alone(load) -> None:
    imported = load(
        table(
            "sms::bn | type | name | label::en | label::bn",
            "কেন? | text | q | Why is that so? | এটা এমন কেন?",
        )
    )
    (question,) = imported.survey.questions
    assert question.sms.source == "Why is that so?"
    assert imported.catalogues["bn"]["clinic/q/sms", "Why is that so?"][0] == "কেন?"


# Our own columns


def test_our_own_columns_are_read(load) -> None:
    imported = load(
        table(
            "type | name | label | purpose | no_message | max_retries | media::audio::bn | template::en",
            "select_one yn | ok | Agree? | Consent | Fine. | 2 | ok.ogg | HX12",
        )
        + "| choices |\n| | list_name | name | label | replies | replies::bn | whatsapp_button |\n"
        "| | yn | yes | Yes please | sure; of course | জি, আচ্ছা | Yes |\n| | yn | no | No | | | |\n"
    )
    (question,) = imported.survey.questions
    assert question.purpose is Purpose.CONSENT
    assert question.no_message.source == "Fine."
    assert question.attempts == 2
    assert question.audio == (("bn", "ok.ogg"),)
    assert question.template == (("en", "HX12"),)
    assert question.choices[0].replies == (("en", ("sure", "of course")), ("bn", ("জি", "আচ্ছা")))
    assert question.choices[0].button.source == "Yes"


def test_a_list_called_languages_is_a_list_unless_it_is_the_menu(load) -> None:
    lists = (
        "| choices |\n| | list_name | name | label |\n| | languages | bn | Bengali |\n"
        "| | languages | ur | Urdu |\n"
    )
    imported = load(table("type | name | label", "select_one languages | q | Which?") + lists)
    (question,) = imported.survey.questions
    assert question.list_name == "languages_list"
    assert [choice.name for choice in question.choices] == ["bn", "ur"]
    assert "the list `languages` becomes `languages_list`" in notes(imported)
    menu = table("type | name | label | purpose", "select_one languages | q | Which? | language")
    (question,) = load(menu + lists).survey.questions
    assert (question.list_name, question.choices) == ("languages", ())


# What has no effect, and what can not be done


def test_what_has_no_effect_is_said_by_row_and_column(load) -> None:
    imported = load(
        table(
            "type | name | label | appearance | media::image | guidance_hint | colour | trigger",
            "text | a | A | multiline | a.png | Look. | red |",
            "text | b | B | multiline | | | | ${a}",
        )
        + YES_NO
    )
    said = notes(imported)
    assert 'rows 3, 4, column E "appearance": `appearance` is not used' in said
    assert 'row 3, column F "media::image": `media::image` is not used' in said
    assert 'column G "guidance_hint"' in said
    assert 'column H "colour": `colour` is not a column of XLSForm, so it is not read' in said
    assert 'row 4, column I "trigger"' in said
    assert "sheet choices, row 3 (yn): no question uses this list" in said.replace("row 7", "row 3")


@pytest.mark.parametrize(
    "kind", ["start", "end", "today", "deviceid", "username", "audit", "background-audio", "hidden"]
)
def test_what_a_phone_notes_about_itself_is_left_out_and_said(load, kind: str) -> None:
    imported = load(table("type | name | label", f"{kind} | meta |", "text | q | Q"))
    assert [question.name for question in imported.survey.questions] == ["q"]
    assert f"`{kind}` is left out" in notes(imported)


def test_today_and_start_are_worked_out_where_they_are_used(load) -> None:
    imported = load(
        table(
            "type | name | label | constraint",
            "today | day | |",
            "start | begun | |",
            "date | q | When? | . <= ${day} and string-length(${begun}) > 1",
        )
    )
    assert [q.kind for q in imported.survey.questions[:2]] == [Kind.CALCULATE] * 2
    assert "`today` is worked out as `today()`" in notes(imported)


def test_metadata_that_is_used_and_not_known_is_refused(load) -> None:
    (problem,) = refused(
        load, table("type | name | label", "deviceid | id |", "note | n | Your phone is ${id}.")
    )[:1]
    assert "`deviceid` is not known in a conversation: take `${id}` out of the form" in problem


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("barcode | q | Q", "`barcode` can not be asked in a conversation: ask for the number"),
        ("geotrace | q | Q", "`geotrace` can not be asked in a conversation"),
        ("dateTime | q | Q", "`dateTime` can not be asked in a conversation: ask for a `date`"),
        ("time | q | Q", "`time` can not be asked in a conversation"),
        ("video | q | Q", "ask for an `image` or an `audio`"),
        ("select_one_from_file a.csv | q | Q", "put the options into `choices`"),
        ("select_one_external a | q | Q", "put the options into `choices`"),
        ("csv-external | q | Q", "a conversation has no data files"),
        ("cascading_select a | q | Q", "write a `choice_filter`"),
        ("begin loop over x | q | Q", "a loop can not be asked"),
        ("select_one ${who} | q | Q", "a conversation can not offer earlier answers"),
        ("select_one | q | Q", "it needs the name of a list in `choices` after it"),
        ("intger | q | Q", "`intger` is not a type of question; is `integer` meant?"),
        ("quantum | q | Q", "`quantum` is not a type of question"),
        ("form_id | q | Q", "`form_id` belongs to the sheet `settings`"),
        ("include | q | Q", "copy the rows of the other form"),
        (" | q | Q", "a row needs a `type`"),
        (" | | Q", "a row needs a `type`"),
        ("text | q q | Q", "a row needs a `name` of letters, digits, _ and -"),
        ("text | | Q", "a row needs a `name`"),
        ("text | q |", "a question needs a `label`"),
        ("end group | | ", "`end_group` without a `begin_group`"),
        ("begin group | g | G", "`begin_group` without an `end_group`"),
        ("begin repeat | g | G", "a repeat needs a `repeat_count`"),
        ("select_one nope | q | Q", "there is no list `nope` under `choices`"),
        ("note | n | Hello ${later}", "the words mention `${later}`, which is not asked before"),
    ],
)
def test_what_a_conversation_can_not_do_is_refused_by_row_and_column(load, rows, problem) -> None:
    said = refused(load, table("type | name | label", rows))
    assert all(line.startswith("clinic.md: sheet survey, row 3") for line in said), said
    assert any(problem in line for line in said), said


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("relevant", "pulldata('a', 'b', 'c', 'd') = 1", "a conversation has no data files"),
        ("calculation", "1 + 1", "what is calculated is not asked"),
        ("constraint", ". > ${last-saved#q}", "nothing is kept from one participant to the next"),
        ("constraint", "jr:choice-name(., 'x') = ''", "shows the label already"),
        ("constraint", "../a > 1", "not a path or a bare word"),
        ("relevant", "${later} = 1", "looks at `later`, which is not asked before it"),
        ("default", "random()", "nothing else is drawn here"),
        ("appearance", "search('fruits')", "`search()` is refused"),
        ("purpose", "fun", "`purpose` is one of"),
    ],
)
def test_what_a_cell_can_not_say_is_refused_by_its_column(load, column, cell, problem) -> None:
    said = refused(load, table(f"type | name | label | {column}", f"integer | q | Q | {cell}"))
    assert any(problem in line and f'column E "{column}"' in line for line in said), said


def test_every_problem_of_a_form_is_told_at_once(load) -> None:
    said = refused(
        load,
        table(
            "type | name | label | relevant",
            "barcode | a | A |",
            "text | b | B | ${",
            "text | c |  |",
        ),
    )
    assert [line.split(",")[1] for line in said] == [" row 3", " row 4", " row 5"]


# Small adjustments


def test_a_range_is_a_number_between_its_ends(load) -> None:
    head = "type | name | label | parameters | constraint"
    imported = load(
        table(
            head,
            "range | a | A | start=0 end=10 step=2 |",
            "range | b | B | start=0.5;end=2;step=0.5;labelled=yes | . != 1",
            "range | c | C | |",
        )
    )
    a, b, c = imported.survey.questions
    assert (a.kind, a.minimum, a.maximum) == (Kind.INTEGER, 0, 10)
    assert a.constraint.source == ". >= 0 and . <= 10 and (. - 0) mod 2 = 0"
    assert (b.kind, b.minimum, b.maximum) == (Kind.DECIMAL, 0.5, 2)
    assert b.constraint.source.startswith("(. != 1) and ")
    assert (c.minimum, c.maximum) == (1, 10)
    assert "`range` is asked as a number from 0 to 10" in notes(imported)
    assert "`labelled`: there is no scale to draw" in notes(imported)


def test_parameters_of_a_screen_are_left_out_and_those_of_the_order_kept(load) -> None:
    imported = load(
        table(
            "type | name | label | parameters",
            "select_one yn | a | A | randomize=true, seed=3 ",
            "image | b | B | max-pixels=640",
        )
        + YES_NO
    )
    assert imported.survey.questions[0].randomize
    assert imported.survey.questions[0].seed.source == "3"
    assert "`max-pixels` in `parameters` is not used" in notes(imported)


def test_what_is_read_only_is_said_and_what_is_calculated_is_not_asked(load) -> None:
    imported = load(
        table(
            "type | name | label | readonly | calculation | default | required",
            "text | shown | See this | yes | | x | yes",
            "integer | sum | | | 1 + 1 | 3 |",
            "text | both | Sum | yes | 1 + 1 | |",
            "calculate | copy | never said | | | 'a' |",
            "note | | Hello | | | x |",
            "note | silent | | | | |",
            "text | q | Q | no | | | ${sum} = 2",
        )
    )
    kinds = {question.name: question.kind for question in imported.survey.questions}
    assert kinds == {
        "shown": Kind.NOTE,
        "sum": Kind.CALCULATE,
        "both": Kind.CALCULATE,
        "copy": Kind.CALCULATE,
        "generated_note_name_7": Kind.NOTE,
        "q": Kind.TEXT,
    }
    said = notes(imported)
    assert "what is read only is said, not asked" in said
    assert "what is calculated is never asked, so its `default` is not used" in said
    assert "a calculation is never shown" in said
    assert "a note without words is not said" in said
    assert "`default` does nothing on a `note`" in said
    assert "`required` that depends on answers is not used" in said


def test_a_hint_alone_is_the_question(load) -> None:
    imported = load(
        table("type | name | label::en | hint::en | hint::bn", "text | q | | Your name | নাম")
    )
    (question,) = imported.survey.questions
    assert (question.label.source, question.hint) == ("Your name", None)
    assert imported.catalogues["bn"]["clinic/q", "Your name"][0] == "নাম"
    assert "there is no label, so the hint is the question" in notes(imported)


def test_rows_that_are_switched_off_or_remarks_are_not_read(load) -> None:
    imported = load(
        table(
            "type | name | label | disabled | note",
            "text | a | A | yes |",
            "| | | | ask the doctor first",
            "text | b | B | no |",
        )
    )
    assert [question.name for question in imported.survey.questions] == ["b"]
    assert "this row is disabled" in notes(imported)
    assert "a row without a `type` is a remark" in notes(imported)


def test_groups_and_repeats_keep_what_they_can(load) -> None:
    imported = load(
        table(
            "type | name | label | relevant | repeat_count | hint | appearance",
            "integer | n | N | | 3 | |",
            "begin_group | g | About you | ${n} > 1 | 2 | Say it | field-list",
            "begin repeat | r | | | 2.0 | |",
            "text | q | Q | | | |",
            "end repeat | | | | | |",
            "end group | | | | | |",
        )
    )
    names = [question.name for question in imported.survey.questions]
    assert names == ["n", "g_label", "q_1", "q_2"]
    assert imported.survey.questions[2].headings == ("g_label",)
    said = notes(imported)
    assert "`repeat_count` does nothing on a question" in said
    assert "`repeat_count` does nothing on a group" in said
    assert 'column G "hint" (g): `hint` does nothing here' in said


def test_or_other_is_known_in_its_three_spellings(load) -> None:
    for words in ("or_other", "or other", "or specify other"):
        survey = load(
            table("type | name | label", f"select_one yn {words} | q | Q") + YES_NO
        ).survey
        assert [question.name for question in survey.questions] == ["q", "q_other"]


def test_a_filter_keeps_the_columns_it_looks_at(load) -> None:
    imported = load(
        table(
            "type | name | label | choice_filter",
            "select_one state | state | State |",
            "select_one county | county | County | state = ${state}",
        )
        + "| choices |\n| | list_name | name | label | state | order |\n"
        "| | state | tx | Texas | | 1 |\n| | county | king | King | wa | 2 |\n"
        "| | county | bexar | Bexar | tx | 3 |\n| | | lost | Lost | | |\n"
    )
    county = imported.survey.by_name["county"]
    assert [choice.attributes for choice in county.choices] == [
        (("state", "wa"),),
        (("state", "tx"),),
    ]
    said = notes(imported)
    assert "no `choice_filter` looks at `order`, so it is not kept" in said
    assert "an option without a `list_name` is in no list" in said


def test_pictures_and_further_languages_of_options_are_said(load) -> None:
    imported = load(
        table("type | name | label", "select_one yn | q | Q")
        + "| choices |\n| | list_name | name | label | media::image | state::bn | hint |\n"
        "| | yn | yes | Yes | yes.png | x | really |\n"
    )
    said = notes(imported)
    assert "`media::image` is not used" in said
    assert "no `choice_filter` looks at `state::bn`" in said
    assert "`hint` does nothing here" in said


def test_an_instrument_may_be_written_as_a_row(load) -> None:
    imported = load(
        table(
            "type | name | label | items | relevant | hint",
            "text | q | Q | | |",
            "instrument ons4 | | | ons4_happy | ${q} != '' | Look",
        )
    )
    assert [question.name for question in imported.survey.questions] == ["q", "ons4_happy"]
    assert [i.name for i in imported.survey.instruments] == ["ons4"]


# Cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (5.0, "5"),
        (5.25, "5.25"),
        (5, "5"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 3, 14), "2026-03-14"),
        (
            datetime(2026, 3, 14),  # noqa: DTZ001
            "2026-03-14",
        ),
        (
            datetime(2026, 3, 14, 9, 30),  # noqa: DTZ001
            "2026-03-14 09:30:00",
        ),
        (time(9, 30), "09:30:00"),
        ("  a\xa0b\r\nc ", "a b\nc"),
    ],
)
def test_a_cell_is_read_as_its_author_sees_it(value, text: str) -> None:
    assert cell_text(value) == text


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_a_sheet_is_a_value() -> None:
    assert Sheet("survey", []) == Sheet("survey", [])


# Files


def test_a_survey_and_its_catalogues_are_written_and_found_again(
    xlsforms: XlsForms, tmp_path: Path
) -> None:
    survey = [
        ["type", "name", "label::English (en)", "label::Bengali (bn)"],
        ["text", "q", "Why?", "কেন?"],
    ]
    book = write(tmp_path / "clinic.xlsx", simple(survey=survey, choices=[["list_name"]]))
    imported = xlsforms.load(book)
    saved = xlsforms.save(imported, tmp_path / "out")
    assert saved.script == tmp_path / "out" / "clinic.yaml"
    assert [path.name for path in saved.catalogues] == ["clinic.bn.po"]
    po = saved.catalogues[0].read_text(encoding="utf-8")
    assert "# imported from clinic.xlsx, sheet survey, row 2; not reviewed" in po
    assert "not reviewed by anyone here yet" in po.splitlines()[0]
    loaded = SurveyFiles().load(str(saved.script))
    assert loaded.catalogues == {"bn": {("clinic/q", "Why?"): "কেন?"}}
    assert loaded.survey.title == "At the clinic"
    assert "# Imported from clinic.xlsx" in loaded.source


def test_files_that_differ_are_not_written_over_unasked(xlsforms: XlsForms, tmp_path: Path) -> None:
    from bot.gateways.xlsform_files import AlreadyThere

    imported = xlsforms.load(write(tmp_path / "clinic.xlsx", simple()))
    script = xlsforms.save(imported, tmp_path).script
    xlsforms.save(imported, tmp_path)  # the same again is no change
    script.write_text("mine", encoding="utf-8")
    with pytest.raises(AlreadyThere, match=r"another clinic\.yaml; --replace writes over it"):
        xlsforms.save(imported, tmp_path)
    xlsforms.save(imported, tmp_path, replace=True)
    assert "mine" not in script.read_text(encoding="utf-8")
