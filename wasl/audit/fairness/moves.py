# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""Cases that changed their queue by another service: a way around the order that leaves no jump, told by the facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from wasl.accounts.models import User
from wasl.analytics.measures.takings import TAKES
from wasl.audit.fairness.sight import Sight
from wasl.cases.events import CaseAssigned, CaseClassified, CaseRegistered
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.core.localized import Localized

# Whoever takes a case so soon after it came into another queue may have moved it for that.
AT_ONCE = timedelta(days=1)
# Elder ones are looked for among what came so long before; more than so many are not counted.
LOOKS_BACK = timedelta(days=180)
MOST_PASSED = 99
# Of so many moves at a time it is asked whom they passed.
_AT_A_TIME = 200

_TAKEN = f"""t.kind = ANY(%(takes)s) AND t.actor_id IS NOT NULL
    AND (t.kind <> '{CaseAssigned.kind}' OR t.data->>'assignee_id' IS NOT NULL)"""


@dataclass(frozen=True)
class Moved:
    """One case that somebody gave a service of another category. `back_at`: when it was given one of the first category
    again; `taken_at`: when somebody took it within a day after it was moved, before `passed` elder ones of its first
    queue.
    """

    case: Case
    by: User | None
    at: datetime
    queues: tuple[Localized, Localized]
    back_at: datetime | None = None
    taken_by: User | None = None
    taken_at: datetime | None = None
    passed: int = 0


@dataclass(frozen=True)
class _Move:
    """From one category to another, with the move that took it back, and the first taking within a day."""

    case_id: int
    at: datetime
    by_id: int
    before: int
    after: int
    back_at: datetime | None
    taken_at: datetime | None
    taken_by_id: int | None


def moved(
    sight: Sight, *, since: datetime, until: datetime, most: int, person: int | None = None
) -> tuple[list[Moved], bool]:
    """The cases moved within the time that went back to their first queue, or were taken at once before elder ones of
    it; the newest first, and whether there are more of them than `most`. Of one person: those they moved or took.
    """
    rows = list(islice(_strange(_moves(sight, since, until, person)), most + 1))
    shown = [one for one, _ in rows[:most]]
    known = Case.objects.filter(pk__in={one.case_id for one in shown}).select_related("unit", "service").in_bulk()
    people = User.objects.in_bulk({number for one in shown for number in (one.by_id, one.taken_by_id) if number})
    names = _names(sight.agency.pk)
    return [_told(one, passed, known, people, names) for one, passed in rows[:most]], len(rows) > most


def _moves(sight: Sight, since: datetime, until: datetime, person: int | None) -> list[_Move]:
    """The moves of the cases that the reader may see which were taken back or followed by a taking; the newest first.

    A fact that names no service, or one that is not known, is no queue: the queue before it stands.
    """
    text, more = sight.cases.order_by().values("pk").query.sql_with_params()
    named = {f"seen_{place}": value for place, value in enumerate(more)}
    statement = f"""
    WITH told AS (
        SELECT e.case_id, e.id, e.at, e.kind, e.actor_id, s.category_id AS category
        FROM core_eventrecord e JOIN catalogue_service s ON s.id = (e.data->>'service_id')::bigint
        WHERE e.kind IN ('{CaseRegistered.kind}', '{CaseClassified.kind}') AND e.case_id IN (
            SELECT t.case_id FROM core_eventrecord t WHERE t.agency_id = %(agency)s
                AND t.kind = '{CaseClassified.kind}' AND t.at >= %(since)s AND t.at < %(until)s
                AND t.actor_id IS NOT NULL)
            AND e.case_id IN ({text % tuple(f"%({name})s" for name in named)})
    ),
    paired AS (SELECT *, lag(category) OVER (PARTITION BY case_id ORDER BY at, id) AS before FROM told),
    moves AS MATERIALIZED (SELECT * FROM paired WHERE before <> category AND actor_id IS NOT NULL),
    backs AS (
        SELECT DISTINCT ON (m.id) m.id, b.at FROM moves m
        JOIN moves b ON b.case_id = m.case_id AND b.category = m.before AND (b.at, b.id) > (m.at, m.id)
        ORDER BY m.id, b.at, b.id
    )
    SELECT m.case_id, m.at, m.actor_id, m.before, m.category, b.at, taken.at, taken.actor_id
    FROM moves m LEFT JOIN backs b ON b.id = m.id LEFT JOIN LATERAL (
        SELECT t.at, t.actor_id FROM core_eventrecord t WHERE t.case_id = m.case_id AND {_TAKEN}
            AND t.at >= m.at AND t.at <= least(m.at + %(at_once)s, b.at)
        ORDER BY t.at, t.id LIMIT 1
    ) taken ON true
    WHERE m.at >= %(since)s AND m.at < %(until)s AND (b.at IS NOT NULL OR taken.at IS NOT NULL)
        AND (%(person)s::bigint IS NULL OR %(person)s::bigint IN (m.actor_id, taken.actor_id))
    ORDER BY m.at DESC, m.id DESC"""
    given = {"agency": sight.agency.pk, "since": since, "until": until, "at_once": AT_ONCE, "person": person}
    return [_Move(*row) for row in _rows(statement, {**given, **named})]


def _strange(moves: Sequence[_Move]) -> Iterator[tuple[_Move, int]]:
    """Those that were taken back or passed somebody, with how many they passed."""
    for place in range(0, len(moves), _AT_A_TIME):
        some = moves[place : place + _AT_A_TIME]
        passed = _passed(some)
        for number, one in enumerate(some, start=1):
            if one.back_at is not None or passed.get(number):
                yield one, passed.get(number, 0)


def _passed(moves: Sequence[_Move]) -> dict[int, int]:
    """By the place of each move, from 1 on, how many of the first queue came before the case by class and registration,
    and waited untaken when it was taken. One statement.
    """
    statement = f"""
    SELECT m.place, count(*)
    FROM unnest(%(cases)s::bigint[], %(queues)s::bigint[], %(moments)s::timestamptz[])
        WITH ORDINALITY m(case_id, queue, at, place)
    JOIN cases_case c ON c.id = m.case_id CROSS JOIN LATERAL (
        SELECT FROM cases_case o
        WHERE o.agency_id = c.agency_id AND o.unit_id = c.unit_id AND o.id <> c.id AND o.compartment_id IS NULL
            AND o.service_id IN (SELECT s.id FROM catalogue_service s WHERE s.category_id = m.queue)
            AND o.registered_at >= m.at - %(looks_back)s AND o.registered_at <= m.at
            AND (o.is_open OR o.state_since > m.at)
            AND (o.importance, o.registered_at, o.id) < (c.importance, c.registered_at, c.id)
            AND NOT EXISTS (SELECT FROM core_eventrecord t WHERE t.case_id = o.id AND t.at <= m.at
                AND t.kind = ANY(%(takes)s) AND t.actor_id IS NOT NULL)
        LIMIT {MOST_PASSED}
    ) elder
    WHERE m.at IS NOT NULL GROUP BY m.place"""
    columns = {
        "cases": [one.case_id for one in moves],
        "queues": [one.before for one in moves],
        "moments": [one.taken_at for one in moves],
    }
    return dict(_rows(statement, {**columns, "looks_back": LOOKS_BACK}))


def _told(
    one: _Move, passed: int, cases: Mapping[int, Case], people: Mapping[int, User], names: Mapping[int, Localized]
) -> Moved:
    queues, by = (names[one.before], names[one.after]), people.get(one.by_id)
    if not passed:
        return Moved(cases[one.case_id], by, one.at, queues, one.back_at)
    taken_by = people.get(one.taken_by_id or 0)
    return Moved(cases[one.case_id], by, one.at, queues, one.back_at, taken_by, one.taken_at, passed)


def _names(agency_id: int) -> dict[int, Localized]:
    return {one.category_id: one.category.name for one in catalogue.known_services(agency_id).values()}


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "takes": list(TAKES)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
