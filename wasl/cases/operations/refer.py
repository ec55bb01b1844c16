"""Who has the case: referral to a unit, the unit's answer, the person in it."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import queries
from wasl.cases.events import CaseAssigned, CaseReferred, ReferralAccepted, ReferralReturned
from wasl.cases.models import Case, Referral
from wasl.cases.operations.change import Missing, changing, needed
from wasl.cases.operations.clocks import resume_clocks, stop_clocks
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.models import Unit


def refer(
    case: Case, *, to_unit: Unit, reason: str, by: User | None, at: datetime, version: int | None = None
) -> Referral:
    """Hand the case to a unit of the same agency with what it should do. Ends an unanswered referral before it."""
    if to_unit.agency_id != case.agency_id:
        raise Missing(t("اختر وحدة من الجهة نفسها.", "Choose a unit of the same agency."))
    with changing(case, "refer", by=by, at=at, version=version) as change:
        row = change.case
        _end_open_referral(row, by=by, at=at)
        referral = Referral.objects.create(
            agency_id=row.agency_id,
            case=row,
            from_unit_id=row.unit_id,
            to_unit=to_unit,
            made_at=at,
            made_by=by,
            reason=reason.strip(),
        )
        from_unit_id, row.unit_id, row.assignee = row.unit_id, to_unit.pk, None
        stop_clocks(row, "acknowledge", "refer", at=at)
        resume_clocks(row, at=at)
        change.units.add(to_unit.pk)
        change.publish(CaseReferred(row.pk, from_unit_id, to_unit.pk), text=reason)
    return referral


def accept_referral(
    case: Case, *, by: User, at: datetime, version: int | None = None, assignee: User | None = None
) -> None:
    """The unit takes the case. Stops the clock of the acknowledgement."""
    with changing(case, "accept", by=by, at=at, version=version) as change:
        row = change.case
        row.referrals.filter(answer="").update(answer="accepted", answered_at=at, answered_by=by)
        stop_clocks(row, "acknowledge", at=at)
        change.publish(ReferralAccepted(row.pk, row.unit_id))
        if assignee is not None:
            _must_work_in_its_unit(assignee, row, at=at)
            row.assignee = assignee
            change.publish(CaseAssigned(row.pk, assignee.pk))


def return_referral(case: Case, *, reason: str, by: User, at: datetime, version: int | None = None) -> None:
    """The unit says "not ours", with the reason; the case goes back to the triage unit to find its owner."""
    words = needed(reason, "اكتب سبب الإعادة.", "Say why it is returned.")
    with changing(case, "return", by=by, at=at, version=version) as change:
        row = change.case
        # Also one that was accepted first: what counts is the unit's last word.
        latest = row.referrals.order_by("-id")[:1].values("pk")
        row.referrals.filter(pk__in=latest).update(
            answer="returned", answered_at=at, answered_by=by, answer_reason=words
        )
        triage = directory.triage_unit(row.agency)
        from_unit_id, row.unit_id, row.assignee = row.unit_id, triage.pk, None
        change.units.add(triage.pk)
        change.publish(ReferralReturned(row.pk, from_unit_id, triage.pk), text=words)


def assign(case: Case, *, to: User | None, by: User, at: datetime, version: int | None = None) -> None:
    """Give the case to a person of its unit, or to nobody."""
    with changing(case, "assign", by=by, at=at, version=version) as change:
        if to is not None:
            _must_work_in_its_unit(to, change.case, at=at)
        change.case.assignee = to
        change.publish(CaseAssigned(change.case.pk, to.pk if to else None))


def _must_work_in_its_unit(person: User, case: Case, *, at: datetime) -> None:
    # Asked of the locked row: the case may have gone to another unit since the page was made.
    if person not in queries.assignable_people(case, at=at):
        raise Missing(t("اختر شخصاً من الوحدة المسؤولة.", "Choose somebody of the responsible unit."))


def _end_open_referral(case: Case, *, by: User | None, at: datetime) -> None:
    # Referred onward before the unit answered: the open referral ends as returned, without blame in its reason.
    case.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=by)
