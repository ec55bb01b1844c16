"""The pages in a real browser: both languages, wide and narrow, no accessibility violation, nothing over the edge."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from wasl.accounts.models import User
from wasl.administration.models import ConfigChange
from wasl.administration.tests.makers import end, put
from wasl.cases.tests.makers import make_working_agency
from wasl.core import clock
from wasl.directory.tests.makers import make_person, make_unit, session_of
from wasl.web.tests.looks import ALL_LOOKS, MARKS, NARROW, PICTURES, WIDE, Window, name_of

pytestmark = MARKS
HOUR = timedelta(hours=1)
# The pages all others are made of are seen in each language at each width, the rest in two of the four.
WHOLE_WALK = {("ar", WIDE[0]), ("en", NARROW[0])}
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


class Visitor(Window):
    """Somebody at the set-up."""

    def open(self, path: str) -> None:
        """Go to an address of the set-up."""
        super().open(f"/admin/{path}")


@pytest.fixture(params=ALL_LOOKS, ids=name_of)
def visitor(request: pytest.FixtureRequest, browser: Browser, badr: User, live_server: Any) -> Iterator[Visitor]:
    somebody = Visitor(browser, live_server.url, *request.param, session=session_of(badr))
    yield somebody
    somebody.close()


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
    visitor = Visitor(browser, live_server.url, session=session_of(badr))
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
    visitor.close()
    assert kept == ["07:30", "14:30", "09:00", "11:00", "", ""]


def test_what_was_typed_outlives_a_reload(browser: Browser, badr: User, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url, session=session_of(badr))
    visitor.open("MUN/units/row/ROADS")
    visitor.page.fill("#f-name-en", "Roads, bridges and tunnels")
    visitor.page.wait_for_selector("[data-draft-saved]:not([hidden])")
    visitor.page.goto(f"{visitor.base}/desk/")

    visitor.open("MUN/units/row/ROADS")

    kept = visitor.page.input_value("#f-name-en")
    visitor.close()
    assert kept == "Roads, bridges and tunnels"
