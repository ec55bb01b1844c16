"""The lines of support on the page of a case, and their acts, in a real browser."""

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
from wasl.core.localized import both
from wasl.desk.tests.makers import make_place
from wasl.directory.tests.makers import make_noora, make_person, make_salem, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS
HOUR = timedelta(hours=1)


@dataclass
class Lines:
    """Three cases: with the unit, raised to its directorate, and returned by two units."""

    people: dict[str, User]
    worked: Case
    raised: Case
    returned: Case


@pytest.fixture
def story(home: Path) -> Lines:
    agency = make_working_agency()
    above = make_unit("DG", agency=agency, kind="directorate", name=both("المديرية العامة للخدمات", "Services"))
    roads = make_unit("ROADS", parent=above, name=both("دائرة الطرق", "Roads"))
    light = make_unit("LIGHT", parent=above, name=both("دائرة الإنارة", "Lighting"))
    make_unit("SAFETY", agency=agency, kind="committee", name=both("لجنة سلامة الطرق", "Safe roads committee"))
    make_unit("NAMA", agency=agency, kind="partner", name=both("نماء للكهرباء", "Nama electricity"))
    salem, noora = make_salem(), make_noora(roads)
    people = {"noora": noora, "moza": make_person("follow_up"), "jaber": make_person("head", above)}
    now = clock.now()
    worked, raised, returned = (
        make_case(agency=agency, at=now - timedelta(days=3), place=make_place(f"الحي {number}")) for number in range(3)
    )
    for case in (worked, raised):
        cases.accept_referral(case, by=noora, at=now - 20 * HOUR, assignee=noora)
    cases.raise_case(
        raised,
        to_unit=above,
        question="الجدار مشترك بين البلدية ومالك خاص: من يدفع؟",
        handed={"tried": "عاينّا الموضع مرتين وخاطبنا المالك ولم يرد."},
        by=noora,
        at=now - 3 * HOUR,
    )
    cases.return_referral(returned, reason="الحفرة حول عمود", whose=cases.Whose(light), by=noora, at=now - 9 * HOUR)
    cases.refer(returned, to_unit=light, reason="العمود لكم", by=salem, at=now - 8 * HOUR)
    cases.return_referral(
        returned, reason="كابل لشركة الكهرباء", whose=cases.Whose(body="شركة الكهرباء"), by=salem, at=now - 7 * HOUR
    )
    return Lines(people, worked, raised, returned)


@pytest.fixture(params=LOOKS, ids=name_of)
def look(request: pytest.FixtureRequest) -> Any:
    return request.param


def _visits(story: Lines) -> Iterator[tuple[str, str, str]]:
    yield "jaber", f"{story.raised}?act=decide", "lines-decide"
    yield "moza", f"{story.returned}?act=owner", "lines-owner"
    yield "noora", f"{story.worked}?act=raise", "lines-raise"
    yield "noora", f"{story.worked}?act=return", "lines-return"


def test_where_a_case_stands_and_the_acts_between_the_lines_can_be_used_by_everybody(
    browser: Browser, live_server: Any, story: Lines, look: Any
) -> None:
    for person, path, name in _visits(story):
        visitor = Window(browser, live_server.url, *look, session=session_of(story.people[person]))
        visitor.open(f"/desk/cases/{path}")
        visitor.page.eval_on_selector_all(".support details", "all => all.forEach(one => { one.open = true; })")
        visitor.page.evaluate("window.scrollTo(0, 0)")  # the open act was scrolled to
        visitor.judge(name)
        assert visitor.page.locator(".support > li").count() == 3
        assert visitor.page.locator(f"#act-{path.rsplit('=', 1)[1]}[open]").count() == 1
        visitor.close()
