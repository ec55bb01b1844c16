"""The pages of delegations in a real browser: one's own with the form, and everybody's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory import delegations
from wasl.directory.rights import Right
from wasl.directory.tests.makers import make_agency, make_person, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS
WEEK = timedelta(days=7)


@dataclass
class House:
    """A supervisor who gave two delegations and holds one, somebody without powers, and an auditor."""

    huda: User
    salem: User
    auditor: User


@pytest.fixture
def house(home: Path) -> House:
    agency = make_agency("MUN")
    roads = make_unit("ROADS", agency=agency, name=both("دائرة الطرق", "Roads"))
    huda, salem = make_person("supervisor", name="هدى بنت سيف"), make_person("agent", name="سالم بن حمد")
    director = make_person("director", name="يوسف بن ناصر")
    now = clock.now()
    terms: dict[str, Any] = {"agency": agency, "valid_from": now, "valid_to": now + WEEK, "at": now}
    reject = {"powers": [Right.REJECT, Right.CLOSE], "gravest": "P3", "reason": "في مهمة خارجية"}
    row = delegations.delegate(huda, to=salem, unit=roads, **terms | reject)
    delegations.delegate(
        huda, to=salem, unit=None, **terms | {"powers": ["set_importance"], "gravest": "P1", "reason": "تدريب"}
    )
    approve = {"powers": ["approve_pending"], "gravest": "P1", "reason": "إجازة"}
    delegations.delegate(director, to=salem, unit=roads, **terms | approve)
    delegations.revoke(row, by=huda, at=now + timedelta(minutes=1))
    return House(huda, salem, make_person("auditor", name="منى بنت علي"))


@pytest.fixture(params=LOOKS, ids=name_of)
def look(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def windows(look: Any, browser: Browser, house: House, live_server: Any) -> Iterator[dict[str, Window]]:
    people = {"huda": house.huda, "salem": house.salem, "auditor": house.auditor}
    opened = {
        name: Window(browser, live_server.url, *look, session=session_of(person)) for name, person in people.items()
    }
    yield opened
    for one in opened.values():
        one.close()


def test_the_pages_of_delegations_can_be_used_by_everybody(windows: dict[str, Window]) -> None:
    huda, salem, auditor = windows["huda"], windows["salem"], windows["auditor"]
    huda.open("/me/delegations")
    huda.judge("delegations")
    huda.page.click("main .foot .btn.p")
    huda.judge("delegations-wrong")
    salem.open("/me/delegations")
    salem.judge("delegations-held")
    auditor.open("/delegations")
    auditor.judge("delegations-all")
