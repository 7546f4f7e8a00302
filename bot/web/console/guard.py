"""Who may open which page. Every view of the console carries exactly one of the decorators in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from bot.usecases import staff
from bot.usecases.permission import Action, Role, allows
from bot.usecases.signing_in import SignedIn
from bot.usecases.staff import Organisation
from bot.web.identity import current_staff, services

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Here:
    """Who is asking, where, and what she is there.

    Attributes:
        me: who is signed in.
        organisation: the organisation of this page.
        roles: what she is in it.
    """

    me: SignedIn
    organisation: Organisation
    roles: frozenset[Role]

    def may(self, action: Action) -> bool:
        """Whether she may do something here."""
        return allows(self.roles, action)


def here() -> Here:
    """Who is asking on a page of an organisation; only behind `needs`."""
    found: Here = g.here
    return found


class SurveyName(BaseConverter):
    """A survey in an address, as one part of it: `ORGANISATION/CODE` stands there as `ORGANISATION:CODE`."""

    def to_python(self, value: str) -> str:
        """The name as use cases know it."""
        return value.replace(":", "/", 1)

    def to_url(self, value: str) -> str:
        """The name as an address can hold it."""
        return super().to_url(value.replace("/", ":", 1))


def organisation_pages(noun: str, import_name: str, *, under: str | None = None) -> Blueprint:
    """A blueprint whose pages belong to an organisation: `/console/<organisation>/<noun>`.

    `url_for` fills the organisation of this page in by itself.
    """
    path = noun if under is None else under
    prefix = "/console/<organisation>" + (f"/{path}" if path else "")
    return Blueprint(noun, import_name, url_prefix=prefix)


def needs(action: Action) -> Callable[[View], View]:
    """Only for whoever may do this: in the organisation of the address, or in the installation.

    Nobody is sent to sign in; another organisation's address is 404; a role that may not is 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            me = current_staff()
            if me is None or not me.whole:
                return _sign_in_first(me)
            slug = values.pop("organisation", None)
            if slug is None:
                roles = staff.installation_roles(services(), me.staff_id)
            else:
                found = staff.membership(services(), me.staff_id, slug)
                if found is None:
                    abort(HTTPStatus.NOT_FOUND)
                roles = found.roles
                g.here = Here(me, found.organisation, roles)
            if not allows(roles, action):
                abort(HTTPStatus.FORBIDDEN)
            return view(**values)

        return _marked(guarded, action)

    return decorate


def signed_in(view: View) -> View:
    """For everybody who is signed in, wherever she works: her own account."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        me = current_staff()
        if me is None or not me.whole:
            return _sign_in_first(me)
        return view(**values)

    return _marked(guarded, "signed in")


def half_signed_in(view: View) -> View:
    """For whoever has shown one factor, or both: the second step, and setting it up."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if current_staff() is None:
            return _sign_in_first(None)
        return view(**values)

    return _marked(guarded, "half signed in")


def everybody(view: View) -> View:
    """For the whole world: signing in, and taking an invitation up."""
    return _marked(view, "everybody")


def _marked(view: View, rule: Action | str) -> View:
    view.needs = rule  # type: ignore[attr-defined]
    return view


def me() -> SignedIn:
    """Who is signed in; only behind a decorator that has made sure."""
    found = current_staff()
    assert found is not None  # the decorator let nobody else through
    return found


def _sign_in_first(half: SignedIn | None) -> Response:
    """To the step that is missing, and from there back here."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    endpoint = "sign_in.second" if half is not None else "sign_in.form"
    address = url_for(endpoint, next=back if back != "/console" else None)
    if "HX-Request" in request.headers:
        # A part of a page can not show the form: the whole page goes there.
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return redirect(address, HTTPStatus.SEE_OTHER)


def safe_next(wanted: str | None) -> str | None:
    """Where to go after signing in: a path of our own, nothing else."""
    if wanted and wanted.startswith("/console") and "\\" not in wanted and "//" not in wanted:
        return wanted
    return None
