"""What a turn decided becomes rows: answers beside what was typed, consent, concerns, asked again."""

from __future__ import annotations

from bot.usecases.services import Services
from flows import phrases
from flows.events import Media
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows

SMALL = """
settings: {form_id: small}
choices:
  colour:
    - {name: red, label: Red}
    - {name: blue, label: Blue}
survey:
  - {type: select_multiple colour, name: liked, label: "Which?"}
  - {type: calculate, name: count, calculation: "count-selected(${liked})"}
  - {type: date, name: day, label: "When?"}
  - {type: decimal, name: far, label: "How far?", relevant: "${count} > 1"}
  - {type: text, name: why, label: "Why?"}
"""


def test_an_answer_is_stored_beside_what_was_typed(services: Services, tmp_path) -> None:
    open_campaign(services, survey=write_survey(tmp_path, SMALL))
    amina = Person(services)
    amina.goes_through("hello", "red and blue", "14 March 2026", "2.5", "because")
    found = {row["question"]: row for row in rows(services, "answer")}
    assert found["liked"]["value"] == ["red", "blue"]
    assert found["liked"]["raw"] == "red and blue"
    assert found["count"]["value"] == 2
    assert (found["count"]["raw"], found["count"]["how"]) == ("", "calculated")
    assert found["count"]["asked"] is None
    assert found["day"]["value"] == "2026-03-14"
    assert found["why"]["value"] == "because"
    inbound = {row["id"]: row["body"] for row in rows(services, "inbound")}
    for name in ("liked", "day", "why"):
        assert inbound[found[name]["inbound_id"]] == found[name]["raw"]
        assert found[name]["language"] == "en"
        assert len(found[name]["wording"]) == 12


def test_a_correction_adds_a_row_and_keeps_the_first(services: Services) -> None:
    open_campaign(services)
    Person(services).goes_through("hello", "yes", "yes", "3", "back", "5")
    values = [row["value"] for row in rows(services, "answer", question="who5_1")]
    assert values == ["3", "5"]


def test_a_question_left_out_has_a_row_that_says_why(services: Services) -> None:
    open_campaign(services)
    Person(services).goes_through("hello", "yes", "yes", "skip", "prefer not to say", "x", "x", "x")
    missing = [(row["question"], row["missing"], row["value"]) for row in rows(services, "answer")]
    assert missing[2:] == [
        ("who5_1", "skipped", None),
        ("who5_2", "refused", None),
        ("who5_3", "not_understood", None),
    ]
    again = rows(services, "asked_again")
    assert [(row["question"], row["attempt"], row["raw"]) for row in again] == [
        ("who5_3", attempt, "x") for attempt in (1, 2, 3)
    ]


def test_what_became_irrelevant_is_told_apart_from_what_was_never_asked(
    services: Services, tmp_path
) -> None:
    open_campaign(services, survey=write_survey(tmp_path, SMALL))
    amina = Person(services)
    amina.goes_through("hello", "red and blue", "today", "2", "back", "back", "back", "red")
    last = rows(services, "answer", question="far")[-1]
    assert (last["missing"], last["value"]) == ("not_relevant", None)


def test_consent_is_a_ledger(services: Services, clock: SettableClock) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes")
    clock.forward(minutes=5)
    amina.goes_through("STOP")
    clock.forward(days=1)
    amina.goes_through("START")
    ledger = rows(services, "consent")
    assert [row["act"] for row in ledger] == ["given", "withdrawn", "restored"]
    given, withdrawn, restored = ledger
    assert (given["channel"], given["language"]) == ("sms", "en")
    label = services.surveys.load("wellbeing").survey.by_name["consent"].label
    assert given["wording"] == label.digest
    assert (withdrawn["raw"], restored["raw"]) == ("STOP", "START")
    assert given["at"] < withdrawn["at"] < restored["at"]
    assert {row["participant_id"] for row in ledger} == {amina.conversation["participant_id"]}
    inbound = {row["id"]: row["body"] for row in rows(services, "inbound")}
    assert [inbound[row["inbound_id"]] for row in ledger] == ["yes", "STOP", "START"]


def test_a_refusal_is_in_the_ledger_too(services: Services) -> None:
    open_campaign(services)
    Person(services).goes_through("hello", "yes", "no")
    (entry,) = rows(services, "consent")
    assert entry["act"] == "refused"


def test_consent_on_one_channel_says_nothing_about_the_other(services: Services) -> None:
    open_campaign(services)
    sms, whatsapp = Person(services), Person(services, "whatsapp:+447700900123")
    sms.goes_through("hello", "yes", "yes")
    whatsapp.goes_through("hello", "STOP")
    assert sms.contact["opted_out"] is None
    assert whatsapp.contact["opted_out"] is not None
    assert {(row["channel"], row["act"]) for row in rows(services, "consent")} == {
        ("sms", "given"),
        ("whatsapp", "withdrawn"),
    }


def test_a_concern_is_raised_for_a_person_to_look_at(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes")
    (reply,) = amina.says("i want to kill myself")
    assert reply.startswith(phrases.SUPPORT.source)
    (concern,) = rows(services, "concern")
    assert concern["language"] == "en"
    assert concern["acknowledged"] is None
    assert concern["inbound_id"] == rows(services, "inbound")[-1]["id"]


def test_what_the_bot_says_is_stored_with_its_buttons(services: Services) -> None:
    open_campaign(services)
    Person(services).says("hello")
    (outbound,) = rows(services, "outbound")
    assert outbound["state"] == "replied"
    assert outbound["question"] == "private"
    assert outbound["buttons"] == [["private:yes", "Yes"], ["private:no", "No"]]
    assert outbound["body"] == outbound["prompt"] + "\n1. Yes\n2. No"


def test_attachments_are_kept_with_their_kind_and_place(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello")
    amina.says("", media=((Media.AUDIO, "https://api.twilio.com/one"),))
    assert rows(services, "inbound")[-1]["media"] == [
        {"kind": "audio", "url": "https://api.twilio.com/one"}
    ]


def test_how_the_conversation_is_held_is_recorded(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.says("hello", mode="assisted")
    assert amina.conversation["mode"] == "assisted"
    assert amina.contact["simulated"] is False
    simulated = Person(services, "+447700900999")
    simulated.says("hello", mode="simulated")
    assert simulated.contact["simulated"] is True


def test_the_language_of_the_answer_is_the_one_it_was_asked_in(demo: Services) -> None:
    open_campaign(demo, languages=["en", "bn"])
    amina = Person(demo)
    amina.goes_through("hello", "বাংলা", "হ্যাঁ", "language", "1", "yes")
    languages = {row["question"]: row["language"] for row in rows(demo, "answer")}
    assert languages["private"] == "bn"
    assert languages["consent"] == "en"
    assert amina.conversation["language"] == "en"
    wordings = {row["wording"] for row in rows(demo, "answer")}
    assert len(wordings) == len(rows(demo, "answer"))


def test_a_whole_survey_ends_complete(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    assert amina.conversation["outcome"] == "complete"
    assert amina.conversation["finished"] is not None
    assert amina.conversation["analysed"] is None
