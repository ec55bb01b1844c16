"""How long and how much: the whole run, and a short one for trying things out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes of one run."""

    connections: tuple[int, ...]
    creations: Mapping[int, int]  # by connections
    load_seconds: float
    floor_seconds: int
    sizes: tuple[int, ...]
    idle_seconds: float
    streams: int
    events: int
    rounds: int


WHOLE = Plan(
    connections=(1, 16),
    creations={1: 200, 16: 500},
    load_seconds=5.0,
    floor_seconds=4,
    sizes=(10_000, 100_000),
    idle_seconds=30.0,
    streams=2000,
    events=40,
    rounds=2000,
)
SHORT = Plan(
    connections=(1, 16),
    creations={1: 60, 16: 120},
    load_seconds=2.0,
    floor_seconds=2,
    sizes=(10_000, 100_000),
    idle_seconds=10.0,
    streams=2000,
    events=16,
    rounds=300,
)
