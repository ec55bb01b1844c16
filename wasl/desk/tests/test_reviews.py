"""Reviews at the desk: written down for the caller, decided by whoever leads above the unit, seen by nobody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.alerts.digest import Reader
from wasl.cases import operations
from wasl.cases.models import Appeal, Case
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core import clock
from wasl.desk.alerts import to_decide
from wasl.directory.models import Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + 3 * HOUR


def signed_in(person: User) -> Client:
    """A browser of theirs."""
    return sign_in(Client(), person)


@pytest.fixture
def noora() -> User:
    make_working_agency()
    return make_noora()


@pytest.fixture
def thuraya(noora: User) -> User:
    works = make_unit("WORKS", kind="directorate")
    Unit.objects.filter(pk=make_unit("ROADS").pk).update(parent=works)
    return make_person("head", works)


@pytest.fixture
def case(noora: User, thuraya: User) -> Case:
    case = make_case()
    operations.reject(case, reason="ملك خاص", by=noora, at=SUNDAY_9AM + HOUR)
    return case


def test_the_agent_writes_it_down_for_the_caller_and_the_head_above_decides(case: Case, thuraya: User) -> None:
    with clock.frozen(AT):
        salem = signed_in(make_salem())
        words = {"appeal-words": "هو طريق عام", "appeal-channel": "phone", "appeal-version": case.version}
        asked = salem.post(f"/desk/cases/{case.reference}/appeal", words)
        mine = signed_in(thuraya).get("/desk/reviews").content.decode()
        page = signed_in(thuraya).get(f"/desk/cases/{case.reference}?act=review").content.decode()
        case.refresh_from_db()
        decided = signed_in(thuraya).post(
            f"/desk/cases/{case.reference}/review",
            {"review-outcome": "changed", "review-reasons": "الموقع عام", "review-version": case.version},
        )

    assert (asked.status_code, decided.status_code) == (302, 302)
    assert case.reference in mine
    assert "لك" in mine
    assert "هو طريق عام" in page
    case.refresh_from_db()
    assert (case.state, Appeal.objects.get().channel) == ("reopened", "phone")


def test_neither_the_unit_nor_another_head_decides(case: Case, noora: User) -> None:
    other = make_person("head", make_unit("ROADS"))
    operations.ask_appeal(case, words="راجعوه", channel="portal", at=AT)
    with clock.frozen(AT):
        for person in (noora, other, make_salem()):
            given = {"review-outcome": "stands", "review-reasons": "لا", "review-version": case.version}
            answer = signed_in(person).post(f"/desk/cases/{case.reference}/review", given)
            assert answer.status_code in (403, 404, 409), person
        assert case.reference in signed_in(other).get("/desk/reviews").content.decode()
    assert Appeal.objects.get().outcome == ""


def test_the_page_is_empty_for_another_agency_and_closed_without_the_right(case: Case) -> None:
    operations.ask_appeal(case, words="راجعوه", channel="portal", at=AT)
    stranger = make_person("director", make_unit("CENTRE", agency=make_working_agency("HSG")))
    with clock.frozen(AT):
        assert case.reference not in signed_in(stranger).get("/desk/reviews").content.decode()
        assert signed_in(make_salem()).get("/desk/reviews").status_code == 404


def test_the_morning_letter_names_what_waits_for_the_reader(case: Case, thuraya: User) -> None:
    operations.ask_appeal(case, words="راجعوه", channel="portal", at=AT)
    with clock.frozen(AT):
        section = to_decide(Reader(thuraya, case.agency, AT))
        nothing = to_decide(Reader(make_noora(), case.agency, AT))

    assert section is not None
    assert [line.case_id for line in section.lines] == [case.pk]
    assert nothing is None


def test_the_page_asks_as_much_of_the_database_for_many_reviews_as_for_one(noora: User, thuraya: User) -> None:
    hamad = make_person("director", make_unit("CENTRE"))

    def statements(reviews: int) -> int:
        while Appeal.objects.count() < reviews:
            one = make_case()
            operations.reject(one, reason="ملك خاص", by=noora, at=SUNDAY_9AM + HOUR)
            operations.ask_appeal(one, words="راجعوه", channel="portal", at=AT)
        with clock.frozen(AT), CaptureQueriesContext(connection) as told:
            page = signed_in(hamad).get("/desk/reviews").content.decode()
            assert page.count("/desk/cases/") == reviews
        return len(told)

    statements(1)  # From then on the configuration is in memory.
    one = statements(1)
    assert statements(7) == one
