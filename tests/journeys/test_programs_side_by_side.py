"""Programs in processes of their own register reports at the same time: every report gets a number of its own."""

import pytest

from tests.journeys.house import House
from tests.journeys.program import make_program, send_many, send_side_by_side
from wasl.core import references

pytestmark = [pytest.mark.journey, pytest.mark.drill]


def test_two_hundred_reports_of_four_processes_get_two_hundred_numbers(house: House) -> None:
    program = make_program(house)

    given = send_side_by_side(program, processes=4, each=50)

    assert len(set(given)) == 200
    assert all(references.parse(one) is not None for one in given)
    known = {one for (one,) in house.rows("SELECT reference FROM cases_case WHERE channel = 'api'")}
    assert set(given) <= known
    # Asked again under the same keys, the same numbers come and nothing new is there.
    assert send_many(program, "process-0", 50) == given[:50]
    assert {one for (one,) in house.rows("SELECT reference FROM cases_case WHERE channel = 'api'")} == known
