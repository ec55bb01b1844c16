# ruff: noqa: S608 - what is put into statements stands in this room; every value is a parameter.
"""What a taking is, as a relation of SQL: a case, an officer, and one time that the case was open.

A taking begins with the first act by which the officer took the case out of its line, and with the first of them that
passed others where one did: so every taking belongs to one moment, and sums of days are those of the days. Who opened
a case again opened another line for it: what is taken there is another taking. Of the takings of one time, the first
that passed others, else the first, stands for the case in its unit and in the total. Complaints about staff are
nobody's taking here unless they are named.
"""

from collections.abc import Sequence
from typing import Any

from wasl.cases.events import CaseAssigned, CaseReopened, CaseResolved, Jumped, WorkScheduled, WorkStarted

# The facts by which the service of a case begins (`cases.order.TAKES` are the acts): whoever assigned it took it out of
# the line for somebody, whoever began or finished it did so for themselves. What is answered while the person is still
# there passes nobody and waits in no line.
TAKES = tuple(one.kind for one in (CaseAssigned, WorkStarted, WorkScheduled, CaseResolved))


OPEN = "c.compartment_id IS NULL"


# As if some jumps had not been: what was taken with them stays taken.
UNTOLD = "(j.id IS NULL OR j.id <> ALL(%(untold)s))"


def relation(named: str, *, counts: str = OPEN, facts: str = "true") -> str:
    """The parts of WITH that end in `takings`: every taking of the cases whose numbers `named` gives, a condition on
    `{column}`, and that count by a condition on `c`: without one, all but complaints about staff. `facts`: of their
    facts those alone, a condition on `e` and the jump `j`.
    """
    return f"""
acts AS MATERIALIZED (
    SELECT e.case_id, e.id, e.at, e.kind, e.actor_id AS officer_id,
        CASE WHEN e.kind = '{Jumped.kind}' THEN j.unit_id END AS jump_unit,
        (e.data->>'unit_id')::bigint AS told_unit,
        e.kind <> '{CaseReopened.kind}' AND e.actor_id IS NOT NULL
            AND (e.kind <> '{CaseAssigned.kind}' OR e.data->>'assignee_id' IS NOT NULL) AS takes,
        count(*) FILTER (WHERE e.kind = '{CaseReopened.kind}')
            OVER (PARTITION BY e.case_id ORDER BY e.at, e.id) AS round
    FROM core_eventrecord e
    LEFT JOIN cases_jump j ON e.kind = '{Jumped.kind}' AND j.id = (e.data->>'jump_id')::bigint
    WHERE {named.format(column="e.case_id")} AND e.kind = ANY(%(taking_kinds)s) AND e.at <= %(as_of)s
        AND {facts}
),
pairs AS (
    SELECT case_id, round, officer_id, bool_or(kind = '{Jumped.kind}') AS jumped,
        coalesce(min(at) FILTER (WHERE kind = '{Jumped.kind}'), min(at)) AS taken_at, min(at) AS first_at,
        bool_and(kind = '{CaseResolved.kind}') AS only_resolved,
        coalesce((array_agg(jump_unit ORDER BY at, id) FILTER (WHERE jump_unit IS NOT NULL))[1],
            (array_agg(told_unit ORDER BY at, id) FILTER (WHERE told_unit IS NOT NULL))[1]) AS unit_id
    FROM acts WHERE takes GROUP BY case_id, round, officer_id
),
served AS (
    SELECT p.case_id, p.round::int AS round, p.officer_id, coalesce(p.unit_id, c.unit_id) AS unit_id,
        c.unit_id AS case_unit_id, c.confidential, c.importance, p.taken_at, p.jumped, p.first_at, c.registered_at
    FROM pairs p JOIN cases_case c ON c.id = p.case_id
    WHERE NOT (p.only_resolved AND c.first_contact_at IS NOT NULL) AND c.registered_at <= %(as_of)s
        AND {counts}
),
takings AS (
    SELECT case_id, round, officer_id, unit_id, case_unit_id, confidential, importance, taken_at, jumped,
        row_number() OVER (PARTITION BY case_id, round, unit_id ORDER BY jumped DESC, taken_at, officer_id) = 1
            AS of_unit,
        row_number() OVER (PARTITION BY case_id, round ORDER BY jumped DESC, taken_at, officer_id) = 1 AS of_all,
        first_at,
        CASE WHEN row_number() OVER (PARTITION BY case_id ORDER BY first_at, round, officer_id) = 1
            THEN extract(epoch FROM first_at - registered_at)::float8 END AS waited
    FROM served
)"""


def values() -> dict[str, Any]:
    """What the relation asks for besides the cases and the moment."""
    kinds: Sequence[str] = (*TAKES, Jumped.kind, CaseReopened.kind)
    return {"taking_kinds": list(kinds)}


# The cases of which something was taken between two moments: more than those, never fewer.
TOUCHED = """{column} IN (
    SELECT t.case_id FROM core_eventrecord t
    WHERE t.agency_id = %(agency)s AND t.kind = ANY(%(taking_kinds)s) AND t.at >= %(since)s AND t.at < %(until)s
        AND t.case_id IS NOT NULL)"""
NAMED = "{column} = ANY(%(named)s)"
