"""The figures in a real browser: both languages, wide and narrow, usable by everybody, and one sheet of paper.

With WASL_PICTURES set to a folder each page is also photographed there, to be looked at.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

import wasl.web
from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.tests.makers import make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.tests.makers import make_huda, make_unit, sign_in

CHROMIUM = Path(os.environ.get("WASL_CHROMIUM", "/usr/bin/chromium"))
VENDOR = Path(wasl.web.__file__).parent / "static" / "vendor"
PICTURES = os.environ.get("WASL_PICTURES", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here"),
    pytest.mark.skipif(not VENDOR.is_dir(), reason="the browser assets are not built (npm run build)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django's guard would take every query for a mistake.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


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


def open_page(browser: Browser, base: str, person: User, language: str, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900})
    session = sign_in(Client(), person).session.session_key
    context.add_cookies(
        [
            {"name": "wasl_language", "value": language, "url": base},
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base},
        ]
    )
    return context.new_page()


def judge(page: Page, name: str) -> None:
    """No violation, nothing wider than the screen."""
    page.wait_for_load_state("load")
    width = page.viewport_size["width"] if page.viewport_size else 0
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{page.get_attribute('html', 'lang')}-{width}.png", full_page=True)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"


@pytest.mark.parametrize(("language", "width"), [("ar", 1440), ("ar", 390), ("en", 1440), ("en", 390)])
def test_the_figures_can_be_read_by_everybody(
    browser: Browser, huda: User, live_server: Any, language: str, width: int
) -> None:
    page = open_page(browser, live_server.url, huda, language, width)
    page.goto(f"{live_server.url}/figures/?period=year")
    judge(page, "figures")

    page.locator("details.fold summary").first.click()
    judge(page, "figures-narrowing")
    page.locator("[popovertarget=what-completion_rate]").first.focus()
    page.keyboard.press("Enter")
    assert page.is_visible("#what-completion_rate")
    judge(page, "figures-definition")
    page.keyboard.press("Escape")
    assert not page.is_visible("#what-completion_rate")

    page.locator(".bigtiles a.num").first.click()
    judge(page, "figures-cases")
    page.goto(f"{live_server.url}/figures/definitions#completion_rate")
    judge(page, "figures-definitions")
    page.context.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_dashboard_prints_on_one_sheet(browser: Browser, huda: User, live_server: Any, language: str) -> None:
    page = open_page(browser, live_server.url, huda, language, 1440)
    page.goto(f"{live_server.url}/figures/?period=year")
    page.emulate_media(media="print")

    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    hidden = [page.is_visible(one) for one in (".topb", ".rail", ".figchooser", ".what")]
    page.context.close()

    assert re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)|/Count (\d+)", paper)[0] in [(b"1", b""), (b"", b"1")]
    assert hidden == [False] * 4
