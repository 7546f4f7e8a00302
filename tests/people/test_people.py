"""Lists of people, read into a campaign: good rows are kept, and every other one is explained."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import update

from bot.gateways import pins
from bot.gateways.addresses import Channel
from bot.gateways.people_files import UnreadablePeople
from bot.gateways.people_files import read as read_file
from bot.gateways.phone_numbers import Reason
from bot.store import inbox
from bot.usecases import people, people_lists
from bot.usecases.people import PeopleError
from bot.usecases.people_batches import SIZE
from bot.usecases.people_columns import layout_of, letters
from bot.usecases.people_problems import SAY
from bot.usecases.people_rows import Given, Person, RowReader
from bot.usecases.people_words import Words
from bot.usecases.services import Services
from tests.people.conftest import Read
from tests.people.test_files import workbook
from tests.support.campaigns import open_campaign
from tests.support.people import Person as Phone
from tests.support.rows import rows

TABLES = ("participant", "contact_point", "household", "enrolment", "consent", "attribute")


def reasons(found: people.Imported) -> list[tuple[int, str]]:
    return [(one.row, one.reason) for one in found.bad]


def everything(services: Services) -> dict[str, list[dict[str, object]]]:
    return {name: rows(services, name) for name in TABLES}


def test_a_good_row_is_a_pseudonym_with_an_address_and_a_recorded_consent(
    demo: Services, read: Read
) -> None:
    found = read(
        "Name;Mobile No.;Language;Consent date;Group\nAmina;07700 900123;Bengali;14/3/2026;Tuesday"
    )
    assert (found.rows, found.good, found.bad) == (1, 1, ())
    (enrolment,) = rows(demo, "enrolment")
    assert (enrolment["state"], enrolment["language"]) == ("listed", "bn")
    assert enrolment["import_id"] == found.import_id
    (consent,) = rows(demo, "consent")
    assert {name: consent[name] for name in ("purpose", "act", "source", "channel", "language")} == {
        "purpose": "contact", "act": "given", "source": "import", "channel": "sms", "language": "bn",
    }  # fmt: skip
    assert consent["raw"] == "asked at the group (2026-03-14)"
    assert consent["wording"] is None
    assert consent["organisation_id"] == rows(demo, "organisation")[0]["id"]
    assert consent["participant_id"] == enrolment["participant_id"]
    (attribute,) = rows(demo, "attribute")
    assert (attribute["name"], attribute["value"]) == ("group", "Tuesday")
    (member,) = rows(demo, "household")
    assert demo.keys.decrypt(member["nickname"], column="household.nickname") == "Amina"
    (imported,) = rows(demo, "people_import")
    assert (imported["good"], imported["problems"], imported["who"]) == (1, [], "A. Facilitator")


def test_every_bad_row_is_explained_and_the_good_ones_are_kept(demo: Services, read: Read) -> None:
    found = read(
        "phone,name,language,channel,consent,pin,group,weight\n"
        "07700900101,A,bn,sms,yes,,,1.5\n"
        "0121 496 0123,B,,,,,,\n"
        "07700900103,C,Klingon,,,,,\n"
        "07700900104,D,pl,,,,,\n"
        "07700900105,E,,fax,,,,\n"
        "07700900106,F,,,no,,,\n"
        "07700900107,G,,,perhaps,,,\n"
        "07700900108,H,,,2026-12-31,,,\n"
        "07700900109,I,,,,12,,\n"
        "07700900110,,,,,1234,,\n"
        "07700900111,12345,,,,,,\n"
        "07700900112,L,,,,,07700 900555,\n"
        "07700900113,M,,,,,,heavy\n"
        f"07700900114,N,,,,,{'x' * 101},\n"
        "07700900101,A,,,,,,\n"
        ",P,,,,,,\n"
    )
    assert reasons(found) == [
        (3, "landline"), (4, "language_unknown"), (5, "language_not_offered"), (6, "channel_unknown"),
        (7, "consent_refused"), (8, "consent_unclear"), (9, "consent_in_future"),
        (10, "pin_not_four_digits"), (11, "pin_without_nickname"), (12, "nickname_unusable"),
        (13, "attribute_personal"), (14, "weight_not_number"), (15, "attribute_too_long"),
        (16, "duplicate"), (17, "no_number"),
    ]  # fmt: skip
    assert (found.rows, found.good, found.bad_rows) == (16, 1, 15)
    by_row = {one.row: one for one in found.bad}
    assert (by_row[3].column, by_row[3].number) == ("phone", "…123")
    assert "row 2" in by_row[16].say
    assert "en, bn, ur" in by_row[5].say
    assert all("9001" not in one.say and "900555" not in one.say for one in found.bad)
    (imported,) = rows(demo, "people_import")
    assert [one["row"] for one in imported["problems"]] == [one.row for one in found.bad]
    assert all(set(one) == {"row", "column", "reason"} for one in imported["problems"])


def test_a_row_with_two_mistakes_is_told_both(read: Read) -> None:
    assert reasons(read("phone,language\n0121 496 0123,Klingon")) == [
        (2, "landline"),
        (2, "language_unknown"),
    ]


def test_without_a_word_of_consent_nobody_is_put_down(demo: Services, read: Read) -> None:
    assert reasons(read("phone\n07700900123", consent="  ")) == [(2, "consent_missing")]
    assert reasons(read("phone,consent\n07700900123,", consent=None)) == [(2, "consent_missing")]
    assert rows(demo, "enrolment") == []
    assert read("phone,consent\n07700900123,জি হ্যাঁ", consent=None).good == 1


def test_consent_is_asked_for_the_channel_that_is_used(demo: Services, read: Read) -> None:
    found = read(
        "phone,channel,consent sms,consent whatsapp\n"
        "07700900101,sms,yes,no\n07700900102,whatsapp,yes,no\n07700900103,whatsapp,no,yes\n",
        consent=None,
    )
    assert reasons(found) == [(3, "consent_refused")]
    assert [row["channel"] for row in rows(demo, "consent")] == ["sms", "whatsapp"]


def test_the_same_list_again_changes_nothing(demo: Services, read: Read) -> None:
    text = "phone,name,group\n07700900123,Amina,a\n07700900124,,b\n"
    assert read(text).good == 2
    before = everything(demo)
    again = read(text)
    assert (again.good, reasons(again)) == (0, [(2, "listed_already"), (3, "listed_already")])
    assert everything(demo) == before


def test_people_who_share_a_phone_are_told_apart_by_their_nicknames(
    demo: Services, read: Read
) -> None:
    found = read(
        "phone,nickname,pin\n07700900123,Amina,১২৩৪\n+447700900123,Bilal,\n07700900123,amina,\n07700900123,,\n"
    )
    assert (found.good, reasons(found)) == (2, [(4, "duplicate"), (5, "duplicate")])
    assert len(rows(demo, "contact_point")) == 1
    amina, bilal = rows(demo, "household")
    assert pins.matches(demo.keys, amina["id"], "1234", amina["pin"])
    assert bilal["pin"] is None
    again = read("phone\n07700900123", campaign=open_campaign(demo, name="Autumn", walk_in=False))
    assert reasons(again) == [(2, "whose")]


def test_a_second_campaign_finds_the_participants_of_the_first(demo: Services, read: Read) -> None:
    read("phone,nickname\n07700900123,\n07700900124,Bilal\n")
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    assert read("07700 900123 Amina\n07700900124\n", campaign=autumn).good == 2
    assert len(rows(demo, "participant")) == 2
    names = [row["nickname"] for row in rows(demo, "household")]
    # Whoever was put down without a name is the first who gives one.
    assert [demo.keys.decrypt(name, column="household.nickname") for name in names] == [
        "Amina",
        "Bilal",
    ]


def test_the_other_channel_of_a_number_is_the_same_person(demo: Services, read: Read) -> None:
    read("phone\n07700900123")
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    assert read("phone\n07700900123", campaign=autumn, channel=Channel.WHATSAPP).good == 1
    assert len(rows(demo, "participant")) == 1
    assert [row["channel"] for row in rows(demo, "contact_point")] == ["sms", "whatsapp"]
    assert len(rows(demo, "household")) == 2


def test_someone_who_joined_by_herself_is_in_the_campaign_already(
    demo: Services, read: Read
) -> None:
    Phone(demo).says("spring")
    assert reasons(read("phone\n07700900123")) == [(2, "listed_already")]


def test_whoever_said_stop_is_refused_on_every_channel(demo: Services, read: Read) -> None:
    amina = Phone(demo)
    amina.goes_through("spring", "STOP")
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    for channel in Channel:
        found = read("phone\n07700900123", campaign=autumn, channel=channel)
        assert reasons(found) == [(2, "opted_out")]


def test_an_address_closed_to_this_organisation_is_refused(demo: Services, read: Read) -> None:
    read("phone\n07700900123")
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    with demo.database.transaction() as work:
        inbox.add(
            work.connection,
            people.store.OPT_OUT,
            contact_point_id=1,
            organisation_id=rows(demo, "organisation")[0]["id"],
            at=demo.clock.now(),
        )
    assert reasons(read("phone\n07700900123", campaign=autumn)) == [(2, "opted_out")]


def test_a_number_that_nothing_could_be_delivered_to_is_refused(demo: Services, read: Read) -> None:
    read("phone\n07700900123")
    with demo.database.transaction() as work:
        work.connection.execute(update(inbox.CONTACT).values(closed=demo.clock.now()))
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    assert reasons(read("phone\n07700900123", campaign=autumn)) == [(2, "unreachable")]


def test_only_what_is_asked_for_is_kept(demo: Services, read: Read) -> None:
    found = read(
        "phone,surname,email,Ward,Housing type\n07700900123,Begum,a@example.org,Lozells,flat\n",
        keep=["housing type"],
    )
    assert found.not_kept == ("surname", "email")
    assert {(row["name"], row["value"]) for row in rows(demo, "attribute")} == {
        ("area", "Lozells"),
        ("housing_type", "flat"),
    }
    assert dict(found.columns)["Housing type"] == "housing_type"


def test_a_later_list_may_correct_an_attribute(demo: Services, read: Read) -> None:
    read("phone,group,area\n07700900123,a,x")
    autumn = open_campaign(demo, name="Autumn", walk_in=False)
    read("phone,group\n07700900123,b", campaign=autumn)
    assert sorted((row["name"], row["value"]) for row in rows(demo, "attribute")) == [
        ("area", "x"),
        ("group", "b"),
    ]


@pytest.mark.parametrize(
    ("text", "number", "language", "nickname"),
    [
        ("07700 900123", "…123", None, None),
        ("Amina 07700 900123, bn", "…123", "bn", "Amina"),
        ("আমিনা;০৭৭০০৯০০১২৩;বাংলা", "…123", "bn", "আমিনা"),
        ("07700900123\turdu", "…123", "ur", None),
        ("Amina: +44 7700 900123", "…123", None, "Amina"),
        ("\u200f07700900123\u200e", "…123", None, None),
    ],
)
def test_a_pasted_list_needs_no_heading(
    demo: Services, read: Read, text: str, number: str, language: str | None, nickname: str | None
) -> None:
    assert read(text).good == 1
    (enrolment,) = rows(demo, "enrolment")
    assert enrolment["language"] == language
    (member,) = rows(demo, "household")
    name = member["nickname"]
    assert (name and demo.keys.decrypt(name, column="household.nickname")) == nickname


def test_a_first_row_that_is_neither_a_heading_nor_a_person_is_told(read: Read) -> None:
    found = read("People of the group\n07700900123\n")
    assert (found.good, reasons(found)) == (1, [(1, "not_a_number")])


def test_a_title_above_the_heading_is_passed_over(read: Read) -> None:
    found = read("Our group,\n\nMobile (1),Name\n07700900123,Amina\n")
    assert (found.rows, found.good) == (1, 1)


def test_a_workbooks_list_is_read_and_its_lost_digits_are_told(read: Read) -> None:
    found = read(workbook([["Telefon", "Język"], [7700900123, "en"], [4.477e11, "en"]]))
    assert (found.good, reasons(found)) == (1, [(3, "digits_lost")])


def test_a_whatsapp_column_is_numbers_or_a_choice(demo: Services, read: Read) -> None:
    assert read("phone,whatsapp\n07700900101,yes\n07700900102,no\n").good == 2
    assert [row["channel"] for row in rows(demo, "contact_point")] == ["whatsapp", "sms"]
    assert read("whatsapp number\n07700900103\n").good == 1
    assert read("phone,whatsapp\n,07700900104\n07700900105,07700900106\n").good == 2
    assert [row["channel"] for row in rows(demo, "contact_point")][2:] == [
        "whatsapp",
        "whatsapp",
        "sms",
    ]
    assert read("whatsapp:GB.a1b2\n", channel=Channel.WHATSAPP).good == 1


def test_a_preview_writes_nothing(demo: Services, read: Read) -> None:
    found = read("phone\n07700900123\n12", preview=True)
    assert (found.import_id, found.good, reasons(found)) == (None, 1, [(3, "too_short")])
    assert not any(everything(demo).values())
    assert rows(demo, "people_import") == []


def test_a_long_list_goes_in_batches_and_tells_how_far_it_is(demo: Services, read: Read) -> None:
    told: list[tuple[int, int]] = []
    count = SIZE + 5
    lines = [f"+4479{n:08d}" for n in range(11_000_000, 11_000_000 + count)]
    found = read("\n".join(["phone", *lines, lines[0]]), progress=lambda *how: told.append(how))
    assert found.good == count
    assert reasons(found) == [(count + 2, "duplicate")]
    assert [done for done, _ in told] == [SIZE, count + 1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"campaign": "none"}, "There is no campaign 'none'"),
        ({"language": "pl"}, "not held in 'pl'"),
    ],
)
def test_a_list_for_something_else_is_refused(read: Read, more: dict[str, str], said: str) -> None:
    with pytest.raises(PeopleError, match=said):
        read("phone\n07700900123", **more)


def test_a_closed_campaign_takes_nobody(demo: Services, read: Read) -> None:
    with demo.database.transaction() as work:
        work.connection.execute(update(inbox.CAMPAIGN).values(state="closed"))
    with pytest.raises(PeopleError, match="is closed"):
        read("phone\n07700900123")


# Taking a list back


def test_a_list_that_is_taken_back_leaves_nothing_of_its_people(demo: Services, read: Read) -> None:
    found = read("phone,name,group,pin\n07700900123,Amina,a,1234\n07700900124,,b,\n")
    assert people_lists.undo(demo, found.import_id or 0) == people_lists.Undone(2, 0, 0)
    assert not any(everything(demo).values())
    assert people_lists.undo(demo, found.import_id or 0) == people_lists.Undone(0, 0, 0)
    (listed,) = people_lists.lists(demo, "spring")
    assert listed.undone == demo.clock.now()


def test_whoever_is_here_for_another_reason_is_only_left_out(demo: Services, read: Read) -> None:
    found = read("phone\n07700900123\n07700900124\n07700900125")
    read("phone\n07700900124", campaign=open_campaign(demo, name="Autumn", walk_in=False))
    with demo.database.transaction() as work:
        enrolment = people.store.ENROLMENT
        invited = enrolment.c.id == rows(demo, "enrolment")[2]["id"]
        work.connection.execute(update(enrolment).where(invited).values(state="invited"))
    assert people_lists.undo(demo, found.import_id or 0) == people_lists.Undone(1, 1, 1)
    states = [(row["state"], row["why"]) for row in rows(demo, "enrolment")]
    assert states == [("left_out", "undone"), ("invited", None), ("listed", None)]
    assert [row["act"] for row in rows(demo, "consent")] == ["given", "given", "given", "undone"]
    # The same list again puts her down again, as the participant she was.
    assert reasons(read("phone\n07700900124\n07700900125")) == [(3, "listed_already")]
    assert [row["state"] for row in rows(demo, "enrolment")] == ["listed", "invited", "listed"]


def test_an_address_that_asked_for_silence_is_never_forgotten(demo: Services, read: Read) -> None:
    found = read("phone\n07700900123")
    with demo.database.transaction() as work:
        work.connection.execute(update(inbox.CONTACT).values(opted_out=demo.clock.now()))
    people_lists.undo(demo, found.import_id or 0)
    assert rows(demo, "participant") == []
    assert len(rows(demo, "contact_point")) == 1
    assert reasons(read("phone\n07700900123")) == [(2, "opted_out")]


def test_a_list_that_is_not_there_can_not_be_taken_back(demo: Services) -> None:
    with pytest.raises(PeopleError, match="There is no list 7"):
        people_lists.undo(demo, 7)


# One person, and showing people


def test_a_facilitator_puts_one_person_down(demo: Services, campaign: str) -> None:
    pseudonym = people.add(demo, campaign, "07700 900123", consent="asked in person", language="bn",
                           nickname="Amina", pin="1234")  # fmt: skip
    assert [row["pseudonym"] for row in rows(demo, "participant")] == [pseudonym]
    assert [(row["source"], row["raw"]) for row in rows(demo, "consent")] == [
        ("facilitator", "asked in person")
    ]
    for number, more, said in (
        ("07700 900123", {}, "already"),
        ("0121 496 0123", {}, "landline"),
        ("07700 900124", {"consent": " "}, "Say how she agreed"),
    ):
        with pytest.raises(PeopleError, match=said):
            people.add(demo, campaign, number, **{"consent": "asked", **more})


def test_staff_see_pseudonyms_and_the_end_of_numbers(demo: Services, read: Read) -> None:
    read("phone,language\n07700900123,bn\n")
    (found,) = people_lists.listed(demo, "spring")
    assert (found.number, found.channel, found.language, found.state) == (
        "…123",
        "sms",
        "bn",
        "listed",
    )
    assert found.pseudonym.startswith("P")
    with demo.database.transaction() as work:
        work.connection.execute(update(inbox.CONTACT).values(address=b""))
    assert [one.number for one in people_lists.listed(demo, "spring")] == [""]
    with pytest.raises(PeopleError, match="no campaign"):
        people_lists.listed(demo, "none")


def test_what_a_list_said_is_erased_with_the_person(demo: Services, read: Read) -> None:
    read("phone,name,group\n07700900123,Amina,a")
    with demo.database.transaction() as work:
        people.store.forget(work.connection, rows(demo, "participant")[0]["id"])
    assert rows(demo, "attribute") == rows(demo, "household") == []


# What holds for every list

GIVEN = Given(languages=("en", "bn"), region="GB", today=date(2026, 5, 4), consent="asked")
CELL = some.one_of(
    some.sampled_from(["phone", "name", "language", "pin", "consent", "whatsapp", "07700 900123",
                       "০৭৭০০৯০০১২৩", "4.477E+11", "yes", "bn", "Amina", "", "0121 496 0123", "1234",
                       "\u200f", '"', "x@y"]),
    some.text(max_size=12),
)  # fmt: skip


@given(some.lists(some.lists(CELL, max_size=5), max_size=8), some.sampled_from(",;\t|\n"))
def test_every_row_is_good_or_explained(
    words: Words, table: list[list[str]], delimiter: str
) -> None:
    raw = "\n".join(delimiter.join(row) for row in table).encode("utf-8", "replace")
    try:
        file = read_file("x", raw)
    except UnreadablePeople:
        return
    layout = layout_of(file.rows(), is_language=lambda text: bool(words.languages(text)))
    reader = RowReader(layout, words, GIVEN)
    for row in file.rows():
        if row[0] <= layout.heading:
            continue
        found = reader.read(row)
        if not isinstance(found, Person):
            assert found, row
            assert all(one.row == row[0] and one.say and one.reason in SAY for one in found)


def test_every_reason_has_its_sentence() -> None:
    assert {reason.value for reason in Reason} <= {str(key) for key in SAY}
    assert all(sentence.endswith(".") for sentence in SAY.values())


def test_languages_are_known_by_any_of_their_names(words: Words) -> None:
    for text in ("bn", "BN", "ben", "bn-BD", "bn_GB", "Bengali", "Bangla", "বাংলা", "bangla "):
        assert words.languages(text)[0] == "bn", text
    assert words.languages("اردو") == ("ur",)
    assert words.languages("Klingon") == words.languages("") == words.languages("xx-YY") == ()
    for number in range(1100):
        words.languages(f"nothing {number}")


def test_a_column_without_a_heading_has_its_letter() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
