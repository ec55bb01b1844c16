"""`live`: how soon, and whether, everybody with an open page hears what was committed."""

import asyncio
import json
import multiprocessing
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from bench.figures import Floor, figure, median, percentile, tell
from bench.house import House
from bench.settings import Plan
from bench.wire import HOST

PER_SECOND = 4.0
STREAMS_EACH = 8  # what one person may keep open
MOST_P99_MS = 250.0
CONNECT_WITHIN = 60.0
AGAIN_AFTER = 1.0
AT_THE_DOOR = 100  # pages that are being opened at one time: offices do not open all their desks in one second


@dataclass
class Heard:
    """What arrived: number of the fact -> moments, and how many streams are open."""

    ready: int = 0
    moments: dict[int, list[float]] = field(default_factory=dict)
    closed: int = 0
    again: int = 0  # how often a page was not let in and came back


def raise_file_limit() -> None:
    """Each stream is an open file on either side; what we start inherits this."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(house: House, plan: Plan) -> None:
    """Open the streams, publish, and compare the moments of commit with those of arrival."""
    house.rest()
    keys = _sessions(house, plan.streams // STREAMS_EACH)
    bare = _bare(house)
    before = house.spent()
    heard, commits, opened = asyncio.run(_listen(house, keys, plan))
    spent = house.spent() - before
    delays = [
        (moment - commits[number]) * 1000 for number, moments in heard.moments.items() for moment in moments
        if number in commits
    ]  # fmt: skip
    expected = plan.streams * len(commits)
    said = {"streams": heard.ready, "wanted_streams": plan.streams, "events": len(commits), "came_back": heard.again}
    least = Floor("one bare psycopg LISTEN, p50", bare, "ms")
    figure("live.delivered", len(delays) / expected, "share", **said, delivered=len(delays), expected=expected)
    figure("live.closed_early", heard.closed, "streams", most=0, **said)
    figure("live.p50", median(delays), "ms", floor=least, **said)
    figure("live.p99", percentile(delays, 0.99), "ms", floor=least, most=MOST_P99_MS, **said)
    figure("live.max", max(delays, default=float("nan")), "ms", **said)
    figure("live.opened_in", opened, "s", **said)
    figure("live.cpu_web", spent.of("web"), "s", **said, includes="opening the streams too")
    figure("live.memory_web", _memory(house), "MB", **said)
    tell(f"live: {len(delays)} of {expected}, p50 {median(delays):.0f} ms, p99 {percentile(delays, 0.99):.0f} ms")


async def _listen(house: House, keys: Sequence[str], plan: Plan) -> tuple[Heard, dict[int, float], float]:
    heard, began = Heard(), time.monotonic()
    tasks: list[asyncio.Task[None]] = []
    while len(tasks) < plan.streams and time.monotonic() - began < CONNECT_WITHIN:
        if len(tasks) - heard.ready < AT_THE_DOOR:
            tasks.append(asyncio.create_task(_stream(house.port, keys[len(tasks) // STREAMS_EACH], heard)))
        else:
            await asyncio.sleep(0.005)
    while heard.ready < plan.streams and time.monotonic() - began < CONNECT_WITHIN:
        await asyncio.sleep(0.05)
    opened = time.monotonic() - began
    if not heard.ready:
        raise RuntimeError("not one stream could be opened; the log of web says why")
    tell(f"live: {heard.ready} streams open after {opened:.1f} s")
    await asyncio.sleep(2)
    commits = await asyncio.to_thread(_publish_elsewhere, house, plan.events)
    await asyncio.sleep(3)
    global _web_bytes
    _web_bytes = _pss(house)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return heard, commits, opened


async def _stream(port: int, key: str, heard: Heard) -> None:
    """One open page: as a browser does, it comes back when it was not let in."""
    while True:
        try:
            was_ready = await _hear(port, key, heard)
        except OSError:
            was_ready = False
        if was_ready:
            heard.closed += 1
            return
        heard.again += 1
        await asyncio.sleep(AGAIN_AFTER)


async def _hear(port: int, key: str, heard: Heard) -> bool:
    """Hear until the stream is closed; says whether it was ever open."""
    reader, writer = await asyncio.open_connection(HOST, port)
    request = f"GET /live/stream HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: sessionid={key}\r\n\r\n"
    writer.write(request.encode())
    is_fact = is_ready = False
    number = 0
    try:
        while line := await reader.readline():
            if line.startswith(b"HTTP/1.1 ") and not line.startswith(b"HTTP/1.1 200"):
                break
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line.startswith(b"event: "):
                is_fact = line == b"event: fact\n"
                if line == b"event: ready\n" and not is_ready:
                    is_ready = True
                    heard.ready += 1
            elif is_fact and line.startswith(b"data: "):
                heard.moments.setdefault(number, []).append(time.monotonic())
    finally:
        writer.close()
    return is_ready


def _publish_elsewhere(house: House, number: int) -> dict[int, float]:
    """The writer is a process of its own, as the one that hears must not make it wait."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    environment = house.environment | {"DATABASE_URL": house.database_url("app")}
    writer = context.Process(target=_publish, args=(environment, number, theirs))
    writer.start()
    commits: dict[int, float] = ours.recv()
    writer.join()
    return commits


def _publish(environment: dict[str, str], number: int, told: "Connection[Any, Any]") -> None:
    import os

    os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    import django

    django.setup()
    from django.db import transaction

    from wasl.cases.events import NoteAdded
    from wasl.cases.models import Case
    from wasl.core import clock, events

    case = Case.objects.filter(agency__code="MUN").order_by("id").first()
    assert case is not None
    commits = {}
    for _ in range(number):
        with transaction.atomic():
            fact = NoteAdded(case.pk)
            record = events.publish(
                fact,
                agency_id=case.agency_id,
                case_id=case.pk,
                at=clock.now(),
                units=[case.unit_id],
                reference=case.reference,
            )
            commits[record.pk] = time.monotonic()  # COMMIT is sent right after this
        time.sleep(1 / PER_SECOND)
    told.send(commits)


def _sessions(house: House, number: int) -> list[str]:
    """So many agents, each signed in: a person may keep eight streams open."""
    house.use_django()
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.db import connections

    from wasl.accounts.models import User
    from wasl.core import clock
    from wasl.directory import queries as directory
    from wasl.directory.models import Membership

    at, agency = clock.now(), directory.default_agency()
    unit = directory.unit_by_code(agency, "CC")
    start = User.objects.count()
    people = User.objects.bulk_create(
        User(
            email=f"agent.{start + n}@muscat.example.om",
            full_name=f"موظف {start + n}",
            password="!not a password",
            is_demo=True,
            created_at=at,
        )
        for n in range(number)
    )
    Membership.objects.bulk_create(Membership(user=one, unit=unit, role="agent", valid_from=at) for one in people)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    for one in people:
        session = store()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(one.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = User.objects.get(pk=one.pk).get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
    connections.close_all()
    return keys


def _bare(house: House) -> float:
    """Commit to arrival over one bare connection that listens, in milliseconds."""
    import psycopg

    delays = []
    with house.database("app") as speaker, psycopg.connect(house.database_url("app"), autocommit=True) as listener:
        listener.execute("LISTEN bench")
        for number in range(30):
            began = time.monotonic()
            speaker.execute("SELECT pg_notify('bench', %s)", [json.dumps({"id": number})])
            next(iter(listener.notifies(timeout=5, stop_after=1)))
            delays.append((time.monotonic() - began) * 1000)
    return median(delays)


_web_bytes = 0


def _pss(house: House) -> int:
    from bench.processes import pss_bytes

    return pss_bytes(house.parts()["web"])


def _memory(house: House) -> float:
    return _web_bytes / 2**20
