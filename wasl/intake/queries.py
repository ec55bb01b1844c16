"""Questions about what came in."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from wasl.accounts.models import User
from wasl.cases.models import Case
from wasl.core import keys, references
from wasl.core.refusal import Refusal
from wasl.directory.models import Agency
from wasl.intake.dispositions import UNSERVED
from wasl.intake.models import DeskDraft, Disposition, DispositionQuerySet, Submission
from wasl.places import queries as places
from wasl.places.models import Wilayat

# How long somebody who took a case down still has its slip at hand, wherever the case went.
HANDED_OVER_FOR = timedelta(minutes=10)
OWN_FOR = timedelta(hours=24)
# By what the sums of answered contacts may be taken apart.
PARTS = ("channel", "unit", "category", "service", "outcome", "kind")


def case_of_key(agency: Agency, *, door: str, key: str) -> Case | None:
    """The case an earlier sending with this key made, whenever that was."""
    submission = Submission.objects.filter(agency=agency, door=door, key=key).select_related("case__agency").first()
    return submission.case if submission else None


def notice_read(case: Case) -> tuple[str, datetime] | None:
    """Which text about personal data was read out when the case was taken down, and when; None if none was."""
    row = Submission.objects.filter(case=case, notice_read_at__isnull=False).order_by("pk").first()
    return (row.notice_code, row.notice_read_at) if row and row.notice_read_at else None


def places_to_offer(agency: Agency) -> list[tuple[str, list[Wilayat]]]:
    """All governorates with their wilayats, those the agency answers for before the others."""

    def is_beyond(branch: tuple[str, list[Wilayat]]) -> bool:
        return not any(agency.answers_for(wilayat.governorate.code) for wilayat in branch[1][:1])

    return sorted(places.place_tree(), key=is_beyond)


def dispositions(
    agency_id: int, *, from_at: datetime, to_at: datetime, unit_ids: Collection[int] | None = None
) -> DispositionQuerySet:
    """The contacts answered on the spot from one moment until, not including, another; of some units or of all."""
    found = Disposition.objects.counted().filter(agency_id=agency_id, at__gte=from_at, at__lt=to_at)
    return found if unit_ids is None else found.filter(unit_id__in=unit_ids)


def disposition_sums(
    agency_id: int,
    *,
    from_at: datetime,
    to_at: datetime,
    by: str = "channel",
    unit_ids: Collection[int] | None = None,
) -> dict[Any, int]:
    """How many contacts were answered, taken apart by one of `PARTS`; the total is the sum of its parts.

    Who was cut off or had dialled wrongly was not served, and counts only where the parts are the outcomes.
    """
    if by not in PARTS:
        raise ValueError(f"No part of contacts: {by}")
    found = dispositions(agency_id, from_at=from_at, to_at=to_at, unit_ids=unit_ids)
    if by != "outcome":
        found = found.exclude(outcome__in=UNSERVED)
    return dict(found.values_list(by).annotate(n=Count("id")).order_by(by))


def contacts_of(user: User, *, agency: Agency, from_at: datetime, to_at: datetime) -> list[Disposition]:
    """The contacts one person has answered on the spot, the newest first."""
    own = Disposition.objects.filter(agency=agency, by=user, at__gte=from_at, at__lt=to_at)
    return list(own.select_related("category", "service", "beneficiary", "case").order_by("-at", "-pk")[:300])


def own_contact(user: User, public_id: str, *, agency: Agency) -> Disposition | None:
    """One contact this person has answered; None as if it did not exist."""
    own = Disposition.objects.filter(agency=agency, by=user, public_id=public_id)
    return own.select_related("category", "service", "beneficiary", "case").first()


def contact_by_id(number: int) -> Disposition | None:
    """One contact that was answered on the spot; None when it was taken back."""
    return Disposition.objects.filter(pk=number, withdrawn_at__isnull=True).first()


def withdrawn_contact(number: int) -> Disposition | None:
    """One contact that was taken back; None for any other."""
    return Disposition.objects.filter(pk=number, withdrawn_at__isnull=False).first()


def contacts_since(beneficiary_id: int, *, service_id: int, since: datetime) -> list[Disposition]:
    """The contacts of a person about a service that were answered on the spot since then, the oldest first."""
    found = Disposition.objects.counted().filter(beneficiary_id=beneficiary_id, service_id=service_id, at__gte=since)
    return list(found.order_by("at", "pk"))


def contacts_with(beneficiary_id: int, *, agency: Agency, limit: int = 3) -> list[Disposition]:
    """The latest contacts of a person that were answered on the spot."""
    found = Disposition.objects.counted().filter(agency=agency, beneficiary_id=beneficiary_id)
    return list(found.select_related("category", "service").order_by("-at", "-pk")[:limit])


def people_answered(agency_id: int, *, since: datetime) -> QuerySet[Disposition]:
    """The numbers of people who were answered on the spot since then (a subquery)."""
    told = Disposition.objects.filter(agency_id=agency_id, at__gte=since, beneficiary__isnull=False)
    return told.values("beneficiary_id")  # type: ignore[return-value]


def registered_by(user: User, *, agency: Agency, from_at: datetime, to_at: datetime) -> list[Case]:
    """The cases one person has taken down, the newest first; complaints about staff are closed to them by then."""
    own = Case.objects.filter(agency=agency, registered_by=user, registered_at__gte=from_at, registered_at__lt=to_at)
    own = own.filter(compartment__isnull=True)
    return list(own.select_related("service", "unit", "beneficiary").order_by("-registered_at", "-pk")[:300])


def desk_draft(owner: User, key: str, *, at: datetime) -> DeskDraft | None:
    """The draft of this key if it is this person's own and its day is not over; with the case it became."""
    own = DeskDraft.objects.filter(owner=owner, key=key, expires_at__gt=at)
    return own.select_related("case").first()


def newest_draft(owner: User, *, agency: Agency, at: datetime) -> DeskDraft | None:
    """What this person typed last and has not sent."""
    own = DeskDraft.objects.filter(owner=owner, agency=agency, case__isnull=True, expires_at__gt=at)
    return own.order_by("-saved_at", "-pk").first()


def draft_values(draft: DeskDraft) -> dict[str, Any]:
    """What was typed; nothing once it became a case, or where the key it was sealed with is gone."""
    if not draft.sealed:
        return {}
    try:
        values: dict[str, Any] = json.loads(keys.unseal(draft.sealed))
    except (Refusal, keys.SealBroken, ValueError):
        return {}
    return values


def taken_down(user: User, number: str, *, agency: Agency, at: datetime) -> Case | None:
    """A case this person has registered within a day, or added somebody's words to; None as if it did not exist."""
    reference = references.parse(number)
    if reference is None:
        return None
    cases = Case.objects.filter(agency=agency, digits=reference.digits)
    since = at - OWN_FOR
    added = DeskDraft.objects.filter(owner=user, case__isnull=False, saved_at__gte=since).values("case_id")
    own = cases.filter(Q(registered_by=user, registered_at__gte=since) | Q(pk__in=added))
    # Of a complaint about staff the number is handed over, and then it is closed to whoever took it down.
    own = own.filter(Q(compartment__isnull=True) | Q(registered_at__gte=at - HANDED_OVER_FOR))
    return own.select_related("agency", "unit", "service", "beneficiary", "wilayat", "merged_into").first()
