"""Lists show what a person may see, in the fair order, page by page, with as many statements for any length."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.cases import operations, queries
from wasl.cases.models import Case
from wasl.cases.queries import Filters
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import edition
from wasl.directory.rights import Right
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_noora, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db


def numbers(page: queries.Page) -> list[int]:
    return [case.pk for case in page.cases]


def test_the_fair_order_is_class_then_time() -> None:
    urgent = make_service("RD-COLLAPSE", agency=make_working_agency(), priority="P1")
    late_normal = make_case(at=SUNDAY_9AM + HOUR)
    early_normal = make_case(at=SUNDAY_9AM)
    latest_critical = make_case(at=SUNDAY_9AM + 2 * HOUR, service=urgent)

    page = queries.worklist(Case.objects.all(), Filters())

    assert numbers(page) == [latest_critical.pk, early_normal.pk, late_normal.pk]


@pytest.mark.parametrize("order", ["fair", "due", "newest"])
def test_pages_follow_each_other_without_gap_or_repeat(order: str) -> None:
    made = [make_case(at=SUNDAY_9AM + timedelta(minutes=i)).pk for i in range(7)]
    Case.objects.filter(pk__in=made[:4]).update(due_at=None)  # promised by nobody
    seen: list[int] = []
    after = ""
    while len(seen) <= len(made):
        page = queries.worklist(Case.objects.all(), Filters(order=order), after=after, size=3)
        seen += numbers(page)
        after = page.after
        if not after:
            break

    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


def test_a_broken_cursor_starts_from_the_beginning() -> None:
    case = make_case()

    assert numbers(queries.worklist(Case.objects.all(), Filters(), after="x~'; DROP~9")) == [case.pk]


def told(row: Any) -> Any:
    """A row with all its values, and the rows it names likewise."""
    if row is None:
        return None
    values = {name: value for name, value in vars(row).items() if name != "_state"}
    return values | {name: told(named) for name, named in row._state.fields_cache.items()}


def test_a_case_comes_with_everything_it_names_however_it_was_asked_for() -> None:
    first, second = make_case(description="'; DROP TABLE %s {}"), make_case()
    Case.objects.filter(pk=second.pk).update(merged_into=first, service=None, lat="23.58", lon="58.4")
    whole = Case.objects.select_related(*queries.SHOWN_IN_LISTS, "merged_into")

    for case in (first, second):
        wanted = told(whole.get(pk=case.pk))
        agency = case.agency
        assert told(queries.by_number(Case.objects.all(), case.reference)) == wanted
        assert told(queries.by_reference(case.reference, agency=agency)) == wanted
        assert told(queries.by_access_code(operations.access_code(case))) == wanted
        assert queries.by_number(Case.objects.exclude(pk=case.pk), case.reference) is None
        assert queries.by_reference(case.reference, agency=make_agency("HOU")) is None
    assert [one.pk for one in queries.followers(first)] == [second.pk]


def test_clocks_come_with_their_pauses() -> None:
    case = make_case()
    operations.ask_beneficiary(case, question="أين الموقع؟", by=make_salem(), at=SUNDAY_9AM + HOUR)

    with CaptureQueriesContext(connection) as asked:
        clocks = queries.running_clocks(case)
        told_pauses = {clock.kind: operations.pauses_of(clock) for clock in clocks}

    assert len(asked) == 2
    assert told_pauses["resolve"] == [(SUNDAY_9AM + HOUR, None)]
    # What is kept already needs no pause; all else waits for the citizen.
    assert {kind for kind, pauses in told_pauses.items() if not pauses} == {"refer", "first_answer"}


def test_a_specialist_sees_the_cases_of_the_own_unit_only() -> None:
    case = make_case()
    roads, lighting = make_noora(), make_noora(make_unit("LIGHT"))

    assert list(queries.visible_to(roads, at=SUNDAY_9AM)) == [case]
    assert list(queries.visible_to(lighting, at=SUNDAY_9AM)) == []


def test_another_agency_sees_nothing() -> None:
    make_case()
    stranger = make_salem(make_unit("LANDS", agency=make_agency("HOU")))

    assert not queries.visible_to(stranger, at=SUNDAY_9AM).exists()


def test_a_field_crew_sees_what_is_assigned_to_it() -> None:
    case = make_case()
    crew = make_person("field", case.unit)
    assert not queries.visible_to(crew, at=SUNDAY_9AM).exists()

    operations.assign(case, to=crew, by=make_salem(), at=SUNDAY_9AM)

    assert list(queries.visible_to(crew, at=SUNDAY_9AM)) == [case]


def test_a_confidential_case_is_closed_to_agents_and_supervisors() -> None:
    about_staff = make_service("ST-CONDUCT", agency=make_working_agency(), confidential=True)
    make_case(service=about_staff)

    for role in ("agent", "supervisor"):
        assert not queries.visible_to(make_person(role), at=SUNDAY_9AM).exists()
    assert queries.visible_to(make_person("follow_up"), at=SUNDAY_9AM).exists()


def test_search_finds_by_number_in_any_digits_and_by_words() -> None:
    case = make_case()
    arabic = case.digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    for words in (case.reference, arabic, "الحفره", "مدرسه"):
        assert numbers(queries.worklist(Case.objects.all(), Filters(words=words, open_only=False))) == [case.pk]


def test_a_page_takes_the_same_statements_for_any_number_of_rows() -> None:
    user = make_person("supervisor")
    make_case()

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen, edition.once():
            queries.worklist(queries.visible_to(user, at=SUNDAY_9AM, right=Right.READ_CASE), Filters())
        return len(seen)

    statements()  # roles, units, services and places are remembered after the first time
    few = statements()
    for i in range(12):
        make_case(at=SUNDAY_9AM + timedelta(minutes=i))
    # Whether what is remembered still holds, the numbers of the page, its rows.
    assert statements() == few == 3
