"""«المشكلة نفسها، ضمّوني إليها»: a report of its own number that follows the one that was there first."""

import pytest
from django.test import Client

from wasl.cases.models import Case
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.portal.tests.makers import choose, fill_details, fill_place, report, send

pytestmark = pytest.mark.django_db


def say_the_same(first: Case, **details: str) -> Case:
    """A second citizen at the same lamp presses the button at the first report."""
    citizen = Client()
    choose(citizen)
    assert f'name="same" value="{first.digits}"' in _surroundings(citizen)
    assert fill_place(citizen, same=first.digits)["Location"] == "/report/details"
    fill_details(citizen, phone="99887766", name="سالم", **details)
    send(citizen)
    return Case.objects.latest("pk")


def _surroundings(citizen: Client) -> str:
    place = {"wilayat": "", "area_text": "", "address_text": "", "lat": "23.5912", "lon": "58.1703"}
    return citizen.get("/report/around", place).content.decode()


def test_whoever_says_the_same_gets_a_number_and_follows_the_first(site: Agency) -> None:
    first = report(Client())

    second = say_the_same(first)

    assert second.reference != first.reference
    assert (second.merged_into_id, second.state) == (first.pk, "duplicate")
    first.refresh_from_db()
    assert first.is_open
    joined = EventRecord.objects.get(kind="DuplicateJoined")
    assert (joined.case_id, joined.actor_id) == (first.pk, None)


def test_the_check_page_says_what_will_be_joined_and_going_on_without_a_word_takes_it_back(site: Agency) -> None:
    first = report(Client())
    citizen = Client()
    choose(citizen)
    fill_place(citizen, same=first.digits)
    fill_details(citizen, phone="99887766")
    assert first.reference in citizen.get("/report/check").content.decode()

    fill_place(citizen)

    assert first.reference not in citizen.get("/report/check").content.decode()
    send(citizen)
    assert Case.objects.latest("pk").merged_into is None


@pytest.mark.parametrize("digits", ["123456789", "لا شيء", ""])
def test_a_number_that_is_no_report_nearby_joins_nothing(site: Agency, digits: str) -> None:
    report(Client())
    citizen = Client()
    choose(citizen)
    fill_place(citizen, same=digits)
    fill_details(citizen, phone="99887766")

    send(citizen)

    assert Case.objects.latest("pk").merged_into is None


def test_a_graver_report_is_looked_at_by_itself(site: Agency) -> None:
    first = report(Client())

    second = say_the_same(first, danger="3", site="1")

    assert second.importance < first.importance
    assert second.merged_into is None


def test_what_ended_meanwhile_is_not_joined(site: Agency) -> None:
    first = report(Client())
    citizen = Client()
    choose(citizen)
    fill_place(citizen, same=first.digits)
    fill_details(citizen, phone="99887766")
    Case.objects.filter(pk=first.pk).update(state="withdrawn", is_open=False)

    send(citizen)

    assert Case.objects.latest("pk").merged_into is None
