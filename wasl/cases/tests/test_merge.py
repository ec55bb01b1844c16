"""A duplicate follows the case it joined and can be parted again."""

import pytest

from wasl.cases import operations
from wasl.cases.operations import Missing
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_unit

pytestmark = pytest.mark.django_db


def test_a_duplicate_stops_its_clocks_and_points_to_the_other() -> None:
    first, second = make_case(), make_case()

    operations.merge(second, into=first, by=make_huda(), at=SUNDAY_9AM + HOUR)

    assert second.state == "duplicate"
    assert second.merged_into == first
    assert not second.clocks.filter(stopped_at__isnull=True).exists()


def test_joining_never_makes_a_chain() -> None:
    first, second, third = make_case(), make_case(), make_case()
    huda = make_huda()
    operations.merge(third, into=second, by=huda, at=SUNDAY_9AM + HOUR)

    operations.merge(second, into=first, by=huda, at=SUNDAY_9AM + 2 * HOUR)

    third.refresh_from_db()
    assert third.merged_into == first


def test_parting_brings_back_the_state_and_a_clock() -> None:
    first, second = make_case(), make_case()
    huda = make_huda()
    operations.merge(second, into=first, by=huda, at=SUNDAY_9AM + HOUR)

    operations.unmerge(second, by=huda, at=SUNDAY_9AM + 2 * HOUR)

    assert second.state == "referred"
    assert second.is_open
    assert second.clocks.filter(kind="resolve", stopped_at__isnull=True).count() == 1


def test_a_case_joins_neither_itself_nor_a_done_one_nor_another_agency() -> None:
    case, huda = make_case(), make_huda()
    other = make_working_agency("HOU")
    foreign = make_case(agency=other, service=make_service(agency=other, unit=make_unit("ROADS", agency=other)))

    for target in (case, resolved_case(by=make_noora()), foreign):
        with pytest.raises(Missing):
            operations.merge(case, into=target, by=huda, at=SUNDAY_9AM + 3 * HOUR)
