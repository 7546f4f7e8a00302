"""A stand-in for the part of Twilio's REST API that the outbox uses, with faults to order.

It keeps a log of messages as Twilio does: what it accepted is in the log, whatever it answered.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.settings import ACCOUNT


class Fault(Enum):
    """What can go wrong with one request."""

    SERVER_ERROR = "500 before anything was done"
    TOO_MANY = "429"
    OPTED_OUT = "400 with code 21610"
    LOST_ANSWER = "accepted, then the connection breaks"
    SLOW_ANSWER = "accepted, then no answer in time"
    ERROR_AFTER = "accepted, then a 500"
    NO_SID = "accepted, and the answer has no SID"


@dataclass
class TwilioApi:
    """The server's memory, and the faults that are to come, one for each request."""

    url: str = ""
    log: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)
    requests: list[tuple[str, str]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        """Put a message into the log."""
        message = {
            "sid": f"SM{len(self.log) + 1:032x}",
            "account_sid": ACCOUNT,
            "status": "queued",
            "direction": "outbound-api",
            "body": form["Body"],
            "from": form["From"],
            "to": form["To"],
            "status_callback": form.get("StatusCallback"),
            "error_code": None,
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self.log.append(message)
        return message

    def bodies(self) -> list[str]:
        """The texts of everything that went out, in order."""
        return [message["body"] for message in self.log]


class _Handler(BaseHTTPRequestHandler):
    api: TwilioApi
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        form = {
            name: values[-1] for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        if not self._known("POST"):
            return None
        fault = self.api.faults.popleft() if self.api.faults else None
        if fault is Fault.SERVER_ERROR:
            return self._answer(500, {"code": 20500, "message": "Internal"})
        if fault is Fault.TOO_MANY:
            return self._answer(429, {"code": 20429, "message": "Too many requests"})
        if fault is Fault.OPTED_OUT:
            return self._answer(400, {"code": 21610, "message": "Unsubscribed recipient"})
        message = self.api.accept(form)
        if fault is Fault.LOST_ANSWER:
            self.close_connection = True
            return None
        if fault is Fault.SLOW_ANSWER:
            self.api.hold.wait(30)
            self.close_connection = True
            return None
        if fault is Fault.ERROR_AFTER:
            return self._answer(503, {"code": 20503, "message": "Service unavailable"})
        if fault is Fault.NO_SID:
            message = message | {"sid": None}
        return self._answer(201, message)

    def do_GET(self) -> None:
        if not self._known("GET"):
            return None
        fault = self.api.faults.popleft() if self.api.faults else None
        if fault is not None:
            return self._answer(500, {"code": 20500, "message": "Internal"})
        path = urlsplit(self.path)
        if path.path.endswith(f"/Accounts/{ACCOUNT}.json"):
            return self._answer(200, {"sid": ACCOUNT, "status": "active"})
        wanted = parse_qs(path.query).get("To", [None])[0]
        found = [m for m in self.api.log if wanted in (None, m["to"])]
        return self._answer(200, {"messages": found, "next_page_uri": None, "page": 0})

    def do_DELETE(self) -> None:
        if not self._known("DELETE"):
            return None
        fault = self.api.faults.popleft() if self.api.faults else None
        if fault is not None:
            return self._answer(500, {"code": 20500, "message": "Internal"})
        sid = urlsplit(self.path).path.rsplit("/", 1)[-1].removesuffix(".json")
        kept = [message for message in self.api.log if message["sid"] != sid]
        status = 204 if len(kept) < len(self.api.log) else 404
        self.api.log[:] = kept
        return self._answer(status, None if status == 204 else {"code": 20404, "message": "?"})

    def _known(self, method: str) -> bool:
        """Note the request; refuse one without the account's credentials or for another account."""
        self.api.requests.append((method, self.path))
        if self.headers.get("Authorization", "").startswith("Basic ") and ACCOUNT in self.path:
            return True
        self._answer(401, {"code": 20003, "message": "Authenticate"})
        return False

    def _answer(self, status: int, value: Any) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def twilio_api() -> Iterator[TwilioApi]:
    """A running stand-in on a loopback port."""
    api = TwilioApi()
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield api
    finally:
        api.hold.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
