"""The page of the interface: everybody can read it, in both languages, wide and narrow, without a script of its own.

With WASL_PICTURES set to a folder each is also photographed there, to be looked at.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

import wasl.web
from wasl.api.v1.table import ENDPOINTS
from wasl.directory.tests.makers import make_agency

CHROMIUM = Path(os.environ.get("WASL_CHROMIUM", "/usr/bin/chromium"))
VENDOR = Path(wasl.web.__file__).parent / "static" / "vendor"
PICTURES = os.environ.get("WASL_PICTURES", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("ar", "تسجيل طلب"), ("en", "Register a case")])
def test_the_page_names_every_endpoint_with_an_example_to_copy(client: Client, language: str, words: str) -> None:
    make_agency()

    page = client.get("/api/v1/docs", {"lang": language})

    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert all(f'id="{one.name}"' in text for one in ENDPOINTS)
    assert text.count("Authorization: Bearer") >= len(ENDPOINTS)
    assert "wasl_" in text
    assert "<script>" not in text


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


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here")
@pytest.mark.skipif(not VENDOR.is_dir(), reason="the browser assets are not built (npm run build)")
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_can_be_read_by_everybody(
    browser: Browser, live_server: Any, home: Path, language: str, size: tuple[int, int]
) -> None:
    make_agency()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{live_server.url}/api/v1/docs?lang={language}")
    page.click("#createCase > summary")
    page.click("#createCase .apianswer > summary")
    page.wait_for_load_state("load")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/api-{language}-{size[0]}.png", full_page=True)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))

    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    spoken = page.get_attribute("html", "lang")
    context.close()

    assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == []
    assert wide <= 0
    assert spoken == language
