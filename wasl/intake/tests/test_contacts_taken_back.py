"""An inquiry answered on the spot says that an earlier matter was not settled, until its record is taken back."""

from datetime import timedelta

import pytest

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.tests.makers import SUNDAY_9AM, make_salem
from wasl.intake import operations as intake
from wasl.intake.models import Disposition
from wasl.intake.reports import Who
from wasl.intake.tests.test_mail import tell_all

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("H-34")]
DAY = timedelta(days=1)


@pytest.fixture
def salem(db: None) -> User:
    make_working_agency()
    return make_salem()


@pytest.fixture
def answered(salem: User) -> Case:
    """An inquiry that Salem answered at the first contact."""
    agency = directory.agency_by_code("MUN")
    question = make_service("GN-INQUIRY", agency=agency, kind="inquiry", unit=None)
    case = make_case(agency=agency, service=question, by=salem, channel="phone")
    cases.acknowledge(case, by=salem, at=SUNDAY_9AM)
    cases.resolve(case, text="من السابعة والنصف إلى الثانية والنصف.", by=salem, at=SUNDAY_9AM)
    assert case.first_contact_at == SUNDAY_9AM
    return case


def asked_again(case: Case, by: User, days: int) -> Disposition:
    """Salem answers the same person about the same service on the telephone."""
    return intake.record_disposition(
        agency=case.agency, unit=case.unit, channel="phone", key=f"k{days}", by=by, at=SUNDAY_9AM + days * DAY,
        service=case.service, who=Who(person=case.beneficiary),
    )  # fmt: skip


def test_a_record_made_by_a_slip_leaves_the_first_contact_as_it_was(answered: Case, salem: User) -> None:
    slip = asked_again(answered, salem, 1)
    tell_all()
    answered.refresh_from_db()
    assert answered.contacted_again_at == SUNDAY_9AM + DAY

    intake.withdraw_disposition(slip, by=salem, at=SUNDAY_9AM + DAY + timedelta(minutes=1))
    tell_all()
    tell_all()  # what is delivered twice happens once

    answered.refresh_from_db()
    assert answered.contacted_again_at is None
    assert EventRecord.objects.filter(kind="ReturnTakenBack", case_id=answered.pk).count() == 1


def test_who_asked_twice_and_was_recorded_once_by_a_slip_did_come_back(answered: Case, salem: User) -> None:
    slip, _ = asked_again(answered, salem, 1), asked_again(answered, salem, 2)
    tell_all()

    intake.withdraw_disposition(slip, by=salem, at=SUNDAY_9AM + 3 * DAY)
    tell_all()
    tell_all()  # what that brought about

    answered.refresh_from_db()
    assert answered.contacted_again_at == SUNDAY_9AM + 2 * DAY
