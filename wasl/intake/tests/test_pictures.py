"""A picture that a report names by its address comes later, from behind the fence; if it does not, the case says so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from wasl.cases import timeline
from wasl.cases.models import Case, CaseFile
from wasl.cases.tests.makers import HOUR, make_case
from wasl.core import http
from wasl.core.files import limits
from wasl.core.http import Answer, NotReached, TooLarge, Unheard
from wasl.core.models import StoredFile
from wasl.core.tests.makers import picture
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.intake import pictures
from wasl.intake.models import RemotePicture

pytestmark = pytest.mark.django_db
URL = "https://pictures.example.org/a/b.jpg?key=secret"


@pytest.fixture
def case(db: None) -> Case:
    return make_case()


def say(monkeypatch: pytest.MonkeyPatch, *answers: Answer | Exception) -> list[str]:
    """Let the other side answer so, one after another; gives the addresses that were called."""
    called: list[str] = []
    left = list(answers)

    def call(method: str, url: str, *, max_answer: int) -> Answer:
        assert (method, max_answer) == ("GET", limits.FILE_BYTES)
        called.append(url)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(http, "call", call)
    return called


def expected(case: Case, *urls: str) -> RemotePicture:
    pictures.expect(case, urls or (URL,), at=SUNDAY_9AM)
    row = RemotePicture.objects.order_by("pk").first()
    assert row is not None
    return row


def note_of(case: Case) -> str:
    return next((item.text for item in timeline.staff_timeline(case) if item.kind == "NoteAdded"), "")


def test_a_picture_is_put_to_its_case_once_and_its_address_is_forgotten(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = say(monkeypatch, Answer(200, picture()))
    row = expected(case)

    pictures.fetch(row.pk, at=SUNDAY_9AM + HOUR)
    pictures.fetch(row.pk, at=SUNDAY_9AM + HOUR)

    row.refresh_from_db()
    assert (row.state, row.url, called) == ("fetched", "", [URL])
    kept = CaseFile.objects.select_related("file").get(case=case)
    assert (kept.role, kept.public, kept.file.state, kept.file.name) == ("photo", True, "kept", "b.jpg")
    assert note_of(case) == ""


def test_where_it_leads_on_every_address_is_looked_at_anew(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    called = say(monkeypatch, Answer(302, b"", {"location": "/other.jpg"}), Answer(200, picture()))

    pictures.fetch(expected(case).pk, at=SUNDAY_9AM)

    assert called == [URL, "https://pictures.example.org/other.jpg"]
    assert CaseFile.objects.filter(case=case).exists()


LOOP = Answer(301, b"", {"location": URL})


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([Answer(404, b"")], "not_found"),
        ([Answer(302, b"", {"location": "file:///etc/passwd"})], "bad_address"),
        ([Answer(302, b"", {"location": "http://[::1"})], "bad_address"),
        ([Answer(302, b"", {})], "not_found"),
        ([LOOP] * 4, "redirects"),
        ([TooLarge("2 GB")], "too_big"),
        ([Answer(200, b"<html><script>alert(1)</script>")], "not_a_picture"),
        ([Answer(200, b"")], "not_a_picture"),
        ([Answer(200, b"\xff\xd8\xff" + b"broken")], "not_a_picture"),
        ([Answer(200, b"%PDF-1.4 a letter")], "not_a_picture"),
    ],
)
def test_what_is_no_picture_is_given_up_and_the_case_says_why(
    case: Case, monkeypatch: pytest.MonkeyPatch, answers: list[Any], reason: str
) -> None:
    if reason == "bad_address":
        monkeypatch.setattr(http, "call", _leads(answers[0].headers["location"], http.call))
    else:
        say(monkeypatch, *answers)

    row = expected(case)
    pictures.fetch(row.pk, at=SUNDAY_9AM)

    row.refresh_from_db()
    assert (row.state, row.reason, row.url) == ("given_up", reason, "")
    assert "pictures.example.org" in note_of(case)
    assert "secret" not in note_of(case)
    assert not CaseFile.objects.filter(case=case).exists()
    assert not StoredFile.objects.exclude(state="gone").exists()


def _leads(location: str, fence: Callable[..., Answer]) -> Callable[..., Answer]:
    """A first answer that leads elsewhere; there the real fence decides."""

    def call(method: str, url: str, **given: Any) -> Answer:
        return Answer(302, b"", {"location": location}) if url == URL else fence(method, url, **given)

    return call


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1:5432/a.jpg",
        "http://10.0.0.1/a.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
    ],
)
@pytest.mark.parametrize("by_redirect", [False, True])
def test_an_address_inside_is_never_called_neither_at_once_nor_by_a_redirect(
    case: Case, monkeypatch: pytest.MonkeyPatch, inside: str, by_redirect: bool
) -> None:
    if by_redirect:
        monkeypatch.setattr(http, "call", _leads(inside, http.call))
    monkeypatch.setattr("socket.create_connection", _never)

    row = expected(case, URL if by_redirect else inside)
    pictures.fetch(row.pk, at=SUNDAY_9AM)

    row.refresh_from_db()
    assert (row.state, row.reason) == ("given_up", "inside")
    assert note_of(case)


def test_a_name_that_resolves_to_a_private_address_is_not_called(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_resolved", lambda host, port: ["93.184.215.14", "192.168.1.1"])
    monkeypatch.setattr("socket.create_connection", _never)

    row = expected(case)
    pictures.fetch(row.pk, at=SUNDAY_9AM)

    row.refresh_from_db()
    assert row.reason == "inside"


def _never(*args: Any, **given: Any) -> None:
    raise AssertionError("a connection was opened")


@pytest.mark.parametrize("trouble", [NotReached("away"), Unheard("cut off"), Answer(503, b""), Answer(429, b"")])
def test_a_site_that_is_down_is_asked_again_for_a_while(
    case: Case, monkeypatch: pytest.MonkeyPatch, trouble: Answer | Exception
) -> None:
    called = say(monkeypatch, *[trouble] * (pictures.MOST_ATTEMPTS - 1), Answer(200, picture()))
    row = expected(case)

    for minute in range(pictures.MOST_ATTEMPTS):
        pictures.fetch(row.pk, at=SUNDAY_9AM + timedelta(minutes=minute))

    assert len(called) == pictures.MOST_ATTEMPTS
    assert CaseFile.objects.filter(case=case).exists()


def test_in_the_end_it_is_given_up(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, *[NotReached("away")] * pictures.MOST_ATTEMPTS)
    row = expected(case)

    for minute in range(pictures.MOST_ATTEMPTS + 1):
        pictures.fetch(row.pk, at=SUNDAY_9AM + timedelta(minutes=minute))

    row.refresh_from_db()
    assert (row.state, row.reason) == ("given_up", "unheard")
    assert "لم يُجب الموقع الآخر" in note_of(case)
