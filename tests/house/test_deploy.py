"""The texts in `deploy/` start commands that exist, with settings that exist, and systemd understands them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from wasl.config import cli, environment

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = {setting.name for setting in environment.SETTINGS}
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
}


def read(unit: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    return parser


def compose() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())
    return found["services"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_service_starts_a_command_that_exists_and_is_locked_in(unit: Path) -> None:
    service = read(unit)["Service"]

    program, command, *_ = service["ExecStart"].split()
    assert program.endswith("/bin/wasl")
    assert command in cli.COMMANDS
    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert service["User"] == "wasl"


def test_the_same_processes_as_wasl_run() -> None:
    wanted = {"web", "worker", "mail"}
    started = {unit.stem.removeprefix("wasl-") for unit in UNITS}
    target = read(DEPLOY / "systemd" / "wasl.target")["Unit"]["Wants"]

    assert wanted <= started
    assert {name.removeprefix("wasl-").removesuffix(".service") for name in target.split()} == wanted
    assert wanted <= compose().keys()


def test_the_settings_are_settings_of_ours_and_can_be_read() -> None:
    lines = [line for line in (DEPLOY / "wasl.env").read_text().splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)

    assert set(given) <= SETTINGS
    assert environment.read(given).mode == "production"
    for service in compose().values():
        named = service.get("environment", {})
        assert isinstance(named, dict)
        assert {name for name in named if not name.startswith("POSTGRES_")} <= SETTINGS


def test_containers_start_commands_that_exist_and_fetch_nothing_at_start() -> None:
    recipe = (DEPLOY / "container" / "Containerfile").read_text()
    started = re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])", recipe, re.M)

    for service in compose().values():
        command = service.get("command")
        assert command is None or command[0] in cli.COMMANDS  # type: ignore[index]
    assert yaml.safe_load(started[1])[0] in cli.COMMANDS
    assert not re.search(r"pip|npm|curl|apt", " ".join(started))
    copied = re.findall(r"^COPY (?!--from)(.+?) \S+$", recipe, re.M)
    assert all((ROOT / name).exists() for names in copied for name in names.split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_them(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.M)
        (tmp_path / path.name).write_text(text)

    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    ours = [line for line in told.stderr.splitlines() if "wasl" in line and "Failed to" not in line]
    assert ours == []


def test_the_timer_belongs_to_the_backup() -> None:
    timer = read(DEPLOY / "systemd" / "wasl-backup.timer")["Timer"]
    command = read(DEPLOY / "systemd" / "wasl-backup.service")["Service"]["ExecStart"]

    assert timer["Persistent"] == "true"
    assert "backup" in command
    assert "--keep" in command
