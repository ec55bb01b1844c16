"""A list is open; a report comes in; its row appears without a reload. Real server, browser and stream."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.tests.ports import free_port
from wasl.directory.tests.makers import make_huda, make_noora, make_unit, sign_in
from wasl.web import live

PATIENCE_MS = 60_000
pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def site() -> Iterator[str]:
    """The pages and the stream on one port, as in production; the address."""
    django: Any = StaticFilesHandler(get_wsgi_application())
    pages: Any = WSGIMiddleware(django, workers=4)

    async def both(scope: Any, receive: Any, send: Any) -> None:
        is_live = scope["type"] == "http" and scope["path"].startswith("/live/")
        await (live.app if is_live else pages)(scope, receive, send)

    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(both, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(60)
    _hang_up()


def _hang_up() -> None:
    """End what the stopped server left open, so that the tables can be emptied."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'wasl-live' AND datname = current_database()"
        )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


def enter(page: Page, site: str, person: User) -> None:
    session = sign_in(Client(), person).session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])


def test_a_new_case_appears_in_the_open_list(page: Page, site: str, home: Path) -> None:
    agency = make_working_agency()
    roads, water = make_unit("ROADS", agency=agency), make_unit("WATER", agency=agency)
    noora, huda = make_noora(roads), make_huda()
    first = make_case(agency=agency, at=clock.now())
    enter(page, site, noora)
    page.goto(f"{site}/desk/")
    page.mouse.move(5, 5)
    expect(page.locator("[data-live-state]:not(.off)")).to_be_visible(timeout=PATIENCE_MS)
    page.evaluate("window.notReloaded = true")

    second = make_case(agency=agency, at=clock.now(), title="عمود إنارة مائل")

    row = page.locator(f'[data-case="{second.pk}"]')
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    expect(row).to_have_class("new")
    assert page.locator(f'[data-case="{first.pk}"]').is_visible()
    assert page.evaluate("window.notReloaded")

    # While the pointer rests in the list nothing moves; a bar says what is new.
    page.locator(f'[data-case="{first.pk}"]').hover()
    third = make_case(agency=agency, at=clock.now(), title="غطاء مفتوح")
    expect(page.locator("[data-newbar]")).to_be_visible(timeout=PATIENCE_MS)
    assert "جديد واحد" in page.locator("[data-newbar]").inner_text()
    assert page.locator(f'[data-case="{third.pk}"]').count() == 0
    page.click("[data-newbar]")
    expect(page.locator(f'[data-case="{third.pk}"]')).to_be_visible()

    # On the page of a case a colleague's act is told; one's own is not.
    page.goto(f"{site}/desk/cases/{first}")
    expect(page.locator("[data-live-state]:not(.off)")).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".actgrid").get_by_text("قبول", exact=True).click()
    page.wait_for_selector("text=قُبلت الإحالة.")
    page.wait_for_timeout(1500)
    assert page.locator("[data-changed]").is_hidden()
    page.fill("[data-composer=note] textarea", "نصف جملة")
    cases.refer(first, to_unit=water, reason="شبكة المياه", by=huda, at=clock.now())
    expect(page.locator("[data-changed]")).to_be_visible(timeout=PATIENCE_MS)
    assert page.input_value("[data-composer=note] textarea") == "نصف جملة"
