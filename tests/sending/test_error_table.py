"""Every code of the table, as the answer to our request and as a callback hours later: what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.gateways.twilio_errors import MEANING, REACTIONS, Reaction, reaction_to
from bot.store import inbox
from bot.usecases import alerts, campaign_state, erasure, outbox, pacing
from bot.usecases.effects import ERASURE, record_consent
from bot.usecases.services import Services
from tests.support.campaigns import open_campaign
from tests.support.fakes import SettableClock
from tests.support.launching import another, invite
from tests.support.rows import rows
from tests.support.settings import SENDER
from tests.support.twilio_faults import Fault
from tests.support.twilio_stand_in import TwilioStandIn

LATER = {"days": 1}


@dataclass
class Scene:
    """Anna is sent an invitation that fails; a reminder for her and Bea's invitation wait."""

    services: Services
    twilio: TwilioStandIn
    clock: SettableClock
    code: int
    processed: bool
    number: int
    channel: str = ""
    more: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.campaign = open_campaign(self.services, name=f"c{self.number}", walk_in=False)
        (self.failed,) = invite(self.services, self.campaign, [self.anna], **self.more or {})
        tomorrow = self.clock.now().replace(day=self.clock.now().day + 1)
        self.reminder = another(
            self.services, self.failed, kind="reminder", not_before=tomorrow, body="Reminder"
        )
        (self.bea,) = invite(
            self.services, self.campaign, [f"{self.channel}+4477009020{self.number:02d}"],
            not_before=tomorrow,
        )  # fmt: skip

    @property
    def anna(self) -> str:
        return f"{self.channel}+4477009010{self.number:02d}"

    def happens(self) -> None:
        self.fails(self.failed)

    def fails(self, outbound_id: int) -> None:
        if self.processed:
            self.twilio.verdict = lambda _: [("undelivered", self.code)]
        elif self.code == 20503:
            self.twilio.verdict = lambda _: []  # its callbacks are lost too
            self.twilio.faults.add(Fault.ERROR_AFTER)
        else:
            self.twilio.faults.add(self.code)
        outbox.send(self.services, [outbound_id])
        self.twilio.deliver(twice=1.0)
        self.twilio.verdict = lambda _: [("sent", None)]

    def row(self, outbound_id: int) -> dict[str, Any]:
        return rows(self.services, "outbound", id=outbound_id)[0]

    def state(self, outbound_id: int) -> str:
        return str(self.row(outbound_id)["state"])

    @property
    def contact(self) -> dict[str, Any]:
        contact = self.row(self.failed)["contact_point_id"]
        return rows(self.services, "contact_point", id=contact)[0]

    @property
    def copies(self) -> list[dict[str, Any]]:
        return rows(self.services, "outbound", retry_of=self.failed)

    @property
    def alerts(self) -> list[tuple[str, int]]:
        found = rows(self.services, "alert", error_code=self.code)
        return [(alert["kind"], alert["count"]) for alert in found]

    @property
    def campaign_now(self) -> str:
        return str(rows(self.services, "campaign", slug=self.campaign)[0]["state"])

    def waits(self, outbound_id: int) -> bool:
        return self.state(outbound_id) == "queued"

    def goes_on(self) -> list[str]:
        """Let everything that is due be sent; whom it went to."""
        before = len(self.twilio.log.accepted)
        ids = [row["id"] for row in rows(self.services, "outbound", state="queued")]
        outbox.send(self.services, ids)
        return [accepted.to for accepted in self.twilio.log.accepted[before:]]


Make = Callable[..., Scene]


@pytest.fixture
def scene(real: Services, twilio: TwilioStandIn, clock: SettableClock) -> Make:
    count = iter(range(100))

    def make(code: int, processed: bool, **more: Any) -> Scene:
        made = Scene(real, twilio, clock, code, processed, next(count), **more)
        made.happens()
        return made

    return make


def codes(reaction: Reaction) -> list[int]:
    return [code for code, found in REACTIONS.items() if found is reaction]


both = pytest.mark.parametrize("processed", [False, True], ids=["at once", "by callback"])


@both
def test_too_fast_is_sent_again_after_a_while(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.BACK_OFF):
        found = scene(code, processed)
        waiting = found.copies[0] if processed else found.row(found.failed)
        assert found.state(found.failed) == ("failed" if processed else "queued")
        assert waiting["state"] == "queued"
        assert waiting["not_before"] >= found.clock.now()
        assert waiting["not_before"] <= found.clock.now().replace(minute=59)
        found.clock.forward(seconds=pacing.BASE_SECONDS + 1)
        assert found.goes_on() == [found.anna]
        assert found.row(waiting["id"])["attempts"] == 2
        assert found.alerts == []


def test_what_is_always_too_fast_is_given_up_aloud(scene: Make) -> None:
    found = scene(20429, False)
    for _ in range(pacing.MAX_ATTEMPTS):
        found.clock.forward(minutes=16)
        found.twilio.faults.add(20429)
        found.goes_on()
    row = found.row(found.failed)
    assert (row["state"], row["attempts"]) == ("failed", pacing.MAX_ATTEMPTS)
    assert found.alerts == [("given up", 1)]


@both
def test_a_warning_of_whatsapp_pauses_invitations_but_no_reply(
    scene: Make, processed: bool
) -> None:
    for code in codes(Reaction.PAUSE_INVITATIONS):
        found = scene(code, processed, channel="whatsapp:")
        waiting = found.copies[0] if processed else found.row(found.failed)
        assert (waiting["not_before"] - found.clock.now()).total_seconds() >= 60
        (sender,) = rows(found.services, "sender", name=f"whatsapp:{SENDER}")
        assert sender["paused_until"] > found.clock.now()
        phone = f"whatsapp:+4477009030{found.number:02d}"
        (begun,) = invite(found.services, found.campaign, [phone])
        answer = another(found.services, found.bea, kind="reply", body="Thank you")
        assert found.goes_on() == [f"whatsapp:+4477009020{found.number:02d}"]
        assert found.waits(begun)
        assert found.state(answer) == "sent"
        found.clock.forward(minutes=16)
        assert sorted(found.goes_on()) == sorted([found.anna, phone])


@both
def test_an_unknown_outcome_is_never_sent_again_blindly(scene: Make, processed: bool) -> None:
    found = scene(20503, processed)
    assert found.state(found.failed) == ("failed" if processed else "uncertain")
    assert found.goes_on() == []
    found.clock.forward(minutes=3)
    assert outbox.reconcile(found.services) == (0 if processed else 1)
    assert len(found.twilio.sent_to(found.anna)) == 1
    assert found.copies == []


@both
def test_a_passing_fault_is_tried_once_more(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.RETRY_ONCE):
        found = scene(code, processed)
        (copy,) = found.copies
        assert found.state(found.failed) == "failed"
        assert found.goes_on() == []
        found.clock.forward(minutes=5)
        found.fails(copy["id"])
        assert found.state(copy["id"]) == "failed"
        assert len(rows(found.services, "outbound", retry_of=copy["id"])) == 0
        assert found.contact["closed"] is None


@both
def test_a_phone_that_is_away_is_tried_hours_later_then_unreachable(
    scene: Make, processed: bool
) -> None:
    found = scene(30003, processed)
    (copy,) = found.copies
    found.clock.forward(hours=3)
    assert found.goes_on() == []
    found.clock.forward(hours=1, seconds=1)
    found.fails(copy["id"])
    assert found.contact["closed_why"] == "unreachable"
    assert found.state(found.reminder) == "cancelled"
    assert found.waits(found.bea)


def test_a_message_that_arrives_after_all_needs_no_second_try(scene: Make) -> None:
    found = scene(30008, True)
    accepted = found.twilio.sent_to(found.anna)[0]
    found.twilio.pending = [(accepted.sid, accepted.form["StatusCallback"], "delivered", None)]
    found.twilio.deliver()
    assert found.state(found.failed) == "delivered"
    assert found.copies[0]["state"] == "cancelled"


@both
def test_a_stop_that_twilio_heard_is_a_stop(scene: Make, processed: bool) -> None:
    found = scene(21610, processed)
    assert found.state(found.failed) == "failed"
    assert found.contact["opted_out"] == found.clock.now()
    (entry,) = rows(found.services, "consent", contact_point_id=found.contact["id"])
    assert (entry["act"], entry["channel"], entry["raw"]) == ("withdrawn", "sms", "Twilio 21610")
    assert found.state(found.reminder) == "cancelled"
    assert found.waits(found.bea)
    assert found.copies == []


@both
def test_whoever_blocked_us_is_left_in_peace_until_she_writes(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.BLOCKED):
        found = scene(code, processed, channel="whatsapp:")
        assert found.contact["closed_why"] == "blocked"
        assert found.state(found.reminder) == "cancelled"
        late = another(found.services, found.failed, body="later")
        assert found.goes_on() == []
        assert found.state(late) == "cancelled"
        found.twilio.writes(found.anna, "hello")
        assert (found.contact["closed"], found.contact["closed_why"]) == (None, None)


@both
def test_a_bad_address_is_flagged_and_not_tried_again(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.BAD_ADDRESS):
        found = scene(code, processed)
        assert found.state(found.failed) == "failed"
        assert found.contact["closed_why"] == "bad_address"
        assert found.state(found.reminder) == "cancelled"
        assert found.copies == []
        assert found.waits(found.bea)


TEMPLATE = {"content_sid": "HX" + "a" * 32, "content_variables": {"1": "Aston"}}


@both
def test_outside_the_window_the_template_goes_once(scene: Make, processed: bool) -> None:
    found = scene(63016, processed, channel="whatsapp:", more=TEMPLATE)
    (copy,) = found.copies
    assert copy["as_template"]
    found.fails(copy["id"])
    last = found.twilio.log.accepted[-1] if processed else None
    if last is not None:
        assert last.form["ContentSid"] == TEMPLATE["content_sid"]
        assert last.form["ContentVariables"] == '{"1": "Aston"}'
        assert "Body" not in last.form
    assert found.state(copy["id"]) == "failed"
    assert rows(found.services, "outbound", retry_of=copy["id"]) == []
    bare = scene(63016, processed, channel="whatsapp:")
    assert bare.copies == []
    assert bare.alerts == [("template missing", 1)]


def agree_to_sms(found: Scene, act: str) -> int:
    """Anna's number on SMS, and what she said about SMS."""
    (conversation,) = rows(found.services, "conversation", contact_point_id=found.contact["id"])
    (sms,) = invite(found.services, found.campaign, [found.anna.removeprefix("whatsapp:")])
    contact = found.row(sms)["contact_point_id"]
    with found.services.database.transaction() as work:
        work.connection.execute(
            inbox.OUTBOUND.update().where(inbox.OUTBOUND.c.id == sms).values(state="sent")
        )
        work.connection.execute(
            inbox.CONVERSATION.update()
            .where(inbox.CONVERSATION.c.contact_point_id == contact)
            .values(finished=found.clock.now())
        )
        record_consent(
            work.connection,
            participant_id=conversation["participant_id"],
            contact_point_id=contact,
            channel="sms",
            act=act,
            language="en",
            raw="yes",
            at=found.clock.now(),
        )
    return int(contact)


@both
@pytest.mark.parametrize("act", ["given", "withdrawn", None])
def test_what_meta_declines_goes_by_sms_only_with_consent_to_sms(
    scene: Make, processed: bool, act: str | None
) -> None:
    for code in codes(Reaction.META_DECLINED):
        found = scene(code, processed, channel="whatsapp:")
        # The scene has failed once without SMS; now a second message, with what she said about it.
        assert found.copies == []
        contact = None if act is None else agree_to_sms(found, act)
        second = another(found.services, found.failed, body="again")
        found.fails(second)
        assert found.state(second) == "failed"
        went_on = rows(found.services, "outbound", retry_of=second)
        if act == "given":
            assert found.goes_on() == [found.anna.removeprefix("whatsapp:")]
            assert [row["contact_point_id"] for row in went_on] == [contact]
        else:
            assert went_on == []


def test_whoever_went_on_by_sms_is_forgotten_on_both_channels(scene: Make) -> None:
    found = scene(63049, False, channel="whatsapp:")
    agree_to_sms(found, "given")
    found.fails(another(found.services, found.failed, body="again"))
    whatsapp = found.contact["id"]
    (conversation,) = rows(
        found.services, "conversation", id=found.row(found.failed)["conversation_id"]
    )
    assert conversation["contact_point_id"] != whatsapp
    with found.services.database.transaction() as work:
        request = inbox.add(
            work.connection,
            ERASURE,
            participant_id=conversation["participant_id"],
            requested=found.clock.now(),
        )
    assert erasure.erase(found.services, [request]) == 1
    (contact,) = rows(found.services, "contact_point", id=whatsapp)
    assert contact["address"] == b""


@both
def test_a_wrong_text_stops_its_batch(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.CONTENT_WRONG):
        found = scene(code, processed)
        assert found.state(found.failed) == "failed"
        bea = found.row(found.bea)
        assert (bea["state"], bea["error_code"]) == ("cancelled", code)
        assert found.waits(found.reminder)  # another text
        assert found.alerts == [("content wrong", 1)]


@both
def test_a_filtered_message_alerts_when_it_is_one_of_many(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.FILTERED):
        found = scene(code, processed)
        assert (found.state(found.failed), found.copies) == ("failed", [])
        assert found.waits(found.reminder)
    assert rows(found.services, "alert") == []
    more = [scene(code, processed) for _ in range(4)]
    assert {kind for kind, _ in more[-1].alerts} == {"filtered"}


@both
def test_a_wrong_account_halts_the_campaign_and_loses_nothing(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.ACCOUNT):
        found = scene(code, processed)
        assert found.campaign_now == "halted"
        assert found.alerts == [("campaign halted", 1)]
        found.clock.forward(minutes=1)
        late = another(found.services, found.bea, kind="notice")
        assert found.goes_on() == []
        assert found.state(found.failed) == ("failed" if processed else "queued")
        campaign_state.resume(found.services, found.campaign)
        bea = f"+4477009020{found.number:02d}"
        assert found.goes_on() == ([bea] if processed else [found.anna, bea])
        assert found.state(late) == "sent"


@both
def test_a_broken_webhook_alerts_and_counts(scene: Make, processed: bool) -> None:
    for code in codes(Reaction.WEBHOOK_BROKEN):
        found = scene(code, processed)
        again = another(found.services, found.failed)
        found.fails(again)
        assert found.alerts == [("webhook broken", 2)]
        (alert,) = rows(found.services, "alert", error_code=code)
        with found.services.database.transaction() as work:
            alerts.acknowledge(work.connection, alert["id"], found.clock.now())
        found.fails(another(found.services, found.failed))
        assert found.alerts == [("webhook broken", 2), ("webhook broken", 1)]


@both
@pytest.mark.parametrize("code", [99999, 30009])
def test_an_unknown_code_fails_that_message_alone(scene: Make, processed: bool, code: int) -> None:
    found = scene(code, processed)
    row = found.row(found.failed)
    assert (row["state"], row["error_code"]) == ("failed", code)
    assert (found.copies, found.alerts) == ([], [])
    assert found.waits(found.bea)
    assert found.campaign_now == "live"
    assert found.contact["closed"] is None


def test_every_reaction_is_explained_and_every_code_has_one() -> None:
    assert set(MEANING) == set(Reaction)
    assert set(REACTIONS.values()) == set(Reaction) - {Reaction.FAIL}
    assert reaction_to(None) is Reaction.FAIL
    assert reaction_to(None, 429) is Reaction.BACK_OFF
    assert reaction_to(63018, 429) is Reaction.PAUSE_INVITATIONS
    assert reaction_to(20003, 401) is Reaction.ACCOUNT
    assert {reaction_to(code, 502) for code in (None, 20003, 20429)} == {Reaction.UNCERTAIN}
