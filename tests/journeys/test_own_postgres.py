"""An operator's own PostgreSQL, the oldest we support (Debian's 15), instead of the embedded one: a report goes the
whole way, recorded facts are protected there too, and its backup becomes a house with the embedded database.

The whole suite on 15 belongs to the drills; this is the short look of every change.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.journeys.drill import Ledger, Reporting, wait_until_quiet
from tests.journeys.house import House
from tests.journeys.sink import Sink
from wasl.core.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path("/usr/lib/postgresql/15/bin/postgres")
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not PROGRAMS.exists(), reason="Debian's PostgreSQL 15 is not here: apt-get install postgresql-15"
    ),
]


class OwnHouse(House):
    """A house whose database is somebody else's."""

    def __init__(self, home: Path, sink: Sink, folder: str) -> None:
        self.address = f"postgresql://app@:5432/wasl?host={folder}"
        super().__init__(
            home, sink, DATABASE_URL=self.address, WASL_OWNER_DATABASE_URL=self.address.replace("app@", "owner@")
        )

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True, connect_timeout=5) as database:
            return database.execute(query, values).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The socket folder of a fresh server of Debian's, which ends with the test."""
    command = [str(ROOT / "bin" / "with-postgres-15"), "sh", "-c", 'echo "$WASL_TEST_DATABASE_URL"; cat']
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin is not None
    assert running.stdout is not None
    address = running.stdout.readline().strip()
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("CREATE DATABASE wasl")
    yield urlsplit(address).query.removeprefix("host=")
    running.stdin.close()
    running.wait(30)


@pytest.fixture(scope="module")
def own_house(server: str, sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHouse]:
    one = OwnHouse(tmp_path_factory.mktemp("own") / "home", sink, server)
    try:
        one.start()
        yield one
    finally:
        one.stop()


def test_a_report_goes_the_whole_way_and_facts_are_protected(own_house: OwnHouse, tmp_path: Path) -> None:
    report = Reporting(own_house, Ledger(tmp_path / "ledger"))

    report.until_acknowledged()
    wait_until_quiet(own_house)

    number, path = report.visitor.receipt()
    assert own_house.value("SHOW server_version").startswith("15.")
    assert number in report.visitor.open(path).text
    assert own_house.sink.letters(report.email)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        own_house.rows("DELETE FROM core_eventrecord RETURNING id")


@pytest.mark.drill
def test_its_backup_becomes_a_house_with_the_embedded_database(own_house: OwnHouse, tmp_path: Path) -> None:
    archive, home = tmp_path / "backup.tar", tmp_path / "home"
    made = json.loads(own_house.manage("backup", str(archive), "--json"))
    foreign = ("WASL_", "DATABASE_URL", "DJANGO_")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    restore = [sys.executable, "-m", "wasl.config.cli", "restore", str(archive), "--home", str(home)]
    restore += ["--keys", str(own_house.home / "keys" / "ring.json")]

    done = subprocess.run(restore, env=bare, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    assert f"{made['rows']:,} rows, {made['contents']:,} files" in done.stdout
    assert (home / "keys" / "ring.json").read_bytes() == (own_house.home / "keys" / "ring.json").read_bytes()
    Cluster(home).discard()


@pytest.mark.drill
def test_a_database_with_something_in_it_is_not_restored_over(own_house: OwnHouse, tmp_path: Path) -> None:
    report, archive = Reporting(own_house, Ledger(tmp_path / "ledger")), tmp_path / "backup.tar"
    report.until_acknowledged()
    number, _ = report.visitor.receipt()
    own_house.manage("backup", str(archive))
    restore = [sys.executable, "-m", "wasl.config.cli", "restore", str(archive), "--home", str(tmp_path / "home")]
    environment = {**os.environ, "WASL_MODE": "demo", "DATABASE_URL": own_house.address}

    done = subprocess.run(
        [*restore, "--new-keys", "--yes"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert own_house.value("SELECT count(*) FROM cases_case WHERE reference = %s", number) == 1
