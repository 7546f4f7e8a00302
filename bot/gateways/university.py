"""The university's sign-in: an OpenID Connect provider, found by its discovery document.

Authorization code with PKCE (RFC 7636); the ID token's signature, issuer, audience, nonce and time are
checked (OpenID Connect Core 1.0, 3.1.3.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

_SECONDS = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY = 60


class UniversityError(Exception):
    """The university's sign-in did not work; the message is for the log, without anybody's data."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser is sent, and what has to be remembered until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who came back: a name that never changes, and an address that the provider has verified."""

    subject: str
    email: str


class University:
    """An OpenID Connect provider, and we as its client."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str) -> None:
        self._issuer, self._client_id, self._secret = issuer, client_id, client_secret
        self.name = name

    def leave(self, redirect_uri: str) -> Leaving:
        """Begin; raises UniversityError when the provider can not be reached."""
        verifier, nonce = generate_token(64), generate_token(32)
        found = self._discover()
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                found["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        return Leaving(str(url), str(state), nonce, verifier)

    def arrive(
        self, redirect_uri: str, *, code: str, nonce: str, verifier: str, now: datetime
    ) -> Arrived:
        """Exchange the code that the browser brought; raises UniversityError."""
        found = self._discover()
        try:
            with self._session(redirect_uri) as session:
                answer = session.fetch_token(
                    found["token_endpoint"], code=code, code_verifier=verifier, timeout=_SECONDS
                )
            keys = KeySet.import_key_set(cast(Any, _json(found["jwks_uri"])))
            token = jwt.decode(str(answer["id_token"]), keys, algorithms=_ALGORITHMS)
            self._rules(nonce, now).validate(token.claims)
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise UniversityError(f"the answer is not right: {type(error).__name__}") from None
        except requests.RequestException as error:
            raise UniversityError(f"no answer: {type(error).__name__}") from None
        return self._arrived(token.claims)

    def _rules(self, nonce: str, now: datetime) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )

    def _arrived(self, claims: Mapping[str, Any]) -> Arrived:
        email = str(claims.get("email", "")).strip().casefold()
        # An address that anybody may type there says nothing about who she is.
        if not email or claims.get("email_verified") is not True:
            raise UniversityError("the address is not verified")
        return Arrived(f"{self._issuer} {claims['sub']}"[:400], email)

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._secret,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _discover(self) -> dict[str, Any]:
        try:
            found = _json(f"{self._issuer}/.well-known/openid-configuration")
        except requests.RequestException as error:
            raise UniversityError(f"no answer: {type(error).__name__}") from None
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self._issuer or not all(found.get(name) for name in names):
            raise UniversityError("the discovery document is not this issuer's")
        return found


def _json(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=_SECONDS)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found
