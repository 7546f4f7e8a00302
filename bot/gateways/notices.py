"""Notices to other systems: posted to public addresses alone, once each, without following anybody.

The name is looked up here, every address it has is checked, and the connection is made to the very address
that was checked: a name that answers differently the next time leads nowhere else.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_SECONDS = 10.0
"""For each step of a connection."""

_DEADLINE = 15.0
"""For all of it: somebody who answers a letter at a time holds nobody up."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadUrl(ValueError):
    """An address that nothing is sent to; the message says what one has to be like."""


class NotDelivered(Exception):
    """It did not arrive, or nobody knows whether it did; `why` is one word or two."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_url(url: str, *, loopback: bool) -> SplitResult:
    """The parts of an address that notices may be sent to; raises BadUrl.

    Args:
        url: https, without a name and password; http only to this very machine.
        loopback: whether this machine itself is allowed, as in a demonstration.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl(f"{url!r} is no address.") from None
    host = parts.hostname or ""
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        raise BadUrl(f"{url!r} is no address: give https://host/path.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadUrl("Leave names, passwords and # out of the address: notices are signed.")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http" and _is_here(host)):
        raise BadUrl("Notices go to https:// addresses alone.")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return parts  # a name: it is looked up when something is sent
    if not _is_allowed(address, loopback=loopback):
        raise BadUrl(f"{host} is not a public address: nothing is sent to it.")
    return parts


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: IpAddress) -> bool:
    """Whether an address is on the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_allowed(address: IpAddress, *, loopback: bool) -> bool:
    return is_public(address) or (loopback and address.is_loopback)


def _resolve(host: str, port: int, *, loopback: bool) -> str:
    """The address to connect to; every address that the name has must be allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered("name not found") from None
    addresses = [str(info[4][0]).partition("%")[0] for info in found]
    for address in addresses:
        if not _is_allowed(ipaddress.ip_address(address), loopback=loopback):
            raise NotDelivered("address not public")
    return addresses[0]


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up before, under the name that it stands for."""

    def __init__(self, parts: SplitResult, address: str, port: int) -> None:
        super().__init__(parts.hostname or "", port, timeout=_SECONDS)
        self._address, self._secure = address, parts.scheme == "https"

    def connect(self) -> None:
        """To the address, never to what the name says now."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = plain
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: Mapping[str, str], *, loopback: bool) -> int:
    """Post a notice and return the status of the answer, which is not read any further.

    Raises:
        NotDelivered: the address is not public, does not answer in time, or is not there.
    """
    try:
        parts = check_url(url, loopback=loopback)
    except BadUrl:
        raise NotDelivered("address refused") from None
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolve(parts.hostname or "", port, loopback=loopback)
    connection = _Connection(parts, address, port)
    alarm = threading.Timer(_DEADLINE, connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=_host(parts) | dict(headers))
        return connection.getresponse().status
    except ssl.SSLError:
        raise NotDelivered("certificate refused") from None
    except TimeoutError:
        raise NotDelivered("timed out") from None
    except (OSError, http.client.HTTPException):
        raise NotDelivered("not reached") from None
    finally:
        alarm.cancel()
        connection.close()


def _host(parts: SplitResult) -> dict[str, str]:
    return {"Host": parts.netloc, "Connection": "close"}
