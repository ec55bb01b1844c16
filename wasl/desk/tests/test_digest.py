"""What stands in the daily digest of who answers for units, and where an alert leads."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from wasl.accounts.models import User
from wasl.alerts import writing
from wasl.alerts.digest import Reader, Section, sections_for
from wasl.alerts.models import CaseLink
from wasl.alerts.openers import addresses_of
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.desk import alerts
from wasl.desk.tests.makers import make_roads
from wasl.directory.models import Agency, Unit
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import (
    SUNDAY_9AM,
    make_agency,
    make_huda,
    make_noora,
    make_person,
    make_said,
    make_salem,
    make_unit,
    sign_in,
)
from wasl.messaging.tests.makers import make_account

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM
DAY = timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def roads(agency: Agency) -> Unit:
    return make_roads(agency)


@pytest.fixture
def said(roads: Unit) -> User:
    return make_said(roads)


def seen(person: User, maker: Callable[[Reader], Section | None], *, at: datetime = AT + DAY) -> list[int]:
    """The cases that a section names to a person."""
    agency = make_agency()
    with timezone.override(agency.zone), translation.override("ar"):
        found = maker(Reader(person, agency, at))
    return [line.case_id for line in found.lines] if found else []


def test_what_waits_for_acceptance_stands_there_without_a_word_of_the_citizen(roads: Unit, said: User) -> None:
    case = make_case(title="حفرة أمام بيت جارنا خلفان", description="هاتفي 92147705")

    with timezone.override(roads.agency.zone), translation.override("ar"), clock.frozen(AT + DAY):
        (section,) = sections_for(Reader(said, roads.agency, AT + DAY))

    (line,) = section.lines
    assert (section.title, line.case_id, line.reference) == ("تنتظر القبول", case.pk, case.reference)
    assert line.title.startswith(str(case.service.name if case.service else ""))
    assert "خلفان" not in str(section)
    assert line.note == "أُحيلت منذ يوم"
    assert section.path == "/desk/?view=accept"


def test_late_and_due_today_are_told_apart(roads: Unit, said: User) -> None:
    late, today, later = (make_case(agency=roads.agency) for _ in range(3))
    for case, due in ((late, AT - DAY), (today, AT + timedelta(hours=2)), (later, AT + 3 * DAY)):
        Case.objects.filter(pk=case.pk).update(due_at=due)

    assert seen(said, alerts.overdue, at=AT) == [late.pk]
    assert seen(said, alerts.due_today, at=AT) == [today.pk]


def test_a_held_case_comes_up_on_its_day_of_review(roads: Unit, said: User) -> None:
    noora, case = make_noora(roads), make_case(agency=roads.agency)
    cases.accept_referral(case, by=noora, at=AT, assignee=noora)
    review_on = (AT + 2 * DAY).date()
    reason = "materials"
    cases.hold(case, reason_code=reason, review_on=review_on, text="ننتظر المواد", by=noora, at=AT)

    assert seen(said, alerts.to_review, at=AT + DAY) == []
    assert seen(said, alerts.to_review, at=AT + 2 * DAY) == [case.pk]


def test_what_is_held_for_more_than_sixty_days_and_what_the_director_shall_extend_come_up(
    roads: Unit, said: User
) -> None:
    noora, director, case = make_noora(roads), make_person("director"), make_case(agency=roads.agency)
    cases.accept_referral(case, by=noora, at=AT, assignee=noora)
    for days in range(4):
        at = AT + days * DAY
        cases.hold(case, reason_code="budget", review_on=(at + 2 * DAY).date(), text="ننتظر الاعتماد", by=noora, at=at)

    assert seen(director, alerts.to_extend, at=AT + 4 * DAY) == [case.pk]
    assert seen(said, alerts.to_extend, at=AT + 4 * DAY) == []
    assert seen(said, alerts.held_for_long, at=AT + 60 * DAY) == []
    assert seen(said, alerts.held_for_long, at=AT + 62 * DAY) == [case.pk]


def test_what_a_unit_gave_back_comes_up_at_the_centre_until_it_is_referred_anew(roads: Unit, agency: Agency) -> None:
    huda, noora = make_huda(), make_noora(roads)
    case = make_case(agency=agency)
    cases.return_referral(case, reason="ليس لنا", whose=cases.NOBODY_KNOWS, by=noora, at=AT)

    assert seen(huda, alerts.returned) == [case.pk]
    assert seen(noora, alerts.returned) == []
    cases.refer(case, to_unit=roads, reason="هو لكم", by=huda, at=AT)
    assert seen(huda, alerts.returned) == []


def test_other_units_and_agencies_and_closed_matters_are_not_named(roads: Unit, said: User, agency: Agency) -> None:
    water = make_unit("WATER", agency=agency)
    make_case(agency=agency, service=make_service("W-1", agency=agency, unit=water))
    make_case(agency=agency, service=make_service("C-1", agency=agency, unit=roads, confidential=True))
    ministry = make_working_agency("HOU")
    make_case(agency=ministry, service=make_service("H-1", agency=ministry, unit=make_unit("ROADS", agency=ministry)))
    own = make_case(agency=agency)

    assert seen(said, alerts.to_accept) == [own.pk]


def test_the_head_of_what_stands_above_sees_the_units_below(roads: Unit, agency: Agency) -> None:
    works = make_unit("WORKS", agency=agency)
    Unit.objects.filter(pk=roads.pk).update(parent=works)
    head, case = make_person("head", works), make_case(agency=agency)

    assert seen(head, alerts.to_accept) == [case.pk]


def test_agents_and_those_who_only_watch_get_no_morning_list(agency: Agency) -> None:
    triage = make_service("T-1", agency=agency, unit=make_salem().memberships.get().unit)
    make_case(agency=agency, service=triage)

    assert seen(make_salem(), alerts.to_accept) == []
    assert seen(make_person("director"), alerts.to_accept) == []


def test_who_stands_in_reads_what_waits_for_the_absent(roads: Unit, said: User, agency: Agency) -> None:
    lamps = make_unit("LAMPS", agency=agency)
    deputy, case = make_person("liaison", lamps), make_case(agency=agency)
    appoint_substitute(said, substitute=deputy, unit=roads, valid_from=AT, valid_to=AT + 3 * DAY, by=None, at=AT)

    assert seen(deputy, alerts.to_accept) == [case.pk]


def test_a_long_list_is_cut_and_counted(roads: Unit, said: User) -> None:
    for _ in range(14):
        make_case(agency=roads.agency)

    with timezone.override(roads.agency.zone):
        section = alerts.to_accept(Reader(said, roads.agency, AT + DAY))

    assert section is not None
    assert (len(section.shown), section.total, section.more) == (12, 14, 2)


def test_the_digest_leads_to_the_exact_case(client: Client, roads: Unit, said: User) -> None:
    make_account(roads.agency)
    case = make_case(agency=roads.agency, service=make_service(agency=roads.agency, name=both("حفرة", "Pothole")))
    with clock.frozen(AT + DAY):
        letter = writing.write_digest(said, at=AT + DAY)
        assert letter is not None
        assert letter.message is not None
        link = next(word for word in letter.message.text.split() if "/alerts/link/" in word)
        sign_in(client, said)

        opened = client.get("/alerts/link/" + link.rpartition("/")[2])

    assert opened["Location"] == f"/desk/cases/{case.reference}"
    assert CaseLink.objects.get(case_id=case.pk).used_at == AT + DAY


def test_an_alert_leads_to_those_cases_only_that_the_person_may_read(roads: Unit, said: User, agency: Agency) -> None:
    own = make_case(agency=agency)
    foreign = make_case(agency=agency, service=make_service("W-1", agency=agency, unit=make_unit("WATER")))
    closed = make_case(agency=agency, service=make_service("C-1", agency=agency, unit=roads, confidential=True))

    found = addresses_of(said, {own.pk, foreign.pk, closed.pk}, at=AT + DAY)

    assert found == {own.pk: f"/desk/cases/{own.reference}"}
