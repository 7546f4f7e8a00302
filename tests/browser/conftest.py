"""The real application on a loopback port, and a Chromium that can reach nothing else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from bot.app import create_app
from bot.usecases import demo
from bot.usecases.services import Services, build
from tests.support import databases
from tests.support.settings import make_settings

ONLY_LOOPBACK = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

DESKTOP, PHONE = (1280, 800), (360, 740)


@dataclass(frozen=True)
class LiveServer:
    """The running application, and the services behind it for looking into its database."""

    url: str
    services: Services


@pytest.fixture(scope="session")
def live_server(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The application with the demonstration loaded, served over HTTP."""
    folder = tmp_path_factory.mktemp("live")
    settings = make_settings(
        AWAAZ_DEMO="yes",
        AWAAZ_DATA=str(folder),
        AWAAZ_DATABASE_URL=databases.fresh_sqlite(run_folder, folder),
        AWAAZ_PUBLIC_URL="http://127.0.0.1",
        AWAAZ_PRICE_SMS_PART="0.04",
    )
    services = build(settings)
    demo.load(services)
    server = make_server("127.0.0.1", 0, create_app(services=services), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield LiveServer(f"http://127.0.0.1:{server.port}", services)
    server.shutdown()
    thread.join()
    server.server_close()
    services.database.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The Chromium on PATH. A full run demands it: see `pytest_runtest_makereport`."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ONLY_LOOPBACK))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser window on the simulator."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def start(
        self, *, language: str = "en", look: str = "sms", path: str = "/simulator", **_: Any
    ) -> None:
        """Make a phone, as a person does: choose, and press the button."""
        self.open(path)
        self.page.select_option("#language", language)
        self.page.check(f"input[name=look][value={look}]")
        self.page.click(".card button[type=submit]")
        self.page.wait_for_url("**/simulator/*")
        self.page.locator(".thread").first.wait_for()

    def say(self, text: str, *, phone: int = 0) -> None:
        """Type a message, send it, and wait for what comes back."""
        with self._answered(phone):
            self.phone(phone).locator("textarea").fill(text)
            self.phone(phone).locator(".send").click()

    def tap(self, payload: str, *, phone: int = 0) -> None:
        """Tap an option of the newest message, and wait for what comes back."""
        with self._answered(phone):
            last = self.phone(phone).locator("[data-message]").last
            last.locator(f"button[value='{payload}']").click()

    def phone(self, place: int = 0) -> Any:
        return self.page.locator("[data-phone]").nth(place)

    def last(self, phone: int = 0) -> str:
        """The newest message's text."""
        return str(self.phone(phone).locator(".text").last.inner_text())

    def _answered(self, phone: int) -> Any:
        return _Answered(self.phone(phone).locator("[data-message]"))


class _Answered:
    """Waits until there are two messages more than before: the person's own, and an answer."""

    def __init__(self, messages: Any) -> None:
        self._messages = messages

    def __enter__(self) -> None:
        self._before = self._messages.count()

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None:
            self._messages.nth(self._before + 1).wait_for(state="attached")


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visit]]:
    """Open a window: `visit(size=PHONE, javascript=False, dark=True)`.

    Afterwards: nothing was asked for outside of 127.0.0.1, and the browser had nothing to complain of.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_window(
        *, size: tuple[int, int] = DESKTOP, javascript: bool = True, dark: bool = False, **more: Any
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            **more,
        )
        contexts.append(context)
        visit = Visit(context.new_page(), live_server.url)
        visit.page.set_default_timeout(30_000)
        context.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visits.append(visit)
        return visit

    yield open_window
    for context in contexts:
        context.close()
    for visit in visits:
        assert visit.requests
        assert {urlsplit(url).hostname for url in visit.requests} == {"127.0.0.1"}
        assert visit.complaints == []
