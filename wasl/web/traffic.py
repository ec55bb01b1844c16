"""How many requests this process has answered, how and how fast, by class of address: for `/metrics`.

A class is the room behind the address, or what kind of file it is: never a path, which may hold a private link.
"""

import threading
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Seconds; the last bucket takes the rest.
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Beside the rooms: what stands under an address that no room owns.
STATIC, LIVE, NONE = "static", "live", "none"


@dataclass
class Tally:
    """The requests of one class with one kind of answer (2xx, 3xx, 4xx, 5xx)."""

    count: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, seconds: float) -> None:
        self.count += 1
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1


_tallies: dict[tuple[str, str], Tally] = {}
_lock = threading.Lock()


def note(kind: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    key = (kind, f"{status // 100}xx")
    with _lock:
        _tallies.setdefault(key, Tally()).add(seconds)


def tallies() -> Mapping[tuple[str, str], Tally]:
    """A copy of the counts, by class and kind of answer."""
    with _lock:
        return {key: Tally(one.count, one.seconds, list(one.buckets)) for key, one in sorted(_tallies.items())}


def kind_of(request: Any) -> str:
    """The class of a request that was answered."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return STATIC if request.path.startswith("/static/") else NONE
    module = getattr(match.func, "__module__", "") or ""
    return module.split(".")[1] if module.startswith("wasl.") else (match.app_name or NONE)


# --- requests that were asked to come again because too many came at once

# The limit under which all processes count the seconds in which somebody was refused, and how far back they are seen.
REFUSING, REFUSING_WITHIN = "web:refusing", 300
_refusals: dict[str, int] = {}
_told_at = float("-inf")


def note_refusal(lane: str) -> bool:
    """Count one refused request of people or of programs; True for the first within a second."""
    global _told_at
    with _lock:
        _refusals[lane] = _refusals.get(lane, 0) + 1
        is_first = time.monotonic() - _told_at >= 1.0
        if is_first:
            _told_at = time.monotonic()
        return is_first


def refusals() -> Mapping[str, int]:
    """How many requests this process has refused, by lane."""
    with _lock:
        return dict(_refusals)
