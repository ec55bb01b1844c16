"""What the follow-up team does about a silent unit: a word to its people, or a call; each is kept."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import bars, following
from wasl.cases.events import SilenceSet, UnitReminded
from wasl.cases.models import Case, Reminder, SilenceRule
from wasl.cases.operations.change import Change, Missing, changing, needed
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.core.text import clean
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Role

MOST_DAYS = 60


def remind_unit(case: Case, *, words: str, by: User, at: datetime) -> Reminder:
    """Remind the liaison officers and the head of the unit by bell and mail. Raises Missing where nobody is there."""
    with changing(case, "remind", by=by, at=at) as change:
        row = change.case
        standing = {
            person.pk: person
            for role in (Role.LIAISON, Role.HEAD)
            for person in directory.standing(row.unit, (role,), at)
        }
        people = bars.unbarred(row, standing.values(), at)
        if not people:
            raise Missing(
                t(
                    "لا ضابط اتصال ولا رئيس لهذه الوحدة اليوم؛ اتصل بها.",
                    "The unit has nobody to be told today; give it a call.",
                )
            )
        reminder = _kept(change, Reminder.Means.ALERT, words=clean(words))
        alerts.alert(
            agency=row.agency,
            people=people,
            kind="reminder",
            title=both(f"تذكير من فريق المتابعة: {row.reference}", f"A reminder: {row.reference}"),
            body=both(
                "لم يصل من وحدتكم شيء في هذا الطلب منذ أيام، وموعده يجري.",
                "Nothing has come from your unit on this case for days, and its promise runs.",
            ),
            at=at,
            case_id=row.pk,
            reference=row.reference,
            urgent=row.importance == "P1",
            dedupe_key=f"reminder {reminder.pk}",
        )
    return reminder


def note_call(case: Case, *, outcome: str, words: str, by: User, at: datetime) -> Reminder:
    """Keep that the unit was called, and what came of it. Raises Missing."""
    if outcome not in following.OUTCOMES:
        raise Missing(t("اختر نتيجة المكالمة.", "Choose what came of the call."))
    said = needed(words, "اكتب ما قيل في المكالمة.", "Write what was said.")
    with changing(case, "remind", by=by, at=at) as change:
        return _kept(change, Reminder.Means.CALL, words=said, outcome=outcome)


def set_silence(agency: Agency, *, working_days: int, by: User | None, at: datetime) -> SilenceRule:
    """Say after how many working days without an act a unit counts as silent. Raises ValueError."""
    if not 1 <= working_days <= MOST_DAYS:
        raise ValueError(t("من يوم عمل واحد إلى 60.", "From 1 to 60 working days."))
    row: SilenceRule = SilenceRule.objects.update_or_create(agency=agency, defaults={"working_days": working_days})[0]
    events.publish(SilenceSet(working_days), agency_id=agency.pk, by=by, at=at)
    return row


def _kept(change: Change, means: str, *, words: str, outcome: str = "") -> Reminder:
    row = change.case
    reminder = Reminder.objects.create(
        agency_id=row.agency_id,
        case=row,
        unit_id=row.unit_id,
        at=change.at,
        by=change.by,
        means=means,
        words=words,
        outcome=outcome,
    )
    change.publish(UnitReminded(row.pk, row.unit_id, means, outcome), text=words)
    return reminder
