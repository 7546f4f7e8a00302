"""What use cases are given: the outside world, wired once by `build`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.gateways.clock import Clock, DemonstrationClock
from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.keys import KeyRing
from bot.gateways.media import MediaStore
from bot.gateways.queue import JobQueue
from bot.gateways.twilio import Twilio
from bot.gateways.university import University
from bot.gateways.voices import Voices
from bot.settings import Settings
from bot.store import time_travel
from bot.store.database import Database
from bot.usecases.scripts import Scripts
from bot.usecases.shelf import Shelf


@dataclass(frozen=True)
class Services:
    """Everything a use case may reach outside of its arguments."""

    settings: Settings
    database: Database
    queue: JobQueue
    sms: Twilio
    keys: KeyRing
    clock: Clock
    surveys: SurveyFiles
    voices: Voices
    scripts: Scripts
    media: MediaStore
    # Staff may also sign in with their university, where there is one.
    university: University | None = None


def build(settings: Settings) -> Services:
    """The services of one process. Nothing is connected to before it is used."""
    database = Database(settings.database_url)
    surveys, voices = Shelf(database), Voices(LanguageFiles())
    return Services(
        settings=settings,
        database=database,
        queue=JobQueue(settings.redis_url),
        sms=Twilio(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            settings.twilio_api_url,
            settings.twilio_sender,
        ),
        keys=KeyRing(settings.encryption_keys, settings.index_key),
        clock=_clock(settings, database),
        surveys=surveys,
        voices=voices,
        scripts=Scripts(surveys, voices),
        media=MediaStore(
            settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url
        ),
        university=_university(settings),
    )


def _clock(settings: Settings, database: Database) -> Clock:
    """The clock on the wall; a demonstration's own can be moved forward."""
    if not settings.demo:
        return Clock()
    return DemonstrationClock(lambda: time_travel.ahead(database))


def _university(settings: Settings) -> University | None:
    if not settings.oidc_issuer:
        return None
    return University(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_name,
    )
