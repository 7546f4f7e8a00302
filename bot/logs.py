"""Logs: one line of JSON each, scrubbed of everything that names a person."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Seven digits or more, however they are grouped: a phone number is longer, a count is not.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){6,}")
_PRIVATE = frozenset({"body", "text", "raw", "address", "sender", "to", "from_", "payload"})
_OURS = frozenset({"timestamp", "level", "event", "logger"})


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what a person wrote, and whatever looks like a phone number."""
    for name, value in event.items():
        if name in _PRIVATE:
            event[name] = "[private]"
        elif isinstance(value, str) and name != "timestamp":
            event[name] = _NUMBER.sub("[number]", value)
    return event


def configure(level: str) -> None:
    """Send our logs and those of libraries through the same scrubbing, to standard error."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.dict_tracebacks,
        scrub,
    ]
    structlog.configure(
        processors=[*processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
