"""The order of service on the page of a case: whom it passed, what passed it, the form that asks why; in a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.desk.tests.makers import make_roads
from wasl.directory.tests.makers import make_huda, make_noora, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS


@dataclass
class Queue:
    """Five potholes that wait, of which the third was taken ahead."""

    huda: User
    waiting: list[Case]


@pytest.fixture
def queue(home: Path) -> Queue:
    agency = make_working_agency()
    roads = make_roads(agency)
    huda, noora = make_huda(roads), make_noora(roads)
    now = clock.now()
    waiting = [make_case(agency=agency, at=now - timedelta(hours=30 - n)) for n in range(5)]
    for case in waiting:
        cases.accept_referral(case, by=huda, at=now - timedelta(hours=20))
    why = cases.Ahead("stuck", "الشارعان الأسبقان مغلقان حتى الغد، والفرقة تقف أمام هذا الموضع.")
    cases.start_work(waiting[2], by=noora, at=now - timedelta(hours=2), ahead=why)
    return Queue(huda, waiting)


@pytest.fixture(params=LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, queue: Queue, live_server: Any) -> Iterator[Window]:
    somebody = Window(browser, live_server.url, *request.param, session=session_of(queue.huda))
    yield somebody
    somebody.close()


def test_card_and_form_can_be_used_by_everybody(visitor: Window, queue: Queue) -> None:
    visitor.open(f"/desk/cases/{queue.waiting[2]}")
    visitor.judge("case-jumped")
    assert visitor.page.locator("section.turn.told").count() == 1
    assert visitor.page.locator(".casehead a.chip[href='#turn']").count() == 1
    visitor.open(f"/desk/cases/{queue.waiting[3]}?act=start")
    visitor.judge("case-out-of-turn")
    assert visitor.page.locator("#act-start .note.warn").count() == 1
    visitor.open(f"/desk/cases/{queue.waiting[0]}")
    visitor.judge("case-passed")
