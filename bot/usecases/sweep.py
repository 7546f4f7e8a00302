"""The sweep: what was never rung is found in the database and rung again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.gateways.queue import Job
from bot.store import launching as people
from bot.store import outbox as store
from bot.store.inbox import CONVERSATION
from bot.usecases import attachments, export_keeping, outbox, people_uploads, webhooks
from bot.usecases.effects import ERASURE
from bot.usecases.services import Services

BATCH = 100
CROWDED = 50
"""Jobs in the queue above which ringing again would only make it longer."""

LATE = timedelta(seconds=2)
"""How old something has to be before its bell counts as lost."""


def sweep(services: Services) -> dict[str, int]:
    """Ring for everything that waits, and settle what is uncertain; how many of each kind."""
    late = services.clock.now() - LATE
    with services.database.reading() as connection:
        waiting = {
            Job.ANALYSE: connection.scalars(
                select(CONVERSATION.c.id)
                .where(CONVERSATION.c.finished < late, CONVERSATION.c.analysed.is_(None))
                .order_by(CONVERSATION.c.id)
                .limit(10 * BATCH)
            ).all(),
            Job.SEND: store.due(
                connection, services.clock.now(), created_before=late, limit=10 * BATCH
            ),
            Job.FETCH: attachments.due(
                connection, services.clock.now(), created_before=late, limit=BATCH
            ),
            Job.ERASE: connection.scalars(
                select(ERASURE.c.id)
                .where(ERASURE.c.carried_out.is_(None), ERASURE.c.requested < late)
                .limit(BATCH)
            ).all(),
            Job.LAUNCH: people.to_open(connection, services.clock.now()),
            Job.EXPORT: export_keeping.waiting(connection, services.clock.now(), late, BATCH),
            Job.PEOPLE: people_uploads.waiting(connection, services.clock.now(), late, BATCH),
            Job.NOTIFY: webhooks.waiting(connection, services.clock.now(), BATCH),
        }
    if not services.queue.is_reachable() or services.queue.waiting() > CROWDED:
        # Nobody hears, or the worker has enough to do: the next sweep looks again.
        waiting = {}
    found = {job.value: len(ids) for job, ids in waiting.items()}
    for job, ids in waiting.items():
        for start in range(0, len(ids), BATCH):
            services.queue.ring(job, ids[start : start + BATCH])
    found["reconciled"] = outbox.reconcile(services)
    found["removed"] = attachments.tidy(services)
    export_keeping.remove_expired(services)
    webhooks.remove_old(services)
    people_uploads.remove_old(services)
    return found
