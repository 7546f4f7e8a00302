"""Takes jobs from the queue, one after the other, and waits for a queue that is away."""

from __future__ import annotations

import time

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from bot import logs
from bot.gateways.queue import QUEUE_NAME, connect
from bot.settings import Settings
from workers import jobs

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; the job at hand is finished first."""
    logs.configure(settings.log_level)
    jobs.services()
    log.info("worker started")
    while not _work(settings):
        time.sleep(WAIT_SECONDS)
    jobs.services().database.dispose()


def _work(settings: Settings) -> bool:
    """Work until told to stop (True) or until the queue goes away (False)."""
    try:
        # No fork a job: a job is a batch, and the database knows what a killed worker left undone.
        worker = SimpleWorker(
            [QUEUE_NAME],
            connection=connect(settings.redis_url, seconds=None),
            serializer=JSONSerializer,
        )
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("queue unreachable", reason=type(error).__name__)
        return False
    return True
