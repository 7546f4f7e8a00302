"""Fixtures: real databases, small fakes, and the rule that in a full run nothing may be skipped."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from bot.app import create_app
from bot.gateways.files import LanguageFiles, SurveyFiles
from bot.gateways.keys import KeyRing
from bot.gateways.media import MediaStore
from bot.gateways.voices import Voices
from bot.store.database import Database
from bot.usecases.scripts import Scripts
from bot.usecases.services import Services
from bot.usecases.shelf import Shelf
from tests.support import databases
from tests.support.fakes import FakeQueue, FakeTwilio, SettableClock
from tests.support.settings import ACCOUNT, TOKEN, make_settings
from tests.support.signing import TwilioClient, flask_transport
from tests.support.valkey import Valkey

RUN = pytest.StashKey[Path]()
ROOM_IN_MEMORY = 4_000_000_000
"""Bytes: several times what a whole run has been seen to hold at once."""

# The machine of a continuous run is slow and busy: a deadline there only finds the neighbours.
hypothesis_settings.register_profile(
    "awaaz", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("awaaz")
# Vocabularies and catalogues stay for the whole run: looking through them for garbage at the usual pace
# was measured to take a sixth of the processor's time.
gc.set_threshold(100_000, 50, 100)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="write what the bot says now into the transcripts; then read the diff",
    )


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the whole run: its PostgreSQL, its templates, every test's files.

    Its path is short, for the sockets in it. It goes when the run ends; `--basetemp FOLDER` keeps the files
    of tests that failed.
    """
    given = getattr(config, "workerinput", {}).get("awaaz_run")
    if given is None:
        given = tempfile.mkdtemp(prefix="awaaz-", dir=_root())
        os.chmod(given, 0o755)  # PostgreSQL may run as another user
        # Each worker of pytest-xdist gets a folder in it.
        config.option.basetemp = config.option.basetemp or str(Path(given, "tests"))
    config.stash[RUN] = Path(given)


def _root() -> str | None:
    """Where the run keeps its files: in memory if there is room, since SQLite waits for disks."""
    with suppress(FileNotFoundError):
        if shutil.disk_usage("/dev/shm").free > ROOM_IN_MEMORY and os.access("/dev/shm", os.W_OK):
            return "/dev/shm"
    return "/tmp" if os.path.isdir("/tmp") else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Every worker of pytest-xdist uses the folder of the run."""
    node.workerinput["awaaz_run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN in config.stash:
        databases.stop_shared_postgres(config.stash[RUN])
        shutil.rmtree(config.stash[RUN], ignore_errors=True)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("AWAAZ_REQUIRE_ALL") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"AWAAZ_REQUIRE_ALL is set and this was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Any:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    report = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of this test run, shared by its workers."""
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def surveys() -> SurveyFiles:
    """The surveys that come with the house."""
    return SurveyFiles()


@pytest.fixture(scope="session")
def voices() -> Voices:
    """The languages that come with the house; read once, they never change."""
    return Voices(LanguageFiles())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, run_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database, on each of the two that we support."""
    if request.param == "sqlite":
        yield databases.fresh_sqlite(run_folder, tmp_path)
        return
    with databases.fresh_postgres(databases.shared_postgres(run_folder)) as url:
        yield url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def sms(clock: SettableClock) -> FakeTwilio:
    return FakeTwilio(clock)


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def services(
    database_url: str,
    clock: SettableClock,
    sms: FakeTwilio,
    queue: FakeQueue,
    surveys: SurveyFiles,
    voices: Voices,
) -> Iterator[Services]:
    """The services of a process, on a real database and small fakes; not in demonstration mode."""
    settings = make_settings(AWAAZ_DATABASE_URL=database_url)
    database = Database(settings.database_url)
    made = Services(
        settings=settings,
        database=database,
        queue=queue,  # type: ignore[arg-type]
        sms=sms,
        keys=KeyRing(settings.encryption_keys, settings.index_key),
        clock=clock,  # type: ignore[arg-type]
        surveys=Shelf(database, surveys),
        voices=voices,
        scripts=Scripts(surveys, voices),
        media=MediaStore(ACCOUNT, TOKEN, settings.twilio_api_url),
    )
    yield made
    made.database.dispose()


@pytest.fixture
def demo(services: Services) -> Services:
    """The same in demonstration mode, where drafts may be spoken."""
    return replace(services, settings=replace(services.settings, demo=True))


@pytest.fixture
def app(services: Services) -> Flask:
    """The application over those services."""
    return create_app(services=services)


@pytest.fixture
def phone(app: Flask) -> TwilioClient:
    """A phone whose messages Twilio brings to the application."""
    return TwilioClient(flask_transport(app))


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A real Valkey, in a folder with a short path."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="awaaz-v-", dir="/tmp"))
        server = Valkey(folder)
        stack.callback(server.remove)
        yield server.start()
