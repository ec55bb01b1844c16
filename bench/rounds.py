"""Rounds: everything that is driven is driven a little in each round, beside its floor, so that a noisy minute of the
machine falls on all of it alike. Worker and mail door stand still meanwhile, unless a series wants them; at the end of
a round they do what the round has left them.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench import figures, floor
from bench.figures import tell
from bench.house import House
from bench.load import REFUSED, Result, drive
from bench.processes import held
from bench.settings import Plan
from bench.statistics import Spread, percentile, rounded

_WARM_UP = 0.15  # of a load's time, before it is measured


@dataclass(frozen=True)
class Wanted:
    """What is demanded of a series, in milliseconds: CPU of web and PostgreSQL a request, and half of the answers."""

    cpu_ms: float | None = None
    p50_ms: float | None = None


@dataclass
class Round:
    """One round of one series."""

    sent: Result
    web_ms: float
    postgres_ms: float
    bare: floor.Measured | None

    @property
    def cpu_ms(self) -> float:
        return self.web_ms + self.postgres_ms

    @property
    def ratio(self) -> float | None:
        return self.sent.per_second / self.bare.per_second if self.bare else None


@dataclass
class Series:
    """One kind of request at one number of connections. `requests` gives those of a round, and may make them first.

    With a `count` so many are sent in a round, else as many as go in the time. `creates`: each makes a case.
    """

    name: str
    what: str
    clients: int
    requests: Callable[[], Iterator[bytes]]
    floor: str = ""
    status: int = 200
    count: int = 0
    wanted: Wanted = field(default_factory=Wanted)
    creates: bool = False
    with_worker: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    failed: bool = False
    loads: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> Spread:
        return Spread.of([one.cpu_ms for one in self.rounds])

    def line(self, cases: int) -> dict[str, Any]:
        """What is printed of it."""
        took = [ms for one in self.rounds for ms in one.sent.milliseconds]
        sizes = [size for one in self.rounds for size in one.sent.sizes]
        p50 = percentile(took, 0.5)
        told: dict[str, Any] = {
            "name": self.name,
            "what": self.what,
            "cases": cases,
            "clients": self.clients,
            "rounds": len(self.rounds),
            "requests": len(took),
            "per_second": Spread.of([one.sent.per_second for one in self.rounds]).plain(),
            "p50_ms": rounded(p50),
            "p99_ms": rounded(percentile(took, 0.99)),
            "cpu_ms": self.cpu_ms.plain(),
            "cpu_web_ms": rounded(Spread.of([one.web_ms for one in self.rounds]).median),
            "cpu_postgres_ms": rounded(Spread.of([one.postgres_ms for one in self.rounds]).median),
            "refused": sum(one.sent.refused for one in self.rounds),
            "kilobytes": round(sum(sizes) / len(sizes) / 1024, 1),
            "load_average": [self.loads[0], self.loads[-1]],
            **self._beside_floor(),
            **self._met(p50),
        }
        return told | ({"notes": self.notes} if self.notes else {})

    def _beside_floor(self) -> dict[str, Any]:
        bare = [one.bare for one in self.rounds if one.bare]
        if not bare:
            return {"floor": None, "ratio": None}
        ratios = [one.ratio for one in self.rounds if one.ratio is not None]
        told = {
            "name": floor.NAMES[self.floor],
            "per_second": rounded(Spread.of([one.per_second for one in bare]).median),
            "cpu_ms": rounded(Spread.of([one.cpu_ms for one in bare]).median),
        }
        return {"floor": told, "ratio": Spread.of(ratios).plain()}

    def _met(self, p50: float) -> dict[str, Any]:
        wanted: dict[str, float] = {}
        is_met = True
        if self.wanted.cpu_ms is not None:
            wanted["cpu_ms"] = self.wanted.cpu_ms
            is_met &= self.cpu_ms.median <= self.wanted.cpu_ms
        if self.wanted.p50_ms is not None:
            wanted["p50_ms"] = self.wanted.p50_ms
            is_met &= p50 <= self.wanted.p50_ms
        return {"wanted_at_most": wanted, "met": is_met} if wanted else {}


def run(house: House, plan: Plan, series: list[Series], floors: dict[str, str]) -> None:
    """Drive all series in rounds and print them. `floors`: the statement of each floor that the series name."""
    cases = house.cases()
    afterwards: list[float | None] = []
    for number in range(plan.rounds):
        if plan.within is not None and number and _is_too_late(plan.within, number):
            tell(f"no time for another round after {number}")
            break
        tell(f"round {number + 1} of {plan.rounds}, {cases} cases")
        with figures.attempt(f"round {number + 1}"):
            afterwards.append(_one_round(house, plan, series, floors))
    for one in series:
        if one.rounds:
            figures.line(one.line(cases))
    followed = [value for value in afterwards if value is not None]
    if followed:
        _tell_afterwards(followed, cases)


_first_round_began = 0.0


def _is_too_late(within: float, done: int) -> bool:
    each = (figures.elapsed() - _first_round_began) / done
    return figures.elapsed() + each > within


def _one_round(house: House, plan: Plan, series: list[Series], floors: dict[str, str]) -> float | None:
    """Gives the CPU milliseconds that the house has spent for each new case after its request was answered."""
    global _first_round_began
    if not any(one.rounds for one in series):
        _first_round_began = figures.elapsed()
    bare: dict[tuple[str, int], floor.Measured] = {}
    alone, beside = [one for one in series if not one.with_worker], [one for one in series if one.with_worker]
    house.rest()
    with held(*house.others()):
        created = sum(_attempt(house, plan, one, floors, bare) for one in alone)
    afterwards = _afterwards(house, created) if created else None
    for one in beside:
        _attempt(house, plan, one, floors, bare)
    house.rest()
    return afterwards


def _afterwards(house: House, created: int) -> float | None:
    before = house.spent()
    took = house.rest()
    if took >= house.most_rest:
        tell(f"  {created} new cases: what follows was not done after {took:.0f} s")
        return None
    milliseconds = (house.spent() - before).of() * 1000 / created
    tell(f"  {created} new cases: all that follows took {took:.1f} s and {milliseconds:.1f} ms CPU each")
    return milliseconds


def _attempt(
    house: House, plan: Plan, one: Series, floors: dict[str, str], bare: dict[tuple[str, int], floor.Measured]
) -> int:
    """Gives how many cases were made. A series that fails is left out from then on."""
    if one.failed:
        return 0
    one.failed = True
    with figures.attempt(f"{one.name}, {one.clients} clients"):
        one.rounds.append(_one_series(house, plan, one, floors, bare))
        one.failed = False
    return one.rounds[-1].sent.requests if one.creates and not one.failed else 0


def _one_series(
    house: House, plan: Plan, one: Series, floors: dict[str, str], bare: dict[tuple[str, int], floor.Measured]
) -> Round:
    if one.floor and (one.floor, one.clients) not in bare:
        bare[one.floor, one.clients] = floor.pgbench(
            house, floors[one.floor], clients=one.clients, seconds=plan.floor_seconds
        )
    requests = one.requests()
    seconds = math.inf if one.count else plan.load_seconds
    one.loads.append(figures.load_average())
    if not one.count:
        drive(
            house.port,
            requests,
            connections=one.clients,
            seconds=seconds * _WARM_UP,
            wanted=(one.status, REFUSED),
        )
    before = house.spent()
    # A machine that is busy with other things refuses a few of many at once.
    several = one.clients > 1
    sent = drive(
        house.port, requests, connections=one.clients, seconds=seconds, wanted=(one.status,), may_refuse=several
    )
    spent = house.spent() - before
    one.loads.append(figures.load_average())
    done = Round(
        sent,
        spent.of("web") * 1000 / sent.requests,
        spent.of("postgres") * 1000 / sent.requests,
        bare.get((one.floor, one.clients)),
    )
    tell(
        f"  {one.name}, {one.clients}: {sent.per_second:.0f}/s, p50 {sent.p50:.1f} ms, p99 {sent.p99:.0f} ms, CPU "
        f"{done.web_ms:.1f} + {done.postgres_ms:.1f} ms" + (f", {done.ratio:.3f} of the floor" if done.ratio else "")
    )
    return done


def _tell_afterwards(values: list[float], cases: int) -> None:
    spread = Spread.of(values)
    figures.figure(
        "create.afterwards",
        spread.median,
        "ms",
        cases=cases,
        rounds=len(values),
        least_seen=rounded(spread.least),
        most_seen=rounded(spread.most),
        includes="CPU of worker, letterbox, SMS simulator, web and PostgreSQL for all jobs that follow one new case",
    )
