"""A city with services for apps, a key, and the calls that apps make."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from django.test import Client

from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.models import Service, ServiceQuestion
from wasl.catalogue.tests.makers import make_service
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_unit
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey

BASE = "/open311/v2/"
WORDS = "حفرة عميقة أمام المدرسة <قرب الدوار> & خطرة"
POINT = {"lat": "23.591234", "long": "58.170345"}
QUESTIONS = [
    {
        "code": "depth",
        "label": {"ar": "كم عمقها؟", "en": "How deep is it?"},
        "datatype": "singlevaluelist",
        "required": True,
        "values": [
            {"key": "hand", "label": {"ar": "شبر", "en": "A hand"}},
            {"key": "knee", "label": {"ar": "ركبة", "en": "A knee"}},
        ],
    },
    {
        "code": "signs",
        "label": {"ar": "ما الذي حولها؟", "en": "What is around it?"},
        "datatype": "multivaluelist",
        "values": [
            {"key": "cones", "label": {"ar": "أقماع", "en": "Cones"}},
            {"key": "water", "label": {"ar": "ماء", "en": "Water"}},
        ],
    },
    {"code": "since", "label": {"ar": "منذ متى؟", "en": "Since when?"}, "datatype": "datetime"},
]


@dataclass(frozen=True)
class City:
    """An agency with a service for apps, and a key of each kind."""

    agency: Agency
    service: Service
    key: ApiKey
    secret: str


def make_key(agency: Agency, *scopes: str, at: datetime = LONG_AGO, **more: Any) -> partners.Issued:
    """A key of an app."""
    return partners.issue_key(agency, name="تطبيق المدينة", scopes=list(scopes), by=None, at=at, **more)


def make_city(code: str = "MUN", *, questions: bool = False) -> City:
    """A city whose potholes apps may report, with or without questions about them."""
    agency = make_working_agency(code)
    unit = make_unit("ROADS", agency=agency)
    service = make_service(agency=agency, unit=unit, open311=True, description={"ar": "حفر", "en": "Holes"})
    if questions:
        for order, document in enumerate(QUESTIONS):
            ServiceQuestion.objects.create(
                agency=agency,
                service=service,
                code=document["code"],
                order=order,
                document=document,
                valid_from=LONG_AGO,
            )
    issued = make_key(agency, "open311:write")
    return City(agency, service, issued.api_key, issued.secret)


def get(call: str, *, form: str = "json", language: str = "", key: str = "", **query: Any) -> Any:
    """Ask; gives the answer of the server."""
    return Client(raise_request_exception=False).get(f"{BASE}{call}.{form}", query, headers=_headers(language, key))


def post(call: str, fields: Any, *, form: str = "json", language: str = "", key: str = "", **more: Any) -> Any:
    """Send a form."""
    body = fields if isinstance(fields, bytes | str) else urlencode(fields, doseq=True)
    given = {"content_type": "application/x-www-form-urlencoded"} | more
    headers = _headers(language, key) | given.pop("headers", {})
    return Client(raise_request_exception=False).post(f"{BASE}{call}.{form}", body, headers=headers, **given)


def report(city: City, **more: Any) -> dict[str, Any]:
    """The fields of a report of a pothole."""
    return {"api_key": city.secret, "service_code": city.service.code, "description": WORDS} | POINT | more


def sent(city: City, **more: Any) -> str:
    """Send a report; gives its number."""
    answer = post("requests", report(city, **more))
    assert answer.status_code == 200, answer.content.decode()
    return str(rows(answer)[0]["service_request_id"])


def rows(answer: Any) -> Any:
    """What the answer says, of whatever format."""
    if answer["Content-Type"].startswith("application/json"):
        return json.loads(answer.content)
    root = ElementTree.fromstring(answer.content)  # noqa: S314 (our own text)
    return [{part.tag: part.text for part in item} for item in root]


def errors(answer: Any) -> list[int]:
    """The codes of a refusal, proven to be one."""
    found = rows(answer)
    assert found
    assert all(set(one) == {"code", "description"} and one["description"] for one in found), found
    return [int(one["code"]) for one in found]


def _headers(language: str, key: str) -> dict[str, str]:
    headers = {"Accept-Language": language} if language else {}
    return headers | ({"Authorization": f"Bearer {key}"} if key else {})
