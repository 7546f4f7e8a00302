"""Concerns: the queue with its clock, one concern, who sees to it, and what was done."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from bot.usecases import concerns
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("concerns", __name__)


@blueprint.get("")
@needs(Action.SEE_TO_CONCERNS)
def queue() -> Any:
    """What has to be seen to, longest waiting first."""
    found = concerns.queue(services(), here().organisation)
    return page("concerns.html", concerns=found)


@blueprint.get("/settled")
@needs(Action.SEE_TO_CONCERNS)
def settled() -> Any:
    """What is done with, newest first."""
    found = concerns.queue(services(), here().organisation, settled=True)
    return page("concerns_settled.html", concerns=found)


@blueprint.get("/<int:concern_id>")
@needs(Action.SEE_TO_CONCERNS)
def one(concern_id: int) -> Any:
    """One concern, with the message that raised it."""
    return _shown(concern_id, Form())


def _shown(concern_id: int, form: Form) -> Any:
    opened = concerns.open_concern(services(), here().organisation, concern_id, here().me)
    names = services().voices.files.vocabularies
    language = opened.concern.language
    return page(
        "concern.html",
        form,
        opened=opened,
        concern=opened.concern,
        language=names[language].name if language in names else language,
    )


@blueprint.post("/<int:concern_id>/acknowledge")
@needs(Action.SEE_TO_CONCERNS)
def acknowledge(concern_id: int) -> Response:
    """Stop the clock: somebody has looked."""
    concerns.acknowledge(services(), here().organisation, concern_id, here().me)
    return done(_("The clock has stopped. You see to this now."), ".one", concern_id=concern_id)


@blueprint.post("/<int:concern_id>/responder")
@needs(Action.SEE_TO_CONCERNS)
def hand_over(concern_id: int) -> Response:
    """Name who sees to it."""
    form = Form()
    to = form.number("responder", "", least=0, most=2**31)
    concerns.hand_over(services(), here().organisation, concern_id, here().me, to)
    return done(_("Handed over. Tell them, too."), ".one", concern_id=concern_id)


@blueprint.post("/<int:concern_id>/notes")
@needs(Action.SEE_TO_CONCERNS)
def add_note(concern_id: int) -> Any:
    """Write down what was done."""
    form = Form()
    text = form.text("note", _("Write what was done."), longest=concerns.NOTE_LENGTH)
    if not form.ok:
        return _shown(concern_id, form)
    concerns.note(services(), here().organisation, concern_id, here().me, text)
    return done(_("Your note is kept."), ".one", concern_id=concern_id)


@blueprint.post("/<int:concern_id>/settle")
@needs(Action.SEE_TO_CONCERNS)
def settle(concern_id: int) -> Any:
    """Done with, once somebody has looked and written down what was done."""
    if concerns.settle(services(), here().organisation, concern_id, here().me):
        return done(_("Settled."), ".queue")
    form = Form()
    form.fail("note", _("Acknowledge it and write down what was done first."))
    return _shown(concern_id, form)
