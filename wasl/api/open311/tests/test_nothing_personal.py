"""No call that reads tells who reported, how they are reached, what colleagues wrote, or a word of another agency."""

from typing import Any

import pytest
from django.test import Client

from wasl.api.open311.tests.makers import BASE, City, make_city, make_key, post, report
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_specialist_of
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.core.tests.makers import SUNDAY_9AM
from wasl.directory.models import Agency

pytestmark = pytest.mark.django_db

PERSONAL = ("كناريّة", "canary7391", "99887733", "9988 7733", "12873465")
FOREIGN = ("بلبل", "nightingale")


@pytest.fixture
def aviary(city: City) -> tuple[City, City, str]:
    """Two cities; in the first a report of somebody whose name, number, mail, card and notes all sing."""
    other = make_city("HOU")
    answer = post(
        "requests",
        report(
            city,
            description="حفرة أمام المدرسة",
            first_name="كناريّة",
            last_name="بنت سعيد",
            phone="+96899887733",
            email="canary7391@example.org",
            account_id="canary7391",
            device_id="canary7391",
        ),
    )
    number = answer.json()[0]["service_request_id"]
    case = Case.objects.select_related("beneficiary").get(reference=number)
    contacts.set_identity(case.beneficiary, number="12873465", by=None, at=SUNDAY_9AM)
    by = make_specialist_of(case)
    cases.accept_referral(case, by=by, at=SUNDAY_9AM)
    cases.add_note(case, text="كناريّة تسكن هناك", by=by, at=SUNDAY_9AM)
    cases.start_work(case, by=by, at=SUNDAY_9AM)
    named = {"ar": "بلبل", "en": "nightingale"}
    secret = make_service("SONG", agency=other.agency, open311=True, name=named)
    theirs = post("requests", report(other, service_code="SONG", description="بلبل"))
    Agency.objects.filter(pk=other.agency.pk).update(short_name=named)
    assert (theirs.status_code, secret.code) == (200, "SONG")
    return city, other, number


def everything(city: City, number: str, key: str) -> list[tuple[str, Any]]:
    """Every reading call in both formats, as this caller."""
    calls = [
        "discovery",
        "services",
        f"services/{city.service.code}",
        "services/SONG",
        "requests",
        f"requests/{number}",
        f"tokens/{number}",
        "servicerequestupdates",
    ]
    queries = [{}, {"updated_after": "2026-11-22"}, {"service_request_id": number}]
    given = {"jurisdiction_id": city.agency.code} | ({"api_key": key} if key else {})
    return [
        (f"{call}.{form} {query}", Client().get(f"{BASE}{call}.{form}", given | query))
        for call in calls
        for form in ("xml", "json")
        for query in (queries if call in ("requests", "servicerequestupdates") else queries[:1])
    ]


@pytest.mark.parametrize("who", ["anybody", "the bringing program", "another program"])
@pytest.mark.parametrize("published", [False, True])
def test_no_reading_call_tells_who_reported(aviary: tuple[City, City, str], who: str, published: bool) -> None:
    city, _, number = aviary
    Agency.objects.filter(pk=city.agency.pk).update(open311_words=published)
    key = {
        "anybody": "",
        "the bringing program": city.secret,
        "another program": make_key(city.agency, "open311:read", "personal:read").secret,
    }[who]
    answers = everything(city, number, key)

    sung = [(call, word) for call, one in answers for word in PERSONAL if word in one.content.decode()]

    assert sung == []
    assert sum(number in one.content.decode() for _, one in answers) >= 12


def test_nothing_of_another_agency_is_told(aviary: tuple[City, City, str]) -> None:
    city, other, number = aviary

    told = [
        (call, word)
        for key in ("", city.secret)
        for call, one in everything(city, number, key)
        for word in FOREIGN
        if word in one.content.decode() and not call.startswith("discovery")
    ]
    foreign = [
        one.status_code
        for call, one in everything(other, number, other.secret)
        if call.startswith((f"requests/{number}", f"tokens/{number}"))
    ]

    assert told == []
    assert foreign == [404] * 4
