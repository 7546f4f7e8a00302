"""Lists of people: given to a page, looked through, confirmed, and taken back."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from bot.gateways.people_files import UnreadablePeople
from bot.usecases import people_lists, people_uploads
from bot.usecases.permission import Action
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.people import campaign_choices, explain, put_down
from bot.web.identity import services
from bot.web.interface import plural as ngettext
from bot.web.interface import say as _
from bot.web.security import takes_files

blueprint = organisation_pages("people_lists", __name__, under="people/lists")

PASTED = "pasted list"


@blueprint.get("")
@needs(Action.READ_PEOPLE)
def everything() -> Any:
    """Every list that was read in."""
    found = people_lists.lists_of(services(), here().organisation)
    return page("people_lists.html", lists=found)


@blueprint.get("/new")
@needs(Action.CHANGE_PEOPLE)
def new() -> Any:
    """Give a list."""
    return page("people_import.html", Form(**request.args.to_dict()), **campaign_choices())


@blueprint.post("/new")
@needs(Action.CHANGE_PEOPLE)
@takes_files(people_uploads.LARGEST)
def upload() -> Any:
    """Keep a list and look through it; nobody is put down yet."""
    form = Form()
    values = put_down(form) | _list(form)
    values["consent"] = form.text("consent", longest=300)
    in_list = form.values.get("agreed") == "list"
    if not values["consent"] and not in_list:
        form.fail("consent", _("Write down how they agreed, or say that the list tells it."))
    if form.ok:
        values["consent"] = "" if in_list else values["consent"]
        try:
            kept = people_uploads.keep(services(), here().organisation, here().me, **values)
        except UnreadablePeople as error:
            form.fail("file", _("This can not be read as a list of people. %(why)s", why=error))
        else:
            return done(None, ".look", upload_id=kept)
    return page("people_import.html", form, **campaign_choices())


def _list(form: Form) -> dict[str, Any]:
    """The file, or else what was pasted."""
    file = request.files.get("file")
    raw = b"" if file is None else file.read()
    name = (file and file.filename) or "list"
    if not raw:
        longest = 400_000
        raw, name = form.text("pasted", longest=longest).encode(), PASTED
    if not raw:
        form.fail("file", _("Choose a file, or paste a list."))
    return {"raw": raw, "name": name}


@blueprint.get("/new/<int:upload_id>")
@needs(Action.CHANGE_PEOPLE)
def look(upload_id: int) -> Any:
    """What would happen, how far it is, or what has happened."""
    found = people_uploads.find(services(), here().organisation, upload_id)
    return page("people_upload.html", upload=found, explain=explain)


@blueprint.post("/new/<int:upload_id>/confirm")
@needs(Action.CHANGE_PEOPLE)
def confirm(upload_id: int) -> Response:
    """Put the people down."""
    people_uploads.confirm(services(), here().organisation, upload_id)
    return done(None, ".look", upload_id=upload_id)


@blueprint.post("/new/<int:upload_id>/discard")
@needs(Action.CHANGE_PEOPLE)
def discard(upload_id: int) -> Response:
    """Forget the list."""
    if people_uploads.give_up(services(), here().organisation, upload_id):
        return done(_("The list is forgotten. Nobody was put down."), ".everything")
    return done(None, ".look", upload_id=upload_id)


@blueprint.post("/<int:import_id>/undo")
@needs(Action.CHANGE_PEOPLE)
def undo(import_id: int) -> Response:
    """Take a list back: whoever has not been invited will not be."""
    found = people_lists.take_back(services(), here().organisation, import_id, here().me)
    parts = [
        ngettext("%(num)d person was removed.", "%(num)d people were removed.", found.removed),
        ngettext("%(num)d was left out.", "%(num)d were left out.", found.left_out),
        ngettext("%(num)d stays as before.", "%(num)d stay as before.", found.kept),
    ]
    return done(" ".join(parts), ".everything")
