"""Nothing is passed over: late transactions, imports, moments that come, rules that change, clocks that go ahead."""

from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from wasl.analytics import jobs, operations, queries
from wasl.analytics.measures import Cohort
from wasl.analytics.measures.periods import midnight
from wasl.analytics.models import AgencyLedger, CaseFact, Ledger, Recount, Tally
from wasl.analytics.rollups import keeping, reading, shape
from wasl.analytics.tests.makers import DAY, make_cohort
from wasl.calendars import operations as calendars
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core import clock, events
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory import operations as directory
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit

AT = SUNDAY_9AM


def whole(agency: Agency, *, days: int = 60) -> Cohort:
    """Everything from the month of the first case on, as it is kept."""
    first = AT.astimezone(agency.zone).date().replace(day=1)
    start, end = midnight(first, agency.zone), midnight(first + days * DAY, agency.zone)
    return make_cohort(agency, start=start, end=end, as_of=AT + days * DAY, is_kept=True)


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_commits_late_under_a_lower_number_is_not_passed_over() -> None:
    operations.keep_up(at=AT)
    told = connection.get_connection_params()
    place = {name: told[name] for name in ("host", "port", "user", "dbname") if told.get(name)}
    insert = (
        "INSERT INTO core_eventrecord (kind, version, agency_id, case_id, at, recorded_at, origin, data) "
        "VALUES ('CaseAcknowledged', 1, 1, %s, now(), now(), 'live', '{}')"
    )
    with psycopg.connect(**place) as slow:
        slow.execute("SAVEPOINT inner_act")  # as acts within acts are
        slow.execute(insert, [41])
        with connection.cursor() as quick:
            quick.execute(insert, [42])

        keeping.look(at=AT)
        _wait_long()
        keeping.look(at=AT)
        marked_before = set(Recount.objects.values_list("case_id", flat=True))
        Recount.objects.all().delete()
        slow.commit()

    keeping.look(at=AT)

    assert marked_before == {42}
    assert 41 in set(Recount.objects.values_list("case_id", flat=True))


def test_numbers_are_given_up_once_all_transactions_of_their_time_are_over() -> None:
    ledger = Ledger(known_at=AT, settling=[[100, 7, 0.0], [200, 12, 0.0], [300, 9, 90.0]])

    keeping._settle(ledger, keeping._Snapshot(oldest_running=10, newest=15, last_id=400, at=120.0))

    # 200 may still come from a transaction that runs; 300 was there half a minute ago.
    assert ledger.seen_id == 100
    assert ledger.settling == [[200, 12, 0.0], [300, 9, 90.0], [400, 15, 120.0]]


def _wait_long() -> None:
    """As if a minute had gone by since the last look."""
    ledger = Ledger.objects.get()
    ledger.settling = [[last_id, newest, at - 120] for last_id, newest, at in ledger.settling]
    ledger.save()


@pytest.mark.django_db
def test_history_that_fires_nobody_is_counted_too() -> None:
    agency = make_working_agency()
    operations.keep_up(at=AT)
    with events.of_origin("import"):
        make_case(agency=agency, at=AT)

    operations.keep_up(at=AT + HOUR)

    assert queries.figures(whole(agency))["received"] == 1


@pytest.mark.django_db
def test_a_promise_that_runs_out_counts_though_nothing_happens() -> None:
    case = make_case(at=AT)
    operations.keep_up(at=AT)
    assert case.due_at is not None
    before = queries.stock(whole(case.agency)).overdue
    operations.keep_up(at=case.due_at)
    at_the_moment = queries.stock(whole(case.agency)).overdue

    operations.keep_up(at=case.due_at + timedelta(seconds=1))

    assert (before, at_the_moment, queries.stock(whole(case.agency)).overdue) == (0, 0, 1)


@pytest.mark.django_db
def test_what_a_clock_wrote_that_goes_ahead_counts_when_its_moment_has_come() -> None:
    case = make_case(at=AT)
    cases.accept_referral(case, by=make_person("supervisor", case.unit), at=AT + HOUR)
    operations.keep_up(at=AT + HOUR / 2)
    early = queries.figures(whole(case.agency), speeds=True)["acknowledged"]

    operations.keep_up(at=AT + 2 * HOUR)

    assert (early, queries.figures(whole(case.agency), speeds=True)["acknowledged"]) == (0, 1)


@pytest.mark.django_db
def test_a_holiday_announced_later_changes_the_times_that_are_kept() -> None:
    case = make_case(at=AT)
    cases.resolve(case, text="أُنجز", by=make_person("supervisor", case.unit), at=AT + 2 * DAY)
    operations.keep_up(at=AT + 3 * DAY)
    before = queries.figures(whole(case.agency)).cycle.half
    day = (AT + DAY).astimezone(case.agency.zone).date()
    calendars.add_holiday(case.agency, on_from=day, on_to=day + 2 * DAY, name=both("عطلة", "Holiday"), at=AT + 3 * DAY)

    operations.keep_up(at=AT + 3 * DAY + HOUR)

    after = queries.figures(whole(case.agency)).cycle.half
    assert before is not None
    assert after == queries.counted_figures(replace(whole(case.agency), is_kept=False)).cycle.half
    assert after < before


@pytest.mark.django_db
def test_what_had_joined_a_complaint_about_staff_leaves_the_figures_with_it_and_comes_back() -> None:
    agency = make_working_agency()
    unit = directory.take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=LONG_AGO)
    member, main, joined = make_person("specialist", unit), make_case(agency=agency), make_case(agency=agency)
    roads, both_of_them = main.unit, {main.pk, joined.pk}
    cases.merge(joined, into=main, by=make_person("supervisor"), at=AT)

    def counted(at: datetime) -> set[int]:
        operations.keep_up(at=at)
        Ledger.objects.update(seen_id=EventRecord.objects.latest("pk").pk)  # as when their transactions are long over
        return set(CaseFact.objects.values_list("case_id", flat=True))

    assert counted(AT + HOUR) == both_of_them
    cases.tell_of_staff(main, AboutStaff("موظف الشباك"), by=make_person("agent"), at=AT + HOUR)
    assert counted(AT + 2 * HOUR) == set()
    cases.lift_staff_complaint(main, reason="ليست على موظف", unit=roads, by=member, at=AT + 2 * HOUR)
    assert counted(AT + 3 * HOUR) == both_of_them


@pytest.mark.django_db
def test_days_and_agencies_can_be_marked_and_what_is_gone_is_taken_off() -> None:
    case = make_case(at=AT)
    operations.keep_up(at=AT)
    Case.objects.filter(pk=case.pk).update(channel="phone")  # as no act does
    operations.mark_days(case.agency_id, [AT.astimezone(case.agency.zone).date()], at=AT)
    operations.keep_up(at=AT)
    channel = CaseFact.objects.get(pk=case.pk).channel
    operations.mark_agency(case.agency_id, at=AT)

    operations.keep_up(at=AT - DAY)  # a clock put back: it has not come yet

    assert channel == "phone"
    operations.keep_up(at=AT)
    summed = Tally.objects.filter(a=shape.CHANNEL, b=0, grain="d").values_list("a_key", "registered")
    assert dict(summed) == {"phone": 1, "portal": 0}


@pytest.mark.django_db
def test_figures_are_kept_only_once_they_are_whole_and_many(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(at=AT)
    assert reading.kept_until(case.agency_id) is None
    operations.keep_up(at=AT)
    few = reading.kept_until(case.agency_id)
    monkeypatch.setattr(reading, "FEW", 1)

    assert few is None
    assert reading.kept_until(case.agency_id) == AT
    AgencyLedger.objects.update(is_whole=False)
    assert reading.kept_until(case.agency_id) is None


@pytest.mark.django_db
def test_what_an_older_house_kept_is_not_read_before_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(at=AT)
    monkeypatch.setattr(reading, "FEW", 1)
    operations.keep_up(at=AT)
    rules = AgencyLedger.objects.get().rules
    AgencyLedger.objects.update(rules=f"2.1 {rules.split()[1]}")
    Ledger.objects.update(edition="2.1 0")

    assert reading.kept_until(case.agency_id) is None
    operations.keep_up(at=AT + DAY)
    assert reading.kept_until(case.agency_id) == AT + DAY


@pytest.mark.django_db
def test_every_age_of_what_is_open_is_told_from_sums_of_days_and_of_old_months() -> None:
    agency = make_working_agency("MUN")
    ages = (0, 3, 4, 7, 8, 14, 15, 30, 31, 60, 61, 75, 92, 130, 400)
    until = AT + 400 * DAY
    for age in ages:
        make_case(agency=agency, at=until - age * DAY)
    operations.keep_up(at=until)
    start, end = midnight(until.date(), agency.zone), midnight(until.date() + DAY, agency.zone)
    today = make_cohort(agency, start=start, end=end, as_of=until)

    found = queries.stock(replace(today, is_kept=True))

    assert found == queries.stock(today)
    assert list(found.bands.values()) == [2, 2, 2, 2, 2, 5]


def test_lengths_told_from_steps_are_within_a_hundredth() -> None:
    lengths = [60.0 * number**1.3 for number in range(1, 4000)]
    steps: dict[int, int] = {}
    for one in lengths:
        step = next(place for place in range(3000) if one < shape.bounds_of(place)[1])
        steps[step] = steps.get(step, 0) + 1

    told = reading.near(steps)

    assert told.is_near
    assert told.n == len(lengths)
    assert told.half == pytest.approx(lengths[1999], rel=0.01)
    assert told.nine_of_ten == pytest.approx(lengths[3598], rel=0.01)


@pytest.mark.django_db
def test_counting_again_counts_nothing_twice() -> None:
    case = make_case(at=AT)
    with transaction.atomic():
        operations.keep_up(at=AT)
        operations.mark_agency(case.agency_id, at=AT)
        operations.keep_up(at=AT)

    assert queries.figures(whole(case.agency))["received"] == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_would_wait_for_a_counting_under_way_leaves_it_to_that() -> None:
    operations.keep_up(at=SUNDAY_9AM)
    before = Ledger.objects.get().known_at
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as another:
        another.execute("SELECT pg_advisory_lock(%s)", [jobs.ONE_ALONE])
        with clock.frozen(SUNDAY_9AM + HOUR):
            jobs.keep_up(timestamp=0)
        assert Ledger.objects.get().known_at == before
        another.execute("SELECT pg_advisory_unlock(%s)", [jobs.ONE_ALONE])
        with clock.frozen(SUNDAY_9AM + HOUR):
            jobs.keep_up(timestamp=0)
        assert Ledger.objects.get().known_at == SUNDAY_9AM + HOUR
        (is_free,) = another.execute("SELECT pg_try_advisory_lock(%s)", [jobs.ONE_ALONE]).fetchone() or (False,)
        assert is_free
