"""One's own account: the second step, passkeys, the password, and the browsers one is signed in with."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any

import segno
from flask import Blueprint, Response, abort, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from bot.usecases import passkeys, second_step, signing_in
from bot.usecases.attempts import LockedOut
from bot.usecases.ceremonies import CeremonyOver
from bot.usecases.signing_in import Refused, WeakPassword
from bot.web import identity
from bot.web.console.forms import Form, done, page
from bot.web.console.guard import half_signed_in, me, signed_in
from bot.web.console.invitation import weak_password
from bot.web.console.limits import limited
from bot.web.identity import services
from bot.web.interface import say as _

blueprint = Blueprint("account", __name__, url_prefix="/account")


def _must_be_whole_to_change() -> None:
    """A password alone never changes the second factor: it is shown first."""
    if not me().whole and me().has_second_factor:
        abort(HTTPStatus.FORBIDDEN)


@blueprint.get("")
@signed_in
def overview() -> Any:
    """Everything about one's own account."""
    return page(
        "account.html",
        mine=me(),
        passkeys=passkeys.passkeys(services(), me().staff_id),
        codes_left=second_step.codes_left(services(), me().staff_id),
        sign_ins=signing_in.open_sign_ins(services(), me()),
    )


@blueprint.get("/second-step", endpoint="second_step")
@half_signed_in
def second_step_form() -> Any:
    """Set the second step up: an app that makes codes, or a passkey."""
    _must_be_whole_to_change()
    token, secret, _address = second_step.begin_totp(services(), me())
    return _set_up(token, secret, Form())


def _set_up(token: str, secret: str, form: Form) -> Any:
    picture = io.BytesIO()
    code = segno.make(second_step.totp_address(me(), secret), error="m")
    # No style in it, which the content policy would refuse: colours are attributes.
    code.save(
        picture, kind="svg", scale=4, xmldecl=False, svgns=True, nl=False, border=2, omitsize=True
    )
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    shown = page(
        "set_up.html",
        form,
        # Made by segno of our own text, with nothing of a visitor's in it but her address as modules.
        qr=Markup(picture.getvalue().decode()),  # noqa: S704
        secret=spaced,
        mine=me(),
    )
    body, status = shown if isinstance(shown, tuple) else (shown, HTTPStatus.OK)
    return identity.remember_step(Response(body, status, mimetype="text/html"), token)


@blueprint.post("/second-step")
@limited
@half_signed_in
def confirm() -> Any:
    """The app's first code: right, it is kept, and the codes for paper are shown this once."""
    _must_be_whole_to_change()
    form = Form()
    try:
        secret = second_step.pending_secret(services(), me(), identity.step())
    except CeremonyOver:
        return done(_("That took too long. Scan the new code."), "account.second_step")
    code = form.text("code", _("Enter the code."), longest=40)
    if form.ok:
        try:
            codes, token = second_step.confirm_totp(services(), me(), secret, code)
        except Refused:
            form.fail(
                "code", _("This code is not right. Look at your app and enter the newest one.")
            )
        else:
            return identity.remember(_codes_shown(codes), token)
    return _set_up(second_step.again(services(), me(), secret), secret, form)


def _codes_shown(codes: list[str]) -> Response:
    return Response(str(page("recovery_codes.html", codes=codes)), mimetype="text/html")


@blueprint.post("/codes")
@signed_in
def new_codes() -> Any:
    """Ten new codes for paper, shown this once."""
    return _codes_shown(second_step.new_recovery_codes(services(), me()))


@blueprint.post("/passkeys/options")
@half_signed_in
def passkey_options() -> Response:
    """What the browser makes a passkey from."""
    _must_be_whole_to_change()
    origin = passkeys.origin_of(services(), request.host_url.rstrip("/"))
    token, options = passkeys.begin_new(services(), me(), origin)
    return identity.remember_step(Response(options, mimetype="application/json"), token)


@blueprint.post("/passkeys")
@half_signed_in
def add_passkey() -> Any:
    """Keep a passkey that the browser made."""
    _must_be_whole_to_change()
    form = Form()
    name = form.text("name", longest=100) or _("Passkey")
    try:
        token = passkeys.finish_new(
            services(), me(), identity.step(), form.values.get("answer", ""), name
        )
    except (Refused, CeremonyOver):
        where = "account.overview" if me().whole else "account.second_step"
        return done(_("The passkey could not be kept. Try again."), where)
    where = "account.overview" if me().whole else "start.choose"
    return identity.remember(done(_("The passkey is kept."), where), token)


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@signed_in
def remove_passkey(passkey_id: int) -> AnyResponse:
    """Forget a passkey."""
    if passkeys.remove(services(), me(), passkey_id):
        return done(_("The passkey is forgotten."), "account.overview")
    return done(
        _("Set up an app for codes first: this is your only second step."), "account.overview"
    )


@blueprint.get("/password")
@signed_in
def password() -> Any:
    """Change one's password."""
    return page("password.html", Form())


@blueprint.post("/password")
@limited
@signed_in
def change_password() -> Any:
    """Change it, and end every other sign-in."""
    form = Form()
    try:
        signing_in.change_password(
            services(), me(), form.values.get("before", ""), form.values.get("password", "")
        )
    except WeakPassword:
        form.fail("password", weak_password())
    except Refused:
        form.fail("before", _("The old password is not right."))
    except LockedOut:
        form.fail("before", _("That was tried too often. Try again later."))
    else:
        return done(
            _("Your password is changed. Other browsers are signed out."), "account.overview"
        )
    return page("password.html", form)


@blueprint.post("/sign-ins/<int:sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: int) -> AnyResponse:
    """End one of one's sign-ins; this one too."""
    if not signing_in.end(services(), me().staff_id, sign_in_id):
        abort(HTTPStatus.NOT_FOUND)
    if sign_in_id == me().sign_in_id:
        return identity.forget(redirect(url_for("sign_in.form"), HTTPStatus.SEE_OTHER))
    return done(_("That browser is signed out."), "account.overview")


@blueprint.post("/sign-ins/end-others")
@signed_in
def end_others() -> AnyResponse:
    """End every sign-in but this one."""
    signing_in.end_others(services(), me())
    return done(_("Every other browser is signed out."), "account.overview")
