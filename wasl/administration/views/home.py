"""The landing page: all kinds in groups, what was changed last, and search across everything."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.administration import queries, registry
from wasl.administration.beginning import Documents, beginning
from wasl.administration.registry import Group, Kind
from wasl.administration.views.here import Here, here
from wasl.administration.views.shown import shown_act
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.integrations import queries as integrations
from wasl.partners import queries as partners

_SHOWN = 60


@dataclass(frozen=True)
class _Tile:
    kind: Kind
    count: int
    may_change: bool


@requires(Right.READ_CONFIG)
@require_safe
def home(request: HttpRequest, agency: str = "") -> HttpResponse:
    """The whole set-up of an agency at a glance, or what was found in it."""
    place = here(request, agency)
    words = request.GET.get("q", "").strip()[:200]
    if words:
        hits = queries.search(place.agency, words, place.at, limit=_SHOWN)
        return render(request, "administration/search.html", place.context(words=words, hits=hits, most=_SHOWN))
    acts = [shown_act(place, act) for act in queries.recent_acts(place.agency, limit=8)]
    found = {kind.code: list(queries.documents(kind, place.agency, place.at).values()) for kind in registry.kinds()}
    today = place.at.astimezone(place.agency.zone).date()
    context = place.context(
        groups=_groups(place, found),
        acts=acts,
        programs=_programs(place),
        beginning=beginning(place.agency.code, found, today),
    )
    return render(request, "administration/home.html", context)


@dataclass(frozen=True)
class _Programs:
    """How many keys are in force, how many subscriptions work, and whether one is in trouble."""

    keys: int
    subscriptions: int
    paused: int


def _programs(place: Here) -> _Programs:
    good = sum(1 for one in partners.keys_of(place.agency) if one.is_good(at=place.at))
    open_ones = [one for one in integrations.subscriptions_of(place.agency) if one.ended_at is None]
    active = sum(1 for one in open_ones if one.is_active)
    return _Programs(good, active, len(open_ones) - active)


def _groups(place: Here, found: Documents) -> list[tuple[Group, list[_Tile]]]:
    tiles: dict[Group, list[_Tile]] = {group: [] for group in Group}
    for kind in registry.kinds():
        active = sum(1 for row in found[kind.code] if queries.is_active(row))
        tiles[kind.group].append(_Tile(kind, active, place.may_change(kind)))
    return [(group, shown) for group, shown in tiles.items() if shown]
