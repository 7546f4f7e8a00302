"""Campaigns: the list, how one goes, pausing and ending it, its next wave, and its posters."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from bot.usecases import campaign_desk, campaign_drafts, campaign_progress, posters
from bot.usecases.campaign_desk import Move
from bot.usecases.campaign_drafts import Step
from bot.usecases.campaigns import CampaignError
from bot.usecases.dispositions import Disposition
from bot.usecases.permission import Action
from bot.usecases.posters import PosterError
from bot.web.console.campaign_labels import FAILED
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.sentences import language_name
from bot.web.identity import services
from bot.web.interface import say as _
from bot.web.security import csp_nonce

blueprint = organisation_pages("campaigns", __name__)
STATE_COLOURS = {"draft": "grey", "launching": "blue", "live": "green", "paused": "yellow",
                 "halted": "red", "closed": "white"}  # fmt: skip


@blueprint.get("")
@needs(Action.READ_CAMPAIGNS)
def overview() -> Any:
    """Every campaign, newest first."""
    found = campaign_progress.campaigns(services(), here().organisation)
    return page("campaigns.html", campaigns=found, name=language_name, colours=STATE_COLOURS)


@blueprint.get("/<slug>")
@needs(Action.READ_CAMPAIGNS)
def one(slug: str) -> Any:
    """How a campaign goes; of a draft, which questions are answered."""
    return _one(slug, Form())


def _one(slug: str, form: Form) -> Any:
    place = here().organisation
    if campaign_progress.state_of(services(), place, slug) == "draft":
        draft = campaign_drafts.open_draft(services(), place, slug)
        return page("campaign_draft.html", form, draft=draft, steps=list(Step), name=language_name)
    return page(
        "campaign.html",
        form,
        found=campaign_progress.progress(services(), place, slug),
        name=language_name,
        colours=STATE_COLOURS,
        failed=FAILED,
        dispositions=list(Disposition),
    )


@blueprint.post("/<slug>/<any(pause, resume, close):what>")
@needs(Action.RUN_CAMPAIGNS)
def move(slug: str, what: str) -> Any:
    """Pause, resume or end it."""
    said = {
        Move.PAUSE: _("Paused. Nothing more is sent until you resume it."),
        Move.RESUME: _("It goes on."),
        Move.CLOSE: _("It has ended. The answers stay."),
    }
    form, wanted = Form(), Move(what)
    try:
        campaign_desk.move(services(), here().organisation, here().me, slug, wanted)
    except CampaignError:
        form.fail("state", _("That can not be done with the campaign as it is now."))
        return _one(slug, form)
    return done(said[wanted], ".one", slug=slug)


@blueprint.post("/<slug>/next-wave")
@needs(Action.RUN_CAMPAIGNS)
def next_wave(slug: str) -> Any:
    """Make the draft that asks the same people again."""
    form = Form()
    weeks = form.number("weeks", _("Enter a number of weeks from 1 to 104."), least=1, most=104)
    if not form.ok:
        return _one(slug, form)
    try:
        made = campaign_desk.ask_again(services(), here().organisation, here().me, slug, weeks)
    except CampaignError:
        form.fail("weeks", _("The next wave has been made already."))
        return _one(slug, form)
    return done(
        _("The next wave is there. It is launched on its day by itself."), ".one", slug=made
    )


@blueprint.post("/<slug>/errors/<int:alert_id>")
@needs(Action.RUN_CAMPAIGNS)
def see_to(slug: str, alert_id: int) -> Response:
    """Say that an error was looked at."""
    campaign_desk.see_to(services(), here().organisation, here().me, slug, alert_id)
    return done(_("Noted. If it happens again, it is shown again."), ".one", slug=slug)


@blueprint.get("/<slug>/poster")
@needs(Action.READ_CAMPAIGNS)
def poster(slug: str) -> Any:
    """What the poster is printed in."""
    return _poster(slug, Form())


def _poster(slug: str, form: Form) -> Any:
    found = posters.offer(services(), here().organisation, slug)
    demo = services().settings.demo
    return page("campaign_poster.html", form, slug=slug, offer=found, name=language_name, demo=demo)


@blueprint.get("/<slug>/poster/page")
@needs(Action.READ_CAMPAIGNS)
def poster_page(slug: str) -> Any:
    """The poster itself: a sheet of paper, which has no menu."""
    found = posters.offer(services(), here().organisation, slug)
    wanted = [code for code in request.args.getlist("language") if code in found.languages]
    form = Form()
    if not wanted:
        form.fail("language", _("Choose at least one language."))
        return _poster(slug, form)
    draft = "draft" in request.args
    try:
        return posters.poster(services(), slug, languages=wanted, draft=draft, nonce=csp_nonce())
    except PosterError as error:
        form.fail("language", str(error))
        return _poster(slug, form)
