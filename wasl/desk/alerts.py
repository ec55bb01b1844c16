"""What the desk tells its people by bell and mail: where an alert leads, and what waits for them today."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from wasl.alerts.digest import MOST_LINES, Line, Reader, Section, section
from wasl.alerts.models import Alert
from wasl.alerts.openers import opener, refusal, screen
from wasl.cases import ageing, appeals, reviewers, workflow
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.cases.queries import Filters
from wasl.core.i18n import say
from wasl.desk import barred
from wasl.desk.narrowing import STATE_GROUPS
from wasl.desk.tabs import TABS
from wasl.directory import queries as directory
from wasl.directory.rights import Right, Role
from wasl.web.moments import clock24, day_short, when_text

# Whoever answers for what a unit does begins the day with it; agents take the next one of the queue.
MORNING_ROLES = frozenset(
    {
        Role.SPECIALIST,
        Role.LIAISON,
        Role.SUPERVISOR,
        Role.FOLLOW_UP,
        Role.FAST_TEAM,
        Role.HALL_HEAD,
        Role.DEPUTY,
        Role.HEAD,
    }
)


@opener
def open_cases(person: Any, case_ids: Collection[int], at: datetime) -> dict[int, str]:
    """The pages of those cases that the person may read now."""
    seen = cases.visible_to(person, at=at).filter(pk__in=list(case_ids)).values_list("pk", "reference")
    return {number: reverse("desk:case", args=[reference]) for number, reference in seen}


@screen
def without_closed(person: Any, rows: QuerySet[Alert], at: datetime) -> QuerySet[Alert]:
    """Nobody hears by an alert of their own case, of a relative's, or of a complaint about staff closed to them."""
    return cases.without_closed(rows, person, at=at)


@refusal
def note_attempt(person: Any, case_id: int, at: datetime) -> None:
    """Whoever wanted to open one of those is written down."""
    barred.note_if_tied(person, case_id, at=at)


@section("desk.accept", order=10)
def to_accept(reader: Reader) -> Section | None:
    """What was referred to the units of the reader and nobody has accepted."""
    filters = Filters(states=("referred",), order="oldest")
    return _section(reader, say("تنتظر القبول", "To be accepted"), filters, "accept", _referred)


@section("desk.overdue", order=20)
def overdue(reader: Reader) -> Section | None:
    """What is late, the latest first."""
    filters = Filters(overdue_at=reader.at, order="due")
    return _section(reader, say("تجاوزت الموعد", "Overdue"), filters, "overdue", _since_due, tone="bad")


@section("desk.today", order=30)
def due_today(reader: Reader) -> Section | None:
    """What falls due before midnight and is not late yet."""
    midnight = timezone.localtime(reader.at).replace(hour=0, minute=0, second=0, microsecond=0)
    filters = Filters(due_from=reader.at, due_before=midnight + timedelta(days=1), order="due")
    return _section(reader, say("تستحق اليوم", "Due today"), filters, "today", _due_at, tone="warn")


@section("desk.returned", order=40)
def returned(reader: Reader) -> Section | None:
    """What a unit gave back and nobody has referred anew."""
    filters = Filters(states=STATE_GROUPS["before_unit"][1], order="oldest")
    gone_back = cases.returned(_own(reader))
    return _section(reader, say("أعادتها الوحدات", "Returned by units"), filters, "new", _returned, of=gone_back)


@section("desk.review", order=50)
def to_review(reader: Reader) -> Section | None:
    """Held cases whose day of review has come."""
    filters = Filters(review_by=timezone.localtime(reader.at).date(), order="oldest")
    return _section(reader, say("حان موعد مراجعتها", "Due for review"), filters, "review", _review_on, tone="warn")


@section("desk.extension", order=55)
def to_extend(reader: Reader) -> Section | None:
    """Extensions that wait for the reader's yes or no."""
    visible = cases.visible_to(reader.person, at=reader.at, right=Right.APPROVE_PENDING)
    asked = visible.filter(agency_id=reader.agency.pk, confidential=False)
    filters = Filters(waits_for="extension", order="oldest")
    title = say("تمديد ينتظر قرارك", "Extensions to be decided")
    return _section(reader, title, filters, "extension", _review_on, of=asked, tone="warn")


@section("desk.reviews", order=57)
def to_decide(reader: Reader) -> Section | None:
    """Reviews that beneficiaries asked for and the reader may decide, what is due first on top."""
    visible = Case.objects.for_user(reader.person, Right.DECIDE_APPEAL, at=reader.at)
    open_cases = visible.filter(agency_id=reader.agency.pk, confidential=False)
    waiting = list(appeals.to_decide(open_cases, at=reader.at)[:200])
    theirs = reviewers.is_theirs(waiting, reader.person, at=reader.at)
    mine = [one for one, is_mine in zip(waiting, theirs, strict=True) if is_mine]
    if not mine:
        return None
    lines = [
        Line(_about(one.case), one.case_id, one.case.reference, _answer_by(one.due_at), "warn")
        for one in mine[:MOST_LINES]
    ]
    return Section(
        say("مراجعات تنتظر قرارك", "Reviews to be decided"), lines, len(mine), reverse("desk:reviews"), "warn"
    )


def _answer_by(due_at: datetime) -> str:
    return say("الجواب حتى {day}", "answer by {day}", day=day_short(due_at))


@section("desk.ageing", order=60)
def held_for_long(reader: Reader) -> Section | None:
    """What has been on hold for more than sixty days, the longest registered first."""
    midnight = timezone.localtime(reader.at).replace(hour=0, minute=0, second=0, microsecond=0)
    _, before = ageing.BANDS[-1].bounds(midnight)
    filters = Filters(states=tuple(sorted(workflow.HELD)), state_before=before, order="oldest")
    title = say("معلّقة منذ أكثر من 60 يوماً", "On hold for more than 60 days")
    return _section(reader, title, filters, "held", _held_since, tone="bad")


def _section(
    reader: Reader,
    title: str,
    filters: Filters,
    tab: str,
    why: Any,
    *,
    of: QuerySet[Case] | None = None,
    tone: str = "",
) -> Section | None:
    chosen = _own(reader) if of is None else of
    found: Sequence[Case] = cases.worklist(chosen, filters, size=MOST_LINES, also=("review_on",)).cases
    if not found:
        return None
    total = len(found) if len(found) < MOST_LINES else cases.count(chosen, filters)
    lines = [Line(_about(case), case.pk, case.reference, why(case), tone) for case in found]
    return Section(title, lines, total, f"{reverse('desk:home')}?{urlencode({'view': TABS[tab].code})}", tone)


def _own(reader: Reader) -> QuerySet[Case]:
    """What lies with the units for which the reader answers, own or lent, in this agency. Closed matters are not named
    in mails.
    """
    held = [
        role.unit_id
        for role, _ in directory.cells_of(reader.person, Right.READ_CASE, reader.at)
        if role.role in MORNING_ROLES and role.agency_id == reader.agency.pk
    ]
    units = directory.known_units(reader.agency.pk)
    reached = frozenset().union(*(directory.unit_and_below(units[number]) for number in held if number in units))
    visible = cases.visible_to(reader.person, at=reader.at)
    return visible.filter(agency_id=reader.agency.pk, unit_id__in=reached, confidential=False)


def _about(case: Case) -> str:
    """Service and place: never the words of whoever reported it."""
    what = str(case.service.name) if case.service else str(case.get_kind_display())
    return say("، ", ", ").join(filter(None, [what, str(case.wilayat.name) if case.wilayat else ""]))


def _referred(case: Case) -> str:
    return say("أُحيلت {when}", "Referred {when}", when=when_text(case.state_since))


def _returned(case: Case) -> str:
    return say("أُعيدت {when}", "Returned {when}", when=when_text(case.state_since))


def _since_due(case: Case) -> str:
    return say("حل موعدها {when}", "Fell due {when}", when=when_text(case.due_at))


def _due_at(case: Case) -> str:
    return say("حتى الساعة {hour}", "Until {hour}", hour=clock24(case.due_at))


def _review_on(case: Case) -> str:
    return say("موعد المراجعة {day}", "Review on {day}", day=day_short(case.review_on))


def _held_since(case: Case) -> str:
    return say("معلّق {when}", "On hold since {when}", when=when_text(case.state_since))
