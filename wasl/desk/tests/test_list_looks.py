"""The worklist in a real browser: choosing, keys, printing, small screens; no accessibility violation anywhere."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.core import clock
from wasl.desk import operations
from wasl.desk.models import BulkAct
from wasl.desk.narrowing import Narrowing
from wasl.desk.tests.test_looks import Desk, Visitor, desk, pytestmark, visitor
from wasl.directory.tests.makers import session_of
from wasl.web.tests.looks import NARROW, PICTURES

__all__ = ["desk", "pytestmark", "visitor"]


@pytest.fixture(autouse=True)
def _saved(desk: Desk) -> None:
    """Huda has two lists of her own, one of them shared, and a colleague shares a third."""
    agency, at = desk.told.agency, clock.now()
    for name, shared, filters in (
        ("بلاغات الحي القديم المتأخرة", "agency", Narrowing(whose="all", due="overdue", kind="report")),
        ("من البريد", "me", Narrowing(channel="email")),
    ):
        operations.save_view(agency, name=name, narrowing=filters, columns=(), shared=shared, by=desk.huda, at=at)


def test_the_list_with_its_tools_can_be_used_by_everybody(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    visitor.open("?view=open&whose=all&kind=report&came=month&q=")
    expect(page.locator('[data-count="view open"]').first).not_to_be_empty()
    visitor.judge("list")
    page.click(".filterfold > summary")
    visitor.judge("list-filters")
    page.click(".filterfold > summary")
    page.click("#columns > summary")
    visitor.judge("list-columns")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelectorAll('.pick input[name=case]').forEach((box, n) => n < 3 && box.click())")
    visitor.judge("list-chosen")
    page.click('.manybar [value="assign"]')
    visitor.judge("bulk-form")
    page.select_option("select", index=1)
    page.click(".act-form .btn.p")
    visitor.judge("bulk-plan")
    page.click(".bulk form .btn.p")
    page.wait_for_selector("[data-bulk-state=done]")
    visitor.judge("bulk-result")
    visitor.open("views")
    visitor.judge("views")
    page.click(".viewlist .btn >> nth=0")
    visitor.judge("view")
    visitor.open("paper?view=open&whose=all")
    visitor.judge("paper")
    visitor.open("export?view=open&whose=all")
    visitor.judge("export")
    visitor.open("map?view=open&whose=all")
    page.wait_for_selector("[data-drawn]")
    visitor.judge("map")
    visitor.open("?view=accept&whose=mine")
    visitor.judge("list-empty")

    assert BulkAct.objects.get().state == "done"


@pytest.fixture
def huda(browser: Browser, desk: Desk, live_server: Any) -> Any:
    """Huda at a wide screen, in Arabic, with the list of everything open."""
    somebody = Visitor(browser, live_server.url, session=session_of(desk.huda))
    somebody.open("?view=open&whose=all")
    yield somebody
    somebody.close()


def focused(page: Page) -> str | None:
    found: str | None = page.evaluate("document.activeElement.closest('[data-case]')?.dataset.case ?? null")
    return found


def chosen(page: Page) -> int:
    return page.locator(".pick input[name=case]:checked").count()


def test_the_whole_list_is_worked_by_keyboard_in_any_layout(huda: Visitor) -> None:
    page = huda.page
    numbers = page.evaluate("[...document.querySelectorAll('[data-case]')].map(row => row.dataset.case)")

    page.keyboard.press("KeyJ")  # by its place: an Arabic layout writes ت there
    page.keyboard.press("KeyJ")
    assert focused(page) == numbers[1]
    page.keyboard.press("KeyX")
    page.keyboard.press("Shift+KeyJ")
    page.keyboard.press("Shift+ArrowDown")
    assert chosen(page) == 3
    assert page.inner_text("[data-many-count]") == "3 طلبات مختارة"
    page.keyboard.press("KeyK")
    assert focused(page) == numbers[2]
    page.keyboard.press("Escape")
    assert chosen(page) == 0
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("Enter")
    page.wait_for_selector("[data-case-page]")
    page.go_back()
    page.wait_for_selector("[data-case].on")
    assert focused(page) == numbers[2]
    page.keyboard.press("KeyG")
    page.keyboard.press("KeyO")
    page.wait_for_url("**view=overdue**")


def test_letters_in_fields_and_letters_switched_off_do_nothing(huda: Visitor) -> None:
    page = huda.page

    page.fill("#id_q", "")
    page.type("#id_q", "jxg")
    assert page.input_value("#id_q") == "jxg"
    assert chosen(page) == 0
    page.evaluate("localStorage.setItem('wasl:shortcuts', 'off'); document.activeElement.blur()")
    page.keyboard.press("KeyJ")
    assert focused(page) is None

    page.locator(".lead a").first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("[data-case]").nth(1).get_attribute("data-case")
    assert focused(page) == second


def test_shift_takes_all_between_and_the_head_takes_the_page(huda: Visitor) -> None:
    page = huda.page
    boxes = page.locator(".pick input[name=case]")

    boxes.nth(1).click()
    boxes.nth(5).click(modifiers=["Shift"])
    assert chosen(page) == 5
    page.click("[data-all]")
    assert chosen(page) == boxes.count()
    page.click("[data-all]")
    assert chosen(page) == 0
    expect(page.locator(".manybar")).to_be_hidden()


def test_what_is_chosen_and_where_one_stands_outlive_a_change_of_the_list(huda: Visitor, desk: Desk) -> None:
    page = huda.page
    box = page.locator(".pick input[name=case]").nth(3)
    box.click()
    number = page.locator("[data-case]").nth(3).get_attribute("data-case")
    cases.add_note(desk.told, text="وصل القاطع.", by=desk.huda, at=clock.now())
    cases.change_importance(desk.told, importance="P1", reason="خطر", by=desk.huda, at=clock.now())

    page.evaluate("document.dispatchEvent(new CustomEvent('wasl:live', {detail: {case: 1}}))")
    page.wait_for_selector("[data-newbar]:not([hidden])")
    page.click("[data-newbar]")

    assert chosen(page) == 1
    row = page.locator(f'[data-case="{number}"]')
    assert row.locator("input").is_checked()


def test_paper_has_its_title_and_pages_and_nobodys_number(browser: Browser, desk: Desk, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url, session=session_of(desk.huda))
    visitor.open("paper?view=open&whose=all&kind=report")
    text = visitor.page.inner_text("body")
    sheet = visitor.page.pdf(prefer_css_page_size=True)
    if PICTURES:
        Path(f"{PICTURES}/paper.pdf").write_bytes(sheet)
    visitor.close()

    assert "المفتوحة" in text
    assert "النوع: بلاغ" in text
    assert "9214 7705" not in text
    assert b"/MediaBox [0 0 841" in sheet or b"/MediaBox [0 0 842" in sheet  # A4 across


def test_without_script_the_list_still_chooses_and_acts(browser: Browser, desk: Desk, live_server: Any) -> None:
    session = session_of(desk.huda)
    visitor = Visitor(browser, live_server.url, "ar", NARROW, session=session, java_script_enabled=False)
    page = visitor.page
    visitor.open("?view=accept&whose=all")

    page.locator(".pick input[name=case]").first.check()
    page.click('.manybar [value="accept"]')
    page.click(".bulk form .btn.p")

    expect(page.locator("[data-bulk-state=done]")).to_be_visible()
    assert Case.objects.filter(state="accepted").exists()
    visitor.close()
