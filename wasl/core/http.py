"""The fenced HTTP client: the only way in which Wasl calls an address that somebody has typed into a setting.

A name is resolved once, every address it has is looked at, and the connection goes to exactly those: a name that
changes its mind a moment later leads nowhere else. Addresses inside (loopback, private, link-local, cloud metadata) are
refused unless the operator listed them in `WASL_INSIDE`. Redirects are not followed; every wait and every size is
bounded. What went wrong is told by three exceptions, as a sender must know whether the other side may have heard.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
# The whole call, however slowly the other side drips its answer.
PATIENCE = 30.0
MAX_ANSWER = 256 * 1024
AGENT = "Wasl"
_PORTS = {"http": 80, "https": 443}
# The one part of IPv6 that is the open internet, without what carries an IPv4 address inside: where such a tunnel ends
# cannot be told from here.
_OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_TUNNELS = tuple(ipaddress.IPv6Network(text) for text in ("2002::/16", "2001::/32"))
# What the library takes for open: protocol assignments and relays, and the inner service of one cloud.
_SPECIAL = tuple(ipaddress.IPv4Network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Iterable[str]]


class Refused(Exception):
    """The fence does not let this call out; nothing was sent. `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotReached(Exception):
    """Nobody answered the connection; nothing was sent."""


class Unheard(Exception):
    """The request went out, at least in part, and no whole answer came back: the other side may have acted."""


class TooLarge(Unheard):
    """The other side says more than was asked to be heard."""


@dataclass(frozen=True)
class Answer:
    """What the other side said. Header names are lower-case; a redirect is an answer like any other."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Inside:
    """A place inside that the operator opened: a network, and one port of it where one was named."""

    network: Network
    port: int | None = None

    @classmethod
    def read(cls, text: str) -> "Inside":
        """ "10.2.0.0/16", "127.0.0.1:8034" or "[::1]:8034". Raises ValueError."""
        place, colon, port = text.strip().rpartition(":")
        if not colon or (":" in place and not place.endswith("]")):
            place, port = text.strip(), ""
        return cls(ipaddress.ip_network(place.strip("[]")), int(port) if port else None)

    def holds(self, address: Address, port: int) -> bool:
        """Does this place hold the address and port?"""
        return address in self.network and self.port in (None, port)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    patience: float = PATIENCE,
    max_answer: int = MAX_ANSWER,
    resolve: Resolver | None = None,
) -> Answer:
    """Make one request. Raises Refused, NotReached (nothing was sent) or Unheard (perhaps it was taken)."""
    ends_at = time.monotonic() + patience
    parts = split(url)
    port = parts.port or _PORTS[parts.scheme]
    addresses = permitted_addresses(str(parts.hostname), port, resolve=resolve)
    connection = _Pinned(parts.scheme, str(parts.hostname), port, addresses, ends_at)
    try:
        connection.connect()
    except (OSError, ValueError) as error:
        connection.finish()
        raise NotReached(_said(error)) from error
    return _exchange(connection, method, parts, headers or {}, body, max_answer)


def split(url: str) -> SplitResult:
    """The parts of an address that may be called at all. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("bad_address") from None
    if parts.scheme not in _PORTS:
        raise Refused("bad_scheme")
    if not parts.hostname or "@" in parts.netloc or port == 0 or not _is_plain(url):
        raise Refused("bad_address")
    return parts


def permitted_addresses(host: str, port: int, *, resolve: Resolver | None = None) -> list[str]:
    """Every address of the host, if all of them may be called. Raises Refused, NotReached.

    One forbidden address among good ones is enough to refuse: nobody resolves so by mistake.
    """
    found = list(dict.fromkeys((resolve or _resolved)(host, port)))
    if not found:
        raise NotReached("the name has no address")
    inside = tuple(getattr(settings, "WASL_INSIDE", ()))
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not is_public(address) and not any(place.holds(_bare(address), port) for place in inside):
            raise Refused("inside")
    return found


def is_public(address: Address) -> bool:
    """May anybody's traffic go there: is it an address of the open internet?"""
    address = _bare(address)
    closed: Iterable[Network] = _SPECIAL if isinstance(address, ipaddress.IPv4Address) else _TUNNELS
    if any(address in network for network in closed) or (address.version == 6 and address not in _OPEN_IPV6):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _bare(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and not set(url) & set(' \\"<>^`{|}')


class _Pinned(http.client.HTTPConnection):
    """A connection to addresses that were looked at, under the name that was asked for."""

    def __init__(self, scheme: str, host: str, port: int, addresses: list[str], ends_at: float) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.default_port = _PORTS[scheme]  # so that the Host header names no usual port
        self.ends_at = ends_at
        self._is_secure = scheme == "https"
        self._addresses = addresses
        self._scissors: threading.Timer | None = None
        self._held: socket.socket

    def connect(self) -> None:
        self.sock = self._line()
        # Time-outs of the socket bound each wait; this bounds their sum.
        self._held = self.sock
        self._scissors = threading.Timer(max(self.ends_at - time.monotonic(), 0.01), self._cut)
        self._scissors.daemon = True
        self._scissors.start()
        if self._is_secure:
            # The handshake comes after: wrapping empties the plain socket, and the scissors must hold a living one.
            self._held = self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def finish(self) -> None:
        """The call is over. (`close` is called by the library as soon as it has read the headers.)"""
        if self._scissors is not None:
            self._scissors.cancel()
        self.close()

    def _cut(self) -> None:
        # Past the TLS layer: its own way would first forget the keys, and a thread that writes would go on in the open.
        with suppress(OSError):
            socket.socket.shutdown(self._held, socket.SHUT_RDWR)

    def _line(self) -> socket.socket:
        error: OSError = OSError("no address")
        for address in self._addresses[:3]:
            try:
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
            except OSError as refused:
                error = refused
        raise error


def _exchange(
    connection: _Pinned, method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes, max_answer: int
) -> Answer:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close", **headers}
    try:
        connection.sock.settimeout(READ_SECONDS)
        connection.request(method, target, body=body or None, headers=sent)
        heard = connection.getresponse()
        content = heard.read(max_answer + 1)
        _check_whole(heard, content, max_answer, connection.ends_at)
        return Answer(heard.status, content, {name.lower(): value for name, value in heard.getheaders()})
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, http.client.InvalidURL):
            raise Refused("bad_request") from error
        raise Unheard(_said(error)) from error
    except ValueError as error:  # a header or method that cannot be written
        raise Refused("bad_request") from error
    finally:
        connection.finish()


def _check_whole(heard: http.client.HTTPResponse, content: bytes, max_answer: int, ends_at: float) -> None:
    if len(content) > max_answer:
        raise TooLarge("the answer is larger than allowed")
    if heard.length or time.monotonic() >= ends_at:
        raise OSError("the answer was cut off")


_resolving = ThreadPoolExecutor(4, thread_name_prefix="resolve")


def _resolved(host: str, port: int) -> list[str]:
    """What the system's resolver says, within a bounded time."""
    asked = _resolving.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return [str(found[4][0]) for found in asked.result(CONNECT_SECONDS)]
    except TookTooLong:
        raise NotReached("the name was not resolved in time") from None
    except (OSError, UnicodeError) as error:
        raise NotReached(f"the name cannot be resolved: {_said(error)}") from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
