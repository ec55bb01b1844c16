"""The live stream through a real server and a real PostgreSQL."""

import http.client
import json
import queue
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import uvicorn
from django.conf import settings as house
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from wasl.core import events
from wasl.core.tests.ports import free_port
from wasl.web import live
from wasl.web.live import door, feed

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
PATIENCE = 60
# person -> what the person may hear; the real table stands in `directory`.
SCOPES: dict[int, list[tuple[int, frozenset[int] | None]]] = {}


async def scopes(connection: Any, person: int) -> list[tuple[int, frozenset[int] | None]]:
    return SCOPES.get(person, [])


@events.event(version=1)
@dataclass(frozen=True)
class LampWentOut(events.Event):
    case_id: int
    unit_id: int


@dataclass
class Listener:
    """A browser's EventSource, in a thread."""

    port: int
    session: str
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    heard: "queue.Queue[tuple[str, str, Any]]" = field(default_factory=queue.Queue)

    def open(self) -> "Listener":
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookie = {"Cookie": f"{house.SESSION_COOKIE_NAME}={self.session}"} if self.session else {}
        self.line.request("GET", f"/live/stream{self.query}", headers={**cookie, **self.headers})
        self.answer = self.line.getresponse()
        self.status = self.answer.status
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
        return self

    def _read(self) -> None:
        name, number, data = "", "", ""
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("id: "):
                    number = line[4:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif line == ":":
                    self.heard.put(("heartbeat", "", None))
                elif not line and name:
                    self.heard.put((name, number, json.loads(data)))
                    name, data = "", ""
        except (OSError, ValueError, AttributeError):
            pass
        self.heard.put(("end", "", None))

    def next(self) -> tuple[str, str, Any]:
        return self.heard.get(timeout=PATIENCE)

    def ready(self) -> "Listener":
        name, number, _ = self.next()
        assert name == "ready"
        self.last = number
        return self

    def close(self) -> None:
        # Shut the socket itself: the reading thread holds the file above it.
        if self.line.sock is not None:
            self.line.sock.shutdown(socket.SHUT_RDWR)
        self.line.close()


@pytest.fixture
def port(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    settings.WASL_LIVE_SCOPES = f"{__name__}.scopes"
    monkeypatch.setattr(feed, "RECHECK_SECONDS", 0.2)
    monkeypatch.setattr(feed, "HEARTBEAT_SECONDS", getattr(request, "param", 20.0))
    chosen = free_port()
    config = uvicorn.Config(live.app, port=chosen, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_until_open(chosen)
    yield chosen
    server.should_exit = True
    thread.join(PATIENCE)
    _hang_up()
    SCOPES.clear()


def _wait_until_open(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            threading.Event().wait(0.05)
    raise AssertionError("the server did not start")


def _hang_up() -> None:
    """End what the stopped server left open, so that the tables can be emptied."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'wasl-live' AND datname = current_database()"
        )


def sign_in(person: Any) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = house.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def make_person(name: str, *scopes: tuple[int, frozenset[int] | None]) -> Any:
    model = get_user_model()
    person = model.objects.create(email=f"{name}@example.om", password="x", is_active=True, created_at=AT)
    SCOPES[person.pk] = list(scopes)
    return person


def lamp_out(case: int, *, agency: int = 1, unit: int = 7) -> int:
    fact = LampWentOut(case_id=case, unit_id=unit)
    record = events.publish(fact, agency_id=agency, case_id=case, at=AT, units=[unit], reference="MR-2611-04173-2")
    return int(record.pk)


def test_a_fact_is_heard_at_once_and_foreign_ones_are_not(port: int) -> None:
    own = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()
    few = Listener(port, sign_in(make_person("noora", (1, frozenset({8}))))).open().ready()
    foreign = Listener(port, sign_in(make_person("huda", (2, None)))).open().ready()

    lamp_out(41)
    lamp_out(42, unit=8)
    lamp_out(43, agency=2)

    assert [own.next()[2]["case"], own.next()[2]["case"]] == [41, 42]
    assert few.next()[2]["case"] == 42
    assert foreign.next()[2]["case"] == 43
    assert own.heard.empty()
    assert few.heard.empty()
    assert foreign.heard.empty()


def test_what_is_for_one_person_is_heard_by_that_person_alone(port: int) -> None:
    salem, huda = make_person("salem", (1, frozenset({7}))), make_person("huda", (1, None))
    own, other = (Listener(port, sign_in(person)).open().ready() for person in (salem, huda))

    events.publish(LampWentOut(case_id=41, unit_id=8), agency_id=1, at=AT, people=[salem.pk])
    lamp_out(42)

    assert (own.next()[2] | {"id": 0}) == {
        "id": 0,
        "kind": "LampWentOut",
        "agency": 1,
        "units": [],
        "case": None,
        "reference": "",
    }
    assert [own.next()[2]["case"], other.next()[2]["case"]] == [42, 42]
    assert other.heard.empty()


def test_what_goes_out_holds_ids_and_codes_only(port: int) -> None:
    listener = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()

    number = lamp_out(41)

    name, told, data = listener.next()
    expected = {
        "id": number,
        "kind": "LampWentOut",
        "agency": 1,
        "units": [7],
        "case": 41,
        "reference": "MR-2611-04173-2",
    }
    assert (name, told, data) == ("fact", str(number), expected)


def test_after_a_break_what_was_missed_is_told(port: int) -> None:
    session = sign_in(make_person("salem", (1, None)))
    first = Listener(port, session).open().ready()
    heard = lamp_out(41)
    assert first.next()[1] == str(heard)
    first.close()

    missed = [lamp_out(42), lamp_out(43)]
    lamp_out(44, agency=2)
    again = Listener(port, session, headers={"Last-Event-ID": str(heard)}).open()

    assert [again.next()[2]["id"], again.next()[2]["id"]] == missed
    again.ready()


def test_another_tab_can_take_over_by_the_address(port: int) -> None:
    session = sign_in(make_person("salem", (1, None)))
    start = Listener(port, session).open().ready().last
    missed = lamp_out(42)

    taken = Listener(port, session, query=f"?last={start}").open()

    assert taken.next()[1] == str(missed)


def test_too_much_to_tell_is_one_reset(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.visitors, "MISSED_LIMIT", 2)
    session = sign_in(make_person("salem", (1, None)))
    start = Listener(port, session).open().ready().last
    for case in (41, 42, 43):
        lamp_out(case)

    back = Listener(port, session, headers={"Last-Event-ID": start}).open()

    assert back.next()[0] == "reset"
    back.ready()


def test_a_stream_ends_with_the_deactivation_of_its_person(port: int) -> None:
    person = make_person("salem", (1, None))
    listener = Listener(port, sign_in(person)).open().ready()

    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert [listener.next()[0], listener.next()[0]] == ["closed", "end"]
    assert Listener(port, listener.session).open().status == 401


def test_a_stream_ends_with_its_session(port: int) -> None:
    listener = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()

    SessionStore(listener.session).delete()

    assert [listener.next()[0], listener.next()[0]] == ["closed", "end"]


def test_a_new_epoch_ends_older_sessions(port: int) -> None:
    person = make_person("salem", (1, None))
    listener = Listener(port, sign_in(person)).open().ready()

    type(person).objects.filter(pk=person.pk).update(password="changed")

    assert listener.next()[0] == "closed"


def test_lost_rights_close_the_stream_and_changed_ones_count(port: int) -> None:
    person = make_person("salem", (1, None))
    listener = Listener(port, sign_in(person)).open().ready()

    SCOPES[person.pk] = [(2, None)]
    for _ in range(100):
        threading.Event().wait(0.05)
        lamp_out(41)
        lamp_out(43, agency=2)
        name, _, data = listener.next()
        while not listener.heard.empty():
            name, _, data = listener.next()
        if data["agency"] == 2:
            break
    assert data["agency"] == 2
    SCOPES[person.pk] = []

    while (name := listener.next()[0]) == "fact":
        pass
    assert name == "closed"


def test_strangers_get_no_stream(port: int) -> None:
    expired = sign_in(make_person("salem", (1, None)))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 second'")

    statuses = [Listener(port, key).open().status for key in ("", "x" * 32, "a'; DROP TABLE x; --", "\\000", expired)]

    assert statuses == [401] * 5


def test_a_person_without_any_scope_gets_no_stream(port: int) -> None:
    assert Listener(port, sign_in(make_person("salem"))).open().status == 401


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_other_sites_are_refused(port: int, headers: dict[str, str]) -> None:
    session = sign_in(make_person("salem", (1, None)))

    assert Listener(port, session, headers=headers).open().status == 403
    assert Listener(port, session, headers={"Origin": f"http://127.0.0.1:{port}"}).open().status == 200


def test_a_foreign_host_name_is_refused(port: int, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["wasl.example.om"]
    session = sign_in(make_person("salem", (1, None)))

    assert Listener(port, session).open().status == 403
    assert Listener(port, session, headers={"Host": "wasl.example.om"}).open().status == 200


def test_other_addresses_and_methods_are_refused(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("GET", "/live/other")
    assert line.getresponse().status == 404
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("POST", "/live/stream", b"x")
    assert line.getresponse().status == 405


def test_when_the_database_comes_back_everybody_loads_anew(port: int) -> None:
    listener = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()

    _hang_up()

    assert listener.next()[0] == "reset"
    number = lamp_out(41)
    assert listener.next()[1] == str(number)


def test_whoever_finds_no_connection_free_is_asked_to_come_again(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def too_many(*_: Any) -> bytes:
        raise psycopg.OperationalError("no connection in time")

    salem = make_person("salem", (1, None))
    monkeypatch.setattr(door, "_greeting", too_many)

    assert Listener(port, sign_in(salem)).open().status == 503


@pytest.mark.parametrize("port", [0.1], indirect=True)
def test_a_quiet_stream_shows_that_it_lives(port: int) -> None:
    listener = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()

    assert listener.next()[0] == "heartbeat"


def test_a_notice_that_is_no_fact_breaks_nothing(port: int) -> None:
    listener = Listener(port, sign_in(make_person("salem", (1, None)))).open().ready()

    with psycopg.connect(feed.connection_info(), autocommit=True) as line:
        line.execute("SELECT pg_notify('wasl_live', 'rubbish')")
        line.execute("SELECT pg_notify('wasl_live', '[]')")
    number = lamp_out(41)

    assert listener.next()[1] == str(number)


def test_facts_that_fire_nobody_are_not_told_again(port: int) -> None:
    session = sign_in(make_person("salem", (1, None)))
    start = Listener(port, session).open().ready().last
    fact = LampWentOut(case_id=1, unit_id=7)
    events.publish(fact, agency_id=1, case_id=1, at=AT, origin="import")

    Listener(port, session, headers={"Last-Event-ID": start}).open().ready()
