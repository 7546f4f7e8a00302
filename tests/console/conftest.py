"""Two organisations with staff of every role, and a concern in each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask import Flask

from bot.app import create_app
from bot.usecases import campaign_state, campaigns, invitations, staff, survey_drafts
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from tests.console.routes import ROLES
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser, employ

OURS, THEIRS = "aston-dars-group", "bordesley-centre"


@dataclass
class Site:
    """The application, and who works there."""

    app: Flask
    services: Services
    people: dict[str, int] = field(default_factory=dict)
    _concerns: dict[str, int] = field(default_factory=dict)

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

    def own_survey(self, slug: str = OURS) -> str:
        """The code of a survey of an organisation's own, made when it is first asked for."""
        place = self.organisation(slug)
        if "initiative" not in [card.code for card in survey_drafts.own(self.services, place)]:
            survey_drafts.copy(self.services, place, self.somebody("A"), "initiative")
        return "initiative"

    def somebody(self, who: str) -> SignedIn:
        """Whoever is signed in, as use cases are told."""
        now, email = self.services.clock.now(), f"{who}@example.org"
        return SignedIn(
            0, self.people[who], email, who, None, True, True, False, "password", now
        )  # fmt: skip

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
