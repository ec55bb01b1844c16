"""How long and how much: the quick run, which ends within five minutes, and the full one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes of one run. `within`: seconds after which no further round begins, where there is a limit."""

    name: str
    sizes: tuple[int, ...]
    rounds: int
    connections: tuple[int, ...]
    creations: dict[int, int]  # by connections
    wizards: dict[int, int]  # reports through the portal, by connections
    load_seconds: float
    floor_seconds: int
    idle_seconds: float
    streams: int
    events: int
    repeats: int  # of the small computations
    within: float | None
    rest_seconds: float  # at most, until what follows new cases is done
    exports: tuple[str, ...]  # formats
    imported_rows: int


QUICK = Plan(
    name="quick",
    sizes=(10_000,),
    rounds=3,
    connections=(1, 16),
    creations={1: 50, 16: 100},
    wizards={1: 16},
    load_seconds=0.6,
    floor_seconds=1,
    idle_seconds=6.0,
    streams=2000,
    events=16,
    repeats=300,
    within=210.0,
    rest_seconds=40.0,
    exports=("csv",),
    imported_rows=10_000,
)
FULL = Plan(
    name="full",
    sizes=(10_000, 100_000, 1_000_000),
    rounds=5,
    connections=(1, 16),
    creations={1: 300, 16: 800},
    wizards={1: 60, 16: 160},
    load_seconds=4.0,
    floor_seconds=3,
    idle_seconds=30.0,
    streams=2000,
    events=40,
    repeats=2000,
    within=None,
    rest_seconds=900.0,
    exports=("csv", "jsonl", "xlsx"),
    imported_rows=1_000_000,
)
PLANS = {plan.name: plan for plan in (QUICK, FULL)}
