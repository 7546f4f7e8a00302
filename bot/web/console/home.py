"""Home: where somebody works, and what needs her there now."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, url_for

from bot.usecases import home, staff
from bot.usecases.permission import Action, Role
from bot.web.console.forms import page
from bot.web.console.guard import here, me, needs, organisation_pages, signed_in
from bot.web.identity import services

start = Blueprint("start", __name__, url_prefix="/console")
blueprint = organisation_pages("home", __name__, under="")


@start.get("")
@signed_in
def choose() -> Any:
    """To her organisation; whoever has several chooses."""
    places = staff.organisations_of(services(), me().staff_id)
    roles = staff.installation_roles(services(), me().staff_id)
    if Role.SYSTEM in roles:
        return redirect(url_for("installation.overview"), HTTPStatus.SEE_OTHER)
    if len(places) == 1:
        where = url_for("home.overview", organisation=places[0].slug)
        return redirect(where, HTTPStatus.SEE_OTHER)
    return page("choose.html", places=places)


@blueprint.get("")
@needs(Action.SEE_HOME)
def overview() -> Any:
    """What needs her now."""
    return page("home.html", home=home.home(services(), here().organisation, here().roles))


@blueprint.get("/to-sign-off")
@needs(Action.SIGN_OFF)
def to_sign_off() -> Any:
    """The translations that wait: looked up apart, since it reads every catalogue."""
    found = home.to_sign_off(services(), here().organisation)
    return page("to_sign_off.html", found=found, names=services().voices.files.vocabularies)
