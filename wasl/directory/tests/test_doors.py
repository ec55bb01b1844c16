from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from wasl.accounts import sessions
from wasl.accounts.models import User
from wasl.directory import doors, operations, queries
from wasl.directory.middleware import AgencyOfRequest
from wasl.directory.models import Membership
from wasl.directory.navigation_items import may_see
from wasl.directory.rights import Right
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person, make_salem, sign_in
from wasl.web.doors import door_of, public

pytestmark = pytest.mark.django_db


@doors.requires(Right.MANAGE_CHANNELS)
def secrets_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secrets")


@doors.requires(Right.READ_CASE)
def cases_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(timezone.get_current_timezone_name()))


@public
def public_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(timezone.get_current_timezone_name()))


def asked(user: object, method: str = "get", *, proved_ago: timedelta | None = None, **headers: str) -> HttpRequest:
    request = getattr(RequestFactory(), method)("/somewhere?page=2", headers=headers)
    request.user, request.session = user, SessionStore()
    if proved_ago is not None:
        request.session[sessions.PROVED_AT] = (sessions.true_time() - proved_ago).timestamp()
    return request


def test_a_stranger_is_sent_to_sign_in_and_comes_back() -> None:
    answer = cases_page(asked(AnonymousUser()))

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/somewhere%3Fpage%3D2"


def test_whoever_lacks_the_right_finds_no_page() -> None:
    for role in ("administrator", None):
        with pytest.raises(Http404):
            cases_page(asked(make_person(role)))


def test_whoever_has_the_right_comes_in() -> None:
    assert cases_page(asked(make_salem())).status_code == 200


@pytest.mark.parametrize(
    ("method", "ago", "comes_in"),
    [
        ("get", None, False),
        ("get", timedelta(minutes=9), True),
        ("get", timedelta(minutes=11), False),
        ("post", timedelta(minutes=11), True),
        ("post", timedelta(minutes=61), False),
    ],
)
def test_a_dangerous_door_asks_for_the_code_again(method: str, ago: timedelta | None, comes_in: bool) -> None:
    answer = secrets_page(asked(make_person("administrator"), method, proved_ago=ago))

    assert (answer.status_code == 200) == comes_in
    if not comes_in:
        assert answer["Location"].startswith("/sign-in/again?next=%2Fsomewhere")


def test_a_fragment_is_led_to_the_code_as_a_whole_page() -> None:
    answer = secrets_page(asked(make_person("administrator"), **{"HX-Request": "true"}))

    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/sign-in/again")


def test_an_auditor_sees_contact_data_only_after_the_code() -> None:
    auditor = make_person("auditor")
    agency = make_agency()
    where = {"agency_id": agency.pk, "unit_id": queries.triage_unit(agency).pk}

    assert not doors.may_now(asked(auditor), Right.READ_CONTACT, **where)
    assert doors.may_now(asked(auditor, proved_ago=timedelta(minutes=1)), Right.READ_CONTACT, **where)
    assert doors.may_now(asked(make_salem()), Right.READ_CONTACT, **where)


def test_the_door_names_its_right() -> None:
    door = door_of(cases_page)

    assert door is not None
    assert (door.kind, door.right) == ("right", "read_case")


def test_the_menu_shows_what_the_person_may_open() -> None:
    assert may_see(asked(make_salem()), "read_case")
    assert not may_see(asked(make_salem()), "manage_people")
    assert not may_see(asked(AnonymousUser()), "read_case")


def through_middleware(request: HttpRequest, view: object) -> str:
    middleware = AgencyOfRequest(lambda request: view(request))  # type: ignore[operator]
    middleware.process_view(request, view, (), {})
    return middleware(request).content.decode()


def test_staff_pages_have_the_days_of_the_persons_agency_and_public_ones_those_of_the_host() -> None:
    make_agency("MUN", zone="Asia/Muscat")
    far = make_agency("HOU", zone="Pacific/Auckland")
    person = make_person("agent", queries.triage_unit(far))

    assert through_middleware(asked(person), cases_page) == "Pacific/Auckland"
    assert through_middleware(asked(person), public_page) == "Asia/Muscat"
    assert timezone.get_current_timezone() == ZoneInfo("UTC")


def test_an_empty_house_still_answers() -> None:
    assert through_middleware(asked(AnonymousUser()), public_page) == "UTC"


def test_a_change_of_roles_ends_the_session(client: Client) -> None:
    salem = make_salem()
    sign_in(client, salem)
    operations.end_role(Membership.objects.get(user=salem), by=None, at=SUNDAY_9AM)
    assert client.get("/me").status_code == 302

    sign_in(client, User.objects.get(pk=salem.pk))
    centre = queries.triage_unit(make_agency())
    operations.grant_role(salem, role="supervisor", unit=centre, by=None, at=SUNDAY_9AM)

    assert client.get("/me").status_code == 302
    assert User.objects.get(pk=salem.pk).second_factor_needed
