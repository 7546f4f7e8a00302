"""The clock: sweeps every few seconds, while it holds the lease."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from threading import Event

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.settings import Settings
from bot.usecases import campaign_state, leases, reconciliation, timing
from bot.usecases.services import Services, build
from bot.usecases.sweep import sweep

log = structlog.get_logger(__name__)

LEASE = "clock"


def run(settings: Settings) -> None:
    """Sweep until SIGTERM or SIGINT."""
    logs.configure(settings.log_level)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    services = build(settings)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:64]
    log.info("clock started")
    while not stopped.wait(settings.sweep_seconds):
        tick(services, holder)
    services.database.dispose()


def tick(services: Services, holder: str) -> None:
    """One round: sweep if this process holds the lease."""
    try:
        seconds = max(30.0, 3 * services.settings.sweep_seconds)
        if leases.take(services, LEASE, holder, seconds=seconds) is None:
            return
        found = campaign_state.launch_due(services) | timing.tick(services) | sweep(services)
        found["taken_in"] = reconciliation.catch_up_if_due(services)
    except SQLAlchemyError as error:
        # The database is away: the next round finds everything that waits.
        log.warning("sweep failed", error=type(error).__name__)
        return
    if any(found.values()):
        log.info("swept", **found)
