"""The floor: what PostgreSQL alone does of the job, driven by its own pgbench on the same cluster in the same run."""

import os
import re
import shutil
import subprocess
import tempfile
import time
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


@dataclass(frozen=True)
class Measured:
    """What pgbench found: transactions a second, and CPU milliseconds of PostgreSQL for each."""

    per_second: float
    cpu_ms: float
    clients: int


def three_row_insert(house: House, *, clients: int, seconds: int) -> Measured:
    """One bare insert of three rows, as a prepared statement."""
    with house.database("postgres") as database:
        database.execute(_TABLES)
    try:
        return pgbench(house, INSERT, clients=clients, seconds=seconds)
    finally:
        with house.database("postgres") as database:
            database.execute("DROP SCHEMA bench_floor CASCADE")


def pgbench(house: House, statement: str, *, clients: int, seconds: int) -> Measured:
    """Run one statement over and over."""
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
    found = _TPS.search(done.stdout)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    per_second = float(found[1])
    return Measured(per_second, spent.of("postgres") * 1000 / (per_second * seconds), clients)


def program() -> str:
    """The pgbench beside the embedded PostgreSQL, else the one of the machine."""
    from wasl.core.postgres import binaries

    beside = binaries.installed() / "pgbench"
    found = str(beside) if beside.is_file() else shutil.which("pgbench")
    if found is None:
        raise RuntimeError("No pgbench: install your distribution's PostgreSQL client programs.")
    return found
