"""Programs pass a shorter chain; nobody can tell by the answers."""

import asyncio
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from wasl.api.open311.tests.makers import City, make_city, report
from wasl.config import asgi, lane
from wasl.core import clock
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.messaging.models import ChannelAccount
from wasl.messaging.operations import save_account

FORM = "application/x-www-form-urlencoded"
REQUESTS = "/open311/v2/requests.json"


class ShortHandler(lane.ShortChain, ClientHandler):
    """The test client's own, with the short chain."""


class ShortClient(Client):
    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.handler = ShortHandler(enforce_csrf_checks=True)


def told(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """What somebody at the other end sees, but for the number of the request."""
    headers = {name: value for name, value in answer.items() if name not in ("X-Request-Id", "Vary")}
    return answer.status_code, headers, answer.content


def sms_account(city: City) -> ChannelAccount:
    """An account whose provider calls back."""
    return save_account(
        agency=city.agency, channel="sms", code="sms", name="x", address="MUSCAT", settings={"gateway": "simulator"},
        at=SUNDAY_9AM,
    )  # fmt: skip


ASKED: dict[str, Callable[[Client, City], Any]] = {
    "discovery": lambda client, city: client.get("/open311/v2/discovery.json"),
    "services in English": lambda client, city: client.get(
        "/open311/v2/services.xml?jurisdiction_id=MUN", headers={"Accept-Language": "en"}
    ),
    "a list": lambda client, city: client.get(f"{REQUESTS}?api_key={city.secret}"),
    "no such number": lambda client, city: client.get("/open311/v2/requests/12.xml?jurisdiction_id=MUN"),
    "no such address": lambda client, city: client.get("/open311/v2/nowhere.json"),
    "no such address of the interface": lambda client, city: client.get("/api/v1/nowhere"),
    "without a key": lambda client, city: client.get("/api/v1/cases"),
    "a broken address": lambda client, city: client.get("/open311/v2/requests.json?q=%ff"),
    "a wrong method": lambda client, city: client.delete(REQUESTS),
    "a report without words": lambda client, city: client.post(REQUESTS, urlencode({}), content_type=FORM),
    "a report of a strange key": lambda client, city: client.post(
        REQUESTS, urlencode(report(city, api_key="wasl_none")), content_type=FORM
    ),
    "another language by the address": lambda client, city: client.get("/open311/v2/services.json?lang=en"),
    "broken bytes": lambda client, city: client.post(REQUESTS, b"description=%ff%fe", content_type=FORM),
    "a provider whom nobody knows": lambda client, city: client.post("/hooks/sms/none", b"{}", content_type=FORM),
    "a call of a provider that proves nothing": lambda client, city: client.post(
        f"/hooks/sms/{(ChannelAccount.objects.first() or sms_account(city)).hook_token}",
        b"{}",
        content_type="application/json",
    ),
    "a cookie of no meaning": lambda client, city: client.get(
        "/open311/v2/discovery.json", headers={"Cookie": "visited=1; wasl_language=en"}
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ASKED)
def test_both_chains_answer_alike(asked: str) -> None:
    city = make_city()
    ask = ASKED[asked]
    with clock.frozen(SUNDAY_9AM):
        whole = ask(Client(raise_request_exception=False, enforce_csrf_checks=True), city)
        short = ask(ShortClient(raise_request_exception=False), city)

    assert told(short) == told(whole)
    assert short["X-Request-Id"] != whole["X-Request-Id"]
    assert short["Content-Security-Policy"]
    assert short.cookies.output() == whole.cookies.output()


@pytest.mark.django_db
def test_a_report_through_the_short_chain_is_a_report() -> None:
    city = make_city()

    answer = ShortClient().post(REQUESTS, urlencode(report(city)), content_type=FORM)

    assert answer.status_code == 200
    assert answer.json()[0]["service_request_id"].startswith("MR-")


def test_the_short_chain_is_part_of_the_whole_in_its_order() -> None:
    assert list(lane.MIDDLEWARE) == [one for one in settings.MIDDLEWARE if one in lane.MIDDLEWARE]


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/open311/v2/requests.xml", True),
        ("/api/v1/cases", True),
        ("/hooks/sms/abc", True),
        ("/api/v1/docs", False),
        ("/api/v1/problems/bad-input", False),
        ("/report", False),
        ("/desk/", False),
        ("/apiary", False),
    ],
)
def test_pages_for_people_pass_the_whole_chain(path: str, short: bool) -> None:
    assert lane.is_short(path) is short


def exchange(*parts: dict[str, Any], headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Send the parts of a body to the short lane of this process; gives what it sent back."""
    sent: list[dict[str, Any]] = []
    waiting = iter(parts)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/open311/v2/nowhere",
        "query_string": b"a=1",
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {"host": "localhost"}).items()],
        "client": ("203.0.113.9", 4711),
        "server": ("127.0.0.1", 8000),
    }
    lane_of_two = lane.Lane(asgi._pages.executor, asgi._gate, largest_body=10, too_long=asgi._too_long)
    asyncio.run(lane_of_two(scope, receive, send))
    return sent


def part(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def test_more_than_was_announced_is_refused_as_soon_as_it_is_seen() -> None:
    sent = exchange(part(b"123456", more=True), part(b"789012", more=True))

    assert sent[0]["status"] == 413


def test_nobody_is_answered_who_hung_up() -> None:
    assert exchange(part(b"123", more=True), {"type": "http.disconnect"}) == []


def test_a_request_reaches_django_as_it_was_sent() -> None:
    scope = {
        "method": "POST",
        "path": "/open311/v2/حفرة",
        "query_string": b"a=%D8%AD",
        "http_version": "1.1",
        "scheme": "https",
        "server": ("127.0.0.1", 8000),
        "client": ("203.0.113.9", 4711),
        "headers": [
            (b"host", b"city.example.om"),
            (b"x-forwarded-for", b"10.0.0.1"),
            (b"x-forwarded-for", b"10.0.0.2"),
            (b"x_forwarded_for", b"6.6.6.6"),
            (b"content-type", FORM.encode()),
        ],
    }

    environ = lane._environ(scope, io.BytesIO(b"a=1"))

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/open311/v2/حفرة"
    assert (environ["HTTP_HOST"], environ["wsgi.url_scheme"]) == ("city.example.om", "https")
    assert environ["HTTP_X_FORWARDED_FOR"] == "10.0.0.1,10.0.0.2"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == (FORM, "3")
