"""Small fakes of the outside world: they do what the real thing does, and remember it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.gateways.addresses import Address
from bot.gateways.queue import Job
from bot.gateways.twilio import (
    Delivery,
    SendFailed,
    Template,
    Twilio,
    TwilioInbound,
    TwilioMessage,
)
from bot.usecases import (
    analysis,
    attachments,
    erasure,
    export_making,
    launching,
    outbox,
    people_uploads,
    webhooks,
)
from bot.usecases.services import Services
from tests.support.settings import ACCOUNT, SENDER, TOKEN

START = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


class SettableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.moment

    def look_again(self) -> None:
        """Nobody moves it but the test."""

    def forward(self, **duration: float) -> None:
        """Let time pass: `clock.forward(days=2)`."""
        self.moment += timedelta(**duration)

    def sleep(self, seconds: float) -> None:
        """Whoever waits makes time pass."""
        self.forward(seconds=seconds)


@dataclass(frozen=True)
class Sent:
    """A message that the provider accepted."""

    sid: str
    to: Address
    body: str
    status_callback: str
    validity_seconds: int | None = None
    template: Template | None = None
    media_url: str | None = None


class FakeTwilio(Twilio):
    """Checks signatures for real; sends into a list, and fails as a test tells it to."""

    def __init__(self, clock: SettableClock) -> None:
        super().__init__(ACCOUNT, TOKEN, "http://127.0.0.1:1", SENDER)
        self.sent: list[Sent] = []
        self.deleted: list[str] = []
        self.fail: list[SendFailed | None] = []
        """What the next calls of `send` and `delete` do: None goes well."""
        self.before_send: Callable[[], object] = lambda: None
        self._clock = clock

    def send(
        self,
        to: Address,
        body: str,
        *,
        status_callback: str,
        validity_seconds: int | None = None,
        template: Template | None = None,
        media_url: str | None = None,
    ) -> str:
        self.before_send()
        self._fail()
        sid = f"SM{len(self.sent):032x}"
        self.sent.append(
            Sent(sid, to, body, status_callback, validity_seconds, template, media_url)
        )
        return sid

    def sent_to(self, to: Address, *, since: datetime) -> list[TwilioMessage]:
        return [
            TwilioMessage(message.sid, Delivery.SENT, message.body, None, self._clock.now())
            for message in self.sent
            if message.to == to
        ]

    def received(self, *, since: datetime) -> list[TwilioInbound]:
        return []

    def delete(self, sid: str) -> None:
        self._fail()
        self.deleted.append(sid)

    def _fail(self) -> None:
        failure = self.fail.pop(0) if self.fail else None
        if failure is not None:
            raise failure


class FakeQueue:
    """A doorbell that writes down every ring; `down` makes it as silent as a stopped server."""

    def __init__(self) -> None:
        self.rings: list[tuple[Job, tuple[int, ...]]] = []
        self.down = False

    def ring(self, job: Job, ids: Sequence[int]) -> bool:
        if not self.down:
            self.rings.append((job, tuple(ids)))
        return not self.down

    def is_reachable(self) -> bool:
        return not self.down

    def waiting(self) -> int:
        return len(self.rings)

    def work(self, services: Services) -> None:
        """Do what was rung for, as a worker would."""
        doers = {
            Job.ANALYSE: analysis.analyse,
            Job.SEND: outbox.send,
            Job.ERASE: erasure.erase,
            Job.FETCH: attachments.fetch,
            Job.EXPORT: export_making.fulfil,
            Job.NOTIFY: webhooks.deliver,
            Job.PEOPLE: people_uploads.read,
        }
        rings, self.rings = self.rings, []
        for job, ids in rings:
            if job is Job.LAUNCH:
                for campaign_id in ids:
                    launching.run(services, campaign_id)
            else:
                doers[job](services, ids)
