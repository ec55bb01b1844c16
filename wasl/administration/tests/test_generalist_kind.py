"""Comprehensive employees as configuration: by person and by role, with history, undo and refusals at their field."""

from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, make_unit
from wasl.routing import generalists

pytestmark = pytest.mark.django_db
DAY = "2026-11-30T07:30+04:00"


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def services(agency: Agency) -> list[Service]:
    unit = make_unit("LANDS", agency=agency)
    return [make_service(code, agency=agency, unit=unit, kind="transaction") for code in ("PERMIT", "CARD", "LEASE")]


@pytest.fixture
def huda(agency: Agency) -> User:
    return make_person("agent", directory.triage_unit(agency))


def finishes(person: User, services: list[Service], agency: Agency) -> set[str]:
    return {one.code for one in services if generalists.may_finish(person, one.pk, agency.pk, AT)}


def test_a_grant_to_a_person_is_made_changed_undone_and_ended(
    agency: Agency, services: list[Service], huda: User
) -> None:
    put("generalists", agency, person=huda.email, services=["PERMIT", "CARD"])
    assert finishes(huda, services, agency) == {"PERMIT", "CARD"}

    changes = put("generalists", agency, person=huda.email, services=["LEASE"])
    assert finishes(huda, services, agency) == {"LEASE"}

    undo(agency, changes)
    assert finishes(huda, services, agency) == {"PERMIT", "CARD"}

    end("generalists", agency, huda.email)
    assert finishes(huda, services, agency) == set()
    assert row("generalists", agency, huda.email)["ended"]
    told = EventRecord.objects.filter(kind="GeneralistSet").order_by("pk").last()
    assert told is not None
    assert told.data["service_ids"] == []


def test_a_grant_to_a_role_in_a_unit_has_a_code_of_its_own(agency: Agency, services: list[Service], huda: User) -> None:
    centre = directory.triage_unit(agency)
    put("generalists", agency, unit=centre.code, role="agent", services=["PERMIT"], until=DAY)

    assert row("generalists", agency, f"agent@{centre.code}")["until"] == DAY
    assert finishes(huda, services, agency) == {"PERMIT"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "person"),
        ({"person": "huda", "role": "agent"}, "person"),
        ({"unit": "LANDS", "role": "agent"}, "unit"),
        ({"person": "huda", "until": "2026-11-01T07:30+04:00"}, "until"),
        ({"person": "huda", "services": []}, "services"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    given: dict[str, Any], field: str, agency: Agency, services: list[Service], huda: User
) -> None:
    values = {"services": ["PERMIT"]} | given | ({"person": huda.email} if "person" in given else {})

    with pytest.raises(Wrong) as refused:
        put("generalists", agency, **values)

    assert set(refused.value.sentences) == {field}


def test_the_days_of_the_first_contact_are_set_in_the_same_way(agency: Agency) -> None:
    assert row("first_contact", agency, "first_contact")["days"] == 7

    put("first_contact", agency, code="first_contact", days=14)

    assert row("first_contact", agency, "first_contact")["days"] == 14
