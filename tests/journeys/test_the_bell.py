"""Somebody is told something while their page stands open: the bell counts it, nobody else's does."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import Browser, expect

from wasl.alerts.tests.makers import make_alert
from wasl.core import clock
from wasl.core.tests.ports import free_port
from wasl.directory.tests.makers import make_huda, make_salem, session_of
from wasl.web import live
from wasl.web.tests.looks import MARKS, Window
from wasl.web.tests.test_live_stream import _wait_until_open

pytestmark = MARKS
PATIENCE = 60


@pytest.fixture
def house(home: Path) -> Iterator[str]:
    """Pages and stream on one port, as the web process serves them."""
    django: Any = StaticFilesHandler(get_wsgi_application())
    pages, port = WSGIMiddleware(django, workers=2), free_port()

    async def both_ways(scope: Any, receive: Any, send: Any) -> None:
        is_live = scope["type"] == "http" and scope["path"].startswith("/live/")
        await (live.app if is_live else pages)(scope, receive, send)

    config = uvicorn.Config(both_ways, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_until_open(port)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE)
    with closing(connection.cursor()) as cursor:  # what its threads left open
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_the_bell_of_the_person_told_counts_at_once_and_no_other(house: str, browser: Browser) -> None:
    salem, huda = make_salem(), make_huda()
    own, other = (Window(browser, house, session=session_of(person)) for person in (salem, huda))
    for window in (own, other):
        window.open("/me")
        expect(window.page.locator("[data-live-state]:not(.off)")).to_be_visible(timeout=PATIENCE * 1000)
    asked: list[str] = []
    other.page.on("request", lambda request: asked.append(request.url))

    make_alert(salem, at=clock.now())

    expect(own.page.locator("[data-live-count] em")).to_have_text("1", timeout=PATIENCE * 1000)
    expect(own.page.locator("[data-live-count]")).to_have_attribute("aria-label", "التنبيهات، جديدة: 1")
    make_alert(huda, at=clock.now())
    expect(other.page.locator("[data-live-count] em")).to_have_text("1", timeout=PATIENCE * 1000)
    assert [url.rpartition("/")[2] for url in asked] == ["count"]
    own.close()
    other.close()
