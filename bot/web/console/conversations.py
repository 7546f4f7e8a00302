"""Conversations: the list, a thread with what was read in it, corrections, and replies by a person."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import conversation_lists, corrections, human_replies, threads
from bot.usecases.conversation_lists import Wanted
from bot.usecases.corrections import Refused
from bot.usecases.human_replies import NotAllowed
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import label
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("conversations", __name__)


@blueprint.get("")
@needs(Action.READ_CONVERSATIONS)
def overview() -> Any:
    """The conversations that were asked for, a page at a time."""
    campaign, code = request.args.get("campaign", ""), request.args.get("wanted", "")
    wanted = Wanted[code] if code in Wanted.__members__ else Wanted.ALL
    before = request.args.get("before", type=int)
    found = conversation_lists.listed(
        services(), here().organisation, campaign=campaign, wanted=wanted, before=before
    )
    campaigns = conversation_lists.campaigns(services(), here().organisation)
    chosen = {"campaign": campaign, "wanted": wanted}
    return page(
        "conversations.html",
        Form(campaign=campaign, wanted=wanted.name),
        **{"found": found, "campaigns": campaigns, "before": before, "kinds": Wanted} | chosen,
    )


@blueprint.get("/<int:conversation_id>")
@needs(Action.READ_CONVERSATIONS)
def one(conversation_id: int) -> Any:
    """A thread, and beside each message what was read in it."""
    return _shown(conversation_id, Form())


def _shown(conversation_id: int, form: Form) -> Any:
    thread = threads.open_thread(services(), here().organisation, conversation_id, here().me)
    names = services().voices.files.vocabularies
    return page("conversation.html", form, thread=thread, names=names)


@blueprint.post("/<int:conversation_id>/reply")
@needs(Action.REPLY_TO_PEOPLE)
def reply(conversation_id: int) -> Any:
    """Write to her, where her consent allows it."""
    form = Form()
    text = form.text("text", _("Write a message."), longest=human_replies.LONGEST)
    if form.ok:
        try:
            human_replies.reply(services(), here().organisation, here().me, conversation_id, text)
        except NotAllowed as refused:
            form.fail("text", label(refused.why))
    if not form.ok:
        return _shown(conversation_id, form)
    return done(_("Your message is on its way."), ".one", conversation_id=conversation_id)


@blueprint.get("/<int:conversation_id>/readings/<question>")
@needs(Action.CORRECT_READINGS)
def reading(conversation_id: int, question: str) -> Any:
    """A reading, and the form that puts another value in its place."""
    return _reading(conversation_id, question, Form())


def _reading(conversation_id: int, question: str, form: Form) -> Any:
    found = corrections.open_reading(services(), here().organisation, conversation_id, question)
    return page("correct.html", form, found=found)


@blueprint.post("/<int:conversation_id>/readings/<question>")
@needs(Action.CORRECT_READINGS)
def correct(conversation_id: int, question: str) -> Any:
    """Put another value in the place of what was read; what she typed stays."""
    form = Form()
    reason = form.text("reason", _("Say why."), longest=corrections.REASON_LENGTH)
    value = _value(form)
    if form.ok:
        about = (here().organisation, here().me, conversation_id, question)
        try:
            corrections.put_right(services(), *about, value=value, reason=reason)
        except Refused:
            form.fail("value", _("This question can not be answered like that."))
    if not form.ok:
        return _reading(conversation_id, question, form)
    return done(_("Corrected. What was typed is kept."), ".one", conversation_id=conversation_id)


def _value(form: Form) -> str | tuple[str, ...]:
    """One value, or several codes that were ticked."""
    ticked = request.form.getlist("value")
    if len(ticked) > 1:
        return tuple(ticked)
    return form.text("value", _("Choose or write a value."), longest=corrections.VALUE_LENGTH)
