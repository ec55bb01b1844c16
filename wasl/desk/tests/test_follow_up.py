"""The follow-up team: owners to decide on top, silent units below, reminders and calls kept with the case."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.cases import following
from wasl.cases import operations as cases
from wasl.cases.models import Case, Reminder
from wasl.cases.operations import Missing
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency
from wasl.cases.timeline import staff_timeline
from wasl.core import clock
from wasl.desk.tests.makers import DAY, HOUR, make_roads
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_said, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db

# Three working days after Sunday the 22nd: the national days of Wednesday and Thursday and the week-end do not count.
LATER = SUNDAY_9AM + 9 * DAY


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def roads(agency: Agency) -> Unit:
    return make_roads(agency)


@pytest.fixture
def moza(agency: Agency) -> User:
    return make_person("follow_up", make_unit("FOLLOW", agency=agency))


def ask(person: User, at: Any = LATER) -> Any:
    with clock.frozen(at):
        return sign_in(Client(), person).get("/desk/follow-up")


def send(person: User, case: Case, what: str, at: Any = LATER, **given: str) -> Any:
    client, prefix = sign_in(Client(), person), {"remind": "remind", "call": "call"}[what]
    with clock.frozen(at):
        return client.post(
            f"/desk/cases/{case.reference}/{what}",
            {f"{prefix}-{case.reference}-{name}": value for name, value in given.items()},
        )


def silent(agency: Agency, at: Any = LATER) -> set[int]:
    return {case.pk for case in following.silent(Case.objects.all(), agency, at=at)}


def test_a_unit_is_silent_after_three_working_days_without_an_act_of_its_people(agency: Agency, roads: Unit) -> None:
    noora, case = make_noora(roads), make_case(agency=agency)

    assert case.pk not in silent(agency, SUNDAY_9AM + 2 * DAY)
    assert case.pk not in silent(agency, SUNDAY_9AM + 7 * DAY)  # a holiday and a week-end lie between
    assert case.pk in silent(agency)
    cases.add_note(case, text="طلبنا المواد", by=noora, at=LATER - DAY)
    assert case.pk not in silent(agency)


def test_what_others_do_does_not_speak_for_the_unit(agency: Agency, roads: Unit) -> None:
    case = make_case(agency=agency)

    cases.add_note(case, text="اتصل المواطن يسأل", by=make_salem(), at=LATER - DAY)

    assert case.pk in silent(agency)


def test_silence_begins_anew_with_a_referral_and_ends_while_the_clock_stands_or_the_case_is_held(
    agency: Agency, roads: Unit
) -> None:
    noora = make_noora(roads)
    referred, asked, held = (accepted_case(by=noora, agency=agency) for _ in range(3))
    cases.refer(referred, to_unit=make_unit("LIGHT", agency=agency), reason="لكم", by=noora, at=LATER - DAY)
    cases.ask_beneficiary(asked, question="أين؟", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    review_on = (SUNDAY_9AM + 3 * DAY).date()
    cases.hold(held, reason_code="budget", review_on=review_on, text="ننتظر", by=noora, at=SUNDAY_9AM + 2 * HOUR)

    assert silent(agency) == set()


def test_how_long_silence_is_belongs_to_the_agency(agency: Agency, roads: Unit) -> None:
    case = make_case(agency=agency)
    assert case.pk in silent(agency)

    cases.set_silence(agency, working_days=10, by=None, at=LATER)

    assert case.pk not in silent(agency)
    with pytest.raises(ValueError, match="60"):
        cases.set_silence(agency, working_days=0, by=None, at=LATER)


@pytest.mark.requirement("S-03")
def test_a_reminder_reaches_the_liaison_officer_and_stands_with_the_case(
    agency: Agency, roads: Unit, moza: User
) -> None:
    said, case = make_said(roads), make_case(agency=agency)

    answer = send(moza, case, "remind", words="المواطن اتصل مرتين")

    assert answer.status_code == 302
    assert Alert.objects.get(kind="reminder").person == said
    row = Reminder.objects.get()
    assert (row.means, row.unit, row.by, row.words) == ("alert", roads, moza, "المواطن اتصل مرتين")
    assert staff_timeline(Case.objects.get(pk=case.pk))[0].text == "المواطن اتصل مرتين"
    assert "المواطن اتصل مرتين" in ask(moza, LATER + HOUR).content.decode()
    assert case.pk in silent(agency)  # a reminder is no act of the unit


def test_where_nobody_is_there_the_team_is_told_to_call(agency: Agency, roads: Unit, moza: User) -> None:
    case = make_case(agency=agency)

    answer = send(moza, case, "remind", words="")

    assert answer.status_code == 422
    assert not Reminder.objects.exists()


def test_a_call_is_kept_with_what_came_of_it(agency: Agency, roads: Unit, moza: User) -> None:
    case = make_case(agency=agency)

    assert send(moza, case, "call", outcome="promised", words=" ").status_code == 422
    assert send(moza, case, "call", outcome="promised", words="سعيد: غداً نبدأ").status_code == 302

    page = ask(moza, LATER + HOUR).content.decode()
    assert "وعدت الوحدة بالرد" in page
    assert following.reminded([case]) == {case.pk: (0, 1)}
    with pytest.raises(Missing):
        cases.note_call(case, outcome="sung", words="لا", by=moza, at=LATER)


def test_two_refusals_stand_on_top(agency: Agency, roads: Unit, moza: User) -> None:
    case, quiet, salem = make_case(agency=agency), make_case(agency=agency), make_salem()
    light = make_unit("LIGHT", agency=agency)
    cases.return_referral(case, reason="ليست لنا", whose=cases.Whose(light), by=make_noora(roads), at=SUNDAY_9AM + HOUR)
    cases.refer(case, to_unit=light, reason="لكم", by=salem, at=SUNDAY_9AM + 2 * HOUR)
    cases.return_referral(
        case, reason="ليست لنا", whose=cases.Whose(roads), by=make_noora(light), at=SUNDAY_9AM + 3 * HOUR
    )

    page = ask(moza).content.decode()

    assert page.index(case.reference) < page.index(quiet.reference)
    assert f"{case.reference}?act=owner" in page


def test_whom_it_is_no_business_of_sees_and_sends_nothing(agency: Agency, roads: Unit) -> None:
    case = make_case(agency=agency)

    for person in (make_salem(), make_noora(roads)):
        assert ask(person).status_code in (403, 404)
        assert send(person, case, "remind", words="").status_code in (403, 404)
    assert not Reminder.objects.exists()


def test_a_longer_list_costs_no_more_statements(agency: Agency, roads: Unit, moza: User) -> None:
    spent = []
    for more in (2, 10):
        for _ in range(more):
            make_case(agency=agency)
        ask(moza)
        with CaptureQueriesContext(connection) as queries:
            ask(moza)
        spent.append(len(queries))

    assert spent[0] == spent[1]
