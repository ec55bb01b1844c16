"""Production does not start on what a demo leaves behind, and Django's own check for a deployment finds nothing."""

import base64
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from wasl.accounts import operations as accounts
from wasl.accounts.tests.makers import SUNDAY_9AM
from wasl.config import environment, guard
from wasl.config.environment import Environment
from wasl.config.tests.test_cli import call
from wasl.core import keys
from wasl.core.refusal import Refusal

PRODUCTION = {"WASL_MODE": "production", "WASL_BASE_URL": "https://wasl.example.om"}
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}


def chosen(home: Path, **more: str) -> Environment:
    return environment.read({**PRODUCTION, **NOWHERE, "WASL_HOME": str(home), **more})


def test_a_fresh_home_is_good(tmp_path: Path) -> None:
    guard.refuse_demo_in_production(chosen(tmp_path))
    keys.ring(tmp_path)

    guard.refuse_demo_in_production(chosen(tmp_path))


def test_the_keys_of_a_demo_are_refused_by_every_program_with_sentences_in_both_languages(tmp_path: Path) -> None:
    keys.ring(tmp_path)
    guard.mark_as_demo(tmp_path)

    for program in ("web", "worker", "mail"):
        said = call(program, home=tmp_path, **PRODUCTION, **NOWHERE)

        assert said.returncode == 1
        assert "served a demo. Choose a new WASL_HOME" in said.stderr
        assert "استُعملت في تجربة" in said.stderr
        assert "Traceback" not in said.stderr


def test_a_demo_goes_on_with_its_own_keys(tmp_path: Path) -> None:
    guard.mark_as_demo(tmp_path)

    guard.refuse_demo_in_production(chosen(tmp_path, WASL_MODE="demo"))


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    keys.ring(tmp_path)
    (tmp_path / "keys" / "ring.json").chmod(0o644)

    with pytest.raises(Refusal, match="chmod 600"):
        guard.refuse_demo_in_production(chosen(tmp_path))


@pytest.mark.parametrize("secret", [b"\0" * 32, b"changeme" * 4, b"short but random 0"])
def test_default_and_weak_keys_are_refused(tmp_path: Path, secret: bytes) -> None:
    keys.ring(tmp_path)
    path = tmp_path / "keys" / "ring.json"
    entry = {"id": "abcd1234", "made_at": "2026-11-22T00:00:00+00:00", "secret": base64.b64encode(secret).decode()}
    path.write_text(json.dumps([entry]))

    with pytest.raises(Refusal, match="default or weak key"):
        guard.refuse_demo_in_production(chosen(tmp_path))


@pytest.mark.django_db(transaction=True)
def test_a_database_with_people_of_the_demo_is_refused_until_they_are_deactivated(tmp_path: Path) -> None:
    person = accounts.invite_person(email="x@example.om", full_name="تجربة", by=None, at=SUNDAY_9AM, is_demo=True)
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST'] or 'localhost'}:{given['PORT']}/"
    if str(given["HOST"]).startswith("/"):
        url = f"postgresql:///{given['NAME']}?host={given['HOST']}&port={given['PORT']}&user={given['USER']}"
    else:
        url += str(given["NAME"])
    production = replace(chosen(tmp_path), database_url=url)

    with pytest.raises(Refusal, match="accounts of the demo") as refused:
        guard.refuse_demo_in_production(production)
    assert "حسابات التجربة" in refused.value.arabic
    accounts.deactivate(person, by=None, at=SUNDAY_9AM)

    guard.refuse_demo_in_production(production)


def test_djangos_check_for_a_deployment_finds_nothing(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WASL_", "DATABASE_URL"))}

    said = subprocess.run(
        [sys.executable, "-m", "wasl.config.manage", "check", "--deploy", "--fail-level", "WARNING"],
        env={**clean, **PRODUCTION, **NOWHERE, "WASL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


def test_production_answers_under_its_own_names_only_and_never_in_debug(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WASL_", "DATABASE_URL"))}
    asked = (
        "from django.conf import settings as s; import json;"
        "print(json.dumps([s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE]))"
    )

    said = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {asked}"],
        env={
            **clean, **PRODUCTION, **NOWHERE, "WASL_HOME": str(tmp_path), "WASL_HOSTS": "housing.example.om",
            "DJANGO_SETTINGS_MODULE": "wasl.config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip

    hosts = ["wasl.example.om", "housing.example.om", "127.0.0.1", "localhost"]
    assert json.loads(said.stdout.splitlines()[-1]) == [False, hosts, True, True]
