"""Working a case: acknowledge, classify, start, schedule, ask, resolve, reject, close, reopen."""

from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.cases import importance as classes
from wasl.cases import queries, workflow
from wasl.cases.appeals import REOPEN_DAYS as REOPEN_DAYS
from wasl.cases.events import (
    BeneficiaryAnswered,
    BeneficiaryAsked,
    CaseAcknowledged,
    CaseClassified,
    CaseClosed,
    CaseExcluded,
    CaseImportanceChanged,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
    WorkScheduled,
    WorkStarted,
)
from wasl.cases.models import Case
from wasl.cases.operations import first_contact
from wasl.cases.operations.change import Change, Missing, changing, needed
from wasl.cases.operations.clocks import beneficiary_hears, go_on, promise_anew, start_clocks, stop_clocks
from wasl.cases.operations.take import Ahead, taking
from wasl.cases.operations.talk import attach
from wasl.catalogue.models import Service
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.routing import queries as routing
from wasl.routing.lines import THIRD


class TooLate(ValueError):
    """The time for reopening has passed."""


def acknowledge(case: Case, *, by: User | None, at: datetime, version: int | None = None) -> None:
    """Staff have seen the case; stops the clock of the acknowledgement."""
    with changing(case, "acknowledge", by=by, at=at, version=version) as change:
        stop_clocks(change.case, "acknowledge", at=at)
        change.publish(CaseAcknowledged(change.case.pk))


def classify(
    case: Case, *, kind: str, service: Service | None, by: User, at: datetime, version: int | None = None
) -> None:
    """Say what kind and which service it is. The promises of the new service count from the registration."""
    if kind not in workflow.KINDS or (service is not None and service.agency_id != case.agency_id):
        raise Missing(t("اختر النوع والخدمة من القائمة.", "Choose kind and service from the list."))
    with changing(case, "classify", by=by, at=at, version=version) as change:
        row, is_another = change.case, change.case.service_id != (service.pk if service else None)
        before = row.importance
        row.kind, row.service, row.service_proposed = kind, service, False
        if is_another:  # else the class may be one that a person set with a reason
            _take_class_of(row, service, at)
        if row.state in workflow.BEFORE_UNIT:
            change.move_to("triage")
        promise_anew(row, at=at)
        stop_clocks(row, "acknowledge", at=at)
        change.publish(CaseClassified(row.pk, kind, row.service_id, row.importance))
        if row.importance != before:
            anew = CaseImportanceChanged(row.pk, before, row.importance, computed=row.importance, by_hand=False)
            change.publish(anew)


def _take_class_of(case: Case, service: Service | None, at: datetime) -> None:
    """Compute the class for another service. A class set by hand stands while the matrix still gives the class against
    which its reason was written; where the matrix gives another, the reason has lost its ground and the matrix counts.
    """
    was_computed = classes.computed(case)
    case.importance_facts = _weighed_anew(case, service)
    case.confidential = case.compartment_id is not None or (service is not None and service.confidential)
    importance = routing.classify(case.agency, service, case.importance_facts, at)
    if importance.code != was_computed or case.importance == was_computed:
        case.importance = importance.code
    case.importance_reasons = classes.reasons_of(importance)


def _weighed_anew(case: Case, service: Service | None) -> dict[str, Any]:
    """The facts of the case for another service: how often that was reported before is counted as at a registration."""
    counted = queries.repeats(
        agency=case.agency,
        kind=case.kind,
        service_id=service.pk if service is not None else None,
        at=case.registered_at,
        lat=case.lat,
        lon=case.lon,
        person=case.beneficiary,
        besides=case.pk,
    )
    return {**{name: value for name, value in case.importance_facts.items() if name != "repeats"}, **counted}


def change_importance(
    case: Case, *, importance: str, reason: str, by: User, at: datetime, version: int | None = None
) -> None:
    """Raise or lower the class, always with a reason; more than one class from the computed one is for supervisors.

    Raises Missing with the sentence. The right to go one class is asked at the door.
    """
    words = needed(reason, "اكتب سبب تغيير درجة الأهمية.", "Say why the class changes.")
    if importance not in workflow.IMPORTANCE:
        raise Missing(t("اختر درجة من القائمة.", "Choose a class from the list."))
    with changing(case, "change_importance", by=by, at=at, version=version) as change:
        if not events.is_history() and (sentence := classes.why_not(change.case, importance, by=by, at=at)):
            raise Missing(sentence)
        classes.note_ground(change.case, importance, by=by, at=at)
        before, change.case.importance = change.case.importance, importance
        promise_anew(change.case, at=at)
        computed = classes.computed(change.case)
        change.publish(CaseImportanceChanged(change.case.pk, before, importance, computed=computed), text=words)


def start_work(case: Case, *, by: User, at: datetime, version: int | None = None, ahead: Ahead | None = None) -> None:
    """Work begins, or goes on after a hold: for the citizen that is an answer.

    `ahead`: why before those whose turn it is. Raises OutOfOrder where it is not the case's turn and nothing says why.
    """
    with changing(case, "start", by=by, at=at, version=version) as change:
        take = taking(change, "start", ahead=ahead)
        change.case.review_on = None
        stop_clocks(change.case, "accept", at=at)
        beneficiary_hears(change.case, at=at)
        change.publish(WorkStarted(change.case.pk))
        take.record(change)


def schedule(
    case: Case,
    *,
    scheduled_for: datetime,
    by: User,
    at: datetime,
    text: str = "",
    version: int | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Set when the visit or the work is planned. `ahead` as with `start_work`."""
    if scheduled_for <= at:
        raise Missing(t("اختر موعداً في المستقبل.", "Choose a time that lies ahead."))
    with changing(case, "schedule", by=by, at=at, version=version) as change:
        take = taking(change, "schedule", ahead=ahead)
        change.case.scheduled_for = scheduled_for
        beneficiary_hears(change.case, at=at)
        change.publish(WorkScheduled(change.case.pk, scheduled_for.isoformat()), text=text, public=True)
        take.record(change)


def ask_beneficiary(case: Case, *, question: str, by: User, at: datetime, version: int | None = None) -> None:
    """Ask the citizen for something that is missing; the clocks stand still until the answer."""
    words = needed(question, "اكتب السؤال.", "Write the question.")
    with changing(case, "ask", by=by, at=at, version=version) as change:
        beneficiary_hears(change.case, at=at)
        change.publish(BeneficiaryAsked(change.case.pk), text=words, public=True)


def answer_from_beneficiary(
    case: Case,
    *,
    text: str,
    channel: str,
    at: datetime,
    by: User | None = None,
    files: list[StoredFile] | None = None,
) -> None:
    """The citizen answered: back to the state before the question, and the clocks go on."""
    with changing(case, "answer", by=by, at=at) as change:
        before = change.case.state_before
        change.go_back_to(before if before in workflow.OPEN - {"pending_beneficiary"} else "in_progress")
        attach(change, files or [], public=True)
        change.publish(BeneficiaryAnswered(change.case.pk, channel), text=text, public=True)


def resolve(
    case: Case,
    *,
    text: str,
    by: User,
    at: datetime,
    files: list[StoredFile] | None = None,
    version: int | None = None,
    ahead: Ahead | None = None,
) -> None:
    """The matter is solved: say how, in words the citizen will read, with photos where there are. `ahead` as with
    `start_work`, where it is solved without having been begun.
    """
    words = needed(text, "اكتب ما أُنجز؛ سيقرؤه المستفيد.", "Write what was done; the citizen will read it.")
    with changing(case, "resolve", by=by, at=at, version=version) as change:
        row = change.case
        at_first = first_contact.is_first(row)
        take = taking(change, "resolve", ahead=ahead)
        stop_clocks(row, at=at)
        row.resolved_at, row.review_on = at, None
        row.referrals.filter(answer="").update(answer="accepted", answered_at=at, answered_by=by)
        attach(change, files or [], public=True, role="resolution")
        change.publish(CaseResolved(row.pk, row.unit_id), text=words, public=True)
        take.record(change)
        if at_first:
            first_contact.note_finished(change)


def line_again(case: Case, *, at: datetime) -> int:
    """The line of a case that goes on after an end: what was decided at the third stays there."""
    return case.line if case.line == THIRD else routing.line_of(case.unit, at)


def reject(case: Case, *, reason: str, by: User, at: datetime, version: int | None = None) -> None:
    """Not accepted (not ours, or requirements not met), with the reason the citizen will read."""
    words = needed(reason, "اكتب السبب؛ سيقرؤه المستفيد.", "Write the reason; the citizen will read it.")
    with changing(case, "reject", by=by, at=at, version=version) as change:
        stop_clocks(change.case, at=at)
        change.case.referrals.filter(answer="").update(answer="accepted", answered_at=at, answered_by=by)
        change.publish(CaseRejected(change.case.pk, change.case.unit_id), text=words, public=True)


def close(case: Case, *, by: User | None, at: datetime, version: int | None = None) -> None:
    """Close a resolved or rejected case. `by` None: the time for "not solved" has passed."""
    with changing(case, "close", by=by, at=at, version=version) as change:
        change.publish(CaseClosed(change.case.pk, automatic=by is None))


def reopen(
    case: Case,
    *,
    reason: str,
    at: datetime,
    by: User | None = None,
    files: list[StoredFile] | None = None,
    version: int | None = None,
) -> None:
    """Open the case again at the unit that had it, with a new clock or, where its rule says so, the first one going on;
    what the first clock showed at the resolution stays told by it. `by` None: the citizen said "not solved".

    A duplicate whose citizen says so leaves the case it joined. Raises TooLate after the reopening time for a citizen.
    """
    if by is None and not case.may_be_reopened(at=at, days=REOPEN_DAYS):
        raise TooLate(case.reference)
    act = "object" if by is None and case.state == "duplicate" else "reopen"
    with changing(case, act, by=by, at=at, version=version) as change:
        change.case.merged_into = None
        open_again(change, reason=reason, by_beneficiary=by is None, files=files)


def open_again(change: Change, *, reason: str, by_beneficiary: bool, files: list[StoredFile] | None = None) -> None:
    """Within a running change: the ended case is open again at its unit, and its time begins anew."""
    row, at = change.case, change.at
    change.move_to("reopened")
    row.line = line_again(row, at=at)
    row.reopened_times += 1
    row.resolved_at = None
    start_clocks(row, at=at, kinds={"update"} if go_on(row, at=at) else {"resolve", "update"})
    attach(change, files or [], public=True)
    change.publish(CaseReopened(row.pk, by_beneficiary, row.reopened_times), text=reason, public=True)
    first_contact.note_again(change, first_contact.REOPENED)


def withdraw(case: Case, *, at: datetime, by: User | None = None) -> None:
    """The citizen takes the case back."""
    with changing(case, "withdraw", by=by, at=at) as change:
        stop_clocks(change.case, at=at)
        change.case.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=by)
        change.publish(CaseWithdrawn(change.case.pk))
        first_contact.note_taken_back(change)


def exclude(case: Case, *, reason: str, by: User, at: datetime, version: int | None = None) -> None:
    """Not a request at all (advertising, abuse): out of the lists and the figures, kept with the reason."""
    words = needed(reason, "اكتب سبب الاستبعاد.", "Say why it is excluded.")
    with changing(case, "exclude", by=by, at=at, version=version) as change:
        stop_clocks(change.case, at=at)
        change.case.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=by)
        change.publish(CaseExcluded(change.case.pk), text=words)
