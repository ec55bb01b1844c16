"""The pages of working time in a real browser, in both languages and widths."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.administration.tests.makers import put
from wasl.administration.tests.test_looks import Visitor
from wasl.calendars import queries
from wasl.calendars.tests.test_ical import event, file_of
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, name_of

pytestmark = MARKS
FIVE_HOURS = [{"weekday": day, "opens": "09:00", "closes": "14:00"} for day in ("6", "0", "1", "2", "3")]
SPLIT = [
    {"weekday": day, "opens": opens, "closes": closes}
    for day in ("6", "0", "1", "2", "3")
    for opens, closes in (("08:00", "13:00"), ("16:00", "19:00"))
]


@pytest.fixture
def badr(home: Path) -> User:
    """An administrator of an agency with Ramadan, a market and running promises."""
    agency, now = make_working_agency(), clock.now()
    make_unit("MARKET", agency=agency)
    badr = make_person("administrator")
    for _ in range(3):
        make_case(agency=agency, at=now)
    put("calendars", agency, by=badr, at=now, code="market", name={"ar": "سوق مطرح", "en": "Market"}, hours=SPLIT)
    put("calendar_uses", agency, by=badr, at=now, unit="MARKET", calendar="market")
    put("calendar_uses", agency, by=badr, at=now, queue="fast", calendar="centre")
    ramadan = {"ar": "دوام رمضان", "en": "Ramadan hours"}
    put("hijri_hours", agency, by=badr, at=now, calendar="work", name=ramadan, month="9", hours=FIVE_HOURS)
    return badr


@pytest.fixture(params=LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, badr: User, live_server: Any) -> Iterator[Visitor]:
    somebody = Visitor(browser, live_server.url, *request.param, session=session_of(badr))
    yield somebody
    somebody.close()


def test_the_pages_of_working_time_can_be_used_by_everybody(visitor: Visitor, tmp_path: Path) -> None:
    agency = Agency.objects.get(code="MUN")
    for name, path in {
        "uses": "MUN/calendar_uses/",
        "holidays": "MUN/holidays/",
        "new-calendar": "MUN/calendars/new",
        "ramadan": "MUN/hijri_hours/row/work-09-ramadan-hours",
        "moon": "MUN/moon",
        "sighting": "MUN/hijri_months/new?year=1448&month=10&begins_on=2027-03-10",
        "upload": "MUN/calendar-upload",
    }.items():
        visitor.open(path)
        visitor.judge(f"time-{name}")
    _sight(visitor)
    _propose(visitor)
    _upload(visitor, tmp_path / "holidays.ics")
    _move(visitor, agency)


def _sight(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("MUN/hijri_months/new?year=1448&month=10&begins_on=2027-03-10")
    page.fill("#f-announced_on", clock.now().date().isoformat())
    page.fill("#f-source", "وزارة الأوقاف والشؤون الدينية")
    page.click(".adminform .foot button")
    page.wait_for_selector(".shifts")
    visitor.judge("time-sighting-review")


def _propose(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("MUN/proposals")
    page.click(".proposal summary >> nth=0")
    visitor.judge("time-proposals")
    page.select_option("#year", index=4)
    page.click(".proposals form[action$=propose] button")
    page.wait_for_selector("button[value=apply]")
    visitor.judge("time-propose-plan")


def _upload(visitor: Visitor, file: Path) -> None:
    page, in_a_year = visitor.page, clock.now().date() + timedelta(days=366)
    file.write_bytes(
        file_of(
            event(UID="1@x", SUMMARY="يوم البلدية / Municipality Day", **{"DTSTART;VALUE=DATE": f"{in_a_year:%Y%m%d}"}),
            event(UID="2@x", SUMMARY="قديم", **{"DTSTART;VALUE=DATE": "20200101"}),
        )
    )
    visitor.open("MUN/calendar-upload")
    page.set_input_files("#id_file", str(file))
    page.click("main form .foot button")
    page.wait_for_selector("#left")
    visitor.judge("time-upload-plan")


def _move(visitor: Visitor, agency: Agency) -> None:
    page = visitor.page
    visitor.open("MUN/holidays/new")
    page.fill("#f-name-ar", "إجازة طارئة")
    page.fill("#f-on_from", _next_working_day(agency).isoformat())
    page.click(".adminform .foot button")
    page.wait_for_selector(".movesum")
    visitor.judge("time-moves")


def _next_working_day(agency: Agency) -> date:
    hours, day = queries.working_time(agency_id=agency.pk), clock.now().astimezone(agency.zone).date()
    while True:
        day += timedelta(days=1)
        if hours.hours_on(day):
            return day
