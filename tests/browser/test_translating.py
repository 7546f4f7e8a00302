"""A translator in a real browser: with the keyboard alone, and with the microphone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Thread

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from bot.app import create_app
from bot.gateways.files import LanguageFiles
from bot.gateways.voices import Voices
from bot.usecases.permission import Role
from bot.usecases.scripts import Scripts
from bot.usecases.staff import organisations
from bot.usecases.texts import texts
from flows.meaning import Status
from flows.wording import digest
from tests.browser.conftest import LiveServer, Visit
from tests.browser.test_console import ORGANISATION, enter
from tests.support.staff import employ
from tests.translation.conftest import copy_locales


@dataclass(frozen=True)
class Desk:
    """The demonstration over languages that may be written, and a translator of it."""

    live: LiveServer
    translator: int


@pytest.fixture(scope="session")
def desk(live_server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    services = live_server.services
    files = LanguageFiles(copy_locales(tmp_path_factory.mktemp("desk")))
    kept = services.voices.files
    files.__dict__ |= {"vocabularies": kept.vocabularies, "keywords": kept.keywords}
    voices = Voices(files)
    services = replace(services, voices=voices, scripts=Scripts(services.surveys, voices))
    server = make_server("127.0.0.1", 0, create_app(services=services), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    (place,) = [one.id for one in organisations(services) if one.slug == ORGANISATION]
    people = employ(services, {"T": (Role.TRANSLATOR, place)})
    yield Desk(LiveServer(f"http://127.0.0.1:{server.port}", services), people["T"])
    server.shutdown()
    thread.join()
    server.server_close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    raise AssertionError(f"Tab never comes to {text!r}")


def test_a_translator_signs_off_bengali_with_the_keyboard_alone(
    desk: Desk, visit: Callable[..., Visit]
) -> None:
    window = visit()
    enter(window, desk.live, desk.translator)
    page = window.page
    page.goto(f"{desk.live.url}/console/{ORGANISATION}/translations/wellbeing/bn")
    # Machines wrote it all: nobody is its author, and she may sign off each of them.
    first, second = texts(desk.live.services, "wellbeing", "bn")[:2]
    tab_to(page, first.wording.source)
    press(page, "Enter")
    page.get_by_role("heading", name="Text 1 of").wait_for()
    press(page, "n")
    page.get_by_role("heading", name="Text 2 of").wait_for()
    press(page, "p")
    page.get_by_role("heading", name="Text 1 of").wait_for()
    press(page, "s", "Enter")
    page.get_by_role("heading", name="Text 2 of").wait_for()
    # Into a field letters are only written; Enter keeps and goes on.
    page.get_by_label("Translation", exact=True).focus()
    press(page, "Control+End", "n", "s", "Backspace", "Backspace", "Space", "Enter")
    page.get_by_text("You have changed nothing.").first.wait_for()
    page.get_by_role("button", name="Turn the keys off").focus()
    press(page, "Enter", "n")
    assert page.get_by_role("heading", name="Text 2 of").is_visible()
    found = {t.wording: t.status for t in texts(desk.live.services, "wellbeing", "bn")}
    assert found[first.wording] is Status.SIGNED_OFF
    assert found[second.wording] is Status.MACHINE_DRAFT
    # The browser itself remarks that unchanged words were refused.
    assert len(window.complaints) == 1
    window.complaints.clear()


def test_a_text_is_spoken_into_the_browser_and_heard_again(
    desk: Desk, visit: Callable[..., Visit]
) -> None:
    window = visit()
    enter(window, desk.live, desk.translator)
    page = window.page
    # No test machine has a microphone: a tone stands in for her voice.
    page.add_init_script("""navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext(), tone = context.createOscillator();
        const out = context.createMediaStreamDestination();
        tone.connect(out); tone.start(); return out.stream; }""")
    prompt = digest("who5/who5_1")
    page.goto(f"{desk.live.url}/console/{ORGANISATION}/translations/wellbeing/syl/audio/{prompt}")
    page.get_by_role("button", name="Record with this device").click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Recorded. Listen, then keep it.").wait_for()
    page.get_by_role("button", name="Keep this recording").click()
    page.get_by_text("The recording is kept.").wait_for()
    seconds = page.evaluate("""async () => {
        const sound = await fetch(document.querySelector("audio[src]").src);
        const heard = await new AudioContext().decodeAudioData(await sound.arrayBuffer());
        return heard.duration; }""")
    assert seconds > 0.1
    (status,) = {
        t.status
        for t in texts(desk.live.services, "wellbeing", "syl")
        if t.wording.context == "who5/who5_1"
    }
    assert status is Status.DRAFT
    # What she heard before she sent it came out of the browser itself, from nowhere else.
    window.requests[:] = [one for one in window.requests if not one.startswith("blob:")]
