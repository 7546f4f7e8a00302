"""Recorded prompts: what is said in a language, each played, recorded with the browser, or uploaded."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import redirect, request, send_file, url_for

from bot.gateways.media import LARGEST
from bot.gateways.recordings import RecordingRefused
from bot.usecases import prompts as said
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs
from bot.web.console.labels import label
from bot.web.console.translations import blueprint
from bot.web.identity import services
from bot.web.interface import say as _
from bot.web.security import listens, takes_files

_ROOM = 100_000
"""Bytes of the form around the recording."""


@blueprint.get("/<survey:survey>/<language>/audio")
@needs(Action.READ_TRANSLATIONS)
def prompts(survey: str, language: str) -> Any:
    """All that is said, and what of it is recorded."""
    found = said.prompts(services(), survey, language)
    return page("prompts.html", found=found, place=found.place)


@blueprint.get("/<survey:survey>/<language>/audio/<prompt>")
@needs(Action.READ_TRANSLATIONS)
@listens
def prompt(survey: str, language: str, prompt: str) -> Any:
    """One of them: what to say, what is there, and a new recording."""
    return _shown(survey, language, prompt, Form())


def _shown(survey: str, language: str, prompt: str, form: Form) -> Any:
    opened = said.open_prompt(services(), survey, language, prompt)
    return page("prompt.html", form, opened=opened, prompt=opened.prompt, place=opened.place)


@blueprint.post("/<survey:survey>/<language>/audio/<prompt>")
@needs(Action.TRANSLATE)
@listens
@takes_files(LARGEST + _ROOM)
def keep_prompt(survey: str, language: str, prompt: str) -> Any:
    """Keep a recording, in the place of the one that she has heard."""
    form, sent = Form(), request.files.get("recording")
    try:
        said.keep(
            *(services(), here().organisation, here().me, survey, language, prompt),
            b"" if sent is None else sent.read(),
            seen=form.text("seen", longest=64),
        )
    except RecordingRefused as refused:
        form.fail("recording", label(refused.why))
        return _shown(survey, language, prompt, form)
    at = {"survey": survey, "language": language, "prompt": prompt}
    return done(_("The recording is kept. Listen to it once more."), ".prompt", **at)


@blueprint.get("/<survey:survey>/<language>/audio/<prompt>/sound")
@needs(Action.READ_TRANSLATIONS)
def sound(survey: str, language: str, prompt: str) -> Any:
    """The recording itself; to its page if there is none."""
    found = said.open_prompt(services(), survey, language, prompt).prompt.recording
    if found is None:
        return redirect(url_for(".prompt", survey=survey, language=language, prompt=prompt), 303)
    # Its address changes with it, but a shared computer keeps nothing of the console.
    return send_file(BytesIO(found.content), found.content_type, conditional=True)
