"""The lines of support in the administration: read as they hold, changed with a reason why not."""

from typing import Any

import pytest
from django.test import Client

from wasl.administration.kinds.support_lines import SupportLines
from wasl.administration.registry import Wrong
from wasl.cases.tests.makers import make_working_agency
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, sign_in
from wasl.routing import queries
from wasl.routing.lines import USUAL
from wasl.routing.models import Line

pytestmark = pytest.mark.django_db
KIND = SupportLines()


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def row(agency: Agency, number: int) -> dict[str, Any]:
    return KIND.rows(agency, SUNDAY_9AM)[number - 1]


def test_every_agency_has_the_usual_three_lines_without_a_row() -> None:
    agency = make_working_agency("HOU")

    assert queries.lines(agency.pk, SUNDAY_9AM) == dict(USUAL)
    assert [one["number"] for one in KIND.rows(agency, SUNDAY_9AM)] == ["1", "2", "3"]
    assert not Line.objects.exists()


def test_a_change_holds_from_now_on_and_says_what_changed(agency: Agency) -> None:
    before = row(agency, 1)

    KIND.apply(agency, before, before | {"closes": ["inquiry", "transaction"]}, by=None, at=SUNDAY_9AM)
    KIND.apply(agency, before, row(agency, 1), by=None, at=SUNDAY_9AM)

    assert queries.lines(agency.pk, SUNDAY_9AM)[1].closes == ("inquiry", "transaction")
    assert [one.data for one in EventRecord.objects.filter(kind="SupportLineChanged")] == [
        {"number": 1, "fields": ["closes"]}
    ]


@pytest.mark.parametrize(
    ("number", "wrong", "sentence"),
    [
        (1, {"enters": ["returned"]}, "ولا يرفض"),
        (1, {"leaves": ["finish"]}, "يحيل"),
        (1, {"leaves": ["refer", "decide"]}, "لا محل لهذا"),
        (1, {"roles": []}, "من يقف"),
        (1, {"roles": ["auditor"]}, "مدقق"),
        (2, {"leaves": ["finish", "raise"]}, "تعيد ما ليس لها"),
        (2, {"closes": ["report"]}, "كل نوع"),
        (3, {"leaves": ["finish"]}, "يقرر"),
        (3, {"roles": ["agent"]}, "جدول الصلاحيات"),
        (3, {"decide_days": None}, "يوم عمل"),
    ],
)
def test_a_line_that_would_leave_people_without_a_way_is_refused(
    agency: Agency, number: int, wrong: dict[str, Any], sentence: str
) -> None:
    before = row(agency, number)

    with pytest.raises(Wrong, match=sentence):
        KIND.check(agency, before, before | wrong, SUNDAY_9AM)
    KIND.check(agency, before, before, SUNDAY_9AM)


def test_an_administrator_finds_and_opens_them(agency: Agency, home: Any) -> None:
    reem = make_person("administrator")

    listed = sign_in(Client(), reem).get(f"/admin/{agency.code}/support_lines/").content.decode()
    opened = sign_in(Client(), reem).get(f"/admin/{agency.code}/support_lines/row/1").content.decode()

    assert "الخط الثاني" in listed
    assert "ما يُسلَّم عند الخروج" in opened
