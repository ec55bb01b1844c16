"""Complaints about staff: into the closed compartment, who it is about by name, and out of it with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import compartment
from wasl.cases.accused import Accused
from wasl.cases.events import AccusedNamed, StaffComplaintLifted, StaffComplaintOpened
from wasl.cases.models import Case, OwnerDecision, Raise, Referral
from wasl.cases.operations.change import Change, Missing, changing, lock, needed
from wasl.cases.operations.clocks import start_anew, stop_clocks
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.core.text import clean
from wasl.directory import operations as directory_operations
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.routing import queries as routing
from wasl.tasks import operations as tasks

ROUTE = both("شكوى على موظف", "A complaint about staff")
# What goes by mail does not tell what it is about.
_WAITS = both("طلب مغلق ينتظر وحدتكم", "A closed case waits for your unit")
_LOOK = both("لا يراه غير أعضاء الوحدة. افتحه لتتولاه.", "Only members of the unit see it. Open it to take it up.")
_NOBODY = both("طلب مغلق لا وحدة تتولاه", "A closed case that no unit handles")
_CHOOSE = both(
    "تُختار في إعداد الوحدات وحدة ثانية تقف خارج خط المعني، فيُعاد توجيهه عند تسميته.",
    "A second unit outside the line concerned has to be chosen in the set-up of units; naming them again sends it on.",
)


@dataclass(frozen=True)
class AboutStaff:
    """Whom a complaint is about, as far as it is known: the citizen's words, people and units by name."""

    words: str = ""
    people: tuple[User, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Destination:
    """The unit where a complaint about staff is closed in; `chosen` False: nobody outside the line was left."""

    unit: Unit
    chosen: bool


def destination(agency: Agency, rows: Iterable[Accused], *, at: datetime) -> Destination:
    """Where a complaint about these goes, by the rule of `compartment`."""
    unit = compartment.choose(agency, compartment.targets_of(rows, at), at=at)
    return Destination(unit or directory.triage_unit(agency), unit is not None)


def rows_of(case: Case, about: AboutStaff, *, by: User | None, at: datetime) -> list[Accused]:
    """The rows, not yet written, of those a case is about; one without a name where only words tell."""
    named: list[dict[str, int]] = [{"user_id": one.pk} for one in about.people]
    named += [{"unit_id": one.pk} for one in about.units]
    words = clean(about.words)
    return [
        Accused(agency_id=case.agency_id, case=case, words="" if number else words, set_by=by, set_at=at, **who)
        for number, who in enumerate(named or [{}])
    ]


def close_in(case: Case, where: Destination) -> None:
    """Put an unsaved or locked case into the compartment of a unit."""
    case.unit, case.compartment, case.confidential = where.unit, where.unit, True
    case.assignee, case.route_reason = None, dict(ROUTE)


def opened(change: Change, rows: list[Accused], where: Destination, *, from_unit_id: int | None = None) -> None:
    """Write down that the case is in the compartment, and tell those who have to act: people of the unit by a neutral
    word, the auditors where the agency has nobody for it.
    """
    case, at = change.case, change.at
    Accused.objects.bulk_create(rows)
    if where.unit.staff_complaints is None:
        directory_operations.take_staff_complaints(where.unit, 0, by=None, at=at)
    change.publish(StaffComplaintOpened(case.pk, where.unit.pk, from_unit_id, where.chosen))
    alerts.alert(
        agency=case.agency,
        people=compartment.watching(case, at),
        kind="closed_case",
        title=_WAITS if where.chosen else _NOBODY,
        body=_LOOK if where.chosen else _CHOOSE,
        at=at,
        case_id=case.pk,
        reference=case.digits,
        dedupe_key=f"compartment {case.pk} {where.unit.pk} {at.isoformat()}",
    )


def tell_of_staff(case: Case, about: AboutStaff, *, by: User, at: datetime, version: int | None = None) -> Destination:
    """Say that an open case is about staff: from this moment it is closed to all but those whom the compartment opens.

    Raises Missing where neither words nor a name tell whom it is about.
    """
    if not (clean(about.words) or about.people or about.units):
        raise Missing(t("اكتب على من الشكوى، أو اختر اسمه أو وحدته.", "Say whom it is about, or choose them."))
    _check(case.agency_id, about, at)
    with changing(case, "tell_of_staff", by=by, at=at, version=version) as change:
        rows = rows_of(change.case, about, by=by, at=at)
        where = destination(change.case.agency, rows, at=at)
        _move(change, rows, where)
    return where


def name_accused(case: Case, about: AboutStaff, *, by: User, at: datetime, version: int | None = None) -> Destination:
    """Say by name whom a complaint in the compartment is about. Where the unit that has it stands in their line, it
    goes on to the next one at once.
    """
    if not (about.people or about.units):
        raise Missing(t("اختر الموظف أو الوحدة.", "Choose the person or the unit."))
    _check(case.agency_id, about, at)
    with changing(case, "name_accused", by=by, at=at, version=version) as change:
        row = change.case
        fresh = rows_of(row, about, by=by, at=at)
        targets = compartment.targets_of([*_still_accused(row), *fresh], at)
        unit = row.compartment
        if unit is not None and compartment.may_keep(unit, targets, at=at):
            Accused.objects.bulk_create(fresh)
            for joined in row.duplicates.all():
                _name_for(joined, fresh)
            where = Destination(unit, True)
        else:
            chosen = compartment.choose(row.agency, targets, at=at)
            where = Destination(chosen or directory.triage_unit(row.agency), chosen is not None)
            _move(change, fresh, where)
        for one in fresh:
            change.publish(AccusedNamed(row.pk, one.pk))
    return where


def lift_staff_complaint(
    case: Case, *, reason: str, unit: Unit, by: User, at: datetime, version: int | None = None
) -> None:
    """Take a case out of the compartment: it is not about staff, or need not be closed any more. It goes on with the
    unit given, open to its usual line. The reason stays a word between colleagues. Raises Missing.
    """
    words = needed(reason, "اكتب سبب إخراجها من الدائرة المغلقة.", "Say why it leaves the closed compartment.")
    if unit.agency_id != case.agency_id or not unit.is_valid(at=at):
        raise Missing(t("اختر وحدة قائمة من الجهة نفسها.", "Choose a standing unit of the same agency."))
    with changing(case, "lift_compartment", by=by, at=at, version=version) as change:
        row = change.case
        # Told while it is still closed, so that only those hear who heard of it before.
        change.publish(StaffComplaintLifted(row.pk, unit.pk), text=words)
        Accused.objects.filter(case=row, ended_at__isnull=True).update(ended_at=at)
        for one in [row, *Case.objects.select_for_update().filter(merged_into=row).select_related(None).order_by("pk")]:
            one.compartment = None
            one.confidential = one.service is not None and one.service.confidential
            if one != row:
                Accused.objects.filter(case=one, ended_at__isnull=True).update(ended_at=at)
                one.version, one.updated_at = one.version + 1, at
                one.save()
        _hand(change, unit)


def settle_anew(case: Case, *, at: datetime) -> Destination | None:
    """If the unit that has an open complaint came to stand in the line of whoever it is about, as they joined it or
    lead it or something above it now, or nobody is left there who may see it: send it on by the rule of `compartment`,
    as when they are named. None where it stays.
    """
    with transaction.atomic():
        row = lock(case)
        if row.compartment is None or not row.is_open or row.merged_into_id is not None:
            return None
        targets = compartment.targets_of(_still_accused(row), at)
        if compartment.may_keep(row.compartment, targets, at=at):
            return None
        chosen = compartment.choose(row.agency, targets, at=at)
        where = Destination(chosen or directory.triage_unit(row.agency), chosen is not None)
        if where.unit == row.compartment:
            return None
        with changing(row, "name_accused", by=None, at=at) as change:
            _move(change, [], where)
    return where


def _still_accused(case: Case) -> list[Accused]:
    return [one for one in compartment.accused_of(case) if one.ended_at is None]


def _check(agency_id: int, about: AboutStaff, at: datetime) -> None:
    strangers = any(one.agency_id != agency_id for one in about.units)
    ours = {one.user_id for one in directory.members_of_agency(agency_id, at)} if about.people else set()
    if strangers or any(one.pk not in ours for one in about.people):
        raise Missing(t("اختر من موظفي الجهة ووحداتها.", "Choose among the people and units of the agency."))


def _move(change: Change, rows: list[Accused], where: Destination) -> None:
    case, before = change.case, change.case.unit_id
    Raise.objects.filter(case=case, outcome="").update(
        outcome=Raise.Outcome.BACK, decided_at=change.at, decided_by=change.by
    )
    OwnerDecision.objects.filter(case=case, unit__isnull=True).delete()
    close_in(case, where)
    change.units.clear()
    _hand(change, where.unit)
    opened(change, rows, where, from_unit_id=before)
    _take_followers_along(change, rows, where)
    tasks.move_case(case.pk, unit=where.unit)
    alerts.withdraw(case.pk, besides=[person.pk for person in compartment.watching(case, change.at)])


def _take_followers_along(change: Change, rows: list[Accused], where: Destination) -> None:
    """What had joined the case tells the same story: it is closed with it, and about the same people."""
    for one in Case.objects.select_for_update().filter(merged_into=change.case).order_by("pk"):
        _name_for(one, rows)
        close_in(one, where)
        one.version += 1
        one.updated_at = change.at
        one.save()
        tasks.move_case(one.pk, unit=where.unit)
        alerts.withdraw(one.pk, besides=[])


def _name_for(one: Case, rows: list[Accused]) -> None:
    Accused.objects.bulk_create(
        Accused(
            agency_id=row.agency_id,
            case=one,
            user_id=row.user_id,
            unit_id=row.unit_id,
            words=row.words,
            set_by=row.set_by,
            set_at=row.set_at,
        )
        for row in rows
    )


def _hand(change: Change, unit: Unit) -> None:
    """Give the case to the unit as if it had been referred there; who is complained of reads no reason of it."""
    case, at = change.case, change.at
    case.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=change.by)
    case.unit, case.assignee, case.line = unit, None, routing.line_of(unit, at)
    if not case.is_open:
        return
    stop_clocks(case, "refer", at=at)
    if unit.is_triage:
        return
    stop_clocks(case, "acknowledge", at=at)
    Referral.objects.create(agency_id=case.agency_id, case=case, to_unit=unit, made_at=at, made_by=None)
    start_anew(case, "accept", at=at)
    if case.state == "pending_beneficiary":
        case.state_before = "referred"  # where it goes on after the answer
    else:
        change.move_to("referred")
