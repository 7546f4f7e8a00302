"""Lists of people as a facilitator gives them to a page."""

from __future__ import annotations

from bot.gateways.addresses import Channel
from bot.usecases import people_uploads
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation


def worker(services: Services) -> SignedIn:
    """A facilitator who is signed in."""
    now = services.clock.now()
    return SignedIn(
        0, 0, "f@example.org", "F. Worker", None, True, True, False, "password", now
    )  # fmt: skip


def give_list(services: Services, place: Organisation, campaign: str, text: str) -> int:
    """Give a list to a page; its id."""
    return people_uploads.keep(
        services,
        place,
        worker(services),
        campaign=campaign,
        name="people.csv",
        raw=text.encode(),
        consent="asked",
        language=None,
        channel=Channel.SMS,
    )
