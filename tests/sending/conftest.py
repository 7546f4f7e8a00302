"""Sending is tried with Twilio's own SDK against the stand-in, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.app import create_app
from bot.gateways import twilio as gateway
from bot.gateways.twilio import Twilio
from bot.usecases.services import Services
from tests.support.fakes import SettableClock
from tests.support.settings import ACCOUNT, SENDER, TOKEN
from tests.support.signing import flask_transport
from tests.support.twilio_stand_in import TwilioStandIn, twilio_stand_in


@pytest.fixture
def twilio(clock: SettableClock) -> Iterator[TwilioStandIn]:
    """The stand-in, on the clock of the test."""
    with twilio_stand_in(clock.now) as running:
        yield running


@pytest.fixture
def real(services: Services, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The services with the real SDK, pointed at the stand-in; the stand-in's webhooks reach the app."""
    monkeypatch.setattr(gateway, "HTTP_SECONDS", 0.3)
    found = replace(services, sms=Twilio(ACCOUNT, TOKEN, twilio.url, SENDER))
    twilio.app = flask_transport(create_app(services=found))
    return found
