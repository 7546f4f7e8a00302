"""Two organisations with staff of every role, and a concern in each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import update

from bot.app import create_app
from bot.gateways.media import content_type_of
from bot.usecases import campaign_state, campaigns, invitations, staff
from bot.usecases.attachments import ATTACHMENT, COLUMN
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from flows.events import Media
from tests.console.routes import ROLES
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser, employ

VOICE = b"OggS" + bytes(range(200))
PICTURE = b"\xff\xd8\xff" + bytes(range(200))
OURS, THEIRS = "aston-dars-group", "bordesley-centre"


@dataclass
class Site:
    """The application, and who works there."""

    app: Flask
    services: Services
    people: dict[str, int] = field(default_factory=dict)
    _concerns: dict[str, int] = field(default_factory=dict)
    _shown: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def concern(self) -> int:
        """A concern of our organisation, raised when it is first asked for."""
        return self._concern(OURS, "+447700900123")

    @property
    def their_concern(self) -> int:
        """One of the other organisation."""
        return self._concern(THEIRS, "+447700900124")

    def _concern(self, slug: str, phone: str) -> int:
        if slug not in self._concerns:
            keyword = slug.partition("-")[0]
            campaigns.create(
                self.services,
                name=f"Talk {slug}",
                organisation=slug,
                survey="wellbeing",
                languages=["en"],
                keyword=keyword,
            )
            campaign_state.launch(self.services, f"talk-{slug}")
            self._concerns[slug] = raise_concern(self.services, phone, keyword)
        return self._concerns[slug]

    def shown(self, slug: str = OURS) -> dict[str, object]:
        """What stands in the addresses of the conversation in which the concern was raised."""
        concern = self.their_concern if slug == THEIRS else self.concern
        if slug not in self._shown:
            (row,) = rows(self.services, "concern", id=concern)
            phone = "+447700900124" if slug == THEIRS else "+447700900123"
            Person(self.services, phone).says("4")  # the reading that is corrected
            self._shown[slug] = {
                "{conversation}": row["conversation_id"],
                "{note}": bring(self.services, phone, Media.AUDIO, VOICE),
                "{picture}": bring(self.services, phone, Media.PICTURE, PICTURE),
            }
        return self._shown[slug]

    def browser(self, who: str | None = None) -> Browser:
        """A browser: of nobody, or of somebody by her letter (small letters: the other organisation's)."""
        found = Browser.on(self.app)
        return found if who is None else found.sign_in(self.people[who])

    def organisation(self, slug: str = OURS) -> Organisation:
        (found,) = [one for one in staff.organisations(self.services) if one.slug == slug]
        return found

    def invite(self, slug: str = OURS, role: Role = Role.FACILITATOR, email: str = "") -> str:
        return invitations.invite(
            self.services, email=email, role=role, organisation=slug, by="command line"
        )


def raise_concern(services: Services, phone: str, keyword: str) -> int:
    """Somebody writes words of danger into a conversation; the id of the concern."""
    person = Person(services, phone)
    person.goes_through(keyword, "yes", "yes", "I want to kill myself")
    return int(rows(services, "concern")[-1]["id"])


def bring(services: Services, phone: str, kind: Media, content: bytes) -> int:
    """Somebody sends a file, and it has been fetched; the id of the attachment."""
    Person(services, phone).writes("", media=((kind, "https://api.twilio.com/2010-04-01/one"),))
    found = int(rows(services, "attachment")[-1]["id"])
    with services.database.transaction() as work:
        work.connection.execute(
            update(ATTACHMENT)
            .where(ATTACHMENT.c.id == found)
            .values(
                state="fetched",
                content_type=content_type_of(content),
                size=len(content),
                content=services.keys.encrypt_bytes(content, column=COLUMN),
                fetched=services.clock.now(),
            )
        )
    return found


@pytest.fixture
def site(demo: Services) -> Site:
    site = Site(create_app(services=demo), demo)
    for name, slug in (("Aston Dars group", OURS), ("Bordesley Centre", THEIRS)):
        assert campaigns.add_organisation(demo, name) == slug
    places = {place.slug: place.id for place in staff.organisations(demo)}
    wanted = {
        letter if slug == OURS else letter.lower(): (Role(role), places[slug])
        for slug in places
        for letter, role in ROLES.items()
        if letter != "S"
    }
    site.people = employ(demo, {**wanted, "S": (Role.SYSTEM, None)})
    return site
