"""`get` and `list`: the pages that are asked for most, at 10,000 and at 100,000 cases."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench import floor, people, statements
from bench.figures import Floor, figure, median, tell
from bench.fill import fill
from bench.house import House
from bench.load import drive
from bench.processes import held
from bench.settings import Plan
from bench.wire import Browser

AGENT = "salem@muscat.example.om"
MOST_GROWTH = 1.3
LISTS = {
    "unit_and_class": "view=all&unit={unit}&importance=P3",
    "kind_and_channel": "view=all&kind=report&channel=email",
    "state_and_service": "view=all&state=referred&service={service}",
    "rare": "view=all&kind=complaint&channel=counter",
    "done_and_class": "view=done&importance=P2&kind=report",
}
MAIN_LIST = "unit_and_class"
_BARE_GET = "SELECT * FROM cases_case WHERE digits = '{digits}'"
_BARE_LIST = (
    "SELECT * FROM cases_case WHERE agency_id = {agency} AND is_open AND unit_id = {unit} AND importance = 'P3' "
    "ORDER BY importance, registered_at, id LIMIT 51"
)


@dataclass
class Scene:
    """What the requests need to know: people, cases, units."""

    clerk: Browser
    citizen: Browser
    links: list[str]
    references: list[str]
    digits: str
    agency: int
    unit: int
    service: int
    growth: dict[str, list[float]] = field(default_factory=dict)
    plain_ms: float = 1.0


def run(house: House, plan: Plan, names: set[str]) -> None:
    """Measure the wanted ones of `get` and `list` at each size."""
    scene = _scene(house)
    for size in plan.sizes:
        cases = fill(house, size)
        house.rest()
        if "get" in names:
            _gets(house, plan, scene, cases)
        if "list" in names:
            _lists(house, plan, scene, cases)
    for name, values in scene.growth.items():
        if len(values) == len(plan.sizes) > 1:
            most = MOST_GROWTH if name.startswith("list") and name.endswith("cpu") else None
            figure(f"{name}.growth", values[-1] / values[0], "times", most=most, sizes=list(plan.sizes))


def _gets(house: House, plan: Plan, scene: Scene, cases: int) -> None:
    bare = _BARE_GET.format(digits=scene.digits)
    pages = {
        "get.track": [scene.citizen.request("GET", f"/t/{code}") for code in scene.links],
        "get.case": [scene.clerk.request("GET", f"/desk/cases/{one}") for one in scene.references],
    }
    _measure(house, plan, scene, pages, bare, cases, connections=plan.connections)


def _lists(house: House, plan: Plan, scene: Scene, cases: int) -> None:
    bare = _BARE_LIST.format(agency=scene.agency, unit=scene.unit)
    filters = {name: query.format(unit=scene.unit, service=scene.service) for name, query in LISTS.items()}
    main = {"list": [scene.clerk.request("GET", f"/desk/?{filters.pop(MAIN_LIST)}")]}
    others = {f"list.{name}": [scene.clerk.request("GET", f"/desk/?{query}")] for name, query in filters.items()}
    _measure(house, plan, scene, main, bare, cases, connections=plan.connections)
    _measure(house, plan, scene, others, bare, cases, connections=plan.connections[:1])


def _measure(
    house: House,
    plan: Plan,
    scene: Scene,
    pages: dict[str, list[bytes]],
    bare: str,
    cases: int,
    *,
    connections: tuple[int, ...],
) -> None:
    scene.plain_ms = _plain_page(house, plan)
    for number in connections:
        least = floor.pgbench(house, bare, clients=number, seconds=plan.floor_seconds)
        for name, requests in pages.items():
            _load(house, plan, scene, name, requests, number, least, cases)
    with statements.logged(house):
        for name, requests in pages.items():
            _count(house, name, requests[0], cases)


def _count(house: House, name: str, request: bytes, cases: int) -> None:
    drive(house, iter([request] * 8), connections=8)  # every thread has its connection
    counted, _ = statements.count(house, lambda: drive(house, iter([request]), connections=1))
    figure(f"{name}.statements", len(counted.told), "statements", cases=cases)
    statements.show(name, counted)


def _load(
    house: House,
    plan: Plan,
    scene: Scene,
    name: str,
    requests: list[bytes],
    connections: int,
    least: floor.Measured,
    cases: int,
) -> None:
    drive(house, _again(requests), connections=connections, seconds=plan.load_seconds / 4)
    parts = house.parts()
    with held(parts["worker"], parts["mail"]):  # what PostgreSQL does for them is not the page's
        result = drive(house, _again(requests), connections=connections, seconds=plan.load_seconds)
    said: dict[str, Any] = {"connections": connections, "cases": cases, "requests": result.requests}
    said["kilobytes"] = round(sum(result.sizes) / result.requests / 1024, 1)
    bare = "pgbench, the rows of the page in one bare statement"
    figure(f"{name}.rate", result.per_second, "1/s", floor=Floor(bare, least.per_second, "1/s"), **said)
    figure(f"{name}.p50", result.p50, "ms", **said)
    figure(f"{name}.p99", result.p99, "ms", **said)
    figure(f"{name}.cpu_web", result.cpu_ms("web"), "ms", **said)
    figure(f"{name}.cpu_postgres", result.cpu_ms("postgres"), "ms", floor=Floor(bare, least.cpu_ms, "ms"), **said)
    figure(f"{name}.cpu", result.cpu_ms("web", "postgres"), "ms", **said)
    if connections == 1:
        scene.growth.setdefault(f"{name}.cpu", []).append(result.cpu_ms("web", "postgres"))
        scene.growth.setdefault(f"{name}.p50", []).append(median(result.milliseconds))
        beside = result.cpu_ms("web", "postgres") / scene.plain_ms
        scene.growth.setdefault(f"{name}.cpu_beside_plain_page", []).append(beside)
    tell(
        f"{name}, {cases} cases, {connections}: {result.per_second:.0f}/s, p50 {result.p50:.1f} ms, "
        f"CPU {result.cpu_ms('web'):.1f} + {result.cpu_ms('postgres'):.1f} ms"
    )


def _plain_page(house: House, plan: Plan) -> float:
    """CPU milliseconds of a page that knows no cases: a yardstick for how slow the machine is at this moment."""
    request = Browser(house.port).request("GET", "/accessibility")
    drive(house, iter([request] * 16), connections=8)
    return drive(house, _again([request]), connections=1, seconds=plan.load_seconds / 2).cpu_ms("web", "postgres")


def _again(requests: list[bytes]) -> Iterator[bytes]:
    return itertools.cycle(requests)


def _scene(house: House) -> Scene:
    """Cases of the demo's own past, whole with their words and photos, for the pages; the greatest unit for lists."""
    house.use_django()
    from django.db import connections
    from django.db.models import Count

    from wasl.cases import operations
    from wasl.cases.models import Case
    from wasl.directory import queries as directory

    agency = directory.default_agency()
    cases = Case.objects.filter(agency=agency, confidential=False)
    pages = list(cases.order_by("id")[:200])
    by_unit = cases.filter(is_open=True, importance="P3").values_list("unit_id").annotate(n=Count("id")).order_by("-n")
    by_service = cases.filter(state="referred").values_list("service_id").annotate(n=Count("id")).order_by("-n")
    scene = Scene(
        clerk=people.staff(house, AGENT),
        citizen=Browser(house.port, address="10.250.0.1"),
        links=[operations.access_code(case) for case in pages],
        references=[case.reference for case in pages],
        digits=pages[0].digits,
        agency=agency.pk,
        unit=by_unit[0][0],
        service=by_service[0][0],
    )
    asyncio.run(_look(scene))
    connections.close_all()
    return scene


async def _look(scene: Scene) -> None:
    """The list really has fifty rows and the page its case: else the figures would be of something else."""
    page = await scene.clerk.get(f"/desk/cases/{scene.references[0]}")
    assert scene.references[0] in page.text, page.text[:2000]
    await scene.clerk.line.close()
