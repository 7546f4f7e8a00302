"""Taking up an invitation: the only way to become staff."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from bot.gateways.university import UniversityError
from bot.usecases import fresh_start, invitations, signing_in, university
from bot.usecases.invitations import Invited
from bot.usecases.signing_in import WeakPassword
from bot.usecases.staff import StaffError, address
from bot.web import identity
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import everybody
from bot.web.console.limits import limited
from bot.web.console.sign_in import back_address, university_failed
from bot.web.identity import current_staff, services
from bot.web.interface import say as _

blueprint = Blueprint("invitation", __name__, url_prefix="/invitation")


def weak_password() -> str:
    """What a good password is."""
    return _("Choose a password of 12 to 200 characters that others would not guess.")


@blueprint.get("/<token>")
@everybody
def open_invitation(token: str) -> Any:
    """Who invites whom to what."""
    try:
        return _shown(invitations.invitation(services(), token), token, Form())
    except StaffError:
        return _over()


def _over() -> Any:
    return page("invitation_over.html"), HTTPStatus.GONE


def _shown(invited: Invited, token: str, form: Form) -> Any:
    return page(
        "invitation.html",
        form,
        invited=invited,
        token=token,
        university=university.name_of(services()),
    )


@blueprint.post("/<token>")
@limited
@everybody
def accept(token: str) -> Any:
    """Join; a new member then sets her second step up."""
    try:
        invited = invitations.invitation(services(), token)
    except StaffError:
        return _over()
    if invited.has_account and invited.role is not None:
        return _join(invited, token)
    form = Form()
    name = "" if invited.role is None else form.text("name", _("Say what we should call you."))
    email = invited.email or _email(form)
    hashed = _new_password(form, email)
    if not form.ok:
        return _shown(invited, token, form)
    try:
        if invited.role is None:
            staff_id = fresh_start.take(services(), token, hashed)
        else:
            staff_id = invitations.accept(
                services(), token, name=name, email=email, password=hashed
            )
    except StaffError:
        return _over()
    return _half_signed_in(staff_id)


def _email(form: Form) -> str:
    typed = form.text("email", _("Enter your e-mail address."), longest=254)
    try:
        return address(typed)
    except StaffError:
        form.fail("email", _("Enter an e-mail address, such as amina@example.org."))
        return ""


def _new_password(form: Form, email: str) -> str:
    try:
        return signing_in.hash_password(form.values.get("password", ""), email=email)
    except WeakPassword:
        form.fail("password", weak_password())
        return ""


def _join(invited: Invited, token: str) -> Any:
    """Somebody who is staff already: whoever is signed in has to be her."""
    who, form = current_staff(), Form()
    if who is None or not who.whole:
        return redirect(url_for("sign_in.form"), HTTPStatus.SEE_OTHER)
    try:
        invitations.accept(services(), token, signed_in_as=who.staff_id)
    except StaffError:
        form.fail("join", _("This invitation is for somebody else. Sign in as that person first."))
        return _shown(invited, token, form)
    return done(_("You have joined."), "start.choose")


def _half_signed_in(staff_id: int) -> Response:
    token = signing_in.open_half(services(), staff_id, identity.device())
    step = redirect(url_for("account.second_step"), HTTPStatus.SEE_OTHER)
    return identity.remember(step, token)


@blueprint.get("/<token>/university")
@everybody
def with_university(token: str) -> Any:
    """Join with the university's sign-in instead of a password."""
    try:
        invitations.invitation(services(), token)
    except StaffError:
        return _over()
    try:
        step, there = university.leave(services(), back_address(), invitation=token)
    except UniversityError as error:
        return university_failed(error)
    return identity.remember_step(redirect(there, HTTPStatus.SEE_OTHER), step)
