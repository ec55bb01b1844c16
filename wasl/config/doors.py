"""All doors of the house: every address with the mark its view carries."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class HouseDoor:
    """One address: who may knock, and which right is asked."""

    name: str
    address: str
    kind: str
    right: str
    pattern: URLPattern


def doors() -> list[HouseDoor]:
    """Every address, in the order of the address list."""
    return [_door(name, address, pattern) for name, address, pattern in _walk(get_resolver().url_patterns, "", "")]


def _door(name: str, address: str, pattern: URLPattern) -> HouseDoor:
    mark: Any = getattr(pattern.callback, "door", None)
    kind = mark.kind if mark is not None else getattr(pattern.callback, "door_kind", "")
    right = getattr(mark, "right", None)
    return HouseDoor(name, address, str(kind), str(getattr(right, "value", right) or ""), pattern)


def _walk(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str, URLPattern]]:
    for entry in patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, address, inner)
        else:
            yield f"{space}{entry.name or ''}", address, entry
