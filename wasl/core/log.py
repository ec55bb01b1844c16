"""Reading the log of facts by time: numbers rise with the time of recording, so a moment is found by halving."""

from datetime import datetime, timedelta

from django.db import connection

# A long transaction records its facts so much later than it took their numbers, at most.
SLACK = timedelta(hours=1)

_HALVING = """
WITH RECURSIVE narrowed(low, high) AS (
    SELECT coalesce(min(id), 1), coalesce(max(id), 0) + 1 FROM core_eventrecord
    UNION ALL
    SELECT CASE WHEN is_earlier THEN middle + 1 ELSE low END, CASE WHEN is_earlier THEN high ELSE middle END
    FROM (SELECT low, high, (low + high) / 2 AS middle FROM narrowed WHERE low < high) AS halved
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT recorded_at FROM core_eventrecord WHERE id >= middle ORDER BY id LIMIT 1) < %s, false)
            AS is_earlier
    ) AS looked
)
SELECT low FROM narrowed WHERE low >= high
"""


def numbers_between(since: datetime | None, until: datetime | None) -> tuple[int | None, int | None]:
    """Numbers between which every fact recorded in that time lies, the second not counted; None is no bound.

    A few facts of the hour before and after lie there too: ask for the time as well.
    """
    low = _first(since - SLACK) if since else None
    high = _first(until + SLACK) if until else None
    return low, high


def _first(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HALVING, [at])
        return int(cursor.fetchone()[0])
