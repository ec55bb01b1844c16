"""What one person may see of a case beyond its bare course: words between colleagues, the beneficiary, other cases."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.cases import queries, seen, timeline
from wasl.cases.models import Case, CaseFile
from wasl.core import clock
from wasl.desk.people import staff
from wasl.directory.doors import may_now
from wasl.directory.rights import Right


@dataclass(frozen=True)
class Sight:
    """Which veils are lifted for a person: `notes` for words and files between colleagues, `contact` for who the
    beneficiary is.

    `privacy`: may the person record what the beneficiary asks about their data?
    """

    person: User
    notes: bool
    contact: bool
    privacy: bool = False


def sight_of(request: HttpRequest, case: Case) -> Sight:
    """What the person of this session may see of this case now."""

    def lifted(right: Right) -> bool:
        return may_now(request, right, agency_id=case.agency_id, unit_id=case.unit_id, assignee_id=case.assignee_id)

    return Sight(
        staff(request),
        notes=lifted(Right.READ_NOTES),
        contact=lifted(Right.READ_CONTACT),
        privacy=lifted(Right.ASK_PRIVACY),
    )


def items_seen(case: Case, sight: Sight, facts: timeline.Facts | None = None) -> list[timeline.Item]:
    """The timeline, newest first. Without the right to notes it has no notes, and only words that the public reads."""
    return seen.items_seen(case, sight.person, at=clock.now(), notes=sight.notes, facts=facts)


def files_seen(case: Case, sight: Sight, facts: timeline.Facts | None = None) -> list[CaseFile]:
    """The photos and documents, oldest first; without the right to notes only those the public may see."""
    return seen.files_seen(case, notes=sight.notes, facts=facts)


def visible_numbers(request: HttpRequest, cases: Iterable[Case]) -> frozenset[int]:
    """Which of these cases the person may open, as inner numbers; one statement, none for no cases."""
    wanted = [case.pk for case in cases]
    if not wanted:
        return frozenset()
    visible = queries.visible_to(staff(request), at=clock.now()).filter(pk__in=wanted)
    return frozenset(visible.values_list("pk", flat=True))
