"""The OpenAPI document says what happens: made from the same table and Structs, and held against both."""

import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from wasl.api.v1 import bodies
from wasl.api.v1.document import FILE_TYPES, PREFIX, document
from wasl.api.v1.examples import EXAMPLES
from wasl.api.v1.handbook import as_markdown
from wasl.api.v1.problems import KINDS
from wasl.api.v1.table import ENDPOINTS
from wasl.api.v1.urls import urlpatterns

_ARABIC = re.compile("[\u0621-\u064a]")
# Addresses that are about the interface and no part of it.
ABOUT = {"openapi", "docs", "problem", "nothing"}


def test_every_address_of_the_interface_is_in_the_document_and_none_beside() -> None:
    addresses = {
        PREFIX + re.sub(r"<str:(\w+)>", r"{\1}", str(one.pattern)) for one in urlpatterns if one.name not in ABOUT
    }

    assert set(document("en", "http://x")["paths"]) == addresses


def test_every_method_of_the_table_is_in_the_document_with_its_scope() -> None:
    paths = document("en", "http://x")["paths"]
    told = {(method.upper(), path): one for path, methods in paths.items() for method, one in methods.items()}

    assert {(one.method, PREFIX + one.path) for one in ENDPOINTS} == set(told)
    for one in ENDPOINTS:
        operation = told[one.method, PREFIX + one.path]
        assert operation["operationId"] == one.name
        assert operation["x-scopes"] == list(one.scopes)
        assert set(operation["responses"]) >= {str(one.status), "401", "500"}
        assert ("If-Match" in {each["name"] for each in operation["parameters"]}) == one.fresh
    assert len({one.name for one in ENDPOINTS}) == len(ENDPOINTS)


def test_every_schema_is_that_of_the_struct_that_reads_or_writes_it() -> None:
    told = document("en", "http://x")["components"]["schemas"]
    structs = {one for each in ENDPOINTS for one in (each.body, each.answer) if one is not None}

    for struct in structs:
        (_,), components = msgspec.json.schema_components([struct], ref_template="#/components/schemas/{name}")
        for name, schema in components.items():
            assert set(told[name].get("properties", {})) == set(schema.get("properties", {})), name


def test_every_example_fits_its_struct() -> None:
    read = {one.body for one in ENDPOINTS if one.body is not None}

    assert set(EXAMPLES) == {struct.__name__ for struct in read}
    for struct in read:
        msgspec.convert(EXAMPLES[struct.__name__], struct)


def test_what_is_written_and_read_refuses_fields_it_does_not_know() -> None:
    for one in ENDPOINTS:
        for struct in (one.body, one.query):
            assert struct is None or struct.__struct_config__.forbid_unknown_fields, struct


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_document_is_in_one_language(language: str) -> None:
    told = list(_descriptions(document(language, "http://x")))

    assert len(told) > 150
    wrong = [words for words in told if bool(_ARABIC.search(words)) != (language == "ar")]
    # The words of Structs' own docstrings, and single codes, are English in both.
    docs = {" ".join((struct.__doc__ or "").split()) for struct in vars(bodies).values() if isinstance(struct, type)}
    assert [words for words in wrong if " ".join(words.split()) not in docs] == []


def _descriptions(part: Any) -> Any:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("description", "summary") and isinstance(value, str) and value:
                yield value
            elif name != "example":
                yield from _descriptions(value)
    elif isinstance(part, list):
        for one in part:
            yield from _descriptions(one)


@pytest.mark.django_db
def test_the_document_is_given_in_the_language_asked_for_and_once(client: Client) -> None:
    english, arabic = (client.get("/api/v1/openapi.json", headers={"Accept-Language": one}) for one in ("en", "ar"))
    again = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en", "If-None-Match": english["ETag"]})

    assert english.json()["openapi"] == "3.1.0"
    assert english.json()["info"]["title"] == "Wasl JSON API"
    assert arabic.json()["info"]["title"] == "واجهة وصل للبرامج"
    assert again.status_code == 304


@pytest.mark.django_db
def test_every_kind_of_problem_is_explained_at_its_address(client: Client) -> None:
    page = client.get(reverse("v1:docs"), {"lang": "ar"}).content.decode()

    for code, kind in KINDS.items():
        answer = client.get(f"/api/v1/problems/{code}")
        assert answer["Location"] == f"/api/v1/docs#problem-{code}"
        assert f'id="problem-{code}"' in page
        assert kind.status in range(400, 600)
    assert client.get("/api/v1/problems/nothing").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/nothing/else", 404),
        ("GET", "/api/v1/", 404),
        ("DELETE", "/api/v1/cases", 405),
        ("PUT", "/api/v1/cases/MR-2611-00001-1", 405),
        ("GET", "/api/v1/cases/%00", 400),
        ("GET", "/api/v1/cases?q=%ff", 400),
        ("GET", "/api/v1/me", 401),
    ],
)
def test_whatever_is_asked_is_answered_as_a_program_expects(
    client: Client, method: str, path: str, status: int
) -> None:
    for language, direction in (("en", False), ("ar", True)):
        answer = client.generic(method, path, headers={"Accept-Language": language})

        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert bool(_ARABIC.search(answer.json()["title"])) == direction
    if status == 405:
        assert "GET" in answer["Allow"]


def test_files_are_taken_in_the_kinds_that_the_page_names() -> None:
    (content,) = (document("en", "http://x")["paths"]["/api/v1/uploads"]["post"]["requestBody"]["content"],)

    assert set(content) == set(FILE_TYPES)


def test_the_handbook_names_every_endpoint() -> None:
    table = as_markdown()

    assert all(f"| {one.method} | `/api/v1/{one.path}` |" in table for one in ENDPOINTS)
