"""The pages of the audit log in a real browser: no violation, nothing over the edge, in both languages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.core.seals import checking, jobs
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_noora, make_person, make_salem, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Browser, Window, name_of

pytestmark = MARKS


@pytest.fixture
def agency(home: Any) -> Agency:
    """An agency with some work done, some data looked at, and a log that is sealed and looked through."""
    agency, at = make_working_agency(), clock.now()
    noora, salem = make_noora(), make_salem()
    found: list[Case] = [make_case(agency=agency, at=at - timedelta(minutes=9 - n)) for n in range(4)]
    for case in found:
        cases.accept_referral(case, by=noora, at=at, assignee=noora)
        note_reading([Shown("contact", case.pk)], agency_id=agency.pk, by=noora, at=at)
    cases.add_note(found[0], text="اتصلت بالمقاول", by=noora, at=at)
    note_reading([Shown("case", found[1].pk, own=False)], agency_id=agency.pk, by=salem, at=at)
    note_reading([Shown("contact", found[2].pk)], agency_id=agency.pk, by=None, at=at, key="k7QmW2xRt9LpZc4V")
    note_reading(
        [Shown("recording", found[3].pk, subject="recording:12")],
        agency_id=agency.pk,
        by=salem,
        at=at,
        reason="complaint",
    )
    jobs.seal(0)
    checking.check_on(home)
    return agency


@pytest.fixture(params=LOOKS, ids=name_of)
def window(request: pytest.FixtureRequest, browser: Browser, agency: Agency, live_server: Any) -> Iterator[Window]:
    """The auditor at a screen."""
    opened = Window(browser, live_server.url, *request.param, session=session_of(make_person("auditor")))
    yield opened
    opened.close()


def test_the_log_and_its_readers_can_be_used_by_everybody(window: Window) -> None:
    for name, path in {
        "audit-log": "",
        "audit-reads": "reads",
        "audit-nothing": "?from=2001-01-01&to=2001-01-02",
    }.items():
        window.open(f"/audit/{path}")
        window.judge(name)


def test_a_break_is_told_to_everybody(window: Window) -> None:
    from wasl.core import seals

    checking.remember(seals.Verdict(3, 40, 3, 41, 3, seals.Broken("changed", 4, event=42)))
    window.open("/audit/")
    window.judge("audit-broken")
