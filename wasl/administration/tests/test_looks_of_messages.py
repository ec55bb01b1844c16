"""The pages of wordings and channel accounts in a real browser: no violation, nothing over the edge, live previews.

With WASL_PICTURES set to a folder each page is also photographed there, to be looked at.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

import wasl.web
from wasl.administration.tests.makers import put
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_agency, make_person, make_unit, sign_in

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
# Two looks stand for the four; with pictures wanted all are taken.
LOOKS = [("ar", (1440, 900)), ("en", (390, 844)), *([("ar", (390, 844)), ("en", (1440, 900))] if PICTURES else [])]
PAGES = [
    ("wordings", "/wordings/"),
    ("wording-sms", "/wordings/row/case_registered-sms"),
    ("wording-mail", "/wordings/row/case_resolved-email"),
    ("text-account", "/sms/row/sms"),
    ("text-account-new", "/sms/new"),
    ("mailbox", "/mail/row/care"),
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
def agency(home: Path) -> Agency:
    """An agency with an account of each sort and a wording of its own."""
    agency, at = make_agency("MUN"), clock.now()
    own = {"ar": "سجلنا طلبك {reference}\n{link}", "en": "We have case {reference}\n{link}"}
    put("wordings", agency, at=at, notice="case_registered", channel="sms", body=own)
    put("mail", agency, at=at, code="care", name="العناية", address="care@example.om", smtp_host="mail.example.om")
    url = "http://127.0.0.1:9/send"
    put("sms", agency, at=at, code="sms", name="البلدية", address="MUSCAT", gateway="http", url=url, key="k")
    return agency


def page_of(browser: Browser, base: str, agency: Agency, language: str, size: tuple[int, int]) -> Page:
    """A window of the administrator."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    person = make_person(Role.ADMINISTRATOR, make_unit("IT", agency=agency))
    session = sign_in(Client(), person).session.session_key
    cookies = {settings.SESSION_COOKIE_NAME: session, "wasl_language": language}
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
    return context.new_page()


def judge(page: Page, name: str, language: str) -> None:
    """No violation, nothing wider than the screen, the right language."""
    page.wait_for_load_state("load")
    width = page.viewport_size["width"] if page.viewport_size else 0
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{language}-{width}.png", full_page=True)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    # To the end, where nothing lies under the bar at the foot of a narrow screen.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == [], name
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=lambda one: str(one))
def test_wordings_and_accounts_can_be_used_by_everybody(
    browser: Browser, agency: Agency, live_server: Any, language: str, size: tuple[int, int]
) -> None:
    page = page_of(browser, live_server.url, agency, language, size)
    for name, path in PAGES:
        page.goto(f"{live_server.url}/admin/MUN{path}")
        judge(page, name, language)

    page.goto(f"{live_server.url}/admin/MUN/wordings/row/case_closed-sms")
    text = page.locator("form.adminform textarea[lang=ar]")
    text.fill("تم إغلاق طلبك ")
    page.locator("[data-place='{reference}']").click()
    expect(page.locator("[data-wording-preview] .phone").first).to_contain_text("تم إغلاق طلبك MR-")
    text.fill("ا" * 90)
    expect(page.locator("[data-wording-preview] .bubble[class]").nth(1)).to_be_visible()
    text.fill("طلبك {reference} {nobody}")
    expect(page.locator("[data-wording-preview] [role=alert]")).to_contain_text("{nobody}")
    judge(page, "wording-wrong", language)
    text.fill("انتهى طلبك {reference}")
    page.locator("button[value=review]").click()
    judge(page, "wording-review", language)

    page.goto(f"{live_server.url}/admin/MUN/sms/row/sms/trial")
    page.locator("input[name=to]").fill("92147705")
    page.locator("form[data-once] .foot button.p").click()
    expect(page.locator("[aria-labelledby=steps]")).to_contain_text("WASL_INSIDE")
    judge(page, "trial", language)
    page.context.close()
