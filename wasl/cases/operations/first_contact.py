"""Whether the first contact settled the matter: what the first line solves without passing it on, and who comes back.

A matter is finished at the first contact when the first line resolves it for the first time and nobody else had a part
in it: it was referred or raised to nobody, and nothing was asked of the person. It counts no longer when the person
comes back in the same matter within the days of the agency: opens it again, adds to it, or has another case or an
answered inquiry of the same service taken down, by whatever channel.

What turns out to be no return counts as if it had never been, looking back too: the answered inquiry was a slip and is
taken back; the other case is withdrawn, excluded, or turns out to be of another service; who had the case opened again
takes that back. Unless the person came back otherwise within the days, the first contact then has settled the matter.
A case that was opened again and is resolved anew was not settled at the first contact, whoever resolves it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.cases import lines
from wasl.cases.events import ContactedAgain, FinishedAtFirstContact, FirstContactDaysSet, ReturnTakenBack
from wasl.cases.models import Case, FirstContactRule
from wasl.cases.operations.change import Change, lock
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST

MOST_DAYS = 90
REOPENED, INFORMATION, ANOTHER_CASE, INQUIRY = "reopened", "information", "case", "inquiry"
# After any of these more than one contact, or more than one desk, had a part in it.
_PASSED_ON = (
    "CaseReferred",
    "ReferralReturned",
    "OwnerAsked",
    "CaseRaised",
    "BeneficiaryAsked",
    "InformationAdded",
)
# States of a case that nobody asks for any more.
_NO_MORE = ("withdrawn", "spam")


def first_contact_days(agency_id: int) -> int:
    """Within how many days a further contact says that the first one had not settled the matter."""
    row = FirstContactRule.objects.filter(agency_id=agency_id).first()
    return row.days if row is not None else FirstContactRule.USUAL_DAYS


def set_first_contact_days(agency: Agency, *, days: int, by: User | None, at: datetime) -> FirstContactRule:
    """Say within how many days a further contact counts. What was judged before stays. Raises ValueError."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(t("من يوم واحد إلى {n}.", "From 1 to {n} days.", n=MOST_DAYS))
    row: FirstContactRule = FirstContactRule.objects.update_or_create(agency=agency, defaults={"days": days})[0]
    events.publish(FirstContactDaysSet(days), agency_id=agency.pk, by=by, at=at)
    return row


def is_first(case: Case) -> bool:
    """Would resolving the case now be at the first contact? Two statements, of cases at the first line alone."""
    if case.line != FIRST or case.resolved_at is not None or case.reopened_times or events.is_history():
        return False
    if EventRecord.objects.filter(case_id=case.pk, kind__in=_PASSED_ON).exists():
        return False
    if case.beneficiary_id is None or case.service_id is None:
        return True
    theirs = Case.objects.filter(
        agency_id=case.agency_id, beneficiary_id=case.beneficiary_id, service_id=case.service_id
    )
    return not theirs.filter(registered_at__gt=case.registered_at).exists()


def note_finished(change: Change) -> None:
    """Record within the running change that the first contact settled it."""
    row = change.case
    row.first_contact_at = change.at
    line = routing.lines(row.agency_id, change.at)[FIRST]
    change.publish(FinishedAtFirstContact(row.pk, row.unit_id, as_generalist=not lines.finishes_itself(row, line)))


def note_again(change: Change, means: str) -> None:
    """Record within the running change that the person came back, if that is soon enough to count; once a case."""
    row = change.case
    if row.first_contact_at is None or row.contacted_again_at is not None:
        return
    if change.at <= row.first_contact_at + timedelta(days=first_contact_days(row.agency_id)):
        _came_back(change, means, None)


def _came_back(change: Change, means: str, other_case_id: int | None) -> None:
    change.case.contacted_again_at = change.at
    change.publish(ContactedAgain(change.case.pk, means, other_case_id))


def came_back_with(case: Case, *, service_id: int, at: datetime) -> int:
    """A case was taken down, or turned out to be of this service: whose first contact had not settled the matter?

    Gives the number of earlier cases. Moment: that of the registration, however late the service was known.
    """
    if case.beneficiary_id is None:
        return 0
    return came_back(
        case.agency_id,
        beneficiary_id=case.beneficiary_id,
        service_id=service_id,
        means=ANOTHER_CASE,
        other=case,
        came_at=case.registered_at,
        at=at,
    )


@transaction.atomic
def came_back(
    agency_id: int,
    *,
    beneficiary_id: int,
    service_id: int,
    means: str,
    came_at: datetime,
    at: datetime,
    other: Case | None = None,
) -> int:
    """The person came back at `came_at` in a matter of this service: earlier cases of theirs that had been finished at
    the first contact count no longer. Gives their number. Lock: these cases.
    """
    since = came_at - timedelta(days=first_contact_days(agency_id))
    earlier = Case.objects.filter(
        agency_id=agency_id,
        beneficiary_id=beneficiary_id,
        service_id=service_id,
        first_contact_at__gte=since,
        first_contact_at__lte=came_at,
        contacted_again_at__isnull=True,
    )
    if other is not None:
        earlier = earlier.exclude(pk=other.pk)
    found = 0
    for number in list(earlier.order_by("pk").values_list("pk", flat=True)):
        change = Change(lock(number), None, at)
        if change.case.contacted_again_at is None:
            _came_back(change, means, other.pk if other is not None else None)
            change.case.save(update_fields=["contacted_again_at"])
            found += 1
    return found


def note_taken_back(change: Change) -> None:
    """Record within the running change that whoever had the case opened again has taken that back."""
    noted = _noted(change.case)
    if noted is not None and noted.data["means"] == REOPENED:
        _take_back(change, noted)


def was_no_return(case: Case, *, service_id: int | None, at: datetime) -> int:
    """A case is no more, or is of this service: it says nothing of first contacts in other matters any more.

    Gives the number of cases whose first contact holds again. Lock: these cases.
    """
    if case.beneficiary_id is None:
        return 0
    others = _come_back_of(case.agency_id, case.beneficiary_id)
    return _all_taken_back(
        others if service_id is None else others.exclude(service_id=service_id),
        lambda noted: noted.data["means"] == ANOTHER_CASE and noted.data["other_case_id"] == case.pk,
        at=at,
    )


def was_no_inquiry(agency_id: int, *, beneficiary_id: int, service_id: int, came_at: datetime, at: datetime) -> int:
    """The inquiry that was answered at `came_at` was none. Gives the number of cases as `was_no_return` does."""
    return _all_taken_back(
        _come_back_of(agency_id, beneficiary_id).filter(service_id=service_id),
        lambda noted: noted.data["means"] == INQUIRY and noted.at == came_at,
        at=at,
    )


def _come_back_of(agency_id: int, beneficiary_id: int) -> QuerySet[Case]:
    return Case.objects.filter(
        agency_id=agency_id, beneficiary_id=beneficiary_id, first_contact_at__isnull=False,
        contacted_again_at__isnull=False,
    )  # fmt: skip


@transaction.atomic
def _all_taken_back(cases: QuerySet[Case], fits: Callable[[EventRecord], bool], *, at: datetime) -> int:
    found = 0
    for number in list(cases.order_by("pk").values_list("pk", flat=True)):
        change = Change(lock(number), None, at)
        noted = _noted(change.case)
        if noted is not None and fits(noted):
            _take_back(change, noted)
            change.case.save(update_fields=["contacted_again_at"])
            found += 1
    return found


def _noted(case: Case) -> EventRecord | None:
    """The return of the person that counts now."""
    if case.contacted_again_at is None:
        return None
    return EventRecord.objects.filter(case_id=case.pk, kind=ContactedAgain.kind).order_by("-pk").first()


def _take_back(change: Change, noted: EventRecord) -> None:
    """The noted return was none; where the person came back otherwise as well, that counts from its own moment."""
    row = change.case
    row.contacted_again_at = None
    change.publish(ReturnTakenBack(row.pk, noted.data["means"]))
    others = sorted(_other_returns(row, besides=noted), key=lambda one: one[0])
    if others:
        came_at, means, other_case_id = others[0]
        _came_back(change, means, other_case_id)
        row.contacted_again_at = came_at


def _other_returns(case: Case, *, besides: EventRecord) -> Iterable[tuple[datetime, str, int | None]]:
    """Returns in the matter that stand on this case or on others; inquiries are looked for by whoever keeps them."""
    first = case.first_contact_at
    assert first is not None
    until = first + timedelta(days=first_contact_days(case.agency_id))
    own = {"InformationAdded": INFORMATION} | ({} if besides.data["means"] == REOPENED else {"CaseReopened": REOPENED})
    for fact in EventRecord.objects.filter(case_id=case.pk, kind__in=own, at__gt=first, at__lte=until).order_by("pk"):
        yield fact.at, own[fact.kind], None
    if case.beneficiary_id is None or case.service_id is None:
        return
    others = Case.objects.filter(
        agency_id=case.agency_id,
        beneficiary_id=case.beneficiary_id,
        service_id=case.service_id,
        registered_at__gte=first,
        registered_at__lte=until,
    )
    others = others.exclude(pk__in=[case.pk, besides.data["other_case_id"] or 0]).exclude(state__in=_NO_MORE)
    for other in others.order_by("registered_at", "pk")[:1]:
        yield other.registered_at, ANOTHER_CASE, other.pk
