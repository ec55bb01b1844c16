"""The pages in a real browser: both languages, wide and narrow, no accessibility violation, nothing over the edge.

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
from playwright.sync_api import Browser, Page, sync_playwright

import wasl.web
from wasl.accounts.models import User
from wasl.administration.models import ConfigChange
from wasl.administration.tests.makers import end, put
from wasl.cases.tests.makers import make_working_agency
from wasl.core import clock
from wasl.directory.tests.makers import make_person, make_unit, sign_in

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
SIZES = [(1440, 900), (390, 844)]
HOUR = timedelta(hours=1)
# The pages all others are made of are seen in each language at each width, the rest in two of the four.
WHOLE_WALK = {("ar", 1440), ("en", 390)}
OTHERS = {
    "search": "?q=الطرق",
    "person": "MUN/people/row/zahra@example.om",
    "end": "MUN/units/row/ROADS/end",
    "changes": "MUN/changes",
    "file": "MUN/file",
}
FILE = """\
units:
  - {code: LAMPS, name: {ar: دائرة الإنارة والكهرباء, en: Lighting and power}}
  - {code: PIPES, name: {ar: قسم الأنابيب}, parent: WATER}
"""


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
def badr(home: Path) -> User:
    """An administrator in an agency where some things were changed."""
    agency = make_working_agency()
    roads = make_unit("ROADS", agency=agency)
    badr, now = make_person("administrator"), clock.now()
    make_person("specialist", roads)
    put("units", agency, by=badr, at=now - HOUR * 30, code="WATER", name={"ar": "مديرية المياه", "en": "Water"})
    for code, arabic, english in (("LAMPS", "دائرة الإنارة", "Lighting"), ("BRIDGES", "قسم الجسور", "Bridges")):
        name = {"ar": arabic, "en": english}
        put("units", agency, by=badr, at=now - HOUR * 3, code=code, name=name, parent="ROADS")
    put("units", agency, by=badr, at=now - HOUR, code="ROADS", name={"ar": "مديرية الطرق والجسور", "en": "Roads"})
    put("people", agency, by=badr, at=now, code="zahra@example.om", full_name="زهرة بنت علي الكندية")
    end("units", agency, "BRIDGES", by=badr, at=now, note="دُمج القسم في المديرية")
    return badr


class Visitor:
    """Somebody in one language, on a screen of one size."""

    def __init__(self, browser: Browser, base: str, person: User, language: str, size: tuple[int, int]):
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        session = sign_in(Client(), person).session.session_key
        self.context.add_cookies(
            [
                {"name": "wasl_language", "value": language, "url": base},
                {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base},
            ]
        )
        self.page: Page = self.context.new_page()
        self.base, self.language, self.width = base, language, size[0]

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/admin/{path}")

    def judge(self, name: str) -> None:
        """No violation, nothing wider than the screen, the right language."""
        page = self.page
        page.wait_for_load_state("load")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{self.language}-{self.width}.png", full_page=True)
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        # The rail of a narrow screen lies over whatever is scrolled under it, which axe would take for a small target.
        page.evaluate("document.querySelector('.rail').style.position = 'static'")
        page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        assert page.get_attribute("html", "lang") == self.language


@pytest.fixture(params=[(lang, size) for lang in ("ar", "en") for size in SIZES], ids=lambda p: f"{p[0]}-{p[1][0]}")
def visitor(request: pytest.FixtureRequest, browser: Browser, badr: User, live_server: Any) -> Iterator[Visitor]:
    language, size = request.param
    somebody = Visitor(browser, live_server.url, badr, language, size)
    yield somebody
    somebody.context.close()


def test_every_page_of_the_administration_can_be_used_by_everybody(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    visitor.open("")
    visitor.judge("landing")
    visitor.open("MUN/units/?state=all")
    visitor.judge("list")
    visitor.open("MUN/units/row/ROADS")
    visitor.judge("form")
    page.fill("#f-name-ar", "مديرية الطرق والجسور والأنفاق")
    page.check("#f-is_centre")
    page.click(".adminform .foot button")
    visitor.judge("review")
    page.fill("#id_note", "قرار إعادة الهيكلة 12/2026")
    page.click("button[value=apply]")
    page.wait_for_selector(".adminform")
    visitor.open("MUN/units/row/ROADS/history")
    visitor.judge("history")
    if (visitor.language, visitor.width) in WHOLE_WALK or PICTURES:
        _walk_the_rest(visitor, tmp_path / "set-up.yaml")

    assert ConfigChange.objects.filter(note="قرار إعادة الهيكلة 12/2026", code="ROADS").exists()


def _walk_the_rest(visitor: Visitor, file: Path) -> None:
    page = visitor.page
    page.click(".tl .hd a")
    visitor.judge("change")
    for name, path in OTHERS.items():
        visitor.open(path)
        visitor.judge(name)
    visitor.open("MUN/units/new")
    page.click(".adminform .foot button")
    visitor.judge("form-wrong")

    for name, text in (("plan", FILE), ("mistakes", FILE.replace("WATER", "NOWHERE"))):
        file.write_text(text, encoding="utf-8")
        visitor.open("MUN/file")
        page.set_input_files("#id_file", str(file))
        page.click("button[value=look]")
        visitor.judge(name)


def test_rows_within_a_row_are_added_moved_and_removed_by_the_keyboard(
    browser: Browser, badr: User, live_server: Any
) -> None:
    visitor = Visitor(browser, live_server.url, badr, "ar", (1440, 900))
    page = visitor.page
    visitor.open("MUN/calendars/new")
    page.fill("#f-code", "SHIFTS")
    page.fill("#f-name-ar", "مناوبات")

    def span(number: int, weekday: str, opens: str, closes: str) -> None:
        page.select_option(f"[name='f.hours.{number}.weekday']", weekday)
        page.fill(f"[name='f.hours.{number}.opens']", opens)
        page.fill(f"[name='f.hours.{number}.closes']", closes)

    span(0, "6", "07:30", "14:30")
    page.press("[data-add-row]", "Enter")
    span(1, "0", "08:00", "12:00")
    page.press("[data-add-row]", "Enter")
    span(2, "1", "09:00", "11:00")
    visitor.judge("form-rows")
    page.locator("[data-row-remove]").nth(1).press("Enter")
    page.click(".adminform .foot button")
    visitor.judge("review-rows")
    page.click("button[value=apply]")
    page.wait_for_selector(".adminform [data-rows]")

    kept = page.eval_on_selector_all("[data-rowlist] [type=time]", "all => all.map(one => one.value)")
    visitor.context.close()
    assert kept == ["07:30", "14:30", "09:00", "11:00", "", ""]


def test_what_was_typed_outlives_a_reload(browser: Browser, badr: User, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url, badr, "ar", (1440, 900))
    visitor.open("MUN/units/row/ROADS")
    visitor.page.fill("#f-name-en", "Roads, bridges and tunnels")
    visitor.page.wait_for_selector("[data-draft-saved]:not([hidden])")
    visitor.page.goto(f"{visitor.base}/desk/")

    visitor.open("MUN/units/row/ROADS")

    kept = visitor.page.input_value("#f-name-en")
    visitor.context.close()
    assert kept == "Roads, bridges and tunnels"
