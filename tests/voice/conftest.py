"""A house whose spoken languages can be recorded, and a survey to be heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.app import create_app
from bot.gateways import media
from bot.gateways.media import MediaStore
from bot.gateways.voices import PHRASES
from bot.usecases import translation
from bot.usecases.services import Services
from flows.spoken import texts_to_record
from tests.support.campaigns import open_campaign, write_survey
from tests.support.fakes import SettableClock
from tests.support.people import Person
from tests.support.recordings import record, with_room
from tests.support.settings import ACCOUNT, TOKEN
from tests.support.signing import flask_transport
from tests.support.twilio_stand_in import TwilioStandIn, twilio_stand_in

PHONE = "whatsapp:+447700900123"
VOICE = ((media.Media.AUDIO, "https://api.twilio.com/2010-04-01/one"),)

SURVEY = """\
settings: {form_id: heard, form_title: To be heard}
choices:
  yes_no:
    - {name: "yes", label: "Yes"}
    - {name: "no", label: "No"}
  life:
    - {name: good, label: Good}
    - {name: bad, label: Bad}
survey:
  - {type: select_one yes_no, name: agree, label: "May we ask you?", purpose: consent, no_message: "Fine."}
  - {type: select_one life, name: life, label: "How is life?"}
  - {type: text, name: matters, label: "What matters to you?", hint: In your own words.}
"""


@dataclass
class House:
    """Services over languages of their own folder; `survey` is the path of the survey."""

    services: Services
    locales: Path
    survey: str

    def record(self, code: str, *, without: tuple[str, ...] = ()) -> list[str]:
        """Record everything that the survey and the bot say in a language; the names."""
        survey = self.services.surveys.load(self.survey).survey
        names = [name for name in texts_to_record(survey, PHRASES) if name not in without]
        record(self.locales / code / "audio", names)
        return names

    def sign_off(self, code: str) -> None:
        refused = translation.sign_off(self.services, self.survey, code, by="R. Eviewer").refused
        assert not refused

    def ready(self, code: str = "pnb") -> Person:
        """Recorded, approved, launched for real; a person on WhatsApp."""
        self.record(code)
        self.sign_off(code)
        open_campaign(self.services, survey=self.survey, languages=[code])
        return Person(self.services, PHONE)


@pytest.fixture
def house(services: Services, tmp_path: Path) -> House:
    """A house with the languages' own files, and room for recordings beside them."""
    locales = tmp_path / "locales"
    made = with_room(services, locales)
    return House(made, locales, write_survey(tmp_path, SURVEY, "heard"))


@pytest.fixture
def twilio(clock: SettableClock) -> Iterator[TwilioStandIn]:
    """The stand-in, on the clock of the test."""
    with twilio_stand_in(clock.now) as running:
        yield running


@pytest.fixture
def fetching(house: House, twilio: TwilioStandIn) -> House:
    """The same house with the stand-in's store of media behind it, and its webhooks in front."""
    store = MediaStore(ACCOUNT, TOKEN, twilio.url)
    house.services = replace(house.services, media=store)
    twilio.app = flask_transport(create_app(services=house.services))
    return house
