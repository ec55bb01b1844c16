"""Filling the database to a size. The cases of the demo, which the real operations have made, are copied with new
numbers and other times, each with its beneficiary, clocks, referrals and facts: so states, units, services, classes,
channels and the lengths of texts are spread as in the demo, and more than a quarter of the cases stay open, which is
harder for worklists than an office that keeps up. For a million, `fill_database` can say how many stay open, fill one
agency alone, and lay the plain indexes aside meanwhile.
"""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from psycopg import Connection, sql
from psycopg.errors import DeadlockDetected

from bench.figures import tell
from bench.house import House

# Closed cases lie within two years before those of the demo; open ones within ten days, as their due moments matter.
DAYS_OF_CLOSED, DAYS_OF_OPEN = 640, 10
LARGE = 200_000
_PLAN = """
CREATE TEMP TABLE plan (
    new_id bigint, old_id bigint, shift interval, reference text, digits text, public_id text, code_hash text,
    beneficiary_id bigint)
"""
_CASE = {
    "id": "plan.new_id",
    "reference": "plan.reference",
    "digits": "plan.digits",
    "public_id": "plan.public_id",
    "access_code_hash": "plan.code_hash",
    "beneficiary_id": "plan.beneficiary_id",
    "merged_into_id": "NULL",
}
# One of 20,000 streets, spread by number.
_STREET = {"search_tokens": "old.search_tokens || ' سكه' || mod(plan.new_id * 7919, 20000)"}
_TIMES = ("state_since", "due_at", "registered_at", "resolved_at", "rated_at", "scheduled_for", "updated_at")
_CHILDREN = {
    "cases_clock": ("started_at", "due_at", "stopped_at", "paused_at", "next_step_at"),
    "cases_referral": ("made_at", "answered_at"),
    "core_eventrecord": ("at", "recorded_at"),
}

_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique AND %s
AND pg_get_indexdef(i.indexrelid) NOT LIKE '%%(case_id)'
"""
_KEYS = """
SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
WHERE k.contype = 'f' AND k.conrelid = ANY(%s::regclass[]) AND %s ORDER BY 1, 2
"""
_REFERRED = """
SELECT DISTINCT k.confrelid::regclass::text FROM pg_constraint k
WHERE k.contype = 'f' AND k.conrelid = ANY(%s::regclass[]) ORDER BY 1
"""
_FILLED = ("cases_case", "contacts_beneficiary", "contacts_address", *_CHILDREN)


def fill(house: House, size: int) -> int:
    """Bring the number of cases to `size` (never down) and let the planner know; gives the number there are."""
    there = house.cases()
    if there < size:
        tell(f"filling up from {there} to {size} cases")
        with house.database() as database:
            fill_database(database, size - there)
        with house.database("postgres") as database:
            # VACUUM as autovacuum would have done by the time an office has so many: index-only scans need it.
            _let_older_end(database, seconds=house.most_rest)
            database.execute("VACUUM (ANALYZE)")
            database.execute("CHECKPOINT")
    return house.cases()


def _let_older_end(database: Connection[Any], *, seconds: float) -> None:
    """Wait for every transaction that began before now: VACUUM marks no row as seen by all that one of them may not."""
    began = time.monotonic()
    older = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND xact_start < %s"
    now = database.execute("SELECT clock_timestamp()").fetchone()
    while time.monotonic() - began < seconds and database.execute(older, now).fetchone() != (0,):
        time.sleep(0.2)


def fill_database(
    database: Connection[Any], number: int, *, agency: str = "", open_share: float | None = None, bare: bool = False
) -> None:
    """Add so many cases to a database that holds the demo, in one transaction; all of one agency (its code) if named.

    `open_share`: the part of them that is still open, as in the demo if not given. A million takes some minutes; every
    case then has a word of its street besides those of the demo, so that a search can be for a rare word. `bare`: only
    the cases with their clocks, for drills that look at nothing else.
    """
    with database.transaction():
        _hold(database, number > LARGE)
        _fill(database, number, agency, open_share, bare)


def _hold(database: Connection[Any], many: bool) -> None:
    """Keep everybody off the tables of which something is laid aside; who stands in the way may go on to the end."""
    if not many:
        return
    referred = [name for (name,) in database.execute(_REFERRED, [list(_FILLED)]) if name not in _FILLED]
    tables = sql.SQL(", ").join(map(sql.Identifier, [*referred, *_FILLED]))
    for tries_left in reversed(range(10)):
        try:
            with database.transaction():
                database.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
            return
        except DeadlockDetected:
            if not tries_left:
                raise


def _fill(database: Connection[Any], number: int, agency: str, open_share: float | None, bare: bool) -> None:
    with _laid_aside(database, number > LARGE):
        _plan(database, number, agency, open_share)
        if bare:
            database.execute("UPDATE plan SET beneficiary_id = NULL")
        else:
            _add_beneficiaries(database)
        _copy(database, "cases_case", _CASE | _STREET, _TIMES, joined="plan.old_id = old.id")
        for table in ("cases_clock",) if bare else _CHILDREN:
            times = _CHILDREN[table]
            _copy(database, table, {"case_id": "plan.new_id"}, times, joined="plan.old_id = old.case_id")
        database.execute("DROP TABLE plan")


@contextmanager
def _laid_aside(database: Connection[Any], many: bool) -> Iterator[None]:
    """Drop what is done faster for all rows at once afterwards: every index of the tables to be filled that proves
    nothing, and the references to other tables, which are checked row by row otherwise.
    """
    indexes, references = (database.execute(found, [list(_FILLED), many]).fetchall() for found in (_INDEXES, _KEYS))
    for name, _ in indexes:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name.strip('"'))))
    for table, name, _ in references:
        _alter(database, table, "DROP CONSTRAINT {}", name)
    yield
    database.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not built over keys that wait to be checked
    for _, definition in indexes:
        database.execute(definition)
    for table, name, definition in references:
        _alter(database, table, f"ADD CONSTRAINT {{}} {definition}", name)


def _alter(database: Connection[Any], table: str, change: str, name: str) -> None:
    database.execute(sql.SQL("ALTER TABLE {} " + change).format(sql.Identifier(table), sql.Identifier(name)))


def _plan(database: Connection[Any], number: int, agency: str, open_share: float | None) -> None:
    from stdnum import damm

    dice = random.Random(number)
    old = database.execute(
        "SELECT c.id, c.is_open, a.letters, to_char(c.registered_at, 'YYMM'), c.beneficiary_id IS NOT NULL "
        "FROM cases_case c JOIN directory_agency a ON a.id = c.agency_id "
        "WHERE c.channel <> '' AND c.id <= (SELECT max(case_id) FROM core_eventrecord WHERE origin = 'import') "
        "AND %(agency)s IN ('', a.code)",
        {"agency": agency},
    ).fetchall()
    sides = {side: [row for row in old if row[1] is side] for side in (True, False)}
    database.execute(_PLAN)
    numbers = _numbers(database, number)
    with database.cursor().copy("COPY plan FROM STDIN") as copy:
        for new_id, running, person in numbers:
            chosen = old if open_share is None else sides[dice.random() < open_share]
            old_id, is_open, letters, month, has_person = dice.choice(chosen)
            figures = f"{month}{running:05d}"
            check = damm.calc_check_digit(figures)
            back = dice.uniform(0, DAYS_OF_OPEN if is_open else DAYS_OF_CLOSED)
            reference = f"{letters}-{month}-{running:05d}-{check}"
            row = (new_id, old_id, timedelta(days=-back), reference, figures + check, secrets.token_urlsafe(12))
            copy.write_row((*row, secrets.token_hex(32), person if has_person else None))


def _numbers(database: Connection[Any], number: int) -> list[tuple[int, int, int]]:
    rows = database.execute(
        "SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), nextval('core_reference_seq'), "
        "nextval(pg_get_serial_sequence('contacts_beneficiary', 'id')) FROM generate_series(1, %s)",
        [number],
    ).fetchall()
    return [(int(new_id), int(running), int(person)) for new_id, running, person in rows]


def _add_beneficiaries(database: Connection[Any]) -> None:
    own = {"id": "plan.beneficiary_id", "claim_key": "md5('bench' || plan.beneficiary_id)"}
    person = "JOIN cases_case was ON was.beneficiary_id = old.id"
    joined = "plan.old_id = was.id AND plan.beneficiary_id IS NOT NULL"
    _copy(database, "contacts_beneficiary", own, (), joined=joined, through=person)
    database.execute(
        "INSERT INTO contacts_address (agency_id, beneficiary_id, kind, value, created_at) "
        "SELECT b.agency_id, b.id, 'phone', '+9687' || lpad(b.id::text, 7, '0'), b.created_at "
        "FROM contacts_beneficiary b JOIN plan ON plan.beneficiary_id = b.id"
    )


def _copy(
    database: Connection[Any],
    table: str,
    changed: dict[str, str],
    times: tuple[str, ...],
    *,
    joined: str,
    through: str = "",
) -> None:
    """Copy the rows of a table for each row of the plan, with changed values and moved times."""
    found = database.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'", [table]
    ).fetchall()
    names = [name for (name,) in found if name != "id" or "id" in changed]
    moved = {name: f'old."{name}" + plan.shift' for name in times}
    values = [changed.get(name) or moved.get(name) or f'old."{name}"' for name in names]
    statement = f"INSERT INTO {{}} ({{}}) SELECT {', '.join(values)} FROM {{}} old {through} JOIN plan ON {joined}"
    database.execute(
        sql.SQL(statement).format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
        )
    )
