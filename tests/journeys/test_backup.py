"""A busy house is backed up while citizens report, and an empty machine becomes that house: nothing is missing, every
file is what it was, and the citizens' private links lead to their cases. Also: a restore that is cut short.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.drill import Ledger, Reporting, wait_until_quiet
from tests.journeys.house import House, wait_for
from tests.journeys.sink import Sink
from tests.journeys.visitor import Visitor
from wasl.core.postgres import Cluster
from wasl.core.postgres.cluster import running

pytestmark = pytest.mark.journey

REPORTS = 4
PHRASE = "كلمة سر طويلة للتجربة فقط"
# Tables of what was done; the others hold signs of life and work in hand.
SAME = (
    "accounts_user",
    "cases_case",
    "cases_caseentry",
    "cases_clock",
    "contacts_beneficiary",
    "core_eventrecord",
    "core_storedfile",
    "messaging_message",
    "notices_notice",
)
COUNTED = "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t.id), '')) FROM {} t"


class Busy:
    """The house with a few reports, its backup folder, and what it looked like at that moment."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.place = house, folder / "backups"
        self.phrase = folder / "phrase"
        self.phrase.write_text(PHRASE)
        ledger = Ledger(folder / "ledger")
        self.links = []
        for _ in range(REPORTS):
            report = Reporting(house, ledger)
            report.until_acknowledged()
            self.links.append(report.visitor.receipt())
        self.before = self.back_up()
        self.came_back: dict[str, Any] = {}

    def back_up(self) -> dict[str, Any]:
        """Back the house up in a moment in which nothing changes, which the rounds of each minute may; what it was."""
        for _ in range(5):
            wait_until_quiet(self.house)
            before = picture_of(self.house)
            said = self.house.manage("backup", str(self.place), "--json", "--passphrase-file", str(self.phrase))
            if picture_of(self.house) == before:
                self.figures = json.loads(said)
                return before
        raise AssertionError("the house never rests")

    def command(self, home: Path, *more: str) -> list[str]:
        return [
            *(sys.executable, "-m", "wasl.config.cli", "restore", str(self.place), "--home", str(home)),
            *("--passphrase-file", str(self.phrase), *more),
        ]

    def restore(self, home: Path, *more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(home, *more), env=bare_environment(), capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture(scope="module")
def busy(house: House, tmp_path_factory: pytest.TempPathFactory) -> Busy:
    return Busy(house, tmp_path_factory.mktemp("busy"))


@pytest.fixture(scope="module")
def restored(busy: Busy, sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house again, made of its backup on another "machine" and started."""
    folder = tmp_path_factory.mktemp("elsewhere")
    one = House(folder / "home", sink)
    done = busy.restore(one.home)
    assert done.returncode == 0, done.stderr
    with running(one.home):  # before its rounds go on
        busy.came_back = picture_of(one)
    try:
        one.start()
        yield one
    finally:
        one.stop()


def bare_environment() -> dict[str, str]:
    foreign = ("WASL_", "DATABASE_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {"WASL_MODE": "demo"}


def picture_of(house: House) -> dict[str, Any]:
    return {table: house.rows(COUNTED.format(table))[0] for table in SAME}


def contents_of(home: Path) -> dict[str, str]:
    files = [path for path in (home / "files").glob("??/??/*") if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_rows_references_and_files_are_those_of_the_house(busy: Busy, restored: House) -> None:
    assert busy.figures["contents"] >= REPORTS
    assert busy.came_back == busy.before

    named = {sha256 for (sha256,) in restored.rows("SELECT sha256 FROM core_storedfile WHERE state <> 'gone'")}
    found = contents_of(restored.home)
    assert named <= found.keys()
    assert all(name == sha256 for name, sha256 in found.items())


def test_the_log_is_what_it_was_when_it_was_sealed(restored: House) -> None:
    found = json.loads(restored.manage("audit", "verify", "--json"))

    assert found["sound"], found
    assert found["records"] > 0
    assert found["published"] > 0  # held against the seals that came with the backup


def test_private_links_of_citizens_still_lead_to_their_cases(busy: Busy, restored: House) -> None:
    for number, path in busy.links:
        assert number in Visitor(restored.url).open(path).text


def test_the_restored_house_goes_on_with_new_numbers(busy: Busy, restored: House, tmp_path: Path) -> None:
    report = Reporting(restored, Ledger(tmp_path / "ledger"))

    report.until_acknowledged()

    number, _ = report.visitor.receipt()
    assert number not in [known for known, _ in busy.links]
    for act in ("DELETE FROM {}", "UPDATE {} SET {} = now()", "TRUNCATE {} CASCADE"):
        for table, column in (("core_eventrecord", "at"), ("core_seal", "sealed_at")):
            with pytest.raises(Exception, match="permission denied"):
                restored.rows(act.format(table, column))


@pytest.mark.drill
def test_a_second_backup_copies_only_what_is_new_and_the_old_one_goes(busy: Busy) -> None:
    figures = json.loads(busy.house.manage("backup", str(busy.place), "--json", "--keep", "1"))

    assert (figures["copied"], figures["removed"]) == (0, 1)
    assert figures["contents"] == busy.figures["contents"]
    busy.figures = json.loads(
        busy.house.manage("backup", str(busy.place), "--json", "--verify", "--passphrase-file", str(busy.phrase))
    )


@pytest.mark.drill
@pytest.mark.parametrize("moment", [0.4, 2.5])
def test_a_restore_cut_short_does_not_start_and_can_be_begun_again(busy: Busy, tmp_path: Path, moment: float) -> None:
    home = tmp_path / "home"
    begun = subprocess.Popen(
        busy.command(home), env=bare_environment(), stdout=subprocess.DEVNULL, start_new_session=True
    )
    wait_for(lambda: (home / "restore.unfinished").exists(), what="the beginning of the restore")
    time.sleep(moment)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait(60)

    start = subprocess.run(
        [sys.executable, "-m", "wasl.config.cli", "run"],
        env=bare_environment() | {"WASL_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    again = busy.restore(home)

    assert start.returncode == 1
    assert "was not finished" in start.stderr
    assert again.returncode == 0, again.stderr
    assert not (home / "restore.unfinished").exists()
    assert f"{busy.figures['rows']:,} rows" in again.stdout
    Cluster(home).discard()


@pytest.mark.drill
def test_a_living_house_is_not_overwritten_unasked(busy: Busy, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(parents=True)
    (tmp_path / "keys" / "ring.json").write_text("[]")

    refused = busy.restore(tmp_path)
    running = busy.restore(busy.house.home, "--yes")

    assert refused.returncode == running.returncode == 1
    assert "holds a house already" in refused.stderr
    assert "already runs" in running.stderr
    assert (tmp_path / "keys" / "ring.json").read_text() == "[]"
