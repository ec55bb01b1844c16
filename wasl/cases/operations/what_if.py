"""What a change of the rules would have done to the cases of the last months. Nothing of it stays."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.cases.operations.trial import tried
from wasl.catalogue.models import Service
from wasl.core.localized import Localized
from wasl.directory.models import Agency
from wasl.routing import queries as routing
from wasl.routing.deciding import Matter
from wasl.routing.importance import Facts, Matrix, importance

LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Shift:
    """So many cases that would go from one place to another (units, classes)."""

    before: Localized
    after: Localized
    count: int


@dataclass(frozen=True)
class WhatIf:
    """What would have come out otherwise, the largest shift first, of how many cases looked at."""

    shifts: tuple[Shift, ...]
    looked_at: int
    since: datetime

    @property
    def count(self) -> int:
        """How many cases would have come out otherwise."""
        return sum(shift.count for shift in self.shifts)


def reroute(change: Callable[[], object], *, agency: Agency, at: datetime) -> WhatIf:
    """How many cases of the last ninety days would have gone to another unit; errors of `change` pass through.

    Judged by service, kind and place as they stand now; cases outside the area go to triage either way.
    """
    since = at - LOOK_BACK
    matters = _matters(agency, since)
    before = routing.units_for(agency, matters, at)
    after = tried(change, lambda: routing.units_for(agency, matters, at))
    moved: Counter[tuple[int, int]] = Counter()
    names = {unit.pk: unit.name for units in (before, after) for unit in units.values()}
    for matter, count in matters.items():
        if before[matter].pk != after[matter].pk:
            moved[before[matter].pk, after[matter].pk] += count
    shifts = tuple(Shift(names[old], names[new], count) for (old, new), count in moved.most_common())
    return WhatIf(shifts, sum(matters.values()), since)


def regrade(change: Callable[[], object], *, agency: Agency, at: datetime) -> WhatIf:
    """How many cases of the last ninety days would have got another class by the matrix; errors pass through.

    The classes that staff set by hand are not looked at: this compares what the matrix says with what it would say.
    """
    since = at - LOOK_BACK
    rows = Case.objects.filter(agency=agency, registered_at__gte=since)
    told = list(rows.values_list("service_id", "importance_facts"))
    starts = dict(Service.objects.filter(agency=agency).values_list("pk", "priority"))
    before = routing.matrix(agency, at)
    after, new_starts = tried(
        change,
        lambda: (
            routing.matrix(agency, at),
            dict(Service.objects.filter(agency=agency).values_list("pk", "priority")),
        ),
    )
    moved: Counter[tuple[str, str]] = Counter()
    for service_id, facts in told:
        old, new = _class(starts.get(service_id), facts, before), _class(new_starts.get(service_id), facts, after)
        if old != new:
            moved[old, new] += 1
    words = workflow.IMPORTANCE
    shifts = tuple(Shift(words[old], words[new], count) for (old, new), count in moved.most_common())
    return WhatIf(shifts, len(told), since)


def _class(start: str | None, facts: dict[str, Any], matrix: Matrix) -> str:
    return importance(start, Facts.read(facts), matrix).code


def _matters(agency: Agency, since: datetime) -> dict[Matter, int]:
    rows = Case.objects.filter(agency=agency, registered_at__gte=since, outside_area=False)
    named = ("service_id", "service__category_id", "kind", "wilayat_id", "governorate_id")
    found: dict[Matter, int] = {}
    for *values, count in rows.values_list(*named).annotate(Count("id")).order_by():
        found[Matter(*values)] = count
    return found
