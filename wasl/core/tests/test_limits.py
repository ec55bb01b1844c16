"""A limit counts for all processes together, survives a roll-back, and forgets in time."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from wasl.core import clock, guesses, limits

# The beginning of a window of an hour and of a minute.
NINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def rows_of(key: str, seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_limit WHERE key = %s", [limits.hidden(f"{seconds}:{key}")])
        count: int = cursor.fetchone()[0]
        return count


def tries(key: str, number: int, limit: int = 5, seconds: int = 60) -> list[bool]:
    return [limits.allow(key, limit, seconds) for _ in range(number)]


def test_the_sixth_of_five_is_refused_and_another_key_is_not() -> None:
    with clock.frozen(NINE):
        assert tries("address:192.0.2.1", 7) == [True] * 5 + [False] * 2
        assert limits.allow("address:192.0.2.2", 5, 60)
        assert limits.used("address:192.0.2.1", 60) == 5


def test_thirty_people_behind_one_address_pass_a_limit_of_thirty() -> None:
    with clock.frozen(NINE):
        assert tries("address:office", 31, limit=30) == [True] * 30 + [False]


def test_the_window_before_counts_by_what_is_left_of_it() -> None:
    with clock.frozen(NINE):
        tries("key", 4, limit=4)
    with clock.frozen(NINE + timedelta(seconds=60)):
        assert not limits.allow("key", 4, 60)  # all four may have come a second ago
    with clock.frozen(NINE + timedelta(seconds=90)):
        assert limits.used("key", 60) == 2
        assert tries("key", 3, limit=4) == [True, True, False]
    with clock.frozen(NINE + timedelta(seconds=180)):
        assert tries("key", 5, limit=4) == [True] * 4 + [False]


def test_hammering_does_not_lengthen_the_wait() -> None:
    with clock.frozen(NINE):
        tries("key", 50, limit=5)
        assert limits.used("key", 60) == 5


@pytest.mark.parametrize("tried_at", [0, 10, 30, 59])
def test_after_the_time_said_the_next_try_passes_and_a_second_before_not(tried_at: int) -> None:
    for shift, number in ((0, 5), (60 + tried_at, 5)):
        with clock.frozen(NINE + timedelta(seconds=shift)):
            tries("key", number)
            wait = limits.retry_after("key", 5, 60)
    moment = NINE + timedelta(seconds=60 + tried_at)

    assert wait > 0
    with clock.frozen(moment + timedelta(seconds=wait - 1.01)):
        assert limits.retry_after("key", 5, 60) > 0
    with clock.frozen(moment + timedelta(seconds=wait)):
        assert limits.retry_after("key", 5, 60) == 0
        assert limits.allow("key", 5, 60)


def test_a_limit_of_nothing_refuses_at_once() -> None:
    assert not limits.allow("key", 0, 60)
    assert limits.retry_after("key", 0, 60) == 60


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_still_counts() -> None:
    def act() -> None:
        with transaction.atomic():
            tries("key", 5)
            raise ZeroDivisionError

    with clock.frozen(NINE):
        with pytest.raises(ZeroDivisionError):
            act()

        assert not limits.allow("key", 5, 60)


def _one_process(series: str) -> int:
    limits.start_afresh(series)
    with clock.frozen(NINE):
        return sum(tries("shared", 20, limit=50))


@pytest.mark.django_db(transaction=True)
def test_processes_and_threads_share_one_count() -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        by_processes = sum(pool.map(_one_process, ["several"] * 4, chunksize=1))
    limits.start_afresh("several")
    with ThreadPoolExecutor(8) as threads:
        more = list(threads.map(lambda _: _one_process("several"), range(4)))

    assert by_processes == 50
    assert sum(more) == 0


def test_keys_are_not_stored_in_the_clear() -> None:
    limits.allow("address:192.0.2.77:96890000001", 5, 60)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_limit WHERE key LIKE '%192.0.2.77%' OR key LIKE '%90000001%'")
        assert cursor.fetchone() == (0,)


def test_without_a_database_intake_goes_on_and_guessing_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_listens(*_: object) -> dict[str, object]:
        return {"host": "127.0.0.1", "port": 1, "dbname": "none"}

    monkeypatch.setattr(limits, "_pools", {})
    monkeypatch.setattr(limits, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(type(connections["default"]), "get_connection_params", nothing_listens)

    assert limits.allow("key", 1, 60)
    assert not limits.allow("key", 1, 60, closed=True)
    assert limits.used("key", 60) == 0
    assert guesses.must_wait("sign-in", address="192.0.2.1", subject="salem") == guesses.WHEN_UNKNOWN_SECONDS


def test_a_restart_of_the_database_costs_no_count() -> None:
    with clock.frozen(NINE):
        tries("key", 2, limit=2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE '%%core_limit%%' AND pid <> pg_backend_pid()"
            )

        assert not limits.allow("key", 2, 60)


def test_the_sweep_removes_only_what_no_window_reaches() -> None:
    with clock.frozen(NINE):
        limits.allow("old", 5, 60)

    limits.sweep(at=NINE + timedelta(seconds=120))
    assert rows_of("old", 60) == 1
    limits.sweep(at=NINE + timedelta(seconds=122))
    assert rows_of("old", 60) == 0


class TestGuesses:
    def wrong(self, number: int, subject: str = "MR-2611-00001-1", address: str = "192.0.2.5") -> int:
        for _ in range(number):
            guesses.register_wrong("track", address=address, subject=subject)
        return guesses.must_wait("track", address=address, subject=subject)

    def test_the_wait_grows_with_each_wrong_guess_and_ends_at_five_minutes(self) -> None:
        with clock.frozen(NINE):
            assert [self.wrong(1) for _ in range(6)] == [0, 0, 2, 4, 8, 16]
            assert self.wrong(8) == 300

    def test_the_wait_passes_and_an_hour_later_all_is_forgotten(self) -> None:
        with clock.frozen(NINE):
            wait = self.wrong(5)
        with clock.frozen(NINE + timedelta(seconds=wait - 1)):
            assert guesses.must_wait("track", address="192.0.2.5", subject="MR-2611-00001-1") == 1
        with clock.frozen(NINE + timedelta(seconds=wait)):
            assert guesses.must_wait("track", address="192.0.2.5", subject="MR-2611-00001-1") == 0
        with clock.frozen(NINE + timedelta(hours=2)):
            assert self.wrong(1) == 0

    def test_a_subject_is_slowed_from_every_address(self) -> None:
        with clock.frozen(NINE):
            for number in range(4):
                self.wrong(1, address=f"192.0.2.{number}")

            assert guesses.must_wait("track", address="198.51.100.9", subject="mr-2611-00001-1 ") > 0
            assert guesses.must_wait("sign-in", address="198.51.100.9", subject="MR-2611-00001-1") == 0

    def test_an_address_that_tries_many_subjects_is_slowed_for_all(self) -> None:
        with clock.frozen(NINE):
            for number in range(17):
                self.wrong(1, subject=f"case-{number}")

            assert guesses.must_wait("track", address="192.0.2.5", subject="untouched") > 0
            assert guesses.must_wait("track", address="192.0.2.6", subject="untouched") == 0

    def test_a_right_answer_forgives_the_subject_but_not_the_address(self) -> None:
        with clock.frozen(NINE):
            self.wrong(20)
            guesses.forgive("track", subject="MR-2611-00001-1")

            assert guesses.must_wait("track", address="198.51.100.1", subject="MR-2611-00001-1") == 0
            assert guesses.must_wait("track", address="192.0.2.5", subject="other") > 0

    def test_guesses_side_by_side_meet_a_ceiling(self) -> None:
        with clock.frozen(NINE):
            waits = [guesses.must_wait("track", address=f"a{n}", subject="one") for n in range(12)]

        assert waits[:10] == [0] * 10
        assert all(wait > 0 for wait in waits[10:])
