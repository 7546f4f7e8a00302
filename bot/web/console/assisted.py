"""Assisted mode: a facilitator fills a survey in with a person, on a tablet."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request

from bot.usecases import assisted_pages, participant_changes, participants
from bot.usecases.campaigns import CampaignError
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import N_
from bot.web.console.people import names
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("assisted", __name__)

REFUSALS = (
    N_("This person has answered already, or did not want to."),
    N_("This person has begun on her own phone: let her finish there."),
)
"""What `usecases.assisted` says to a facilitator."""

LONGEST = 1600
_MESSAGE = 40


@blueprint.get("")
@needs(Action.RUN_CAMPAIGNS)
def overview() -> Any:
    """Begin an interview, or go on with one."""
    return _overview(Form(**request.args.to_dict()))


def _overview(form: Form) -> Any:
    live = [one for one in _campaigns() if one.live]
    known = names()
    offered = dict.fromkeys(code for one in live for code in one.languages)
    return page(
        "assisted.html",
        form,
        interviews=assisted_pages.open_interviews(services(), here().organisation),
        campaigns=[(one.slug, one.name) for one in live],
        languages=[(code, known.get(code, code)) for code in offered],
        names=known,
    )


def _campaigns() -> list[participant_changes.Campaign]:
    return participant_changes.campaigns(services(), here().organisation)


@blueprint.post("")
@needs(Action.RUN_CAMPAIGNS)
def begin() -> Any:
    """Begin: the first question is put at once."""
    form = Form()
    live = {one.slug: one for one in _campaigns() if one.live}
    campaign = form.choice("campaign", live, _("Choose a campaign."))
    offered = live[campaign].languages if campaign else ()
    wrong = _("This campaign is not held in that language: choose another.")
    language = form.choice("language", offered, wrong if campaign else _("Choose a language."))
    person = _person(form)
    if form.ok:
        who: dict[str, Any] = {"campaign": campaign, "language": language, "pseudonym": person}
        try:
            begun = assisted_pages.begin(services(), here().organisation, here().me, **who)
        except CampaignError as error:
            form.fail("person", _(str(error)))
        else:
            return done(None, ".interview", conversation_id=begun)
    return _overview(form)


def _person(form: Form) -> str | None:
    """The pseudonym of whoever was named; None for somebody new."""
    text = form.text("person", longest=60)
    if not text:
        return None
    found = participants.find(services(), here().organisation, text, here().me)
    if not found:
        form.fail(
            "person", _("Nobody here has this pseudonym or number. Leave it empty for a new one.")
        )
    elif len(found) > 1:
        form.fail("person", _("Several people answer from this phone: enter her pseudonym."))
    return found[0].pseudonym if found else None


@blueprint.get("/<int:conversation_id>")
@needs(Action.RUN_CAMPAIGNS)
def interview(conversation_id: int) -> Any:
    """What the tablet shows now."""
    return _interview(conversation_id, Form())


def _interview(conversation_id: int, form: Form) -> Any:
    found = assisted_pages.screen(services(), here().organisation, conversation_id)
    files = services().voices.files
    return page(
        "assisted_interview.html",
        form,
        screen=found,
        names=names(),
        direction=files.direction,
        message=secrets.token_hex(8),
    )


@blueprint.post("/<int:conversation_id>")
@needs(Action.RUN_CAMPAIGNS)
def send(conversation_id: int) -> Any:
    """An answer: an option that was tapped, or what was typed."""
    form = Form()
    message = form.text("message", "", longest=_MESSAGE) or secrets.token_hex(8)
    tap = form.values.get("tap") or None
    text = "" if tap else form.text("answer", _("Write the answer."), longest=LONGEST)
    if "answer" in form.errors:
        return _interview(conversation_id, form)
    assisted_pages.reply(
        services(), here().organisation, conversation_id, message[:_MESSAGE], text=text, tap=tap
    )
    return done(None, ".interview", conversation_id=conversation_id)
