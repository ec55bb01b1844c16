"""Fixtures that all tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Give each developer and each parallel worker a test database of its own."""
    from django.conf import settings

    name = os.environ.get("WASL_TEST_DB", "wasl")
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_{name}{worker and '_' + worker}"
    from django.db import connections

    connections["default"].settings_dict["TEST"]["NAME"] = f"test_{name}{worker and '_' + worker}"


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A fresh home folder for this test."""
    settings.WASL_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture(autouse=True)
def _own_limits(request: pytest.FixtureRequest) -> None:
    """Count limits under names of this test: they are counted outside the transaction that a test rolls back."""
    from wasl.core import limits

    limits.start_afresh(request.node.nodeid)
