"""A launch: everybody on the list is written to once, in her language, or it is known why not."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from bot.store import inbox
from bot.usecases import campaign_state, campaigns, launching, outbox, timing
from bot.usecases.campaigns import CampaignError
from bot.usecases.plans import Plan
from bot.usecases.services import Services
from flows import phrases
from flows.state import Phase, State
from tests.support.campaigns import draft, id_of, launch, open_campaign, write_survey
from tests.support.fakes import FakeTwilio, SettableClock
from tests.support.launching import enrol
from tests.support.people import Person
from tests.support.rows import rows


def phones(count: int, *, whatsapp: bool = False) -> list[str]:
    return [f"{'whatsapp:' if whatsapp else ''}+44770090{number:04}" for number in range(count)]


def test_everybody_on_the_list_gets_the_first_question_in_her_language(demo: Services) -> None:
    slug = draft(demo, languages=["en", "bn"])
    enrol(demo, slug, phones(5), languages=["en", "bn", None])
    assert launch(demo, slug) == 5
    (campaign,) = rows(demo, "campaign")
    assert campaign["state"] == "live"
    people = rows(demo, "enrolment")
    assert {one["state"] for one in people} == {"invited"}
    assert len({one["conversation_id"] for one in people}) == 5
    said = {row["conversation_id"]: row for row in rows(demo, "outbound")}
    talks = {row["id"]: row for row in rows(demo, "conversation")}
    for one in people:
        talk, first = talks[one["conversation_id"]], said[one["conversation_id"]]
        assert talk["participant_id"] == one["participant_id"]
        assert talk["contact_point_id"] == first["contact_point_id"] == one["contact_point_id"]
        assert (first["kind"], first["state"], first["reply_to"]) == ("invitation", "queued", None)
        state = State.from_json(talk["state"])
        assert (state.phase, first["question"]) == (Phase.ASKING, state.position)
        assert talk["asked"] == first["created"]
        assert talk["next_what"] == "reminder"
        if one["language"] is None:
            assert (state.language_chosen, state.position) == (False, "language")
        else:
            assert (state.language, state.position) == (one["language"], "private")
    in_bengali = next(row["body"] for row in said.values() if row["language"] == "bn")
    assert "Are you somewhere private" not in in_bengali


def test_who_answers_an_invitation_goes_on_from_the_question_in_it(services: Services) -> None:
    slug = draft(services)
    enrol(services, slug, phones(1), languages=["en"])
    launch(services, slug)
    amina = Person(services, phones(1)[0])
    assert "Do you agree" in amina.says("yes")[0]
    assert rows(services, "answer")[0]["question"] == "private"
    # She was quicker than the outbox: the invitation is of no use any more.
    assert {row["state"] for row in rows(services, "outbound", kind="invitation")} == {"cancelled"}


def test_on_whatsapp_the_first_message_is_the_approved_one_and_nothing_answers_what_was_not_seen(
    demo: Services, clock: SettableClock
) -> None:
    slug = draft(demo, languages=["en"])
    enrol(demo, slug, phones(1, whatsapp=True), languages=["en"])
    enrol(demo, slug, ["whatsapp:+447700909999"], languages=["en"], heard=clock.now())
    launch(demo, slug)
    shut, in_window = rows(demo, "outbound")
    assert shut["body"] == phrases.INVITATION.source.format(organisation="Aston Dars group")
    assert (shut["kind"], shut["question"]) == ("invitation", None)
    assert in_window["question"] == "private"
    amina = Person(demo, phones(1, whatsapp=True)[0])
    assert "somewhere private" in amina.says("yes")[0]
    assert rows(demo, "answer") == []


def test_who_may_not_be_written_to_is_left_out_and_it_is_known_why(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services)
    ids = enrol(services, slug, phones(4))
    contacts = [row["contact_point_id"] for row in rows(services, "enrolment")]
    (campaign,) = rows(services, "campaign")
    with services.database.transaction() as work:
        for number, values in enumerate(
            ({"opted_out": clock.now()}, {"closed": clock.now(), "closed_why": "bad_address"})
        ):
            work.connection.execute(
                update(inbox.CONTACT).where(inbox.CONTACT.c.id == contacts[number]).values(**values)
            )
        work.connection.execute(
            insert(inbox.OPT_OUT).values(
                contact_point_id=contacts[2],
                organisation_id=campaign["organisation_id"],
                at=clock.now(),
            )
        )
    launch(services, slug)
    found = {row["id"]: (row["state"], row["why"]) for row in rows(services, "enrolment")}
    assert [found[one] for one in ids] == [
        ("left_out", "opted_out"),
        ("left_out", "closed"),
        ("left_out", "opted_out"),
        ("invited", None),
    ]
    assert len(rows(services, "outbound")) == 1


def test_two_people_on_one_phone_are_asked_one_after_the_other(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services, survey="event_feedback")
    enrol(services, slug, [phones(1)[0], phones(1)[0]], languages=["en"])
    launch(services, slug)
    assert [row["state"] for row in rows(services, "enrolment")] == ["invited", "turn"]
    assert timing.tick(services)["opened"] == 0
    Person(services, phones(1)[0]).says("STOP")
    Person(services, phones(1)[0]).says("START")
    clock.forward(days=15)
    assert timing.tick(services)["moved_on"] == 1  # the first one's window closes
    assert timing.tick(services)["opened"] == 1
    first, second = rows(services, "conversation")
    assert (first["outcome"], second["outcome"]) == ("expired", None)
    words = phrases.NEXT_CAMPAIGN.source.format(organisation="Aston Dars group")
    assert rows(services, "outbound")[-1]["body"].startswith(f"{words}\n\n")


def test_a_launch_that_is_killed_goes_on_where_it_was(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "BATCH", 3)
    slug = draft(services)
    enrol(services, slug, phones(10))
    campaign_state.launch(services, slug)

    class Killed(BaseException):
        pass

    def kill(done: int) -> None:
        if done == 6:
            raise Killed

    with pytest.raises(Killed):
        launching.run(services, id_of(services, slug), kill)
    states = Counter(row["state"] for row in rows(services, "enrolment"))
    assert states == {"invited": 6, "listed": 4}
    assert rows(services, "campaign")[0]["state"] == "launching"
    assert launching.run(services, id_of(services, slug)) == 4
    assert len(rows(services, "conversation")) == len(rows(services, "outbound")) == 10
    assert rows(services, "campaign")[0]["state"] == "live"


def test_a_batch_that_fails_half_way_leaves_nothing_behind(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = draft(services)
    enrol(services, slug, phones(3))
    campaign_state.launch(services, slug)
    with monkeypatch.context() as patch:
        patch.setattr(launching.store, "add_for_each", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            launching.run(services, id_of(services, slug))
    assert rows(services, "conversation") == []
    assert {row["state"] for row in rows(services, "enrolment")} == {"listed"}


def test_several_workers_invite_everybody_once(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "BATCH", 7)
    slug = draft(services)
    enrol(services, slug, phones(60))
    campaign_state.launch(services, slug)
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(launching.run, services, id_of(services, slug)) for _ in range(3)]
        assert sum(job.result() for job in jobs) == 60
    launching.run(services, id_of(services, slug))
    assert len(rows(services, "conversation")) == 60
    assert max(Counter(row["contact_point_id"] for row in rows(services, "outbound")).values()) == 1
    assert rows(services, "campaign")[0]["state"] == "live"


def test_a_launch_is_paused_between_two_batches_and_resumed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "BATCH", 10)
    slug = draft(services)
    enrol(services, slug, phones(50))
    campaign_state.launch(services, slug)
    pause = {20: lambda: campaign_state.pause(services, slug)}
    done = launching.run(
        services, id_of(services, slug), lambda number: pause.get(number, lambda: None)()
    )
    assert done == 20
    assert Counter(row["state"] for row in rows(services, "enrolment"))["listed"] == 30
    assert launching.run(services, id_of(services, slug)) == 0
    campaign_state.resume(services, slug)
    assert launching.run(services, id_of(services, slug)) == 30


def test_thousands_that_are_going_out_are_stopped_within_a_second(
    services: Services, sms: FakeTwilio, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request takes 50 ms on the clock of the test; what was begun before the pause goes out."""
    slug = draft(services)
    enrol(services, slug, [f"+4477{10000000 + number}" for number in range(2000)])
    launch(services, slug)
    ids = [row["id"] for row in rows(services, "outbound")]
    paused_at: list[int] = []

    def count() -> None:
        clock.forward(seconds=0.05)
        if len(sms.sent) == 30 and not paused_at:
            # Another process pauses it while this one is in the middle of a batch.
            hand = threading.Thread(target=campaign_state.pause, args=(services, slug))
            hand.start()
            hand.join()
            paused_at.append(len(sms.sent))

    sms.before_send = count
    outbox.send(services, ids)
    assert paused_at == [30]
    assert len(sms.sent) - paused_at[0] <= 1  # the one that was on its way
    clock.forward(minutes=10)
    assert outbox.send(services, ids[:200]) == 0
    states = Counter(row["state"] for row in rows(services, "outbound"))
    assert states == {"sent": 31, "queued": 1969}


def test_nobody_is_invited_before_the_campaign_starts(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services, starts=clock.now() + timedelta(days=2))
    enrol(services, slug, phones(2))
    assert launch(services, slug) == 0
    assert rows(services, "campaign")[0]["state"] == "launching"
    clock.forward(days=2)
    assert launching.run(services, id_of(services, slug)) == 2


def test_who_is_put_on_the_list_of_a_live_campaign_is_invited_too(services: Services) -> None:
    slug = open_campaign(services)
    enrol(services, slug, phones(2))
    assert launching.run(services, id_of(services, slug)) == 2


def test_a_campaign_is_launched_once(services: Services) -> None:
    slug = open_campaign(services)
    with pytest.raises(CampaignError, match="it was launched before"):
        campaign_state.launch(services, slug)
    with pytest.raises(CampaignError, match="There is no campaign 'nowhere'"):
        campaign_state.launch(services, "nowhere")


def test_the_survey_is_frozen_as_it_is_at_the_launch_and_no_edit_reaches_it_after(
    services: Services, tmp_path
) -> None:
    text = "settings: {form_id: a}\nsurvey:\n  - {type: text, name: why, label: 'Why then?'}\n"
    path = write_survey(tmp_path, text)
    slug = draft(services, survey=path)
    write_survey(tmp_path, text.replace("then", "now"))
    enrol(services, slug, phones(2))
    campaign_state.launch(services, slug)
    write_survey(tmp_path, text.replace("then", "later"))
    launching.run(services, id_of(services, slug))
    assert {row["body"] for row in rows(services, "outbound")} == {"Why now?"}


RANDOM = """
settings: {form_id: mixed}
choices:
  colour: [{name: red, label: Red}, {name: green, label: Green}, {name: blue, label: Blue}]
survey:
  - {type: select_one yes_no, name: agree, purpose: consent, label: "Agree?"}
  - {type: select_one colour, name: colour, label: 'Which?', parameters: randomize=true}
"""


@pytest.mark.parametrize("first", [True, False])
def test_what_is_in_random_order_is_drawn_for_each_participant(
    services: Services, tmp_path, first: bool
) -> None:
    choices = '  yes_no: [{name: "yes", label: "Yes"}, {name: "no", label: "No"}]\n  colour:'
    text = RANDOM.replace("  colour: [", f"{choices} [")
    if first:
        text = "\n".join(line for line in text.splitlines() if "agree" not in line)
    slug = draft(services, survey=write_survey(tmp_path, text))
    enrol(services, slug, phones(12))
    launch(services, slug)
    states = [State.from_json(row["state"]) for row in rows(services, "conversation")]
    assert len({state.seed for state in states}) == 12
    orders = {json.dumps(row["buttons"]) for row in rows(services, "outbound")}
    assert (len(orders) > 1) is first


def test_a_value_that_is_worked_out_before_the_first_question_is_stored_for_everybody(
    services: Services, tmp_path
) -> None:
    text = (
        "settings: {form_id: a}\nsurvey:\n  - {type: calculate, name: two, calculation: 1 + 1}\n"
        "  - {type: text, name: never, label: Never, relevant: '${two} = 3'}\n"
        "  - {type: text, name: why, label: 'Why ${two}?'}\n"
    )
    slug = draft(services, survey=write_survey(tmp_path, text))
    enrol(services, slug, phones(3))
    launch(services, slug)
    assert {row["body"] for row in rows(services, "outbound")} == {"Why 2?"}
    stored = rows(services, "answer")
    assert len(stored) == 3
    assert {(row["question"], row["value"], row["how"]) for row in stored} == {
        ("two", 2, "calculated")
    }


def test_who_is_told_first_is_invited_days_later(services: Services, clock: SettableClock) -> None:
    slug = draft(services, plan=Plan(tell_days=3))
    enrol(services, slug, phones(2), languages=["en"])
    launch(services, slug)
    told = rows(services, "outbound")
    words = phrases.PRE_NOTIFICATION.source.format(organisation="Aston Dars group")
    assert {row["body"] for row in told} == {words}
    assert {row["state"] for row in rows(services, "enrolment")} == {"told"}
    outbox.send(services, [row["id"] for row in told])
    Person(services, phones(2)[1]).says("STOP")
    clock.forward(days=2)
    assert timing.tick(services) == {"moved_on": 0, "opened": 0}
    clock.forward(days=1)
    assert timing.tick(services)["moved_on"] == 1
    invitation = rows(services, "outbound")[-1]
    assert (invitation["kind"], invitation["question"]) == ("invitation", "private")
    first, second = rows(services, "enrolment")
    assert (first["state"], first["invited"]) == ("invited", clock.now())
    assert second["state"] == "told"


def test_a_full_quota_leaves_out_who_was_not_invited_yet(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services, survey="event_feedback", plan=Plan(quota={"total": 1}), keyword="spring")
    campaign_state.launch(services, slug)
    with services.database.transaction() as work:
        work.connection.execute(update(inbox.CAMPAIGN).values(state="live"))
    amina, baraka = Person(services), Person(services, "+447700900777")
    amina.says("spring")
    baraka.says("spring")
    with services.database.transaction() as work:
        work.connection.execute(
            update(inbox.CONVERSATION)
            .where(inbox.CONVERSATION.c.id == amina.conversation["id"])
            .values(outcome="complete", finished=clock.now())
        )
    enrol(services, slug, phones(2))
    launching.run(services, id_of(services, slug))
    assert {row["why"] for row in rows(services, "enrolment")} == {"quota"}
    assert baraka.says("hello") == [phrases.QUOTA_FULL.source]
    assert baraka.conversation["outcome"] == "quota_full"


def test_a_closed_campaign_ends_its_conversations_and_leaves_out_the_rest(
    services: Services, clock: SettableClock
) -> None:
    slug = draft(services, starts=clock.now() + timedelta(days=1))
    enrol(services, slug, phones(2))
    launch(services, slug)
    campaign_state.close(services, slug)
    assert {row["why"] for row in rows(services, "enrolment")} == {"campaign_closed"}
    other = open_campaign(services, name="Second")
    amina = Person(services)
    amina.says("hello")
    campaign_state.close(services, other)
    assert timing.tick(services)["moved_on"] == 1
    assert amina.says("yes") == [phrases.CLOSED.source]
    (found,) = [one for one in campaigns.all_campaigns(services) if one.slug == other]
    assert found.state == "closed"
