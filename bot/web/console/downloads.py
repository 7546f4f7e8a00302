"""Downloads: what is wanted is ordered, perhaps approved by a second person, made by a worker, and taken."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from bot.research.csv_file import Profile
from bot.research.levels import Level
from bot.usecases import research_campaigns, staff_orders
from bot.usecases.codebooks import ExportError
from bot.usecases.export_orders import Gone, NotReady, Wish
from bot.usecases.exports import Format, Shape
from bot.usecases.permission import Action
from bot.usecases.staff_orders import OwnOrder
from bot.web import files
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("downloads", __name__, under="research/downloads")
REASON = 500
"""Characters that a reason may have."""


@blueprint.get("")
@needs(Action.DOWNLOAD_ANSWERS)
def queue() -> Any:
    """What was ordered, newest first."""
    found = staff_orders.orders(services(), here().organisation, here().me)
    return page("downloads.html", orders=found)


@blueprint.get("/new")
@needs(Action.DOWNLOAD_ANSWERS)
def form() -> Any:
    """Choose what is wanted."""
    return _shown(Form(format=Format.BUNDLE, level=Level.DEIDENTIFIED, shape=Shape.WIDE))


def _shown(form: Form, picked: list[str] | None = None) -> Any:
    place = here().organisation
    return page(
        "download_new.html",
        form,
        campaigns=research_campaigns.campaigns(services(), place),
        languages=research_campaigns.languages(services(), place),
        names=services().voices.files.vocabularies,
        levels=_levels(),
        picked=picked or [],
    )


def _levels() -> list[Level]:
    """The levels that hold answers, and that she may ask for."""
    whole = [Level.FULL] if here().may(Action.DOWNLOAD_IDENTIFIERS) else []
    return [Level.DEIDENTIFIED, Level.NO_IDENTIFIERS, *whole]


@blueprint.post("/new")
@needs(Action.DOWNLOAD_ANSWERS)
def order() -> Any:
    """Order it."""
    form, place = Form(), here().organisation
    known = {one.slug for one in research_campaigns.campaigns(services(), place)}
    picked = form.choices("campaigns", known)
    if not picked:
        form.fail("campaigns", _("Choose a campaign, or several."))
    wish, reason = _wish(form, picked)
    if not form.ok:
        return _shown(form, picked)
    try:
        reference = staff_orders.order(services(), place, here().me, wish, reason)
    except ExportError:
        form.fail("labels", _("Nobody was asked in this language: choose another."))
        return _shown(form, picked)
    return done(_("Your download is ordered."), ".one", reference=reference)


def _wish(form: Form, picked: list[str]) -> tuple[Wish, str]:
    """What was chosen, and why; `form.ok` says whether it is whole."""
    kind = form.choice("format", list(Format), _("Choose a format."))
    shape = form.choice("shape", list(Shape), _("Choose what a row is."))
    level = form.choice("level", _levels(), _("Choose how much is in it."))
    missing = _("Say what everything is needed for.") if level == Level.FULL else None
    reason = form.text("reason", missing, longest=REASON)
    wish = Wish(
        campaigns=tuple(picked),
        format=Format(kind or Format.CSV),
        shape=Shape(shape or Shape.WIDE),
        labels=form.text("labels", longest=32) or None,
        profile=Profile(form.choice("profile", list(Profile), "") or Profile.EXCEL),
        level=Level(level or Level.DEIDENTIFIED),
    )
    return wish, reason


@blueprint.get("/<reference>")
@needs(Action.DOWNLOAD_ANSWERS)
def one(reference: str) -> Any:
    """One order: how far it is, and what came of it."""
    return _one(reference, Form())


def _one(reference: str, form: Form) -> Any:
    found = staff_orders.order_of(services(), here().organisation, here().me, reference)
    names = services().voices.files.vocabularies
    return page("download.html", form, order=found, names=names)


@blueprint.post("/<reference>/decision")
@needs(Action.APPROVE_DOWNLOADS)
def decide(reference: str) -> Any:
    """Say yes or no to what somebody else asks for."""
    form, place, me = Form(), here().organisation, here().me
    said = form.choice("decision", ["yes", "no"], _("Choose yes or no."))
    if not form.ok:
        return _one(reference, form)
    try:
        now = staff_orders.decide(services(), place, me, reference, agree=said == "yes")
    except OwnOrder:
        form.fail("decision", _("Somebody else has to approve what you ask for."))
        return _one(reference, form)
    sentence = _("Your decision is kept.") if now else _("This was decided before.")
    return done(sentence, ".one", reference=reference)


@blueprint.get("/<reference>/file")
@needs(Action.DOWNLOAD_ANSWERS)
def file(reference: str) -> Response:
    """The file, whole or from a byte on; back to the order's page while there is none."""
    try:
        found = staff_orders.fetch(services(), here().organisation, here().me, reference)
    except (NotReady, Gone):
        return done(None, ".one", reference=reference)
    return files.send(found)
