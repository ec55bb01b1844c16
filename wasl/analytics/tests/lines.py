"""Cases taken in turn and out of it, by the real operations."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case, Jump
from wasl.cases.operations import Ahead
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit

MINUTE = timedelta(minutes=1)
_names = iter(range(10_000))


@dataclass
class Line:
    """The line of one unit, with an officer who works in it."""

    agency: Agency
    unit: Unit
    service: Service
    officer: User
    cases: list[Case] = field(default_factory=list)

    def add(self, number: int = 1, *, at: datetime = SUNDAY_9AM, **more: Any) -> list[Case]:
        """So many cases that wait, a minute after another, each of another person unless told otherwise."""
        added = []
        for place in range(number):
            person = more.get("beneficiary") or make_beneficiary(self.agency)
            given = more | {"beneficiary": person}
            case = make_case(agency=self.agency, service=self.service, at=at + place * MINUTE, **given)
            cases.accept_referral(case, by=self.officer, at=at + place * MINUTE)
            added.append(case)
        self.cases += added
        return added

    def take(
        self, case: Case, *, at: datetime, reason: str = "route", words: str = "", by: User | None = None
    ) -> Jump | None:
        """Begin with a case; gives the jump where it was not its turn."""
        cases.start_work(case, by=by or self.officer, at=at, ahead=Ahead(reason, words))
        return Jump.objects.filter(case=case).first()


def make_line(code: str = "ROADS", *, agency: Agency | None = None) -> Line:
    """An empty line of a unit."""
    agency = agency or make_working_agency()
    unit = make_unit(code, agency=agency)
    service = make_service(f"S-{code}", agency=agency, unit=unit)
    return Line(agency, unit, service, make_person("specialist", unit))


def make_beneficiary(agency: Agency, *, phone: str = "") -> Any:
    """Somebody who was not known before."""
    number = next(_names)
    return contacts.find_or_make(
        agency,
        name=f"سالم بن {number}",
        phone=phone or f"+9689{2_000_000 + number}",
        email="",
        language="ar",
        preferred_channel="sms",
        at=SUNDAY_9AM,
    )
