"""Whatever is sent or asked, the answer is one of those we document, well-formed, and never a 5xx."""

import json
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.api.open311.tests.makers import City, errors, get, make_city, post, report, rows

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = [
    "api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id", "description",
    "media_url", "email", "phone", "first_name", "last_name", "device_id", "account_id", "attribute[depth]",
    "attribute[signs][]", "attribute[since]", "attribute[]", "attribute[[x]]", "service_request_id", "update_id",
    "start_date", "end_date", "updated_after", "updated_before", "status", "page", "page_size", "after",
]  # fmt: skip
TELLING = st.sampled_from(
    [
        "", "0", "-1", "181", "1e9", "NaN", "Infinity", "٢٣٫٥", "true", "knee", "RD-POTHOLE", "MUN", "MR-2611-00001-3",
        "2026-11-22T09:00:00+04:00", "2026-11-22T09:00:00 04:00", "2026-11-22", "0000-00-00", "open", "http://[",
        "https://example.org/a.jpg", "92147705", "+968", "a@b", "maryam@example.org", "م" * 5_000, "\x00", "\u202e",
        "20261122T050000000000Z-2611000013", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "]]>", "%00", "'; DROP TABLE cases_case",
    ]
)  # fmt: skip
VALUES = TELLING | st.text(max_size=40)
FIELDS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=12), VALUES, max_size=8)
FORMS = st.sampled_from(["xml", "json"])
CODES = {400, 403, 404, 413, 422, 429}


@pytest.fixture
def asking(city: City) -> City:
    return make_city(questions=True)


def judged(answer: Any) -> None:
    """The answer is one that we document, and can be read."""
    assert answer.status_code in {200, *CODES}, answer.content.decode()
    if answer.status_code == 200:
        rows(answer)
    else:
        assert set(errors(answer)) <= CODES


@QUIET
@given(fields=FIELDS, form=FORMS, call=st.sampled_from(["requests", "servicerequestupdates"]))
def test_no_form_is_too_much(asking: City, fields: dict[str, str], form: str, call: str) -> None:
    good = report(asking, **{"attribute[depth]": "knee", "service_request_id": "MR-2611-00001-3"})

    judged(post(call, urlencode(good | fields, errors="replace"), form=form))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), inner),
    max_leaves=12,
)


@QUIET
@given(document=JSONS, form=FORMS)
def test_no_json_is_too_much(asking: City, document: Any, form: str) -> None:
    whole = report(asking) | document if isinstance(document, dict) else document

    judged(post("requests", json.dumps(whole).encode("utf-8", "replace"), form=form, content_type="application/json"))


@QUIET
@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from(
        ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=a", "multipart/x", ""]
    ),
    form=FORMS,
)
def test_no_bytes_are_too_much(asking: City, body: bytes, content_type: str, form: str) -> None:
    judged(post("requests", body, form=form, content_type=content_type, key=asking.secret))


@QUIET
@given(query=FIELDS, form=FORMS, call=st.sampled_from(["services", "requests", "servicerequestupdates", "discovery"]))
def test_no_question_is_too_much(asking: City, query: dict[str, str], form: str, call: str) -> None:
    judged(get(call, form=form, **{name: value for name, value in query.items() if name not in ("form", "language")}))


@QUIET
@given(part=st.binary(min_size=1, max_size=30), form=FORMS, call=st.sampled_from(["services", "requests", "tokens"]))
def test_no_address_is_too_much(asking: City, part: bytes, form: str, call: str) -> None:
    judged(get(f"{call}/{quote_from_bytes(part, safe='')}", form=form))
