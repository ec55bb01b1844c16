"""The kit pages in a real browser: both languages, wide and narrow, no accessibility violation, nothing runs over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from wasl.web.tests.looks import looked_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def open_page(browser: Browser, room_alone: None, live_server: Any) -> Iterator[Any]:
    contexts = []

    def opened(path: str, *, width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        page.wait_for_load_state("load")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", ["/style", "/style/desk", "/calm", "/missing"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_it_and_nothing_runs_over(open_page: Any, path: str, language: str, width: int) -> None:
    page = open_page(f"{path}?lang={language}", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert looked_over(page)["violations"] == []


def test_wide_letters_reflow_at_320_pixels(open_page: Any) -> None:
    page = open_page("/style", width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_page_breaks_no_rule_of_its_own_policy(open_page: Any) -> None:
    page = open_page("/calm")
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(page.url.replace("/calm", "/style"))
    page.wait_for_selector(".leaflet-container .pin")

    assert complaints == []


def test_the_pin_moves_with_the_arrow_keys(open_page: Any) -> None:
    page = open_page("/style")
    before = (float(page.input_value("#lat")), float(page.input_value("#lon")))
    page.focus(".leaflet-marker-icon")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")

    after = (float(page.input_value("#lat")), float(page.input_value("#lon")))
    assert after[0] > before[0]
    assert after[1] > before[1]


def test_the_pin_follows_a_press_on_the_map(open_page: Any) -> None:
    page = open_page("/style")
    page.wait_for_selector(".leaflet-container .pin")
    before = page.input_value("#lat")
    page.click("#map", position={"x": 60, "y": 60})

    expect(page.locator("#lat")).not_to_have_value(before)


def test_a_draft_survives_a_reload_and_ends_after_starting_anew(open_page: Any) -> None:
    page = open_page("/style")
    page.fill("#q", "شارع مزون")
    page.wait_for_selector("[data-draft-saved]")
    page.reload()
    page.wait_for_selector("form[data-draft] .note[role=status]")
    expect(page.locator("#q")).to_have_value("شارع مزون")

    page.click("form[data-draft] .note[role=status] button")

    expect(page.locator("#q")).to_have_value("")
    assert page.evaluate("localStorage.getItem('wasl:draft:style')") is None


def test_a_form_is_sent_once(open_page: Any) -> None:
    page = open_page("/style")
    # The window hears after the document: what reaches it unprevented would be sent.
    page.evaluate(
        """() => {
            window.sent = 0;
            window.addEventListener("submit", (event) => {
                if (!event.defaultPrevented) window.sent += 1;
                event.preventDefault();
            });
            const form = document.querySelector("form[data-once]");
            form.requestSubmit();
            form.requestSubmit();
        }"""
    )

    assert page.evaluate("window.sent") == 1


def test_the_language_switch_keeps_the_page(open_page: Any) -> None:
    page = open_page("/style")
    page.click("form.lang button")
    page.wait_for_selector("html[lang=en]")

    assert page.url.endswith("/style")


def test_one_key_takes_the_focus_to_the_search(open_page: Any) -> None:
    page = open_page("/style/desk")
    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "search"


def test_the_first_press_of_tab_offers_the_way_past_the_menu(open_page: Any) -> None:
    page = open_page("/calm")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_a_menu_closes_on_escape_and_gives_the_focus_back(open_page: Any) -> None:
    page = open_page("/style", width=390)
    page.click("[data-menu] summary")
    assert page.get_attribute("[data-menu]", "open") is not None
    page.keyboard.press("Escape")

    assert page.get_attribute("[data-menu]", "open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_all_tabs_share_one_stream_and_count_what_is_new(open_page: Any) -> None:
    streams: list[str] = []
    told = [
        {"id": number, "kind": "CaseRegistered", "agency": 1, "units": [], "case": case}
        for number, case in ((6, 41), (6, 41), (7, 42), (8, 42))
    ]
    facts = "".join(f"id: {one['id']}\nevent: fact\ndata: {json.dumps(one)}\n\n" for one in told)
    stream = f"retry: 600000\n\nid: 5\nevent: ready\ndata: {{}}\n\n{facts}"

    def answer(route: Any) -> None:
        streams.append(route.request.url)
        route.fulfill(status=200, content_type="text/event-stream", body=stream)

    first = open_page("/calm")
    first.context.route("**/live/stream*", answer)
    listening = first.context.new_page()
    listening.goto(first.url.replace("/calm", "/style/desk"))
    listening.wait_for_selector("[data-live-state]:not([hidden])")
    second = first.context.new_page()
    second.goto(listening.url)
    listening.wait_for_selector("text=تغييران جديدان")

    assert len(streams) == 1
    listening.close()
    second.wait_for_selector("text=تغييران جديدان")
    assert len(streams) == 2
