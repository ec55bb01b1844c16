"""Whatever is wrong is told with its code, in the format and language that were asked for; nothing gives a 5xx."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from wasl.api.open311.tests.makers import BASE, WORDS, City, errors, get, make_city, post, report, rows
from wasl.cases.models import Case

pytestmark = pytest.mark.django_db
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BOUNDARY = "b0undary"


@pytest.fixture(params=["xml", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def part(name: str, value: bytes) -> bytes:
    return b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (
        BOUNDARY.encode(),
        name.encode(),
        value,
    )


# What is changed of a good report (None: left out), and the codes of the answer.
WRONG: dict[str, tuple[dict[str, Any], list[int]]] = {
    "no service": ({"service_code": None}, [400]),
    "an unknown service": ({"service_code": "NONE"}, [404]),
    "an unknown agency": ({"jurisdiction_id": "NOWHERE"}, [404]),
    "an unknown key": ({"api_key": "wasl_nothing"}, [403]),
    "no key": ({"api_key": None}, [403]),
    "an unknown attribute": ({"attribute[colour]": "red"}, [400]),
    "longitude 181": ({"long": "181"}, [400]),
    "latitude -90.1": ({"lat": "-90.1"}, [400]),
    "no number at all": ({"lat": "north"}, [400]),
    "not a number": ({"lat": "NaN"}, [400]),
    "too large a number": ({"lat": "1e400"}, [400]),
    "latitude alone": ({"long": None}, [400]),
    "no place": ({"lat": None, "long": None}, [400]),
    "an unknown address_id alone": ({"lat": None, "long": None, "address_id": "X-99"}, [400]),
    "both coordinates and address": ({"lat": "91", "long": "-181", "address_string": "م" * 301}, [400, 400, 400]),
    "4,001 characters": ({"description": "م" * 4_001}, [400]),
    "a phone of nobody": ({"phone": "1111"}, [400]),
    "an address of nobody": ({"email": "maryam"}, [400]),
    "too long a name": ({"first_name": "م" * 121}, [400]),
    "a file as picture": ({"media_url": "file:///etc/passwd"}, [400]),
    "words as picture": ({"media_url": "a picture"}, [400]),
    "an endless address": ({"media_url": "https://example.org/" + "a" * 2_000}, [400]),
    "everything at once": ({"lat": "x", "email": "x", "media_url": "x", "description": "م" * 4_001}, [400] * 4),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_report_is_told_everything_that_is_wrong(city: City, form: str, what: str) -> None:
    changes, codes = WRONG[what]
    fields = {name: value for name, value in (report(city) | changes).items() if value is not None}

    answer = post("requests", fields, form=form)

    assert (answer.status_code, errors(answer)) == (codes[0], codes)
    assert answer["Content-Type"].startswith("text/xml" if form == "xml" else "application/json")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"attribute[depth]": ""},
        {"attribute[depth]": "mile"},
        {"attribute[depth]": "knee", "attribute[signs][]": ["cones", "clouds"]},
        {"attribute[depth]": "knee", "attribute[since]": "yesterday"},
        {"attribute[depth]": "knee", "attribute[since]": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_missing_or_wrong_answer_to_a_question_is_told(city: City, form: str, attributes: dict[str, Any]) -> None:
    make_city(questions=True)

    answer = post("requests", report(city) | attributes, form=form)

    assert errors(answer) == [400]
    assert "attribute[" in rows(answer)[0]["description"]


BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": (FORM, b""),
    "blanks": (FORM, b"  \r\n "),
    "no object": (JSON, b"[1, 2]"),
    "broken JSON": (JSON, b'{"a": '),
    "a deep JSON": (JSON, b"[" * 100_000),
    "an object in JSON": (JSON, b'{"description": {"a": 1}}'),
    "half a sign in JSON": (JSON, b'{"description": "\\ud800"}'),
    "a number beyond all": (JSON, b'{"lat": 1e999}'),
    "broken UTF-8 in JSON": (JSON, b'{"description": "\xff"}'),
    "broken UTF-8": (FORM, b"service_code=RD-POTHOLE&description=\xff\xfe"),
    "broken UTF-8, escaped": (FORM, b"service_code=RD-POTHOLE&description=%ff%fe"),
    "broken UTF-8 in a name": (FORM, b"%ff=1"),
    "broken UTF-8 in a part": (
        f"multipart/form-data; boundary={BOUNDARY}", part("description", b"\xff\xfe") + b"--b0undary--\r\n",
    ),
    "no part at all": (f"multipart/form-data; boundary={BOUNDARY}", b"--b0undary--\r\n"),
    "no boundary": ("multipart/form-data", b"description=a"),
    "a bad boundary": ("multipart/form-data; boundary=\xe9", b"description=a"),
    "XML": ("text/xml", b"<request/>"),
    "a thousand fields": (FORM, b"&".join(b"a%d=1" % n for n in range(1_000))),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_is_refused(city: City, form: str, what: str) -> None:
    content_type, body = BODIES[what]

    answer = post("requests", body, form=form, content_type=content_type, key=city.secret)

    assert errors(answer) == [400]


def test_a_body_larger_than_we_take_is_refused(city: City, form: str) -> None:
    too_long = urlencode(report(city)) + "&more=" + "a" * 2_200_000

    assert errors(post("requests", too_long, form=form)) == [413]


def test_an_arabic_code_page_is_not_taken_for_utf8(city: City) -> None:
    body = urlencode(report(city) | {"description": "حفرة"}, encoding="cp1256")

    assert errors(post("requests", body, content_type=f"{FORM}; charset=windows-1256")) == [400]


def test_signs_that_nobody_may_send_are_taken_out_and_the_report_is_kept(city: City, form: str) -> None:
    answer = post("requests", report(city, description="حفرة\x00\x01 أمام\u202e المدرسة\ufffe"), form=form)

    assert answer.status_code == 200
    assert Case.objects.get().description == "حفرة أمام المدرسة"


def test_a_file_larger_than_one_may_be_is_named(city: City, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasl.core.files.limits.FILE_BYTES", 1_000)
    upload = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"a" * 2_000, "image/jpeg")

    assert errors(Client().post(f"{BASE}requests.{form}", report(city) | {"media": upload})) == [400]
    assert not Case.objects.exists()


READS: dict[str, tuple[dict[str, str], list[int]]] = {
    "no moment": ({"start_date": "soon"}, [400]),
    "a moment before all time": ({"start_date": "0001-01-01T00:00:00+14:00"}, [400]),
    "a moment after all time": ({"end_date": "9999-12-31T23:59:59-14:00"}, [400]),
    "no zone": ({"start_date": "2026-11-01T00:00:00"}, [400]),
    "no such day": ({"end_date": "2026-02-30"}, [400]),
    "no such zone": ({"start_date": "2026-11-01T00:00:00+99:00"}, [400]),
    "91 days": ({"start_date": "2026-08-01T00:00:00Z", "end_date": "2026-10-31T00:00:00Z"}, [400]),
    "91 days of changes": ({"updated_after": "2026-08-01T00:00:00Z", "updated_before": "2026-10-31T00:00:00Z"}, [400]),
    "backwards": ({"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, [400]),
    "no state": ({"status": "pending"}, [400]),
    "page 0": ({"page": "0"}, [400]),
    "page minus one": ({"page": "-1"}, [400]),
    "page ten million": ({"page": "10000000"}, [400]),
    "a page too deep to count to": ({"page": "2002", "page_size": "50"}, [400]),
    "a page of changes too deep to count to": (
        {"page": "202", "page_size": "50", "updated_after": "2026-11-01"},
        [400],
    ),
    "no page size": ({"page_size": "many"}, [400]),
    "no place in the list": ({"after": "nonsense"}, [400]),
    "too many numbers": ({"service_request_id": ",".join(["MR-2611-00001-3"] * 501)}, [400]),
    "an unknown service": ({"service_code": "NONE"}, [404]),
    "an unknown agency": ({"jurisdiction_id": "NOWHERE"}, [404]),
    "an unknown key": ({"api_key": "nonsense"}, [403]),
}


@pytest.mark.parametrize("what", READS)
def test_a_wrong_question_is_told_what_to_mend(city: City, form: str, what: str) -> None:
    query, codes = READS[what]

    assert errors(get("requests", form=form, **query)) == codes


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "9999-12-31"},
        {"updated_after": "1969-07-20T20:17:00Z"},
        {"start_date": "2026-08-24", "end_date": "2026-11-22"},
        {"page": "٢", "page_size": "١٠"},
    ],
)
def test_moments_of_other_ages_and_arabic_figures_are_no_fault(city: City, query: dict[str, str]) -> None:
    assert get("requests", **query).json() == []


@pytest.mark.parametrize(
    "address",
    ["nothing", "requests/x/y", "services/%00", "services.pdf", "requests/%ff", "tokens/", "", "requests.xml/"],
)
def test_an_unknown_address_is_refused_in_our_format_too(city: City, address: str) -> None:
    answer = Client(raise_request_exception=False).get(f"{BASE}{address}")

    assert errors(answer) in ([404], [400])
    assert answer["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("query", ["a=%ff", "jurisdiction_id=%00"])
def test_a_broken_address_is_refused_in_our_format(city: City, form: str, query: str) -> None:
    answer = Client(raise_request_exception=False).get(f"{BASE}requests.{form}?{query}")

    assert errors(answer)[0] in (400, 404)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
def test_another_method_is_refused_with_those_that_are_taken(city: City, form: str, method: str) -> None:
    answer = getattr(Client(), method)(f"{BASE}services.{form}")

    assert (errors(answer), answer["Allow"]) == ([405], "GET")


def test_refusals_speak_the_language_that_is_asked(city: City) -> None:
    arabic, english = (rows(post("requests", report(city, long="181"), language=one))[0] for one in ("", "en"))

    assert arabic["description"].startswith("long: اكتب درجات")
    assert english["description"] == "long: write decimal degrees from -180 to 180."


def test_a_database_that_is_away_is_told_as_a_pause(city: City, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr("wasl.core.edition.stamp", away)

    for answer in (post("requests", report(city), form=form), get("services", form=form)):
        assert errors(answer) == [503]
        assert answer["Retry-After"] == "10"


def test_a_fault_of_ours_is_told_without_its_words(city: City, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **given: Any) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("wasl.api.open311.views.read_report", broken)

    answer = post("requests", report(city), form=form)

    assert errors(answer) == [500]
    assert b"secret" not in answer.content


def test_words_survive_both_formats_unharmed(city: City) -> None:
    sent = report(city, description=f"{WORDS} ]]> \u200bنص")
    number = rows(post("requests", sent))[0]["service_request_id"]

    told = [rows(get(f"requests/{number}", form=one, key=city.secret))[0]["description"] for one in ("xml", "json")]

    assert told[0] == told[1] == Case.objects.get().description
    assert "<قرب الدوار> &" in told[0]
