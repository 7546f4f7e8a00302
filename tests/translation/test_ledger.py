"""Who did what: nobody approves her own words, and what was done stays done for those words alone."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from bot.usecases import translation
from bot.usecases.services import Services
from bot.usecases.texts import UNNAMED, TranslationError
from flows.meaning import Maker, Step, Translation
from tests.support.rows import rows
from tests.translation.conftest import BENGALI, House

NAME = ("clinic/name", "What should we call you?")


def record(house: House, step: Step, by: str, string: str = "clinic/name", **more: str):
    return translation.record(
        house.services, house.survey, "bn", step, by=by, string=string, **more
    )


def test_a_step_is_kept_with_who_when_and_which_words(house: House) -> None:
    record(house, Step.REVIEW, " Salma   Ali ", comment=" Too formal? ", back_translation="Name?")
    drafted, reviewed = rows(house.services, "translation_entry")
    assert reviewed["who"] == "Salma Ali"
    assert (reviewed["step"], reviewed["maker"]) == ("review", "human")
    assert (reviewed["context"], reviewed["source"]) == NAME
    assert reviewed["text"] == BENGALI[NAME]
    assert (reviewed["comment"], reviewed["back_translation"]) == ("Too formal?", "Name?")
    assert reviewed["at"] == house.services.clock.now()
    assert reviewed["wording"] == house.text("clinic/name").wording.digest
    # The words themselves were heard of for the first time.
    assert (drafted["step"], drafted["who"], drafted["text"]) == ("draft", UNNAMED, BENGALI[NAME])


def test_the_steps_lead_from_draft_to_sign_off(house: House) -> None:
    seen = [house.text("clinic/name").status]
    for step, who in [
        (Step.REVIEW, "Salma Ali"),
        (Step.ADJUDICATION, "Hasan Rahman"),
        (Step.PRETEST, "Nadia Uddin"),
        (Step.SIGN_OFF, "Rokeya Khatun"),
    ]:
        record(house, step, who)
        seen.append(house.text("clinic/name").status)
    assert seen == ["draft", "reviewed", "adjudicated", "pretested", "signed off"]
    assert house.text("clinic/visits").status == "draft"


@pytest.mark.parametrize("same", ["Salma Ali", "SALMA ALI", " salma  ali", "SalmaAli"])
def test_nobody_signs_off_what_she_reviewed_or_drafted(house: House, same: str) -> None:
    record(house, Step.REVIEW, "Salma Ali")
    found = record(house, Step.SIGN_OFF, same)
    assert found.done == ()
    ((text, why),) = found.refused
    assert text.wording.context == "clinic/name"
    assert "somebody else signs it off" in why
    assert house.text("clinic/name").status == "reviewed"


def test_the_author_that_a_catalogue_names_can_not_sign_off_either(house: House) -> None:
    path = house.catalogue("bn").path
    text = path.read_text(encoding="utf-8")
    head = '"Last-Translator: Amina Begum <amina@example.org>\\n"\n"MIME-Version'
    path.write_text(text.replace('"MIME-Version', head, 1), encoding="utf-8")
    assert record(house, Step.SIGN_OFF, "amina begum").refused
    assert rows(house.services, "translation_entry") == []
    assert record(house, Step.SIGN_OFF, "Rokeya Khatun").done
    drafted, _ = rows(house.services, "translation_entry")
    assert drafted["who"] == "Amina Begum"


@pytest.mark.parametrize("name", ["machine", "Machine ", "", "7"])
def test_a_machine_and_nobody_take_no_step(house: House, name: str) -> None:
    for step in (Step.REVIEW, Step.SIGN_OFF):
        with pytest.raises(TranslationError, match="--by"):
            record(house, step, name)
    assert rows(house.services, "translation_entry") == []


def test_a_machine_draft_is_called_one_until_a_person_approves_it(house: House) -> None:
    house.say("bn", {NAME: "কী নাম আপনার?"}, machine=True)
    assert house.text("clinic/name").status == "machine draft"
    record(house, Step.SIGN_OFF, "Rokeya Khatun")
    drafted, signed = rows(house.services, "translation_entry")
    assert (drafted["maker"], drafted["who"]) == ("machine", "machine")
    assert (signed["maker"], signed["who"]) == ("human", "Rokeya Khatun")
    assert house.text("clinic/name").status == "signed off"


def test_signing_off_twice_is_signing_off_once(house: House) -> None:
    house.sign(string="clinic/name")
    before = rows(house.services, "translation_entry")
    found = record(house, Step.SIGN_OFF, "Somebody Else")
    assert (len(found.done), len(found.already), found.refused) == (0, 1, ())
    assert rows(house.services, "translation_entry") == before


def test_a_whole_language_is_signed_off_but_for_what_can_not_be(house: House) -> None:
    record(house, Step.REVIEW, "Rokeya Khatun", string="clinic/matters")
    house.edit("Never", "Not at all")
    found = translation.sign_off(house.services, house.survey, "bn", by="Rokeya Khatun")
    why = {(text.wording.context, text.place.kind): reason for text, reason in found.refused}
    assert set(why) == {
        ("clinic/matters", "label"),
        ("clinic/matters", "hint"),
        ("clinic/often/never", "option"),
    }
    assert why["clinic/often/never", "option"].startswith("stale")
    assert len(found.done) == len(house.texts()) - 3


def test_a_step_for_one_text_leaves_every_other_alone(house: House) -> None:
    before = house.statuses()
    hint = house.text("clinic/matters", "hint").wording.digest
    house.sign(string=hint)
    assert {key for key, status in house.statuses().items() if status != before[key]} == {hint}


def test_one_context_stands_for_label_and_hint(house: House) -> None:
    house.sign(string="clinic/matters")
    assert house.text("clinic/matters").status == "signed off"
    assert house.text("clinic/matters", "hint").status == "signed off"


def test_a_text_that_is_not_there_is_said(house: House) -> None:
    with pytest.raises(TranslationError, match="has no text 'clinic/nothing' in 'bn'"):
        record(house, Step.SIGN_OFF, "Rokeya Khatun", string="clinic/nothing")
    with pytest.raises(TranslationError, match="needs no translation into 'en'"):
        translation.sign_off(house.services, house.survey, "en", by="Rokeya Khatun")


def test_the_ledger_is_only_ever_added_to(house: House) -> None:
    statements: list[str] = []
    listen = house.services.database.engine
    event.listen(
        listen,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: statements.append(statement),
    )
    house.sign()
    house.say("bn", {NAME: "নাম কী?"})
    house.sign()
    about = [s.split()[0] for s in statements if "translation_entry" in s]
    assert set(about) == {"SELECT", "INSERT"}
    texts = [row["text"] for row in rows(house.services, "translation_entry", step="sign_off")]
    assert BENGALI[NAME] in texts
    assert "নাম কী?" in texts


def test_two_surveys_share_what_was_approved_of_the_bots_own_words(
    house: House, services: Services
) -> None:
    house.sign()
    other = translation.gate(house.services, "wellbeing", "bn")
    assert other
    assert not [found for found in other if found.context.startswith("bot/")]


def test_more_texts_than_a_database_takes_in_one_list_are_found(house: House) -> None:
    from bot.store import ledger
    from flows.meaning import Entry

    entries = [
        (
            f"big/q{number}",
            Entry(Step.DRAFT, Maker.HUMAN, "Amina", "Why?", "কেন?", house.services.clock.now()),
        )
        for number in range(1200)
    ]
    with house.services.database.transaction() as work:
        assert ledger.add(work.connection, "bn", entries) == 1200
        found = ledger.entries(work.connection, "bn", [context for context, _ in entries])
    assert len(found) == 1200
    assert Translation("big/q7", "Why?", "কেন?").key in found
