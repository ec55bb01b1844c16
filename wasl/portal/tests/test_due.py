"""The due date on the page of a case: a date that has passed is owned up to."""

from datetime import timedelta

import pytest
from django.test import Client

from wasl.cases import operations as cases
from wasl.core import clock
from wasl.portal.tests.makers import report

pytestmark = pytest.mark.django_db

LATE = "تأخرنا عن هذا الموعد"


def test_a_date_that_has_passed_is_owned_up_to_while_the_case_is_open(citizen: Client) -> None:
    case = report()
    assert case.due_at is not None
    link = f"/t/{cases.access_code(case)}"

    with clock.frozen(case.due_at - timedelta(minutes=1)):
        before = citizen.get(link).content.decode()
    with clock.frozen(case.due_at + timedelta(minutes=1)):
        after = citizen.get(link).content.decode()

    assert (LATE in before, LATE in after) == (False, True)
