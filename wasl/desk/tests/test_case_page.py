"""The page of a case: what it shows to whom."""

import pytest
from django.test import Client

from wasl.core import clock
from wasl.desk.tests.makers import DAY, make_roads, make_told_case
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, sign_in

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + 2 * DAY


def page_of(case: object, person: object, query: str = "") -> str:
    with clock.frozen(LATER):
        answer = sign_in(Client(), person).get(f"/desk/cases/{case}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_tells_who_where_what_and_the_clocks(home: object) -> None:
    noora = make_noora(make_roads())
    case = make_told_case(noora)

    page = page_of(case, noora)

    for words in (case.reference, "مريم بنت سعيد", "+968 9214 7705", "شارع الحديقة", "حفرة عميقة", "لماذا يستحق"):
        assert words in page
    assert 'data-point="23.585000,58.405000"' in page
