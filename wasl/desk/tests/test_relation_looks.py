"""The pages of declared relations in a real browser, and what stands for a barred case."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.contacts import relations
from wasl.core import clock
from wasl.directory.tests.makers import make_person, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS


@dataclass
class House:
    """Somebody with running and ended declarations, their head, an auditor; and a case of the brother."""

    noora: User
    head: User
    auditor: User
    barred: str


@pytest.fixture
def house(home: Path) -> House:
    agency, roads, at = make_working_agency(), make_unit("ROADS"), clock.now()
    noora, head = make_person("specialist", roads, name="نورة بنت حمد"), make_person("head", roads, name="يعقوب بن سيف")
    told: dict[str, Any] = {"agency": agency, "at": at}
    relations.declare(noora, kind="sibling", name="أحمد بن حمد", phone="92147705", number="12345678", by=noora, **told)
    relations.declare(noora, kind="self", email="noora.home@example.org", by=noora, **told)
    relations.declare(noora, kind="partner", name="شركة النور", phone="92000001", reason="سجل تجاري", by=head, **told)
    row = relations.declare(noora, kind="in_law", phone="92000002", by=noora, **told)
    relations.end(row, by=noora, reason="تغيّر رقمه", at=at)
    case = make_case(agency=agency, at=at)
    return House(noora, head, make_person("auditor", name="منى بنت علي"), case.reference)


@pytest.fixture(params=LOOKS, ids=name_of)
def look(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def windows(look: Any, browser: Browser, house: House, live_server: Any) -> Iterator[dict[str, Window]]:
    people = {"noora": house.noora, "head": house.head, "auditor": house.auditor}
    opened = {
        name: Window(browser, live_server.url, *look, session=session_of(person)) for name, person in people.items()
    }
    yield opened
    for one in opened.values():
        one.close()


def test_the_pages_of_relations_can_be_used_by_everybody(windows: dict[str, Window], house: House) -> None:
    noora, head, auditor = windows["noora"], windows["head"], windows["auditor"]
    noora.open("/me/relations")
    noora.page.locator("details.fold summary").first.click()
    noora.judge("relations")
    noora.page.click("main .foot .btn.p")
    noora.judge("relations-wrong")
    head.open("/relations")
    head.judge("relations-colleagues")
    auditor.open("/relations")
    auditor.judge("relations-all")


def test_a_barred_case_says_why_and_whom_to_ask(windows: dict[str, Window], house: House) -> None:
    noora = windows["noora"]
    noora.open(f"/desk/cases/{house.barred}")
    noora.judge("barred", quiet=True)

    assert house.head.full_name in noora.page.inner_text("main") or house.head.latin_name in noora.page.inner_text(
        "main"
    )
