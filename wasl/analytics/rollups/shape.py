"""What is kept of each case and of all: the measures as bits and columns, the dimensions as numbers, lengths as steps.

A sum belongs to the local day (`d`) or month (`m`) of registration, a unit, and up to two dimensions: `a` with `a_key`
is what a question may be narrowed to, `b` with `b_key` what it is told apart by; 0 is none. Days know one dimension at
most, months two, as a question of days has few cases and can be counted from the facts.

Steps of lengths are summed by month, quarter and year, for each unit and for all together, so that a long period is few
rows; those of the first length by day too, for all units together.
"""

from collections.abc import Iterator
from datetime import timedelta
from math import exp, log

from wasl.analytics import measures
from wasl.analytics.measures import MEASURES, Measure, Population

# A new number where sums are kept otherwise: then they are made anew.
EDITION = 4
# By which measures cases are counted, and how sums are kept: what was made by another way is not read.
WAY = f"{measures.EDITION}.{EDITION}"
STARS = (1, 2, 3, 4, 5)
DAY, MONTH = "d", "m"
# What stands apart in a breakdown for those who may not read confidential cases.
VEILED = "confidential"

# A bit each, in this order: a new one goes to the end.
MEASURED = (
    "registered", "set_aside", "received", "completed", "completed_all", "open", "open_again", "rejected", "withdrawn",
    "on_time", "late", "overdue", "acknowledged", "answered", "referral_asked", "referred_in_time", "reopened",
    "rated", "satisfied", "first_contact",
)  # fmt: skip
BITS: dict[str, str] = {code: MEASURES[code].condition for code in MEASURED} | {
    f"stars_{star}": f"{MEASURES['rated'].condition} AND rating = {star}" for star in STARS
}
# Counted by the day of completion; all others by the day of registration.
FINISHED = "finished"
COLUMNS = (*BITS, FINISHED)

KIND, CHANNEL, CATEGORY, SERVICE, WILAYAT, IMPORTANCE = range(1, 7)
DIMENSIONS: dict[int, str] = {
    KIND: "kind",
    CHANNEL: "channel",
    CATEGORY: "category_id",
    SERVICE: "service_id",
    WILAYAT: "wilayat_id",
    IMPORTANCE: "importance",
}
# No page tells figures apart by kind.
TOLD_APART = (CHANNEL, CATEGORY, SERVICE, WILAYAT, IMPORTANCE)

# The lengths that are kept: the column of a fact, and with which measure and moment it ends.
LENGTHS: dict[str, tuple[str, str]] = {
    "cycle": ("completed", "resolved_at"),
    "acknowledge": ("acknowledged", "acknowledged_at"),
    "first_answer": ("answered", "answered_at"),
}
# Over which days lengths are summed: the place of a span in the number of a sum, and its name in SQL.
MONTHS, QUARTERS, YEARS, DAYS = range(4)
_SPANS = {MONTHS: "month", QUARTERS: "quarter", YEARS: "year", DAYS: "day"}
# The unit of the sums of all units together.
ALL_UNITS = 0

# How long things went on happening to a case: less than a day, three, seven, fifteen … after its registration.
LASTING = tuple(2**power - 1 for power in range(1, 15))
# Only its record of facts tells what such a case was earlier.
STORIED = -1

# Steps of lengths grow by a hundredth, so that a length told from its step is wrong by less than that.
GROWTH = 1.01


def counted() -> list[Measure]:
    """Every number of cases over a cohort: what the bits must cover."""
    return [one for one in MEASURES.values() if one.is_count and one.population is Population.COHORT]


def bit(code: str) -> int:
    """The number of a measure's bit."""
    return tuple(BITS).index(code)


def codes_of(flags: int) -> Iterator[str]:
    """The measures a fact counts in."""
    return (code for place, code in enumerate(BITS) if flags >> place & 1)


def pairs() -> Iterator[tuple[str, int, int]]:
    """Every combination of dimensions that is summed, by grain."""
    for grain in (DAY, MONTH):
        yield grain, 0, 0
        yield from ((grain, dimension, 0) for dimension in DIMENSIONS)
    yield from ((MONTH, a, b) for a in DIMENSIONS for b in TOLD_APART if a != b)


def number_of(length: int, span: int, *, of_all: bool = False) -> int:
    """How the sum of a length over such spans is numbered, for each unit or for all units together."""
    return length + 10 * span + (100 if of_all else 0)


def spans() -> Iterator[tuple[int, int, str, bool]]:
    """Every sum of lengths: its number, the length, the span in SQL, and whether it is of all units together."""
    for length in range(len(LENGTHS)):
        for span in (MONTHS, QUARTERS, YEARS):
            for of_all in (False, True):
                yield number_of(length, span, of_all=of_all), length, _SPANS[span], of_all
    yield number_of(0, DAYS, of_all=True), 0, _SPANS[DAYS], True


def lasting(latest: str, is_storied: str) -> str:
    """SQL for how long things went on happening to a case, by its latest moment."""
    days = f"floor(extract(epoch FROM {latest} - registered_at) / 86400)::int"
    marks = ",".join(map(str, LASTING))
    return f"CASE WHEN {is_storied} THEN {STORIED} ELSE width_bucket({days}, '{{{marks}}}'::int[]) END"


def longest(lasting: int) -> timedelta:
    """Nothing happened to a case of this class later than so long after its registration."""
    return timedelta(days=LASTING[lasting]) if lasting < len(LASTING) else timedelta(days=36_500)


def step_of(column: str) -> str:
    """SQL for the step of a length."""
    return f"floor(ln(greatest({column}, 1)) / {log(GROWTH)!r})::int"


def bounds_of(step: int) -> tuple[float, float]:
    """Where a step of lengths begins and ends, in seconds."""
    return (exp(step * log(GROWTH)) if step else 0.0), exp((step + 1) * log(GROWTH))
