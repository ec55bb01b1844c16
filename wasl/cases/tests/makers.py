"""Cases for tests, registered by the real operation in an agency with a calendar, promises and places."""

from datetime import datetime, timedelta
from typing import Any

from wasl.accounts.models import User
from wasl.calendars import operations as calendars
from wasl.calendars import queries as calendar_queries
from wasl.cases import operations
from wasl.cases.models import Case
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_agency, make_person
from wasl.sla import operations as sla

HOUR = timedelta(hours=1)


def make_working_agency(code: str = "MUN") -> Agency:
    """An agency with the Omani working week (Sunday to Thursday, 07:30 to 14:30), its holidays and its promises."""
    agency = make_agency(code)
    if calendar_queries.default_calendar(agency.pk) is None:
        calendars.load_starting_calendars(agency, at=LONG_AGO)
        sla.load_starting_policies(agency, at=LONG_AGO)
    return agency


def make_case(*, agency: Agency | None = None, at: datetime = SUNDAY_9AM, service: Any = None, **more: Any) -> Case:
    """A pothole that Maryam reports through the portal on Sunday morning, referred at once to the roads."""
    agency = agency or make_working_agency()
    service = service or make_service(agency=agency)
    person = more.pop("beneficiary", None) or contacts.find_or_make(
        agency,
        name="مريم بنت سعيد",
        phone="+96892147705",
        email="maryam@example.org",
        language="ar",
        preferred_channel="email",
        at=at,
    )
    by = more.pop("by", None)
    given = {
        "agency": agency,
        "kind": service.kind,
        "channel": "portal",
        "title": "حفرة كبيرة أمام المدرسة",
        "description": "حفرة عميقة قرب الدوار",
        "service": service,
        "beneficiary": person,
        "preferred_channel": "email",
        "place": operations.Place(area_text="الحي الأول"),
    } | more
    return operations.register_case(operations.NewCase(**given), by=by, at=at)


def accepted_case(*, by: User, at: datetime = SUNDAY_9AM, **more: Any) -> Case:
    """A case that its unit has accepted an hour after it came, whatever waits before it."""
    case = make_case(at=at, **more)
    operations.accept_referral(case, by=by, at=at + HOUR, assignee=by, ahead=operations.Ahead("route"))
    return case


def resolved_case(*, by: User, at: datetime = SUNDAY_9AM, **more: Any) -> Case:
    """A case resolved two hours after it came."""
    case = accepted_case(by=by, at=at, **more)
    ahead = operations.Ahead("route")
    operations.resolve(case, text="رُدمت الحفرة ورُصف الموضع.", by=by, at=at + 2 * HOUR, ahead=ahead)
    return case


def make_specialist_of(case: Case) -> User:
    """Somebody who may work in the unit of the case."""
    return make_person("specialist", case.unit)
