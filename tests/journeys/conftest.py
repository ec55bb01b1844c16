"""One house for all journeys of a test process, and a real browser."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.house import House
from tests.journeys.sink import Sink

CHROMIUM = Path(os.environ.get("WASL_CHROMIUM", "/usr/bin/chromium"))
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the processes of the house said last belongs to the report of a failed journey."""
    report = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and isinstance(house, House):
        for name in ("web", "worker", "mail", "postgres"):
            report.sections.append((f"end of {name}.log", house.log(name)[-4000:]))
    return report


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last journey the house stands idle: it stops, and leaves the machine to the other tests."""
    house = getattr(item, "funcargs", {}).get("house")
    if isinstance(house, House) and nextitem is not None and "journeys" not in nextitem.path.parts:
        house.stop()


@pytest.fixture(scope="session")
def sink() -> Iterator[Sink]:
    """The mail server that everything is sent to."""
    server = Sink()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[House]:
    """A running Wasl."""
    one = House(tmp_path_factory.mktemp("house") / "home", sink)
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; closed after each file, as its loop would be in the way of tests that run one of their own."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium here")
    # Playwright runs an event loop in this thread; Django's guard would take every query for a mistake.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
