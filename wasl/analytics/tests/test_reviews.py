"""Reviews in the figures: asked for, decided, upheld and late as it was known, each number with exactly its cases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from wasl.analytics import queries
from wasl.analytics.measures import MEASURES
from wasl.analytics.tests.makers import make_cohort
from wasl.cases import operations
from wasl.cases.models import Appeal, Case
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core import clock
from wasl.directory.models import Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_unit, sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ASKED = SUNDAY_9AM + DAY


def refused() -> Case:
    case = make_case()
    operations.reject(case, reason="ملك خاص", by=make_noora(), at=SUNDAY_9AM + HOUR)
    return case


def four_reviews() -> list[Case]:
    """Four cases of the roads; one stands, one is changed, one in part and late, one waits until it is late."""
    make_working_agency()
    works = make_unit("WORKS", kind="directorate")
    Unit.objects.filter(pk=make_unit("ROADS").pk).update(parent=works)
    thuraya, cases = make_person("head", works), [refused() for _ in range(4)]
    for case in cases:
        operations.ask_appeal(case, words="راجعوه", channel="portal", at=ASKED)
    late = Appeal.objects.latest("pk").due_at + HOUR
    for case, outcome, at in zip(
        cases, ("stands", "changed", "partly"), (ASKED + DAY, ASKED + DAY, late), strict=False
    ):
        operations.decide_appeal(case, outcome=outcome, reasons="نظرنا فيه", by=thuraya, at=at)
    refused()
    return cases


def test_every_figure_counts_what_was_known_and_lists_exactly_its_cases() -> None:
    cases = four_reviews()
    agency = cases[0].agency
    stands, changed, partly, waiting = cases
    told = {
        ASKED - HOUR: ([], [], [], []),
        ASKED + HOUR: (cases, [], [], []),
        ASKED + 2 * DAY: (cases, [stands, changed], [changed], []),
        ASKED + 20 * DAY: (cases, [stands, changed, partly], [changed, partly], [partly, waiting]),
    }
    unit = str(make_unit("ROADS").pk)
    for as_of, wanted in told.items():
        cohort = make_cohort(agency, start=SUNDAY_9AM - DAY, end=SUNDAY_9AM + 10 * DAY, as_of=as_of)
        total, parts = queries.reviews(cohort, queries.by_unit({int(unit): int(unit)}))
        assert list(total.values()) == [len(some) for some in wanted], as_of
        assert parts == ({unit: total} if wanted[0] else {})
        for code, some in zip(queries.REVIEWS, wanted, strict=True):
            listed = queries.cases_of(cohort, MEASURES[code], Case.objects.all())
            assert {case.pk for case in listed} == {case.pk for case in some}, (as_of, code)

    before = make_cohort(agency, start=SUNDAY_9AM - DAY, end=ASKED - HOUR, as_of=ASKED + 20 * DAY)
    assert not any(queries.reviews(before, queries.by_unit({}))[0].values())


def test_a_review_that_sends_the_case_elsewhere_is_told_of_the_unit_whose_decision_it_changed() -> None:
    *_, case = four_reviews()
    roads, water = make_unit("ROADS"), make_unit("WATER")
    operations.decide_appeal(
        case,
        outcome="changed",
        reasons="نظرنا فيه",
        to_unit=water,
        move_reason="من عملكم",
        by=make_person("head", make_unit("WORKS")),
        at=ASKED + DAY,
    )
    cohort = make_cohort(case.agency, start=SUNDAY_9AM - DAY, end=SUNDAY_9AM + 10 * DAY, as_of=ASKED + 20 * DAY)

    total, parts = queries.reviews(cohort, queries.by_unit({one.pk: one.pk for one in (roads, water)}))

    assert Case.objects.get(pk=case.pk).unit == water
    assert parts == {str(roads.pk): total}
    for unit, number in ((roads, 3), (water, 0)):
        of_unit = replace(cohort, narrowing=replace(cohort.narrowing, units=[unit.pk]))
        assert queries.cases_of(of_unit, MEASURES["review_upheld"], Case.objects.all()).count() == number


def test_the_dashboard_tells_them_by_unit_and_opens_their_cases() -> None:
    cases = four_reviews()
    with clock.frozen(ASKED + 20 * DAY):
        client = sign_in(Client(), make_person("supervisor", make_unit("CENTRE")))
        days = "period=&from=2026-11-01&to=2026-12-05"
        page = client.get(f"/figures/?{days}")
        board = page.context["board"]
        listed = client.get(f"/figures/cases{board.reviewed_units[0].upheld.address}").content.decode()
        table = client.get(f"/figures/figures.csv?{days}").content.decode()

    assert (board.reviewed.asked.value, board.reviewed.share.part, board.reviewed.share.whole) == (4, 2, 3)
    assert "المراجعات التي طلبها المستفيدون" in page.content.decode()
    assert [case.reference in listed for case in cases] == [False, True, True, False]
    assert "review_upheld_rate" in table
