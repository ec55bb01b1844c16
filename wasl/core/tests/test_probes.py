"""What the ground floor says of its own health, and that one broken probe hides no other."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation

from wasl.core import heartbeat, probes, vitals
from wasl.core.probes import Finding, Level
from wasl.core.tests.test_parked_jobs import make_job

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that holds what the test puts into it."""
    monkeypatch.setattr(probes, "_probes", {})


def levels() -> dict[str, Level]:
    return {answer.code: answer.finding.level for answer in probes.ask_all(AT)}


def test_every_finding_of_the_ground_floor_has_a_sentence_in_both_languages() -> None:
    for answer in probes.ask_all(AT):
        said = []
        for language in ("ar", "en"):
            with translation.override(language):
                said.append(str(answer.finding.sentence))
                assert answer.finding.level is Level.OK or str(answer.finding.todo)
        assert len(set(said)) == 2, answer.code


def test_a_missing_sign_of_life_is_bad_and_a_fresh_one_well() -> None:
    assert levels()["worker"] is Level.BAD

    heartbeat.beat("worker")

    assert levels()["worker"] is Level.OK


@pytest.mark.parametrize(("seconds", "level"), [(10, Level.OK), (90, Level.WARN), (900, Level.BAD)])
def test_the_queue_is_judged_by_its_oldest_due_job(seconds: int, level: Level) -> None:
    job = make_job("none", status="todo")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET type = 'deferred', at = now() - make_interval(secs => %s) "
            "WHERE job_id = %s",
            [seconds, job],
        )

    assert levels()["queue"] is level


def test_given_up_jobs_and_failed_rounds_are_named() -> None:
    make_job("core.deliver_event", queue="events")
    make_job("core.sweep_files", queue="housekeeping")

    said = {answer.code: str(answer.finding.sentence) for answer in probes.ask_all(AT)}

    assert "core.deliver_event" in said["jobs"]
    assert "core.sweep_files" in said["jobs:rounds"]


@pytest.mark.parametrize(("free", "level"), [(10**11, Level.OK), (10**9, Level.WARN), (10**8, Level.BAD)])
def test_the_disk_is_judged_by_what_is_left(monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    monkeypatch.setattr(vitals.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))

    assert levels()["disk"] is level


def test_a_probe_that_breaks_is_a_finding_and_spoils_no_other(alone: None) -> None:
    @probes.probe("broken", "Broken", order=1)
    def broken(at: datetime) -> Finding:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return Finding(Level.OK, "never said")

    @probes.probe("sound", "Sound", order=2)
    def sound(at: datetime) -> list[Finding]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [Finding(Level.OK, "a", key="a"), Finding(Level.BAD, "b", key="b")]

    assert levels() == {"broken": Level.WARN, "sound:a": Level.OK, "sound:b": Level.BAD}
    assert probes.worst(probes.ask_all(AT)) is Level.BAD


def test_while_the_database_is_away_only_those_that_need_none_are_asked(alone: None) -> None:
    probes.probe("database", "Database", order=1, needs_database=False)(lambda at: Finding(Level.BAD, "away"))
    probes.probe("queue", "Queue", order=2)(lambda at: pytest.fail("asked without a database"))
    probes.probe("disk", "Disk", order=3, needs_database=False)(lambda at: Finding(Level.OK, "room"))

    assert list(levels()) == ["database", "disk"]


def test_two_rooms_cannot_take_the_same_code(alone: None) -> None:
    probes.probe("queue", "Queue")(vitals.queue)

    with pytest.raises(ValueError, match="queue"):
        probes.probe("queue", "Queue")(lambda at: Finding(Level.OK, ""))
