"""The command line: sentences where something is wrong, exit codes that scripts can use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import wasl
from wasl.config import cli


def call(*arguments: str, home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WASL_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "wasl.config.cli", *arguments],
        env={**clean, "WASL_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{wasl.__version__}\n"


def test_an_unknown_command_gets_the_list_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["rnu"])

    assert ended.value.code == 2
    assert "wasl run" in capsys.readouterr().err


def test_a_bad_setting_stops_it_with_sentences_in_both_languages(tmp_path: Path) -> None:
    for command in ("run", "check", "web", "worker", "mail", "manage"):
        said = call(command, home=tmp_path, WASL_PORT="http")

        assert said.returncode == 1
        assert "WASL_PORT=http cannot be used: write a number from 1 to 65535. Example: WASL_PORT=8080" in said.stderr
        assert "اكتب عدداً" in said.stderr
        assert "Traceback" not in said.stderr


def test_a_command_without_its_database_says_how_to_start_it(tmp_path: Path) -> None:
    said = call("manage", "migrate", home=tmp_path)

    assert said.returncode == 1
    assert "Start `wasl run` in another window" in said.stderr
    assert "Traceback" not in said.stderr


def test_check_finds_what_is_missing_and_fails(tmp_path: Path) -> None:
    said = call(
        "check", home=tmp_path, WASL_PROT="8001", WASL_MODE="production", WASL_BASE_URL="https://wasl.example.om"
    )

    assert said.returncode == 1
    assert "! There is no setting WASL_PROT; did you mean WASL_PORT?" in said.stdout
    assert "✗ There is no server for outgoing mail" in said.stdout
    assert "✗ The database cannot be reached" in said.stdout
    assert "لا يمكن الوصول إلى قاعدة البيانات" in said.stdout


def test_a_mail_door_that_is_switched_off_is_not_opened(tmp_path: Path) -> None:
    said = call("mail", home=tmp_path, WASL_MAIL_PORT="off")

    assert said.returncode == 1
    assert "switched off by WASL_MAIL_PORT=off" in said.stderr
