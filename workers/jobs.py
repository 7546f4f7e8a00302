"""What the queue can ring for. A job takes ids, never a person's words or number."""

from __future__ import annotations

from functools import cache

from bot.settings import Settings
from bot.usecases import (
    analysis,
    attachments,
    erasure,
    launching,
    outbox,
    people_uploads,
    webhooks,
)
from bot.usecases.services import Services, build


@cache
def services() -> Services:
    """The services of this process, made for its first job."""
    return build(Settings.from_env())


def analyse(ids: list[int]) -> None:
    """Score finished conversations."""
    analysis.analyse(services(), ids)


def send(ids: list[int]) -> None:
    """Send what waits in the outbox."""
    outbox.send(services(), ids)


def launch(ids: list[int]) -> None:
    """Invite everybody on the lists of these campaigns."""
    for campaign_id in ids:
        launching.run(services(), campaign_id)


def erase(ids: list[int]) -> None:
    """Carry out confirmed wishes to be forgotten."""
    erasure.erase(services(), ids)


def fetch(ids: list[int]) -> None:
    """Fetch what came with messages."""
    attachments.fetch(services(), ids)


def export(ids: list[int]) -> None:
    """Make the files that were ordered."""
    # What writes every format takes seconds to load: whoever is rung for a message has no need of it.
    from bot.usecases import export_making  # noqa: PLC0415

    export_making.fulfil(services(), ids)


def people(ids: list[int]) -> None:
    """Look through lists of people, or read them in."""
    people_uploads.read(services(), ids)


def notify(ids: list[int]) -> None:
    """Tell other systems what has happened."""
    webhooks.deliver(services(), ids)
