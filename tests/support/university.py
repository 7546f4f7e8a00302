"""A stand-in for a university's OpenID Connect provider, over real HTTP on loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "awaaz", "a client secret of the tests"


@dataclass
class StandIn:
    """The provider; its answers can be bent.

    Attributes:
        now: seconds since 1970 that its tokens are issued at.
        claims: what replaces the claims of a right token.
        signed_by: another key than the published one.
        broken: an address that answers 500.
    """

    now: int
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: RSAKey | None = None
    broken: str = ""
    issuer: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self) -> StandIn:
        """Listen on a free port."""
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(stand_in.document(urlsplit(self.path).path))

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = parse_qs(self.rfile.read(length).decode())
                given = self.headers.get("Authorization", "")
                self._say(stand_in.token({name: one[0] for name, one in form.items()}, given))

            def _say(self, answer: tuple[int, dict[str, Any]]) -> None:
                body = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def document(self, path: str) -> tuple[int, dict[str, Any]]:
        """What is found by a GET."""
        if path == self.broken:
            return 500, {}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return 404, {}

    def sign_in(self, address: str, email: str, subject: str = "u123") -> tuple[str, str]:
        """Somebody signs in there; (state, code) that her browser brings back."""
        query = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert set(query["scope"].split()) >= {"openid", "email"}
        code = f"code-{len(self.asked)}"
        self.asked[code] = {**query, "email": email, "sub": subject}
        return query["state"], code

    def token(self, form: dict[str, str], given: str) -> tuple[int, dict[str, Any]]:
        """A code is exchanged, once, by whoever began."""
        asked = self.asked.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        ours = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "%20").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (
            asked is not None
            and challenge == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
            and given in (f"Basic {ours}", f"Basic {plain}")
        )
        if not right or asked is None:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": asked["sub"], "nonce": asked["nonce"],
            "iat": self.now, "exp": self.now + 300, "email": asked["email"],
            "email_verified": True, **self.claims,
        }  # fmt: skip
        key = self.signed_by or self.key
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}
