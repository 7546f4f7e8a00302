"""Two organisations with staff of every role, and a concern in each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask import Flask

from bot.app import create_app
from bot.research.levels import Level
from bot.usecases import campaign_state, campaigns, invitations, staff, staff_orders
from bot.usecases.listening_rounds import begin
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.staff import Organisation
from tests.console.routes import ROLES
from tests.support.exporting import wish_for
from tests.support.feedback import WRITER, compose
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser, employ, signed_in

OURS, THEIRS = "aston-dars-group", "bordesley-centre"


@dataclass
class Site:
    """The application, and who works there."""

    app: Flask
    services: Services
    people: dict[str, int] = field(default_factory=dict)
    _concerns: dict[str, int] = field(default_factory=dict)
    _campaigns: dict[str, str] = field(default_factory=dict)
    _orders: dict[str, str] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _listening: set[str] = field(default_factory=set)

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
            self.campaign(slug)
            self._concerns[slug] = raise_concern(self.services, phone, slug.partition("-")[0])
        return self._concerns[slug]

    def campaign(self, slug: str = OURS) -> str:
        """The slug of a live campaign of an organisation."""
        if slug not in self._campaigns:
            self._campaigns[slug] = campaigns.create(
                self.services,
                name=f"Talk {slug}",
                organisation=slug,
                survey="wellbeing",
                languages=["en"],
                keyword=slug.partition("-")[0],
            )
            campaign_state.launch(self.services, self._campaigns[slug])
        return self._campaigns[slug]

    def told(self, slug: str = OURS) -> str:
        """The slug of that campaign, once it is written what came of it."""
        if slug not in self._told:
            compose(self.services, self.campaign(slug))
            self._told.add(slug)
        return self.campaign(slug)

    def listening(self, slug: str = OURS) -> str:
        """The slug of that campaign, once it is the first round of a listening."""
        if slug not in self._listening:
            begin(self.services, self.campaign(slug), "matters", hand=WRITER)
            self._listening.add(slug)
        return self.campaign(slug)

    def order(self, slug: str = OURS) -> str:
        """The reference of a download of everything that an organisation's researcher asked for."""
        if slug not in self._orders:
            me = signed_in(self.services, self.people["R" if slug == OURS else "r"])
            wish = wish_for(self.campaign(slug), level=Level.FULL)
            place = self.organisation(slug)
            self._orders[slug] = staff_orders.order(self.services, place, me, wish, "A model.")
        return self._orders[slug]

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
