"""A message comes in: stored once, answered once, whatever the provider and the threads do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.gateways.queue import Job
from bot.usecases.services import Services
from flows import phrases
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import FakeQueue, SettableClock
from tests.support.people import WHOLE, Person
from tests.support.rows import rows


def test_a_first_message_joins_the_campaign_that_is_open_to_anyone(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    (reply,) = amina.says("hello")
    assert reply.startswith("Hello, this is Awaaz")
    assert amina.conversation["channel"] == "sms"
    assert amina.conversation["mode"] == "self"
    (participant,) = rows(services, "participant")
    assert participant["pseudonym"].startswith("P")
    assert len(participant["pseudonym"]) == 11


def test_every_word_that_was_typed_is_kept_as_it_was_typed(services: Services) -> None:
    open_campaign(services)
    texts = ["hello", "  yes\u200f ", "YES", "৩ ", "\u202eabc\u202c", "👍🏽", "x" * 1600, ""]
    Person(services).goes_through(*texts)
    assert [row["body"] for row in rows(services, "inbound")] == texts


def test_the_same_message_again_gets_the_same_reply_and_changes_nothing(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    first = amina.writes("hello", sid="SM1")
    before = rows(services, "conversation")
    for _ in range(3):
        assert amina.writes("hello", sid="SM1") == first
    assert len(rows(services, "inbound")) == 1
    assert len(rows(services, "outbound")) == 1
    assert rows(services, "conversation") == before


def test_an_old_message_again_gets_its_own_reply_in_the_middle_of_a_conversation(
    services: Services,
) -> None:
    open_campaign(services)
    amina = Person(services)
    first = amina.writes("hello", sid="SM1")
    amina.goes_through("yes", "yes", "3")
    assert amina.writes("hello", sid="SM1") == first
    assert amina.says("2")[0].startswith("I have felt active")


@pytest.mark.parametrize("copies", [3, 8])
def test_one_message_that_comes_several_times_at_once_is_one_message(
    services: Services, copies: int
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes")
    barrier = Barrier(copies)

    def deliver(_: int) -> list[tuple[int, str]]:
        barrier.wait()
        return [(reply.outbound_id, reply.body) for reply in amina.writes("yes", sid="SMsame")]

    with ThreadPoolExecutor(copies) as pool:
        answers = list(pool.map(deliver, range(copies)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0][1].startswith("Please indicate")
    assert len(rows(services, "inbound", provider_sid="SMsame")) == 1
    assert len(rows(services, "consent", act="given")) == 1


def test_the_very_first_message_several_times_at_once_makes_one_person(services: Services) -> None:
    open_campaign(services)
    barrier = Barrier(4)

    def deliver(_: int) -> list[str]:
        barrier.wait()
        return Person(services).says("hello", sid="SMfirst")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(deliver, range(4)))
    assert len(set(map(tuple, answers))) == 1
    for table in ("contact_point", "participant", "conversation", "inbound", "outbound"):
        assert len(rows(services, table)) == 1, table


def test_two_messages_of_one_person_at_once_are_answered_one_after_the_other(
    services: Services,
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes")
    barrier = Barrier(2)

    def deliver(text: str) -> list[str]:
        barrier.wait()
        return amina.says(text)

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(deliver, ["3", "4"]))
    assert len({tuple(reply) for reply in replies}) == 2
    answers = rows(services, "answer", conversation_id=amina.conversation["id"])
    items = {row["question"]: row["value"] for row in answers if row["question"].startswith("who5")}
    assert {items["who5_1"], items["who5_2"]} == {"3", "4"}
    assert all(row["raw"] == row["value"] for row in answers if row["question"] in items)


def test_many_people_at_once_do_not_mix(services: Services) -> None:
    open_campaign(services)
    people = [Person(services, f"+4477009001{number:02}") for number in range(12)]

    def take_part(person: Person) -> None:
        person.goes_through("hello", "yes", "yes", *("3",) * 5, "7", f"I am {person.phone[-2:]}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(take_part, people))
    for person in people:
        answers = rows(services, "answer", conversation_id=person.conversation["id"])
        (matters,) = [row for row in answers if row["question"] == "matters"]
        assert matters["value"] == f"I am {person.phone[-2:]}"
    assert len(rows(services, "participant")) == len(people)


def test_the_same_number_on_two_channels_is_two_addresses(services: Services) -> None:
    open_campaign(services)
    Person(services, "+447700900123").says("hello")
    Person(services, "whatsapp:+447700900123").says("hello")
    assert [row["channel"] for row in rows(services, "contact_point")] == ["sms", "whatsapp"]


def test_a_whatsapp_sender_without_a_number_takes_part(services: Services) -> None:
    open_campaign(services)
    someone = Person(services, "whatsapp:GB.a1-b_2")
    someone.goes_through("hello", *WHOLE)
    assert someone.conversation["outcome"] == "complete"


def test_a_keyword_joins_its_campaign(services: Services) -> None:
    open_campaign(services, name="One", keyword="One Two", walk_in=False)
    open_campaign(services, name="Two", survey="initiative", keyword="tulip", walk_in=False)
    amina = Person(services)
    assert amina.says("hello") == []  # nobody is open to anyone
    assert amina.says(" ONE   two ")[0].startswith("Hello, this is Awaaz")
    assert rows(services, "campaign", id=amina.conversation["campaign_id"])[0]["name"] == "One"


def test_a_keyword_is_preferred_to_the_campaign_that_is_open_to_anyone(services: Services) -> None:
    open_campaign(services, name="Open")
    open_campaign(services, name="Named", survey="initiative", keyword="green", walk_in=False)
    amina = Person(services)
    amina.says("green")
    assert rows(services, "campaign", id=amina.conversation["campaign_id"])[0]["name"] == "Named"


def test_after_the_end_a_keyword_joins_another_campaign_but_not_the_same_again(
    services: Services,
) -> None:
    open_campaign(services, name="Open", keyword="rain")
    open_campaign(services, name="Named", survey="initiative", keyword="green", walk_in=False)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE)
    assert amina.says("rain") == [phrases.ALREADY_FINISHED.source]
    assert amina.says("thanks") == [phrases.ALREADY_FINISHED.source]
    assert amina.says("GREEN")[0].startswith("Hello, this is Awaaz")
    assert len(rows(services, "conversation")) == 2
    assert amina.says("green")[0].startswith("Sorry, I did not understand.")


def test_a_message_that_belongs_nowhere_is_kept_and_answered_with_silence(
    services: Services,
) -> None:
    assert Person(services).says("hello?") == []
    (inbound,) = rows(services, "inbound")
    assert inbound["body"] == "hello?"
    assert inbound["conversation_id"] is None


def test_stop_from_someone_we_never_asked_is_recorded(services: Services) -> None:
    amina = Person(services)
    assert amina.says("বন্ধ") == []
    (entry,) = rows(services, "consent")
    assert (entry["act"], entry["raw"], entry["participant_id"]) == ("withdrawn", "বন্ধ", None)
    assert amina.contact["opted_out"] is not None
    open_campaign(services)
    assert amina.says("hello") == []  # opted out means opted out
    assert rows(services, "conversation") == []
    amina.says("START")
    assert amina.contact["opted_out"] is None
    assert [row["act"] for row in rows(services, "consent")] == ["withdrawn", "restored"]
    assert amina.says("hello")[0].startswith("Hello, this is Awaaz")


def test_who_stopped_hears_nothing_until_start(services: Services) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes", "yes", "3")
    assert amina.says("STOP") == [phrases.STOPPED.source]
    assert amina.contact["opted_out"] is not None
    assert amina.says("hello?") == []
    assert amina.conversation["outcome"] == "stopped"
    assert phrases.WELCOME_BACK.source in amina.says("start")[0]
    assert amina.contact["opted_out"] is None
    assert (amina.conversation["outcome"], amina.conversation["finished"]) == (None, None)


def test_the_analysis_is_rung_for_once_a_conversation_is_over(
    services: Services, queue: FakeQueue
) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", *WHOLE[:-1])
    assert queue.rings == []
    amina.says(WHOLE[-1])
    assert queue.rings == [(Job.ANALYSE, (amina.conversation["id"],))]
    amina.says("thanks")
    assert len(queue.rings) == 1


def test_nothing_is_rung_for_when_the_queue_is_down_and_the_person_gets_her_reply(
    services: Services, queue: FakeQueue
) -> None:
    open_campaign(services)
    queue.down = True
    amina = Person(services)
    amina.goes_through("hello", *WHOLE[:-1])
    assert "Thank you." in amina.says(WHOLE[-1])[0]
    assert queue.rings == []
    assert amina.conversation["finished"] is not None


def test_what_fails_leaves_nothing_behind(services: Services, monkeypatch) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello", "yes")
    before = {table: rows(services, table) for table in ("inbound", "outbound", "answer")}

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power fails half-way")

    monkeypatch.setattr("bot.usecases.effects.inbox.save_conversation", broken)
    with pytest.raises(RuntimeError):
        amina.says("yes", sid="SMlost")
    monkeypatch.undo()
    assert {table: rows(services, table) for table in before} == before
    # The provider tries again, and then it goes well.
    assert amina.says("yes", sid="SMlost")[0].startswith("Please indicate")


def test_a_live_conversation_never_sees_an_edit(services: Services, tmp_path) -> None:
    text = """
settings: {form_id: small}
survey:
  - {type: integer, name: n, label: "How many?"}
  - {type: text, name: why, label: "Why?"}
"""
    path = write_survey(tmp_path, text)
    open_campaign(services, survey=path)
    amina = Person(services)
    amina.says("hello")
    write_survey(tmp_path, text.replace("Why?", "Why not?"))
    open_campaign(services, name="Second", survey=path, keyword="second", walk_in=False)
    assert amina.says("3") == ["Why?"]
    assert len(rows(services, "survey_version")) == 2


def test_freezing_the_same_survey_twice_is_one_version(services: Services) -> None:
    open_campaign(services)
    open_campaign(services, name="Second", keyword="second", walk_in=False)
    assert len(rows(services, "survey_version")) == 1


def test_the_moments_are_the_clocks(services: Services, clock: SettableClock) -> None:
    open_campaign(services)
    amina = Person(services)
    amina.goes_through("hello")
    asked = clock.now()
    clock.forward(days=2, hours=3)
    amina.says("yes")
    (answer,) = rows(services, "answer")
    assert (answer["asked"], answer["answered"]) == (asked, clock.now())
    assert rows(services, "inbound")[-1]["received"] == clock.now()
