"""Kinds of alerts for tests, and an alert with good defaults."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.alerts import kinds, openers, operations
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.models import Alert
from wasl.core.i18n import t
from wasl.core.localized import both
from wasl.directory import queries as directory
from wasl.directory.tests.makers import SUNDAY_9AM

NEWS = AlertKind("test_news", t("أخبار", "News"), usual=Way.DIGEST)
CALLS = AlertKind("test_calls", t("نداءات", "Calls"), usual=Way.AT_ONCE)
MUSTS = AlertKind("test_musts", t("إلزامية", "Musts"), usual=Way.AT_ONCE, needful=True)


def register_kinds() -> None:
    """Let the kinds of these tests be known."""
    kinds.register(NEWS, CALLS, MUSTS)


def make_alert(person: User, *, kind: AlertKind = NEWS, at: datetime = SUNDAY_9AM, **more: Any) -> Alert:
    """An alert to one person, by the agency they work for."""
    register_kinds()
    number = Alert.objects.count()
    values: dict[str, Any] = {
        "agency": directory.own_agency(person, at) or directory.default_agency(),
        "title": both("تجاوز طلب موعده", "A case is overdue"),
        "body": both("افتحه اليوم.", "Open it today."),
        "dedupe_key": f"test:{number}",
    } | more
    return operations.alert(people=[person], kind=kind.code, at=at, **values)[0]


@contextmanager
def opened_cases(paths: dict[int, str]) -> Iterator[None]:
    """As if these were the cases that everybody may open, and nobody any other."""
    before = list(openers._openers)
    openers._openers[:] = [lambda person, case_ids, at: {one: paths[one] for one in case_ids if one in paths}]
    try:
        yield
    finally:
        openers._openers[:] = before
