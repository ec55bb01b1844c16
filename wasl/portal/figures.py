"""The figures of the front page, from the cases themselves; kept for some minutes in each process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from wasl.directory.models import Agency

DAYS = 30
KEPT_FOR = timedelta(minutes=5)
# Below this a median says more about chance, and about single people, than about the service.
FEWEST = 20

_COUNT = """
SELECT count(*),
       count(resolved_at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - registered_at) / 86400)
FROM cases_case
WHERE agency_id = %s AND registered_at >= %s AND state NOT IN ('spam', 'duplicate')
"""


@dataclass(frozen=True)
class Figures:
    """Received in the last thirty days, done of these, and the days half of the done ones took at most."""

    received: int
    done: int
    median_days: float
    at: datetime


_kept: dict[int, Figures] = {}


def lately(agency: Agency, *, at: datetime) -> Figures | None:
    """The figures, or None while there is too little to tell."""
    figures = _kept.get(agency.pk)
    if figures is None or not timedelta() <= at - figures.at < KEPT_FOR:
        figures = _kept[agency.pk] = _count(agency, at=at)
    return figures if figures.done >= FEWEST else None


def forget() -> None:
    """Count afresh at the next question."""
    _kept.clear()


def _count(agency: Agency, *, at: datetime) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [agency.pk, at - timedelta(days=DAYS)])
        received, done, median_days = cursor.fetchone()
    return Figures(received, done, float(median_days or 0), at)
