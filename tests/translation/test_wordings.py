"""The very words that somebody answered, whatever the survey says by now."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.store.inbox import SURVEY_VERSION
from bot.usecases import wordings
from bot.usecases.effects import CONSENT
from bot.usecases.scripts import Scripts
from bot.usecases.texts import TranslationError
from tests.support.campaigns import open_campaign, sign_off
from tests.support.people import Person
from tests.support.rows import rows
from tests.translation.conftest import BENGALI, House


@pytest.fixture
def answered(house: House) -> House:
    """A conversation in Bengali, and an edit of everything since."""
    house.sign()
    open_campaign(house.services, survey=house.survey, languages=["bn"])
    Person(house.services).goes_through("হ্যালো", "আমিনা", "১", "ডাক্তার")
    house.edit("How often do you visit", "How many times do you come to")
    house.edit("Every day", "Each day")
    house.say("bn", {("clinic/often/never", "Never"): "একবারও না"})
    return house


def test_an_answer_leads_to_the_words_that_were_asked(answered: House) -> None:
    (answer,) = rows(answered.services, "answer", question="visits")
    found = wordings.wording_of(answered.services, answer["id"])
    assert (found.form_id, found.question, found.language) == ("clinic", "visits", "bn")
    (version,) = rows(answered.services, "survey_version")
    assert found.frozen == version["digest"]
    assert found.texts == (
        ("label", BENGALI["clinic/visits", "How often do you visit the clinic, ${name}?"]),
        ("option", BENGALI["clinic/often/daily", "Every day"]),
        ("option", BENGALI["clinic/often/never", "Never"]),
    )
    assert wordings.words_of(answered.services, answer["wording"]) == [found]


def test_words_are_told_once_however_many_people_answered_them(answered: House) -> None:
    Person(answered.services, "+447700900555").goes_through("হ্যালো", "সালমা", "২")
    (answer, other) = rows(answered.services, "answer", question="visits")
    assert answer["wording"] == other["wording"]
    assert len(wordings.words_of(answered.services, answer["wording"])) == 1


def test_frozen_words_that_somebody_changed_are_not_passed_off_as_what_was_asked(
    answered: House,
) -> None:
    services = answered.services
    (answer,) = rows(services, "answer", question="visits")
    (version,) = rows(services, "survey_version")
    forged = {
        "bn": [
            [context, source, "জাল" if context == "clinic/visits" else text]
            for context, source, text in version["catalogues"]["bn"]
        ]
    }
    with services.database.transaction() as work:
        work.connection.execute(update(SURVEY_VERSION).values(catalogues=forged))
    object.__setattr__(services, "scripts", Scripts(services.surveys, services.voices))
    with pytest.raises(TranslationError, match="they are not what was asked"):
        wordings.wording_of(services, answer["id"])


def test_a_hash_that_nobody_answered_and_an_answer_that_is_not_there_are_said(
    answered: House,
) -> None:
    with pytest.raises(TranslationError, match="words with the hash 000000000000"):
        wordings.words_of(answered.services, "000000000000")
    with pytest.raises(TranslationError, match="There is no answer 4711"):
        wordings.wording_of(answered.services, 4711)


def test_a_consent_leads_to_the_words_that_were_agreed_to(house: House) -> None:
    services = house.services
    sign_off(services, "wellbeing", ["bn"])
    open_campaign(services, languages=["bn"])
    Person(services).goes_through("হ্যালো", "হ্যাঁ", "হ্যাঁ")
    (consent,) = rows(services, "consent", act="given")
    (found,) = wordings.words_of(services, consent["wording"])
    label = services.surveys.load("wellbeing").survey.by_name["consent"].label
    assert (found.question, found.language) == ("consent", "bn")
    assert label is not None
    said = services.voices.files.translations("bn")[label.context, label.source]
    assert found.texts == (("label", said),)
    with services.database.transaction() as work:
        work.connection.execute(update(CONSENT).values(wording="111111111111"))
    with pytest.raises(TranslationError, match="it is not what was agreed to"):
        wordings.words_of(services, "111111111111")
