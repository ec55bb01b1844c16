"""Of which cases a figure speaks: an agency, days, the moment of knowledge, and what it is narrowed to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from wasl.directory.scopes import Scope

# How a filter says "where there is none": cases without a service or a place.
NONE = "none"
REPORTS = ("report", "complaint")


class Population(StrEnum):
    """Which cases are looked at."""

    COHORT = "cohort"  # received in the period
    FINISHED = "finished"  # first resolved in the period, whenever received
    STOCK = "stock"  # everything there is at the as-of moment
    TAKEN = "taken"  # taken in hand by somebody in the period, whenever received (`analytics.fairness` counts it)
    REVIEWED = "reviewed"  # whose review by somebody higher was asked for in the period, whenever received
    NAMED = "named"  # the cases that are named, to keep what they add to the figures


class Secret(StrEnum):
    """What becomes of confidential cases: counted, left out, or the only ones looked at."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    ALONE = "alone"


@dataclass(frozen=True)
class Narrowing:
    """What the cases are narrowed to. Empty narrows nothing; "none" means those that have no service, no place."""

    kinds: tuple[str, ...] = ()
    channel: str = ""
    category: str = ""
    service: str = ""
    wilayat: str = ""
    importance: str = ""
    # The numbers of the units meant, already with those below; None: every unit.
    units: frozenset[int] | None = None

    @property
    def tells_apart(self) -> bool:
        """Is it so narrow that a confidential case could be recognised in it?"""
        texts = (self.channel, self.category, self.service, self.wilayat, self.importance)
        return any(texts) or self.units is not None


@dataclass(frozen=True)
class Cohort:
    """Cases of one agency between two moments, as they were known at a third.

    `scopes` are what the reader may have figures of (None: the whole agency, for public figures). `secret` says what
    becomes of confidential cases; `veiled`: where they are counted, they stand apart in every breakdown.
    """

    agency_id: int
    zone: ZoneInfo
    start: datetime
    end: datetime
    as_of: datetime
    narrowing: Narrowing = field(default_factory=Narrowing)
    scopes: tuple[Scope, ...] | None = None
    secret: Secret = Secret.COUNTED
    veiled: bool = False
    # Is the as-of moment the one up to which figures are kept ready? Then they are read, not counted.
    is_kept: bool = False

    @property
    def is_over(self) -> bool:
        """Have all its days passed at the as-of moment?"""
        return self.as_of >= self.end

    @property
    def is_of_whole_agency(self) -> bool:
        """Does the reader have the figures of every unit?"""
        return self.scopes is None or any(scope.unit_ids is None for scope in self.scopes)

    def narrowed(self, **more: object) -> "Cohort":
        """The same with a narrower look."""
        return replace(self, narrowing=replace(self.narrowing, **more))  # type: ignore[arg-type]

    def between(self, start: datetime, end: datetime) -> "Cohort":
        """The same over other days."""
        return replace(self, start=start, end=end)

    def known_at(self, as_of: datetime) -> "Cohort":
        """The same as it was known at another moment."""
        return replace(self, as_of=as_of, is_kept=False)


def discreet(cohort: Cohort, reads_confidential: Iterable[Scope]) -> Cohort:
    """The cohort as this reader may count it.

    Who may read the confidential cases of all that is looked at counts them everywhere. For others they are in the
    totals of the whole agency only: in anything narrower (a unit, service, place, channel, class) one such case could
    be recognised, so it is left out there, and the page says so.
    """
    if _covers(cohort, list(reads_confidential)):
        return replace(cohort, secret=Secret.COUNTED, veiled=False)
    open_to_all = cohort.is_of_whole_agency and not cohort.narrowing.tells_apart
    return replace(cohort, secret=Secret.COUNTED if open_to_all else Secret.LEFT_OUT, veiled=True)


def _covers(cohort: Cohort, scopes: list[Scope]) -> bool:
    if any(scope.unit_ids is None for scope in scopes):
        return True
    readable = frozenset().union(*(scope.unit_ids or frozenset() for scope in scopes))
    if cohort.narrowing.units is not None:
        return cohort.narrowing.units <= readable
    if cohort.scopes is None:
        return False
    return all(
        scope.unit_ids is not None and scope.assignee_id is None and scope.unit_ids <= readable
        for scope in cohort.scopes
    )


# The receipt tells the latest date of referral: three working days, the day of registration not counted (H-17).
REFERRAL_WORKING_DAYS = 3
REOPENED_WITHIN = timedelta(days=30)
