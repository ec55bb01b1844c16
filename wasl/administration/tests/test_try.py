"""«ماذا سيفعل هذا البلاغ؟»: what the page says is what registration does, and nothing is left behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from wasl.administration.tests.town import make_town
from wasl.administration.trying import Asked, try_out
from wasl.calendars import operations as calendars
from wasl.cases.models import Case
from wasl.cases.operations import Place
from wasl.cases.queries import running_clocks
from wasl.cases.tests.makers import make_case
from wasl.catalogue import operations as catalogue
from wasl.catalogue import queries as catalogue_queries
from wasl.catalogue.forms import Datatype, Question
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit, sign_in
from wasl.messaging.models import Message
from wasl.places.models import Wilayat
from wasl.routing import operations as routing
from wasl.routing.importance import Facts
from wasl.sla import operations as sla

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_town()


@pytest.fixture
def badr(agency: Agency) -> Client:
    """The administrator."""
    client = Client()
    sign_in(client, make_person("administrator"))
    return client


def seeb() -> Wilayat:
    """A wilayat with a route of its own below."""
    return Wilayat.objects.get(code="OM-MA-SEB")


def test_what_it_says_is_what_registration_does(agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    local = make_unit("DG-SEEB", agency=agency)
    routing.add_rule(agency, unit=local, service=service, wilayat=seeb(), by=None, at=LONG_AGO)

    told = try_out(
        Asked(service=service, wilayat=seeb(), facts=Facts(danger=1, people=12)), agency=agency, at=SUNDAY_9AM
    )

    place = Place(governorate=seeb().governorate, wilayat=seeb())
    case = make_case(agency=agency, service=service, place=place, facts={"danger": 1, "people": 12})
    assert case.unit == told.route.unit == local
    assert case.importance == told.importance.code
    assert dict(case.route_reason) == dict(told.route.why)
    assert {one.kind: one.due_at for one in running_clocks(case)} == {
        clock_of(due.label): due.at
        for due in told.dues
        if clock_of(due.label) in {one.kind for one in running_clocks(case)}
    }
    assert {"acknowledge", "resolve"} <= {clock_of(due.label) for due in told.dues}


def clock_of(label: str) -> str:
    """The code of a clock by its Arabic label."""
    from wasl.sla.models import ClockKind

    with translation.override("ar"):
        return next(kind.value for kind in ClockKind if str(kind.label) == label)


def test_the_rules_that_lost_say_why(agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    other = Wilayat.objects.get(code="OM-MA-MTR")
    routing.add_rule(agency, unit=make_unit("ALL", agency=agency), service=service, by=None, at=LONG_AGO)
    routing.add_rule(agency, unit=make_unit("A", agency=agency), service=service, wilayat=seeb(), by=None, at=LONG_AGO)
    routing.add_rule(agency, unit=make_unit("B", agency=agency), service=service, wilayat=other, by=None, at=LONG_AGO)
    routing.add_rule(agency, unit=make_unit("C", agency=agency), kind="praise", by=None, at=LONG_AGO)

    told = try_out(Asked(service=service, wilayat=seeb()), agency=agency, at=SUNDAY_9AM)

    assert [(one.rule.unit.code, one.won, one.why["en"]) for one in told.considered] == [
        ("A", True, "The closest to this matter"),
        ("B", False, "It is for another wilayat"),
        ("ALL", False, "Another rule is closer"),
    ]
    assert told.others == 1


def test_a_holiday_explains_the_due_moment(agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    day = (SUNDAY_9AM + timedelta(days=2)).date()
    before = try_out(Asked(service=service), agency=agency, at=SUNDAY_9AM)
    calendars.add_holiday(
        agency, name=both("يوم العمارة", "Day of building"), on_from=day, on_to=day, by=None, at=LONG_AGO
    )

    after = try_out(Asked(service=service), agency=agency, at=SUNDAY_9AM)

    was, now = (next(due for due in told.dues if due.is_main) for told in (before, after))
    assert now.at > was.at
    assert "يوم العمارة" in [name["ar"] for name in now.free]
    assert "يوم العمارة" not in [name["ar"] for name in was.free]
    assert "off" in next(box.css for box in now.days if box.day.day == day)


def test_the_page_shows_everything_and_leaves_nothing_behind(agency: Agency, badr: Client) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    question = Question("pole", both("رقم العمود", "Number on the pole"), Datatype.STRING)
    catalogue.set_questions(service, [question], by=None, at=LONG_AGO)
    facts = EventRecord.objects.count()

    with clock.frozen(SUNDAY_9AM):
        page = badr.get(f"/admin/{agency.code}/try", {"words": "اللمبة طافية عندنا", "wilayat": "OM-MA-SEB"})

    shown = page.content.decode()
    for words in ("عمود إنارة لا يعمل", "مقترحة من الكلام", "وحدة LIGHT", "رقم العمود", "رسالة التسجيل", "سجّلنا طلبك"):
        assert words in shown
    assert page.context["outcome"].service == service
    assert (Case.objects.count(), Message.objects.count(), EventRecord.objects.count()) == (0, 0, facts)


def test_a_named_service_wins_over_the_words(agency: Agency, badr: Client) -> None:
    page = badr.get(
        f"/admin/{agency.code}/try", {"words": "اللمبة طافية", "service": "RD-POTHOLE", "kind": "", "when": ""}
    )

    assert page.context["outcome"].service.code == "RD-POTHOLE"
    assert not page.context["outcome"].is_proposed


@pytest.mark.parametrize(
    "given",
    [
        {"words": "x" * 3000},
        {"service": "NO-SUCH"},
        {"when": "gestern"},
        {"people": "-1"},
    ],
)
def test_what_cannot_be_tried_is_told_at_its_field(badr: Client, agency: Agency, given: dict[str, Any]) -> None:
    page = badr.get(f"/admin/{agency.code}/try", given)

    assert page.status_code == 422
    assert "data-error-summary" in page.content.decode()


def test_words_that_mean_nothing_end_at_triage_calmly(agency: Agency) -> None:
    told = try_out(Asked(words="زقفيلم"), agency=agency, at=SUNDAY_9AM)

    assert told.service is None
    assert told.route.unit.is_triage
    assert told.kind == "report"


def test_the_short_address_leads_to_the_own_agency(badr: Client, agency: Agency) -> None:
    answer = badr.get("/admin/try?service=LT-OUT")

    assert answer["Location"] == f"/admin/{agency.code}/try?service=LT-OUT"


def test_who_may_not_read_the_set_up_does_not_try_it(agency: Agency) -> None:
    salem = Client()
    sign_in(salem, make_person("agent"))

    assert salem.get(f"/admin/{agency.code}/try").status_code in (403, 404)


def test_what_was_set_up_in_the_running_minute_counts(badr: Client, agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    asked = Question("poles", both("كم عموداً؟", "How many poles?"), datatype=Datatype.NUMBER)
    catalogue.set_questions(service, [asked], by=None, at=SUNDAY_9AM + timedelta(seconds=20))

    with clock.frozen(SUNDAY_9AM + timedelta(seconds=40)):
        page = badr.get(f"/admin/{agency.code}/try", {"service": "LT-OUT"}).content.decode()

    assert "كم عموداً؟" in page


def test_what_is_promised_for_the_unit_that_would_have_it_is_told(agency: Agency) -> None:
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    local = make_unit("DG-SEEB", agency=agency)
    routing.add_rule(agency, unit=local, service=service, wilayat=seeb(), by=None, at=LONG_AGO)
    sla.set_policy(agency, clock="refer", amount=1, unit="working_days", responsible=local, at=LONG_AGO)

    told = try_out(Asked(service=service, wilayat=seeb()), agency=agency, at=SUNDAY_9AM)

    case = make_case(
        agency=agency, service=service, place=Place(governorate=seeb().governorate, wilayat=seeb()), facts={}
    )
    promised = {one.kind: one.due_at for one in running_clocks(case)}
    assert {clock_of(due.label): due.at for due in told.dues}["refer"] == promised["refer"]
