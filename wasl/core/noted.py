"""Facts about looking, not about changing: recorded once in a while for the same eyes and the same thing.

They go into the log without a dispatch and without a word to open pages: nobody acts upon them, and a page that loads
anew because it was looked at would be looked at for ever.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from wasl.core import sets
from wasl.core.events import Actor, Event
from wasl.core.models import EventRecord


@dataclass(frozen=True)
class Look:
    """Something that was looked at. `away`: it is not among what the person works on; a fact of it says `outside`,
    unless the person has done something in that case before. `only_away`: to be recorded in that case only.
    """

    fact: Event
    case_id: int | None = None
    away: bool = False
    only_away: bool = False


def note(
    looks: Sequence[Look], *, agency_id: int, by: Actor | None, at: datetime, since: datetime, origin: str = "live"
) -> int:
    """Record looks that were not recorded since that moment, for the same person, case and words: one statement.

    Gives how many were recorded. Two at the very same moment may both be: that does no harm.
    """
    if not looks:
        return 0
    kind, version = looks[0].fact.kind, looks[0].fact.version
    actor = str(by.pk) if by is not None else None
    written = sets.run(
        _statement(),
        [
            *(kind, str(version), str(agency_id), actor, at.isoformat(), origin),
            *([sets.text_of(_words(look.fact)) for look in looks], [_text(look.case_id) for look in looks]),
            *([_flag(look.away) for look in looks], [_flag(look.only_away) for look in looks]),
            *(kind, kind, since.isoformat(), str(agency_id), actor),
        ],
    )
    return len(written)


def _words(fact: Event) -> dict[str, object]:
    return {name: value for name, value in asdict(fact).items() if name != "outside"}


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _flag(value: bool) -> str:
    return "t" if value else "f"


@cache
def _statement() -> str:
    """What a person did and saw in a case is found by the case's own index; a look at no case is always recorded."""
    table = EventRecord._meta.db_table
    return f"""
        INSERT INTO {table} (kind, version, agency_id, actor_id, at, recorded_at, origin, case_id, data)
        SELECT %s::text, %s::smallint, %s::bigint, %s::bigint, %s::timestamptz, clock_timestamp(), %s::text,
            seen.case_id, seen.words || jsonb_build_object('outside', seen.outside)
        FROM (
            SELECT look.case_id, look.words, look.only_away, before.noted,
                look.away AND before.acted IS NOT TRUE AS outside
            FROM (
                SELECT words::jsonb AS words, nullif(case_id, '')::bigint AS case_id, away::boolean AS away,
                    only_away::boolean AS only_away
                FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS given(words, case_id, away, only_away)
            ) AS look
            LEFT JOIN LATERAL (
                SELECT bool_or(e.kind <> %s::text) AS acted,
                    bool_or(e.kind = %s::text AND e.at >= %s::timestamptz AND e.data - 'outside' = look.words) AS noted
                FROM {table} e WHERE e.agency_id = %s::bigint AND e.actor_id IS NOT DISTINCT FROM %s::bigint
                    AND e.case_id = look.case_id
            ) AS before ON true
        ) AS seen
        WHERE seen.noted IS NOT TRUE AND (seen.outside OR NOT seen.only_away)
        RETURNING id
    """  # noqa: S608 (constants)
