"""The same request for a review, sent twice at the same moment; and two sweeps that find the same late one."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from wasl.cases import operations
from wasl.cases.appeal_rows import Appeal
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)
AT = SUNDAY_9AM + timedelta(days=1)


def test_pressing_twice_at_once_asks_once_and_both_hear_that_it_was_asked() -> None:
    make_working_agency()
    make_person("director", make_unit("CENTRE"))
    case = make_case()
    operations.reject(case, reason="الموقع ملك خاص", by=make_noora(), at=SUNDAY_9AM + HOUR)
    heard: list[Appeal] = []

    def ask_again() -> None:
        try:
            heard.append(ask(Case.objects.get(pk=case.pk)))
        finally:
            connection.close()

    second = Thread(target=ask_again)
    with transaction.atomic():
        first = ask(case)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait for the first"
    second.join(timeout=60)

    assert heard == [first]
    assert EventRecord.objects.filter(kind="AppealAsked").count() == 1


def test_two_sweeps_at_once_tell_of_a_late_review_once() -> None:
    make_working_agency()
    make_person("director", make_unit("CENTRE"))
    case = make_case()
    operations.reject(case, reason="الموقع ملك خاص", by=make_noora(), at=SUNDAY_9AM + HOUR)
    appeal = ask(case)
    told: list[bool] = []

    def tell() -> bool:
        return operations.tell_late(appeal.pk, at=appeal.due_at + timedelta(days=30))

    def tell_again() -> None:
        try:
            told.append(tell())
        finally:
            connection.close()

    second = Thread(target=tell_again)
    with transaction.atomic():
        told.append(tell())
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait for the first"
    second.join(timeout=60)

    assert told == [True, False]
    kinds = EventRecord.objects.filter(kind__in=("AppealLate", "AppealLifted")).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["AppealLate", "AppealLifted"]


def ask(case: Case) -> Appeal:
    return operations.ask_appeal(case, words="الموقع طريق عام", channel="portal", at=AT)
