"""The second pass over duplicates: those whose leading case was written after them join it, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from wasl.cases import workflow
from wasl.cases.events import CaseMerged, DuplicateJoined
from wasl.cases.models import Case
from wasl.core.bulk import Facts
from wasl.directory.models import Agency

# What `operations.merge` does to the rows of one case, for many.
_SETTLE = (
    """UPDATE cases_clockpause p SET to_at = j.at
    FROM unnest(%(cases)s::bigint[], %(moments)s::timestamptz[]) AS j(id, at), cases_clock k
    WHERE k.case_id = j.id AND k.stopped_at IS NULL AND p.clock_id = k.id AND p.to_at IS NULL""",
    """UPDATE cases_clock k SET stopped_at = j.at, paused_at = NULL
    FROM unnest(%(cases)s::bigint[], %(moments)s::timestamptz[]) AS j(id, at)
    WHERE k.case_id = j.id AND k.stopped_at IS NULL""",
    """UPDATE cases_referral r SET answer = 'returned', answered_at = j.at
    FROM unnest(%(cases)s::bigint[], %(moments)s::timestamptz[]) AS j(id, at)
    WHERE r.case_id = j.id AND r.answer = ''""",
    """UPDATE cases_case c SET merged_into_id = j.into_id, state_before = c.state, state = 'duplicate',
        state_since = j.at, is_open = false, review_on = NULL, version = c.version + 1,
        updated_at = j.at
    FROM unnest(%(cases)s::bigint[], %(moments)s::timestamptz[], %(leading)s::bigint[]) AS j(id, at, into_id)
    WHERE c.id = j.id""",
    # Never a chain: those that had joined it before follow the same case.
    """UPDATE cases_case c SET merged_into_id = j.into_id
    FROM unnest(%(cases)s::bigint[], %(leading)s::bigint[]) AS j(id, into_id) WHERE c.merged_into_id = j.id""",
)


@dataclass(frozen=True, slots=True)
class Join:
    """A case that turned out to be a duplicate of another, and when it was joined to it."""

    case_id: int
    into_id: int
    at: datetime


@transaction.atomic
def join_duplicates(joins: Sequence[Join], *, agency: Agency, at: datetime) -> list[Join]:
    """Join open cases of imported history to those they repeat, and tell nobody; gives back what was not joined.

    Not joined is what is no open case of the agency, was joined before its last change, names itself or a case that is
    not there, or would go round in a circle. A chain leads to its end. Whether the leading case was still open then is
    not asked: the source knows. `at` is the moment of the import.
    """
    numbers = {number for join in joins for number in (join.case_id, join.into_id)}
    rows = Case.objects.select_for_update().filter(agency=agency, pk__in=numbers).order_by("pk")
    known = {case.pk: case for case in rows.only("pk", "state", "state_since", "merged_into_id", "confidential")}
    leading = {number: case.merged_into_id for number, case in known.items() if case.merged_into_id is not None}
    done: list[tuple[Join, int]] = []
    refused: list[Join] = []
    for join in sorted(joins, key=lambda join: join.at):
        into = _end_of(join.into_id, leading)
        if join.into_id in known and into != join.case_id and _may_join(join, known.get(join.case_id), leading):
            leading[join.case_id] = into
            done.append((join, into))
        else:
            refused.append(join)
    if done:
        _settle([join for join, _ in done], leading)
        _record(done, known, agency, at)
    return refused


def _may_join(join: Join, case: Case | None, leading: dict[int, int]) -> bool:
    fresh = case is not None and case.state in workflow.OPEN and join.case_id not in leading
    return fresh and case is not None and case.state_since <= join.at


def _end_of(number: int, leading: dict[int, int]) -> int:
    while number in leading:
        number = leading[number]
    return number


def _settle(joins: list[Join], leading: dict[int, int]) -> None:
    values = {
        "cases": [join.case_id for join in joins],
        "moments": [join.at for join in joins],
        "leading": [_end_of(join.case_id, leading) for join in joins],
    }
    with connection.cursor() as cursor:
        for statement in _SETTLE:
            cursor.execute(statement, values)


def _record(done: list[tuple[Join, int]], known: dict[int, Case], agency: Agency, at: datetime) -> None:
    leading = Case.objects.filter(pk__in={into for _, into in done}, confidential=True)
    secret = set(leading.values_list("pk", flat=True))
    facts = Facts(agency_id=agency.pk, recorded_at=at)
    for join, into in done:
        closed = known[join.case_id].confidential
        facts.add(CaseMerged(join.case_id, into), at=join.at, case_id=join.case_id, closed=closed)
        facts.add(DuplicateJoined(into, join.case_id), at=join.at, case_id=into, closed=into in secret)
    facts.write()
