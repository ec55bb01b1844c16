"""An app that others wrote for cities everywhere meets the running house: it lists, sends and reads back."""

import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint

from tests.journeys.house import House, wait_for
from tests.journeys.program import Program, make_program

pytestmark = pytest.mark.journey
WORDS = "أثاث قديم أمام البيت، منذ «ثلاثة أيام» & لم يُرفع"
POINT = {"lat": 23.591234, "lng": 58.170345}
# An address inside: it must never be called, and the report must stand.
INSIDE = "http://10.0.0.1/secret.jpg"


@pytest.fixture(scope="module")
def program(house: House) -> Program:
    """A key, and a service with questions of several values that the city has just opened to apps."""
    opened = "UPDATE catalogue_service SET open311 = true, public_map = true WHERE code = %s RETURNING id"
    assert house.rows(opened, "CL-BULKY")
    return make_program(house)


@pytest.fixture
def app(program: Program) -> Open311Client:
    city = Endpoint("muscat", "Muscat", f"{program.url}/open311/v2", write=True)
    at_once = HttpTransport(rate_limiter=RateLimiter(min_interval=0))
    return Open311Client(city, at_once, jurisdiction_id=program.jurisdiction)


def send(app: Open311Client, program: Program, **more: Any) -> str:
    """Send a report of bulky waste, looked at beforehand by the app itself; gives its number."""
    fields: dict[str, Any] = {
        "description": WORDS,
        "attributes": {"items": ["furniture", "garden"], "pieces": "3"},
        "first_name": "مريم",
        "phone": "92147744",
    }
    sent = app.create_request(
        "CL-BULKY",
        dry_run=False,
        confirm="SEND",
        api_key=program.secret,
        validate_remote=True,
        **POINT,
        **(fields | more),
    )
    (row,) = sent.response
    assert row["service_notice"]
    return str(row["service_request_id"])


def test_an_app_of_others_reports_in_arabic_and_reads_it_back(
    house: House, app: Open311Client, program: Program
) -> None:
    services = app.list_services()
    definition = app.get_service_definition("CL-BULKY")
    number = send(app, program)

    chosen = next(one for one in services if one["service_code"] == "CL-BULKY")
    assert (chosen["metadata"], chosen["type"]) == (True, "realtime")
    assert [one["code"] for one in definition["attributes"]][:2] == ["items", "other_items"]
    (told,) = house.rows("SELECT description, answers, channel FROM cases_case WHERE reference = %s", number)
    assert (told[0], told[2]) == (WORDS, "api")
    assert {one["code"]: one["value"] for one in told[1]} == {"items": ["furniture", "garden"], "pieces": 3}

    read = app.get_request(number)
    assert read is not None
    assert (read["service_request_id"], read["status"], read["service_code"]) == (number, "open", "CL-BULKY")
    assert (read["lat"], read["long"], read["description"]) == (23.5912, 58.1703, None)
    assert [one["service_request_id"] for one in app.list_requests(service_request_ids=[number])] == [number]
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    listed = app.list_requests(service_code="CL-BULKY", status="open", start_date=since, page_size=50)
    assert number in {one["service_request_id"] for one in listed}
    assert app.get_token(number) == [{"service_request_id": number, "token": number}]


def test_what_is_wrong_reaches_the_app_as_the_specification_says(app: Open311Client, program: Program) -> None:
    with pytest.raises(ValidationError):
        send(app, program, attributes={"pieces": "3"})  # the app itself learned from us what is required
    with pytest.raises(HttpError) as refused:
        app.create_request("CL-BULKY", dry_run=False, confirm="SEND", api_key="wasl_no", description="x", **POINT)
    with pytest.raises(HttpError) as unknown:
        app.get_request("MR-2611-99999-9")

    assert (refused.value.status, unknown.value.status) == (403, 404)
    assert '"code":403' in refused.value.body


def test_a_picture_inside_is_never_fetched_and_the_case_says_so(
    house: House, app: Open311Client, program: Program
) -> None:
    number = send(app, program, media_url=INSIDE)

    note = """
        SELECT n.text FROM cases_caseentry n JOIN cases_case c ON c.id = n.case_id
        WHERE c.reference = %s AND NOT n.public
    """
    told = wait_for(lambda: house.rows(note, number), seconds=60, what="the note on the case")
    assert "10.0.0.1" in told[0][0]


def test_a_client_of_xml_follows_a_report_by_its_updates(house: House, app: Open311Client, program: Program) -> None:
    def call(name: str, fields: dict[str, str], *, sends: bool = False) -> ElementTree.Element:
        encoded = urllib.parse.urlencode({"jurisdiction_id": program.jurisdiction} | fields)
        address = f"{program.url}/open311/v2/{name}.xml"
        asked = (address, encoded.encode()) if sends else (f"{address}?{encoded}", None)
        with urllib.request.urlopen(asked[0], asked[1], timeout=30) as answer:
            assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
            return ElementTree.fromstring(answer.read())  # noqa: S314 (our own text)

    number = send(app, program)
    own = {"api_key": program.secret, "service_request_id": number}

    added = call("servicerequestupdates", own | {"description": "ما زال هناك", "update_id": "248"}, sends=True)
    again = call("servicerequestupdates", own | {"description": "ما زال هناك", "update_id": "248"}, sends=True)
    told = call("servicerequestupdates", own)

    assert added.findtext("request_update/update_id") == again.findtext("request_update/update_id") != ""
    assert [one.findtext("service_request_id") for one in told.iter("request_update")] == [number]
    assert [one.findtext("status") for one in told.iter("request_update")] == ["OPEN"]
    discovery = call("discovery", {})
    assert discovery.findtext("endpoints/endpoint/formats/format") == "text/xml"
