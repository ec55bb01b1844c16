"""Another city's server is read window by window, whatever it can and cannot do."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest

from wasl.core import http
from wasl.core.refusal import Refusal
from wasl.transfer import mapping
from wasl.transfer.open311 import Open311Source, Period
from wasl.transfer.rows import SourceRow
from wasl.transfer.translating import Translated, Translator

MUSCAT = ZoneInfo("Asia/Muscat")
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
PERIOD = Period(SINCE, UNTIL)


def requests_of(number: int) -> list[dict[str, object]]:
    """Requests, one every six hours."""
    return [
        {
            "service_request_id": f"SR-{n}",
            "status": "closed" if n % 2 else "open",
            "service_code": "001",
            "service_name": "Potholes & <cracks>",
            "description": "حفرة أمام المدرسة",
            "requested_datetime": (SINCE + timedelta(hours=6 * n + 1)).isoformat(),
            "updated_datetime": (SINCE + timedelta(hours=6 * n + 5)).isoformat(),
            "lat": 23.6,
            "long": 58.5,
        }
        for n in range(number)
    ]


class City:
    """A small server with the oddities of real ones."""

    def __init__(self) -> None:
        self.requests = requests_of(300)
        self.pages, self.has_json, self.cap, self.says_next = True, True, 1000, False
        self.asked: list[str] = []
        self.troubles: list[tuple[int, str, dict[str, str]]] = []
        self.whole: dict[str, bytes] = {}

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(path)
        parts = urlsplit(path)
        if self.troubles:
            status, body, headers = self.troubles.pop(0)
            return status, body.encode(), headers
        if parts.path in self.whole:
            return 200, self.whole[parts.path], {}
        form = parts.path.rsplit(".", 1)[-1]
        if form == "json" and not self.has_json:
            return 404, b'[{"code": 404, "description": "not found"}]', {}
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        found = [one for one in self.requests if asked["start_date"] <= _z(one) <= asked["end_date"]]
        size = min(self.cap, int(asked.get("page_size", self.cap))) if self.pages else self.cap
        page = int(asked.get("page", 1)) if self.pages else 1
        shown, rest = found[(page - 1) * size : page * size], found[page * size :]
        headers = {"Link": '</requests?page=2>; rel="next"'} if self.says_next and rest else {}
        return 200, _xml(shown) if form == "xml" else json.dumps(shown).encode(), headers


def _z(one: dict[str, object]) -> str:
    return str(one["requested_datetime"]).replace("+00:00", "Z")


def _xml(rows: list[dict[str, object]]) -> bytes:
    leaves = ("".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in one.items()) for one in rows)
    inner = "".join(f"<request>{one}</request>" for one in leaves)
    return f'<?xml version="1.0" encoding="utf-8"?><service_requests>{inner}</service_requests>'.encode()


@pytest.fixture
def city() -> City:
    return City()


@pytest.fixture
def address(city: City, settings: object) -> Iterator[str]:
    settings.WASL_INSIDE = (http.Inside.read("127.0.0.0/8"),)  # type: ignore[attr-defined]

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = city.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/open311/v2"
    server.shutdown()
    server.server_close()


def source(address: str, waits: list[float] | None = None) -> Open311Source:
    told = waits if waits is not None else []
    return Open311Source(address, jurisdiction="", period=PERIOD, zone=MUSCAT, pace=0, wait=told.append)


def numbers(rows: list[SourceRow]) -> list[str]:
    return list(dict.fromkeys(one.values["service_request_id"] for one in rows))


@pytest.mark.parametrize(
    "oddity",
    [
        {},
        {"has_json": False},
        {"cap": 50},
        {"cap": 100, "says_next": True},
        {"cap": 50, "pages": False},
        {"cap": 50, "pages": False, "has_json": False},
    ],
)
def test_every_request_is_read_once_however_the_server_cuts_its_answers(
    city: City, address: str, oddity: dict[str, object]
) -> None:
    vars(city).update(oddity)

    rows = list(source(address).rows())

    assert numbers(rows) == [f"SR-{n}" for n in range(300)]
    assert rows[7].values["service_name"] == "Potholes & <cracks>"
    for path in city.asked:
        dates = [datetime.fromisoformat(one) for one in re.findall(r"_date=([^&]+)", path.replace("%3A", ":"))]
        assert dates[1] - dates[0] <= timedelta(days=90)


def test_a_broken_off_reading_goes_on_with_its_window(city: City, address: str) -> None:
    rows = list(source(address).rows())
    middle = rows[150].mark

    rest = list(source(address).rows_after(middle))

    assert set(numbers(rows[150:])) <= set(numbers(rest))
    assert len(rest) < len(rows)


def test_a_server_that_is_away_for_a_moment_is_asked_again_as_late_as_it_wishes(city: City, address: str) -> None:
    city.troubles = [(503, "busy", {"Retry-After": "7"}), (500, "oh", {}), (429, "slowly", {})]
    waits: list[float] = []

    assert len(numbers(list(source(address, waits).rows()))) == 300
    assert waits[:3] == [7.0, 4.0, 8.0]


def test_a_server_that_stays_away_is_told_with_what_to_do(city: City, address: str) -> None:
    city.troubles = [(500, "broken", {})] * 5

    with pytest.raises(Refusal, match="again later"):
        list(source(address).rows())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, '[{"code": 403, "description": "jurisdiction_id is needed"}]'),
        (200, '{"errors": [{"code": 400, "description": "jurisdiction_id is needed"}]}'),
        (200, '[{"code": 400, "description": "jurisdiction_id is needed"}]'),
    ],
)
def test_what_the_server_complains_of_is_told(city: City, address: str, status: int, body: str) -> None:
    city.troubles = [(status, body, {})]

    with pytest.raises(Refusal, match="jurisdiction_id is needed"):
        list(source(address).rows())


@pytest.mark.parametrize(
    "body",
    [
        "<html>sign in",
        '<!DOCTYPE a [<!ENTITY b "c">]><service_requests><request><lat>&b;</lat></request></service_requests>',
        "[{",
    ],
)
def test_an_answer_that_cannot_be_read_is_refused(city: City, address: str, body: str) -> None:
    city.troubles = [(200, body, {}), (200, body, {})]

    with pytest.raises(Refusal):
        list(source(address).rows())


def test_the_discovery_file_leads_to_the_service_of_production(city: City, address: str) -> None:
    endpoints = [
        {"type": "test", "url": f"{address}/nowhere"},
        {"type": "production", "url": f"{address}/"},
    ]
    city.whole["/discovery.json"] = json.dumps({"endpoints": endpoints}).encode()
    leaves = "".join(f"<endpoint><type>{o['type']}</type><url>{o['url']}</url></endpoint>" for o in endpoints)
    city.whole["/discovery.xml"] = f"<discovery><endpoints>{leaves}</endpoints></discovery>".encode()
    root = address.rsplit("/open311", 1)[0]

    for form in ("json", "xml"):
        assert source(f"{root}/discovery.{form}").address == f"{address}/"


def test_redirects_are_followed_through_the_same_fence(city: City, address: str, settings: object) -> None:
    city.troubles = [(302, "", {"Location": f"{address}/requests.json?start_date=2026-01-01&end_date=2026-01-02"})]
    assert numbers(list(source(address).rows()))

    city.troubles = [(302, "", {"Location": "http://10.1.2.3/requests.json"})]
    with pytest.raises(Refusal, match="WASL_INSIDE"):
        list(source(address).rows())


def test_an_address_inside_is_not_called_unless_opened(settings: object) -> None:
    settings.WASL_INSIDE = ()  # type: ignore[attr-defined]

    with pytest.raises(Refusal, match="WASL_INSIDE"):
        list(source("http://127.0.0.1:9/open311/v2").rows())


@pytest.mark.django_db
def test_missing_fields_and_dates_without_a_zone_become_cases_or_reasons() -> None:
    from wasl.directory.tests.makers import make_agency
    from wasl.transfer.tests.makers import IN_2026

    plan, _ = mapping.load("open311")
    translator = Translator(plan, make_agency(), services=None, units=None, at=IN_2026)

    def translate(**values: str) -> object:
        return translator.translate(SourceRow(1, "", values))

    whole = translate(service_request_id="1", requested_datetime="2026-03-01T10:00:00", status="open", lat="", long="")
    assert isinstance(whole, Translated)
    assert whole.given["registered_at"] == datetime(2026, 3, 1, 6, tzinfo=UTC)
    closed = translate(
        service_request_id="2",
        requested_datetime="2026-03-01T10:00:00+04:00",
        updated_datetime="2026-03-01T09:00:00+04:00",
        status="closed",
    )
    assert isinstance(closed, Translated)
    assert closed.given["resolved_at"] == closed.given["registered_at"]
    assert not isinstance(translate(status="open", requested_datetime="2026-03-01T10:00:00"), Translated)
    assert not isinstance(translate(service_request_id="3", status="closed"), Translated)
