"""Why a case is of its class, and the weekly review of classes, in a real browser."""

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
from wasl.desk.tests.makers import make_place
from wasl.directory.tests.makers import make_huda, make_salem, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS
HOUR = timedelta(hours=1)


@dataclass
class Review:
    """A supervisor and a case whose class went up by hand, twice."""

    huda: User
    case: Case


@pytest.fixture
def review(home: Path) -> Review:
    agency = make_working_agency()
    make_unit("ROADS", agency=agency)
    huda, salem, now = make_huda(), make_salem(), clock.now()
    place = make_place("الحي الأول")
    facts = {"danger": 1, "people": 100, "hardship": ""}
    case = make_case(agency=agency, at=now - 5 * HOUR, place=place, facts=facts)
    make_case(agency=agency, at=now - 3 * HOUR, place=place, facts={"hardship": "care"}, by=salem)
    higher, highest = ("P1", "P2") if case.importance == "P2" else ("P2", "P1")
    cases.change_importance(case, importance=higher, reason="أمام مدرسة مزدحمة", by=salem, at=now - 4 * HOUR)
    cases.change_importance(case, importance=highest, reason="سقط فيها طفل صباح اليوم", by=huda, at=now - 2 * HOUR)
    return Review(huda, case)


@pytest.fixture(params=LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, review: Review, live_server: Any) -> Iterator[Window]:
    somebody = Window(browser, live_server.url, *request.param, session=session_of(review.huda))
    yield somebody
    somebody.close()


def test_the_sum_of_a_class_and_the_review_can_be_used_by_everybody(visitor: Window, review: Review) -> None:
    visitor.open(f"/desk/cases/{review.case.reference}")
    visitor.page.click("details.weighed summary")
    visitor.judge("case-class")
    visitor.open("/desk/class-changes")
    visitor.judge("class-changes")
    visitor.open("/desk/class-changes?until=2020-01-01")
    visitor.judge("class-changes-none")
    visitor.open("/desk/register")
    visitor.judge("register-facts")
