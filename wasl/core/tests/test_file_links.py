"""Signed links: good for one file for some minutes, safe to open, silent about everything else."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.test import Client

from wasl.core import clock, files, keys, views
from wasl.core.models import StoredFile
from wasl.core.tests.makers import SUNDAY_9AM, make_file, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_a_fresh_house(home: Path) -> None:
    """Every test has a store of its own."""


def fetch(url: str, at: datetime = SUNDAY_9AM) -> object:
    with clock.frozen(at):
        return Client().get(url)


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_an_original_is_a_download_and_nothing_else() -> None:
    file = make_file(b"words", name="ملاحظة.txt")

    response = fetch(files.signed_url(file, at=SUNDAY_9AM))

    headers = response.headers  # type: ignore[attr-defined]
    assert body(response) == b"words"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "ملاحظة.txt" in unquote(headers["Content-Disposition"])
    assert headers["Content-Type"] == "text/plain"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert not response.cookies  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF"])
def test_an_original_picture_is_a_download_and_its_copy_is_shown_in_place(form: str) -> None:
    file = make_file(picture(form))

    original = fetch(files.signed_url(file, at=SUNDAY_9AM))
    copy = fetch(files.signed_url(file, "thumb", at=SUNDAY_9AM))

    assert original.headers["Content-Disposition"].startswith("attachment")  # type: ignore[attr-defined]
    assert copy.headers["Content-Disposition"].startswith("inline")  # type: ignore[attr-defined]
    assert copy.headers["Content-Type"] == "image/jpeg"  # type: ignore[attr-defined]
    assert body(copy).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("minute", [0, 1, 4, 7])
def test_a_link_works_at_least_five_and_at_most_ten_minutes(minute: int) -> None:
    made_at = SUNDAY_9AM + timedelta(minutes=minute, seconds=13)
    url = files.signed_url(make_file(), "thumb", at=made_at)

    assert fetch(url, made_at).status_code == 200  # type: ignore[attr-defined]
    assert fetch(url, made_at + timedelta(minutes=5)).status_code == 200  # type: ignore[attr-defined]
    assert fetch(url, made_at + timedelta(minutes=10)).status_code == 404  # type: ignore[attr-defined]


def test_a_page_loaded_again_gives_the_same_link_so_that_the_browser_keeps_the_picture() -> None:
    file = make_file()

    assert files.signed_url(file, at=SUNDAY_9AM) == files.signed_url(file, at=SUNDAY_9AM + timedelta(minutes=4))


def test_a_changed_link_leads_nowhere() -> None:
    mine, other = make_file(), make_file(b"a secret of somebody else")
    url = files.signed_url(mine, "thumb", at=SUNDAY_9AM)
    public_id, variant, ends_at, signature = url.removeprefix("/files/").split(".")
    later = f"{int(ends_at, 16) + 3600:x}"

    for token in (
        f"{other.public_id}.{variant}.{ends_at}.{signature}",
        f"{public_id}..{ends_at}.{signature}",
        f"{public_id}.{variant}.{later}.{signature}",
        f"{public_id}.{variant}.{ends_at}.",
        f"{public_id}.{variant}.{ends_at}.{signature[:-1]}",
        "x",
        "....",
        "ملف.٠.١.٢",
        "%00",
    ):
        assert fetch(f"/files/{token}").status_code in (400, 404)  # type: ignore[attr-defined]


def test_a_link_outlives_a_rotation_but_not_its_file() -> None:
    file = make_file()
    url = files.signed_url(file, at=SUNDAY_9AM)

    keys.rotate()
    assert fetch(url).status_code == 200  # type: ignore[attr-defined]
    files.forget([file])
    assert fetch(url).status_code == 404  # type: ignore[attr-defined]


def test_the_copy_of_what_is_no_picture_is_not_there() -> None:
    url = files.signed_url(make_file(b"words"), "thumb", at=SUNDAY_9AM)

    assert fetch(url).status_code == 404  # type: ignore[attr-defined]


def test_a_busy_decoder_asks_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(file: StoredFile, variant: str) -> StoredFile:
        raise files.DecoderBusy

    monkeypatch.setattr(files, "derive", busy)
    response = fetch(files.signed_url(make_file(), "thumb", at=SUNDAY_9AM))

    assert response.status_code == 503  # type: ignore[attr-defined]
    assert response.headers["Retry-After"] == "5"  # type: ignore[attr-defined]


def test_links_are_for_reading_and_marked_as_a_door_of_their_own() -> None:
    url = files.signed_url(make_file(), at=SUNDAY_9AM)

    with clock.frozen(SUNDAY_9AM):
        assert Client().post(url).status_code == 405
        assert Client().head(url).status_code == 200
    assert views.signed_file.door_kind == "signed_link"
