"""The ladder on the page of a case, the list of the lifted, the director's weekly list: in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.cases import lifting
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.desk.tests.makers import make_roads
from wasl.directory.tests.makers import LONG_AGO, make_huda, make_noora, make_person, session_of
from wasl.sla import ladders
from wasl.web.tests.looks import ALL_LOOKS, MARKS, Window, name_of

pytestmark = MARKS


@dataclass
class Lifted:
    """One case on its way up, one at the top."""

    huda: User
    climbing: Case


@pytest.fixture
def lifted(home: Path) -> Lifted:
    agency = make_working_agency()
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    roads = make_roads(agency)
    huda, noora = make_huda(roads), make_noora(roads)
    make_person("director", roads)
    now = clock.now()
    climbing = make_case(agency=agency, at=now - timedelta(days=2))
    cases.accept_referral(climbing, by=noora, at=now - timedelta(days=2), assignee=noora)
    for days in (60, 75):
        old = make_case(agency=agency, at=now - timedelta(days=days))
        cases.accept_referral(old, by=noora, at=now - timedelta(days=days), assignee=noora)
    lifting.sweep(at=now)
    cases.escalate(climbing, reason="وعدنا المدرسة بالإصلاح قبل الأحد.", by=huda, at=now)
    return Lifted(huda, climbing)


@pytest.fixture(params=ALL_LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, lifted: Lifted, live_server: Any) -> Iterator[Window]:
    somebody = Window(browser, live_server.url, *request.param, session=session_of(lifted.huda))
    yield somebody
    somebody.close()


def test_the_ladder_and_the_weekly_list_can_be_used_by_everybody(visitor: Window, lifted: Lifted) -> None:
    visitor.open(f"/desk/cases/{lifted.climbing}?act=escalate")
    visitor.judge("case-ladder")
    assert visitor.page.locator(".rungs .here").count() == 1
    visitor.open("/desk/?view=escalated&whose=all")
    visitor.judge("worklist-escalated")
    assert visitor.page.locator("tr[data-case]").count() == 3
    visitor.open("/desk/weekly-list")
    visitor.judge("weekly-list")
    assert visitor.page.locator("tbody tr").count() == 2
