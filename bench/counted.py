"""`statements`: how often a request asks the database, counted in its log.

Each statement counts as a round trip, so what is sent several at a time counts too high.
"""

import asyncio
from collections.abc import Callable

from bench import machine_door, people, statements
from bench.figures import attempt, figure
from bench.house import House
from bench.scene import Scene
from bench.wire import ask_once, send_once

MOST_OPEN311, MOST_PORTAL = 15.0, 26.0


def run(house: House, scene: Scene) -> None:
    """The statements of each kind of request, on connections that are open already."""
    key = scene.open311_key

    def post() -> None:
        answer = send_once(house.port, machine_door.report(house.port, key))
        assert answer.status == 200, answer.text[:1000]

    with statements.logged(house):
        with attempt("open311.create.statements"):
            _count(house, "open311.create", post, most=MOST_OPEN311)
        with attempt("open311.get.statements"):
            shown = machine_door.shown(house, key)
            path = f"{machine_door.REQUESTS}/{shown[0]}.json?api_key={key}"
            _count(house, "open311.get", lambda: ask_once(house.port, path))
        with attempt("open311.list.statements"):
            path_of_list = f"{machine_door.REQUESTS}.json?page_size=50&api_key={key}"
            _count(house, "open311.list", lambda: ask_once(house.port, path_of_list))
        with attempt("portal.create.statements"):
            _count_portal(house)


def _count(house: House, name: str, act: Callable[[], object], *, most: float | None = None) -> None:
    for _ in range(8):  # the threads of the web have their connections
        act()
    house.rest()
    counted, _ = statements.count(house, act)
    _tell(name, counted, most)
    house.rest()


def _count_portal(house: House) -> None:
    first, last = people.citizens(house, 2, together=1)
    asyncio.run(first.send())
    house.rest()
    counted, _ = statements.count(house, lambda: send_once(house.port, last.sending()))
    _tell("portal.create", counted, MOST_PORTAL)
    house.rest()


def _tell(name: str, counted: statements.Counted, most: float | None) -> None:
    figure(
        f"{name}.round_trips",
        len(counted.told) + len(counted.control),
        "round trips",
        most=most,
        statements=len(counted.told),
        transaction_control=len(counted.control),
    )
    statements.show(name, counted)
