"""Staff for tests: people of every role, and a browser without JavaScript that they sit in front of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.store import inbox
from bot.store import staff as rows
from bot.usecases import invitations, signing_in, staff
from bot.usecases.permission import Role
from bot.usecases.services import Services
from bot.usecases.signing_in import Device
from bot.web.identity import COOKIE

PASSWORD = "kettle lantern orchard"
_KEY = re.compile(r'name="form_key" value="([^"]+)"')


def hire(
    services: Services,
    role: Role,
    organisation: str | None,
    *,
    name: str | None = None,
    password: str | None = None,
) -> int:
    """Somebody of a role who has taken her invitation up; the id of her row."""
    called = name or f"{role.value} of {organisation}"
    email = f"{re.sub('[^a-z]+', '.', called.casefold())}@example.org"
    token = invitations.invite(
        services, email=email, role=role, organisation=organisation, by="command line"
    )
    hashed = None if password is None else signing_in.hash_password(password, email=email)
    return invitations.accept(services, token, name=called, password=hashed)


def employ(services: Services, wanted: Mapping[str, tuple[Role, int | None]]) -> dict[str, int]:
    """Somebody for each name, of a role somewhere, at once and without invitations; her row's id."""
    now, found = services.clock.now(), {}
    with services.database.transaction() as work:
        for name, (role, place) in wanted.items():
            side = "ours" if name.isupper() else "theirs"
            email = f"{role.value.replace(' ', '.')}.{side}@example.org"
            found[name] = inbox.add(
                work.connection, rows.STAFF, email=email, name=f"{role.value} {name}", created=now
            )
            staff.grant(work.connection, found[name], place, role, now)
    return found


@dataclass
class Browser:
    """A browser without JavaScript, and perhaps somebody signed in with it."""

    client: FlaskClient
    services: Services
    page: str = ""
    _key: tuple[str, str] = ("", "")

    @classmethod
    def on(cls, app: Flask) -> Browser:
        """A new one."""
        return cls(app.test_client(), app.extensions["awaaz"])

    def sign_in(self, staff_id: int, *, whole: bool = True) -> Browser:
        """Somebody who has signed in already."""
        with self.services.database.transaction() as work:
            token = signing_in.open_sign_in(
                self.services,
                work.connection,
                staff_id,
                how="password",
                whole=whole,
                device=Device("203.0.113.7", "A browser"),
            )
        self.client.set_cookie(COOKIE, token)
        return self

    def get(self, address: str, **more: Any) -> TestResponse:
        """Open a page."""
        answer = self.client.get(address, buffered=True, **more)
        # Some answers are files.
        self.page = answer.data.decode(errors="replace")
        return answer

    def post(self, address: str, **fields: str) -> TestResponse:
        """Send a form of a page of ours."""
        answer = self.client.post(address, data={"form_key": self.key(), **fields}, buffered=True)
        self.page = answer.text
        return answer

    def key(self) -> str:
        """What forms of our own pages carry, for whoever is signed in now."""
        cookie = self.client.get_cookie(COOKIE)
        holder = "" if cookie is None else cookie.value
        if self._key[0] != holder or not self._key[1]:
            found = _KEY.search(self.client.get("/sign-in").text)
            assert found is not None
            self._key = (holder, found[1])
        return self._key[1]

    @property
    def text(self) -> str:
        """The words of the page, without its tags."""
        bare = re.sub(r"<(script|style|head).*?</\1>|<[^>]+>", " ", self.page, flags=re.DOTALL)
        return " ".join(unescape(bare).split())

    def secret(self) -> str:
        """The key that the page for setting an app up shows."""
        found = re.search(r'class="code" dir="ltr">([A-Z2-7 ]{30,})<', self.page)
        assert found is not None
        return found[1].replace(" ", "")


def code_of(services: Services, secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now."""
    return pyotp.TOTP(secret).generate_otp(int(services.clock.now().timestamp()) // 30 + later)
