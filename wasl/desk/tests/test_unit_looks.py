"""The desks of units in a real browser: the inbox, the board of ages, the follow-up team, the director's answer."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency
from wasl.core import clock
from wasl.core.localized import both
from wasl.desk.tests.makers import make_roads
from wasl.desk.tests.test_looks import HOUR, Visitor, pytestmark
from wasl.directory import substitutes
from wasl.directory.models import Unit
from wasl.directory.tests.makers import make_noora, make_person, make_said, make_salem, make_unit, session_of
from wasl.web.tests.looks import LOOKS, NARROW, name_of

__all__ = ["pytestmark"]

DAY = timedelta(days=1)
AGES = (1, 4, 8, 15, 40, 75)


@pytest.fixture
def roads(home: Path) -> Unit:
    """A unit with cases of all ages, some on hold for three reasons, and one that two units returned."""
    agency = make_working_agency()
    roads, now = make_roads(agency), clock.now()
    noora, light = make_noora(roads), make_unit("LAMPS", agency=agency, name=both("دائرة الإنارة", "Lighting"))
    for number in AGES:
        make_case(agency=agency, at=now - number * DAY, title="حفرة كبيرة أمام المدرسة ومياه راكدة حولها")
        case = accepted_case(by=noora, agency=agency, at=now - number * DAY - 4 * HOUR)
        reason = ("materials", "budget", "other_body")[number % 3]
        begun = now - number * DAY
        cases.hold(case, reason_code=reason, review_on=(begun + 2 * DAY).date(), text="ننتظر", by=noora, at=begun)
    away = now - 9 * DAY
    for unit in (roads, light):
        case = Case.objects.filter(state="referred").order_by("pk").first() if unit == roads else case
        assert case is not None
        cases.return_referral(
            case, reason="ليست لنا", whose=cases.Whose(light if unit == roads else roads), by=noora, at=away
        )
        if unit == roads:
            cases.refer(case, to_unit=light, reason="لكم", by=make_salem(), at=away)
    said = make_said(roads)
    substitutes.appoint_substitute(
        said, substitute=noora, unit=roads, valid_from=now - DAY, valid_to=now + 5 * DAY, by=said, at=now - DAY
    )
    return roads


def people_of(roads: Unit) -> dict[str, Any]:
    return {
        "inbox": make_person("head", roads),
        "ageing": make_person("supervisor"),
        "follow-up": make_person("follow_up", make_unit("FOLLOW", agency=roads.agency)),
    }


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
def test_the_desks_of_units_can_be_used_by_everybody(
    browser: Browser, live_server: Any, roads: Unit, look: tuple[str, tuple[int, int]]
) -> None:
    for path, person in people_of(roads).items():
        visitor = Visitor(browser, live_server.url, *look, session=session_of(person))
        visitor.open(path)
        visitor.judge(path)
        if path == "follow-up":
            visitor.page.locator(".silent details summary").first.click()
            visitor.judge("follow-up-remind")
        visitor.close()


def test_an_officer_accepts_many_from_the_inbox_by_keyboard_alone(
    browser: Browser, live_server: Any, roads: Unit
) -> None:
    visitor = Visitor(browser, live_server.url, session=session_of(make_said(roads)))
    visitor.open("inbox")
    page = visitor.page
    waiting = page.locator(".pick input[name=case]")
    assert waiting.count() >= 2
    for number in range(2):
        waiting.nth(number).focus()
        page.keyboard.press("Space")
    page.locator('.manybar [value="accept"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".bulk")
    page.locator(".bulk form .btn.p").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-bulk-state=done]")

    assert Case.objects.filter(state="accepted").count() == 2
    visitor.close()


def test_a_new_referral_appears_in_the_inbox_by_itself(browser: Browser, live_server: Any, roads: Unit) -> None:
    visitor = Visitor(browser, live_server.url, "ar", NARROW, session=session_of(make_said(roads)))
    visitor.open("inbox")
    rows = visitor.page.locator("[data-worklist]")
    case = make_case(agency=roads.agency, at=clock.now(), title="هبوط في الطريق قرب الجسر")
    visitor.page.evaluate("document.dispatchEvent(new CustomEvent('wasl:live-reset'))")
    expect(rows).to_contain_text(case.reference)
    visitor.close()
