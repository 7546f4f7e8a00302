"""Logs: one line of JSON each, scrubbed of everything that names a person."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

# Seven digits or more, however they are grouped: a phone number is longer, a count is not.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){6,}")
_PRIVATE = frozenset({"body", "text", "raw", "address", "sender", "to", "from_", "payload"})
_SPOKEN = frozenset({"exc_value", "exc_notes", "syntax_error", *_PRIVATE})

# Never with the local variables: they hold the message itself.
_render_exception = structlog.processors.ExceptionRenderer(
    ExceptionDictTransformer(show_locals=False)
)


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what a person wrote, and whatever looks like a phone number."""
    for name, value in event.items():
        if name in _PRIVATE:
            event[name] = "[private]"
        elif name != "timestamp":
            event[name] = _scrubbed(value)
    return event


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub("[number]", value)
    if isinstance(value, dict):
        # What an exception says may be what a person wrote: its type and its place are enough.
        return {k: _scrubbed(v) for k, v in value.items() if k not in _SPOKEN}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value


def configure(level: str) -> None:
    """Send our logs and those of libraries through the same scrubbing, to standard error."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _render_exception,
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
