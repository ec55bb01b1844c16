"""A duplicate follows the case it joined and can be parted again."""

import pytest

from wasl.cases import operations
from wasl.cases.models import Case
from wasl.cases.operations import Missing, TooLate
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core.dispatch import deliver_event
from wasl.core.models import EventRecord
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


def test_who_joined_may_say_not_solved_and_then_stands_alone_again() -> None:
    main, case, noora = make_case(), make_case(), make_noora()
    operations.merge(case, into=main, by=make_huda(), at=SUNDAY_9AM + HOUR)
    assert not case.may_be_reopened(at=SUNDAY_9AM + 2 * HOUR, days=15)
    with pytest.raises(TooLate):
        operations.reopen(case, reason="ما زالت", at=SUNDAY_9AM + 2 * HOUR)
    operations.resolve(main, text="رُدمت.", by=noora, at=SUNDAY_9AM + 3 * HOUR)
    case = Case.objects.get(pk=case.pk)
    assert case.may_be_reopened(at=SUNDAY_9AM + 4 * HOUR, days=15)

    operations.reopen(case, reason="الحفرة أمام بيتي ما زالت", at=SUNDAY_9AM + 4 * HOUR)

    main.refresh_from_db()
    assert (case.state, case.merged_into, case.is_open) == ("reopened", None, True)
    assert case.clocks.filter(kind="resolve", stopped_at__isnull=True).count() == 1
    assert main.state == "resolved"


@pytest.mark.parametrize("fate", ["withdraw", "exclude"])
def test_who_joined_a_case_that_is_no_more_stands_alone_again(fate: str) -> None:
    main, case, huda = make_case(), make_case(), make_huda()
    operations.merge(case, into=main, by=huda, at=SUNDAY_9AM + HOUR)

    if fate == "withdraw":
        operations.withdraw(main, at=SUNDAY_9AM + 2 * HOUR)
    else:
        operations.exclude(main, reason="إعلان", by=huda, at=SUNDAY_9AM + 2 * HOUR)
    deliver_event(EventRecord.objects.latest("id").pk, "wasl.cases.subscribers.part_those_who_joined")

    case.refresh_from_db()
    assert (case.state, case.merged_into, case.is_open) == ("referred", None, True)
