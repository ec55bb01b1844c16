"""The pages of the catalogue in a real browser: both languages, wide and narrow, no violation, nothing over the edge.

With WASL_PICTURES set to a folder each page is also photographed there, to be looked at.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

import wasl.web
from wasl.administration.tests.makers import put
from wasl.administration.tests.town import make_town
from wasl.cases.tests.makers import make_case
from wasl.catalogue import operations as catalogue
from wasl.catalogue import queries as catalogue_queries
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_person, sign_in
from wasl.routing import operations as routing

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
# Two looks stand for the four; with pictures wanted all are taken, and of all pages.
LOOKS = [("ar", (1440, 900)), ("en", (390, 844)), *([("ar", (390, 844)), ("en", (1440, 900))] if PICTURES else [])]
PAGES = [
    ("service", "/services/row/LT-OUT"),
    ("form", "/forms/row/CL-BULKY"),
    ("try", "/try?words=اللمبة طافية قدام بيتنا&wilayat=OM-MA-SEB&danger=1&people=20&site=1&service=&kind=&when="),
]
MORE_PAGES = [
    ("services", "/services/"),
    ("service-end", "/services/row/LT-OUT/end"),
    ("form-new", "/forms/new?service=RD-POTHOLE"),
    ("routing", "/routing/"),
    ("policies", "/policies/"),
    ("importance", "/importance/"),
    ("try-empty", "/try"),
    ("try-bulky", "/try?service=CL-BULKY&wilayat=OM-MA-SEB"),
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
    """The municipality with its whole catalogue, forms, routes and a few cases."""
    agency = make_town()
    catalogue.load_catalogue({"MUN": agency}, at=LONG_AGO)
    catalogue.load_forms(agency, at=LONG_AGO)
    routing.load_rules({"MUN": agency}, at=LONG_AGO)
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    for days in range(1, 4):
        make_case(agency=agency, service=service, at=clock.now() - timedelta(days=days))
    return agency


def page_of(browser: Browser, base: str, agency: Agency, language: str, size: tuple[int, int]) -> Page:
    """A window of the administrator, or of a citizen when no agency is given."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    client = Client()
    sign_in(client, make_person("administrator"))
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    for name, value in {**cookies, "wasl_language": language}.items():
        context.add_cookies([{"name": name, "value": value, "url": base}])
    return context.new_page()


def judge(page: Page, name: str, language: str, width: int) -> None:
    """No violation, nothing wider than the screen."""
    page.wait_for_load_state("networkidle")
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


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=lambda value: str(value))
def test_the_pages_of_the_catalogue_can_be_used_by_everybody(
    browser: Browser, live_server: Any, agency: Agency, language: str, size: tuple[int, int]
) -> None:
    page, base = page_of(browser, live_server.url, agency, language, size), f"{live_server.url}/admin/{agency.code}"
    for name, path in PAGES + (MORE_PAGES if PICTURES else []):
        page.goto(base + path)
        judge(page, f"admin-{name}", language, size[0])
    page.goto(f"{base}/routing/new?service=LT-OUT&unit=ROADS")
    page.locator("button[name=step][value=review]").click()
    judge(page, "admin-routing-review", language, size[0])
    page.context.close()


def test_the_preview_follows_what_is_typed_and_its_conditions_work(
    browser: Browser, live_server: Any, agency: Agency
) -> None:
    put("services", agency, code="XX-NEW", name={"ar": "جديدة", "en": "New"}, category="2", at=clock.now())
    page = page_of(browser, live_server.url, agency, "ar", (1440, 900))
    page.goto(f"{live_server.url}/admin/{agency.code}/forms/new?service=XX-NEW")
    shown = page.locator("[data-form-preview] [lang=ar]")

    page.locator("[name='f.questions.0.label.ar']").fill("هل المكان مغلق؟")
    page.locator("[name='f.questions.0.label.en']").fill("Is it closed")
    page.locator("[name='f.questions.0.datatype']").select_option("boolean")
    page.locator("#f-questions > [data-add-row]").click()
    page.locator("[name='f.questions.1.label.ar']").fill("منذ متى؟")
    page.locator("[name='f.questions.1.label.en']").fill("Since when")
    page.locator("[data-row] .finer > summary").nth(1).click()
    page.locator("select#f-questions-1-only_if").select_option("is_it_closed")
    page.locator(".asks").get_by_text("نعم", exact=True).click()

    expect(shown.locator("legend")).to_contain_text("هل المكان مغلق؟")
    since = shown.locator("label[for=id_ar_since_when]")
    expect(since).to_be_hidden()
    shown.locator("#id_ar_is_it_closed_yes").check()
    expect(since).to_be_visible()
    page.context.close()
