"""What happens between a person's messages, for the two ways in which a transcript is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.usecases import campaign_state, launching, outbox, timing, waves
from bot.usecases.hours import HOURS
from bot.usecases.moves import Move, next_move
from bot.usecases.plans import Plan
from bot.usecases.services import Services
from flows import phrases
from flows.effects import Outcome
from flows.events import Continued, Expired, Invited, Terms, TimedOut
from flows.state import State
from tests.support import transcripts
from tests.support.campaigns import draft, id_of, launch
from tests.support.fakes import FakeTwilio, SettableClock
from tests.support.launching import enrol
from tests.support.rows import rows
from tests.support.talk import Talk
from tests.support.transcripts import ANOTHER, GROUP, INVITES, show


@dataclass
class OnTheClock:
    """The engine's conversation, and what the clock would do with it."""

    talk: Talk
    plan: Plan
    opened: datetime | None = None
    reminded: int = 0
    due: tuple[datetime, Move] | None = None
    waits: bool = False
    facts: list[str] = field(default_factory=list)

    def before_message(self) -> None:
        """What the campaign's plan means for a message that comes now."""
        self.opened = self.opened or self.talk.now
        expired = self.talk.state.outcome is Outcome.EXPIRED
        late = expired and self.talk.now < self.plan.ends(self.opened)
        self.talk.terms = Terms(daily=self.plan.is_daily, late=late)

    def after_step(self, *, reminder: bool = False) -> None:
        assert self.opened is not None
        self.reminded += reminder
        self.due = next_move(
            self.plan,
            HOURS,
            self.talk.state,
            opened=self.opened,
            now=self.talk.now,
            reminded=self.reminded,
            since_reminder=reminder,
        )

    def passes(self, time: timedelta) -> list[str]:
        """Time goes by; what falls due in it happens at its moment."""
        end, lines = self.talk.now + time, []
        while self.due is not None and self.due[0] <= end:
            self.talk.now, move = self.due
            event = {
                Move.REMINDER: TimedOut,
                Move.QUESTION: Continued,
                Move.EXPIRY: Expired,
            }[move](self.talk.now)
            said = self.talk.happen(event)
            self.after_step(reminder=move is Move.REMINDER)
            lines += show(transcripts.facts_of(self.talk.effects), said)
        self.talk.now = end
        if self.waits and self.talk.state.outcome is not None:
            self.waits = False
            lead = self.talk.languages[self.talk.state.language].text(
                phrases.NEXT_CAMPAIGN, organisation=GROUP
            )
            first, *others = self._begins()
            lines += show([], [f"{lead}\n\n{first}", *others])
        return lines

    def happens(self, what: str) -> list[str]:
        """Something that a campaign does."""
        if what == ANOTHER:
            self.waits = True
            return []
        return show([], self._begins())

    def _begins(self) -> list[str]:
        self.talk.state = State(language=self.talk.state.language, language_chosen=True)
        self.opened, self.reminded = self.talk.now, 0
        said = self.talk.happen(Invited(self.talk.now))
        self.after_step()
        return said


@dataclass
class OnTheDatabase:
    """The same on the running application: the clock ticks, the outbox is sent."""

    services: Services
    clock: SettableClock
    campaign: str
    phone: str
    survey: str

    def passes(self, time: timedelta) -> list[str]:
        """Time goes by; what falls due in it happens at its moment."""
        end, lines = self.clock.moment + time, []
        while (due := self._due()) is not None and due <= end:
            self.clock.moment = max(due, self.clock.moment)
            lines += self._tick()
        self.clock.moment = end
        return lines + self._tick()

    def _due(self) -> datetime | None:
        found = [row["next_at"] for row in rows(self.services, "conversation") if row["next_at"]]
        return min(found, default=None)

    def _tick(self) -> list[str]:
        before = {row["id"]: row["outcome"] for row in rows(self.services, "conversation")}
        timing.tick(self.services)
        after = rows(self.services, "conversation")
        ended = [
            f"finished: {row['outcome']}"
            for row in after
            if row["outcome"] is not None and before.get(row["id"], "new") is None
        ]
        return show(ended, self._sent())

    def _sent(self) -> list[str]:
        sms = self.services.sms
        assert isinstance(sms, FakeTwilio)
        before = len(sms.sent)
        queued = rows(self.services, "outbound", state="queued")
        outbox.send(self.services, [row["id"] for row in queued])
        return [message.body for message in sms.sent[before:]]

    def happens(self, what: str) -> list[str]:
        """Something that a campaign does."""
        if what == INVITES:
            enrol(self.services, self.campaign, [self.phone], languages=["en"])
            launching.run(self.services, id_of(self.services, self.campaign))
        elif what == ANOTHER:
            slug = draft(self.services, name="Another", survey=self.survey)
            enrol(self.services, slug, [self.phone], languages=["en"])
            launch(self.services, slug)
        else:
            slug = waves.follow_up(self.services, self.campaign, weeks=1)
            self.clock.moment = rows(self.services, "campaign", slug=slug)[0]["starts"]
            campaign_state.launch_due(self.services)
            launching.run(self.services, id_of(self.services, slug))
        return show([], self._sent())
