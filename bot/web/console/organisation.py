"""Organisation: staff and invitations, the audit log, set-up, and how long what is kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from bot.usecases import audit, doctor, invitations, retention, staff
from bot.usecases.permission import Action, Role
from bot.usecases.staff import LastAdmin, StaffError
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import here, needs, organisation_pages
from bot.web.console.labels import label
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = organisation_pages("organisation", __name__)
ROLES = [role for role in Role if role is not Role.SYSTEM]
_PAGE = 50


@blueprint.get("")
@needs(Action.READ_ORGANISATION)
def people() -> Any:
    """Who works here, and who is invited."""
    return _people(Form())


def _people(form: Form, link: str | None = None) -> Any:
    place = here().organisation.id
    return page(
        "people.html",
        form,
        members=staff.members(services(), place),
        invitations=invitations.open_invitations(services(), place),
        role_options=[(role.value, label(role)) for role in ROLES],
        link=link,
    )


@blueprint.post("/invitations")
@needs(Action.MANAGE_STAFF)
def invite() -> Any:
    """Invite somebody. The link is shown this once: only its hash is kept."""
    form = Form()
    email = form.text("email", _("Enter an e-mail address, such as amina@example.org."))
    role = form.choice("role", [role.value for role in ROLES], _("Choose a role."))
    if form.ok:
        try:
            token = invitations.invite(
                services(),
                email=email,
                role=Role(role),
                organisation=here().organisation.slug,
                by=here().me.email,
            )
        except StaffError:
            form.fail("email", _("Enter an e-mail address, such as amina@example.org."))
        else:
            return _people(Form(), f"{services().settings.public_url}/invitation/{token}")
    return _people(form)


@blueprint.post("/invitations/<int:invitation_id>/cancel")
@needs(Action.MANAGE_STAFF)
def cancel(invitation_id: int) -> Response:
    """Make an invitation's link worthless."""
    try:
        invitations.cancel_invitation(
            services(), here().organisation.id, invitation_id, by=here().me.email
        )
    except StaffError:
        abort(HTTPStatus.NOT_FOUND)
    return done(_("The invitation is cancelled."), ".people")


@blueprint.get("/staff/<int:staff_id>")
@needs(Action.MANAGE_STAFF)
def member(staff_id: int) -> Any:
    """What somebody is here."""
    return _member(staff_id, Form())


def _member(staff_id: int, form: Form) -> Any:
    found = {one.id: one for one in staff.members(services(), here().organisation.id)}
    if staff_id not in found:
        abort(HTTPStatus.NOT_FOUND)
    return page(
        "member.html",
        form,
        member=found[staff_id],
        role_options=[(role.value, label(role), "") for role in ROLES],
    )


@blueprint.post("/staff/<int:staff_id>")
@needs(Action.MANAGE_STAFF)
def change_roles(staff_id: int) -> Any:
    """Change what somebody is here; nothing at all ends it."""
    form = Form()
    wanted = [Role(one) for one in form.choices("roles", [role.value for role in ROLES])]
    try:
        staff.change_roles(services(), here().organisation.id, staff_id, wanted, by=here().me.email)
    except LastAdmin:
        form.fail("roles", _("Make somebody else an organisation admin first."))
        return _member(staff_id, form)
    except StaffError:
        abort(HTTPStatus.NOT_FOUND)
    return done(_("The roles are changed."), "organisation.people")


@blueprint.get("/audit")
@needs(Action.READ_AUDIT)
def log() -> Any:
    """Who did what, newest first."""
    before = request.args.get("before", type=int)
    entries = audit.entries(services(), here().organisation.id, limit=_PAGE + 1, before=before)
    older = entries[_PAGE - 1].place if len(entries) > _PAGE else None
    return page("audit.html", entries=entries[:_PAGE], older=older, before=before, found=None)


@blueprint.post("/audit")
@needs(Action.READ_AUDIT)
def verify() -> Any:
    """Check every entry against the one before it."""
    form = Form()
    expected = form.text("expected", longest=64).lower() or None
    found = audit.verify(services(), here().organisation.id, expected=expected)
    entries = audit.entries(services(), here().organisation.id, limit=_PAGE)
    return page("audit.html", form, entries=entries, older=None, before=None, found=found)


@blueprint.get("/set-up")
@needs(Action.READ_SET_UP)
def set_up() -> Any:
    """Is everything there that a real campaign needs?"""
    return page("doctor.html", findings=list(doctor.examine(services())))


@blueprint.get("/settings")
@needs(Action.READ_ORGANISATION)
def settings() -> Any:
    """The clock of concerns, and how long what is kept."""
    minutes = str(here().organisation.acknowledge_minutes)
    return page("settings.html", Form(minutes=minutes), kept=retention.kept())


@blueprint.post("/settings")
@needs(Action.CHANGE_ORGANISATION)
def change_settings() -> Any:
    """Change the clock of concerns."""
    form = Form()
    wrong = _("Enter a number of minutes from 5 to 1440.")
    minutes = form.number("minutes", wrong, least=5, most=1440)
    if not form.ok:
        return page("settings.html", form, kept=retention.kept())
    staff.change_clock(services(), here().organisation, here().me, minutes)
    return done(_("The time is changed."), ".settings")
