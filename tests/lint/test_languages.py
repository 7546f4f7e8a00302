"""What is said about one language, and what about several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import PHRASES, Voices
from flows.lint import Severity, lint
from flows.reading import Read, Unread, Why
from flows.spoken import texts_to_record
from tests.lint.conftest import LISTS, Check, survey_of
from tests.support.talk import NOW, marked

NAMED = (
    "  - {type: text, name: name, label: 'Your name?'}\n"
    "  - {type: text, name: why, label: 'Why, ${name}?'}\n"
)


def test_what_a_demanded_language_lacks_is_an_error(check: Check) -> None:
    gone = {"bn": {"small/why": "", "bot/thank-you": ""}}
    report = check(NAMED, languages=["en", "bn"], said=gone, demanded=["bn"])
    severities = {f.rule: f.severity for f in report.findings if f.language == "bn"}
    assert severities["untranslated"] is severities["phrases-untranslated"] is Severity.ERROR
    assert check(NAMED, languages=["en", "bn"], said=gone).ok
    assert report.languages["bn"].untranslated == ("small/why", "bot/thank-you")
    nothing = {"bn": {"small/why": "", "small/name": ""}}
    assert not check(NAMED, languages=["en", "bn"], said=nothing, demanded=["bn"]).ok


def test_a_translation_left_aside_for_its_placeholders_is_not_called_missing(
    voices: Voices, surveys: SurveyFiles
) -> None:
    survey = survey_of(NAMED, surveys.instruments)
    family = marked(voices, survey, ["en", "bn"])
    why = survey.by_name["why"].label
    assert why is not None
    key = (why.context, why.source)
    used = {found: text for found, text in family["bn"].catalogue.items() if found != key}
    written = {**used, key: "কেন, ${nmae}?"}
    object.__setattr__(family["bn"], "catalogue", used)
    report = lint(
        survey,
        languages=family,
        instruments=surveys.instruments,
        phrases=PHRASES,
        now=NOW,
        catalogues={"bn": written},
    )
    found = {f.rule: f.message for f in report.findings if f.language == "bn"}
    assert found.keys() == {"placeholder-mismatch"}
    assert "`${name}`, `${nmae}`" in found["placeholder-mismatch"]


def test_a_text_that_a_spoken_language_lacks_is_a_recording(
    voices: Voices, surveys: SurveyFiles
) -> None:
    survey = survey_of(NAMED, surveys.instruments)
    said = [name for name in texts_to_record(survey, ()) if name != "small/why"]
    family = dict(voices.family(["en", "pnb"]))
    family["pnb"] = replace(family["pnb"], recordings=dict.fromkeys(said, "digest"))
    report = lint(
        survey, languages=family, instruments=surveys.instruments, phrases=PHRASES, now=NOW
    )
    (found,) = [one for one in report.findings if one.rule == "untranslated"]
    assert found.message == "pnb has no recording of “Why, ${name}?”."


def test_a_long_source_is_shortened_in_a_message(check: Check) -> None:
    rows = f"  - {{type: text, name: why, label: {'word ' * 40}}}\n  - {{type: text, name: b, label: B}}\n"
    report = check(rows, languages=["en", "bn"], said={"bn": {"small/why": ""}})
    (found,) = [f for f in report.findings if f.rule == "untranslated"]
    assert len(found.message) < 120
    assert "…”" in found.message


def test_a_list_shared_by_questions_is_looked_at_once(check: Check) -> None:
    rows = (
        "  - {type: select_one ends, name: a, label: 'A?'}\n"
        "  - {type: select_one ends, name: b, label: 'B?'}\n"
        f"{LISTS}  ends: [{{name: x, label: Stop}}, {{name: y, label: Go on}}]\n"
    )
    found = [f for f in check(rows).findings if f.rule == "option-is-command"]
    assert [(f.question, f.option) for f in found] == [("a", "x")]


def test_a_filtered_list_may_have_the_same_words_twice(check: Check) -> None:
    rows = (
        "  - {type: select_one area, name: area, label: 'Where?'}\n"
        "  - {type: select_one place, name: place, label: 'Which?', choice_filter: 'area = ${area}'}\n"
        f"{LISTS}"
        "  area: [{name: north, label: North}, {name: south, label: South}]\n"
        "  place:\n"
        "    - {name: hill, label: Centre, area: north}\n"
        "    - {name: sea, label: Centre, area: south}\n"
        "    - {name: bay, label: centre, area: south}\n"
    )
    found = [f for f in check(rows).findings if f.rule == "options-collide"]
    assert [(f.question, f.option) for f in found] == [("place", "bay")]


def test_further_words_for_an_option_may_not_be_anothers(check: Check) -> None:
    rows = (
        "  - {type: select_one ends, name: a, label: 'A?'}\n"
        f"{LISTS}  ends:\n"
        "    - {name: few, label: Some, 'replies': 'many'}\n"
        "    - {name: lots, label: Many}\n"
    )
    found = [f for f in check(rows).findings if f.rule == "options-collide"]
    assert [(f.question, f.option) for f in found] == [("a", "lots")]


def test_unsure_and_refusing_may_be_options(check: Check) -> None:
    rows = (
        "  - {type: select_one ends, name: a, label: 'A?'}\n"
        f"{LISTS}  ends:\n"
        "    - {name: good, label: Good}\n"
        '    - {name: unsure, label: "I don\'t know"}\n'
        "    - {name: refused, label: Prefer not to say}\n"
    )
    assert "option-is-command" not in {f.rule for f in check(rows).findings}


TWO = (
    "  - {type: %s ends, name: a, label: 'A?'}\n"
    f"{LISTS}  ends: [{{name: x, label: Few}}, {{name: y, label: Many}}]\n"
)


@pytest.mark.parametrize(
    ("reader", "kind"), [("read_choice", "select_one"), ("read_choices", "select_multiple")]
)
def test_readers_that_do_not_understand_an_option_are_told_on(
    check: Check, monkeypatch: pytest.MonkeyPatch, reader: str, kind: str
) -> None:
    # The readers are good at what they were shown: only worse ones show that the rule would bite.
    monkeypatch.setattr(f"flows.lint.options.{reader}", lambda *_: Unread(Why.UNKNOWN))
    found = {(f.rule, f.option): f for f in check(TWO % kind).findings}
    assert found["option-not-read", "x"].severity is Severity.WARNING
    assert "“Few” is asked again" in found["option-not-read", "x"].message
    assert found["numbers-in-labels", "y"].severity is Severity.WARNING
    assert "types 2 for “Many” is asked again" in found["numbers-in-labels", "y"].message
    value = "y" if kind == "select_one" else ("y",)
    monkeypatch.setattr(f"flows.lint.options.{reader}", lambda *_: Read(value, "label"))
    found = {(f.rule, f.option): f for f in check(TWO % kind).findings}
    assert found["option-not-read", "x"].severity is Severity.ERROR
    assert "“Few” is understood as `y`" in found["option-not-read", "x"].message
    assert found["numbers-in-labels", "x"].severity is Severity.ERROR
    assert not {("option-not-read", "y"), ("numbers-in-labels", "y")} & found.keys()


@pytest.mark.parametrize("kind", ["select_one", "select_multiple"])
def test_our_own_readers_understand_options(check: Check, kind: str) -> None:
    found = {f.rule for f in check(TWO % kind).findings}
    assert not {"option-not-read", "numbers-in-labels"} & found


def test_a_language_with_half_a_list_is_not_judged_by_it(check: Check) -> None:
    rows = "  - {type: select_one colour, name: shade, label: 'Which?'}\n"
    said = {"bn": {"small/colour/red": "", "small/colour/green": "বন্ধ"}}
    report = check(rows, languages=["en", "bn"], said=said)
    assert "option-is-command" not in {f.rule for f in report.findings}


def test_the_language_menu_is_as_long_as_it_is(check: Check) -> None:
    rows = "  - {type: select_one languages, name: t, purpose: language, label: 'Which?'}\n"
    codes = ["en", "bn", "ur", "so", "ar", "fr", "pl", "ro", "sw", "am", "ti", "ps"]
    report = check(rows, languages=codes)
    assert not {"whatsapp-options", "whatsapp-label"} & {f.rule for f in report.findings}
