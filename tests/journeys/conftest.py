"""One house for all journeys of a test process."""

from collections.abc import Generator, Iterator

import pytest

from tests.journeys.house import House
from tests.journeys.sink import Sink


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
