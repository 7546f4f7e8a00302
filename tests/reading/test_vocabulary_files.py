"""Every language's vocabulary file, checked as a partner's edit would be."""

from __future__ import annotations

import pytest
import yaml

from flows.reading import Role, Vocabulary
from flows.reading.vocabulary import CONFIDENCES, OPTIONAL_ROLES, REPLY_ROLES

LANGUAGES = (
    "am", "ar", "bn", "en", "en-easy", "fa-AF", "fr", "pa", "pl", "pnb", "ps", "ro", "so", "sw",
    "syl", "ti", "ur", "zh-Hant-HK",
)  # fmt: skip
NEEDED = (Role.YES, Role.NO, Role.NOT, Role.MAYBE, Role.STOP, Role.START, Role.HELP, Role.BACK,
          Role.SKIP, Role.REPEAT, Role.LANGUAGE, Role.DELETE, Role.REFUSE, Role.UNSURE,
          Role.GREETINGS, Role.COURTESY, Role.CRISIS, Role.AND, Role.OR, Role.ABOUT,
          Role.COUNTERS, Role.TODAY, Role.YESTERDAY)  # fmt: skip


def test_every_language_has_a_vocabulary(vocabularies: dict[str, Vocabulary]) -> None:
    assert set(LANGUAGES) <= set(vocabularies)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_complete(language: str, vocabularies: dict[str, Vocabulary]) -> None:
    vocabulary = vocabularies[language]
    assert vocabulary.language == language
    for role in NEEDED:
        assert list(vocabulary.entries(role)), role
    numbers = {meaning.number for meaning in vocabulary.entries(Role.NUMBER)}
    assert numbers == set(range(101))
    assert {meaning.number for meaning in vocabulary.entries(Role.MONTH)} == set(range(1, 13))
    assert {meaning.number for meaning in vocabulary.entries(Role.WEEKDAY)} == set(range(1, 8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_says_where_it_is_from_and_how_sure_it_is(
    language: str, locale_texts: dict[str, str], vocabularies: dict[str, Vocabulary]
) -> None:
    content = yaml.safe_load(locale_texts[language])
    # PyYAML reads a bare "no:" as False; our loader does not.
    keys = {{True: "yes", False: "no"}.get(key, key) for key in content["replies"]}
    assert keys >= {role.value for role in REPLY_ROLES} - {role.value for role in OPTIONAL_ROLES}
    vocabulary = vocabularies[language]
    for meanings in vocabulary.words.values():
        for meaning in meanings:
            assert meaning.confidence in CONFIDENCES
            home = vocabularies[meaning.language]
            assert meaning.role is Role.CALLED or meaning.source in home.sources


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_claim_of_a_review_is_made_in_a_source(
    language: str, vocabularies: dict[str, Vocabulary]
) -> None:
    for source in vocabularies[language].sources.values():
        assert "reviewed" not in source.replace("unreviewed", ""), source
