"""The list as CSV: opened rightly by any office program, harmless, without people, and written down."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.desk import sheets
from wasl.desk.tests.makers import make_roads
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db


def fetch(person: User, language: str = "ar", **query: Any) -> Any:
    client = sign_in(Client(), person)
    client.cookies["wasl_language"] = language
    with clock.frozen(SUNDAY_9AM):
        answer = client.get("/desk/sheet", query)
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

    answer = fetch(noora, view="open", channel="phone")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.read.startswith(b"\xef\xbb\xbf")
    assert rows(answer) == [
        ["الرقم", "العنوان", "النوع", "ورد"],
        [case.reference, case.title, "بلاغ", "2026-11-22 09:00"],
    ]
    assert rows(fetch(noora, "en", view="open", channel="phone"))[0] == ["Reference", "Title", "Kind", "Received"]


def test_who_takes_a_list_out_is_written_down_without_the_words_looked_for(home: Any) -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    make_case(agency=agency)

    fetch(noora, view="accept", q="مريم بنت سعيد")

    fact = EventRecord.objects.get(kind="CasesExported")
    assert fact.actor_id == noora.pk
    assert fact.data == {
        "count": 1,
        "filters": "whose=unit state=referred",
        "columns": "importance state unit place received due",
        "by_words": True,
    }


def test_without_the_right_there_is_no_sheet_and_no_button(home: Any) -> None:
    salem = make_salem()

    assert fetch(salem).status_code == 404
    assert "/desk/sheet" not in sign_in(Client(), salem).get("/desk/").content.decode()
    assert not EventRecord.objects.filter(kind="CasesExported").exists()


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+2+5", "'+2+5"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("‮=cmd|x", "'=cmd|x"),
        ("حفرة، «كبيرة»\nأمام", "حفرة، «كبيرة» أمام"),
        ("مقابل Muscat Mall", "⁨مقابل Muscat Mall⁩"),
        ("\0حفرة", "حفرة"),
    ],
)
def test_a_cell_is_neither_a_formula_nor_turns_its_neighbours(title: str, written: str) -> None:
    assert sheets.cell(title) == written


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("اتصلوا بي 92147705", "اتصلوا بي •••"),
        ("+968 9214 7705 حفرة", "••• حفرة"),
        ("٩٢١٤٧٧٠٥ عاجل", "••• عاجل"),
        ("راسلوني maryam@example.org الآن", "راسلوني ••• الآن"),
        ("السكة 4127 المنزل 12", "السكة 4127 المنزل 12"),
        ("العمود SB-0487", "العمود SB-0487"),
    ],
)
def test_numbers_of_people_in_titles_stay_in_the_house(title: str, left: str) -> None:
    assert sheets.nameless(title) == left


def test_a_long_list_is_streamed_in_pieces_and_whole(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasl.desk.views.paper.LINES_A_PIECE", 2)
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    made = {make_case(agency=agency).reference for _ in range(7)}

    answer = fetch(noora, view="open")

    assert {row[0] for row in rows(answer)[1:]} == made
    assert len(rows(answer)) == 8
