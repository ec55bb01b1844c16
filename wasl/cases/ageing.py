"""How old what is open is, by unit, and why what is held waits: counted by the database in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value

from wasl.cases import workflow
from wasl.cases.models import Case, Hold
from wasl.cases.pending import BULLETIN_AFTER_DAYS
from wasl.core.i18n import t


@dataclass(frozen=True)
class Band:
    """Whole calendar days since the day something began, both ends counted; no `to`: and more.

    Calendar days, not working days: they are what the citizen lives through, and the same for every unit.
    """

    code: str
    first: int
    last: int | None
    label: str

    def bounds(self, midnight: datetime) -> tuple[datetime | None, datetime]:
        """From which moment on and before which one something of this age began; `midnight`: when today began."""
        before = midnight - timedelta(days=self.first - 1)
        return (midnight - timedelta(days=self.last) if self.last is not None else None), before


BANDS: tuple[Band, ...] = (
    Band("d0", 0, 2, t("حتى يومين", "up to 2 days")),
    Band("d3", 3, 5, t("3–5 أيام", "3–5 days")),
    Band("d6", 6, 10, t("6–10 أيام", "6–10 days")),
    Band("d11", 11, 20, t("11–20 يوماً", "11–20 days")),
    Band("d21", 21, BULLETIN_AFTER_DAYS, t("21–60 يوماً", "21–60 days")),
    Band("d61", BULLETIN_AFTER_DAYS + 1, None, t("أكثر من 60 يوماً", "over 60 days")),
)
BY_CODE = {band.code: band for band in BANDS}


@dataclass
class Row:
    """One unit: how many open cases of each band since their registration, and held ones since they are held."""

    unit_id: int
    opened: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BY_CODE, 0))
    held: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BY_CODE, 0))


def board(cases: QuerySet[Case], *, midnight: datetime) -> list[Row]:
    """The open ones of these cases by unit and age, units by number.

    One grouped statement over what the index `case_counts` holds: no row of a case is read, however many there are.
    """
    found = (
        cases.filter(is_open=True)
        .annotate(
            age=_band_of("registered_at", midnight),
            held_for=_band_of("state_since", midnight),
            is_held=Q(state__in=sorted(workflow.HELD)),
        )
        .values_list("unit_id", "age", "is_held", "held_for")
        .annotate(n=Count("*"))
        .order_by()
    )
    rows: dict[int, Row] = {}
    for unit_id, age, is_held, held_for, n in found:
        row = rows.setdefault(unit_id, Row(unit_id))
        row.opened[_code(age)] += n
        if is_held:
            row.held[_code(held_for)] += n
    return [rows[number] for number in sorted(rows)]


def causes(cases: QuerySet[Case], *, before: datetime | None = None) -> list[tuple[str, int, int]]:
    """Why the held ones of these cases wait: reason, how many, and of how many of them the review was missed.

    The most frequent first; "" where no reason was kept. `before`: only what is held since before that moment.
    """
    held = _held(cases, before).values_list("pk")
    present = Hold.objects.filter(ended_at__isnull=True, case_id__in=held).values_list("reason").order_by()
    found = present.annotate(n=Count("pk"), missed=Count("pk", filter=Q(missed_at__isnull=False)))
    return sorted(found, key=lambda row: (-row[1], row[0]))


def long_held(cases: QuerySet[Case], *, midnight: datetime) -> QuerySet[Case]:
    """What has been held for more than 60 days, the longest first; each with its unit, service and present hold."""
    _, before = BANDS[-1].bounds(midnight)
    return _held(cases, before).select_related("unit", "service", "wilayat", "agency").order_by("state_since", "pk")


def present_holds(cases: Sequence[Case]) -> dict[int, Hold]:
    """The hold of each of these cases, by the case's number."""
    found = Hold.objects.filter(ended_at__isnull=True, case_id__in=[case.pk for case in cases])
    return {held.case_id: held for held in found}


def without_reason(cases: QuerySet[Case]) -> int:
    """How many of these are held with no row that says why: they were brought in as history."""
    held = Hold.objects.filter(ended_at__isnull=True, case=OuterRef("pk"))
    return _held(cases, None).filter(~Exists(held)).count()


def _held(cases: QuerySet[Case], before: datetime | None) -> QuerySet[Case]:
    held = cases.filter(is_open=True, state__in=sorted(workflow.HELD)).order_by()
    return held if before is None else held.filter(state_since__lt=before)


def _band_of(column: str, midnight: datetime) -> Func:
    """The number of the band counted from the oldest: the database compares with five moments, row by row."""
    moments = sorted(start for band in BANDS if (start := band.bounds(midnight)[0]) is not None)
    thresholds = Value(moments, output_field=ArrayField(DateTimeField()))
    return Func(F(column), thresholds, function="width_bucket", output_field=IntegerField())


def _code(bucket: int) -> str:
    return BANDS[len(BANDS) - 1 - bucket].code
