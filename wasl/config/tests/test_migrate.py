"""`wasl manage migrate` waits for no lock that others stand behind: it steps back and tries again."""

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from wasl.config.management.commands import migrate

pytestmark = pytest.mark.django_db


def locked(*, times: int, seen: list[str]) -> object:
    """Django's command, meeting a locked table so often."""

    def handle(self: object, *args: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])
        if len(seen) <= times:
            raise OperationalError("canceling statement") from LockNotAvailable("lock timeout")

    return handle


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(migrate.time, "sleep", slept.append)
    return slept


def test_it_tries_again_with_growing_pauses(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    seen: list[str] = []
    monkeypatch.setattr(django_migrate.Command, "handle", locked(times=3, seen=seen))

    call_command("migrate")

    assert len(seen) == 4
    assert waits == [1, 2, 4]


def test_it_gives_up_in_the_end(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    monkeypatch.setattr(django_migrate.Command, "handle", locked(times=99, seen=[]))

    with pytest.raises(OperationalError):
        call_command("migrate")

    assert waits == list(migrate.WAITS)


def test_a_statement_waits_three_seconds_for_a_lock_but_an_index_built_aside_as_long_as_it_takes() -> None:
    command = migrate.Command()
    found = []
    for atomic in (True, False):
        planted = type("Migration", (), {"atomic": atomic, "app_label": "cases", "name": "0099"})()
        command.verbosity = 0
        command.migration_progress_callback("apply_start", planted)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            found.append(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', '0', false)")

    assert found == ["3s", "0"]


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_was_cut_off_after_an_index_goes_on() -> None:
    known = "SELECT count(*) FROM django_migrations WHERE app = 'analytics' AND name = '0006_fact_by_lasting'"
    with connection.cursor() as cursor:
        # As it was then: what came later is not known either, and is only noted again.
        cursor.execute("DELETE FROM django_migrations WHERE app = 'analytics' AND name >= '0006_fact_by_lasting'")
        assert cursor.rowcount > 0

    call_command("migrate", "analytics", "0006_fact_by_lasting", verbosity=0)
    call_command("migrate", "analytics", fake=True, verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute(known)
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'fact_by_lasting'::regclass")
        assert cursor.fetchone() == (True,)
