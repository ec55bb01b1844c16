"""Fixtures that all tests share."""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

# Pages are walked in both languages and two widths: wide in Arabic and narrow in English always, the rest in drills.
SELDOM_WALKED = ("[ar-390]", "[en-1440]", "[ar-narrow]", "[en-wide]")


# Each takes half a minute and more; begun late, one of them would be waited for at the end.
JOURNEYS = "tests/journeys/"
LONG_FILES = (
    JOURNEYS,
    "test_routes.py",
    "test_run.py",
    "looks",
    "test_cluster.py",
    "test_upgrade.py",
    "test_csrf.py",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Begin with the long files, and of these with the journeys, which wait for processes of their own."""
    for item in items:
        if "by_everybody" in item.name and item.name.endswith(SELDOM_WALKED):
            item.add_marker(pytest.mark.drill)
    yield
    # After everybody else: Django's plugin would put whatever needs a server or no database to the very end.
    items.sort(key=_turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Each file goes to one process as a whole; the journeys go together, as one house is started for all of them."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))

    return Together(config, log) if config.option.dist == "loadfile" else None


def _turn(item: pytest.Item) -> int:
    path = item.path.as_posix()
    return next((turn for turn, part in enumerate(LONG_FILES) if part in path), len(LONG_FILES))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for waste again and again is a tenth of the whole time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Give each developer and each parallel worker a test database of its own."""
    from django.conf import settings

    name = os.environ.get("WASL_TEST_DB", "wasl")
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_{name}{worker and '_' + worker}"
    from django.db import connections

    connections["default"].settings_dict["TEST"]["NAME"] = f"test_{name}{worker and '_' + worker}"


# Made by the migrations, and the same for every test.
KEPT_TABLES = {"django_content_type", "auth_permission", "core_edition"}
ONLY_ADDED = {"core_eventrecord", "core_seal"}


@pytest.fixture(scope="session", autouse=True)
def _tidy_what_was_filled() -> None:
    """After a test that really commits, empty the tables that hold something; Django would make all 100 anew."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda test: tidy()  # type: ignore[method-assign]


def tidy() -> None:
    """Take every row out of the database, however it came there."""
    from django.db import connection, transaction

    names = sorted(set(connection.introspection.django_table_names(include_views=False)) - KEPT_TABLES)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))  # noqa: S608
        filled = [name for (name,) in cursor.fetchall()]
        # Facts and their seals cannot be deleted, and whatever is deleted is a fact's neighbour at most.
        for name in ONLY_ADDED.intersection(filled):
            cursor.execute(f"TRUNCATE {name} CASCADE")
        # Keys between tables are looked at when all of this is done, so any order is good.
        for name in filled:
            if name not in ONLY_ADDED:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A fresh home folder for this test."""
    settings.WASL_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; closed after each file, as its loop would be in the way of tests that run one of their own."""
    from wasl.web.tests.looks import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _own_limits(request: pytest.FixtureRequest) -> None:
    """Count limits under names of this test: they are counted outside the transaction that a test rolls back."""
    from wasl.core import limits

    limits.start_afresh(request.node.nodeid)
    # On a busy machine a count may take its time; that none is waited for too long is proven by a test of its own.
    limits.PATIENCE_SECONDS, limits.STATEMENT_MILLISECONDS = 30.0, 30_000


@pytest.fixture(autouse=True)
def _leave_no_jobs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the queue after a test that really commits: Django flushes its own tables only."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        return
    from django.db import DatabaseError, InterfaceError, connection

    blocker = request.getfixturevalue("django_db_blocker")
    # A test may have cut the connection or left the database away; then there is nothing to tidy.
    with blocker.unblock(), suppress(DatabaseError, InterfaceError):
        connection.close()
        with connection.cursor() as cursor:
            for table in ("procrastinate_periodic_defers", "procrastinate_events", "procrastinate_jobs"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
