"""The dashboard, put together: tiles, breakdowns, course, ages, units; every number with the address of its cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from wasl.analytics import queries
from wasl.analytics.asked import Question
from wasl.analytics.measures import BANDS, MEASURES, Measure
from wasl.analytics.measures import arithmetic as sums
from wasl.analytics.measures.arithmetic import FEWEST, Growth, Rate, Shares
from wasl.analytics.measures.cohorts import NONE, Secret
from wasl.analytics.measures.definitions import AIMS
from wasl.analytics.measures.periods import ONE_DAY
from wasl.analytics.queries import Figures, Part, Stock
from wasl.analytics.rollups.shape import VEILED
from wasl.cases import workflow
from wasl.catalogue import queries as catalogue
from wasl.core.i18n import say, t
from wasl.directory.models import Unit
from wasl.intake import queries as intake
from wasl.places import queries as places

# Longer periods are drawn by weeks, still longer ones by months, so that a line stays readable.
_STEPS = ((45, "day"), (200, "week"))
SHOWN = 9


@dataclass(frozen=True)
class Link:
    """A number that opens its list; `address` is empty where there is no list to open."""

    value: int
    address: str = ""


@dataclass(frozen=True)
class Row:
    """One part of a breakdown: its name, its number and share, how long its bar is (0-100) and where it leads."""

    name: str
    received: Link
    percent: Decimal | None
    width: float
    narrower: str = ""
    part: Part | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    median: Decimal | None = None


@dataclass(frozen=True)
class Table:
    """A breakdown, the largest part first. `note` is the rounding note."""

    rows: Sequence[Row]
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def first(self) -> Sequence[Row]:
        """The rows that stand in the first sight."""
        return self.rows[:SHOWN]

    @property
    def others(self) -> Sequence[Row]:
        """The rows behind them."""
        return self.rows[SHOWN:]

    @property
    def rest(self) -> int:
        """How many rows do not stand in the first sight."""
        return max(0, len(self.rows) - SHOWN)


@dataclass(frozen=True)
class Settled:
    """A channel or unit with what it settled at the first contact, of what it received."""

    name: str
    settled: Link
    received: Link
    rate: Rate


@dataclass(frozen=True)
class Reviewed:
    """How often somebody higher had to look again, of everything or of one unit (`name`), and what came of it."""

    name: str
    asked: Link
    decided: Link
    upheld: Link
    late: Link
    share: Rate


@dataclass(frozen=True)
class Step:
    """One point of the course."""

    first: date
    received: Link
    finished: Link


@dataclass(frozen=True)
class Aim:
    """A target; `met` is None where there is nothing to judge."""

    value: Decimal
    unit: str
    met: bool | None


Reviews = tuple[Mapping[str, int], Mapping[str | None, Mapping[str, int]]]


@dataclass
class Board:
    """Everything the dashboard shows."""

    question: Question
    figures: Figures
    stock: Stock
    before: Figures | None
    begins_later: bool
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    reviews: Reviews = field(default_factory=lambda: ({}, {}))

    def link(self, code: str, value: int, **narrower: Any) -> Link:
        """A number with the address of its cases, where the reader may open cases at all."""
        if not self.question.reader.may_list:
            return Link(value)
        return Link(value, self.question.query(measure=code, **narrower))

    # --- tiles ----------------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> dict[str, Link]:
        """Every count of the cohort by its code."""
        told = {code: self.link(code, value) for code, value in self.figures.counts.items()}
        return told | {
            "backlog": self.link("backlog", self.stock.backlog),
            "backlog_overdue": self.link("backlog_overdue", self.stock.overdue),
        }

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """Every rate by its code."""
        return {code: self.figures.rate(code) for code in _RATES}

    @cached_property
    def growth(self) -> dict[str, Growth]:
        """Against the compared period: counts relatively, rates in points. What cannot be compared is missing."""
        if self.before is None:
            return {}
        found = {
            code: sums.growth_of_count(self.before[code], self.figures[code]) for code in ("received", "completed")
        }
        found |= {code: sums.growth_in_points(self.before.rate(code), self.rates[code]) for code in _COMPARED}
        found["completion_growth"] = sums.growth_of_rate(
            self.before.rate("completion_rate"), self.rates["completion_rate"]
        )
        return {code: one for code, one in found.items() if one is not None}

    @cached_property
    def cycle(self) -> dict[str, Decimal | None]:
        """The times, in the units of their measures; nothing where too few cases would speak."""
        told = self.figures
        return {
            "cycle": _enough(told.cycle, told.working_days(told.cycle.half)),
            "cycle_90": _enough(told.cycle, told.working_days(told.cycle.nine_of_ten)),
            "acknowledge": _enough(told.acknowledge, _hours(told.acknowledge.half)),
            "acknowledge_90": _enough(told.acknowledge, _hours(told.acknowledge.nine_of_ten)),
            "response": _enough(told.first_response, _hours(told.first_response.half)),
            "response_90": _enough(told.first_response, _hours(told.first_response.nine_of_ten)),
        }

    @property
    def day_hours(self) -> Decimal:
        """How many hours a working day of the agency has."""
        return Decimal(self.figures.day_seconds) / 3600

    @cached_property
    def cycle_before(self) -> Decimal | None:
        """The median time to completion of the compared period."""
        before = self.before
        return None if before is None else _enough(before.cycle, before.working_days(before.cycle.half))

    @cached_property
    def aims(self) -> dict[str, "Aim"]:
        """What the agency aims at, and whether it is reached; nothing is judged that could not be computed."""
        answers = self.figures.satisfaction
        reached = {code: self.rates[code].value for code in AIMS if code in self.rates} | {
            "cycle_time": self.cycle["cycle"],
            "acknowledge_time": self.cycle["acknowledge"],
            "first_response_time": self.cycle["response"],
            "csat": answers.mean if answers.is_telling else None,
        }
        return {
            code: Aim(value, MEASURES[code].unit, _met(code, reached[code], value))
            for code, value in self.targets.items()
        }

    @cached_property
    def contacts(self) -> dict[str, int] | None:
        """Inquiries answered on the spot, by channel; None where the question is about cases alone."""
        return _contacts(self.question)

    @property
    def contacts_total(self) -> int:
        """Their sum."""
        return sum((self.contacts or {}).values())

    @property
    def contact_parts(self) -> list[tuple[str, int]]:
        """Their parts with the names of the channels, the largest first."""
        parts = sorted((self.contacts or {}).items(), key=lambda part: -part[1])
        return [(str(workflow.CHANNELS.get(code, code)), number) for code, number in parts]

    @property
    def settled(self) -> list[tuple[str, list["Settled"]]]:
        """What was settled at the first contact, by channel and by unit; only where something was."""
        tables = ((say("القناة", "Channel"), self.channels), (say("الوحدة", "Unit"), self.units))
        return [(name, rows) for name, table in tables if (rows := _settled(table))]

    @property
    def left_out(self) -> bool:
        """Were confidential cases left out of these figures?"""
        return self.question.cohort.secret is Secret.LEFT_OUT

    # --- breakdowns -----------------------------------------------------------------------------------------------

    @cached_property
    def channels(self) -> Table:
        """By channel."""
        return self._table("channel", "channel", lambda key: str(workflow.CHANNELS.get(key, key)))

    @cached_property
    def services(self) -> Table:
        """By category of service; within one category by service."""
        if self.by_service:
            names = {str(one.pk): str(one.name) for one in catalogue.named_services(self.question.reader.agency)}
            return self._table("service", "service", lambda key: names.get(key, say("خدمة سابقة", "A former service")))
        return self._table(
            "category", "category", lambda key: self.categories.get(key, say("فئة سابقة", "A former group"))
        )

    @property
    def by_service(self) -> bool:
        """Are services told apart, not their groups?"""
        return bool(self.question.narrowing.category)

    @cached_property
    def categories(self) -> dict[str, str]:
        """The names of the groups of services."""
        return {str(one.pk): str(one.name) for one in catalogue.categories(self.question.reader.agency)}

    @cached_property
    def wilayats(self) -> Table:
        """By wilayat."""
        return self._table("wilayat", "wilayat", lambda key: self.wilayat_names.get(key, key))

    @cached_property
    def wilayat_names(self) -> dict[str, str]:
        """The names of all wilayats."""
        return {str(one.pk): str(one.name) for _, found in places.place_tree() for one in found}

    @cached_property
    def classes(self) -> Table:
        """By class of importance, in the order of the classes."""
        table = self._table("importance", "class_", lambda key: f"{key} {workflow.IMPORTANCE.get(key, '')}")
        return Table(sorted(table.rows, key=lambda row: row.name), table.note)

    @cached_property
    def units(self) -> Table:
        """By unit: those directly below the one asked for, each with what is under it."""
        names = {str(unit.pk): str(unit) for unit in self.question.reader.units}
        root = str(self.question.unit.pk) if self.question.unit else ""

        def name(key: str) -> str:
            own = say("{unit} نفسها", "{unit} itself", unit=names.get(key, "")) if key == root else ""
            return own or names.get(key, say("وحدة سابقة", "A former unit"))

        return self._table("unit", "unit", name)

    @cached_property
    def reviewed(self) -> Reviewed:
        """Reviews that were asked for in the period, of all units together."""
        return self._reviewed(say("الكل", "All"), self.reviews[0], {})

    @cached_property
    def reviewed_units(self) -> list[Reviewed]:
        """The same of each unit that has any, the most first."""
        names = {str(unit.pk): str(unit) for unit in self.question.reader.units}
        rows = [
            self._reviewed(
                say("سرية، لا تُفصَّل", "Confidential, not told apart")
                if key == VEILED
                else names.get(key or "", say("وحدة سابقة", "A former unit")),
                part,
                {"unit": key} if key != VEILED else None,
            )
            for key, part in self.reviews[1].items()
        ]
        return sorted(rows, key=lambda row: (-row.asked.value, row.name))

    def _reviewed(self, name: str, part: Mapping[str, int], narrower: dict[str, Any] | None) -> Reviewed:
        root = self.question.unit
        if narrower and root is not None and narrower["unit"] == str(root.pk):
            narrower["only"] = 1
        asked, decided, upheld, late = (
            Link(part[code]) if narrower is None else self.link(code, part[code], **narrower)
            for code in queries.REVIEWS
        )
        return Reviewed(name, asked, decided, upheld, late, Rate(part["review_upheld"], part["review_decided"]))

    def _table(self, name: str, parameter: str, named: Callable[[str], str]) -> Table:
        parts = sorted(self.figures.parts.get(name, ()), key=lambda part: (part.key == VEILED, -part["received"]))
        parts = [part for part in parts if part["received"]]
        told: Shares = sums.shares({part.key: part["received"] for part in parts}, places=1)
        longest = max((part["received"] for part in parts), default=1)
        rows = [
            self._row(part, share.percent, 100 * part["received"] / longest, parameter, named)
            for part, share in zip(parts, told.parts, strict=True)
        ]
        return Table(rows, told.note if len(rows) > 1 else "")

    def _row(
        self, part: Part, percent: Decimal | None, width: float, parameter: str, named: Callable[[str], str]
    ) -> Row:
        if part.key == VEILED:
            return Row(say("سرية، لا تُفصَّل", "Confidential, not told apart"), Link(part["received"]), percent, width)
        narrower: dict[str, Any] = {parameter: NONE if part.key is None else part.key}
        root = self.question.unit
        if parameter == "unit" and root is not None and part.key == str(root.pk):
            narrower["only"] = 1
        leads = self.question.query(**narrower) if part.key is not None or parameter in ("category", "wilayat") else ""
        return Row(
            named(part.key) if part.key is not None else say("غير محدد", "Not given"),
            self.link("received", part["received"], **narrower),
            percent,
            width,
            leads,
            part,
            {code: self.link(code, part[code], **narrower) for code in _LINKED.get(parameter, ())},
            _enough(part.cycle, self.figures.working_days(part.cycle.half)),
        )

    # --- course and ages ------------------------------------------------------------------------------------------

    @cached_property
    def step(self) -> str:
        """How finely the course is drawn."""
        return step_of(self.question)

    @cached_property
    def course(self) -> list[Step]:
        """What came and what was done, from the first day to the last that is known."""
        came = {part.key: part["received"] for part in self.figures.parts["step"]}
        done = queries.finished_by_step(self.question.cohort, step=self.step)
        last = min(self.question.period.to_on, self.question.as_of.astimezone(self.question.cohort.zone).date())
        return [
            self._step(first, came.get(first.isoformat(), 0), done.get(first, 0))
            for first in _firsts(self.step, self.question.period.from_on, last)
        ]

    def _step(self, first: date, received: int, finished: int) -> Step:
        last = _last_of(self.step, first)
        days = {
            "period": "",
            "on": "",
            "from": max(first, self.question.period.from_on).isoformat(),
            "to": min(last, self.question.period.to_on).isoformat(),
            "as_of": self.question.told("as_of"),
        }
        return Step(first, self.link("received", received, **days), self.link("finished", finished, **days))

    @cached_property
    def ages(self) -> list[tuple[str, Link, Decimal | None, float, int]]:
        """The open cases by age: name, number, share, width of the bar, tone."""
        longest = max(self.stock.bands.values(), default=0) or 1
        return [
            (
                str(band.name),
                self.link("backlog", self.stock.bands[band.code], band=band.code),
                Rate(self.stock.bands[band.code], self.stock.backlog).percent(1),
                100 * self.stock.bands[band.code] / longest,
                tone,
            )
            for tone, band in enumerate(BANDS, start=1)
        ]

    @property
    def measures(self) -> dict[str, Measure]:
        """The definitions, one click away."""
        return MEASURES


_RATES = (
    "completion_rate",
    "completion_rate_all",
    "on_time_rate",
    "referral_rate",
    "reopen_rate",
    "first_contact_rate",
    "top_two_rate",
    "response_rate",
)
_COMPARED = ("completion_rate", "on_time_rate", "reopen_rate")
# Which numbers of a part open their lists.
_LINKED = {
    "unit": ("completed", "on_time", "open", "overdue", "first_contact"),
    "channel": ("first_contact",),
}


def _settled(table: Table) -> list[Settled]:
    rows = [(row, row.part) for row in table.rows if row.part is not None and row.part["first_contact"]]
    return [
        Settled(row.name, row.links["first_contact"], row.received, Rate(part["first_contact"], part["received"]))
        for row, part in rows
    ]


def build(question: Question) -> Board:
    """Everything the dashboard needs: read where it is kept ready, else counted by four statements over the cases."""
    cohort = question.cohort
    units = queries.by_unit(shown_with(question))
    by = [
        queries.BY_CHANNEL,
        queries.BY_SERVICE if question.narrowing.category else queries.BY_CATEGORY,
        queries.BY_WILAYAT,
        queries.BY_IMPORTANCE,
        units,
    ]
    told = queries.figures(cohort, by=[*by, queries.by_step(step_of(question))], speeds=True, lengths_by=units.name)
    before, begins_later = None, False
    compared = question.compared_cohort
    if compared is not None:
        begun = queries.begins_at(question.reader.agency.pk)
        begins_later = begun is None or begun >= compared.end
        before = None if begins_later else queries.compared_figures(compared, kept=question.reader.kept_until)
    targets = queries.targets(question.reader.agency.pk, at=question.as_of)
    reviews = queries.reviews(cohort, units)
    return Board(question, told, queries.stock(cohort), before, begins_later, targets, reviews)


def _contacts(question: Question) -> dict[str, int] | None:
    narrowing, cohort, reader = question.narrowing, question.cohort, question.reader
    only_of_cases = narrowing.kinds or narrowing.category or narrowing.service or narrowing.wilayat
    if only_of_cases or narrowing.importance or reader.has_only_own:
        return None
    units = narrowing.units if cohort.is_of_whole_agency or narrowing.units is not None else reader.reach
    told: dict[str, int] = intake.disposition_sums(
        cohort.agency_id, from_at=cohort.start, to_at=min(cohort.end, cohort.as_of), unit_ids=units
    )
    return {code: told[code] for code in told if narrowing.channel in ("", code)}


def step_of(question: Question) -> str:
    """How finely the course of a period is drawn."""
    return next((step for most, step in _STEPS if question.period.days <= most), "month")


def shown_with(question: Question) -> dict[int, int]:
    """Each unit with the one it is shown under: the one directly below what is asked for, on its way up."""
    reader = question.reader
    known = {unit.pk: unit for unit in reader.units}
    tops = [question.unit.pk] if question.unit else _tops(known, reader.reach)
    if question.told("only"):
        return {top: top for top in tops}
    # A single top tells nothing: what stands directly below it does.
    if len(tops) == 1:
        below = reader.parts.get(tops[0], [])
        groups = {tops[0]: tops[0]} | {one: child for child in below for one in reader.below(child)}
    else:
        groups = {one: top for top in tops for one in reader.below(top)}
    return {unit: groups.get(unit, unit) for unit in known}


def _tops(known: Mapping[int, Unit], reach: frozenset[int]) -> list[int]:
    return [pk for pk, unit in known.items() if pk in reach and unit.parent_id not in reach]


def _met(code: str, reached: Decimal | None, value: Decimal) -> bool | None:
    if reached is None:
        return None
    return reached >= value if AIMS[code] == "up" else reached <= value


def _enough(spread: queries.Spread, value: Decimal | None) -> Decimal | None:
    return value if spread.n >= FEWEST else None


def _hours(seconds: float | None) -> Decimal | None:
    return None if seconds is None else Decimal(seconds) / 3600


def _firsts(step: str, first: date, last: date) -> list[date]:
    """The first days of all steps between two days."""
    if step == "month":
        first = first.replace(day=1)
    elif step == "week":
        first -= timedelta(days=(first.weekday() + 1) % 7)
    found = []
    while first <= last:
        found.append(first)
        first = _last_of(step, first) + ONE_DAY
    return found


def _last_of(step: str, first: date) -> date:
    if step == "month":
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
    return first + timedelta(days=6 if step == "week" else 0)


STEP_NAMES = {
    "day": t("كل يوم", "day by day"),
    "week": t("كل أسبوع", "week by week"),
    "month": t("كل شهر", "month by month"),
}
