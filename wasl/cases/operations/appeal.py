"""Reviews: asked for by the beneficiary once at each level, decided by somebody higher, and never forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from wasl.accounts.models import User
from wasl.cases import appeals, lines, reviewers, workflow
from wasl.cases.appeal_rows import CHANGING, OPENING, Appeal, AppealFile, AppealRule
from wasl.cases.events import AppealAsked, AppealDecided, AppealLate, AppealLifted, AppealRuleSet
from wasl.cases.models import Case
from wasl.cases.operations.change import Change, Missing, changing, lock, needed
from wasl.cases.operations.clocks import beneficiary_hears
from wasl.cases.operations.refer import hand_to
from wasl.cases.operations.telling import tell_staff
from wasl.cases.operations.work import open_again
from wasl.core import events
from wasl.core import files as store
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.models import StoredFile
from wasl.core.text import clean
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Role

MOST_DAYS = 90


class BadAppealRule(ValueError):
    """The rule of reviews cannot be so; the message says why."""


def ask_appeal(
    case: Case,
    *,
    words: str,
    channel: str,
    at: datetime,
    by: User | None = None,
    files: Sequence[StoredFile] = (),
    version: int | None = None,
) -> Appeal:
    """The beneficiary asks that somebody higher looks at it; `by`: whoever writes it down for them. `files` are kept
    with the review, for whoever decides it.

    The same words again while they wait change nothing. Raises Missing where nothing can be asked for now.
    """
    said = needed(words, "اكتب ما تريد أن يُراجع.", "Say what should be looked at again.")
    with transaction.atomic():
        # Whoever presses twice comes twice at once: the second waits here, and finds what the first has asked.
        lock(case)
        already = Appeal.objects.filter(case_id=case.pk, outcome="", words=said, due_at__gte=at).first()
        if already is not None:
            return already
        with changing(case, "appeal", by=by, at=at, version=version) as change:
            return _ask(change, said, channel=channel, files=files)


def _ask(change: Change, said: str, *, channel: str, files: Sequence[StoredFile]) -> Appeal:
    row, at, told = change.case, change.at, appeals.offer(change.case, at=change.at)
    if told.office is None:
        raise Missing(_why_not_asked(told))
    if told.waiting is not None:
        told.waiting.outcome, told.waiting.decided_at = Appeal.Outcome.LAPSED, at
        told.waiting.save(update_fields=["outcome", "decided_at"])
    due_at, higher_at = appeals.days_of(row, told.rule, at)
    appeal = Appeal.objects.create(
        agency_id=row.agency_id,
        case=row,
        level=told.level,
        ground=told.ground,
        words=said,
        channel=channel,
        asked_at=at,
        asked_by=change.by,
        unit=told.office.unit,
        due_at=due_at,
        higher_at=higher_at,
    )
    _keep(appeal, files)
    change.units.add(appeal.unit_id)
    fact = AppealAsked(row.pk, appeal.level, appeal.ground, appeal.unit_id, appeal.due_at.isoformat())
    change.publish(fact, text=said, public=True)
    tell_staff(
        change,
        told.office.people,
        kind="appeal",
        key=f"appeal {appeal.pk}",
        title=both(f"مراجعة تنتظر قراركم: {row.reference}", f"A review waits for you: {row.reference}"),
        body=both(
            "طلب المستفيد أن ينظر في طلبه من هو أعلى من الوحدة.",
            "The beneficiary asks that somebody above the unit looks at the case.",
        ),
    )
    return appeal


def hand_on_review(case_id: int, *, at: datetime) -> bool:
    """A case went to another unit while its review waits: where its office reaches it no longer, the directors who
    decide it now are told, once for each unit that it goes to.
    """
    with transaction.atomic():
        case = lock(case_id)
        appeal = Appeal.objects.filter(case_id=case.pk, outcome="").select_related("unit").first()
        if appeal is None or case.state not in workflow.OPEN | workflow.DONE:
            return False
        appeal.case = case
        if reviewers.people_of(appeal.unit, case, at=at):
            return False
        tell_staff(
            Change(case, None, at, units={case.unit_id, appeal.unit_id}),
            appeals.directors_for(appeal, at=at),
            kind="appeal",
            key=f"appeal {appeal.pk} {case.unit_id}",
            title=both(f"مراجعة انتقلت إليكم: {case.reference}", f"A review has come to you: {case.reference}"),
            body=both(
                "أُحيل الطلب إلى وحدة لا يصل إليها من كانت المراجعة لديه؛ القرار فيها لكم الآن.",
                "The case went to a unit that its reviewers do not reach: the decision is yours now.",
            ),
        )
    return True


def _keep(appeal: Appeal, files: Sequence[StoredFile]) -> None:
    store.keep(list(files))
    AppealFile.objects.bulk_create(AppealFile(agency_id=appeal.agency_id, appeal=appeal, file=one) for one in files)


def _why_not_asked(told: appeals.Offer) -> str:
    if told.waiting is not None and not told.ground:
        return t("طلبك قيد المراجعة، وننتظر القرار.", "A review is under way; its decision is awaited.")
    if told.is_outside:
        return t(
            "انتهت مستويات المراجعة لدينا؛ لك أن تتوجه إلى الجهة الخارجية المذكورة.",
            "No level of review is left here; you may turn to the outside body that is named.",
        )
    return appeals.NO_GROUND


def decide_appeal(
    case: Case,
    *,
    outcome: str,
    reasons: str,
    by: User,
    at: datetime,
    to_unit: Unit | None = None,
    move_reason: str = "",
    version: int | None = None,
) -> Appeal:
    """Decide the review that waits, with reasons that the beneficiary reads: the decision stands, is changed, or is
    changed in part. What is changed opens an ended case again with a new clock; on an open one it binds the unit that
    works on it. The case stays with its unit, or goes to `to_unit` for a reason that this unit reads.
    """
    words = needed(reasons, "اكتب القرار وأسبابه؛ سيقرؤها المستفيد.", "Write the decision and its reasons.")
    if outcome not in (Appeal.Outcome.STANDS, *CHANGING):
        raise Missing(
            t("قل: يبقى القرار أم تغيّر كله أم جزء منه.", "Say whether it stands, or is changed wholly or in part.")
        )
    with changing(case, "decide_appeal", by=by, at=at, version=version) as change:
        row = change.case
        appeal = Appeal.objects.select_related("unit").get(case=row, outcome="")
        appeal.outcome, appeal.reasons, appeal.decided_at, appeal.decided_by = outcome, words, at, by
        if to_unit is not None:
            appeal.to_unit, appeal.move_reason = to_unit, _why_moved(row, appeal, to_unit, move_reason, at=at)
        appeal.save(update_fields=["outcome", "reasons", "decided_at", "decided_by", "to_unit", "move_reason"])
        opens = appeal.changes and row.state in workflow.DONE
        beneficiary_hears(row, at=at)
        change.units.add(appeal.unit_id)
        fact = AppealDecided(row.pk, appeal.level, outcome, appeal.unit_id, opens, appeal.to_unit_id)
        change.publish(fact, text=words, public=True)
        if opens:
            open_again(change, reason="", by_beneficiary=False)
        if to_unit is not None:
            change.move_to("referred")
            hand_to(change, to_unit, reason=appeal.move_reason)
        if appeal.changes:
            _tell_unit(change)
    return appeal


def _why_moved(case: Case, appeal: Appeal, to_unit: Unit, reason: str, *, at: datetime) -> str:
    """The reason why the case goes to another unit; raises Missing where it cannot go there."""
    if not appeal.changes:
        raise Missing(t("ما بقي قراره يبقى لدى وحدته.", "Where the decision stands the case stays with its unit."))
    if case.compartment_id is not None:
        raise Missing(
            t("هذه شكوى على موظف، ولا تخرج من الدائرة المغلقة.", "A complaint about staff stays in its compartment.")
        )
    if to_unit.agency_id != case.agency_id or not to_unit.is_valid(at=at):
        raise Missing(t("اختر وحدة قائمة من الجهة نفسها.", "Choose a unit of the same agency that is in force."))
    if to_unit.is_triage:
        raise Missing(
            t(
                "المركز يستقبل ويوجّه ولا ينفذ؛ اختر الوحدة التي ستعمل.",
                "The centre takes in and routes; choose the unit that will work on it.",
            )
        )
    if to_unit.pk == case.unit_id:
        raise Missing(t("هو لدى هذه الوحدة نفسها؛ سمِّ غيرها.", "That is the unit which has it; name another."))
    if appeal.decided_by is not None and (sentence := lines.why_not_moved(case, appeal.decided_by, at)):
        raise Missing(sentence)
    return needed(reason, "اكتب لماذا تتولاه وحدة أخرى.", "Say why another unit takes it.")


def _tell_unit(change: Change) -> None:
    row = change.case
    owner = directory.in_place_of(row.assignee, unit=row.unit, at=change.at) if row.assignee is not None else []
    people = owner or directory.standing(row.unit, (Role.LIAISON, Role.HEAD), change.at)
    tell_staff(
        change,
        people,
        kind="appeal",
        key=f"appeal decided {change.records[0].pk}",
        title=both(f"غيّرت المراجعة القرار: {row.reference}", f"A review changed the decision: {row.reference}"),
        body=both("القرار في صفحة الطلب، وهو ملزم للوحدة.", "It stands on the page of the case, and binds the unit."),
    )


def tell_late(appeal_id: int, *, at: datetime) -> bool:
    """A review was not answered in time: the office and the follow-up team are told, once; when twice its time has
    passed the next level is told too, once.
    """
    found = Appeal.objects.filter(pk=appeal_id).values_list("case_id", flat=True).first()
    if found is None:
        return False
    with transaction.atomic():
        # Two sweeps at once: the second waits here, and finds what the first has told.
        case = lock(found)
        appeal = Appeal.objects.select_for_update(of=("self",)).select_related("unit").get(pk=appeal_id)
        if appeal.outcome or appeal.due_at >= at or case.state not in workflow.OPEN | workflow.DONE:
            return False
        appeal.case = case
        change = Change(case, None, at, units={case.unit_id, appeal.unit_id})
        told = [_tell_late(change, appeal), _tell_higher(change, appeal)]
    return any(told)


# What a review that is late opens to the beneficiary.
_NEXT_LEVEL = both("للمستفيد الآن أن يطلب المستوى الأعلى.", "The beneficiary may now ask the next level.")
_OUTSIDE = both(
    "لا مستوى أعلى منكم لدينا؛ تُسمّى للمستفيد الآن الجهة الخارجية.",
    "There is no level above you here; the beneficiary is now shown the outside body.",
)


def _tell_late(change: Change, appeal: Appeal) -> bool:
    if appeal.told_late_at is not None:
        return False
    row, at = change.case, change.at
    appeal.told_late_at = at
    appeal.save(update_fields=["told_late_at"])
    change.publish(AppealLate(row.pk, appeal.level, appeal.unit_id))
    tell_staff(
        change,
        _once([*reviewers.people_of(appeal.unit, row, at=at), *lines.follow_up(row.agency, at).people]),
        kind="appeal",
        key=f"appeal late {appeal.pk}",
        title=both(f"مراجعة فات موعدها: {row.reference}", f"A review is late: {row.reference}"),
        body=_NEXT_LEVEL if appeals.next_above(appeal, at=at) is not None else _OUTSIDE,
    )
    return True


def _tell_higher(change: Change, appeal: Appeal) -> bool:
    if appeal.told_higher_at is not None or appeals.higher_at(appeal) >= change.at:
        return False
    row, at = change.case, change.at
    above = appeals.next_above(appeal, at=at)
    appeal.told_higher_at = at
    appeal.save(update_fields=["told_higher_at"])
    to_unit = above.unit if above is not None else appeal.unit
    change.units.add(to_unit.pk)
    change.publish(AppealLifted(row.pk, appeal.level, appeal.unit_id, to_unit.pk))
    tell_staff(
        change,
        above.people if above is not None else reviewers.people_of(appeal.unit, row, at=at),
        kind="appeal",
        key=f"appeal lifted {appeal.pk}",
        title=both(
            f"مراجعة لم يُجب عنها في ضعف مدتها: {row.reference}",
            f"A review is not answered after twice its time: {row.reference}",
        ),
        body=both(
            f"لدى {appeal.unit.name.in_language('ar')} منذ طُلبت، ولم يصدر فيها قرار.",
            f"It has been with {appeal.unit.name.in_language('en')} since it was asked for, without a decision.",
        ),
    )
    return True


def _once(people: Sequence[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())


def set_appeal_rule(
    agency: Agency,
    *,
    ask_days: int,
    decide_days: int,
    body_name: Localized,
    body_words: Localized,
    body_link: str,
    body_phone: str,
    by: User | None,
    at: datetime,
    grounds: Collection[str] | None = None,
) -> AppealRule:
    """Say how the agency reviews, on which grounds (None: every one), and whom it names after its last word. Raises
    BadAppealRule.
    """
    if not (1 <= ask_days <= MOST_DAYS and 1 <= decide_days <= MOST_DAYS):
        raise BadAppealRule(t("من يوم واحد إلى {n}.", "From 1 to {n} days.", n=MOST_DAYS))
    chosen = None if grounds is None else [one.value for one in OPENING if one.value in grounds]
    if chosen is not None and (not chosen or len(chosen) != len(set(grounds or ()))):
        raise BadAppealRule(t("اختر سبباً واحداً على الأقل من القائمة.", "Choose at least one ground of the list."))
    link = clean(body_link)
    if link and not _is_address(link):
        raise BadAppealRule(
            t(
                "اكتب عنوان الموقع كاملاً، ويبدأ بـ https://.",
                "Write the whole address of the website, beginning with https://.",
            )
        )
    row: AppealRule = AppealRule.objects.update_or_create(
        agency=agency,
        defaults={
            "ask_days": ask_days,
            "decide_days": decide_days,
            "body_name": body_name,
            "body_words": body_words,
            "body_link": link,
            "body_phone": clean(body_phone),
            "grounds": None if chosen == list(OPENING) else chosen,
        },
    )[0]
    events.publish(AppealRuleSet(ask_days, decide_days), agency_id=agency.pk, by=by, at=at)
    return row


def _is_address(link: str) -> bool:
    try:
        URLValidator(schemes=("http", "https"))(link)
    except ValidationError:
        return False
    return True
