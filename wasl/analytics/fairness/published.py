"""What the public is told of a month: how many cases were taken, how many of them out of turn, and for which reasons.

Nobody shall be recognised in it: a number from one to four is "fewer than 5", and reasons that are so rare stand
together, so that none can be worked out from the others.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from wasl.analytics.fairness import turns
from wasl.analytics.fairness.turns import ENOUGH
from wasl.analytics.measures.arithmetic import FEWEST, Rate
from wasl.analytics.models import PublishedTurns
from wasl.directory.models import Agency

# So many months stand on the page.
MONTHS = 6
# Reasons that are told together.
OTHERS = ""


@dataclass(frozen=True)
class Month:
    """The turns of one month. `reasons`: cases by code of the reason, the most frequent first; `OTHERS` stands last."""

    first_on: date
    taken: int
    jumped: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Was enough done in it to tell anything?"""
        return self.taken >= ENOUGH

    @property
    def is_veiled(self) -> bool:
        """Is the number told as "fewer than 5"?"""
        return 0 < self.jumped < FEWEST

    @property
    def rate(self) -> Rate | None:
        """Out of turn, of what was taken; None where the number itself is not told."""
        return None if self.is_veiled else Rate(self.jumped, self.taken)


def publish(agency: Agency, *, at: datetime) -> list[PublishedTurns]:
    """Count the last whole months that were not counted yet, and keep what is told of them; gives what is new."""
    first = at.astimezone(agency.zone).date().replace(day=1)
    firsts = []
    for _ in range(MONTHS):
        first = before(first)
        firsts.append(first)
    known = set(PublishedTurns.objects.filter(agency=agency, first_on__in=firsts).values_list("first_on", flat=True))
    rows = [_row(agency, month(agency, one), at) for one in firsts if one not in known]
    return PublishedTurns.objects.bulk_create(rows, ignore_conflicts=True)


def months(agency: Agency, *, at: datetime) -> list[Month]:
    """The last published months in which there was enough to tell, the latest first. One statement."""
    rows = PublishedTurns.objects.filter(agency=agency, first_on__lt=at.astimezone(agency.zone).date())
    told = [
        Month(row.first_on, row.taken, row.jumped, dict(row.reasons)) for row in rows.order_by("-first_on")[:MONTHS]
    ]
    return [one for one in told if one.is_told]


def _row(agency: Agency, told: Month, at: datetime) -> PublishedTurns:
    return PublishedTurns(
        agency=agency,
        first_on=told.first_on,
        taken=told.taken,
        jumped=told.jumped,
        reasons=list(told.reasons.items()),
        counted_at=at,
    )


def month(agency: Agency, first_on: date) -> Month:
    """The month that begins on this day, in the agency's own days, all cases counted but complaints about staff. Two
    statements.
    """
    since, until = bounds(agency, first_on)
    whole = turns.counted(agency.pk, since=since, until=until).whole
    reasons = turns.reasons(agency.pk, since=since, until=until) if whole.jumped >= FEWEST else Counter()
    return Month(first_on, whole.taken, whole.jumped, together(reasons))


def together(reasons: Counter[str]) -> dict[str, int]:
    """Reasons by how often they were given, the rare ones as one number that is not rare."""
    ordered = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    kept = [(code, number) for code, number in ordered if number >= FEWEST]
    rest = sum(reasons.values()) - sum(number for _, number in kept)
    while 0 < rest < FEWEST and kept:
        rest += kept.pop()[1]
    return dict(kept) | ({OTHERS: rest} if rest else {})


def bounds(agency: Agency, first_on: date) -> tuple[datetime, datetime]:
    """From which moment to before which the month lasts."""
    return _midnight(agency, first_on), _midnight(agency, after(first_on))


def before(first_on: date) -> date:
    """The first day of the month before."""
    return (first_on - timedelta(days=1)).replace(day=1)


def after(first_on: date) -> date:
    """The first day of the month after."""
    return (first_on + timedelta(days=31)).replace(day=1)


def _midnight(agency: Agency, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=agency.zone)
