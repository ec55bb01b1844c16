"""The page for those who write apps shows the very fields that the calls give."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import wasl
from wasl.api.open311.tests.makers import City, get, make_city, post, report
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_specialist_of
from wasl.directory.tests.makers import SUNDAY_9AM

pytestmark = pytest.mark.django_db
PAGE = Path(wasl.__file__).parents[1] / "docs" / "open311.md"


def shape(value: Any) -> Any:
    """The names in a document, whatever their values."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_every_answer_on_the_page_has_the_shape_of_the_real_one(city: City) -> None:
    make_city(questions=True)
    sent = post("requests", report(city, **{"attribute[depth]": "knee"})).json()
    number = sent[0]["service_request_id"]
    case = Case.objects.get(reference=number)
    cases.accept_referral(case, by=make_specialist_of(case), at=SUNDAY_9AM)
    addition = {"api_key": city.secret, "service_request_id": number, "description": "ما زالت هناك"}
    real = {
        "refusal": get("requests", page="x").json(),
        "discovery": get("discovery").json(),
        "services": get("services").json(),
        "service": get(f"services/{city.service.code}").json(),
        "sent": sent,
        "request": get(f"requests/{number}").json(),
        "token": get(f"tokens/{number}").json(),
        "updates": get("servicerequestupdates").json(),
        "added": post("servicerequestupdates", addition).json(),
    }

    shown = dict(re.findall(r"```json (\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))

    assert {name: shape(json.loads(text)) for name, text in shown.items()} == {
        name: shape(told) for name, told in real.items()
    }
