"""`python -m bench profile`: where the time of a create goes.

One process answers reports over Open311 through the short lane, as the web process does, but with no network and no
other thread; PostgreSQL is a cluster of its own, or the server that DATABASE_URL names. Printed: the CPU of a report in
this process and in PostgreSQL, the phases of the act, every statement with its time, and the functions that take most.
"""

import argparse
import cProfile
import gc
import io
import os
import pstats
import random
import resource
import secrets
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.figures import figure, tell
from bench.statistics import median

DATABASE, SERVICE = "test_wasl_profile", "RD-POTHOLE"
WARM_UP, ROUNDS, SHOWN = 30, 5, 25
_WORDS = (
    "حفرة عميقة عند الدوّار أمام المدرسة، تتضرر منها المركبات كل يوم منذ أسبوع، وقد سقط فيها درّاج مساء أمس. "
    "نرجو إصلاحها أو وضع حاجز حولها إلى أن تُصلح."
)
# The steps of a create by the functions that carry them; what they call is counted to them.
PHASES = (
    ("the whole answer", "wasl.config.lane", "Handler.answer"),
    ("reading the body", "wasl.api.open311.reading", "of_body"),
    ("key and its pace", "wasl.api.open311.views", "writer"),
    ("understanding the report", "wasl.api.open311.views", "read_report"),
    ("taking the idempotency key", "wasl.intake.operations", "_take_key"),
    ("limits by contact", "wasl.intake.limits", "check"),
    ("who, where, repeats", "wasl.intake.operations", "_new_case"),
    ("class, route, clocks, texts", "wasl.cases.operations.register", "_composed"),
    ("number, case, facts, jobs (all of registration)", "wasl.cases.operations", "register_case"),
)


def main(arguments: list[str] | None = None) -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench profile", description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=300, help="reports a round (300)")
    parser.add_argument("--known", action="store_true", help="from fifty people who are known, not from new ones")
    chosen = parser.parse_args(arguments)
    with _house() as door:
        door.known_people = chosen.known
        for _ in range(WARM_UP):
            door.report()
        _cpu(door, chosen.reports)
        _phases(door, chosen.reports // 3)
        _statements(door, chosen.reports // 3)
        _functions(door, chosen.reports // 3)
    return 0


@dataclass
class Door:
    """The door for reports, in this process."""

    handler: Any
    environ: Callable[[Any, Any], dict[str, Any]]
    secret: str
    known_people: bool = False
    bodies: list[bytes] = field(default_factory=list)

    def prepare(self, number: int) -> None:
        """Write the bodies before anything is measured."""
        self.bodies = [self._body() for _ in range(number)]

    def report(self) -> None:
        """Send one report and see that it was taken."""
        body = self.bodies.pop() if self.bodies else self._body()
        scope = {
            "method": "POST",
            "path": "/open311/v2/requests.json",
            "query_string": b"",
            "http_version": "1.1",
            "headers": [
                (b"host", b"localhost"),
                (b"accept-language", b"ar"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(body)).encode()),
                (b"idempotency-key", secrets.token_hex(8).encode()),
            ],
        }
        response = self.handler.answer(self.environ(scope, io.BytesIO(body)))
        if response.status_code != 200:
            raise RuntimeError(response.content.decode())
        response.close()

    def _body(self) -> bytes:
        number = random.randrange(50 if self.known_people else 6_000_000)
        fields = {
            "api_key": self.secret,
            "service_code": SERVICE,
            "lat": f"{23.55 + random.random() / 20:.6f}",
            "long": f"{58.30 + random.random() / 10:.6f}",
            "address_string": "شارع السلطان قابوس، قرب محطة الوقود",
            "description": f"{_WORDS} ({secrets.token_hex(3)})",
            "first_name": "مريم",
            "last_name": "الحارثية",
            "phone": f"+9689{2_000_000 + number:07d}",
        }
        return urlencode(fields).encode()


@contextmanager
def _house() -> Iterator[Door]:
    """The demo's set-up in a database of its own, removed at the end, and a key that may send reports."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wasl-profile-")))
        os.environ |= {"WASL_MODE": "test", "WASL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "wasl.config.settings"}
        if not os.environ.get("DATABASE_URL"):
            from wasl.core.postgres.cluster import running

            cluster = stack.enter_context(running(home / "database", may_create_databases=True, keep=False))
            os.environ["DATABASE_URL"] = cluster.url("owner")
        import django
        from django.db import connection

        django.setup()
        tell("making a database")
        # As the web process has it: connections come from a pool and are looked at before they are used.
        connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 2, "timeout": 5}
        connection.settings_dict["TEST"]["NAME"] = DATABASE
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        stack.callback(_discard, before)
        yield _door()


def _discard(before: str) -> None:
    from django.db import connection

    from wasl.core import limits

    for pool in limits._pools.values():
        pool.close()
    connection.close()
    connection.close_pool()
    connection.creation.destroy_test_db(before, verbosity=0)


def _door() -> Door:
    from wasl.catalogue.models import Service
    from wasl.config import lane
    from wasl.config.demo import load
    from wasl.core import clock
    from wasl.directory import queries as directory
    from wasl.intake import limits
    from wasl.partners import operations as partners

    load.load(at=datetime.now(UTC), cases=20)
    Service.objects.filter(code=SERVICE).update(open311=True)
    limits.PER_CONTACT = 10**6  # one person reports fifty times an hour here
    agency = directory.agency_by_code("MUN")
    key = partners.issue_key(agency, name="bench", scopes=["open311:write"], by=None, at=clock.now(), per_minute=60_000)
    return Door(lane.Handler(), lane._environ, key.secret)


# --- what is printed


def _cpu(door: Door, reports: int) -> None:
    web, postgres = [], []
    for _ in range(ROUNDS):
        door.prepare(reports)
        gc.collect()
        before, before_postgres = resource.getrusage(resource.RUSAGE_SELF), _postgres_seconds()
        for _ in range(reports):
            door.report()
        after, after_postgres = resource.getrusage(resource.RUSAGE_SELF), _postgres_seconds()
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        web.append(spent * 1000 / reports)
        postgres.append((after_postgres - before_postgres) * 1000 / reports)
    said = {"reports": reports, "rounds": ROUNDS, "known_people": door.known_people, "load_1": os.getloadavg()[0]}
    figure("profile.cpu_process", median(web), "ms", least_round=min(web), most_round=max(web), **said)
    figure("profile.cpu_postgres", median(postgres), "ms", least_round=min(postgres), most_round=max(postgres), **said)
    both = [mine + its for mine, its in zip(web, postgres, strict=True)]
    figure("profile.cpu", median(both), "ms", most=5.0, least_round=min(both), most_round=max(both), **said)


def _postgres_seconds() -> float:
    """CPU time of the backends of our connections, to the nanosecond (`/proc/…/schedstat`)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        backends = [pid for (pid,) in cursor.fetchall()]
    connection.close()
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in backends) / 1e9


def _phases(door: Door, reports: int) -> None:
    spent: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for name, module, function in PHASES:
            stack.enter_context(_timed(name, module, function, spent))
        door.prepare(reports)
        for _ in range(reports):
            door.report()
    tell("phase (CPU of the process, what it calls included)")
    for name, _, _ in PHASES:
        tell(f"  {spent[name] * 1000 / reports:7.3f} ms  {name}")


@contextmanager
def _timed(name: str, module: str, function: str, spent: dict[str, float]) -> Iterator[None]:
    from importlib import import_module

    place: Any = import_module(module)
    *outer, last = function.split(".")
    for part in outer:
        place = getattr(place, part)
    plain = getattr(place, last)

    @wraps(plain)
    def timed(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return plain(*args, **named)
        finally:
            spent[name] += time.process_time() - began

    setattr(place, last, timed)
    try:
        yield
    finally:
        setattr(place, last, plain)


def _statements(door: Door, reports: int) -> None:
    """Every statement of a report with the time until its answer was there, in the order of the first report."""
    import psycopg

    from wasl.core import prepared

    times: dict[str, list[float]] = defaultdict(list)
    plain = psycopg.Cursor.execute

    def timed(self: Any, query: Any, *args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return plain(self, query, *args, **named)
        finally:
            times[" ".join(str(query).split())].append(time.perf_counter() - began)

    committing = psycopg.Connection.commit

    def committed(self: Any) -> None:
        if self.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            return committing(self)  # the pool makes sure; nothing is sent
        began = time.perf_counter()
        committing(self)
        times["COMMIT"].append(time.perf_counter() - began)
        return None

    asked = prepared.rows

    def prepared_timed(connection: Any, statement: str, *values: Any) -> Any:
        began = time.perf_counter()
        try:
            return asked(connection, statement, *values)
        finally:
            times[" ".join(statement.split())].append(time.perf_counter() - began)

    psycopg.Cursor.execute, psycopg.Connection.commit = timed, committed  # type: ignore[method-assign]
    prepared.rows = prepared_timed  # type: ignore[assignment]
    try:
        door.prepare(reports)
        for _ in range(reports):
            door.report()
    finally:
        psycopg.Cursor.execute, psycopg.Connection.commit = plain, committing  # type: ignore[method-assign]
        prepared.rows = asked
    tell("statement (time until its answer: median; BEGIN is within the first of a transaction)")
    for statement, taken in times.items():
        shown = statement[:100] or "(is the connection alive?)"
        tell(f"  {median(taken) * 1000:7.3f} ms  {len(taken) / reports:4.1f} x  {shown}")
    figure("profile.statements", sum(map(len, times.values())) / reports, "statements", reports=reports)


def _functions(door: Door, reports: int) -> None:
    door.prepare(reports)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for _ in range(reports):
        door.report()
    profile.disable()
    out = io.StringIO()
    told = pstats.Stats(profile, stream=out)
    figure("profile.calls", told.total_calls / reports, "function calls", reports=reports)  # type: ignore[attr-defined]
    told.strip_dirs().sort_stats("tottime").print_stats(SHOWN)
    tell(f"functions by own time, {reports} reports (the profiler's own cost included)")
    tell("\n".join(one for one in out.getvalue().splitlines()[6:] if one.strip()))
