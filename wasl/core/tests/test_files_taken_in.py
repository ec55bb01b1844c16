"""What strangers send: taken in by content, or refused with a sentence that says what to send instead."""

import errno
import os
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation

from wasl.core import files, pictures
from wasl.core.files import limits, operations, refusals
from wasl.core.models import StoredFile
from wasl.core.tests.makers import SUNDAY_9AM, archive, huge_png, make_file, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_a_fresh_house(home: Path) -> None:
    """Every test has a store of its own."""


def left_over(home: Path) -> list[str]:
    return [path.name for path in (home / "files").rglob("*") if path.is_file()]


def refusal_of(content: bytes, name: str = "photo.jpg") -> files.FileRefused:
    with pytest.raises(files.FileRefused) as raised:
        make_file(content, name=name)
    return raised.value


@pytest.mark.parametrize(
    ("form", "content_type", "extension"),
    [
        ("JPEG", "image/jpeg", "jpg"),
        ("PNG", "image/png", "png"),
        ("WEBP", "image/webp", "webp"),
        ("GIF", "image/gif", "gif"),
        ("TIFF", "image/tiff", "tiff"),
        ("HEIF", "image/heic", "heic"),
    ],
)
def test_pictures_are_known_by_their_content_and_measured(form: str, content_type: str, extension: str) -> None:
    file = make_file(picture(form), name="صورة الحفرة.exe")

    assert (file.content_type, file.width, file.height) == (content_type, 400, 200)
    assert file.name == f"صورة الحفرة.{extension}"
    assert file.state == StoredFile.State.STAGED
    with files.open_file(file) as content:
        assert content.read() == picture(form)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        ("مرحبا\nشارع السلطان قابوس".encode(), "text/plain"),
        ("مرحبا".encode("cp1256"), "text/plain"),
        (b"<salem@example.om> wrote:\n> hello", "text/plain"),
        (archive("[Content_Types].xml", "word/document.xml"), operations.kinds.WORD.content_type),
        (archive("[Content_Types].xml", "xl/workbook.xml"), operations.kinds.EXCEL.content_type),
        (b"ID3\x04\x00" + b"\x00" * 40, "audio/mpeg"),
        (b"OggS\x00\x02" + b"\x00" * 40, "audio/ogg"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
    ],
)
def test_documents_and_recordings_are_known_by_their_content(content: bytes, content_type: str) -> None:
    file = make_file(content, name="x.jpg")

    assert (file.content_type, file.width) == (content_type, None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03" + b"\x00" * 60, "program"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"#!/bin/sh\nrm -rf /", "program"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup"),
        (b'\xef\xbb\xbf  \n<?xml version="1.0"?><svg/>', "markup"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "markup"),
        (b"<!-- %PDF-1.4 --><html>", "markup"),
        (archive("a.txt"), "archive"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        (archive("[Content_Types].xml", "word/document.xml")[:-10], "archive"),
        (archive("[Content_Types].xml", "word/document.xml", *(f"part-{n:0200}" for n in range(2000))), "archive"),
        (b"PK\x03\x04", "archive"),
        (b"Rar!\x1a\x07\x01\x00", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
        (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00", "other_picture"),
        (b"%!PS-Adobe-3.0\n\x00\x01", "unknown"),
        (b"\x00\x01\x02\x03", "unknown"),
        (picture("JPEG")[:-300], "unreadable"),
        (picture("PNG")[:-60], "unreadable"),
        (picture("HEIF")[:-40], "unreadable"),
        (picture("WEBP")[:40], "unreadable"),
        (b"GIF89a=alert(document.domain);//" + b"A" * 200, "unreadable"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "unreadable"),
        (b"%\x00%PDF-1.4", "unknown"),
    ],
)
def test_what_we_do_not_take_is_refused_and_leaves_nothing(home: Path, content: bytes, reason: str) -> None:
    assert refusal_of(content).reason == reason
    assert left_over(home) == []
    assert not StoredFile.objects.exists()


def test_every_refusal_says_in_both_languages_what_to_send() -> None:
    for reason in refusals.SENTENCES:
        message = files.FileRefused(reason, limit=20).message
        with translation.override("ar"):
            assert any(verb in str(message) for verb in ("أرسل", "اختر", "احفظ"))
        with translation.override("en"):
            assert any(verb in str(message) for verb in ("Send", "Choose", "send"))


def test_a_picture_of_20000_by_20000_is_refused_before_it_is_decoded(home: Path) -> None:
    content = huge_png()
    assert len(content) < 200_000

    refusal = refusal_of(content)

    assert refusal.reason == "too_many_pixels"
    with translation.override("en"):
        assert "64 megapixels" in str(refusal.message)


def test_a_photo_of_60_mb_is_refused_with_the_limit_named_and_not_read_to_its_end(home: Path) -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b"\xff" * size

    source = Endless()
    with pytest.raises(files.FileRefused) as raised:
        files.store(source, agency_id=1, name="big.jpg", at=SUNDAY_9AM)

    assert raised.value.reason == "too_big"
    assert source.given < limits.FILE_BYTES + 1_000_000
    assert left_over(home) == []
    with translation.override("ar"):
        assert "20 ميغابايت" in str(raised.value.message)


def test_a_decoder_that_wants_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    tight = pictures.Bounds(
        pixels=64_000_000, memory_bytes=160_000_000, cpu_seconds=5, seconds=10, copy_bytes=1_000_000
    )
    monkeypatch.setattr(limits, "PICTURE", tight)

    assert refusal_of(picture("PNG", (7000, 7000))).reason == "too_heavy"


def test_a_decoder_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = pictures.Bounds(pixels=64_000_000, memory_bytes=2**30, cpu_seconds=5, seconds=0, copy_bytes=1_000_000)
    monkeypatch.setattr(limits, "PICTURE", hasty)

    assert refusal_of(picture()).reason == "too_heavy"


def test_a_full_disk_is_told_apart_and_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    make_file(picture())
    before = left_over(home)
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(files.FileStoreFull):
        make_file(picture("PNG"))
    monkeypatch.undo()

    assert left_over(home) == before
    assert StoredFile.objects.count() == 1


def test_the_same_content_lies_there_once(home: Path) -> None:
    one, other = make_file(name="a.jpg"), make_file(name="b.jpg")

    assert one.sha256 == other.sha256
    assert one.public_id != other.public_id
    assert left_over(home) == [one.sha256]


def test_no_name_of_a_person_is_part_of_a_path(home: Path) -> None:
    file = make_file(name="../../../etc/passwd\x00.jpg")

    assert file.name == "passwd.jpg"
    paths = [str(path.relative_to(home / "files")) for path in (home / "files").rglob("*") if path.is_file()]
    assert paths == [f"{file.sha256[:2]}/{file.sha256[2:4]}/{file.sha256}"]


@pytest.mark.parametrize(
    ("name", "extension", "safe"),
    [
        ("photo\u202egpj.exe", "jpg", "photogpj.jpg"),
        ("C:\\Users\\salem\\x.png", "png", "x.png"),
        ("", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        (".htaccess", "txt", "htaccess.txt"),
        ('a"b;c\r\nSet-Cookie: x', "txt", "a_b_c Set-Cookie_ x.txt"),
        ("ط" * 500, "pdf", "ط" * 120 + ".pdf"),
        ("raw.eml", "", "raw.eml"),
        ("v1.5 report.final.docx", "docx", "v1.5 report.final.docx"),
    ],
)
def test_names_are_made_safe(name: str, extension: str, safe: str) -> None:
    assert files.safe_name(name, extension) == safe


def test_raw_material_is_taken_whatever_it_is_but_never_without_a_limit(home: Path) -> None:
    mail = b"From: x@example.om\r\n\r\n<svg>"
    options = {"agency_id": 1, "name": "m.eml", "at": SUNDAY_9AM, "content_type": "message/rfc822"}

    file = files.store_raw(BytesIO(mail), max_bytes=100, **options)  # type: ignore[arg-type]

    assert (file.content_type, file.size, file.width) == ("message/rfc822", len(mail), None)
    with pytest.raises(files.FileRefused):
        files.store_raw(mail, max_bytes=5, **options)  # type: ignore[arg-type]
