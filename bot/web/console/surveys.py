"""Surveys: the library, and a survey read as a conversation in every language side by side."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import library as surveys
from bot.usecases.permission import Action
from bot.web.console.forms import page
from bot.web.console.guard import needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import chosen
from flows.wording import SOURCE

blueprint = organisation_pages("surveys", __name__)
AT_ONCE = 4
"""Languages side by side: more than these nobody compares."""


@blueprint.get("")
@needs(Action.READ_SURVEYS)
def library() -> Any:
    """Every survey there is."""
    return page("surveys.html", cards=surveys.library(services()), names=_names())


@blueprint.get("/<name>")
@needs(Action.READ_SURVEYS)
def read(name: str) -> Any:
    """A survey as a conversation, with `?language=` once for each language."""
    known = _names()
    wanted = [code for code in request.args.getlist("language") if code in known]
    if not wanted:
        # Her own language beside the English that it was written in.
        wanted = [SOURCE, *(code for code in (chosen().code,) if code in known)]
    found = surveys.read(services(), name, list(dict.fromkeys(wanted))[:AT_ONCE])
    return page("survey.html", survey=found, names=known, at_once=AT_ONCE)


def _names() -> dict[str, str]:
    """Code -> what speakers of a language call it."""
    found = services().voices.files.vocabularies
    return {code: vocabulary.name for code, vocabulary in found.items()}
