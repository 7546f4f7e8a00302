"""A stateful stand-in for Twilio: its REST API on a loopback port, its webhooks signed as Twilio signs them.

The real SDK runs against it through `TWILIO_API_URL`. What it accepted, with the moment, is in
`log.accepted`: that list is what tests believe, whatever our own database says.
"""

from __future__ import annotations

import base64
import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.support.settings import ACCOUNT, SENDER, TOKEN
from tests.support.signing import Answer, Transport, TwilioClient
from tests.support.twilio_faults import Fault, Faults
from tests.support.twilio_log import ROOT, Accepted, Refused, TwilioLog

Verdict = Sequence[tuple[str, int | None]]
"""Statuses that a message goes through after it was accepted, with error codes."""

GOES_WELL: Verdict = (("sent", None), ("delivered", None))
_CREDENTIALS = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass
class TwilioStandIn:
    """The account, the faults that requests meet, and the callbacks that are still to come."""

    log: TwilioLog = field(default_factory=TwilioLog)
    faults: Faults = field(default_factory=Faults)
    verdict: Callable[[Accepted], Verdict] = lambda _: GOES_WELL
    app: Transport | None = None
    """Where webhooks are brought; None while the app is stopped."""
    url: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    pending: list[tuple[str, str, str, int | None]] = field(default_factory=list)
    """Callbacks that have not been delivered: SID, address, status, error code."""
    media_redirect: str | None = None
    """Where whoever asks for media is sent on to, as Twilio does to its store."""
    stored: dict[str, bytes | str] = field(default_factory=dict)
    """What lies in that store, by path: the bytes, or where they are instead."""
    media_status: int | None = None
    """The status that requests for media are answered with while the store is away."""
    media_length: bool = True
    """Whether an answer says how long it is, or just goes on."""

    def __post_init__(self) -> None:
        self.over = threading.Event()
        self._dice = random.Random(13)

    def accept(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Take a message, and decide what becomes of it; its callbacks wait in `pending`."""
        message = self.log.create(form)
        with self.log.lock:
            accepted = self.log.accepted[-1]
            if accepted.sid != message["sid"]:
                accepted = next(a for a in self.log.accepted if a.sid == message["sid"])
            callback = form.get("StatusCallback")
            for status, code in self.verdict(accepted):
                if callback is not None:
                    self.pending.append((accepted.sid, callback, status, code))
        return message

    def deliver(self, *, share: float = 1.0, twice: float = 0.0, shuffled: bool = False) -> int:
        """Bring callbacks to the app: some later, some twice, in any order; how many were brought.

        Args:
            share: of those that are pending; the others come another time.
            twice: share of those that come a second time.
            shuffled: whether they come in any order.
        """
        with self.log.lock:
            waiting, self.pending = self.pending, []
        if shuffled:
            self._dice.shuffle(waiting)
        now = [one for one in waiting if self._dice.random() < share]
        later = [one for one in waiting if one not in now]
        now += [one for one in now if self._dice.random() < twice]
        for number, (sid, callback, status, code) in enumerate(now):
            self.log.settle(sid, status, code)
            if self.app is None:
                later += now[number:]
                break
            more = {} if code is None else {"ErrorCode": str(code)}
            answer = TwilioClient(self.app).reports(callback, status, MessageSid=sid, **more)
            assert answer.status == 204, f"callback: {answer.status}"
        with self.log.lock:
            self.pending += later
        return len(now)

    def writes(
        self,
        person: str,
        body: str,
        *,
        media: Sequence[tuple[str, bytes]] = (),
    ) -> Answer | None:
        """A person writes to us: into the log, and to the app if it is there; its answer.

        Replies in the answer's TwiML are sent, and reported, as everything else.
        """
        to = f"whatsapp:{SENDER}" if person.startswith("whatsapp:") else SENDER
        message = self.log.take_in(person, body, to, media)
        if self.app is None:
            return None
        client = TwilioClient(self.app, phone=person, to=to)
        fields = {"NumMedia": str(len(media))}
        for place, (sid, (kind, _)) in enumerate(self.log.media[message["sid"]].items()):
            uri = f"{ROOT}/Messages/{message['sid']}/Media/{sid}"
            fields |= {f"MediaUrl{place}": f"https://api.twilio.com{uri}"}
            fields |= {f"MediaContentType{place}": kind}
        answer = client.sends(body, sid=message["sid"], **fields)
        if answer.status == 200:
            for text, callback in zip(answer.messages, answer.callbacks, strict=True):
                reply = self.log.reply(message, text)
                with self.log.lock:
                    self.pending += [(reply["sid"], callback, "delivered", None)]
        return answer

    def sent_to(self, person: str) -> list[Accepted]:
        """Everything that was accepted for a person, in order."""
        with self.log.lock:
            return [one for one in self.log.accepted if one.to == person]


class _Handler(BaseHTTPRequestHandler):
    twilio: TwilioStandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        sent = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        form = {name: values[-1] for name, values in sent.items()}
        path = self._path()
        if path is None:
            return None
        if path != "/Messages.json":
            return self._not_found()
        fault = self.twilio.faults.next()
        if fault is Fault.ERROR_BEFORE:
            return self._error(500, 20500, "Internal Server Error")
        if fault is Fault.TOO_MANY:
            return self._error(429, 20429, "Too Many Requests")
        if fault is Fault.DROPPED_BEFORE:
            return self._hang_up()
        if isinstance(fault, int):
            return self._error(401 if fault == 20003 else 400, fault, "refused by the script")
        try:
            message = self.twilio.accept(form)
        except Refused as refused:
            return self._error(refused.status, refused.code, refused.message)
        if fault is Fault.ERROR_AFTER:
            return self._error(503, 20503, "Service unavailable")
        if fault is Fault.DROPPED_AFTER:
            return self._hang_up()
        if fault is Fault.SILENT_AFTER:
            self.twilio.over.wait(30)
            return self._hang_up()
        return self._answer(201, message)

    def do_GET(self) -> None:
        if self.path in self.twilio.stored:
            return self._from_store(self.twilio.stored[self.path])
        path = self._path()
        if path is None:
            return None
        log = self.twilio.log
        parts = path.strip("/").removesuffix(".json").split("/")
        if path == ".json":
            return self._answer(200, {"sid": ACCOUNT, "status": "active"})
        if parts == ["Messages"]:
            return self._list(ROOT + "/Messages.json", "messages", list(log.listed(self._query())))
        if len(parts) == 2 and parts[1] in log.messages:
            return self._answer(200, log.messages[parts[1]])
        if len(parts) == 3 and parts[1] in log.media:
            found = [self._medium(parts[1], sid) for sid in log.media[parts[1]]]
            return self._list(f"{ROOT}/{'/'.join(parts)}.json", "media_list", found)
        if len(parts) == 4 and parts[3] in log.media.get(parts[1], {}):
            if path.endswith(".json"):
                return self._answer(200, self._medium(parts[1], parts[3]))
            return self._media(*log.media[parts[1]][parts[3]])
        return self._not_found()

    def do_DELETE(self) -> None:
        path = self._path()
        if path is None:
            return None
        parts = path.strip("/").removesuffix(".json").split("/")
        log = self.twilio.log
        if len(parts) == 2 and log.delete(parts[1]):
            return self._answer(204, None)
        if len(parts) == 4 and self.twilio.media_status is not None:
            return self._error(self.twilio.media_status, 20503, "Service unavailable")
        if len(parts) == 4 and log.media.get(parts[1], {}).pop(parts[3], None) is not None:
            return self._answer(204, None)
        return self._not_found()

    def _media(self, kind: str, content: bytes) -> None:
        twilio = self.twilio
        if twilio.media_status is not None:
            return self._error(twilio.media_status, 20503, "Service unavailable")
        if twilio.media_redirect is not None:
            return self._redirect(twilio.media_redirect)
        if twilio.media_length:
            return self._write(200, kind, content)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True
        return None

    def _from_store(self, found: bytes | str) -> None:
        """The store asks for nobody's name."""
        if isinstance(found, str):
            return self._redirect(found)
        return self._write(200, "audio/ogg", found)

    def _redirect(self, to: str) -> None:
        self.send_response(307)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _path(self) -> str | None:
        """The path below the account; None after a refusal."""
        path = urlsplit(self.path).path
        self.twilio.requests.append((self.command, self.path))
        if self.headers.get("Authorization") == _CREDENTIALS and path.startswith(ROOT):
            return path.removeprefix(ROOT)
        self._error(401, 20003, "Authenticate")
        return None

    def _query(self) -> dict[str, str]:
        return {name: found[-1] for name, found in parse_qs(urlsplit(self.path).query).items()}

    def _list(self, path: str, name: str, found: list[dict[str, Any]]) -> None:
        query = self._query()
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        start, more = page * size, (page + 1) * size < len(found)

        def uri(number: int) -> str:
            return f"{path}?{urlencode(query | {'Page': str(number)}, quote_via=quote)}"

        shown = found[start : start + size]
        answer = {
            name: shown,
            "start": start,
            "end": max(start, start + len(shown) - 1),
            "page": page,
            "page_size": size,
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if more else None,
        }
        self._answer(200, answer)

    def _medium(self, message: str, sid: str) -> dict[str, Any]:
        kind, _ = self.twilio.log.media[message][sid]
        created = self.twilio.log.messages[message]["date_created"]
        return {
            "sid": sid,
            "account_sid": ACCOUNT,
            "parent_sid": message,
            "content_type": kind,
            "date_created": created,
            "date_updated": created,
            "uri": f"{ROOT}/Messages/{message}/Media/{sid}.json",
        }

    def _hang_up(self) -> None:
        self.close_connection = True

    def _not_found(self) -> None:
        self._error(404, 20404, "The requested resource was not found")

    def _error(self, status: int, code: int, message: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        told = {"code": code, "message": message, "more_info": more, "status": status}
        self._answer(status, told)

    def _answer(self, status: int, value: Any) -> None:
        self._write(
            status, "application/json", b"" if value is None else json.dumps(value).encode()
        )

    def _write(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def twilio_stand_in(
    clock: Callable[[], datetime] = lambda: datetime.now(UTC), *, faults: Faults | None = None
) -> Iterator[TwilioStandIn]:
    """A running stand-in on a loopback port."""
    twilio = TwilioStandIn(TwilioLog(clock), faults or Faults())
    handler = type("Handler", (_Handler,), {"twilio": twilio})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    twilio.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield twilio
    finally:
        twilio.over.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
