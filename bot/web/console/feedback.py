"""You said, we did: what came of a campaign, written, translated, signed off, sent and counted."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.usecases import feedback as told
from bot.usecases import feedback_counts, feedback_writing, telling
from bot.usecases.feedback_hands import FeedbackError, Hand
from bot.usecases.feedback_writing import LONGEST
from bot.usecases.permission import Action
from bot.usecases.recordings import path as recording_path
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import label
from bot.web.identity import services
from bot.web.interface import say as _
from bot.web.security import takes_files
from flows.told import READINGS

blueprint = organisation_pages("feedback", __name__)


@blueprint.get("")
@needs(Action.READ_TRANSLATIONS)
def overview() -> Any:
    """Every campaign, and how far it has come."""
    return page("feedback_list.html", campaigns=told.listing(services(), here().organisation))


@blueprint.get("/<slug>")
@needs(Action.READ_TRANSLATIONS)
def one(slug: str) -> Any:
    """The words, how they stand in each language, whom they can be told, and what became of them."""
    return _shown(slug, Form())


def _shown(slug: str, form: Form) -> Any:
    place = here().organisation
    return page(
        "feedback.html",
        form,
        feedback=told.opened(services(), slug, place),
        audience=telling.audience(services(), slug, place),
        counts=feedback_counts.counts(services(), slug, place),
        became=list(feedback_counts.Became),
        readings=READINGS,
    )


@blueprint.get("/<slug>/english")
@needs(Action.RUN_CAMPAIGNS)
def english(slug: str) -> Any:
    """The form in which it is composed."""
    found = told.opened(services(), slug, here().organisation)
    start = Form(heard=found.heard, done=found.done, asked=found.offered or "")
    return page("feedback_compose.html", start, feedback=found, longest=LONGEST)


@blueprint.post("/<slug>/english")
@needs(Action.RUN_CAMPAIGNS)
def compose(slug: str) -> Any:
    """Write it in English, or write it anew."""
    form, place = Form(), here().organisation
    words = _words(form)
    asked = form.text("asked") or None
    if form.ok and _tried(form, feedback_writing.compose, slug, asked=asked, **words):
        return done(_("Kept. Somebody else signs the English off."), ".one", slug=slug)
    found = told.opened(services(), slug, place)
    return page("feedback_compose.html", form, feedback=found, longest=LONGEST)


@blueprint.get("/<slug>/languages/<language>")
@needs(Action.READ_TRANSLATIONS)
def language(slug: str, language: str) -> Any:
    """The English beside the words of one language."""
    found = told.opened(services(), slug, here().organisation).standing(language)
    return _language(slug, language, Form(heard=found.heard, done=found.done))


def _language(slug: str, language: str, form: Form) -> Any:
    found = told.opened(services(), slug, here().organisation)
    standing = found.standing(language)
    return page(
        "feedback_language.html",
        form,
        feedback=found,
        standing=standing,
        sound=recording_path(standing.recording) if standing.recording else None,
        longest=LONGEST,
    )


@blueprint.post("/<slug>/languages/<language>")
@needs(Action.TRANSLATE)
def translate(slug: str, language: str) -> Any:
    """Put it into a language."""
    form = Form()
    words = _words(form)
    if form.ok and _tried(form, feedback_writing.translate, slug, language, **words):
        return done(_("Kept. Somebody else signs it off."), ".one", slug=slug)
    return _language(slug, language, form)


@blueprint.post("/<slug>/languages/<language>/recording")
@needs(Action.TRANSLATE)
@takes_files(6_000_000)
def record(slug: str, language: str) -> Any:
    """Keep a recording of the whole message."""
    form, file = Form(), request.files.get("sound")
    content = b"" if file is None else file.read()
    if _tried(form, feedback_writing.record, slug, language, content, field="sound"):
        return done(_("Kept. Somebody else listens to it and signs it off."), ".one", slug=slug)
    return _language(slug, language, form)


@blueprint.post("/<slug>/languages/<language>/sign-off")
@needs(Action.SIGN_OFF)
def sign_off(slug: str, language: str) -> Any:
    """Approve the words of a language as they are now."""
    form = Form()
    comment = form.text("comment", longest=2000)
    if form.ok and _tried(
        form, feedback_writing.sign_off, slug, language, comment=comment, field="comment"
    ):
        return done(_("Signed off."), ".one", slug=slug)
    return _language(slug, language, form)


@blueprint.post("/<slug>/send")
@needs(Action.RUN_CAMPAIGNS)
def send(slug: str) -> Any:
    """Tell everybody who can be told now."""
    form = Form()
    if _tried(form, telling.send, slug, field="send"):
        return done(_("They will be told, in daytime and at the usual pace."), ".one", slug=slug)
    return _shown(slug, form)


def _words(form: Form) -> dict[str, str]:
    missing = label("why.empty")
    return {name: form.text(name, missing, longest=LONGEST) for name in told.PARTS}


def _tried(form: Form, step: Any, *given: Any, field: str = "heard", **more: Any) -> bool:
    """Do a step as whoever is signed in; what keeps it from being done stands at a field."""
    place, me = here().organisation, here().me
    try:
        step(services(), *given, hand=Hand.of(me), organisation=place, **more)
    except FeedbackError as error:
        form.fail(field, label(f"why.{error.why}"))
    return form.ok
