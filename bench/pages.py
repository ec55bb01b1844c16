"""What people ask: the worklist and a case in the desk, the figures, the track page, a report through the portal."""

import asyncio
import itertools
from collections.abc import Iterator

from bench import people
from bench.house import House
from bench.rounds import Series, Wanted
from bench.scene import Scene
from bench.settings import Plan

LISTS = {
    "unit_and_class": "view=all&unit={unit}&importance=P3",
    "kind_and_channel": "view=all&kind=report&channel=email",
    "state_and_service": "view=all&state=referred&service={service}",
    "rare": "view=all&kind=complaint&channel=counter",
    "done_and_class": "view=done&importance=P2&kind=report",
}
MAIN_LIST = "unit_and_class"
DASHBOARD = "/figures/"
MOST_DASHBOARD_MS = 100.0
TURNS = "/audit/fairness/"
MOST_TURNS_MS = 200.0
MOST_PORTAL_CPU = 8.0


def series(house: House, scene: Scene, plan: Plan) -> list[Series]:
    """All that people ask."""
    asyncio.run(_look(scene))
    return [*_creating(house, plan), *_reading(scene, plan)]


def _creating(house: House, plan: Plan) -> list[Series]:
    def sent(number: int) -> Iterator[bytes]:
        return iter([one.sending() for one in people.citizens(house, number)])

    def one(clients: int, number: int) -> Series:
        return Series(
            "portal.create",
            "Portal: the POST that registers",
            clients,
            lambda: sent(number),
            floor="create",
            status=302,
            count=number,
            wanted=Wanted(cpu_ms=MOST_PORTAL_CPU),
            creates=True,
        )

    return [one(clients, number) for clients, number in plan.wizards.items()]


def _reading(scene: Scene, plan: Plan) -> list[Series]:
    filters = {name: query.format(unit=scene.unit, service=scene.service) for name, query in LISTS.items()}
    main = [scene.clerk.request("GET", f"/desk/?{filters.pop(MAIN_LIST)}")]
    cases = [scene.clerk.request("GET", f"/desk/cases/{reference}") for reference in scene.references]
    tracks = [scene.citizen.request("GET", f"/t/{code}") for code in scene.links]
    board = [scene.director.request("GET", DASHBOARD)]

    def one(name: str, what: str, clients: int, asked: list[bytes], floor: str, most: float | None = None) -> Series:
        return Series(name, what, clients, lambda: itertools.cycle(asked), floor=floor, wanted=Wanted(p50_ms=most))

    alone, *_, many = plan.connections
    found = [one("desk.list", "Desk: worklist of 50, two filters", clients, main, "list") for clients in (alone, many)]
    for name, query in filters.items():
        asked = [scene.clerk.request("GET", f"/desk/?{query}")]
        found.append(one(f"desk.list.{name}", f"Desk: worklist, {name.replace('_', ' ')}", alone, asked, "list"))
    found.append(one("desk.case", "Desk: case page", alone, cases, "read"))
    found.append(one("portal.track", "Portal: track page", alone, tracks, "read"))
    found.append(one("dashboard", "Figures: the dashboard page", alone, board, "group", MOST_DASHBOARD_MS))
    turns = [scene.director.request("GET", TURNS)]
    found.append(one("turns", "Audit: how turns were kept, a month", alone, turns, "group", MOST_TURNS_MS))
    plain = [scene.citizen.request("GET", "/accessibility")]
    found.append(one("plain_page", "A page that knows no cases", alone, plain, ""))
    return found


async def _look(scene: Scene) -> None:
    """The page is that of the case: else the figures would be of something else."""
    page = await scene.clerk.get(f"/desk/cases/{scene.references[0]}")
    assert scene.references[0] in page.text, page.text[:400]
    await scene.clerk.line.close()
