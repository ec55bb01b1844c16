"""Somebody is found by what a clerk hears: a number in any digits, its beginning, a mail, a name in any spelling."""

import pytest

from wasl.contacts import operations, queries
from wasl.contacts.tests.makers import make_beneficiary
from wasl.directory.tests.makers import LONG_AGO, make_agency

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    ["92127705", "٩٢١٢", "+968 9212 77", "0096892127705", "maryam@ex", "مَريم سالم", "مريم بنت سالم", "سالم مريم"],
)
def test_whoever_is_meant_is_found(words: str) -> None:
    maryam = make_beneficiary()
    make_beneficiary(name="خلفان", phone="+96899001122", email="khalfan@example.om")
    make_beneficiary(make_agency("HOU"))

    assert queries.find_people(maryam.agency, words) == [maryam]


@pytest.mark.parametrize("words", ["", "م", "921", "12", "@", "مريم المعمرية", "99999999"])
def test_too_little_or_somebody_else_finds_nobody(words: str) -> None:
    assert queries.find_people(make_beneficiary().agency, words) == []


def test_an_erased_person_is_found_no_more() -> None:
    maryam = make_beneficiary()
    operations.erase(maryam, by=None, at=LONG_AGO)

    assert queries.find_people(maryam.agency, "92127705") == []
    assert queries.beneficiary(maryam.pk, agency=maryam.agency) is None
