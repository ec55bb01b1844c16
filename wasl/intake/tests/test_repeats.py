"""Who reports the same thing again, and is known to the clerk, raises its importance without finding the spot again."""

from datetime import timedelta

import pytest

from wasl.cases.tests.makers import HOUR, make_case
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.intake.operations import facts_of
from wasl.intake.reports import Report, Where, Who


@pytest.mark.django_db
@pytest.mark.requirement("S-09")
def test_open_reports_of_the_same_person_and_service_count_as_repetition() -> None:
    case = make_case()
    asked = Report("report", case.service, "ما زالت", Where(), Who(person=case.beneficiary))

    assert facts_of(asked, agency=case.agency, at=SUNDAY_9AM + HOUR) == {"repeats": 1}
    assert facts_of(asked, agency=case.agency, at=SUNDAY_9AM + timedelta(days=400)) == {"repeats": 0}
    unknown = Report("report", case.service, "ما زالت", Where(), Who(name="سالم"))
    assert facts_of(unknown, agency=case.agency, at=SUNDAY_9AM + HOUR) == {}
