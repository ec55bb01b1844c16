"""What stands in the menus: the rooms above register their items when they load (module `navigation_items`).

This room knows no rights: `directory` sets the gate that tells whether a person may see an item.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch

from wasl.web.addresses import address

SURFACES = ("public", "footer", "staff", "bar", "user")
Badge = Callable[[HttpRequest], int]
Gate = Callable[[HttpRequest, str], bool]
Landing = Callable[[HttpRequest], str]


@dataclass(frozen=True)
class NavItem:
    """One entry: label (both languages), name of the URL, icon; `right` None means everybody of this surface.

    `shortcut` is the one key that opens it on staff pages, where the person has not switched such keys off. In the bar
    above staff pages the badge is live: read anew at `counted_at`, the name of a URL that gives {"count", "shown"},
    when a fact of a kind that it `hears` comes over the stream.
    """

    label: str
    url_name: str
    icon: str = "circle"
    right: str | None = None
    order: int = 50
    surface: str = "public"
    badge: Badge | None = field(default=None, compare=False)
    shortcut: str = ""
    counted_at: str = ""
    hears: str = ""


@dataclass(frozen=True)
class ShownItem:
    label: str
    url: str
    icon: str
    current: bool
    badge: int
    shortcut: str = ""
    counted_at: str = ""
    hears: str = ""


def _nobody_gate(request: HttpRequest, right: str) -> bool:
    return False


_items: dict[tuple[str, str], NavItem] = {}
_landings: list[Landing] = []
_gate: list[Gate] = [_nobody_gate]


def register(*items: NavItem) -> None:
    """Add entries; the same URL in the same surface is registered once, the last one counts."""
    for item in items:
        if item.surface not in SURFACES:
            raise ValueError(f"{item.surface} is no surface; write one of {', '.join(SURFACES)}")
        _items[item.surface, item.url_name] = item


def registered() -> list[NavItem]:
    """All entries of all surfaces."""
    return list(_items.values())


def set_gate(gate: Gate) -> None:
    """Set who decides whether the person of a request may see an item with a right."""
    _gate[0] = gate


def is_open(request: HttpRequest, right: str) -> bool:
    """Has the person of a request this right anywhere, says the gate?"""
    return _gate[0](request, right)


def add_landing(chooser: Landing) -> None:
    """Let a room say where some people begin: the name of a URL, or "" for whom it does not know."""
    if chooser not in _landings:
        _landings.append(chooser)


def landing(request: HttpRequest) -> str:
    """Where the person of a request begins the day: as a room says, else the first entry of their menu."""
    chosen = next((name for chooser in _landings if (name := chooser(request))), "")
    first = next((item.url for item in items_for(request, "staff")), "") if not chosen else ""
    return _address(chosen) or first or str(address_or("accounts:preferences", "/"))


def items_for(request: HttpRequest, surface: str) -> list[ShownItem]:
    """The entries of a surface for this person, in order; the one whose address fits best is current."""
    found: list[tuple[NavItem, str]] = []
    for item in sorted(_items.values(), key=lambda item: item.order):
        if item.surface == surface and (item.right is None or _gate[0](request, item.right)):
            address = _address(item.url_name)
            if address:
                found.append((item, address))
    here = _nearest([address for _, address in found], request.path)
    return [_shown(item, address, request, current=address == here) for item, address in found]


def _shown(item: NavItem, address: str, request: HttpRequest, *, current: bool) -> ShownItem:
    badge = item.badge(request) if item.badge else 0
    counted_at = (_address(item.counted_at) or "") if item.counted_at else ""
    return ShownItem(str(item.label), address, item.icon, current, badge, item.shortcut, counted_at, item.hears)


def _nearest(addresses: list[str], path: str) -> str | None:
    fitting = [one for one in addresses if path == one or (one != "/" and path.startswith(one))]
    return max(fitting, key=len, default=None)


def _address(url_name: str) -> str | None:
    if not url_name:
        return None
    try:
        return address(url_name)
    except NoReverseMatch:
        return None


def address_or(url_name: str, fallback: Any) -> Any:
    """The address of a page that another room may or may not have."""
    return _address(url_name) or fallback
