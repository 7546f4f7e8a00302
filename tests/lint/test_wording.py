"""Scales and wording: what the rules' table in test_rules.py does not say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.gateways.files import SurveyFiles
from flows.lint import Report
from flows.survey import Question, Survey
from flows.wording import Wording
from tests.lint.conftest import LISTS, Check, survey_of


def rules(report: Report, question: str) -> set[str]:
    return {f.rule for f in report.findings if f.question == question}


def changed(survey: Survey, name: str, **fields: object) -> Survey:
    def edited(question: Question) -> Question:
        return replace(question, **fields) if question.name == name else question  # type: ignore[arg-type]

    return replace(survey, questions=tuple(map(edited, survey.questions)))


@pytest.fixture
def wellbeing(surveys: SurveyFiles) -> Survey:
    return surveys.load("wellbeing").survey


def test_exact_words_are_not_changed_ones(check: Check, wellbeing: Survey) -> None:
    assert "instrument-changed" not in {f.rule for f in check(wellbeing).findings}


def test_one_changed_word_of_a_scale_is_found(check: Check, wellbeing: Survey) -> None:
    label = Wording("who5/who5_1", "I have felt cheerful and in great spirits")
    report = check(changed(wellbeing, "who5_1", label=label))
    assert "instrument-changed" in rules(report, "who5_1")
    assert "instrument-changed" not in rules(report, "who5_2")
    assert report.ok


def test_a_changed_option_of_a_scale_is_found(check: Check, wellbeing: Survey) -> None:
    choices = wellbeing.by_name["who5_1"].choices[::-1]
    report = check(changed(wellbeing, "who5_1", choices=choices))
    assert "instrument-changed" in rules(report, "who5_1")


def test_a_scales_question_that_the_scale_does_not_have_is_found(
    check: Check, wellbeing: Survey
) -> None:
    report = check(changed(wellbeing, "matters", instrument="who5"))
    assert "instrument-changed" in rules(report, "matters")


def test_a_change_that_is_marked_is_said(check: Check, wellbeing: Survey) -> None:
    report = check(changed(wellbeing, "who5_1", instrument=None, instrument_changed="who5"))
    assert "instrument-changed" in rules(report, "who5_1")


def test_a_locked_scale_is_refused_under_any_name(check: Check, wellbeing: Survey) -> None:
    report = check(changed(wellbeing, "matters", instrument="swemwbs"))
    assert "instrument-closed" in rules(report, "matters")
    assert not report.ok


def test_a_whole_survey_in_hard_english_is_said(check: Check) -> None:
    row = "  - {{type: text, name: t{0}, label: Administrative reconsideration necessitates number {0}}}\n"
    report = check("".join(row.format(n) for n in range(4)))
    assert report.reading_age is not None
    assert report.reading_age > 11
    assert [f for f in report.findings if f.rule == "reading-age" and f.question is None]


def test_other_languages_than_english_have_no_reading_age(check: Check) -> None:
    rows = "  - {type: text, name: why, label: Quelles considérations administratives vous concernent}\n"
    french = replace(survey_of(rows, {}), source_language="fr")
    report = check(french)
    assert report.reading_age is None
    assert "reading-age" not in rules(report, "why")


def test_the_follow_ups_of_two_lists_ask_the_same_on_purpose(check: Check) -> None:
    report = check(
        "  - {type: select_one colour or_other, name: shade, label: 'Which?'}\n"
        "  - {type: select_one colour or_other, name: tint, label: 'And which next?'}\n"
    )
    assert "asked-twice" not in {f.rule for f in report.findings}


def test_the_rounds_of_a_repeat_ask_the_same_on_purpose(check: Check) -> None:
    report = check(
        "  - {type: begin_repeat, name: child, repeat_count: 2}\n"
        "  - {type: text, name: name, label: 'What do you call the child?'}\n"
        "  - {type: end_repeat, name: child}\n"
    )
    assert "asked-twice" not in {f.rule for f in report.findings}


@pytest.mark.parametrize(
    "way_out", ["{name: refused, label: Leave it}", "{name: no, label: Prefer not to say}"]
)
def test_a_sensitive_question_may_be_required_when_it_offers_a_way_out(
    check: Check, way_out: str
) -> None:
    rows = "  - {type: select_one faiths, name: faith, label: 'Religion?', required: yes}\n"
    lists = f"{LISTS}  faiths: [{{name: some, label: Some}}, {{name: none, label: None}}"
    assert "required-sensitive" in rules(check(f"{rows}{lists}]\n"), "faith")
    assert "required-sensitive" not in rules(check(f"{rows}{lists}, {way_out}]\n"), "faith")


def test_an_instrument_that_is_required_is_sensitive(check: Check, wellbeing: Survey) -> None:
    report = check(changed(wellbeing, "ons4_satisfied", required=True))
    assert "required-sensitive" in rules(report, "ons4_satisfied")
    consent = check(changed(wellbeing, "consent", required=True))
    assert "required-sensitive" not in rules(consent, "consent")


def test_a_harmless_question_may_be_required(check: Check) -> None:
    report = check("  - {type: text, name: why, label: 'Which colour?', required: yes}\n")
    assert rules(report, "why") == set()


def test_a_shorter_button_heals_a_long_label(check: Check) -> None:
    rows = "  - {type: select_one long, name: pick, label: 'Which?'}\n"
    lists = f"{LISTS}  long: [{{name: a, label: A colour like the blue sky%s}}, {{name: b, label: B}}]\n"
    assert "whatsapp-label" in rules(check(rows + lists % ""), "pick")
    short = ", 'whatsapp_button': Sky"
    assert "whatsapp-label" not in rules(check(rows + lists % short), "pick")
