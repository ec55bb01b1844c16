"""What the kinds of working time share: rows of hours, refusals at their field, the preview of what would move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from typing import Any, ClassVar

from django.utils.text import slugify

from wasl.accounts.models import User
from wasl.administration.registry import Document, Field, Group, Kind, Panel, Type, Wrong
from wasl.calendars import operations, queries
from wasl.calendars.models import HijriSpan, SpecialSpan, Weekday, WorkingCalendar, WorkingHours
from wasl.cases.operations import Forecast, forecast
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

# The week as people here count it.
SUNDAY_FIRST = [(str(day), Weekday(day).label) for day in (6, 0, 1, 2, 3, 4, 5)]
HOURS = (
    Field("weekday", t("اليوم", "Day"), Type.CHOICE, required=True, choices=SUNDAY_FIRST),
    Field("opens", t("من", "From"), Type.TIME, required=True),
    Field(
        "closes",
        t("إلى", "Until"),
        Type.TIME,
        required=True,
        hint=t("وقت قبل البداية يعني اليوم التالي.", "A time before the start means the next day."),
    ),
)
SHOWN_MOVES = 10

Spans = dict[int, list[tuple[time, time]]]


class Timed(Kind):
    """A kind of working time: `put` changes it, and the review says what would move."""

    group = Group.TIME_AND_PLACE
    refusals = (operations.CalendarRefused,)
    # The field with the first day of the row, where it has one.
    first_day: ClassVar[str] = ""

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        """Make, change, end or resume one row. Raises Wrong, CalendarRefused."""
        raise NotImplementedError

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        with refused_at_its_field(self):
            self.put(agency, before, after, by=by, at=at)

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        """May this change move a due moment?"""
        return True

    def touches_from(self, before: Document | None, after: Document | None) -> date | None:
        """The first day whose working time this change touches; None for all days."""
        days = [date.fromisoformat(one[self.first_day]) for one in (before, after) if one and one.get(self.first_day)]
        return min(days) if self.first_day and days else None

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if not self.moves_promises(before, after):
            return None
        change = partial(self.apply, agency, before, after, by=None, at=at)
        found = forecast(change, agency_id=agency.pk, from_on=self.touches_from(before, after))
        return moving_panel(found)

    def calendar(self, agency: Agency, code: str) -> WorkingCalendar:
        """Raises Wrong for a code that the agency has not."""
        found = queries.calendar_by_code(agency.pk, code)
        if found is None:
            raise Wrong(
                {"calendar": t("لا يوجد تقويم بهذا الرمز: {code}", "No calendar has this code: {code}", code=code)}
            )
        return found


@contextmanager
def refused_at_its_field(kind: Kind) -> Iterator[None]:
    """Let a refusal stand in the form where it belongs."""
    try:
        yield
    except operations.CalendarRefused as refused:
        known = any(field.code == refused.field for field in kind.fields)
        raise Wrong({refused.field if known else "": str(refused)}) from refused


def moving_panel(found: Forecast, **more: Any) -> Panel:
    """The due moments that would move, in figures, by unit, and the first of them."""
    context = {"found": found, "moves": found.moves[:SHOWN_MOVES], "more": max(0, len(found.moves) - SHOWN_MOVES)}
    return Panel(
        t("المواعيد التي ستتحرك", "Due moments that would move"),
        lines=(told(found),),
        template="administration/parts/moves.html",
        context={**context, **more},
    )


def told(found: Forecast) -> str:
    """The forecast in a sentence."""
    if not found.moves:
        return t(
            "لا يتحرك شيء من المواعيد الجارية، وعددها {n}.", "None of {n} running promises would move.", n=found.running
        )
    sentence = t(
        "يتحرك {n} من المواعيد الجارية وعددها {running}، في طلبات عددها {cases}.",
        "{n} due moments in {cases} cases would move, of {running} that run.",
        n=len(found.moves),
        cases=found.cases,
        running=found.running,
    )
    if found.is_whole:
        return sentence
    return sentence + " " + t("حُسب أقربها فقط: {n}.", "Only the nearest were counted: {n}.", n=found.looked_at)


def hours_of(spans: Iterable[WorkingHours | SpecialSpan | HijriSpan]) -> list[Document]:
    """Rows of a form, Sunday first."""
    rows = [
        {"weekday": str(span.weekday), "opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"}
        for span in spans
    ]
    return in_order(rows)


def hours_of_week(spans: Mapping[int, Sequence[tuple[time, time]]]) -> list[Document]:
    """The same of a week that stands in no table."""
    rows = [
        {"weekday": str(day), "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        for day, times in spans.items()
        for opens, closes in times
    ]
    return in_order(rows)


def in_order(rows: list[Document]) -> list[Document]:
    """Sunday first, early before late."""
    return sorted(rows, key=lambda row: ((int(row["weekday"]) + 1) % 7, row["opens"]))


def spans_of(rows: list[Document]) -> Spans:
    """What the rows of a form mean."""
    spans: Spans = {}
    for row in rows:
        times = (time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        spans.setdefault(int(row["weekday"]), []).append(times)
    return spans


def day_of(text: str) -> date | None:
    """The day of a document; None for none."""
    return date.fromisoformat(text) if text else None


def iso(day: date | None) -> str:
    """A day as documents write it."""
    return day.isoformat() if day else ""


def one_per_code(documents: list[Document]) -> list[Document]:
    """Rows that stand for one matter one after another: the last that holds, else the last of all."""
    kept: dict[str, Document] = {}
    for document in documents:
        if document["code"] not in kept or not document["ended"] or kept[document["code"]]["ended"]:
            kept[document["code"]] = document
    return list(kept.values())


def made_code(document: Document, start: str) -> str:
    """A code of a day (or another word) and the English name."""
    if document.get("code"):
        return str(document["code"])
    return f"{start}-{slugify(Localized(document['name']).in_language('en'))}".rstrip("-")[:40]


def check_days(document: Document, first: str, last: str) -> None:
    """Raises Wrong unless the last day is not before the first."""
    if document[last] and document[last] < document[first]:
        raise Wrong({last: t("اليوم الأخير قبل الأول.", "The last day lies before the first.")})
