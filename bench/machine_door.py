"""What programs ask: Open311 and the JSON API, each with a key of their own."""

import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from bench.house import House
from bench.rounds import Series, Wanted
from bench.scene import SERVICE, Scene
from bench.settings import Plan
from bench.wire import Answer, BadAnswer, ask_once, request

REQUESTS, CASES = "/open311/v2/requests", "/api/v1/cases"
PAGE, DEEP = 50, 1000
# What is demanded of the machine door, in milliseconds.
CREATE_CPU, GET_MS, LIST_MS = 5.0, 3.0, 5.0
_WORDS = (
    "حفرة عميقة عند الدوّار أمام المدرسة، تتضرر منها المركبات كل يوم منذ أسبوع، وقد سقط فيها درّاج مساء أمس. "
    "نرجو إصلاحها أو وضع حاجز حولها إلى أن تُصلح."
)
_NEXT, _SITE = re.compile(r'<([^>]*)>; rel="next"'), re.compile(r"^https?://[^/]+")
_numbers = itertools.count(1)


def report(port: int, key: str) -> bytes:
    """A request of its own: another citizen, another place, another idempotency key."""
    number = next(_numbers)
    fields = {
        "api_key": key,
        "service_code": SERVICE,
        "lat": f"{23.58 + number % 400 * 0.0002:.5f}",
        "long": f"{58.38 + number % 400 * 0.0001:.5f}",
        "description": f"{_WORDS} ({number})",
        "first_name": "مريم",
        "last_name": "بنت سعيد الحارثية",
        "phone": f"+9687{1000000 + number:07d}",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": secrets.token_urlsafe(12),
        "X-Forwarded-For": f"10.{100 + number // 62500 % 100}.{number // 250 % 250}.{number % 250 + 1}",
    }
    return request(port, "POST", f"{REQUESTS}.json", urlencode(fields).encode(), headers)


def series(house: House, scene: Scene, plan: Plan) -> list[Series]:
    """All that programs ask."""
    return [*_creating(house, scene, plan), *_reading(house, scene, plan)]


def _creating(house: House, scene: Scene, plan: Plan) -> list[Series]:
    def reports(number: int) -> Iterator[bytes]:
        return (report(house.port, scene.open311_key) for _ in range(number))

    def one(clients: int, *, with_worker: bool = False) -> Series:
        name, what = "open311.create", "Open311: POST request"
        if with_worker:
            name, what = "open311.create_beside_worker", "Open311: POST request, the worker beside"
        return Series(
            name,
            what,
            clients,
            lambda: reports(plan.creations[clients]),
            floor="create",
            count=plan.creations[clients],
            wanted=Wanted() if with_worker else Wanted(cpu_ms=CREATE_CPU),
            creates=True,
            with_worker=with_worker,
        )

    return [*(one(clients) for clients in plan.connections), one(plan.connections[-1], with_worker=True)]


def _reading(house: House, scene: Scene, plan: Plan) -> list[Series]:
    def ask(*queries: str) -> list[bytes]:
        headers = {"X-Api-Key": scene.open311_key}
        return [request(house.port, "GET", query, headers=headers) for query in queries]

    key = {"api_key": scene.open311_key}
    numbers = shown(house, scene.open311_key)
    gets = ask(*(f"{REQUESTS}/{number}.json?{urlencode(key)}" for number in numbers))

    def listed(**parameters: str) -> str:
        return f"{REQUESTS}.json?{urlencode({'page_size': str(PAGE), **parameters, **key})}"

    found: list[Series] = []
    for clients in plan.connections:
        found.append(_steady("open311.get", "Open311: GET by id", clients, gets, "read", Wanted(cpu_ms=GET_MS)))
        pages = ask(listed(page="1"))
        found.append(_steady("open311.list", "Open311: list of 50", clients, pages, "list", Wanted(cpu_ms=LIST_MS)))
    deep, onward = _deep_page(house, lambda page: listed(page=str(page)))
    others = {
        "open311.list_deep": (f"Open311: list of 50, page {deep:,}", listed(page=str(deep))),
        "open311.list_deep_by_link": (f"Open311: list of 50, page {deep + 1:,} by the Link header", onward),
        "open311.list_filtered": (
            "Open311: list of 50, one service, open",
            listed(service_code=SERVICE, status="open"),
        ),
    }
    for name, (what, query) in ((name, other) for name, other in others.items() if other[1]):
        found.append(_steady(name, what, plan.connections[0], ask(query), "list", Wanted(cpu_ms=LIST_MS)))
    bearer = {"Authorization": f"Bearer {scene.api_key}"}
    for name, what, path in (
        ("api.list", "API v1: list of 50", f"{CASES}?limit={PAGE}"),
        ("api.get", "API v1: case", f"{CASES}/{scene.references[0]}"),
    ):
        asked = [request(house.port, "GET", path, headers=bearer)]
        least = "read" if name == "api.get" else "list"
        found.append(_steady(name, what, plan.connections[0], asked, least, Wanted()))
    return found


def _steady(name: str, what: str, clients: int, asked: list[bytes], floor: str, wanted: Wanted) -> Series:
    return Series(name, what, clients, lambda: itertools.cycle(asked), floor=floor, wanted=wanted)


def _deep_page(house: House, listed: Callable[[int], str]) -> tuple[int, str]:
    """The thousandth page, or one near the last there is; and the path that its Link header leads on to, if any."""
    deep = DEEP
    while (found := _NEXT.search(_asked(house, listed(deep)).header("link"))) is None and deep > 1:
        deep = max(1, deep * 3 // 4)
    return deep, _SITE.sub("", found[1]) if found else ""


def shown(house: House, key: str, number: int = 200) -> list[str]:
    """The ids of so many reports that Open311 shows."""
    found = json.loads(_asked(house, f"{REQUESTS}.json?{urlencode({'api_key': key, 'page_size': str(number)})}").body)
    return [str(one["service_request_id"]) for one in found]


def _asked(house: House, path: str) -> Answer:
    answer = ask_once(house.port, path)
    if answer.status != 200:
        raise BadAnswer(f"{path}: {answer.status}: {answer.text[:300]}")
    return answer
