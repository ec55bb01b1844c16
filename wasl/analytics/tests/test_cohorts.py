"""Published figures as cohorts in the database, and who counts what."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.analytics import asked, board, operations, people, queries, tables
from wasl.analytics.measures import MEASURES, arithmetic, definitions
from wasl.analytics.measures.arithmetic import GrowthKind
from wasl.analytics.measures.cohorts import Population, Secret
from wasl.analytics.tests.makers import DAY, make_cohort, make_many
from wasl.cases import operations as cases
from wasl.cases import queries as case_queries
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_unit
from wasl.intake import operations as intake

pytestmark = pytest.mark.django_db


def moment(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.mark.requirement("M-05")
@pytest.mark.requirement("F-14")
def test_62_and_98_percent_are_both_true_of_one_half_year_at_two_as_of_moments(agency: Agency) -> None:
    """What stood at 62 % on 30 June stood at 98 % after the year: the late completions had come in."""
    case = make_case(agency=agency, at=moment(2021, 12, 1))
    done = {"state": "closed", "is_open": False, "registered_at": moment(2022, 3, 1)}
    make_many(case, 62, **done, resolved_at=moment(2022, 4, 1), state_since=moment(2022, 4, 16))
    make_many(case, 36, **done, resolved_at=moment(2022, 9, 1), state_since=moment(2022, 9, 16))
    make_many(case, 2, registered_at=moment(2022, 5, 1))
    half = make_cohort(agency, start=moment(2022, 1, 1, 0), end=moment(2022, 7, 1, 0))

    in_june, later = (queries.figures(half.known_at(at)) for at in (moment(2022, 6, 30, 20), moment(2023, 1, 15)))

    assert in_june.rate("completion_rate").percent(0) == 62
    assert later.rate("completion_rate").percent(0) == 98
    assert (in_june["received"], later["received"]) == (100, 100)


@pytest.mark.requirement("F-01")
def test_growth_of_54_percent_between_cohorts_of_the_same_age(agency: Agency) -> None:
    case = make_case(agency=agency, at=moment(2021, 12, 1))
    for year, completed, waiting in ((2022, 124, 76), (2023, 191, 9)):
        began, closed = moment(year, 2, 1), moment(year, 5, 1)
        done = {"state": "resolved", "is_open": False, "resolved_at": closed, "state_since": closed}
        make_many(case, completed, registered_at=began, **done)
        make_many(case, waiting, registered_at=began)
    first, second = (
        queries.figures(make_cohort(agency, start=moment(year, 1, 1, 0), end=moment(year, 7, 1, 0)))
        for year in (2022, 2023)
    )

    growth = arithmetic.growth_of_rate(first.rate("completion_rate"), second.rate("completion_rate"))

    assert growth is not None
    assert (growth.kind, growth.printed(0)) == (GrowthKind.RATE, Decimal(54))
    assert first.rate("completion_rate").percent(1) == Decimal("62.0")
    assert second.rate("completion_rate").percent(1) == Decimal("95.5")


def test_the_parts_of_a_cohort_add_up(agency: Agency) -> None:
    huda = make_huda()
    resolved_case(agency=agency, by=huda)
    again = resolved_case(agency=agency, by=huda)
    cases.reopen(again, reason="لم يُحل", at=SUNDAY_9AM + DAY)
    cases.reject(make_case(agency=agency), reason="ليس لنا", by=huda, at=SUNDAY_9AM + HOUR)
    cases.withdraw(make_case(agency=agency), at=SUNDAY_9AM + HOUR)
    cases.merge(make_case(agency=agency), into=make_case(agency=agency), by=huda, at=SUNDAY_9AM + HOUR)

    told = queries.figures(make_cohort(agency, start=SUNDAY_9AM - DAY, end=SUNDAY_9AM + 2 * DAY))

    assert told["registered"] == told["received"] + told["set_aside"] == 6
    parts = ("completed", "rejected", "withdrawn", "open")
    assert told["received"] == sum(told[code] for code in parts) - told["open_again"] == 5


@pytest.mark.requirement("W-05")
def test_a_reopening_lowers_the_accuracy_and_leaves_the_first_completion_as_it_was(agency: Agency) -> None:
    huda = make_huda()
    many = [resolved_case(agency=agency, by=huda) for _ in range(4)]
    cohort = make_cohort(agency, start=SUNDAY_9AM - DAY, end=SUNDAY_9AM + 2 * DAY)
    before = queries.figures(cohort, speeds=True)

    cases.reopen(many[0], reason="لم يُحل", at=SUNDAY_9AM + DAY)
    told = queries.figures(cohort, speeds=True)

    assert (before.rate("reopen_rate").percent(0), told.rate("reopen_rate").percent(0)) == (0, 25)
    assert told["open_again"] == 1
    for code in ("completion_rate", "on_time_rate"):
        assert told.rate(code) == before.rate(code)
    assert (told["completed"], told.cycle) == (before["completed"], before.cycle)
    # Answered anew it is still one of those that did not last, and of the speed of its first completion.
    cases.accept_referral(many[0], by=huda, at=SUNDAY_9AM + DAY + HOUR)
    cases.resolve(many[0], text="رُدمت من جديد.", by=huda, at=SUNDAY_9AM + DAY + 2 * HOUR)
    again = queries.figures(cohort, speeds=True)
    assert again.rate("reopen_rate").percent(0) == 25
    assert (again["completed"], again.cycle) == (before["completed"], before.cycle)


def test_a_question_to_the_citizen_stops_the_overdue_count_also_in_the_past(agency: Agency) -> None:
    noora = make_noora(make_unit("ROADS", agency=agency))
    case = accepted_case(agency=agency, by=noora)
    assert case.due_at is not None
    cases.ask_beneficiary(case, question="أين؟", by=noora, at=case.due_at - HOUR)
    asked_at, due_at = case.state_since, case.due_at
    cases.answer_from_beneficiary(case, text="هنا", channel="portal", at=due_at + 30 * DAY)
    cohort = make_cohort(agency, start=SUNDAY_9AM - DAY, end=SUNDAY_9AM + DAY)

    overdue = {
        days: queries.figures(cohort.known_at(asked_at + timedelta(days=days)))["overdue"] for days in (0, 3, 29, 200)
    }

    assert overdue == {0: 0, 3: 0, 29: 0, 200: 1}


def test_the_overdue_of_today_are_those_of_the_worklist(agency: Agency) -> None:
    noora = make_noora(make_unit("ROADS", agency=agency))
    asked_late = accepted_case(agency=agency, by=noora)
    assert asked_late.due_at is not None
    at = asked_late.due_at + 5 * DAY
    cases.ask_beneficiary(asked_late, question="أين؟", by=noora, at=asked_late.due_at + HOUR)
    cases.ask_beneficiary(accepted_case(agency=agency, by=noora), question="أين؟", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    make_case(agency=agency)
    make_case(agency=agency, at=at - HOUR)
    cohort = make_cohort(agency, start=SUNDAY_9AM - DAY, end=at, as_of=at)

    listed = case_queries.narrowed(Case.objects.all(), case_queries.Filters(overdue_at=at))
    counted = queries.cases_of(cohort, MEASURES["backlog_overdue"], Case.objects.all())

    assert {one.pk for one in counted} == {one.pk for one in listed}
    assert queries.stock(cohort).overdue == 2


def test_days_are_those_of_the_agency_and_weeks_begin_on_sunday(agency: Agency) -> None:
    late_on_saturday = moment(2026, 11, 21, 20).replace(minute=30)  # half past midnight on Sunday in Muscat
    make_case(agency=agency, at=late_on_saturday)
    cohort = make_cohort(agency, start=moment(2026, 11, 1), end=moment(2026, 11, 30))

    for step in ("day", "week"):
        (part,) = queries.figures(cohort, by=[queries.by_step(step)]).parts["step"]
        assert part.key == "2026-11-22"


# --- who counts what ------------------------------------------------------------------------------------------------


def question(person: object, at: datetime, **given: str) -> asked.Question:
    return asked.read(people.reader_of(person, "", at=at), given, at=at)


@pytest.fixture
def with_secret(agency: Agency) -> Agency:
    """Two cases of the roads, one of them about staff, and one of the lamps."""
    roads, lamps = make_unit("ROADS", agency=agency), make_unit("LAMPS", agency=agency)
    make_case(agency=agency, service=make_service("S-1", agency=agency, unit=roads))
    make_case(agency=agency, service=make_service("S-2", agency=agency, unit=roads, confidential=True))
    make_case(agency=agency, service=make_service("S-3", agency=agency, unit=lamps))
    return agency


AT = SUNDAY_9AM + HOUR


def test_confidential_cases_count_in_totals_and_stand_apart_in_breakdowns(with_secret: Agency) -> None:
    huda, director = make_huda(), make_person("director")

    seen = board.build(question(huda, AT))
    known = board.build(question(director, AT))

    assert (seen.figures["received"], known.figures["received"]) == (3, 3)
    assert sorted(row.received.value for row in seen.units.rows) == [1, 1, 1]
    assert [row.received.address for row in seen.units.rows if row.part is None] == [""]
    assert sorted(row.received.value for row in known.units.rows) == [1, 2]
    assert sum(step.received.value for step in seen.course) == 3


@pytest.mark.parametrize("given", [{"channel": "portal"}, {"class": "its own"}, {"unit": "ROADS"}])
def test_narrower_figures_leave_confidential_cases_out_and_say_so(with_secret: Agency, given: dict[str, str]) -> None:
    if "unit" in given:
        given = {"unit": str(make_unit("ROADS", agency=with_secret).pk)}
    if "class" in given:
        given = {"class": Case.objects.get(confidential=True).importance}
    huda, director = make_huda(), make_person("director")

    seen, known = (board.build(question(person, AT, **given)) for person in (huda, director))

    assert seen.left_out
    assert not known.left_out
    assert seen.figures["received"] == known.figures["received"] - 1


def test_a_unit_has_the_figures_of_its_own_cases_only(with_secret: Agency) -> None:
    noora = make_noora(make_unit("ROADS", agency=with_secret))
    other = str(make_unit("LAMPS", agency=with_secret).pk)

    assert board.build(question(noora, AT)).figures["received"] == 1
    assert board.build(question(noora, AT, unit=other)).figures["received"] == 1, "not theirs to narrow to"
    assert question(noora, AT).cohort.secret is Secret.LEFT_OUT


def test_an_agent_has_the_figures_of_what_is_assigned_to_them(agency: Agency) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    accepted_case(agency=agency, by=salem)
    make_case(agency=agency)

    told = board.build(question(salem, SUNDAY_9AM + DAY))

    assert told.figures["received"] == 1
    assert told.contacts is None


def test_a_case_counts_where_it_stood_at_the_as_of_moment(agency: Agency) -> None:
    huda, lamps = make_huda(), make_unit("LAMPS", agency=agency)
    case = make_case(agency=agency)
    roads = case.unit
    cases.refer(case, to_unit=lamps, reason="إنارة", by=huda, at=SUNDAY_9AM + 10 * DAY)

    for days, unit in ((1, roads), (11, lamps)):
        as_of = (SUNDAY_9AM + days * DAY).date().isoformat()
        told = board.build(question(huda, SUNDAY_9AM + 20 * DAY, on="2026-11-22", as_of=as_of))
        assert [row.name for row in told.units.rows] == [str(unit)]


@pytest.mark.requirement("H-23")
def test_inquiries_answered_without_a_case_are_the_sum_of_their_channels(agency: Agency) -> None:
    huda = make_huda()
    unit = make_unit("ROADS", agency=agency)
    for number, channel in enumerate(("phone", "phone", "counter")):
        intake.record_disposition(
            agency=agency, unit=unit, channel=channel, key=f"k-{number}", by=huda, at=SUNDAY_9AM + HOUR
        )

    told = board.build(question(huda, SUNDAY_9AM + 2 * HOUR))

    assert told.contacts == {"phone": 2, "counter": 1}
    assert told.contacts_total == 3
    assert board.build(question(huda, SUNDAY_9AM + 2 * HOUR, channel="phone")).contacts_total == 2
    assert board.build(question(huda, SUNDAY_9AM + 2 * HOUR, kind="report")).contacts is None


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_dashboard_costs_the_same_statements_whatever_the_number_of_cases(agency: Agency) -> None:
    huda = make_huda()
    case = make_case(agency=agency)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            tables.as_csv(board.build(question(huda, AT)))
        return len(captured)

    cost()  # what is kept in the process is read once
    few = cost()
    make_many(case, 60)

    assert cost() == few <= 13


def test_the_csv_holds_every_figure_and_runs_no_formula(agency: Agency) -> None:
    unit = make_unit("EVIL", agency=agency, name=both("=1+1", "=1+1"))
    make_case(agency=agency, service=make_service("S-9", agency=agency, unit=unit))

    with clock.frozen(AT):
        text = tables.as_csv(board.build(question(make_huda(), AT)))

    lines = text.splitlines()
    assert lines[0].startswith("\ufeff")
    assert any(
        line.startswith("total,") and ",received," in line and ",1,cases" in line.replace("طلب", "cases")
        for line in lines
    )
    assert "'=1+1" in text
    assert ",=1+1" not in text
    told = {line.split(",")[2] for line in lines if line.startswith("total,")}
    made = {"elapsed_time", "growth_count", "growth_rate", "growth_points", "share", "finished"}
    # What speaks of takings stands on the pages of the review of turns.
    made |= {code for code, one in definitions.MEASURES.items() if one.population is Population.TAKEN}
    assert told == set(definitions.MEASURES) - made


def test_every_definition_has_its_words_in_both_languages_and_names_what_it_is_made_of() -> None:
    for one in MEASURES.values():
        for words in (one.name, one.says, one.formula, one.leaves_out):
            assert all((words["ar"], words["en"], words["ar"] != words["en"])), one.code
        assert set(one.counted) <= set(MEASURES)
        assert one.is_count or one.unit != "cases" or one.population is Population.TAKEN
        assert one.unit in definitions.UNITS


@pytest.mark.parametrize(
    "given",
    [
        {"period": "x", "on": "2026-13-45", "unit": "1 OR 1=1", "wilayat": "٣", "channel": "'", "as_of": "0001-01-01"},
        {"from": "9999-12-31", "to": "-1", "category": "none", "service": "9" * 40, "class": "P9", "kind": "%s"},
        {"period": "own"},
    ],
)
def test_nonsense_in_an_address_narrows_nothing(agency: Agency, given: dict[str, str]) -> None:
    make_case(agency=agency)

    asked_for = question(make_huda(), AT, **given)

    assert asked_for.period.from_on.isoformat() == "2026-11-01"
    assert board.build(asked_for).figures["registered"] in (0, 1)


def test_every_part_of_a_question_stays_in_its_addresses(agency: Agency) -> None:
    given = {"period": "week", "as_of": "2026-11-20", "channel": "phone", "against": "year"}

    asked_for = question(make_huda(), AT, **given)

    assert (
        asked_for.query(measure="received", channel="") == "?period=week&as_of=2026-11-20&against=year&measure=received"
    )
    assert asked_for.query() == "?period=week&as_of=2026-11-20&against=year&channel=phone"


# --- targets --------------------------------------------------------------------------------------------------------


def test_a_target_is_shown_as_reached_or_not_from_the_day_it_holds(agency: Agency) -> None:
    huda = make_huda()
    resolved_case(agency=agency, by=huda)
    make_case(agency=agency)
    operations.set_target(agency, measure="completion_rate", value=Decimal(40), at=SUNDAY_9AM)
    operations.set_target(agency, measure="completion_rate", value=Decimal(95), at=SUNDAY_9AM + 2 * DAY)
    operations.set_target(agency, measure="csat", value=Decimal("4.5"), at=SUNDAY_9AM)

    first, second = (board.build(question(huda, SUNDAY_9AM + days * DAY)).aims for days in (1, 3))

    assert (first["completion_rate"].value, first["completion_rate"].met) == (40, True)
    assert (second["completion_rate"].value, second["completion_rate"].met) == (95, False)
    assert first["csat"].met is None, "nobody answered"


def test_only_what_can_be_better_or_worse_has_a_target(agency: Agency) -> None:
    with pytest.raises(operations.NoAim):
        operations.set_target(agency, measure="received", value=Decimal(5), at=SUNDAY_9AM)
