"""Passkeys, with an authenticator made of a private key: what a phone does, in forty lines."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bot.app import create_app
from tests.console.conftest import OURS, Site
from tests.support.fakes import SettableClock
from tests.support.rows import rows
from tests.support.settings import PUBLIC_URL
from tests.support.staff import Browser


@pytest.fixture
def site(site: Site) -> Site:
    """For real: in a demonstration, passkeys are also bound to `localhost`."""
    services = replace(site.services, settings=replace(site.services.settings, demo=False))
    return replace(site, app=create_app(services=services), services=services)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(coded: str) -> bytes:
    return urlsafe_b64decode(coded + "=" * (-len(coded) % 4))


@dataclass
class Authenticator:
    """A device with one passkey on it."""

    origin: str = PUBLIC_URL
    verified: bool = True
    count: int = 0
    credential: bytes = b"a credential of the tests"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, options: dict[str, Any]) -> str:
        """The answer to a request to make a passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        credential = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        data = self._data(options["rp"]["id"], made=True) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer(attestationObject=text(attestation), clientDataJSON=text(client))

    def signs(self, options: dict[str, Any]) -> str:
        """The answer to a request to sign in."""
        self.count += 1
        data = self._data(options["rpId"], made=False)
        client = self._client("webauthn.get", options)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            authenticatorData=text(data), clientDataJSON=text(client), signature=text(signature)
        )

    def _data(self, domain: str, *, made: bool) -> bytes:
        flags = 0x01 | (0x04 if self.verified else 0) | (0x40 if made else 0)
        return (
            hashlib.sha256(domain.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        found = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(found).encode()

    def _answer(self, **response: str) -> str:
        name = text(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def options(browser: Browser, address: str) -> dict[str, Any]:
    answer = browser.post(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


def add(browser: Browser, device: Authenticator, name: str = "My phone") -> Any:
    asked = options(browser, "/account/passkeys/options")
    return browser.post("/account/passkeys", answer=device.makes(asked), name=name)


def sign_in(site: Site, device: Authenticator) -> tuple[Browser, Any]:
    browser = Browser.on(site.app)
    asked = options(browser, "/sign-in/passkey/options")
    return browser, browser.post("/sign-in/passkey", answer=device.signs(asked))


def test_a_passkey_is_a_whole_sign_in(site: Site) -> None:
    device = Authenticator()
    half = Browser.on(site.app).sign_in(site.people["F"], whole=False)
    assert add(half, device).headers["Location"] == "/console"
    assert half.get(f"/console/{OURS}").status_code == 200
    browser, answer = sign_in(site, device)
    assert answer.headers["Location"] == "/console"
    browser.get("/account")
    assert "My phone" in browser.text
    (kept,) = rows(site.services, "passkey")
    assert kept["uses"] == 1
    assert kept["used"] is not None


def test_what_the_browser_is_asked_names_nobody_and_demands_a_finger(site: Site) -> None:
    asked = options(site.browser("F"), "/account/passkeys/options")
    assert asked["rp"]["id"] == "awaaz.example.org"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert len(raw(asked["user"]["id"])) == 32
    known = options(Browser.on(site.app), "/sign-in/passkey/options")
    assert known["userVerification"] == "required"
    assert known.get("allowCredentials", []) == []


def test_an_answer_counts_once(site: Site) -> None:
    device = Authenticator()
    add(site.browser("F"), device)
    browser = Browser.on(site.app)
    asked = options(browser, "/sign-in/passkey/options")
    answer = device.signs(asked)
    assert browser.post("/sign-in/passkey", answer=answer).status_code == 303
    again = browser.post("/sign-in/passkey", answer=answer)
    assert again.status_code == 422
    assert "This passkey did not work here." in browser.text


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://awaaz.example.com"},
        {"verified": False},
        {"credential": b"another one"},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"count": -1},
    ],
    ids=["another site", "nobody's finger", "unknown", "another key", "copied device"],
)
def test_an_answer_that_does_not_fit_is_refused(site: Site, changed: dict[str, Any]) -> None:
    device = Authenticator(count=3)
    add(site.browser("F"), device)
    if changed == {"count": -1}:
        changed = {"count": 1}  # fewer uses than before: somebody has copied the device
    for name, value in changed.items():
        setattr(device, name, value)
    browser, answer = sign_in(site, device)
    assert answer.status_code == 422
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("answer", ["", "{}", "[]", "not json", '{"rawId": 1}', '{"rawId": "AA"}'])
def test_nonsense_is_refused(site: Site, answer: str) -> None:
    browser = Browser.on(site.app)
    options(browser, "/sign-in/passkey/options")
    assert browser.post("/sign-in/passkey", answer=answer).status_code == 422
    mine = site.browser("F")
    options(mine, "/account/passkeys/options")
    mine.post("/account/passkeys", answer=answer)
    mine.get("/account")
    assert "The passkey could not be kept." in mine.text
    assert rows(site.services, "passkey") == []


def test_a_step_is_taken_in_time_by_whoever_began_it(site: Site, clock: SettableClock) -> None:
    device = Authenticator()
    mine, other = site.browser("F"), site.browser("A")
    asked = options(mine, "/account/passkeys/options")
    other.client.set_cookie("awaaz_step", mine.client.get_cookie("awaaz_step").value)
    other.post("/account/passkeys", answer=device.makes(asked))
    assert rows(site.services, "passkey") == []
    asked = options(mine, "/account/passkeys/options")
    clock.forward(minutes=11)
    mine.post("/account/passkeys", answer=device.makes(asked))
    assert rows(site.services, "passkey") == []


def test_a_passkey_belongs_to_one_person(site: Site) -> None:
    device = Authenticator()
    add(site.browser("F"), device)
    add(site.browser("A"), device)
    assert [row["staff_id"] for row in rows(site.services, "passkey")] == [site.people["F"]]


def test_the_last_second_step_is_not_forgotten(site: Site) -> None:
    browser = site.browser("F")
    add(browser, Authenticator())
    (first,) = rows(site.services, "passkey")
    browser.post(f"/account/passkeys/{first['id']}/remove")
    browser.get("/account")
    assert "this is your only second step" in browser.text
    add(browser, Authenticator(credential=b"a second one"))
    browser.post(f"/account/passkeys/{first['id']}/remove")
    assert len(rows(site.services, "passkey")) == 1
    # Nobody forgets somebody else's.
    second = rows(site.services, "passkey")[0]["id"]
    site.browser("A").post(f"/account/passkeys/{second}/remove")
    assert len(rows(site.services, "passkey")) == 1
