"""Badr founds an agency on the pages of the set-up, and its very first case is worked like any other."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from wasl.administration.tests.test_pages import apply, text
from wasl.calendars import queries as calendars
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, sign_in
from wasl.portal.tests.makers import fill_details, fill_place, send

pytestmark = pytest.mark.django_db

MONDAY_9AM = datetime(2026, 11, 23, 5, tzinfo=UTC)


def found(badr: Client, zone: str) -> Agency:
    """Fill the page of a new agency in and confirm its review."""
    path = "/admin/MUN/agencies/new"
    form = {
        "f.code": "NEW",
        "f.letters": "NW",
        "f.name.ar": "بلدية المدينة الجديدة",
        "f.name.en": "New Town",
        "f.time_zone": zone,
        "f.languages": ["ar", "en"],
        "f.hosts": "new.example.om",
        "step": "review",
        "seen": "",
    }
    review = badr.post(path, form)
    assert review.status_code == 200, text(review)
    assert apply(badr, path, review).status_code == 302
    return Agency.objects.get(code="NEW")


def report(site: Client, *, at: datetime) -> Case:
    """Somebody writes on the page of the new agency; it offers no service yet."""
    with clock.frozen(at):
        site.post("/report", {"service": "", "kind": "complaint"})
        fill_place(site, wilayat="", lat="", lon="")
        fill_details(site)
        answer: Any = send(site)
    assert answer.status_code == 302, text(answer)
    return Case.objects.latest("pk")


@pytest.mark.parametrize(
    ("zone", "friday_opens", "saturday_opens"), [("Asia/Muscat", False, False), ("Asia/Dubai", True, False)]
)
def test_the_first_case_of_a_new_agency_has_clocks_a_ladder_a_line_and_a_class(
    zone: str, friday_opens: bool, saturday_opens: bool
) -> None:
    make_working_agency()
    with clock.frozen(SUNDAY_9AM):
        badr = sign_in(Client(), make_person("administrator"))
        new = found(badr, zone)

    case = report(Client(HTTP_HOST="new.example.om"), at=MONDAY_9AM)

    assert (case.agency, case.unit.is_triage, case.line, case.importance) == (new, True, 1, "P3")
    assert case.importance_reasons[0]["computed"] == "P3"
    clocks = {clock.kind: clock for clock in case.clocks.all()}
    assert {"acknowledge", "refer", "resolve"} <= set(clocks)
    assert all(clock.due_at > MONDAY_9AM for clock in clocks.values())
    assert clocks["resolve"].ladder_id is not None
    assert clocks["resolve"].next_step_at is not None
    week = calendars.working_time(agency_id=new.pk)
    assert week.is_open(datetime(2026, 11, 20, 6, tzinfo=UTC)) is friday_opens
    assert week.is_open(datetime(2026, 11, 21, 6, tzinfo=UTC)) is saturday_opens
    assert week.is_open(MONDAY_9AM)


def test_the_set_up_of_a_new_agency_says_what_is_still_missing() -> None:
    make_working_agency()
    with clock.frozen(SUNDAY_9AM), translation.override("ar"):
        badr = make_person("administrator")
        found(sign_in(Client(), badr), "Asia/Muscat")
        # A new role ends the sessions of its holder.
        badr.refresh_from_db()
        shown = sign_in(Client(), badr).get("/admin/NEW/")

    assert {step.kind for step in shown.context["beginning"].missing if step.needed} == {"units", "services", "roles"}
    assert "ما بقي قبل أن يبدأ العمل" in text(shown)
    assert "/admin/NEW/services/" in shown.content.decode()
