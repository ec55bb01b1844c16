"""The figures of the front page, by the definitions of `analytics`; kept for some minutes in each process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wasl.analytics import queries as analytics
from wasl.analytics.measures import Cohort
from wasl.directory.models import Agency

DAYS = 30
KEPT_FOR = timedelta(minutes=5)
# Below this a median says more about chance, and about single people, than about the service.
FEWEST = 20


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
    lately = Cohort(
        agency_id=agency.pk, zone=agency.zone, start=at - timedelta(days=DAYS), end=at + timedelta(seconds=1), as_of=at
    )
    told = analytics.public_figures(lately)
    return Figures(told.received, told.completed, told.median_days or 0, at)
