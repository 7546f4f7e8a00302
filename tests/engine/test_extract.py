"""What translators get is exactly what is looked up when the bot speaks."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from bot.gateways.files import SurveyFiles
from bot.gateways.voices import PHRASES
from flows.extract import extract
from flows.language import usable
from flows.wording import Wording, placeholders

ROOT = Path(__file__).resolve().parents[2]


def extracted(name: str) -> set[tuple[str, str]]:
    with (ROOT / "flows" / name).open("rb") as file:
        return {message[2] for message in extract(file, (), (), {})}


@pytest.mark.parametrize("name", ["wellbeing", "initiative"])
def test_every_text_of_a_survey_is_extracted_under_the_name_it_is_looked_up_by(
    surveys: SurveyFiles, name: str
) -> None:
    survey = surveys.load(name).survey
    found = extracted(f"surveys/{name}.yaml")
    for instrument in survey.instruments:
        found |= extracted(f"instruments/{instrument.name}.yaml")
    assert {(wording.context, wording.source) for wording in survey.wordings()} <= found


def test_nothing_of_a_survey_is_extracted_that_is_never_said(surveys: SurveyFiles) -> None:
    survey = surveys.load("wellbeing").survey
    said = {(wording.context, wording.source) for wording in survey.wordings()}
    assert extracted("surveys/wellbeing.yaml") <= said


def test_a_validated_scale_is_marked_as_such_for_its_translators() -> None:
    with (ROOT / "flows/instruments/who5.yaml").open("rb") as file:
        messages = list(extract(file, (), (), {}))
    assert all(notes == ["WHO-5 Well-Being Index: exact wording of a validated scale."]
               for *_, notes in messages)  # fmt: skip
    assert all(line > 1 for line, *_ in messages)


def test_an_empty_survey_has_nothing_to_extract() -> None:
    assert list(extract(io.BytesIO(b"settings: {form_id: a}"), (), (), {})) == []
    assert list(extract(io.BytesIO(b"other: thing"), (), (), {})) == []


def test_babel_finds_our_extractor_by_its_name() -> None:
    found = list(
        extract_from_dir(
            str(ROOT / "flows" / "surveys"), method_map=[("**.yaml", "flows.extract:extract")]
        )
    )
    texts = {(context, text) for _, _, text, _, context in found}
    assert ("wellbeing/area", "Which area do you live in?") in texts


def test_the_template_for_translators_holds_every_text(surveys: SurveyFiles) -> None:
    from babel.messages.pofile import read_po

    with (ROOT / "locales/survey.pot").open("rb") as file:
        template = {(message.context, message.id) for message in read_po(file)}
    for name in surveys.names():
        wordings = surveys.load(name).survey.wordings()
        assert {(wording.context, wording.source) for wording in wordings} <= template
    assert {(phrase.context, phrase.source) for phrase in PHRASES} <= template


def test_every_phrase_has_a_name_of_its_own() -> None:
    assert len({phrase.context for phrase in PHRASES}) == len(PHRASES)
    assert all(phrase.context.startswith("bot/") for phrase in PHRASES)


@pytest.mark.parametrize(
    ("context", "translation", "good"),
    [
        ("bot/number", "যেমন {example}", True),
        ("bot/number", "যেমন", False),
        ("bot/number", "যেমন {exampel}", False),
        ("bot/number", "যেমন {example} {more}", False),
        ("bot/number", "যেমন {example", False),
        ("bot/number", "  ", False),
        ("wellbeing/area", "", False),
        ("wellbeing/area", "যা খুশি {", True),
    ],
)
def test_a_translation_with_other_placeholders_is_not_used(
    context: str, translation: str, good: bool
) -> None:
    assert usable(Wording(context, "for example {example}"), translation) is good


def test_placeholders_are_found() -> None:
    assert placeholders("{a} and {b} {{not}}") == {"a", "b"}


def test_a_wordings_digest_changes_with_its_words_and_its_place() -> None:
    digests = {Wording(*pair).digest for pair in [("a", "b"), ("a", "c"), ("c", "b"), ("ab", "")]}
    assert len(digests) == 4
    assert all(len(digest) == 12 for digest in digests)
