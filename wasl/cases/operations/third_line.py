"""Beyond the units: what is raised to the third line and decided there, and whose a case is after two refusals."""

from collections.abc import Mapping
from datetime import datetime

from wasl.accounts.models import User
from wasl.calendars import queries as calendars
from wasl.cases import lines
from wasl.cases.events import CaseRaised, OwnerDecided, RaiseDecided, ReplyWritten
from wasl.cases.models import Case, OwnerDecision, Raise, Referral
from wasl.cases.operations.change import Missing, changing, needed
from wasl.cases.operations.clocks import beneficiary_hears
from wasl.cases.operations.refer import hand_to, must_be_whole, told
from wasl.cases.operations.telling import tell_staff
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.core.text import clean
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.routing import queries as routing
from wasl.routing.lines import SECOND, THIRD


def raise_case(
    case: Case,
    *,
    to_unit: Unit,
    question: str,
    by: User,
    at: datetime,
    handed: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Raise:
    """Raise the case to the third line with the question to decide; the work rests until then, the clocks run on.

    `handed` as with a referral; under "tried" stands what the unit did so far. Raises Missing with what is missing.
    """
    words = needed(question, "اكتب السؤال المطلوب البت فيه.", "Write the question that is to be decided.")
    with changing(case, "raise", by=by, at=at, version=version) as change:
        row, three = change.case, routing.lines(case.agency_id, at)
        if to_unit.pk not in {unit.pk for unit in lines.raisable_units(row, at)}:
            raise Missing(
                t(
                    "اختر الإدارة التي تتبعها الوحدة، أو لجنة، أو جهة خارجية.",
                    "Choose the management above the unit, a committee or an outside body.",
                )
            )
        given = told(handed)
        if not events.is_history():
            must_be_whole(row, three[SECOND], given)
        raised = Raise.objects.create(
            agency_id=row.agency_id,
            case=row,
            from_unit_id=row.unit_id,
            to_unit=to_unit,
            raised_at=at,
            raised_by=by,
            question=words,
            handed={item: text for item, text in given.items() if text},
            due_at=calendars.working_time(agency_id=row.agency_id).add_working_days(at, three[THIRD].decide_days),
        )
        row.unit_id, row.assignee, row.line = to_unit.pk, None, THIRD
        change.units.add(to_unit.pk)
        change.publish(CaseRaised(row.pk, raised.from_unit_id, to_unit.pk, raised.due_at.isoformat()), text=words)
        tell_staff(
            change,
            lines.deciders(raised, three[THIRD], at) or lines.follow_up(row.agency, at).people,
            kind="raised",
            key=f"raised {raised.pk}",
            title=both(f"رُفع إليكم للقرار: {row.reference}", f"Raised to you for a decision: {row.reference}"),
            body=both(
                f"من {raised.from_unit.name.in_language('ar')}.", f"By {raised.from_unit.name.in_language('en')}."
            ),
        )
    return raised


def decide(
    case: Case,
    *,
    decision: str,
    stays: bool,
    by: User,
    at: datetime,
    public: str = "",
    version: int | None = None,
) -> None:
    """Decide what was raised, with the reasons. The case goes back to the unit that raised it, or `stays` here.

    `public`: what the beneficiary is told of it, if anything.
    """
    words = needed(decision, "اكتب القرار وأسبابه.", "Write the decision and its reasons.")
    with changing(case, "decide", by=by, at=at, version=version) as change:
        row = change.case
        raised = Raise.objects.select_related("from_unit").get(case=row, outcome="")
        raised.outcome = Raise.Outcome.STAYS if stays else Raise.Outcome.BACK
        raised.decision, raised.decided_at, raised.decided_by = words, at, by
        raised.save(update_fields=["outcome", "decision", "decided_at", "decided_by"])
        if not stays:
            row.unit_id, row.assignee = raised.from_unit_id, None
            row.line = routing.line_of(raised.from_unit, at)
        change.units.add(raised.from_unit_id)
        change.publish(RaiseDecided(row.pk, raised.to_unit_id, row.unit_id, stays), text=words)
        if clean(public):
            beneficiary_hears(row, at=at)
            change.publish(ReplyWritten(row.pk), text=public, public=True)
        asking = [raised.raised_by] if raised.raised_by is not None else []
        tell_staff(
            change,
            [one for person in asking for one in directory.in_place_of(person, unit=raised.from_unit, at=at)],
            kind="raised",
            key=f"decided {raised.pk}",
            title=both(f"صدر القرار: {row.reference}", f"Decided: {row.reference}"),
            body=both("بقي الطلب لدى الخط الثالث.", "The case stays with the third line.")
            if stays
            else both("عاد الطلب إلى وحدتكم.", "The case is back with your unit."),
        )


def decide_owner(
    case: Case, *, unit: Unit, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Say whose the case is after two refusals; it goes there, and that unit cannot return it any more."""
    words = needed(reason, "اكتب سبب الحسم.", "Say why it is theirs.")
    if unit.agency_id != case.agency_id or unit.is_triage or not unit.is_valid(at=at):
        raise Missing(t("اختر وحدة قائمة من الجهة نفسها.", "Choose a standing unit of the same agency."))
    with changing(case, "decide_owner", by=by, at=at, version=version) as change:
        row = change.case
        said = OwnerDecision.objects.filter(case=row, unit__isnull=True).first()
        said = said or OwnerDecision(agency_id=row.agency_id, case=row, asked_at=at)
        said.unit, said.reason, said.decided_at, said.decided_by = unit, words, at, by
        said.save()
        change.publish(OwnerDecided(row.pk, unit.pk), text=words)
        return hand_to(change, unit, reason="")
