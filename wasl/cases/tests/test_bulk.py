"""The bulk writer leaves what the operations would have left, row for row, and tells nobody."""

from datetime import timedelta

import pytest
from django.db import connection

from wasl.cases.tests.histories import left_of, live, make_tales, make_world, write
from wasl.core.models import EventDelivery

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_a_thousand_histories_leave_the_same_rows_as_the_operations() -> None:
    tales = make_tales(seed=311, number=150)
    one, other = make_world("MUN"), make_world("HOU")
    lived = live(one, tales)
    waiting = jobs()

    written = write(other, tales)

    for tale, told, expected in zip(tales, left_of(written), left_of(lived), strict=True):
        assert told == expected, tale
    assert jobs() == waiting
    assert not EventDelivery.objects.exists()
