"""How long an answer takes depends on the unit and on the kind of matter."""

import pytest

from wasl.cases import operations
from wasl.cases.operations import promise_of
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_unit
from wasl.places import operations as places
from wasl.places import queries as place_queries
from wasl.routing import operations as routing
from wasl.sla import operations as sla

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("H-19")
def test_two_units_answer_one_kind_of_matter_by_their_own_times() -> None:
    agency = make_working_agency()
    places.load_starting_places(at=LONG_AGO)
    lease = make_service("LEASE", agency=agency, kind="transaction", unit=None, acknowledge_text="", resolve_text="")
    due, days = {}, {"SEEB": 2, "BAWSHAR": 4}
    for (code, length), wilayat in zip(days.items(), place_queries.wilayats_of("OM-MA"), strict=False):
        unit = make_unit(code, agency=agency)
        routing.add_rule(agency, unit=unit, service=lease, wilayat=wilayat, by=None, at=LONG_AGO)
        sla.set_policy(
            agency, clock="resolve", amount=length, unit="working_days", kind="transaction", responsible=unit,
            at=LONG_AGO,
        )  # fmt: skip

        case = make_case(agency=agency, service=lease, place=operations.Place(wilayat=wilayat))

        clock = case.clocks.get(kind="resolve")
        assert (case.unit.code, promise_of(clock).working_days) == (code, length)
        due[code] = clock.due_at.astimezone(agency.zone)

    # Registered on the same Sunday; the 25th and 26th of November are free, then comes the weekend.
    assert {code: (at.day, at.month) for code, at in due.items()} == {"SEEB": (24, 11), "BAWSHAR": (30, 11)}
    # And the same unit answers another kind of matter by another time.
    inquiry = make_service("GN", agency=agency, kind="inquiry", unit=make_unit("SEEB", agency=agency), resolve_text="")
    asked = make_case(agency=agency, service=inquiry, at=SUNDAY_9AM).clocks.get(kind="resolve")
    sla.set_policy(
        agency, clock="resolve", amount=1, unit="working_days", kind="inquiry", at=LONG_AGO,
        responsible=make_unit("SEEB", agency=agency),
    )  # fmt: skip
    sooner = make_case(agency=agency, service=inquiry, at=SUNDAY_9AM).clocks.get(kind="resolve")
    assert sooner.due_at < asked.due_at
