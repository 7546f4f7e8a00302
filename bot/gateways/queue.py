"""The doorbell: tells a worker that there is something to do. The database knows what."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger(__name__)

QUEUE_NAME = "awaaz"
_SECONDS = 0.5
"""How long a webhook may be held up by a queue that does not answer."""


class Job(StrEnum):
    """What a worker can be rung for; the function in `workers/jobs.py` has the same name."""

    ANALYSE = "analyse"
    SEND = "send"
    ERASE = "erase"
    FETCH = "fetch"
    LAUNCH = "launch"
    EXPORT = "export"
    NOTIFY = "notify"
    PEOPLE = "people"


def connect(redis_url: str, *, seconds: float | None = _SECONDS) -> Redis:
    """A connection that gives up soon: whoever rings has better things to do than to wait."""
    return Redis.from_url(
        redis_url,
        socket_timeout=seconds,
        socket_connect_timeout=_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


class JobQueue:
    """RQ, with JSON instead of pickle. A ring that fails is found again by the sweep."""

    def __init__(self, redis_url: str) -> None:
        self.redis = connect(redis_url)
        self._queue = Queue(QUEUE_NAME, connection=self.redis, serializer=JSONSerializer)

    def ring(self, job: Job, ids: Sequence[int]) -> bool:
        """Ask a worker to do a job for these rows; False when the queue can not be reached."""
        try:
            self._queue.enqueue(
                f"workers.jobs.{job.value}",
                list(ids),
                job_timeout=300,
                result_ttl=0,
                failure_ttl=86400,
            )
        except (RedisError, OSError) as error:
            log.warning("queue unreachable", job=job.value, reason=type(error).__name__)
            return False
        return True

    def is_reachable(self) -> bool:
        """Whether the queue answers."""
        try:
            return bool(self.redis.ping())
        except (RedisError, OSError):
            return False

    def waiting(self) -> int:
        """Jobs in the queue; none when it went away meanwhile, which `ring` finds out."""
        try:
            return int(self._queue.count)
        except (RedisError, OSError):
            return 0
