"""Two organisations with staff of every role, and a concern in each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import update

from bot.app import create_app
from bot.gateways.media import content_type_of
from bot.research.levels import Level
from bot.usecases import (
    alerts,
    assisted_pages,
    campaign_state,
    campaigns,
    invitations,
    participants,
    people_uploads,
    staff,
    staff_orders,
    survey_drafts,
)
from bot.usecases.alerts import AlertKind
from bot.usecases.attachments import ATTACHMENT, COLUMN
from bot.usecases.listening_rounds import begin
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from flows.events import Media
from tests.console.routes import ROLES
from tests.support.coding import coded
from tests.support.exporting import wish_for
from tests.support.feedback import WRITER, compose
from tests.support.lists import give_list, worker
from tests.support.people import Person
from tests.support.rows import rows
from tests.support.staff import Browser, employ, signed_in

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
    _campaigns: dict[str, str] = field(default_factory=dict)
    _orders: dict[str, str] = field(default_factory=dict)
    _drafts: int = 0
    _shown: dict[str, dict[str, object]] = field(default_factory=dict)
    _known: dict[str, dict[str, int]] = field(default_factory=dict)
    _themes: dict[str, dict[str, int]] = field(default_factory=dict)
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

    def draft(self, slug: str = OURS) -> str:
        """A new draft of a campaign; its slug."""
        self._drafts += 1
        name = f"Draft {self._drafts} {slug}"
        return campaigns.create(
            self.services, name=name, organisation=slug, survey="wellbeing", languages=["en"]
        )

    def alert(self, slug: str = OURS) -> int:
        """Something that went wrong in a live campaign."""
        (campaign,) = rows(self.services, "campaign", slug=self.campaign(slug))
        with self.services.database.transaction() as work:
            alerts.raise_alert(
                work.connection,
                AlertKind.GIVEN_UP,
                self.services.clock.now(),
                error_code=30001,
                campaign_id=campaign["id"],
            )
        return int(rows(self.services, "alert", campaign_id=campaign["id"])[-1]["id"])

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

    def known(self, slug: str = OURS) -> dict[str, int]:
        """A person of an organisation with her phone, a list, one that waits, and an interview."""
        if slug not in self._known:
            self._known[slug] = put_people_down(
                self.services,
                self.organisation(slug),
                "07700 900140" if slug == OURS else "07700 900141",
            )
        return self._known[slug]

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

    def themes(self, slug: str = OURS) -> dict[str, int]:
        """A codebook of themes of an organisation, coded by its researcher and its admin."""
        if slug not in self._themes:
            letters = ("R", "A") if slug == OURS else ("r", "a")
            first, second = (signed_in(self.services, self.people[one]) for one in letters)
            place = self.organisation(slug)
            self._themes[slug] = coded(self.services, place, self.campaign(slug), (first, second))
        return self._themes[slug]

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


def put_people_down(
    services: Services, place: Organisation, number: str = "07700 900140"
) -> dict[str, int]:
    """People of an organisation for pages to show: placeholder of `routes` -> id."""
    name = f"Walk {place.slug}"
    known = {one.name: one.slug for one in campaigns.all_campaigns(services)}
    if name not in known:
        languages = ["en", "ur"]
        known[name] = campaigns.create(
            services, name=name, organisation=place.slug, survey="wellbeing", languages=languages
        )
        campaign_state.launch(services, known[name])
    slug = known[name]
    text = f"number,name,language,notes\n{number},Amina,ur,x\n0121 496 0123,B,,\n{number},Amina,,\n"
    first, second = (give_list(services, place, slug, text) for _ in range(2))
    people_uploads.confirm(services, place, first)
    taken = people_uploads.find(services, place, first)
    (person,) = participants.listed(services, place, limit=1)
    interview = assisted_pages.begin(
        services, place, worker(services), campaign=slug, language="ur", pseudonym=None
    )
    return {
        "{person}": person.id,
        "{phone}": person.phones[0].id,
        "{upload}": second,
        "{list}": taken.import_id or 0,
        "{interview}": interview,
    }


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
