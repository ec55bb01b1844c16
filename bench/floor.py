"""The floor: what PostgreSQL alone does of the job, driven by its own pgbench on the same cluster in the same round.

There is none lower: no server in front of this PostgreSQL can answer faster than its own bare statement.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.house import House

# A case, its fact and its place in an outbox, in one statement: the least a registration could be.
_TABLES = """
DROP SCHEMA IF EXISTS bench_floor CASCADE;
CREATE SCHEMA bench_floor;
CREATE TABLE bench_floor.a_case (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, agency_id bigint NOT NULL, reference text NOT NULL UNIQUE,
    state text NOT NULL, title text NOT NULL, description text NOT NULL, registered_at timestamptz NOT NULL);
CREATE TABLE bench_floor.a_fact (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id bigint NOT NULL, kind text NOT NULL,
    at timestamptz NOT NULL, data jsonb NOT NULL);
CREATE TABLE bench_floor.a_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task text NOT NULL, arguments jsonb NOT NULL,
    status text NOT NULL);
CREATE SEQUENCE bench_floor.numbers;
"""
INSERT = """
WITH new_case AS (
    INSERT INTO bench_floor.a_case (agency_id, reference, state, title, description, registered_at)
    VALUES (1, 'MR-' || nextval('bench_floor.numbers'), 'new', 'حفرة عميقة في الطريق',
            'حفرة عميقة عند الدوّار تتضرر منها المركبات منذ أسبوع.', now()) RETURNING id
), new_fact AS (
    INSERT INTO bench_floor.a_fact (case_id, kind, at, data)
    SELECT id, 'CaseRegistered', now(), jsonb_build_object('case_id', id) FROM new_case RETURNING id
)
INSERT INTO bench_floor.a_job (task, arguments, status)
SELECT 'dispatch', jsonb_build_object('event_id', id), 'todo' FROM new_fact
"""
_TPS = re.compile(r"tps = ([0-9.]+)")
_NUMBER = re.compile(r"number of transactions actually processed: (\d+)")


@dataclass(frozen=True)
class Measured:
    """What pgbench found: transactions a second, and CPU milliseconds of PostgreSQL for each."""

    per_second: float
    cpu_ms: float
    clients: int


NAMES = {
    "create": "pgbench: a case, its fact and its job in one statement",
    "read": "pgbench: one bare row by its number",
    "list": "pgbench: the bare rows of the page",
    "group": "pgbench: counting all cases by month, unit and state",
}


@contextmanager
def laid(house: House) -> Iterator[None]:
    """The bare tables of the insert exist meanwhile."""
    with house.database("postgres") as database:
        database.execute(_TABLES)
    try:
        yield
    finally:
        with house.database("postgres") as database:
            database.execute("DROP SCHEMA bench_floor CASCADE")


def statements(*, agency: int, unit: int, cases: tuple[int, int]) -> dict[str, str]:
    """The statement of each floor; the reads are of cases between these two numbers."""
    first, last = cases
    return {
        "create": INSERT,
        "read": f"\\set id random({first}, {last})\nSELECT * FROM cases_case WHERE id = :id",
        "list": f"SELECT * FROM cases_case WHERE agency_id = {agency} AND is_open AND unit_id = {unit} "
        "AND importance = 'P3' ORDER BY importance, registered_at, id LIMIT 51",
        "group": "SELECT date_trunc('month', registered_at), unit_id, state, count(*) FROM cases_case "
        f"WHERE agency_id = {agency} GROUP BY 1, 2, 3",
    }


def pgbench(house: House, statement: str, *, clients: int, seconds: int) -> Measured:
    """Run one statement over and over, on one connection for each client."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        Path(script.name).chmod(0o644)
        script.write(statement.strip() + ";\n")
        script.flush()
        before = house.spent()
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script.name]
        done = subprocess.run(
            [program(), *options, house.database_url("postgres")],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        time.sleep(0.5)  # until the postmaster has taken in what its ended children have spent
        spent = house.spent() - before
    found, counted = _TPS.search(done.stdout), _NUMBER.search(done.stdout)
    if done.returncode != 0 or found is None or counted is None:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return Measured(float(found[1]), spent.of("postgres") * 1000 / int(counted[1]), clients)


def program() -> str:
    """The pgbench beside the embedded PostgreSQL, else the one of the machine."""
    from wasl.core.postgres import binaries

    beside = binaries.installed() / "pgbench"
    found = str(beside) if beside.is_file() else shutil.which("pgbench")
    if found is None:
        raise RuntimeError("No pgbench: install your distribution's PostgreSQL client programs.")
    return found
