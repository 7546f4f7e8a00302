"""Open answers: found in every language, coded by two who do not look, decided by name, exported by level."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from lxml import etree

from bot.research.levels import Level
from bot.store import inbox
from bot.usecases import (
    answer_translations,
    audit,
    coding,
    coding_files,
    open_answers,
    reconciling,
    staff,
    theme_books,
    theme_editing,
    transcripts,
)
from bot.usecases.attachments import ATTACHMENT
from bot.usecases.coding import BothDone, NotACoder
from bot.usecases.effects import ANSWER, ERASURE
from bot.usecases.erasure import erase
from bot.usecases.permission import NotHere, Role
from bot.usecases.reconciling import NotBothDone
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.usecases.theme_books import ThemeError
from bot.usecases.theme_editing import CodeTaken, Wanted
from bot.usecases.transcripts import TranscriptError
from tests.research.test_themes_as_files import NAMES, SCHEMA
from tests.support.campaigns import open_campaign
from tests.support.coding import QUESTION, begun, said
from tests.support.fakes import FakeTwilio
from tests.support.rows import places_of, rows
from tests.support.staff import employ, signed_in


@dataclass
class House:
    """Four answers in four languages, and two coders."""

    services: Services
    place: Organisation
    amina: SignedIn
    bilal: SignedIn
    other: Organisation
    answers: list[int]
    book: int

    def codes(self, who: SignedIn, place: int, *themes: str) -> None:
        answer = self.answers[place]
        coding.code(self.services, self.place, who, self.book, answer, themes)

    def decides(self, place: int, reason: str, *themes: str) -> None:
        answer = self.answers[place]
        reconciling.decide(self.services, self.place, self.amina, self.book, answer, themes, reason)


@pytest.fixture
def house(services: Services) -> House:
    campaign = open_campaign(services, keyword="talk")
    open_campaign(services, name="Theirs", organisation="Bordesley Centre", keyword="theirs")
    places = {one.slug: one for one in staff.organisations(services)}
    ours, theirs = places["aston-dars-group"], places["bordesley-centre"]
    people = employ(services, {"A": (Role.RESEARCHER, ours.id), "B": (Role.ADMIN, ours.id)})
    amina, bilal = (signed_in(services, key) for key in people.values())
    answers = said(services, campaign)
    book = begun(services, ours, (campaign,), (amina.staff_id, bilal.staff_id), amina)
    return House(services, ours, amina, bilal, theirs, answers, book)


def found(house: House, words: str, place: Organisation | None = None) -> list[int]:
    hits = open_answers.search(house.services, place or house.place, house.amina, words).hits
    return [house.answers.index(one.id) for one, _beside in hits]


def test_words_are_found_in_every_script_and_spelling(house: House) -> None:
    # The same number in the digits of four scripts; Arabic with its short vowels, and without.
    assert sorted(found(house, "12")) == sorted(found(house, "১২")) == [0, 1, 2, 3]
    assert found(house, "نريد") == found(house, "نُرِيدُ") == [3]
    assert found(house, "PARK benches") == [0]
    assert found(house, "park mosque") == found(house, "  ") == []
    assert found(house, "park", house.other) == []
    with pytest.raises(NotHere):
        open_answers.search(house.services, house.place, house.amina, "park", "theirs")


def test_a_translation_and_a_note_on_a_word_are_found_too_and_stand_beside_the_original(
    house: House,
) -> None:
    services, place, me, answer = house.services, house.place, house.amina, house.answers[1]
    for text in ("We want benches", "We would like twelve benches"):
        answer_translations.translate(services, place, me, answer, text, language="en")
    answer_translations.explain_term(
        services, place, me, answer, "پارک", language="ur", explanation="A green place"
    )
    assert found(house, "would") == found(house, "green place") == [1]
    one, beside = answer_translations.open_answer(services, place, me, answer)
    assert (one.text.startswith("ہمیں"), one.language, one.direction) == (True, "ur", "rtl")
    (translated,), (term,) = beside.translations, beside.terms
    assert (translated.text, translated.who) == ("We would like twelve benches", me.name)
    assert (term.term, term.direction) == ("پارک", "rtl")
    assert rows(services, "transcript")[0]["text"] == "We want benches"
    waiting = [
        house.answers.index(key) for key, *_ in answer_translations.waiting(services, place, "en")
    ]
    assert waiting == [2, 3]


def test_a_translation_says_something_in_another_language(house: House) -> None:
    services, place, me, answer = house.services, house.place, house.amina, house.answers[0]
    for text, language in ((" ", "ur"), ("A park", "en"), ("A park", "xx")):
        with pytest.raises(TranscriptError):
            answer_translations.translate(services, place, me, answer, text, language=language)
    with pytest.raises(NotHere):
        answer_translations.translate(services, house.other, me, answer, "Park", language="ur")
    for term, language in ((" ", "en"), ("park", "xx")):
        with pytest.raises(TranscriptError):
            answer_translations.explain_term(
                services, place, me, answer, term, language=language, explanation="x"
            )


def test_what_was_spoken_has_words_when_somebody_has_written_them_down(house: House) -> None:
    services, now = house.services, house.services.clock.now()
    (conversation,) = rows(
        services, "conversation", id=rows(services, "answer")[0]["conversation_id"]
    )
    with services.database.transaction() as work:
        common = {"contact_point_id": conversation["contact_point_id"], "received": now}
        inbound = inbox.add(
            work.connection, inbox.INBOUND, provider_sid="MM1", body="", media=[], **common
        )
        note = inbox.add(
            work.connection, ATTACHMENT, inbound_id=inbound, place=0, kind="audio", url="",
            state="fetched", created=now,
        )  # fmt: skip
        answer = inbox.add(
            work.connection, ANSWER, conversation_id=conversation["id"], inbound_id=inbound,
            question=QUESTION, value="RE123", raw="", how="voice note", language="so", wording="",
            answered=now,
        )  # fmt: skip
    # It is the newest answer of this conversation: what was typed before does not count any more.
    assert coding.turn(services, house.place, house.amina, house.book).left == 3
    assert found(house, "RE123") == found(house, "benches") == []
    transcripts.transcribe(services, note, "Baska 9aad", language="so", who="Hodan")
    transcripts.translate(services, note, "Bus number 9", language="en", who="Hodan")
    hits = open_answers.search(services, house.place, house.amina, "bus 9").hits
    assert [(one.id, one.text, one.spoken) for one, _beside in hits] == [
        (answer, "Baska 9aad", True)
    ]


def test_a_codebook_is_for_campaigns_that_ask_its_question_and_two_people_of_the_house(
    house: House,
) -> None:
    services, place, me = house.services, house.place, house.amina
    two = (house.amina.staff_id, house.bilal.staff_id)
    good = Wanted("Themes", QUESTION, "bn", ("listening",), two)
    wrong = [
        Wanted("Themes", "who5_1", "en", ("listening",), two),
        Wanted("Themes", QUESTION, "en", (), two),
        Wanted("Themes", QUESTION, "xx", ("listening",), two),
        Wanted("Themes", QUESTION, "en", ("listening",), (two[0], two[0])),
        Wanted("Themes", QUESTION, "en", ("listening",), (two[0], 0)),
    ]
    for wanted in wrong:
        with pytest.raises(ThemeError):
            theme_editing.begin(services, place, me, wanted)
    with pytest.raises(NotHere):
        theme_editing.begin(services, place, me, Wanted("Themes", QUESTION, "en", ("theirs",), two))
    book = theme_books.book_of(services, place, theme_editing.begin(services, place, me, good))
    assert (book.language, book.campaigns, book.themes) == ("bn", (("listening", "Listening"),), ())
    with pytest.raises(NotHere):
        theme_books.book_of(services, house.other, book.id)
    for code, error in (("green", CodeTaken), ("Not a code", ThemeError)):
        with pytest.raises(error):
            theme_editing.add_theme(services, place, me, house.book, code, ("x", "x", ""))


def test_neither_coder_sees_the_other_before_both_are_done(house: House) -> None:
    services, place = house.services, house.place
    house.codes(house.amina, 0, "green")
    seen = coding.turn(services, place, house.bilal, house.book)
    assert seen.answer is not None
    assert (seen.answer.id, seen.mine, seen.fixed) == (house.answers[0], None, False)
    assert (
        reconciling.case(services, place, house.bilal, house.book, house.answers[0]).codings is None
    )
    assert reconciling.compare(services, place, house.book).agreement.answers == 0
    with pytest.raises(NotBothDone):
        house.decides(0, "I know better", "bus")
    assert "green" not in str([one.detail for one in audit.entries(services, place.id)][:3])
    # She may still change her mind; then he is done too, and both stand.
    house.codes(house.amina, 0, "bus", "green")
    house.codes(house.bilal, 0)
    for who in (house.amina, house.bilal):
        with pytest.raises(BothDone):
            house.codes(who, 0, "green")
    case = reconciling.case(services, place, house.bilal, house.book, house.answers[0])
    assert case.codings is not None
    assert [one.themes for one in case.codings] == [("green", "bus"), ()]
    after = coding.turn(services, place, house.amina, house.book, house.answers[0])
    assert (after.mine, after.fixed, after.left, after.before) == (("green", "bus"), True, 3, None)


def test_two_coders_at_the_same_moment_are_both_kept_and_then_it_is_fixed(house: House) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(house.codes, who, 0, "bus") for who in (house.amina, house.bilal)]
        again = [one.result() for one in both]
    assert again == [None, None]
    assert len(rows(house.services, "coding", answer_id=house.answers[0])) == 2
    with pytest.raises(BothDone):
        house.codes(house.amina, 0, "green")


def test_only_the_two_code_and_only_themes_and_answers_that_are_there(house: House) -> None:
    services, place = house.services, house.place
    (third,) = employ(services, {"C": (Role.FACILITATOR, place.id)}).values()
    with pytest.raises(NotACoder):
        house.codes(signed_in(services, third), 0, "green")
    with pytest.raises(ThemeError):
        house.codes(house.amina, 0, "nothing")
    for answer in (0, 10_000):
        with pytest.raises(NotHere):
            coding.code(services, place, house.amina, house.book, answer, ["green"])
    with pytest.raises(NotHere):
        coding.turn(services, house.other, house.amina, house.book)
    (theme,) = rows(services, "theme", code="bus")
    house.codes(house.amina, 0, "bus")
    words = ("Buses", "Buses alone", "")
    theme_editing.change_theme(services, place, house.amina, theme["id"], words, set_aside=True)
    house.codes(house.amina, 0, "bus", "green")
    with pytest.raises(ThemeError):
        house.codes(house.amina, 1, "bus")
    with pytest.raises(NotHere):
        theme_editing.change_theme(
            services, house.other, house.amina, theme["id"], words, set_aside=False
        )


def test_disagreement_is_counted_kept_and_decided_by_name_with_a_reason(house: House) -> None:
    services, place = house.services, house.place
    for number, (hers, his) in enumerate(
        [(("green",), ("green",)), (("green", "bus"), ("green",)), (("bus",), ("bus",)), ((), ())]
    ):
        house.codes(house.amina, number, *hers)
        house.codes(house.bilal, number, *his)
    before = reconciling.compare(services, place, house.book)
    green, bus = before.agreement.themes
    assert (before.agreement.answers, before.agreement.same) == (4, 3)
    assert (bus.both, bus.first, bus.second, bus.neither) == (1, 1, 0, 2)
    assert bus.kappa is not None
    assert bus.kappa.value == pytest.approx(0.5)
    assert green.kappa is not None
    assert green.kappa.value == 1
    assert before.agreement.alpha is not None
    assert [one.answer for one in before.differences] == [house.answers[1]]
    with pytest.raises(ThemeError):
        house.decides(1, " ", "green")
    house.decides(1, "The bus is only a way to the park.", "green")
    house.decides(1, "We read it again: it is both.", "green", "bus")
    after = reconciling.compare(services, place, house.book)
    assert after.agreement == before.agreement
    (difference,) = after.differences
    assert difference.decision is not None
    assert (difference.decision.themes, difference.decision.who) == (
        ("green", "bus"),
        house.amina.name,
    )
    case = reconciling.case(services, place, house.bilal, house.book, house.answers[1])
    assert [one.reason[:5] for one in case.decisions] == ["The b", "We re"]
    work = reconciling.work_on(services, place, house.book)
    assert (work.answers, work.done, work.both, work.differing, work.open) == (4, (4, 4), 4, 1, 0)


def test_a_project_holds_what_its_level_allows_and_is_written_down(house: House) -> None:
    services, place, me = house.services, house.place, house.amina
    house.codes(house.amina, 1, "green")
    house.codes(house.bilal, 1, "bus")
    house.codes(house.amina, 2, "bus")
    house.decides(1, "It names a bus.", "bus")
    answer_translations.translate(services, place, me, house.answers[1], "A park", language="en")
    texts, given = {}, {}
    for level in coding_files.LEVELS:
        made = coding_files.project_file(services, place, me, house.book, level)
        with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
            document = archive.read("project.qde")
            texts[level] = {archive.read(one).decode() for one in archive.namelist()[1:]}
        root = etree.fromstring(document)
        SCHEMA.validate(document)
        given[level] = len(root.findall(".//q:Coding", NAMES))
        # Whether both are done with it stands last among the variables of each answer.
        last = root.findall(".//q:TextSource/q:VariableValue[last()]/q:TextValue", NAMES)
        assert [one.text for one in last] == ["no", "yes", "no", "no"]
        notes = [
            note.findtext("q:PlainTextContent", None, NAMES)
            for note in root.iterfind(".//q:Note", NAMES)
        ]
        assert notes == ([] if level == Level.DEIDENTIFIED else ["It names a bus.", "A park"])
    # What she gave an answer that he is not done with is in none.
    assert set(given.values()) == {3}
    assert texts[Level.DEIDENTIFIED] == {"withheld"}
    assert len(texts[Level.NO_IDENTIFIERS]) == 4
    with pytest.raises(ThemeError):
        coding_files.project_file(services, place, me, house.book, Level.FULL)
    with pytest.raises(NotHere):
        coding_files.project_file(services, house.other, me, house.book, Level.DEIDENTIFIED)
    assert [row["level"] for row in rows(services, "download")] == [
        "deidentified",
        "no_identifiers",
    ]
    taken = [one for one in audit.entries(services, place.id) if one.what == "themes.taken"]
    assert [one.detail["rows"] for one in taken] == [4, 4]
    assert audit.verify(services, place.id).broken is None
    assert coding_files.codebook_file(services, place, house.book).name.endswith(".qdc")


def test_what_others_wrote_about_her_answer_goes_with_her(house: House, sms: FakeTwilio) -> None:
    services, place, me, answer = house.services, house.place, house.amina, house.answers[1]
    house.codes(house.amina, 1, "green")
    house.codes(house.bilal, 1, "bus")
    house.decides(1, "Benches and nothing else", "bus")
    answer_translations.translate(services, place, me, answer, "Benches please", language="en")
    answer_translations.explain_term(
        services, place, me, answer, "park", language="ur", explanation="Benches there"
    )
    found(house, "benches")
    assert places_of(services, "Benches")
    (row,) = rows(services, "answer", id=answer)
    (conversation,) = rows(services, "conversation", id=row["conversation_id"])
    with services.database.transaction() as work:
        asked = inbox.add(
            work.connection, ERASURE, participant_id=conversation["participant_id"],
            requested=services.clock.now(),
        )  # fmt: skip
    assert erase(services, [asked]) == 1
    assert rows(services, "answer", id=answer) == []
    for table in ("coding", "coding_decision", "term_note", "transcript"):
        assert rows(services, table) == [], table
    assert places_of(services, "Benches") == []
