"""The fenced client: no address inside is ever called, however it is written, and every wait and size has an end."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from wasl.core import http
from wasl.core.http import Inside, NotReached, Refused, Unheard

PUBLIC = "93.184.215.14"
# As a browser, a library or the system's resolver may read them: all of them end inside.
TRICKS = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.0.2/", "http://0x7f000001/", "http://0x7f.1/",
    "http://2130706433/", "http://017700000001/", "http://0/", "http://0.0.0.0/", "http://localhost/",
    "http://localhost./", "http://LOCALHOST/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001::1]/", "http://[fe80::1]/",
    "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://10.0.0.1/",
    "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.254/", "http://192.168.0.1/",
    "http://192.168.255.255/", "http://169.254.169.254/latest/meta-data/", "http://169.254.0.1/",
    "http://100.64.0.1/", "http://100.100.100.200/", "http://192.0.0.192/", "http://192.88.99.1/",
    "http://168.63.129.16/", "http://192.0.2.1/",
    "http://198.18.0.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://224.0.0.1/", "http://239.1.1.1/",
    "http://240.0.0.1/", "http://255.255.255.255/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:169.254.169.254]/",
]  # fmt: skip
MALFORMED = [
    "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "//example.org/", "example.org",
    "http://", "http:///path", "http://user:password@example.org/", "http://example.org@127.0.0.1/",
    "http://example.org:0/", "http://example.org:99999/", "http://example.org/a b", "http://exa\nmple.org/",
    "http://example.org\\@127.0.0.1/", "http://example.org/\r\nX: 1", "http://[::1", "http://مثال.عمان/",
    "javascript:alert(1)",
]  # fmt: skip


@contextmanager
def listening(
    answer: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers each connection with a function; gives its port and what it heard."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            if tls is not None:
                line = tls.wrap_socket(line, server_side=True)
            with line:
                heard.append(line.recv(65536))
                try:
                    answer(line)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], heard
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(60)


def saying(text: bytes) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(text)


@pytest.fixture
def opened(settings: object) -> Callable[[int], None]:
    """Lets one port of this machine be called."""

    def open_port(port: int) -> None:
        settings.WASL_INSIDE = (Inside.read(f"127.0.0.1:{port}"),)  # type: ignore[attr-defined]

    return open_port


@pytest.mark.parametrize("url", TRICKS)
def test_no_way_of_writing_an_address_leads_inside(url: str, settings: object) -> None:
    settings.WASL_INSIDE = ()  # type: ignore[attr-defined]

    with pytest.raises((Refused, NotReached)) as refused:
        http.call("GET", url, patience=1)

    # What the resolver knows is refused by the fence; what it does not know never gets to a connection either.
    assert "inside" in str(refused.value) or "resolved" in str(refused.value)


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_plain_http_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        http.call("GET", url, resolve=lambda host, port: [PUBLIC])


def test_one_address_inside_among_good_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Refused, match="inside"):
        http.permitted_addresses("sms.example.om", 443, resolve=lambda host, port: [PUBLIC, "10.0.0.7"])


def test_a_name_that_changes_its_mind_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []
    called: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotReached):
        http.call("POST", "http://sms.example.om/send", resolve=resolve)

    assert asked == ["sms.example.om"]
    assert called == [(PUBLIC, 80)]


def test_only_the_listed_port_of_an_inside_address_is_open(opened: Callable[[int], None]) -> None:
    with listening(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")) as (port, heard):
        opened(port)

        answer = http.call("POST", f"http://127.0.0.1:{port}/send?a=1", headers={"X-Key": "k"}, body=b"words")
        with pytest.raises(Refused):
            http.call("GET", "http://127.0.0.1:1/")

    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"OK", "2")
    assert heard[0].startswith(b"POST /send?a=1 HTTP/1.1\r\n")
    assert b"X-Key: k" in heard[0]


def test_a_redirect_is_an_answer_and_is_not_followed(opened: Callable[[int], None]) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with listening(saying(moved)) as (port, heard):
        opened(port)
        answer = http.call("GET", f"http://127.0.0.1:{port}/")

    assert answer.status == 302
    assert len(heard) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"\x00\xff not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 600000\r\n\r\n" + b"x" * 600_000,
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(500)) + b"\r\n",
    ],
    ids=["nothing", "cut off", "no http", "too large", "too many headers"],
)
def test_no_whole_answer_means_that_nobody_knows(opened: Callable[[int], None], said: bytes) -> None:
    with listening(saying(said)) as (port, _):
        opened(port)
        with pytest.raises(Unheard):
            http.call("POST", f"http://127.0.0.1:{port}/", body=b"x")


def test_an_answer_that_drips_ends_with_the_patience(opened: Callable[[int], None]) -> None:
    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            line.sendall(b".")
            time.sleep(0.05)

    with listening(drip) as (port, _):
        opened(port)
        with pytest.raises(Unheard):
            http.call("GET", f"http://127.0.0.1:{port}/", patience=1.0)


@contextmanager
def speaking_tls(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[ssl.SSLContext]:
    """The TLS side of a server of this machine, whose certificate the client trusts for as long."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(begins).not_valid_after(begins + timedelta(days=9))
    own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    pem = built.add_extension(own, critical=False).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    whole = folder / "tls.pem"
    whole.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    side.load_cert_chain(whole)
    trusting = ssl.create_default_context(cafile=str(whole))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    yield side


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_line_is_cut_while_an_answer_still_drips(
    opened: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    drops, most = [0], 60

    def drip(line: socket.socket) -> None:
        # Servers say so when asked for one answer; the library then lets go of the line before the body has come.
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % most)
        for _ in range(most):
            line.sendall(b".")
            drops[0] += 1
            time.sleep(0.05)

    with speaking_tls(monkeypatch, tmp_path) as side:
        tls = side if scheme == "https" else None
        with listening(drip, tls=tls) as (port, heard):
            opened(port)
            with pytest.raises(Unheard):
                http.call("GET", f"{scheme}://127.0.0.1:{port}/", patience=1.0)

    assert heard[0].startswith(b"GET / ")
    assert drops[0] < most


def test_nobody_there_means_that_nothing_was_sent(opened: Callable[[int], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    opened(port)

    with pytest.raises(NotReached):
        http.call("GET", f"http://127.0.0.1:{port}/")


def test_a_header_with_a_line_break_is_refused(opened: Callable[[int], None]) -> None:
    with listening(saying(b"")) as (port, _):
        opened(port)
        with pytest.raises(Refused, match="bad_request"):
            http.call("GET", f"http://127.0.0.1:{port}/", headers={"X-Key": "a\r\nHost: b"})


@pytest.mark.parametrize(
    ("text", "holds", "not_holds"),
    [
        ("10.2.0.0/16", ("10.2.9.9", 80), ("10.3.0.1", 80)),
        ("127.0.0.1:8034", ("127.0.0.1", 8034), ("127.0.0.1", 8035)),
        ("[::1]:8034", ("::1", 8034), ("::1", 80)),
        ("::1", ("::1", 80), ("::2", 80)),
    ],
)
def test_places_inside_are_read_as_written(text: str, holds: tuple[str, int], not_holds: tuple[str, int]) -> None:
    place = Inside.read(text)

    assert place.holds(ipaddress.ip_address(holds[0]), holds[1])
    assert not place.holds(ipaddress.ip_address(not_holds[0]), not_holds[1])
