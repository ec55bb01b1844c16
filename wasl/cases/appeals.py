"""A review by somebody higher, which the beneficiary may ask for: on which ground, at which level, by whom, until when.

**Grounds.** The promise to resolve is broken (the case is open past it, or was resolved after it), the request was not
accepted, the service was rated poorly, or the time for "not solved" is over; the agency says which of these count.
After a review: its decision stands, wholly or in part, and the person objects, or no answer came in time. What a review
has changed gives a new ground only when something new goes wrong.

**Levels.** Twice at most, once at each. The first is the nearest management above the unit, the second the director of
the agency; where there is no director, the next management above. Whoever decided before reviews nothing: neither the
person, nor a unit that has resolved or refused the case before it went on, nor one below such a unit, which is not
higher than its word. An office in which nobody is left is passed over. Who reviews in an office stands in `reviewers`.
After the last word the outside body is named: exactly when there is a ground and nobody is left to ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from wasl.accounts.models import User
from wasl.calendars import queries as calendars
from wasl.cases import reviewers, workflow
from wasl.cases.appeal_rows import OPENING, STANDING, Appeal, AppealFile, AppealRule
from wasl.cases.models import Case, Clock
from wasl.core.i18n import say, t
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Role

POOR = 2
LEVELS = 2
# How long a citizen may say "not solved"; from then on that it is over is a ground.
REOPEN_DAYS = 15
# How often its time a review may take before the next level hears of it.
TWICE = 2
USUAL_ASK_DAYS = 30
USUAL_DECIDE_DAYS = 5
# Source: the national platform that all bodies of the state share (requirement W-09).
USUAL_BODY = both("المنصة الوطنية للشكاوى والمقترحات", "The national platform for complaints and suggestions")
USUAL_WORDS = both(
    "لك أن تعرض طلبك على جهة من خارجنا، ومعه رقمه وقرار المراجعة.",
    "You may take your request to a body outside of us, with its number and what the review decided.",
)

_FILES = AppealFile.objects.select_related("file").order_by("pk")
NOTHING_WAITS = t("لا مراجعة تنتظر قراراً.", "No review waits for a decision.")
NO_GROUND = t(
    "تُطلب المراجعة بعد فوات الموعد أو عدم القبول أو التقييم المتدني أو انتهاء مهلة إعادة الفتح.",
    "A review can be asked for after a broken promise, a refusal, a poor rating, or when it is too late to reopen.",
)


@dataclass(frozen=True)
class Office:
    """Who would review: a unit above, and its people who may."""

    unit: Unit
    people: list[User]


@dataclass(frozen=True)
class Offer:
    """What the beneficiary can do now. `waiting`: what is still to be answered; `office`: who would review if asked
    now, answering until `due_at`.
    """

    appeals: list[Appeal]
    rule: AppealRule
    waiting: Appeal | None = None
    ground: str = ""
    level: int = 0
    office: Office | None = None
    due_at: datetime | None = None

    @property
    def is_outside(self) -> bool:
        """Is the outside body the next one to turn to?"""
        return bool(self.ground) and self.office is None

    @property
    def may_ask(self) -> bool:
        """May a review be asked for now?"""
        return self.office is not None


def rule_of(agency_id: int) -> AppealRule:
    """What the agency says about reviews; the usual where it has said nothing (not stored)."""
    return AppealRule.objects.filter(agency_id=agency_id).first() or AppealRule(
        agency_id=agency_id,
        ask_days=USUAL_ASK_DAYS,
        decide_days=USUAL_DECIDE_DAYS,
        body_name=USUAL_BODY,
        body_words=USUAL_WORDS,
    )


def offer(case: Case, *, at: datetime, known: list[Appeal] | None = None) -> Offer:
    """What can be asked now; `known` are its reviews, where they were asked for already. A case on which nothing was
    asked, and that gives no ground, costs three statements.
    """
    appeals, rule = appeals_of(case) if known is None else known, rule_of(case.agency_id)
    last = appeals[-1] if appeals else None
    waiting = last if last is not None and not last.outcome else None
    ground = ground_of(case, last, rule, at=at)
    if not ground and _was_the_last_word(case, appeals, at):
        ground = Appeal.Ground.DECISION.value
    if not ground:
        return Offer(appeals, rule, waiting)
    office = _next_office(case, appeals, at)
    due_at = _due(case, rule, at) if office is not None else None
    return Offer(appeals, rule, waiting, ground, len(appeals) + 1, office, due_at)


def _was_the_last_word(case: Case, appeals: Sequence[Appeal], at: datetime) -> bool:
    """Does a decision stand, with nobody left above it? Then the way to the outside body stays shown."""
    last = appeals[-1] if appeals else None
    if last is None or last.outcome not in STANDING or case.state not in workflow.OPEN | workflow.DONE:
        return False
    return _next_office(case, appeals, at) is None


def appeals_of(case: Case) -> list[Appeal]:
    """Every review of the case, the first level first."""
    found = Appeal.objects.filter(case_id=case.pk).select_related("unit", "to_unit", "decided_by", "asked_by")
    return list(found.prefetch_related(Prefetch("files", _FILES)).order_by("level"))


def grounds_of(rule: AppealRule) -> frozenset[str]:
    """On which grounds the agency lets a first review be asked for."""
    return frozenset(OPENING if rule.grounds is None else rule.grounds)


def ground_of(case: Case, last: Appeal | None, rule: AppealRule, *, at: datetime) -> str:
    """On which ground a review can be asked now, `last` being the one before; empty when there is none."""
    if case.state not in workflow.OPEN | workflow.DONE:
        return ""
    if last is not None and not last.outcome:
        return Appeal.Ground.SILENCE.value if at > last.due_at else ""
    decided = last.decided_at if last is not None else None
    since = at - timedelta(days=rule.ask_days)
    stands = decided if last is not None and last.outcome in STANDING else None
    if stands is not None and stands >= since:
        return Appeal.Ground.DECISION.value
    counting = grounds_of(rule)
    if case.state in workflow.DONE:
        return next((one for one in _grounds_of_ended(case, decided, since, at) if one in counting), "")
    if Appeal.Ground.BREACH not in counting or not case.is_overdue(at=at):
        return ""
    # A review that changed something leaves its unit the time that a review has, before it counts as broken again.
    return "" if decided is not None and at <= _due(case, rule, decided) else Appeal.Ground.BREACH.value


def _grounds_of_ended(case: Case, decided: datetime | None, since: datetime, at: datetime) -> list[str]:
    """Every ground that an ended case gives, the weightiest first."""

    def is_new(moment: datetime | None) -> bool:
        return moment is not None and moment >= since and (decided is None or moment > decided)

    if _was_refused(case):
        return [Appeal.Ground.REFUSAL.value] if is_new(_refused_at(case)) else []
    found, resolved = [], case.resolved_at
    if case.rating is not None and case.rating <= POOR and is_new(case.rated_at) and _is_of_now(case):
        found.append(Appeal.Ground.RATING.value)
    if resolved is None or (decided is not None and resolved <= decided):
        return found
    late = Clock.objects.filter(case=case, kind="resolve", stopped_at__gt=F("due_at"), stopped_at__gte=resolved)
    if resolved >= since and late.exists():
        found.append(Appeal.Ground.BREACH.value)
    over = resolved + timedelta(days=REOPEN_DAYS)
    if since <= over <= at:
        found.append(Appeal.Ground.WINDOW.value)
    return found


def _is_of_now(case: Case) -> bool:
    """Was it rated since it was last resolved? A rating of what was done before it was opened again is answered."""
    return case.rated_at is not None and case.resolved_at is not None and case.rated_at >= case.resolved_at


def _was_refused(case: Case) -> bool:
    return case.state == "rejected" or (case.state == "closed" and case.resolved_at is None)


def _refused_at(case: Case) -> datetime:
    """When it was refused; closing it later begins no time anew."""
    facts = EventRecord.objects.filter(case_id=case.pk, kind="CaseRejected").order_by("-at", "-pk")
    return facts.values_list("at", flat=True).first() or case.state_since


def _due(case: Case, rule: AppealRule, at: datetime) -> datetime:
    return days_of(case, rule, at)[0]


def _next_office(case: Case, appeals: Sequence[Appeal], at: datetime) -> Office | None:
    if len(appeals) >= LEVELS:
        return None
    asked = {appeal.unit_id for appeal in appeals}
    directors = _director_units(case.agency, at)
    if asked & set(directors):
        return None
    known, decided = directory.known_units(case.agency_id), reviewers.units_that_decided(case)
    above = [
        number
        for number in directory.units_above(case.unit)
        if number not in directors and decided.isdisjoint(directory.units_above(known[number]))
    ]
    ordered = [*above, *directors] if not appeals else [*directors, *_higher(appeals[-1].unit, above)]
    units = [known[number] for number in ordered if number not in {case.unit_id, *asked, *decided}]
    found = zip(units, reviewers.panels([(case, unit) for unit in units], at=at), strict=True)
    return next((Office(unit, people) for unit, people in found if people), None)


def next_above(appeal: Appeal, *, at: datetime) -> Office | None:
    """Who would review after this one, were it asked now; None where it is the last word."""
    return _next_office(appeal.case, appeals_of(appeal.case), at)


def directors_for(appeal: Appeal, *, at: datetime) -> list[User]:
    """Who decides it where nobody is left in its office: the directors who reach both the office and the case."""
    found = directory.present_in(_director_units(appeal.case.agency, at), {Role.DIRECTOR}, at)
    people = {person.pk: person for present in found.values() for person in present}
    return [person for person in people.values() if all(reviewers.is_theirs([appeal], person, at=at))]


def why_not_reviewed_by(case: Case, person: User, *, at: datetime) -> str:
    """Why the person cannot decide the review of this case, as a sentence; empty when they can."""
    appeal = Appeal.objects.filter(case_id=case.pk, outcome="").select_related("unit").first()
    if appeal is None:
        return NOTHING_WAITS
    appeal.case = case
    if all(reviewers.is_theirs([appeal], person, at=at)):
        return ""
    return say(
        "المراجعة لدى {unit}، ولا يبت فيها من قرر في الطلب من قبل.",
        "The review is with {unit}; nobody who decided about the case before decides it.",
        unit=appeal.unit,
    )


def to_decide(cases: QuerySet[Case], *, at: datetime) -> QuerySet[Appeal]:
    """The open reviews among these cases, what is due first on top."""
    waiting = Appeal.objects.filter(outcome="", case__in=cases, case__state__in=workflow.OPEN | workflow.DONE)
    return waiting.select_related("case", "case__service", "case__unit", "unit", "agency").order_by("due_at", "pk")


def late(at: datetime, *, after: int = 0, limit: int = 200) -> list[int]:
    """Reviews of which something is to be told, by their numbers, in their order: their day has passed and nobody was
    told, or twice their time has and the next level was not.
    """
    rows = Appeal.objects.filter(outcome="", pk__gt=after, case__state__in=workflow.OPEN | workflow.DONE, due_at__lt=at)
    # Those that were asked before their second day was written down.
    second = Coalesce("higher_at", F("due_at") + (F("due_at") - F("asked_at")))
    found = rows.alias(second=second).filter(
        Q(told_late_at__isnull=True) | Q(told_higher_at__isnull=True, second__lt=at)
    )
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def days_of(case: Case, rule: AppealRule, at: datetime) -> tuple[datetime, datetime]:
    """Until when a review that is asked now is answered, and when the next level hears that it was not."""
    hours = calendars.working_time(agency_id=case.agency_id)
    return hours.add_working_days(at, rule.decide_days), hours.add_working_days(at, TWICE * rule.decide_days)


def higher_at(appeal: Appeal) -> datetime:
    """When the next level hears that the review is not answered."""
    return appeal.higher_at or appeal.due_at + (appeal.due_at - appeal.asked_at)


def _director_units(agency: Agency, at: datetime) -> list[int]:
    known = directory.known_units(agency.pk)
    held: Iterable[int] = {
        one.unit_id for one in directory.members_of_agency(agency.pk, at) if one.role == Role.DIRECTOR
    }
    return sorted(number for number in held if number in known)


def _higher(unit: Unit, above: list[int]) -> list[int]:
    """Those of the units above the case that stand above this one too."""
    higher = directory.units_above(unit)
    return [number for number in above if number in higher]
