"""`wasl import` from the shell: what it says, what it exits with, and that kill -9 at any moment costs nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from wasl.cases.models import Case
from wasl.core.refusal import Refusal
from wasl.directory.tests.makers import make_agency
from wasl.transfer.models import ImportedCase, ImportRun
from wasl.transfer.tests.makers import BOSTON, PLAIN, make_boston, row, write_csv


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    (tmp_path / "crm.yaml").write_text(PLAIN, encoding="utf-8")
    return write_csv(tmp_path / "crm.csv", [row(1), row(2, opened="?"), row(3, words="كلمات")])


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    code = 0
    try:
        call_command("import_history", *map(str, arguments))
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.django_db
def test_a_dry_run_says_what_would_fail_and_exits_with_one(crm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_agency()

    code, out, _ = run(capsys, "cases", crm, "--mapping", crm.with_suffix(".yaml"), "--dry-run", "--language", "en")

    assert code == 1
    assert "Dry run: nothing was written." in out
    assert "would come in 2" in out
    assert "registered: No date in the format that was given.  lines 3  «?»" in out
    assert "+ HOLE  Hole  (2)" in out
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_the_summary_for_programs_and_errors_that_are_allowed(crm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_agency()
    given = ("cases", crm, "--mapping", crm.with_suffix(".yaml"), "--json", "--source", "old", "--agency", "MUN")

    code, out, _ = run(capsys, *given, "--allow-errors")

    told = json.loads(out)
    assert code == 0
    assert (told["rows"], told["imported"], told["known"], told["failed"]) == (3, 2, 0, 1)
    assert told["reasons"][0]["lines"] == [3]
    assert told["errors_file"] == str(crm.with_name("crm.errors.csv"))
    assert {one.source for one in ImportedCase.objects.all()} == {"old"}
    code, out, _ = run(capsys, *given)
    assert (code, json.loads(out)["known"]) == (1, 2)


@pytest.mark.django_db
def test_what_is_wrong_with_the_mapping_is_said_in_both_languages(
    crm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_agency()
    path = crm.with_suffix(".yaml")
    path.write_text(PLAIN.replace("reference: id", "reference: number"), encoding="utf-8")

    with pytest.raises(CommandError, match="Mend the mapping"):
        call_command("import_history", "cases", str(crm), "--mapping", str(path))

    told = capsys.readouterr().err
    assert f"{path}:5: number: The file has no column “number”" in told
    assert "لا يوجد عمود «number»" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--agency", "NONE"), "There is no agency"),
        (("--batch", "0"), "--batch"),
        (("--errors", "crm.csv"), "very file"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything(
    crm: Path, arguments: tuple[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agency()
    monkeypatch.chdir(crm.parent)

    with pytest.raises((CommandError, Refusal), match=why):
        call_command("import_history", "cases", "crm.csv", "--mapping", "crm.yaml", "--language", "en", *arguments)

    assert not ImportRun.objects.exists()


def _start(path: Path, batch: int) -> "subprocess.Popen[str]":
    """The command in a process of its own, on the database of this test."""
    given = connection.get_connection_params()
    parts = {name: given.get(name) for name in ("host", "port", "user", "password", "dbname")}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("WASL_", "DATABASE_URL"))},
        "WASL_MODE": "test",
        "WASL_HOME": str(settings.WASL_HOME),
        "DATABASE_URL": "postgresql:///" + str(parts["dbname"]),
        **{f"PG{name.upper()}": str(value) for name, value in parts.items() if value and name != "dbname"},
    }
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'wasl.config.settings'; django.setup(); "
        "from django.core.management import call_command; import sys; call_command('import_history', *sys.argv[1:])"
    )
    arguments = ["cases", str(path), "--mapping", "boston311", "--agency", "BOS", "--json", "--batch", str(batch)]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_its_middle_goes_on_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    make_boston()
    head, *lines = BOSTON.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / "boston.csv"
    again = [line.replace("5000", f"{5100 + n}") for n in range(3) for line in lines]
    path.write_text("".join([head, *lines, *again]), encoding="utf-8")

    killed = _start(path, batch=10)
    until = time.monotonic() + 120
    while not ImportRun.objects.filter(imported__gt=50).exists() and time.monotonic() < until:
        time.sleep(0.02)
        assert killed.poll() is None, killed.communicate()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    before = ImportRun.objects.get()
    assert before.state == "running"
    assert 50 < before.imported == ImportedCase.objects.count() == Case.objects.count() < 1600

    out, err = _start(path, batch=500).communicate(timeout=300)

    assert out, err
    told = json.loads(out)
    assert (told["went_on"], told["rows"], told["imported"], told["known"], told["failed"]) == (True, 1600, 1600, 0, 0)
    assert ImportRun.objects.get().pk == before.pk
    assert Case.objects.count() == ImportedCase.objects.count() == 1600
