"""The watch tells people straight by mail, whatever stands still, and writes down what it told."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.journeys.sink import Sink
from wasl.core import probes
from wasl.core.http import Inside
from wasl.core.probes import Finding, Level
from wasl.core.tests.ports import free_port
from wasl.operation import operations
from wasl.operation.models import Alert
from wasl.operation.watch import Watch

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Fares:
    """How the probed thing and the database fare; tests change it."""

    level = Level.OK
    database = Level.OK
    is_there = True


@pytest.fixture
def fares(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Fares:
    one = Fares()
    monkeypatch.setattr(probes, "_probes", {})
    probes.probe("database", "Database", order=1, needs_database=False)(
        lambda at: Finding(one.database, "the database")
    )
    probes.probe("worker", "Worker", order=2)(
        lambda at: [Finding(one.level, "it stands still", "start it")] if one.is_there else []
    )
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own
    settings.WASL_HOME, settings.WASL_ALERT_TO, settings.WASL_ALERT_HOOK = tmp_path, ["duty@example.om"], None
    settings.WASL_BASE_URL = "https://contact.example.om"
    return one


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    server = Sink()
    server.start()
    settings.WASL_SMTP_URL = f"smtp://127.0.0.1:{server.port}"
    yield server
    server.stop()


def looks(watch: Watch, minutes: float, *, since: datetime = AT) -> datetime:
    """Look twice a minute for so long; gives the time after it."""
    at = since
    for _ in range(int(minutes * 2)):
        at += timedelta(seconds=30)
        watch.look(at)
    return at


def subjects(sink: Sink) -> list[str]:
    return [letter.subject for letter in sink.letters()]


def test_a_fault_is_told_once_and_its_end_too(fares: Fares, sink: Sink) -> None:
    watch = Watch()
    fares.level = Level.BAD
    at = looks(watch, 20)
    fares.level = Level.OK
    looks(watch, 10, since=at)

    assert len(subjects(sink)) == 2
    first, last = sink.letters()
    assert "it stands still" in first.text
    assert "start it" in first.text
    assert "https://contact.example.om/health" in first.text
    assert "Well again" in last.text
    assert Alert.objects.get().told_level == Level.OK


def test_a_blink_is_told_to_nobody(fares: Fares, sink: Sink) -> None:
    watch = Watch()
    fares.level = Level.BAD
    at = looks(watch, 0.5)
    fares.level = Level.OK
    looks(watch, 30, since=at)

    assert subjects(sink) == []


def test_another_watcher_does_not_tell_it_again(fares: Fares, sink: Sink, settings: Any, tmp_path: Path) -> None:
    fares.level = Level.BAD
    here = Watch()
    at = looks(here, 5)
    settings.WASL_HOME = tmp_path / "another machine"
    settings.WASL_HOME.mkdir()
    looks(Watch(), 5, since=at)

    assert len(subjects(sink)) == 1


def test_on_one_machine_one_process_watches(fares: Fares, sink: Sink) -> None:
    here = Watch()
    here.look(AT)
    fares.level = Level.BAD

    looks(Watch(), 5)

    assert not Alert.objects.filter(level=Level.BAD).exists()


def test_a_finding_that_is_there_no_more_counts_as_well_and_is_forgotten(fares: Fares, sink: Sink) -> None:
    watch = Watch()
    fares.level = Level.BAD
    at = looks(watch, 20)
    fares.is_there = False
    at = looks(watch, 20, since=at)
    looks(watch, 1, since=at)

    assert len(subjects(sink)) == 2
    assert not Alert.objects.exists()


def test_a_mail_server_that_is_away_is_tried_again_ever_more_slowly(fares: Fares, settings: Any) -> None:
    settings.WASL_SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    watch = Watch()
    fares.level = Level.BAD

    at = looks(watch, 30)

    failed = Alert.objects.get()
    assert (failed.told_level, failed.told_at) == (Level.OK, None)
    assert 3 <= failed.failures <= 6
    server = Sink()
    server.start()
    settings.WASL_SMTP_URL = f"smtp://127.0.0.1:{server.port}"
    looks(watch, 35, since=at)
    server.stop()
    assert len(server.letters()) == 1
    assert Alert.objects.get().told_level == Level.BAD


def test_a_database_that_is_away_is_told_from_memory(fares: Fares, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: object, **more: object) -> None:
        raise OperationalError("the server closed the connection")

    watch = Watch()
    at = looks(watch, 1)
    fares.database = Level.BAD
    with monkeypatch.context() as patch:
        patch.setattr(operations, "note", away)
        at = looks(watch, 20, since=at)
    fares.database = Level.OK
    looks(watch, 5, since=at)

    assert len(subjects(sink)) == 2
    assert "the database" in sink.letters()[0].text


def test_the_hook_is_given_json(fares: Fares, settings: Any) -> None:
    taken: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *given: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WASL_ALERT_TO = []
    settings.WASL_ALERT_HOOK = f"http://127.0.0.1:{server.server_port}/wasl"
    settings.WASL_INSIDE = (Inside.read(f"127.0.0.1:{server.server_port}"),)
    fares.level = Level.BAD

    looks(Watch(), 3)
    server.shutdown()
    server.server_close()

    [content] = taken
    [alert] = content["alerts"]
    assert (alert["code"], alert["level"], alert["word"]) == ("worker", "bad", "new")
    assert set(alert["sentence"]) == {"ar", "en"}


def test_without_anybody_to_tell_the_log_has_it(fares: Fares, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.WASL_ALERT_TO = []
    fares.level = Level.BAD

    with caplog.at_level("WARNING"):
        looks(Watch(), 5)

    assert sum("Alert new: worker" in line for line in caplog.messages) == 1
