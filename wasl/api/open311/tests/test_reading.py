"""What everybody may read: where the door is, what may be reported, and public facts of reports."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.api.open311.tests.makers import BASE, WORDS, City, errors, get, make_city, make_key, rows, sent
from wasl.cases import operations as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, make_case, make_specialist_of
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.tests.makers import picture
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_reports(city: City, number: int, *, every: timedelta = HOUR, **more: Any) -> list[Case]:
    """Reports of the service, the last one at nine on Sunday."""
    moments = [SUNDAY_9AM - every * (number - 1 - place) for place in range(number)]
    given = {"agency": city.agency, "service": city.service} | more
    return [make_case(at=at, **given) for at in moments]


def numbers(answer: Any) -> list[str]:
    """The reports of a list."""
    assert answer.status_code == 200, answer.content.decode()
    return [row["service_request_id"] for row in rows(answer)]


def test_the_discovery_names_the_endpoint_and_its_formats(city: City) -> None:
    told = get("discovery").json()
    written = get("discovery", form="xml")

    (endpoint,) = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert written.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<discovery><changeset>')
    assert b"<endpoints><endpoint><specification>" in written.content
    assert b"<formats><format>text/xml</format><format>application/json</format></formats>" in written.content


def test_services_are_told_in_arabic_unless_english_is_asked(city: City) -> None:
    (arabic,), (english,) = rows(get("services", form="xml")), get("services", language="fr;q=0.9, en-GB;q=0.8").json()

    assert arabic["service_name"] == "حفرة أو هبوط في الطريق"
    assert english == {
        "service_code": "RD-POTHOLE",
        "service_name": "Pothole or road subsidence",
        "description": "Holes",
        "metadata": False,
        "type": "realtime",
        "keywords": "حفرة في الشارع, pothole",
        "group": "Roads",
    }


def test_only_services_for_apps_are_told_and_never_confidential_ended_or_foreign_ones(city: City) -> None:
    agency = city.agency
    make_service("INNER", agency=agency)
    make_service("SECRET", agency=agency, open311=True, confidential=True)
    make_service("PAST", agency=agency, open311=True, valid_to=SUNDAY_9AM)
    make_city("HOU")

    for code in ("INNER", "SECRET", "PAST", "NONE"):
        assert errors(get(f"services/{code}", jurisdiction_id="MUN")) == [404]
    assert [one["service_code"] for one in get("services", jurisdiction_id="mun").json()] == ["RD-POTHOLE"]


def test_a_change_of_the_catalogue_counts_from_the_next_question(city: City) -> None:
    assert len(get("services").json()) == 1

    Service.objects.filter(pk=city.service.pk).update(open311=False)

    assert get("services").json() == []


def test_a_definition_tells_the_questions_as_the_specification_names_them(db: None) -> None:
    city = make_city(questions=True)

    told = get(f"services/{city.service.code}", language="en").json()
    written = get(f"services/{city.service.code}", form="xml").content.decode()

    assert told["service_code"] == "RD-POTHOLE"
    assert [(one["code"], one["datatype"], one["required"], one["order"]) for one in told["attributes"]] == [
        ("depth", "singlevaluelist", True, 1),
        ("signs", "multivaluelist", False, 2),
        ("since", "datetime", False, 3),
    ]
    assert told["attributes"][0]["values"] == [{"key": "hand", "name": "A hand"}, {"key": "knee", "name": "A knee"}]
    assert "<service_definition><service_code>RD-POTHOLE</service_code><attributes><attribute><variable>true" in written
    assert "<values><value><key>hand</key><name>شبر</name></value>" in written
    assert get("services").json()[0]["metadata"] is True


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/xml"),
        ("*/*", "text/xml"),
        ("application/json", "application/json"),
        ("application/json;q=0.5, text/xml", "text/xml"),
        ("text/html, application/json;q=0.9, */*;q=0.1", "application/json"),
        ("application/json;q=x", "text/xml"),
    ],
)
def test_without_a_suffix_the_headers_choose_the_format_and_xml_is_the_usual_one(
    city: City, accept: str, expected: str
) -> None:
    answer = Client().get(f"{BASE}services", headers={"Accept": accept} if accept else {})

    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{expected}; charset=utf-8"


def test_a_report_is_told_without_its_words_and_with_its_place_to_about_eleven_metres(city: City) -> None:
    number = sent(city, address_string="بيت سالم قرب المدرسة")

    (told,) = get(f"requests/{number}").json()
    (written,) = rows(get("requests", form="xml", language="en"))

    assert told == {
        "service_request_id": number,
        "status": "open",
        "status_notes": "أُحيل إلى الجهة المختصة",
        "service_name": "حفرة أو هبوط في الطريق",
        "service_code": "RD-POTHOLE",
        "description": None,
        "agency_responsible": "وحدة ROADS",
        "service_notice": None,
        "requested_datetime": "2026-11-22T09:00:00+04:00",
        "updated_datetime": "2026-11-22T09:00:00+04:00",
        "expected_datetime": "2026-11-29T14:30:00+04:00",
        "address": "السيب، مسقط",
        "address_id": told["address_id"],
        "zipcode": None,
        "lat": 23.5912,
        "long": 58.1703,
        "media_url": None,
        "extended_attributes": {
            "state": "referred",
            "state_name": "أُحيل إلى الجهة المختصة",
            "agency": "MUN",
            "wilayat": told["address_id"],
        },
    }
    assert (written["service_request_id"], written["lat"], written["description"]) == (number, "23.5912", None)
    assert written["status_notes"] == "Sent to the responsible unit"


def test_the_program_that_brought_a_report_sees_its_words_its_exact_place_and_its_photo(city: City) -> None:
    number = sent(city, address_string="قرب المدرسة")
    case = Case.objects.get(reference=number)
    from wasl.core import files

    photo = files.store(picture(), agency_id=city.agency.pk, name="a.jpg", at=SUNDAY_9AM)
    cases.add_files(case, files=[photo], public=True, by=None, at=SUNDAY_9AM)
    other = make_key(city.agency, "open311:read")

    (own,) = get(f"requests/{number}", key=city.secret).json()
    (foreign,) = get("requests", api_key=other.secret).json()

    assert (own["description"], own["address"], own["long"]) == (WORDS, "قرب المدرسة", 58.170345)
    assert "/files/" in own["media_url"]
    assert (foreign["description"], foreign["media_url"], foreign["long"]) == (None, None, 58.1703)


def test_an_agency_may_publish_what_reports_say(city: City) -> None:
    number = sent(city, address_string="قرب المدرسة")

    Agency.objects.filter(pk=city.agency.pk).update(open311_words=True)

    (told,) = get(f"requests/{number}").json()
    assert (told["description"], told["address"], told["lat"]) == (WORDS, "قرب المدرسة", 23.5912)


def test_numbers_are_strings_and_may_be_asked_for_by_their_figures_alone(city: City) -> None:
    number = sent(city)
    figures = "".join(sign for sign in number if sign.isdigit())

    assert numbers(get(f"requests/{figures}")) == [number]
    assert numbers(get("requests", service_request_id=f"{figures}, MR-2611-99999-9,nonsense")) == [number]
    assert errors(get("requests/MR-2611-99999-9")) == [404]
    assert errors(get("requests/nonsense", form="xml")) == [404]


def test_a_token_is_the_number_itself(city: City) -> None:
    number = sent(city)

    assert get(f"tokens/{number}").json() == [{"service_request_id": number, "token": number}]
    assert b"<service_requests><request><service_request_id>" in get(f"tokens/{number}", form="xml").content
    assert errors(get("tokens/12345", form="xml")) == [404]


def test_what_is_confidential_or_excluded_or_of_another_service_is_not_there(city: City) -> None:
    secret = make_service("SECRET", agency=city.agency, open311=True, confidential=True)
    inner = make_service("INNER", agency=city.agency, public_map=True)
    hidden = [make_case(agency=city.agency, service=one).reference for one in (secret, inner)]
    spam = make_case(agency=city.agency, service=city.service)
    cases.exclude(spam, reason="إعلان", by=make_specialist_of(spam), at=SUNDAY_9AM)

    assert numbers(get("requests")) == []
    for number in (*hidden, spam.reference):
        assert errors(get(f"requests/{number}", key=city.secret)) == [404]


def test_services_that_are_not_for_the_public_map_are_seen_by_the_bringing_program_alone(city: City) -> None:
    noise = make_service("NOISE", agency=city.agency, open311=True, public_map=False)
    number = sent(city, service_code=noise.code)
    other = make_key(city.agency, "open311:write")

    assert numbers(get("requests", key=city.secret)) == numbers(get(f"requests/{number}", key=city.secret)) == [number]
    assert numbers(get("requests")) == numbers(get("requests", key=other.secret)) == []
    assert errors(get(f"requests/{number}")) == errors(get(f"requests/{number}", key=other.secret)) == [404]


def test_every_state_is_told_as_open_or_closed_just_as_the_lists_count_it(city: City) -> None:
    wrong = {code for code, state in workflow.states().items() if (state.open311 == "open") != (code in workflow.OPEN)}
    open_one, closed = make_reports(city, 2)
    by = make_specialist_of(closed)
    cases.accept_referral(closed, by=by, at=SUNDAY_9AM)
    cases.resolve(closed, text="رُدمت", by=by, at=SUNDAY_9AM, ahead=cases.Ahead("route"))

    assert wrong == set()
    assert numbers(get("requests", status="open")) == [open_one.reference]
    assert numbers(get("requests", status="closed")) == [closed.reference]
    assert len(numbers(get("requests", status="open,closed"))) == 2
    assert rows(get(f"requests/{closed.reference}"))[0]["extended_attributes"]["state"] == "resolved"


def test_the_usual_list_reaches_back_ninety_days(city: City) -> None:
    old, edge, new = (make_case(agency=city.agency, service=city.service, at=SUNDAY_9AM - n * DAY) for n in (91, 89, 0))

    assert numbers(get("requests")) == [new.reference, edge.reference]
    start = (SUNDAY_9AM - 92 * DAY).isoformat()
    assert numbers(get("requests", start_date=start)) == [edge.reference, old.reference]
    assert numbers(get("requests", end_date=(SUNDAY_9AM - 90 * DAY).isoformat())) == [old.reference]


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2026-11-22T08:00:00+04:00"},
        {"start_date": "2026-11-22T04:00:00Z"},
        {"start_date": "2026-11-22T04:00:00.000Z"},
        {"start_date": "2026-11-21T22:00:00-06:00"},
        {"start_date": "2026-11-22T08:00:00 04:00"},  # a plus that was not escaped
        {"start_date": "2026-11-22"},
        {"end_date": "2026-11-22", "start_date": "2026-11-22"},
    ],
)
def test_moments_of_any_zone_and_days_of_the_agency_are_understood(city: City, query: dict[str, str]) -> None:
    yesterday, today = make_reports(city, 2, every=DAY)

    assert numbers(get("requests", **query)) == [today.reference]
    assert yesterday.reference not in numbers(get("requests", **query))


def test_what_changed_since_is_told_however_old_it_is(city: City) -> None:
    old = make_case(agency=city.agency, service=city.service, at=SUNDAY_9AM - 200 * DAY)
    make_case(agency=city.agency, service=city.service, at=SUNDAY_9AM - 2 * DAY)
    cases.accept_referral(old, by=make_specialist_of(old), at=SUNDAY_9AM - HOUR)

    answer = get("requests", updated_after=(SUNDAY_9AM - DAY).isoformat())

    assert numbers(answer) == [old.reference]
    assert rows(answer)[0]["updated_datetime"] == "2026-11-22T08:00:00+04:00"
    assert numbers(get("requests", updated_before=(SUNDAY_9AM - DAY).isoformat())) != [old.reference]


@pytest.mark.parametrize("by", [{}, {"updated_after": "2026-11-01"}, {"service_code": "RD-POTHOLE"}])
def test_pages_follow_each_other_by_the_link_without_a_gap_or_a_repeat(city: City, by: dict[str, str]) -> None:
    expected = [case.reference for case in reversed(make_reports(city, 5, every=timedelta()))]
    expected.sort(reverse=True)
    found, address = (
        [],
        f"{BASE}requests.json?page_size=2&api_key={city.secret}&"
        + "&".join(f"{name}={value}" for name, value in by.items()),
    )

    while address:
        answer = Client().get(address)
        found += numbers(answer)
        links = dict(reversed(part.split("; ")) for part in answer["Link"].split(", "))
        address = links.get('rel="next"', "").strip("<>").removeprefix("http://127.0.0.1:8000")

    assert found == expected
    assert 'rel="prev"' in links
    assert city.secret not in answer["Link"]


def test_a_page_may_also_be_asked_for_by_its_number(city: City) -> None:
    newest_first = [case.reference for case in reversed(make_reports(city, 5))]

    assert numbers(get("requests", page=2, page_size=2)) == newest_first[2:4]
    assert numbers(get("requests", page=9, page_size=2)) == []
    assert len(numbers(get("requests", page_size=100_000))) == 5


def test_the_agency_is_that_of_the_name_the_key_or_the_host(city: City) -> None:
    other = make_city("HOU")
    make_reports(city, 1)
    theirs = make_reports(other, 1)[0].reference
    Agency.objects.filter(pk=other.agency.pk).update(hosts=["hou.example.om"])

    assert errors(get("requests", form="xml")) == [400]
    assert numbers(get("requests", jurisdiction_id="HOU")) == [theirs]
    assert numbers(get("requests", key=other.secret)) == [theirs]
    on_host = Client().get(f"{BASE}requests.json", headers={"Host": "hou.example.om"})
    assert numbers(on_host) == [theirs]


def test_one_walk_through_an_index_gives_a_list_however_many_cases_there_are(city: City) -> None:
    make_reports(city, 3)
    get("requests")

    with CaptureQueriesContext(connection) as captured:
        answer = get("requests")

    told = [query["sql"] for query in captured.captured_queries if "cases_case" in query["sql"]]
    assert len(told) == 1
    assert len(numbers(answer)) == 3
    for statement in (told[0], _of(city), _since()):
        plan = _plan(statement)
        assert "Index Scan Backward using case_" in plan, plan
        assert "Sort" not in plan, plan


def _plan(statement: str) -> str:
    """How it is done where there are too many cases to read them all."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())


def _of(city: City) -> str:
    with CaptureQueriesContext(connection) as captured:
        get("requests", service_code=city.service.code)
    return next(query["sql"] for query in captured.captured_queries if "cases_case" in query["sql"])


def _since() -> str:
    with CaptureQueriesContext(connection) as captured:
        get("requests", updated_after="2026-11-21")
    return next(query["sql"] for query in captured.captured_queries if "cases_case" in query["sql"])


def test_a_page_of_another_site_may_ask(city: City) -> None:
    asked = Client().options(f"{BASE}requests.json")

    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET, POST"
    assert "Idempotency-Key" in asked["Access-Control-Allow-Headers"]
    assert get("services")["Access-Control-Allow-Origin"] == "*"


def test_who_reads_too_fast_is_asked_to_wait(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasl.api.open311.callers.READ", 2)
    slow = make_key(city.agency, "open311:read", per_minute=1)
    for _ in range(2):
        assert get("services").status_code == 200

    refused = get("services", form="xml")

    assert (errors(refused), refused["Retry-After"]) == ([429], "60")
    assert get("services", key=slow.secret).status_code == 200
    assert get("services", key=slow.secret).status_code == 429
    with clock.frozen(SUNDAY_9AM + HOUR):
        assert get("services").status_code == 200
