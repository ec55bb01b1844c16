"""The list as a file: opened rightly by any program, without people unless asked for and allowed, and written down."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from wasl.accounts.models import User
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk.tests.makers import make_roads
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db

PHONE, MAIL, NAME = "+96892147705", "maryam@example.org", "مريم بنت سعيد"


def take(person: User, language: str = "ar", *, query: str = "view=open", **given: Any) -> Any:
    client = sign_in(Client(), person)
    client.cookies["wasl_language"] = language
    form = {"query": query, "form": "csv", "columns": "shown"} | given
    with clock.frozen(SUNDAY_9AM):
        answer = client.post("/desk/export", form)
        answer.read = b"".join(answer.streaming_content) if answer.streaming else b""  # type: ignore[attr-defined]
    return answer


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.read.decode("utf-8-sig"))))


def test_a_sheet_holds_the_list_with_its_columns(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case = make_case(agency=agency, channel="phone")
    make_case(agency=agency, channel="portal")
    make_case(agency=agency, channel="phone", service=make_service("W", agency=agency, unit=make_unit("W")))
    sign_in(Client(), noora).post(
        "/desk/columns", {"query": "view=open", "order": ["kind", "received"], "column": ["kind", "received"]}
    )

    answer = take(noora, query="view=open&channel=phone")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.read.startswith(b"\xef\xbb\xbf")
    assert rows(answer) == [
        ["الرقم", "العنوان", "النوع", "ورد"],
        [case.reference, case.title, "بلاغ", "2026-11-22 09:00"],
    ]
    assert rows(take(noora, "en", query="view=open&channel=phone"))[0] == ["Reference", "Title", "Kind", "Received"]


def test_a_workbook_reads_from_right_to_left_in_arabic_and_holds_moments_and_numbers(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case = make_case(agency=agency, title="=HYPERLINK(1)")

    sheet = load_workbook(io.BytesIO(take(noora, form="xlsx", columns="all").read)).active
    english = load_workbook(io.BytesIO(take(noora, "en", form="xlsx", columns="all").read)).active

    assert sheet.sheet_view.rightToLeft
    assert not english.sheet_view.rightToLeft
    heads, line = [[cell.value for cell in row] for row in sheet.iter_rows()]
    told = dict(zip(heads, line, strict=True))
    assert told["الرقم"] == case.reference
    assert told["ورد"] == datetime(2026, 11, 22, 9)
    assert told["أُعيد فتحه"] == 0
    assert told["العنوان"] == "'=HYPERLINK(1)"
    assert sheet["B2"].data_type == "s"


def test_programs_get_codes_and_moments_with_their_offset(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    case = make_case(agency=agency)

    (line,) = take(noora, "en", form="jsonl", columns="all").read.decode().splitlines()

    told = json.loads(line)
    assert told["reference"] == case.reference
    assert (told["state"], told["unit"], told["importance"]) == ("referred", "ROADS", case.importance)
    assert told["received"] == "2026-11-22T09:00:00+04:00"


def test_a_map_file_holds_points_and_says_where_there_is_none(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    without = make_case(agency=agency)
    there = make_case(agency=agency)
    there.lat, there.lon = Decimal("23.610200"), Decimal("58.180400")
    there.save()

    found = json.loads(take(noora, form="geojson", columns="all").read)

    assert found["type"] == "FeatureCollection"
    assert {one["id"]: one["geometry"] for one in found["features"]} == {
        without.reference: None,
        there.reference: {"type": "Point", "coordinates": [58.1804, 23.6102]},
    }


@pytest.mark.parametrize("form", ["csv", "jsonl", "geojson", "xlsx"])
def test_an_empty_list_is_a_whole_file(home: Any, form: str) -> None:
    noora = make_noora(make_roads(make_working_agency()))

    content = take(noora, form=form).read

    if form == "geojson":
        assert json.loads(content)["features"] == []
    elif form == "xlsx":
        assert load_workbook(io.BytesIO(content)).active.max_row == 1
    else:
        assert len(content.splitlines()) == (1 if form == "csv" else 0)


def people_of(agency: Agency) -> set[str]:
    case = make_case(agency=agency, description="اتصلوا بي مساءً على بيتي")
    return {NAME, PHONE, MAIL, case.description}


def test_people_go_along_only_with_the_right_and_a_purpose_and_it_is_written_down(home: Any) -> None:
    agency = make_working_agency()
    make_roads(agency)
    huda = make_huda()
    personal = people_of(agency)

    refused = take(huda, query="view=open&whose=all", form="jsonl", columns="all", people="on")
    with_people = take(huda, query="view=open&whose=all", form="jsonl", columns="all", people="on", purpose="contact")
    without = take(huda, query="view=open&whose=all", form="jsonl", columns="all")

    assert refused.status_code == 422
    assert "اختر لماذا تخرج بيانات الأشخاص" in refused.content.decode()
    assert "(مطلوب عند إخراج بيانات الأشخاص)" in refused.content.decode()
    assert "(اختياري)" not in refused.content.decode()
    assert {word for word in personal if word not in with_people.read.decode()} == set()
    assert not any(word in without.read.decode() for word in personal)
    assert [fact.data["purpose"] for fact in EventRecord.objects.filter(kind="CasesExported").order_by("pk")] == [
        "contact",
        "",
    ]


@pytest.mark.parametrize("form", ["csv", "jsonl", "geojson"])
def test_whoever_may_not_take_people_gets_none_by_asking(home: Any, form: str) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    personal = people_of(agency)

    answer = take(noora, form=form, columns="all", people="on", purpose="contact")

    assert answer.status_code == 200
    assert not any(word in answer.read.decode() for word in personal)
    assert EventRecord.objects.get(kind="CasesExported").data["purpose"] == ""


def test_who_takes_a_list_out_is_written_down_without_the_words_looked_for(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    make_case(agency=agency)

    take(noora, query="view=accept&q=مريم بنت سعيد")

    fact = EventRecord.objects.get(kind="CasesExported")
    assert fact.actor_id == noora.pk
    assert fact.data == {
        "count": 1,
        "filters": "whose=unit state=referred",
        "columns": "reference title importance state unit place received due",
        "by_words": True,
        "form": "csv",
        "purpose": "",
    }


def test_without_the_right_there_is_no_file_and_no_button(home: Any) -> None:
    salem = make_salem()

    assert take(salem).status_code == 404
    assert "/desk/export" not in sign_in(Client(), salem).get("/desk/").content.decode()
    assert not EventRecord.objects.filter(kind="CasesExported").exists()


def test_looking_at_the_page_takes_nothing_out(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    make_case(agency=agency)

    page = sign_in(Client(), noora).get("/desk/export", {"view": "open"})

    assert page.status_code == 200
    assert "طلب واحد" in page.content.decode()
    assert not EventRecord.objects.filter(kind="CasesExported").exists()


def test_confidential_cases_stay_with_those_who_may_read_them(home: Any) -> None:
    agency = make_working_agency()
    unit = make_roads(agency)
    closed = make_case(agency=agency, service=make_service("SEC", agency=agency, unit=unit, confidential=True))
    auditor = make_person("auditor", unit=unit)

    assert closed.reference not in take(make_huda(), query="view=open&state=any").read.decode()
    assert closed.reference in take(auditor, query="view=open&state=any&whose=all").read.decode()


def test_a_long_list_is_whole_and_in_its_order(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasl.transfer.export.taking._AT_ONCE", 2)
    monkeypatch.setattr("wasl.transfer.export.writers._ROWS_A_PIECE", 3)
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    made = [make_case(agency=agency).reference for _ in range(7)]

    answer = take(noora)

    assert [row[0] for row in rows(answer)[1:]] == made
