"""The installation: its organisations and their first admins, for system admins. No answers in here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from bot.usecases import campaigns, doctor, staff
from bot.usecases.campaigns import CampaignError
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import needs
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = Blueprint("installation", __name__, url_prefix="/installation")


@blueprint.get("")
@needs(Action.MANAGE_INSTALLATION)
def overview() -> Any:
    """Every organisation, and whether the installation is well."""
    return _shown(Form())


def _shown(form: Form) -> Any:
    return page(
        "installation.html",
        form,
        places=staff.organisations(services()),
        findings=list(doctor.examine(services())),
    )


@blueprint.post("")
@needs(Action.MANAGE_INSTALLATION)
def add() -> Any:
    """Add an organisation; its first admin is invited on its own page."""
    form = Form()
    name = form.text("name", _("Enter a name."))
    slug = ""
    if form.ok:
        try:
            slug = campaigns.add_organisation(services(), name)
        except CampaignError:
            form.fail("name", _("Choose a name with Latin letters or digits in it."))
    if not form.ok:
        return _shown(form)
    return _to_people(slug)


def _to_people(slug: str) -> Response:
    sentence = _("The organisation is there. Invite its first admin.")
    return done(sentence, "organisation.people", organisation=slug)
