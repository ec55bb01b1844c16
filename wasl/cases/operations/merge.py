"""One problem, several reports: a duplicate follows the case it joins, and can be parted again."""

from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.cases import bars, workflow
from wasl.cases.events import CaseMerged, CaseUnmerged, DuplicateJoined
from wasl.cases.models import Case
from wasl.cases.operations.change import Barred, Change, Missing, changing, lock
from wasl.cases.operations.clocks import start_clocks, stop_clocks
from wasl.cases.operations.work import line_again
from wasl.core.i18n import t


@transaction.atomic
def merge(case: Case, *, into: Case, by: User | None, at: datetime, version: int | None = None) -> None:
    """Join a duplicate to the case that goes on. Its beneficiary is told with the other from now on.

    `by` is None when the citizen said so. Raises Missing, NotNow; Barred for either case.
    """
    first, second = sorted((case.pk, into.pk))
    lock(first)
    lock(second)
    target = lock(into)
    if target.agency_id != case.agency_id or target.pk == case.pk:
        raise Missing(t("اختر طلباً آخر من الجهة نفسها.", "Choose another case of the same agency."))
    if target.state not in workflow.OPEN:
        raise Missing(t("الطلب الأصلي غير مفتوح.", "The case to join is not open."))
    if sentence := bars.why_barred(target, by, at):
        raise Barred(sentence)
    if target.compartment_id is not None:
        raise Missing(t("لا يُضم إليه طلب.", "No case is joined to this one."))
    with changing(case, "merge", by=by, at=at, version=version) as change:
        row = change.case
        row.merged_into = target
        row.duplicates.update(merged_into=target)  # never a chain: those that joined it follow the same case
        stop_clocks(row, at=at)
        row.referrals.filter(answer="").update(answer="returned", answered_at=at, answered_by=by)
        change.publish(CaseMerged(row.pk, target.pk))
    joined = Change(target, by, at)
    joined.publish(DuplicateJoined(target.pk, case.pk))


def unmerge(case: Case, *, by: User | None, at: datetime, version: int | None = None) -> None:
    """Part a duplicate again: it goes back to where it stood, with a clock of its own."""
    with changing(case, "unmerge", by=by, at=at, version=version) as change:
        row = change.case
        from_case_id, row.merged_into = row.merged_into_id, None
        change.go_back_to(row.state_before if row.state_before in workflow.OPEN else "triage")
        row.line = line_again(row, at=at)
        start_clocks(row, at=at, kinds={"resolve", "update"})
        change.publish(CaseUnmerged(row.pk, from_case_id or 0))
