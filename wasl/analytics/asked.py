"""What a reader asks for: read from the address of the page, kept in the address of every link."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from wasl.analytics.measures import Cohort, Narrowing
from wasl.analytics.measures.cohorts import NONE, REPORTS, discreet
from wasl.analytics.measures.periods import ONE_DAY, PERIODS, Period, around, midnight, same_age, spanning
from wasl.cases import workflow
from wasl.core.i18n import t
from wasl.core.text import latin_digits
from wasl.directory.models import Agency, Unit
from wasl.directory.scopes import Scope, below

DEFAULT_PERIOD = "month"
# Figures that are kept ready are some seconds old; the page warns where it is more than this.
BEHIND = timedelta(minutes=1)
AGAINST: dict[str, str] = {
    "before": t("الفترة السابقة", "The period before"),
    "year": t("الفترة نفسها قبل سنة", "The same period a year before"),
    "none": t("دون مقارنة", "No comparison"),
}
KINDS: dict[str, tuple[str, ...]] = {"reports": REPORTS, **{code: (code,) for code in workflow.KINDS}}
# In this order they stand in an address.
_NAMES = (
    "agency", "period", "on", "from", "to", "as_of", "against",
    "unit", "only", "kind", "channel", "category", "service", "wilayat", "class",
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Whose page it is: the agency, what they may have figures of, and which confidential cases they may read."""

    agency: Agency
    scopes: tuple[Scope, ...]
    confidential: tuple[Scope, ...]
    units: tuple[Unit, ...]
    may_list: bool = False
    # Up to when the figures of the agency are kept ready; None where they are counted when asked.
    kept_until: datetime | None = None

    @cached_property
    def parts(self) -> dict[int, list[int]]:
        """The tree of units: parent -> those directly below."""
        parts: dict[int, list[int]] = {}
        for unit in self.units:
            if unit.parent_id is not None:
                parts.setdefault(unit.parent_id, []).append(unit.pk)
        return parts

    @cached_property
    def reach(self) -> frozenset[int]:
        """The numbers of the units they have figures of."""
        if any(scope.unit_ids is None for scope in self.scopes):
            return frozenset(unit.pk for unit in self.units)
        return frozenset().union(*(scope.unit_ids or frozenset() for scope in self.scopes))

    @property
    def has_only_own(self) -> bool:
        """Are their figures only of the cases assigned to them?"""
        return not self.reach

    def below(self, unit_id: int) -> frozenset[int]:
        """The unit and everything under it."""
        return below(unit_id, self.parts)


@dataclass(frozen=True)
class Question:
    """One question, whole: every link of a page is this question with something changed."""

    reader: Reader
    at: datetime
    given: Mapping[str, str] = field(default_factory=dict)

    def told(self, name: str) -> str:
        """One part of it as it stood in the address; empty when it did not."""
        return self.given.get(name, "")

    # --- days -----------------------------------------------------------------------------------------------------

    @cached_property
    def today(self) -> date:
        """The day of the agency."""
        return self.at.astimezone(self.reader.agency.zone).date()

    @cached_property
    def period(self) -> Period:
        """The days asked for; this month when nothing sensible was."""
        code = self.told("period") if self.told("period") in PERIODS else ""
        first, last = _day(self.told("from")), _day(self.told("to"))
        if code in ("", "own") and (first or last):
            return spanning(first or last or self.today, last or first or self.today)
        code = DEFAULT_PERIOD if code in ("", "own") else code
        return around(code, min(_day(self.told("on")) or self.today, self.today))

    @cached_property
    def as_of(self) -> datetime:
        """The moment of knowledge: the end of the day asked for, now if it has not ended; never before the period.

        Now is the moment up to which figures are kept ready, some seconds ago.
        """
        wished = _day(self.told("as_of"))
        if wished is None:
            return self.newest
        end = midnight(wished + ONE_DAY, self.reader.agency.zone) - timedelta(microseconds=1)
        earliest = min(self.period.start(self.reader.agency.zone), self.newest)
        return min(max(end, earliest), self.newest)

    @property
    def newest(self) -> datetime:
        """The last moment of which figures are told."""
        return min(self.reader.kept_until or self.at, self.at)

    @property
    def is_of_now(self) -> bool:
        """Is it asked what is known now?"""
        return self.as_of == self.newest

    @property
    def is_kept(self) -> bool:
        """Are the figures of that moment kept ready?"""
        return self.as_of == self.reader.kept_until

    @property
    def is_late(self) -> bool:
        """Have the figures that are kept ready fallen behind?"""
        return self.is_kept and self.at - self.as_of > BEHIND

    @cached_property
    def compared(self) -> Period | None:
        """The period it is held against."""
        if self.told("against") == "none":
            return None
        return self.period.year_before() if self.told("against") == "year" else self.period.before()

    # --- cases ----------------------------------------------------------------------------------------------------

    @cached_property
    def unit(self) -> Unit | None:
        """The unit asked for, if the reader has its figures."""
        number = self.told("unit")
        found = (unit for unit in self.reader.units if str(unit.pk) == number and unit.pk in self.reader.reach)
        return next(found, None)

    @cached_property
    def narrowing(self) -> Narrowing:
        """What the cases are narrowed to; what is no value of its kind narrows nothing."""
        units = None
        if self.unit is not None:
            units = frozenset({self.unit.pk}) if self.told("only") else self.reader.below(self.unit.pk)
        return Narrowing(
            kinds=KINDS.get(self.told("kind"), ()),
            channel=self.told("channel") if self.told("channel") in workflow.CHANNELS else "",
            category=_number(self.told("category")),
            service=_number(self.told("service")),
            wilayat=_number(self.told("wilayat")),
            importance=self.told("class") if self.told("class") in workflow.IMPORTANCE else "",
            units=units,
        )

    @cached_property
    def cohort(self) -> Cohort:
        """The cases of the question, as this reader may count them."""
        agency = self.reader.agency
        cohort = Cohort(
            agency_id=agency.pk,
            zone=agency.zone,
            start=self.period.start(agency.zone),
            end=self.period.end(agency.zone),
            as_of=self.as_of,
            narrowing=self.narrowing,
            scopes=self.reader.scopes,
            is_kept=self.is_kept,
        )
        return discreet(cohort, self.reader.confidential)

    @cached_property
    def compared_cohort(self) -> Cohort | None:
        """The cases it is held against, at the same age."""
        if self.compared is None:
            return None
        zone = self.reader.agency.zone
        as_of = same_age(self.period, self.compared, self.as_of, zone)
        start, end = self.compared.start(zone), self.compared.end(zone)
        return self.cohort.between(start, end).known_at(as_of)

    # --- addresses ------------------------------------------------------------------------------------------------

    def query(self, **changes: Any) -> str:
        """The query string of this question with some things changed; None or "" takes one out."""
        told = dict(self._in_order)
        for name, value in changes.items():
            told.pop(name.rstrip("_"), None)
            if value not in (None, ""):
                told[name.rstrip("_")] = str(value)
        return f"?{'&'.join([_encoded(name, value) for name, value in told.items()])}"

    @cached_property
    def _in_order(self) -> dict[str, str]:
        return {name: self.told(name) for name in _NAMES if self.told(name)}

    def moved_to(self, period: Period) -> str:
        """The query string of the same question over another period; the as-of moment goes back to now."""
        if period.code == "own":
            return self.query(period="", on="", from_=period.from_on.isoformat(), to=period.to_on.isoformat(), as_of="")
        return self.query(period=period.code, on=period.from_on.isoformat(), from_="", to="", as_of="")

    @property
    def as_of_day(self) -> str:
        """The day of the as-of moment for the form; empty means now."""
        return "" if self.is_of_now else self.as_of.astimezone(self.reader.agency.zone).date().isoformat()

    @property
    def is_narrowed(self) -> bool:
        """Is it about less than everything the reader has figures of?"""
        return self.narrowing != Narrowing()


def read(reader: Reader, given: Mapping[str, str], *, at: datetime) -> Question:
    """The question of an address."""
    told = {name: latin_digits(given.get(name, "").strip())[:40] for name in _NAMES}
    return Question(reader, at, {name: value for name, value in told.items() if value})


@lru_cache(maxsize=8192)
def _encoded(name: str, value: str) -> str:
    # A dashboard has three hundred addresses, made of the same few parts.
    return urlencode({name: value})


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and date(2000, 1, 1) <= day <= date(2200, 1, 1) else None


def _number(text: str) -> str:
    """A number of a row, NONE, or nothing."""
    return text if text == NONE or (text.isascii() and text.isdigit() and len(text) <= 15) else ""
