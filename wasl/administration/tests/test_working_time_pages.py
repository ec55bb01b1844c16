"""The pages of working time: the moon, proposed holidays, calendar files."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wasl.accounts.models import User
from wasl.administration.models import ConfigChange
from wasl.administration.tests.makers import AT, put, row
from wasl.administration.tests.test_pages import hidden, text
from wasl.calendars import queries
from wasl.calendars.models import Holiday
from wasl.calendars.tests.test_ical import event, file_of
from wasl.cases.tests.makers import make_working_agency
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, sign_in

pytestmark = pytest.mark.django_db
ROOT = "/admin/MUN"
HOURS = [{"weekday": day, "opens": "09:00", "closes": "14:00"} for day in ("6", "0", "1", "2", "3")]


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def badr(agency: Agency) -> User:
    return make_person("administrator")


@pytest.fixture
def page(badr: User, client: Client) -> Iterator[Client]:
    with clock.frozen(AT):
        yield sign_in(client, badr)


def upload(page: Client, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("holidays.ics", content, content_type="text/calendar")
    return page.post(f"{ROOT}/calendar-upload", {"file": file, **more})


def apply_plan(page: Client, plan: Any) -> Any:
    carried = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', plan.content.decode(), re.S)
    assert carried is not None
    return page.post(
        f"{ROOT}/file/import",
        {"step": "apply", "planned": hidden(plan, "planned"), "text": unescape(carried[1]), "note": ""},
    )


def holidays_in(agency: Agency, year: int) -> dict[str, Holiday]:
    found = queries.holidays(agency.pk, from_on=date(year, 1, 1), to_on=date(year, 12, 31))
    return {holiday.name["en"]: holiday for holiday in found}


def test_the_page_of_the_moon_shows_the_months_and_what_hangs_on_them(page: Client, agency: Agency) -> None:
    put("hijri_hours", agency, calendar="work", name={"ar": "دوام رمضان"}, month="9", hours=HOURS)

    shown = text(page.get(f"{ROOT}/moon"))

    assert "جمادى الآخرة 1448 هـ" in shown
    assert "دوام رمضان" in shown
    assert "عيد الفطر" in shown
    assert "أم القرى، تقديري" in shown


def test_a_sighting_is_noted_from_there_and_seen_there(page: Client, agency: Agency) -> None:
    link = re.search(r'href="([^"]*hijri_months/new[^"]*month=10[^"]*)"', page.get(f"{ROOT}/moon").content.decode())
    assert link is not None
    form = page.get(link[1].replace("&amp;", "&"))
    assert 'value="2027-03-09"' in form.content.decode()

    put(
        "hijri_months",
        agency,
        year=1448,
        month="10",
        begins_on="2027-03-10",
        announced_on="2026-11-22",
        source="الأوقاف",
    )

    shown = text(page.get(f"{ROOT}/moon"))
    assert "رُئي" in shown
    assert "الأوقاف" in shown
    assert "10 مارس" in shown


def test_a_proposal_is_confirmed_on_its_page_after_a_look_at_the_change(
    page: Client, agency: Agency, badr: User
) -> None:
    shown = page.get(f"{ROOT}/proposals").content.decode()
    form = re.search(r'<section class="card proposal" id="([^"]+)".*?</section>', shown, re.S)
    assert form is not None
    sent = dict(re.findall(r'name="((?:f\.)?[a-z_.]+)"[^>]*value="([^"]*)"', form[0]))
    assert sent["f.on_from"] == "2026-11-25"
    sent = {name: value for name, value in sent.items() if name != "f.is_proposal"}
    change = f"{ROOT}/holidays/row/{form[1]}/change"

    without_source = page.post(change, {**sent, "step": "review"})
    review = page.post(change, {**sent, "step": "review", "f.source": "قرار 14", "f.announced_on": "2026-11-22"})
    done = page.post(
        change, {"step": "apply", "seen": hidden(review, "seen"), "document": hidden(review, "document"), "note": ""}
    )

    assert without_source.status_code == 422
    assert "مصدر الإعلان" in text(without_source)
    assert done.status_code == 302
    confirmed = holidays_in(agency, 2026)["National Day"]
    assert (confirmed.is_proposal, confirmed.confirmed_by, confirmed.source) == (False, badr, "قرار 14")
    assert f'id="{form[1]}"' not in page.get(f"{ROOT}/proposals").content.decode()
    assert ConfigChange.objects.filter(kind="holidays", code=form[1], by=badr).exists()


def test_proposals_for_another_year_are_looked_at_and_then_added(page: Client, agency: Agency) -> None:
    plan = page.post(f"{ROOT}/propose", {"country": "OM", "year": "2029"})
    assert "Eid al-Fitr" not in holidays_in(agency, 2029)
    assert "لم يُطبَّق شيء بعد" in text(plan)

    apply_plan(page, plan)

    added = holidays_in(agency, 2029)
    assert {"Eid al-Fitr", "National Day"} <= set(added)
    assert all(holiday.is_proposal for holiday in added.values())
    assert added["Eid al-Fitr"].hijri_month == 10
    again = page.post(f"{ROOT}/propose", {"country": "OM", "year": "2029"})
    assert (again.status_code, "لا جديد" in text(again)) == (422, True)


def test_a_country_or_year_that_was_not_offered_is_refused(page: Client) -> None:
    for wrong in ({"country": "XX", "year": "2027"}, {"country": "OM", "year": "1999"}, {"country": "OM", "year": "x"}):
        assert page.post(f"{ROOT}/propose", wrong).status_code == 422


def test_a_calendar_file_goes_out_and_back_in_without_a_difference(page: Client, agency: Agency) -> None:
    put(
        "special_hours",
        agency,
        calendar="work",
        name={"ar": "دوام مرن"},
        from_on="2027-01-03",
        to_on="2027-01-07",
        hours=HOURS,
    )
    put("hijri_hours", agency, calendar="work", name={"ar": "دوام رمضان"}, month="9", hours=HOURS)

    file = page.get(f"{ROOT}/calendar.ics?calendar=work")
    plan = upload(page, file.content)

    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert "wasl-MUN-work.ics" in file["Content-Disposition"]
    written = file.content.decode()
    assert "دوام مرن" in written.replace("\r\n ", "")
    assert "X-WASL-FOLLOWS-MOON:TRUE" in written
    assert "لا فرق" in text(plan)
    assert page.get(f"{ROOT}/calendar.ics?calendar=NONE").status_code == 404


def test_a_file_from_elsewhere_is_looked_at_applied_and_the_second_time_changes_nothing(
    page: Client, agency: Agency
) -> None:
    content = file_of(
        event(UID="1@google.com", SUMMARY="يوم البلدية / Municipality Day", **{"DTSTART;VALUE=DATE": "20270215"}),
        event(UID="2@google.com", SUMMARY="قديم", **{"DTSTART;VALUE=DATE": "20200101"}),
        event(UID="3@google.com", SUMMARY="اليوم الوطني", **{"DTSTART;VALUE=DATE": "20261125"}),
    )

    plan = upload(page, content, source="تقويم الديوان", standing="official")
    shown = text(plan)
    assert "يوم البلدية" in shown
    assert "ما لم يؤخذ: 2" in shown
    assert "مضت هذه الأيام كلها" in shown
    assert "مسجلة في هذه الأيام من قبل" in shown
    assert "Municipality Day" not in holidays_in(agency, 2027)
    apply_plan(page, plan)

    added = holidays_in(agency, 2027)["Municipality Day"]
    assert (added.on_from, added.on_to, added.is_proposal) == (date(2027, 2, 15), date(2027, 2, 15), False)
    assert added.source == "تقويم الديوان"
    assert "لا فرق" in text(upload(page, content))


def test_an_event_that_moved_moves_its_holiday_and_one_cancelled_ends_it(page: Client, agency: Agency) -> None:
    first = event(UID="1@x", SUMMARY="عيد البلدية", **{"DTSTART;VALUE=DATE": "20270215"})
    apply_plan(page, upload(page, file_of(first)))
    moved = event(UID="1@x", SUMMARY="عيد البلدية", **{"DTSTART;VALUE=DATE": "20270216"})
    apply_plan(page, upload(page, file_of(moved)))

    (standing,) = [row for row in holidays_in(agency, 2027).values() if row.name["ar"] == "عيد البلدية"]
    assert (standing.on_from, standing.is_proposal) == (date(2027, 2, 16), True)
    cancelled = event(UID="1@x", SUMMARY="عيد البلدية", STATUS="CANCELLED", **{"DTSTART;VALUE=DATE": "20270216"})
    apply_plan(page, upload(page, file_of(cancelled)))

    assert row("holidays", agency, standing.code)["ended"]
    again = text(upload(page, file_of(moved)))
    assert "رُفض أو أُنهي هنا من قبل" in again


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "ليس تقويماً".encode()])
def test_a_file_that_is_no_calendar_says_so(page: Client, content: bytes) -> None:
    refused = upload(page, content)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()


def test_whoever_may_only_look_sees_the_pages_and_changes_nothing(agency: Agency, client: Client) -> None:
    with clock.frozen(AT):
        auditor = sign_in(client, make_person("auditor"))

        assert auditor.get(f"{ROOT}/moon").status_code == 200
        proposals = auditor.get(f"{ROOT}/proposals")
        assert proposals.status_code == 200
        assert "<form" not in re.sub(r".*<main", "", proposals.content.decode(), flags=re.S).split("</main>")[0]
        assert auditor.get(f"{ROOT}/calendar.ics").status_code == 200
        assert auditor.post(f"{ROOT}/propose", {"country": "OM", "year": "2029"}).status_code == 404
        assert auditor.get(f"{ROOT}/calendar-upload").status_code in (403, 404)
