"""One complaint about staff in the demo, in the closed compartment of its committee."""

from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.contacts import operations as contacts
from wasl.directory import operations as directory_operations
from wasl.directory import queries as directory

COMMITTEE = "C-CONDUCT"
ACCUSED = "khalid@muscat.example.om"
_WORDS = "موظف الهاتف الذي رد علي صباح الأحد عند التاسعة تقريباً، ولم يذكر اسمه."
_TOLD = "رفض تسجيل بلاغي عن الإنارة وأنهى المكالمة وأنا أتكلم، ثم اتصلت ثانية فردّ هو نفسه وأنهاها من جديد."


def complain(*, at: datetime) -> Case:
    """Register the complaint three days ago; the committee has taken it and named whom it is about."""
    agency, came_at = directory.agency_by_code("MUN"), at - timedelta(days=3)
    person = contacts.find_or_make(
        agency,
        name="سليمة بنت خلفان الرحبية",
        phone="+96892000417",
        language="ar",
        preferred_channel="sms",
        at=came_at,
    )
    new = cases.NewCase(
        agency=agency,
        kind="complaint",
        channel="portal",
        title="أنهى المكالمة مرتين ولم يسجّل بلاغي",
        description=_TOLD,
        beneficiary=person,
        preferred_channel="sms",
        about_staff=cases.AboutStaff(_WORDS),
    )
    case = cases.register_case(new, by=None, at=came_at)
    member = directory.members_of(case.unit, at)[0]
    cases.accept_referral(case, by=member, at=came_at + timedelta(hours=20), assignee=member)
    about = cases.AboutStaff(people=(User.objects.get(email=ACCUSED),))
    cases.name_accused(case, about, by=member, at=came_at + timedelta(hours=21))
    cases.add_note(case, text="طلبنا تسجيل المكالمتين من المركز.", by=member, at=came_at + timedelta(hours=22))
    return case


def set_committee(*, at: datetime) -> None:
    """Let complaints about staff of the municipality come to its committee."""
    unit = directory.unit_by_code(directory.agency_by_code("MUN"), COMMITTEE)
    directory_operations.take_staff_complaints(unit, 1, by=None, at=at)
