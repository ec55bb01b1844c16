"""Beneficiaries for tests: Maryam the citizen unless told otherwise."""

from typing import Any

from wasl.contacts import operations
from wasl.contacts.models import Beneficiary
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_agency

MARYAM = "مريم بنت سالم"
MARYAMS_PHONE = "+96892127705"
MARYAMS_EMAIL = "maryam@example.om"


def make_beneficiary(agency: Agency | None = None, **more: Any) -> Beneficiary:
    """Maryam with her phone and her e-mail, both unproven; the same one if she exists."""
    claim = {"name": MARYAM, "phone": MARYAMS_PHONE, "email": MARYAMS_EMAIL, "at": LONG_AGO} | more
    return operations.find_or_make(agency or make_agency(), **claim)
