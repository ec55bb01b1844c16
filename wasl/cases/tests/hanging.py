"""A house in which much hangs, and what must be true of it once every step was taken or every clock counted anew."""

from collections import Counter
from datetime import date, datetime, timedelta

from wasl.alerts.models import Alert
from wasl.calendars import operations as calendars
from wasl.cases import operations
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case, Clock, DueMove
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person
from wasl.sla import ladders
from wasl.sla.clocks import moment_of_share

LATER = SUNDAY_9AM + timedelta(hours=2)


def make_hanging(number: int) -> list[Case]:
    """So many open cases under the ladders of the domain, with people to be told."""
    agency = make_working_agency()
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    cases = [make_case(agency=agency, at=SUNDAY_9AM + timedelta(minutes=n)) for n in range(number)]
    for unit in {case.unit for case in cases}:
        for role in ("liaison", "supervisor", "head", "director"):
            make_person(role, unit)
    return cases


def shares_due(clock: Clock, at: datetime) -> list[int]:
    """Which steps of its ladder a clock has reached, counted from its own state alone."""
    ladder = ladders.ladder(clock.agency_id, clock.ladder_id)
    promise, pauses = operations.promise_of(clock), operations.pauses_of(clock)
    steps = ladder.steps if ladder else ()
    return [step.mark for step in steps if moment_of_share(promise, clock.started_at, pauses, step.mark) <= at]


def all_have_climbed_once(at: datetime) -> int:
    """Every step that is due was taken once, in order, with one fact each and one word to each person; how many."""
    rows = list(Escalation.objects.order_by("pk"))
    for clock in Clock.objects.filter(stopped_at__isnull=True):
        assert [row.step for row in rows if row.clock_id == clock.pk] == shares_due(clock, at)
    facts = EventRecord.objects.filter(kind="CaseEscalated").values_list("case_id", "data__step", "data__clock")
    assert max(Counter(facts).values()) == 1
    assert len(facts) == len(rows)
    told = Counter(Alert.objects.filter(kind__in=("escalation", "half_time")).values_list("person_id", "dedupe_key"))
    assert max(told.values()) == 1
    # In the rows stands who was told: of each clock once, for the highest of what came together.
    assert sum(told.values()) == sum(len(row.people) for row in rows)
    assert not Clock.objects.filter(stopped_at__isnull=True, next_step_at__lte=at).exists()
    return len(rows)


def free_monday() -> EventRecord:
    """A holiday that every clock runs over."""
    agency = Case.objects.select_related("agency").latest("pk").agency
    name = both("إجازة الأمطار", "Rain day")
    calendars.add_holiday(agency, name=name, on_from=date(2026, 11, 23), announced_on=date(2026, 11, 22), at=SUNDAY_9AM)
    return EventRecord.objects.filter(kind="CalendarChanged").latest("pk")


def due_moments() -> dict[int, datetime]:
    """When each clock that runs is due, as it stands in the database."""
    return dict(Clock.objects.filter(stopped_at__isnull=True).values_list("pk", "due_at"))


def all_are_counted_once(before: dict[int, datetime], versions: dict[int, int]) -> int:
    """Every clock stands as if the change had always been known; its move is told once, its owners have one word."""
    for clock in Clock.objects.filter(stopped_at__isnull=True).select_related("case"):
        assert clock.due_at == operations.fresh_due(clock)
        assert clock.kind != "resolve" or clock.due_at == clock.case.due_at
    after = due_moments()
    moves = list(DueMove.objects.values_list("clock_id", "before", "after"))
    assert sorted(moves) == sorted((pk, before[pk], after[pk]) for pk in before if after[pk] != before[pk])
    moved = set(DueMove.objects.values_list("case_id", flat=True))
    assert all(version == versions[pk] + (pk in moved) for pk, version in Case.objects.values_list("pk", "version"))
    (fact,) = EventRecord.objects.filter(kind="DueMomentsMoved")
    assert (fact.data["clocks"], fact.data["cases"]) == (len(moves), len(moved))
    assert set(Counter(Alert.objects.filter(kind="due_moments").values_list("person_id", flat=True)).values()) == {1}
    return len(moves)
