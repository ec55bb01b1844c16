"""Two refusals: the question whose case it is goes to the follow-up team."""

from wasl.alerts import operations as alerts
from wasl.cases import bars, lines
from wasl.cases.events import OwnerAsked
from wasl.cases.models import OwnerDecision, Referral
from wasl.cases.operations.change import Change
from wasl.core import events
from wasl.core.localized import both


def ask_for_owner(change: Change) -> OwnerDecision | None:
    """Within the change that returned a case: if that was the second refusal, ask the follow-up team, once."""
    row = change.case
    said = OwnerDecision.objects.filter(case=row).order_by("-id").first()
    if said is not None and said.unit_id is None:
        return said
    refused = Referral.objects.filter(case=row, answer="returned").exclude(answer_reason="")
    if said is not None:
        refused = refused.filter(answered_at__gt=said.decided_at)
    refusals = refused.count()
    if refusals < lines.REFUSALS:
        return None
    team = lines.follow_up(row.agency, change.at)
    row.unit_id = team.unit.pk
    change.units.add(team.unit.pk)
    asked = OwnerDecision.objects.create(agency_id=row.agency_id, case=row, asked_at=change.at)
    change.publish(OwnerAsked(row.pk, team.unit.pk, refusals))
    if not events.is_history():
        alerts.alert(
            agency=row.agency,
            people=bars.unbarred(row, team.people, change.at),
            kind="owner",
            title=both(f"حسم المسؤول: {row.reference}", f"Whose case is it? {row.reference}"),
            body=both(
                "أعادته وحدتان، والقرار لفريق المتابعة ملزم.",
                "Units returned it twice; the follow-up team's decision is binding.",
            ),
            at=change.at,
            case_id=row.pk,
            reference=row.reference,
            urgent=row.importance == "P1",
            dedupe_key=f"owner {asked.pk}",
        )
    return asked
