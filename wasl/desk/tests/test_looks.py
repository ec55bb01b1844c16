"""The pages in a real browser: both languages, wide and narrow, no accessibility violation, nothing runs over the edge.

With WASL_PICTURES set to a folder each page is also photographed there, to be looked at.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

import wasl.web
from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.desk.tests.makers import make_parked, make_photo, make_place, make_roads, make_told_case
from wasl.directory.tests.makers import make_huda, make_noora, make_unit, sign_in
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

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


@dataclass
class Desk:
    """A working day at the desk."""

    huda: User
    told: Case
    done: Case
    proposed: Case


@pytest.fixture
def desk(home: Path) -> Desk:
    agency = make_working_agency()
    roads = make_roads(agency)
    huda, noora = make_huda(roads), make_noora(roads)
    now = clock.now()
    told = make_told_case(noora, at=now - timedelta(days=2), title="ثلاثة أعمدة إنارة متتالية لا تعمل")
    cases.be_seen(told, user=noora, at=now)
    done = make_case(agency=agency, at=now - timedelta(days=3), place=make_place("السيب"), files=[make_photo(agency)])
    cases.accept_referral(done, by=noora, at=now - timedelta(days=2), assignee=noora)
    after = make_photo(agency, colour="seagreen", name="بعد.jpg")
    cases.resolve(done, text="رُدمت الحفرة ورُصف الموضع.", files=[after], by=noora, at=now - HOUR)
    proposed = make_case(
        agency=agency,
        at=now - HOUR,
        service=make_service("LT-OUT", agency=agency, name=both("عمود إنارة لا يعمل", "Street light out")),
        service_proposed=True,
        channel="email",
        title="Street light in front of house 4127 is out, since Friday",
    )
    make_unit("LAMPS", agency=agency, name=both("دائرة الإنارة", "Lighting"))
    for number in range(9):
        make_case(agency=agency, at=now - timedelta(days=number, hours=3), place=make_place(f"الحي {number}"))
    _make_tasks(agency, roads, told, now)
    make_parked(agency, at=now - HOUR)
    return Desk(huda, told, done, proposed)


def _make_tasks(agency: Any, unit: Any, case: Case, now: datetime) -> None:
    for number, late in enumerate((True, False)):
        tasks.open_task(
            agency=agency,
            unit=unit,
            kind=Task.Kind.CALL,
            title=both("اتصال: تم إنجاز طلبك", "Call: your request is done"),
            note="أخبرها أن الموضع رُصف، واسأل عن رضاها.",
            phone="+96892147705",
            case_id=case.pk,
            reference=case.reference,
            due_at=now + HOUR * (-3 if late else 5),
            dedupe_key=f"call-{number}",
            at=now,
        )


class Visitor:
    """Huda at the desk in one language, on a screen of one size."""

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
        self.page.goto(f"{self.base}/desk/{path}")

    def judge(self, name: str) -> None:
        """No violation, nothing wider than the screen, the right language."""
        page = self.page
        page.wait_for_load_state("load")
        page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(one => { one.loading = 'eager'; })")
        page.wait_for_function("[...document.images].every(one => one.complete)")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{self.language}-{self.width}.png", full_page=True)
        page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        page.evaluate((VENDOR / "axe.js").read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == [], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        assert page.get_attribute("html", "lang") == self.language


@pytest.fixture(params=[(lang, size) for lang in ("ar", "en") for size in SIZES], ids=lambda p: f"{p[0]}-{p[1][0]}")
def visitor(request: pytest.FixtureRequest, browser: Browser, desk: Desk, live_server: Any) -> Iterator[Visitor]:
    language, size = request.param
    somebody = Visitor(browser, live_server.url, desk.huda, language, size)
    yield somebody
    somebody.context.close()


def test_every_page_of_the_desk_can_be_used_by_everybody(visitor: Visitor, desk: Desk) -> None:
    page = visitor.page
    visitor.open("")
    visitor.judge("worklist")
    visitor.open("?view=mine")
    visitor.judge("worklist-empty")
    visitor.open(f"cases/{desk.told}?act=hold")
    visitor.judge("case")
    page.click("#act-hold button")
    visitor.judge("case-wrong")
    visitor.open(f"cases/{desk.proposed}")
    visitor.judge("case-proposed")
    visitor.open(f"cases/{desk.done}")
    visitor.judge("case-done")
    visitor.open(f"cases/{desk.done}?view=citizen")
    visitor.judge("citizen")
    visitor.open("tasks")
    visitor.judge("tasks")
    visitor.open("parked")
    visitor.judge("parked")
    page.click(".table .lead a")
    visitor.judge("parked-mail")

    visitor.open(f"cases/{desk.told}?act=refer")
    cases.add_note(desk.told, text="وصل القاطع البديل.", by=desk.huda, at=clock.now())
    page.select_option("#act-refer select", index=1)
    page.fill("#act-refer textarea", "الرجاء تغيير القاطع في العمود الثالث.")
    page.click("#act-refer .foot button")
    page.wait_for_selector(".conflict")
    visitor.judge("conflict")
    page.click(".conflict .foot button")
    page.wait_for_selector("[data-case-page]")

    desk.told.refresh_from_db()
    assert desk.told.state == "referred"


def test_all_acts_of_a_case_are_reached_by_the_keyboard(browser: Browser, desk: Desk, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url, desk.huda, "ar", (1440, 900))
    visitor.open(f"cases/{desk.told}")
    wanted = visitor.page.locator(
        "main :is(summary, a[href], button, textarea, input:not([type=hidden]), select):visible"
    )
    handles = wanted.count()

    seen = set()
    for _ in range(handles + 60):
        visitor.page.keyboard.press("Tab")
        mark = visitor.page.evaluate(
            "() => { const e = document.activeElement; if (!e.closest('main')) return ''; "
            "e.dataset.seen = 'yes'; return getComputedStyle(e).outlineStyle + e.outerHTML.slice(0, 200); }"
        )
        if mark:
            seen.add(mark)
    missed = visitor.page.evaluate(
        "() => [...document.querySelectorAll('main :is(summary, a[href], button, textarea, select)')]"
        ".filter(e => e.checkVisibility() && !e.dataset.seen).map(e => e.outerHTML.slice(0, 120))"
    )
    visitor.context.close()

    assert missed == []
    assert all(not mark.startswith("none") for mark in seen)


def test_the_print_of_a_case_leaves_the_tools_out(browser: Browser, desk: Desk, live_server: Any) -> None:
    visitor = Visitor(browser, live_server.url, desk.huda, "ar", (1440, 900))
    visitor.open(f"cases/{desk.told}")
    visitor.page.emulate_media(media="print")

    if PICTURES:
        visitor.page.set_viewport_size({"width": 760, "height": 1000})
        visitor.page.screenshot(path=f"{PICTURES}/case-print.png", full_page=True)
    hidden = [visitor.page.is_visible(one) for one in (".topb", ".rail", ".composer", ".actgrid", ".switch")]
    shown = [visitor.page.is_visible(one) for one in ("#case-title", ".clocks", ".tl", ".kvs")]
    visitor.context.close()

    assert hidden == [False] * 5
    assert shown == [True] * 4
