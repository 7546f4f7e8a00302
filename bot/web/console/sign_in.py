"""Signing in: a password and a code, a passkey, or the university; and signing out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.gateways.university import UniversityError
from bot.usecases import passkeys, second_step, signing_in, university
from bot.usecases.attempts import LockedOut
from bot.usecases.ceremonies import CeremonyOver
from bot.usecases.signing_in import Refused
from bot.usecases.staff import StaffError
from bot.web import identity
from bot.web.console.forms import Form, page
from bot.web.console.guard import everybody, half_signed_in, me, safe_next, signed_in
from bot.web.console.limits import limited
from bot.web.identity import services
from bot.web.interface import chosen
from bot.web.interface import say as _

log = structlog.get_logger(__name__)
blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")


def _origin() -> str:
    return passkeys.origin_of(services(), request.host_url.rstrip("/"))


def _wait(locked: LockedOut) -> str:
    return _(
        "That was tried too often. Try again %(when)s.",
        when=chosen().ago(locked.until, services().clock.now()),
    )


def _go_on(token: str) -> AnyResponse:
    """Signed in: to where she wanted to go."""
    wanted = safe_next(request.values.get("next")) or url_for("start.choose")
    return identity.remember(redirect(wanted, HTTPStatus.SEE_OTHER), token)


@blueprint.get("")
@everybody
def form() -> Any:
    """Every way to sign in."""
    return _shown(Form())


def _shown(form: Form) -> Any:
    return page(
        "sign_in.html",
        form,
        next=safe_next(request.values.get("next")),
        university=university.name_of(services()),
    )


@blueprint.post("")
@limited
@everybody
def with_password() -> Any:
    """The first step; the second one is asked for on the next page."""
    form = Form()
    email = form.text("email", _("Enter your e-mail address."), longest=254)
    password = form.values.get("password", "")
    if not password:
        form.fail("password", _("Enter your password."))
    if not form.ok:
        return _shown(form)
    try:
        token = signing_in.with_password(services(), email, password, identity.device())
    except Refused:
        form.fail("email", _("The e-mail address or the password is not right."))
    except LockedOut as locked:
        form.fail("email", _wait(locked))
    if not form.ok:
        return _shown(form)
    wanted = safe_next(form.values.get("next"))
    step = redirect(url_for("sign_in.second", next=wanted), HTTPStatus.SEE_OTHER)
    return identity.remember(step, token)


@blueprint.get("/second")
@half_signed_in
def second() -> Any:
    """The code from an app or from paper; whoever has neither yet sets one up."""
    if me().whole:
        return redirect(url_for("start.choose"), HTTPStatus.SEE_OTHER)
    if not me().has_second_factor:
        return redirect(url_for("account.second_step"), HTTPStatus.SEE_OTHER)
    return _second_shown(Form())


def _second_shown(form: Form) -> Any:
    return page("second_step.html", form, next=safe_next(request.values.get("next")), half=me())


@blueprint.post("/second")
@limited
@half_signed_in
def with_code() -> Any:
    """The second step."""
    form = Form()
    code = form.text("code", _("Enter the code."), longest=40)
    if form.ok and not me().whole:
        try:
            return _go_on(second_step.with_code(services(), me(), code))
        except Refused:
            form.fail("code", _("This code is not right. A code counts once, and for a minute."))
        except LockedOut as locked:
            form.fail("code", _wait(locked))
    return _second_shown(form)


@blueprint.post("/passkey/options")
@limited
@everybody
def passkey_options() -> Response:
    """What the browser asks a passkey for."""
    token, options = passkeys.begin(services(), _origin())
    return identity.remember_step(Response(options, mimetype="application/json"), token)


@blueprint.post("/passkey")
@limited
@everybody
def with_passkey() -> Any:
    """Both steps at once."""
    form = Form()
    try:
        answer = form.values.get("answer", "")
        return _go_on(passkeys.finish(services(), identity.step(), answer, identity.device()))
    except (Refused, CeremonyOver):
        form.fail("passkey", _("This passkey did not work here. Try again, or use your password."))
    return _shown(form)


@blueprint.get("/university")
@everybody
def leave_for_university() -> Any:
    """Off to the university's sign-in."""
    try:
        token, address = university.leave(services(), back_address())
    except UniversityError as error:
        return university_failed(error)
    return identity.remember_step(redirect(address, HTTPStatus.SEE_OTHER), token)


def back_address() -> str:
    """Where the university sends the browser back to: it has to be registered there."""
    return f"{services().settings.public_url}{url_for('sign_in.from_university')}"


@blueprint.get("/university/back")
@everybody
def from_university() -> Any:
    """Back from the university."""
    form = Form()
    try:
        token = university.arrive(
            services(),
            identity.step(),
            state=request.args.get("state", ""),
            code=request.args.get("code", ""),
            device=identity.device(),
        )
    except UniversityError as error:
        return university_failed(error)
    except (Refused, StaffError):
        form.fail(
            "university", _("You are not invited here with this account. Ask for an invitation.")
        )
    except CeremonyOver:
        form.fail("university", _("That took too long, or was done already. Try again."))
    else:
        return _go_on(token)
    return _shown(form)


def university_failed(error: UniversityError) -> Any:
    """The university's sign-in does not work: the log says why, the page what to do."""
    log.warning("university sign-in failed", reason=str(error))
    form = Form()
    form.fail("university", _("That sign-in does not work now. Try again later, or another way."))
    return _shown(form)


@blueprint.post("/out")
@signed_in
def out() -> AnyResponse:
    """Sign out, here."""
    signing_in.end(services(), me().staff_id, me().sign_in_id)
    return identity.forget(redirect(url_for("sign_in.form"), HTTPStatus.SEE_OTHER))
