"""The bulk writer leaves what the operations would have left, row for row, and tells nobody."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from wasl.cases import operations, queries
from wasl.cases.bulk import BadRow, Book, CaseRow, problems, write_cases
from wasl.cases.models import Case, CaseEntry, Clock
from wasl.cases.operations import fresh_due
from wasl.cases.tests.histories import (
    DAY,
    IMPORTED_AT,
    START,
    left_of,
    live,
    make_tales,
    make_world,
    write,
)
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.cases.timeline import public_timeline
from wasl.catalogue.tests.makers import make_service
from wasl.core import references
from wasl.core.events import of_origin
from wasl.core.models import EventDelivery, EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_huda, make_unit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def row(**more: Any) -> CaseRow:
    return CaseRow(**({"kind": "report", "channel": "phone", "title": "حفرة", "registered_at": START} | more))


def put(agency: Agency, *rows: CaseRow) -> list[Case]:
    written = write_cases(rows, book=Book(agency), at=IMPORTED_AT)
    found = Case.objects.in_bulk(written.ids)
    return [found[number] for number in written.ids]


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("seed", "number"), [(17, 250), pytest.param(311, 1000, marks=pytest.mark.drill)])
def test_histories_leave_the_same_rows_as_the_operations(seed: int, number: int) -> None:
    tales = make_tales(seed=seed, number=number)
    one, other = make_world("MUN"), make_world("HOU")
    lived = live(one, tales)
    waiting = jobs()

    written = write(other, tales)

    for tale, told, expected in zip(tales, left_of(written), left_of(lived), strict=True):
        assert told == expected, tale
    assert jobs() == waiting
    assert not EventDelivery.objects.exists()


def test_duplicates_join_the_case_that_goes_on_as_they_would_at_the_desk() -> None:
    huda = make_huda()
    tales = make_tales(seed=7, number=60)
    tales = [tale for tale in tales if not (tale.row.resolved_at or tale.row.rejected_at or tale.row.left_at)]
    late = START + 120 * DAY
    lived = live(make_world("MUN"), tales)
    with of_origin("import"):
        for case in lived[1:]:
            operations.merge(case, into=lived[0], by=huda, at=late)

    other = make_world("HOU")
    (leading,) = write(other, tales[:1])
    (follower,) = write(other, tales[1:2], state="duplicate", left_at=late, merged_into_id=leading.pk)
    # What names a case that has joined another itself follows that other.
    rest = write(other, tales[2:], state="duplicate", left_at=late, merged_into_id=follower.pk)

    assert {case.merged_into for case in rest} == {leading}
    assert left_of([leading, follower, *rest]) == left_of(lived)


def test_each_case_has_a_number_and_a_private_code_of_its_own() -> None:
    agency = make_working_agency()
    new_year = datetime(2024, 12, 31, 21, 30, tzinfo=UTC)  # in Muscat the year has turned

    found = put(agency, *[row(registered_at=new_year)] * 50)

    numbers = [references.parse(case.reference) for case in found]
    assert {(number.letters, number.year_month) for number in numbers if number} == {("MR", "2501")}
    assert [number.digits for number in numbers if number] == [case.digits for case in found]
    codes = {operations.access_code(case) for case in found}
    assert len(codes) == len({case.public_id for case in found}) == 50
    assert all(queries.by_access_code(operations.access_code(case)) == case for case in found)
    assert make_case(agency=agency).reference > found[-1].reference


def test_the_promise_of_the_source_stays_as_it_was_given() -> None:
    agency = make_working_agency()
    due = START + timedelta(days=2, seconds=40)

    case, overdue = put(agency, row(due_at=due), row(due_at=START - DAY, resolved_at=START + DAY, words="تم"))

    clock = Clock.objects.get(case=case, kind="resolve")
    assert (case.due_at, clock.due_at) == (due, due)
    assert timedelta() <= fresh_due(clock) - due < timedelta(minutes=1), "explained to the minute"
    assert (overdue.due_at, overdue.state) == (START - DAY, "resolved")
    assert case.clocks.count() == 5, "the other promises are our own"


def test_the_unit_of_the_source_has_the_case_from_the_start() -> None:
    agency = make_working_agency()
    lamps = make_unit("LAMPS", agency=agency)

    (case,) = put(agency, row(service_id=make_service(agency=agency).pk, unit_id=lamps.pk))

    assert (case.unit, case.state) == (lamps, "referred")
    assert str(case.route_words) == "كما ورد من المصدر"
    assert case.referrals.get().to_unit == lamps


@pytest.mark.parametrize(
    ("state", "moments", "stands", "facts"),
    [
        ("in_progress", {}, "in_progress", ["CaseReferred", "ReferralAccepted", "WorkStarted"]),
        ("accepted", {}, "accepted", ["CaseReferred", "ReferralAccepted"]),
        ("closed", {"resolved_at": START + DAY}, "closed", ["CaseReferred", "CaseResolved", "CaseClosed"]),
        ("closed", {"rejected_at": START + DAY}, "closed", ["CaseReferred", "CaseRejected", "CaseClosed"]),
        ("duplicate", {"left_at": START + DAY}, "duplicate", ["CaseReferred", "CaseMerged"]),
        ("", {"started_at": START + DAY}, "in_progress", ["CaseReferred", "ReferralAccepted", "WorkStarted"]),
    ],
)
def test_what_the_source_does_not_tell_of_the_way_is_filled_in(
    state: str, moments: dict[str, Any], stands: str, facts: list[str]
) -> None:
    agency = make_working_agency()

    (case,) = put(agency, row(service_id=make_service(agency=agency).pk, state=state, **moments))

    told = EventRecord.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True)
    assert (case.state, list(told)) == (stands, ["CaseRegistered", *facts])


def test_a_case_that_no_unit_has_is_at_most_seen() -> None:
    (case,) = put(make_working_agency(), row(state="in_progress"))

    assert (case.state, case.unit.is_triage) == ("acknowledged", True)


def test_words_and_texts_come_through_as_they_are() -> None:
    agency = make_working_agency()
    wild = 'سطر\\ن\tوعمود\n"quoted" \\. \\N 50%\r\nنهاية'

    (case,) = put(agency, row(title=wild, description=wild, resolved_at=START + DAY, words=wild, answers=[{"a": wild}]))

    assert case.title == " ".join(wild.split())
    assert case.description == wild.replace("\r\n", "\n")
    assert case.answers == [{"a": wild}]
    assert CaseEntry.objects.get(case=case).text == case.description
    assert public_timeline(case)[0].text == case.description


def test_history_without_words_leaves_no_empty_ones() -> None:
    (case,) = put(make_working_agency(), row(resolved_at=START + DAY))

    assert not CaseEntry.objects.filter(case=case).exists()


def test_what_belongs_to_another_agency_is_refused() -> None:
    agency, other = make_working_agency(), make_working_agency("HOU")
    foreign = make_service(agency=other, unit=make_unit("ROADS", agency=other))
    theirs = make_case(agency=other, service=foreign)

    for given in (
        {"service_id": foreign.pk},
        {"unit_id": theirs.unit_id},
        {"state": "duplicate", "left_at": START, "merged_into_id": theirs.pk},
    ):
        with pytest.raises(LookupError):
            put(agency, row(**given))
    assert not Case.objects.filter(agency=agency).exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "x"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"importance": "P9"}, "class"),
        ({"preferred_channel": "fax"}, "means"),
        ({"state": "scheduled"}, "state"),
        ({"title": "  "}, "title"),
        ({"title": "س" * 201}, "longer"),
        ({"lat": Decimal(23)}, "missing"),
        ({"lat": Decimal(23), "lon": Decimal(181)}, "earth"),
        ({"rating": 6, "rated_at": START, "resolved_at": START}, "1 to 5"),
        ({"rating": 5}, "rating"),
        ({"registered_at": START.replace(tzinfo=None)}, "zone"),
        ({"due_at": START.replace(tzinfo=None)}, "zone"),
        ({"registered_at": IMPORTED_AT + HOUR}, "future"),
        ({"resolved_at": START - HOUR}, "before"),
        ({"resolved_at": START + DAY, "closed_at": START}, "before"),
        ({"resolved_at": START, "rejected_at": START}, "more than one end"),
        ({"left_at": START}, "why"),
        ({"state": "resolved"}, "lead"),
        ({"state": "new", "resolved_at": START}, "lead"),
        ({"closed_at": START}, "closed"),
        ({"merged_into_id": 1}, "duplicate"),
        ({"answered_at": START}, "asked"),
    ],
)
def test_a_row_that_makes_no_sense_says_why_and_nothing_is_written(given: dict[str, Any], says: str) -> None:
    bad = row(**given)

    with translation.override("en"):
        why = problems(bad, at=IMPORTED_AT)
        assert any(says in sentence for sentence in map(str, why)), list(map(str, why))
    with pytest.raises(BadRow) as caught:
        write_cases([row(), bad], book=Book(make_working_agency()), at=IMPORTED_AT)

    assert caught.value.place == 1
    assert not Case.objects.exists()


def test_a_batch_costs_the_same_statements_however_long() -> None:
    world = make_world("MUN")
    book = Book(world.agency)
    rows = [tale.row_in(world) for tale in make_tales(seed=5, number=80)]
    write_cases(rows, book=book, at=IMPORTED_AT)

    with CaptureQueriesContext(connection) as few:
        write_cases(rows[:40], book=book, at=IMPORTED_AT)
    with CaptureQueriesContext(connection) as many:
        write_cases(rows, book=book, at=IMPORTED_AT)

    # Among them the lock under which the log is sealed.
    assert len(few) == len(many) <= 13
