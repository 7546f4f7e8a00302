"""What the clock does with conversations when nobody writes.

Invitations after an announcement, reminders, tomorrow's question, the end of the window; and whoever waited
for her turn gets it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import ColumnElement, Connection, exists, select, update

from bot.gateways.queue import Job
from bot.store import inbox
from bot.store import launching as people
from bot.store import outbox as store
from bot.store.database import UnitOfWork
from bot.store.inbox import CAMPAIGN, CONVERSATION, ENROLMENT, OPT_OUT, OUTBOUND, AnyRow
from bot.usecases import effects, launching, moves
from bot.usecases.hours import rules_of
from bot.usecases.moves import Move
from bot.usecases.plans import plan_of
from bot.usecases.quiet_hours import next_allowed
from bot.usecases.services import Services
from flows import phrases
from flows.effects import Effect, Say
from flows.engine import advance
from flows.events import Continued, Event, Expired, Invited, TimedOut
from flows.state import Phase, State

AT_ONCE = 500
"""Conversations moved on in one round of the clock."""

LATER = timedelta(hours=1)
"""When to look again at somebody whom a message of ours has not left for yet."""


def tick(services: Services) -> dict[str, int]:
    """Everything that is due: how many conversations were moved on, and how many opened in turn."""
    now = services.clock.now()
    with services.database.reading() as connection:
        due = connection.execute(
            select(CONVERSATION.c.id, CONVERSATION.c.contact_point_id)
            .join(CAMPAIGN, CAMPAIGN.c.id == CONVERSATION.c.campaign_id)
            .where(CONVERSATION.c.next_at <= now, _moves())
            .order_by(CONVERSATION.c.next_at, CONVERSATION.c.id)
            .limit(AT_ONCE)
        ).all()
        waiting = connection.scalars(
            select(ENROLMENT.c.id)
            .join(CAMPAIGN, CAMPAIGN.c.id == ENROLMENT.c.campaign_id)
            .where(CAMPAIGN.c.state == "live", ENROLMENT.c.state == "turn")
            .where(~people.busy(ENROLMENT.c.contact_point_id))
            .order_by(ENROLMENT.c.id)
            .limit(AT_ONCE)
        ).all()
    return {
        "moved_on": sum(_move_on(services, row.id, row.contact_point_id, now) for row in due),
        "opened": sum(launching.open_conversation(services, one) for one in waiting),
    }


def _moves() -> ColumnElement[bool]:
    """A paused campaign waits as a whole; in a closed one, conversations only end."""
    ends = (CAMPAIGN.c.state == "closed") & (CONVERSATION.c.next_what == Move.EXPIRY)
    return (CAMPAIGN.c.state == "live") | ends


def _move_on(services: Services, conversation_id: int, contact_id: int, now: datetime) -> bool:
    with services.database.transaction() as work:
        contact = store.lock_contact(work.connection, contact_id)
        row = inbox.conversation(work.connection, conversation_id)
        if row.next_at is None or row.next_at > now or row.contact_point_id != contact_id:
            return False  # she has written meanwhile
        step = _Step(services, work, row, contact, now)
        move = Move(row.next_what)
        if move is not Move.INVITATION and step.is_over:
            move = Move.EXPIRY  # the clock stood still meanwhile
        match move:
            case Move.EXPIRY:
                step.expire()
            case Move.REMINDER:
                step.remind()
            case Move.QUESTION:
                step.go_on()
            case Move.INVITATION:
                step.invite()
            case unknown:
                assert_never(unknown)
    return True


class _Step:
    """One thing that the clock does with one conversation, inside its transaction."""

    def __init__(
        self, services: Services, work: UnitOfWork, row: AnyRow, contact: AnyRow, now: datetime
    ) -> None:
        self.services, self.work, self.row, self.contact, self.now = (
            services, work, row, contact, now,
        )  # fmt: skip
        self.connection: Connection = work.connection
        self.plan, self.rules = plan_of(row.plan), rules_of(row.hours)
        self.state = State.from_json(row.state)
        self.script = services.scripts.get(self.connection, row.survey_version_id, row.languages)
        self.speaker = self.script.languages[self.state.language]

    @property
    def is_over(self) -> bool:
        """Whether the window for answers has closed."""
        return self.now >= self.plan.expires(self.row.created)

    def expire(self) -> None:
        """The window closes without a word; what still waits is not sent any more."""
        store.cancel_waiting(self.connection, self.now, OUTBOUND.c.conversation_id == self.row.id)
        self._happens(Expired(self.now), "notice")
        self.work.after_commit(lambda: self.services.queue.ring(Job.ANALYSE, [self.row.id]))

    def remind(self) -> None:
        """A reminder, by day, to somebody who has had our message and may still be written to."""
        if self._put_off():
            return
        if self._is_shut():
            self._wait_for_the_end()
            return
        self._reminded()
        if self._in_window and self.state.phase is Phase.ASKING:
            self._happens(TimedOut(self.now), "reminder")
        else:
            new = self.state.phase is Phase.NEW
            phrase = phrases.INVITATION if new else phrases.GO_ON
            text = self.speaker.text(phrase, organisation=self.row.organisation)
            self._happens(TimedOut(self.now, by_template=True), "reminder", Say(text, text))

    def go_on(self) -> None:
        """Tomorrow's question; out of WhatsApp's window, first whether she likes to go on."""
        if self._put_off():
            return
        if self._is_shut():
            self._wait_for_the_end()
        elif self._in_window:
            self._happens(Continued(self.now), "notice")
        else:
            text = self.speaker.text(phrases.GO_ON, organisation=self.row.organisation)
            self._happens(Continued(self.now, by_template=True), "reminder", Say(text, text))

    def invite(self) -> None:
        """The invitation after an announcement, unless something has come between."""
        mine = ENROLMENT.c.conversation_id == self.row.id
        if self._put_off() or self._elsewhere():
            return
        done = moves.completes(self.connection, self.row.campaign_id) if self.plan.quota else {}
        full = moves.is_full(self.plan.quota, done, self.state.language)
        if full or self._is_shut():
            why = "quota" if full else "opted_out" if self.contact.closed is None else "closed"
            people.leave_out(self.connection, self.row.campaign_id, why, mine)
            self._happens(Expired(self.now), "notice")
            return
        self.connection.execute(
            update(ENROLMENT).where(mine).values(state="invited", invited=self.now)
        )
        inbox.save_conversation(self.connection, self.row.id, created=self.now)
        self.row = inbox.conversation(self.connection, self.row.id)
        if self._in_window:
            self._happens(Invited(self.now), "invitation")
        else:
            text = self.speaker.text(phrases.INVITATION, organisation=self.row.organisation)
            self._happens(TimedOut(self.now, by_template=True), "invitation", Say(text, text))

    @property
    def _in_window(self) -> bool:
        return moves.window_is_open(self.contact.channel, self.contact.heard, self.now)

    def _put_off(self) -> bool:
        """Not in quiet hours, and not before what we sent last has left."""
        allowed = next_allowed(self.now, self.rules)
        if allowed > self.now:
            self._look_again(allowed)
            return True
        waits = select(
            exists()
            .where(OUTBOUND.c.conversation_id == self.row.id)
            .where(OUTBOUND.c.state.in_(store.OPEN))
        )
        if self.connection.scalar(waits):
            self._look_again(self.now + LATER)
            return True
        return False

    def _elsewhere(self) -> bool:
        """Whether she is in the middle of another survey: an invitation waits for its end."""
        other = CONVERSATION.alias("other")
        found = self.connection.scalar(
            select(other.c.id)
            .where(other.c.contact_point_id == self.row.contact_point_id)
            .where(other.c.finished.is_(None), other.c.id != self.row.id)
            .limit(1)
        )
        if found is not None:
            self._look_again(self.now + LATER)
        return found is not None

    def _is_shut(self) -> bool:
        """Whether she is not to be written to, or can not be reached."""
        if self.contact.opted_out is not None or self.contact.closed is not None:
            return True
        here = select(
            exists()
            .where(OPT_OUT.c.contact_point_id == self.contact.id)
            .where(OPT_OUT.c.organisation_id == CAMPAIGN.c.organisation_id)
            .where(CAMPAIGN.c.id == self.row.campaign_id)
        )
        return bool(self.connection.scalar(here))

    def _look_again(self, moment: datetime) -> None:
        inbox.save_conversation(self.connection, self.row.id, next_at=moment)

    def _wait_for_the_end(self) -> None:
        inbox.save_conversation(
            self.connection,
            self.row.id,
            next_at=max(self.plan.expires(self.row.created), self.now),
            next_what=Move.EXPIRY,
        )

    def _reminded(self) -> None:
        inbox.save_conversation(self.connection, self.row.id, reminded=self.row.reminded + 1)

    def _happens(self, event: Event, kind: str, *says: Effect) -> None:
        """A turn that nobody's message brought about, and what is said beside it."""
        turn = advance(self.script.survey, self.state, event, self.speaker)
        context = effects.Context(
            connection=self.connection,
            script=self.script,
            conversation=self.row,
            inbound_id=None,
            now=self.now,
            state=turn.state,
            delivery="queued",
            kind=kind,
            expires=self.plan.expires(self.row.created),
        )
        effects.apply(context, (*turn.effects, *says))
