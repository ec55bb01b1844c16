"""What the real server answers to bad input: in the citizen's language, the input kept, and never an error of ours.

The pages themselves are proven with the portal; here goes what needs sockets, uploads on their way, many at once.
"""

import socket
import struct
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.journeys.house import House
from tests.journeys.visitor import File, Visitor, photo

pytestmark = pytest.mark.journey

MEGABYTE = 1_000_000
WORDS = "حفرة كبيرة وسط الشارع أمام المدرسة منذ الأسبوع الماضي"
# A page of the wizard, its form and the upload's buffers; far below the 60 MB that pass through.
LARGEST_GROWTH = 40 * MEGABYTE


def giant_png() -> bytes:
    """20,000 by 20,000 pixels in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compressobj(9)
    body = b"".join(lines.compress(bytes(20_001 * 100)) for _ in range(200)) + lines.flush()
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def hostile_files() -> list[File]:
    return [
        ("صورة-ضخمة.jpg", b"\xff\xd8\xff\xe0" + bytes(60 * MEGABYTE), "image/jpeg"),
        ("holiday.jpg", b"MZ\x90\x00" + bytes(5000), "image/jpeg"),
        ("رسم.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
        ("ناقصة.jpg", photo(size=(2000, 1500))[1][:6000], "image/jpeg"),
        ("عملاقة.png", giant_png(), "image/png"),
    ]


def memory_of_web(house: House) -> int:
    """Bytes that the web process holds."""
    status = Path(f"/proc/{house.pid('web')}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.fixture(scope="module")
def visitor(house: House) -> Visitor:
    """Somebody in the middle of a report."""
    somebody = Visitor(house.url)
    somebody.get("/report")
    somebody.post("/report", {"service": "LT-OUT"})
    somebody.get("/report/place")
    return somebody


@pytest.mark.parametrize("file", hostile_files(), ids=["60 MB", "program", "svg", "cut off", "giant"])
def test_a_hostile_file_is_refused_by_name_and_the_form_kept(house: House, visitor: Visitor, file: File) -> None:
    before = memory_of_web(house)

    answer = visitor.place(photos=[file], address_text="قرب المسجد الكبير")

    assert answer.status == 422
    assert file[0] in answer.text
    assert 'role="alert"' in answer.text
    assert 'lang="ar"' in answer.text
    assert "قرب المسجد الكبير" in answer.text
    assert memory_of_web(house) - before < LARGEST_GROWTH
    assert list((house.home / "files" / "incoming").glob("*")) == []


def test_three_photos_of_60_megabytes_are_each_named(house: House, visitor: Visitor) -> None:
    huge = hostile_files()[0][1]
    before = memory_of_web(house)

    answer = visitor.place(
        photos=[(f"{name}.jpg", huge, "image/jpeg") for name in ("أولى", "ثانية", "ثالثة")], address_text="قرب المسجد"
    )

    assert answer.status == 422
    assert all(f"{name}.jpg" in answer.text for name in ("أولى", "ثانية", "ثالثة"))
    assert "قرب المسجد" in answer.text
    assert memory_of_web(house) - before < LARGEST_GROWTH


def test_odd_letters_become_a_clean_case(house: House) -> None:
    maryam = Visitor(house.url)
    maryam.fill_in(
        f"{WORDS}\x00 \u202egnp.exe",
        preferred_channel="sms",
        name="مريم\u202e بنت\x00 سعيد",
        phone="٩٢١٤٧٧٣٣",
    )
    maryam.must_lead("/report/done", maryam.send())

    description, name, phone = house.rows(
        "SELECT c.description, b.full_name, a.value FROM cases_case c JOIN contacts_beneficiary b "
        "ON b.id = c.beneficiary_id JOIN contacts_address a ON a.beneficiary_id = b.id WHERE c.reference = %s",
        maryam.receipt()[0],
    )[0]
    assert description == f"{WORDS} gnp.exe"
    assert (name, phone) == ("مريم بنت سعيد", "+96892147733")


@pytest.mark.parametrize(("language", "says"), [("ar", "كتبت 5,001"), ("en", "You wrote 5,001")])
def test_five_thousand_and_one_letters_are_counted_and_kept(house: House, language: str, says: str) -> None:
    visitor = Visitor(house.url, language=language)
    visitor.fill_in(WORDS)
    visitor.get("/report/details")

    answer = visitor.details("ب" * 5001)

    assert answer.status == 422
    assert says in answer.text.replace("\u2068", "").replace("\u2069", "").replace("<bdi>", "")
    assert "ب" * 5001 in answer.text


def test_thirty_people_behind_one_address_pass_and_a_flood_is_asked_to_wait(house: House) -> None:
    hall, flood = "198.18.250.1", "198.18.250.2"

    with ThreadPoolExecutor(4) as at_once:
        people = list(at_once.map(lambda number: _ready(house, hall, f"9214{number:04d}"), range(30)))
        scripts = list(at_once.map(lambda number: _ready(house, flood, f"9215{number:04d}"), range(70)))
        of_people = list(at_once.map(Visitor.send, people))
        of_flood = list(at_once.map(Visitor.send, scripts))

    assert Counter(answer.status for answer in of_people) == {302: 30}
    refused = [answer for answer in of_flood if answer.status == 429]
    assert len(refused) >= 8
    assert {answer.status for answer in of_flood} == {302, 429}
    assert all(WORDS in answer.text and "انتظر" in answer.text for answer in refused)
    # The report of somebody who was asked to wait is still there, as it was written.
    patient = next(who for who, answer in zip(scripts, of_flood, strict=True) if answer.status == 429)
    assert WORDS in patient.get("/report/check").text


def _ready(house: House, address: str, phone: str) -> Visitor:
    return Visitor(house.url, address=address).fill_in(WORDS, preferred_channel="sms", phone=phone)


BROKEN = {
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
    "a form cut off": b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n"
    b"Content-Length: 9000\r\n\r\n--B\r\nContent-Disposition: form-data; name=",
    "a form without boundary": b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
    b"Content-Length: 5\r\nConnection: close\r\n\r\nhello",
    "letters that are none": b"POST /track HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 12\r\nConnection: close\r\n\r\nnumber=%ff%0",
    "an address with zero bytes": b"GET /t/%00%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 100_000,
    "two lengths": b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a length that is none": b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\nhello",
    "a cookie of rubbish": b"GET /report HTTP/1.1\r\nHost: x\r\nCookie: wasl_draft=\xff\xfe; sessionid=\x01\r\n"
    b"Connection: close\r\n\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_requests_are_no_error_of_ours_and_the_next_one_works(house: House, kind: str) -> None:
    earlier = len(house.log("web"))

    said = _raw(house, BROKEN[kind])

    status = int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else 0
    assert status < 500, said[:500]
    assert Visitor(house.url).get("/").status == 200
    assert '"level": "error"' not in house.log("web")[earlier:]


def _raw(house: House, content: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        line.sendall(content)
        line.shutdown(socket.SHUT_WR)
        try:
            return line.recv(65536)
        except ConnectionResetError:
            return b""


def test_what_is_larger_than_any_form_is_told_so(house: House) -> None:
    said = _raw(house, b"POST /report/place HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 413")
