"""A desk with people, places and cases that have a story, for the tests of the pages."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import files
from wasl.core.models import StoredFile
from wasl.core.tests.makers import picture
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_unit
from wasl.messaging.models import RawDelivery
from wasl.places import operations as places
from wasl.places import queries as place_queries

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def make_roads(agency: Agency | None = None) -> Unit:
    """The unit of the roads in an agency that works: with calendars and promises."""
    return make_unit("ROADS", agency=agency or make_working_agency())


def make_photo(agency: Agency, *, colour: str = "steelblue", name: str = "صورة.jpg") -> StoredFile:
    """A staged picture."""
    return files.store(picture(size=(640, 480), colour=colour), agency_id=agency.pk, name=name, at=SUNDAY_9AM)


def make_place(name: str = "شارع الحديقة") -> cases.Place:
    """A place with a point in the country's first wilayat."""
    places.load_starting_places(at=LONG_AGO)
    found = place_queries.locate(Decimal("23.585"), Decimal("58.405"))
    assert found is not None
    return cases.Place(
        governorate=found.governorate,
        wilayat=found.wilayat,
        area_text=name,
        lat=Decimal("23.585000"),
        lon=Decimal("58.405000"),
    )


def make_told_case(by: User, *, at: datetime = SUNDAY_9AM, **more: Any) -> Case:
    """A case of the roads with photo and point that was accepted, questioned, answered, noted upon and is in work."""
    agency = make_working_agency()
    more = {"place": make_place(), "files": [make_photo(agency, colour="navy")]} | more
    case = make_case(at=at, service=more.pop("service", None) or make_service(agency=agency), **more)
    cases.accept_referral(case, by=by, at=at + HOUR, assignee=by)
    cases.ask_beneficiary(case, question="أين الحفرة من المدرسة؟", by=by, at=at + 2 * HOUR)
    cases.answer_from_beneficiary(case, text="أمام البوابة الشمالية.", channel="portal", by=None, at=at + DAY)
    cases.add_note(case, text="الفرقة 3 مشغولة حتى الظهر.", by=by, at=at + DAY + HOUR)
    cases.start_work(case, by=by, at=at + DAY + 2 * HOUR)
    return case


def make_parked(agency: Agency, *, at: datetime = SUNDAY_9AM, key: str = "mail-1") -> RawDelivery:
    """A mail that nobody could read."""
    content = "From: مجهول <x@example.org>\r\nSubject: ...\r\n\r\nنص غير مفهوم ".encode() + b"\xff\xfe\x00 <b>x</b>"
    return RawDelivery.objects.create(
        agency=agency,
        channel="email",
        provider_key=key,
        content=content,
        envelope={"mail_from": "x@example.org"},
        received_at=at,
        state=RawDelivery.State.PARKED,
        note="child_died",
    )
