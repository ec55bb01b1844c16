"""The figures in a real browser: both languages, wide and narrow, usable by everybody, and one sheet of paper."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.tests.makers import make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.tests.makers import make_huda, make_unit, session_of
from wasl.web.tests.looks import ALL_LOOKS, MARKS, Window, name_of

pytestmark = MARKS


@pytest.fixture
def huda(home: Path) -> User:
    """A supervisor of an agency where sixteen units did something."""
    agency, now = make_working_agency(), clock.now()
    huda = make_huda()
    for number in range(16):
        name = both(f"دائرة الخدمات البلدية رقم {number}", f"Department of municipal services {number}")
        unit = make_unit(f"U-{number}", agency=agency, name=name)
        service = make_service(f"S-{number}", agency=agency, unit=unit, name=name)
        at = now - timedelta(hours=30 * number + 4)
        make_case(agency=agency, service=service, at=at, channel="phone" if number % 3 else "portal")
        done = resolved_case(agency=agency, service=service, by=huda, at=at)
        cases.rate(done, rating=1 + number % 5, comment="", at=now)
    return huda


@pytest.mark.parametrize("look", ALL_LOOKS, ids=name_of)
def test_the_figures_can_be_read_by_everybody(
    browser: Browser, huda: User, live_server: Any, look: tuple[str, tuple[int, int]]
) -> None:
    window = Window(browser, live_server.url, *look, session=session_of(huda))
    page = window.page
    window.open("/figures/?period=year")
    window.judge("figures")

    page.locator("details.fold summary").first.click()
    window.judge("figures-narrowing")
    page.locator("[popovertarget=what-completion_rate]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#what-completion_rate")).to_be_visible()
    window.judge("figures-definition")
    page.keyboard.press("Escape")
    expect(page.locator("#what-completion_rate")).to_be_hidden()

    page.locator(".bigtiles a.num").first.click()
    window.judge("figures-cases")
    window.open("/figures/definitions#completion_rate")
    window.judge("figures-definitions")
    window.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_dashboard_prints_on_one_sheet(browser: Browser, huda: User, live_server: Any, language: str) -> None:
    window = Window(browser, live_server.url, language, session=session_of(huda))
    page = window.page
    window.open("/figures/?period=year")
    page.emulate_media(media="print")

    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    hidden = [page.is_visible(one) for one in (".topb", ".rail", ".figchooser", ".what")]
    window.close()

    assert re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)|/Count (\d+)", paper)[0] in [(b"1", b""), (b"", b"1")]
    assert hidden == [False] * 4
