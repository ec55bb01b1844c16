"""Who asked for what: classes changed by hand and hardships that were stated, for the weekly review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.cases import workflow
from wasl.cases.models import Case, CaseEntry
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.routing.importance import CLASSES, HARDSHIPS, steps

# More than anybody reviews in a week; the page says when there are more.
MOST = 500


@dataclass(frozen=True)
class Change:
    """One class that somebody changed by hand."""

    case: Case
    by: User | None
    at: datetime
    before: str
    after: str
    computed: str
    reason: str

    @property
    def words(self) -> tuple[Localized, Localized]:
        """The class before and after."""
        return workflow.IMPORTANCE[self.before], workflow.IMPORTANCE[self.after]

    @property
    def computed_words(self) -> Localized | str:
        """The class of the matrix at that moment; empty for facts of before it was written down."""
        return workflow.IMPORTANCE.get(self.computed, "")

    @property
    def is_raised(self) -> bool:
        """Was it made graver?"""
        return CLASSES.index(self.after) < CLASSES.index(self.before)

    @property
    def is_far(self) -> bool:
        """Does it stand two classes or more from the computed one, so that a supervisor had to do it?"""
        return self.computed in CLASSES and steps(self.computed, self.after) > 1


@dataclass(frozen=True)
class Hardship:
    """One case that was registered with a hardship."""

    case: Case
    reason: Localized


def changes(
    cases: QuerySet[Case], agency_ids: Iterable[int], *, since: datetime, before: datetime, most: int = MOST
) -> list[Change]:
    """Classes of the given cases that somebody changed by hand in this time, the newest first. Five statements."""
    records = list(
        EventRecord.objects.filter(
            agency_id__in=list(agency_ids), kind="CaseImportanceChanged", at__gte=since, at__lt=before
        )
        .exclude(data__by_hand=False)
        .order_by("-at", "-pk")[:most]
    )
    seen = cases.filter(pk__in={one.case_id for one in records}).select_related("unit", "service")
    known = {case.pk: case for case in seen}
    people = User.objects.in_bulk({one.actor_id for one in records if one.actor_id})
    entries = CaseEntry.objects.filter(event_id__in=[one.pk for one in records])
    reasons = dict(entries.values_list("event_id", "text"))
    return [_change(one, known[one.case_id], people, reasons) for one in records if one.case_id in known]


def _change(record: EventRecord, case: Case, people: dict[int, User], reasons: dict[int, str]) -> Change:
    told = record.data
    return Change(
        case,
        people.get(record.actor_id or 0),
        record.at,
        told["importance_before"],
        told["importance"],
        told.get("computed", ""),
        reasons.get(record.pk, ""),
    )


def hardships(cases: QuerySet[Case], *, since: datetime, before: datetime, most: int = MOST) -> list[Hardship]:
    """Cases of the given ones registered in this time with a hardship, the newest first."""
    found = cases.filter(registered_at__gte=since, registered_at__lt=before, importance_facts__has_key="hardship")
    rows = found.select_related("unit", "registered_by").order_by("-registered_at", "-pk")[:most]
    return [
        Hardship(row, both(*HARDSHIPS[code])) for row in rows if (code := row.importance_facts["hardship"]) in HARDSHIPS
    ]
