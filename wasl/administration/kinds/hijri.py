"""The Hijri year in working time: hours of a month such as Ramadan, and when the moon was seen."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.kinds.timed import (
    HOURS,
    Timed,
    day_of,
    hours_of,
    iso,
    made_code,
    moving_panel,
    one_per_code,
    spans_of,
)
from wasl.administration.registry import Choice, Document, Field, Link, Panel, Type, register
from wasl.calendars import operations, queries
from wasl.calendars.hijri_hours import FIRST_YEAR, LAST_YEAR
from wasl.calendars.models import HijriHours, HijriOffset
from wasl.calendars.umm_al_qura import MONTHS_AR, MONTHS_EN, month_begins
from wasl.cases.operations import forecast
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency

MONTHS: Sequence[Choice] = [
    (str(number), t(arabic, english))
    for number, (arabic, english) in enumerate(zip(MONTHS_AR, MONTHS_EN, strict=True), start=1)
]


class HijriHoursKind(Timed):
    code = "hijri_hours"
    title = t("ساعات الأشهر الهجرية", "Hours of Hijri months")
    singular = t("ساعات شهر هجري", "hours of a Hijri month")
    sentence = t(
        "دوام رمضان كل سنة بلا كتابة تواريخ: تتبع الأيام أم القرى ثم رؤية الهلال.",
        "The hours of Ramadan of every year with no dates to type: its days follow Umm al-Qura, then the moon.",
    )
    icon, order = "moon", 25
    fields = (
        Field("calendar", t("التقويم", "Calendar"), Type.REFERENCE, required=True, fixed=True, refers_to="calendars"),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "month",
            t("الشهر", "Month"),
            Type.CHOICE,
            required=True,
            fixed=True,
            in_list=True,
            default="9",
            choices=MONTHS,
        ),
        Field(
            "from_year",
            t("من سنة", "From the year"),
            Type.WHOLE,
            least=FIRST_YEAR,
            most=LAST_YEAR,
            in_list=True,
            half=True,
            hint=t("هجرية. فارغ: كل السنوات.", "Hijri. Empty: every year."),
        ),
        Field(
            "to_year",
            t("إلى سنة", "To the year"),
            Type.WHOLE,
            least=FIRST_YEAR,
            most=LAST_YEAR,
            in_list=True,
            half=True,
            hint=t("فارغ: بلا نهاية.", "Empty: without end."),
        ),
        Field(
            "hours",
            t("ساعات الأسبوع", "Hours of the week"),
            Type.ROWS,
            fields=HOURS,
            hint=t("اليوم الذي لا فترة له إجازة أسبوعية.", "A day without a span is free."),
        ),
        Field("announced_on", t("أُعلنت يوم", "Announced on"), Type.DATE, half=True),
        Field("source", t("المصدر", "Source"), max_length=200, half=True),
    )

    def code_for(self, document: Document) -> str:
        return made_code(document, f"{document.get('calendar', '')}-{int(document.get('month') or 0):02d}")

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return one_per_code([_hours(row) for row in queries.all_hijri_hours(agency.pk)])

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if before is not None and not before.get("ended"):
            operations.remove_hijri_hours(self._row(agency, before["code"]), by=by, at=at)
        if after is None:
            return
        operations.add_hijri_hours(
            self.calendar(agency, after["calendar"]),
            code=before["code"] if before else self.code_for(after),
            name=Localized(after["name"]),
            month=int(after["month"]),
            from_year=after["from_year"],
            to_year=after["to_year"],
            spans=spans_of(after["hours"]),
            announced_on=day_of(after["announced_on"]),
            source=after["source"],
            by=by,
            at=at,
        )

    def list_links(self, agency: Agency) -> list[Link]:
        return [moon_link(agency)]

    def _row(self, agency: Agency, code: str) -> HijriHours:
        standing = (row for row in queries.all_hijri_hours(agency.pk) if row.withdrawn_at is None)
        return next(row for row in standing if row.code == code)


class HijriMonths(Timed):
    code = "hijri_months"
    title, singular = t("رؤية الهلال", "Sightings of the moon"), t("رؤية هلال", "sighting of the moon")
    sentence = t(
        "متى بدأ الشهر فعلاً. تتحرك معه ساعات رمضان والأعياد التي لم تُعلن بعد.",
        "When a month really began. The hours of Ramadan and feasts not announced yet move with it.",
    )
    icon, order, can_end = "moon-star", 40, False
    fields = (
        Field(
            "year",
            t("السنة الهجرية", "Hijri year"),
            Type.WHOLE,
            required=True,
            fixed=True,
            least=FIRST_YEAR,
            most=LAST_YEAR,
            half=True,
        ),
        Field("month", t("الشهر", "Month"), Type.CHOICE, required=True, fixed=True, choices=MONTHS, half=True),
        Field(
            "begins_on",
            t("أول يوم من الشهر", "First day of the month"),
            Type.DATE,
            required=True,
            in_list=True,
            hint=t("كما أُعلن، لا ليلة التحري.", "As announced, not the evening of the watch."),
        ),
        Field("days", t("بعد أم القرى بأيام", "Days after Umm al-Qura"), Type.WHOLE, computed=True, in_list=True),
        Field("announced_on", t("أُعلن يوم", "Announced on"), Type.DATE, required=True, in_list=True, half=True),
        Field(
            "source",
            t("المصدر", "Source"),
            required=True,
            in_list=True,
            max_length=200,
            half=True,
            hint=t("كبيان وزارة الأوقاف.", "Such as the ministry's statement."),
        ),
    )

    def code_for(self, document: Document) -> str:
        return f"{document['year']}-{int(document['month'] or 0):02d}"

    def name_of(self, document: Document) -> str:
        name = dict(MONTHS).get(str(document["month"]), "")
        return f"{name} {document['year']}"

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [_sighting(row) for row in queries.sightings(agency.pk)]

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        return (before or {}).get("begins_on") != (after or {}).get("begins_on")

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if after is None or not self.moves_promises(before, after):
            return None
        days = _days_after(after)
        shifts = queries.moves_of_month(agency.pk, year=after["year"], month=int(after["month"]), days=days)
        change = partial(self.apply, agency, before, after, by=None, at=at)
        first = min((move.touched[0] for move in shifts), default=None)
        found = forecast(change, agency_id=agency.pk, from_on=first)
        return moving_panel(found, shifts=shifts, is_month=True)

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        noted = after or before or {}
        operations.note_month(
            agency,
            year=noted["year"],
            month=int(noted["month"]),
            days=_days_after(noted) if after else 0,
            announced_on=day_of(noted["announced_on"]),
            source=noted["source"],
            by=by,
            at=at,
        )

    def list_links(self, agency: Agency) -> list[Link]:
        return [moon_link(agency)]


def moon_link(agency: Agency) -> Link:
    """The page of the months to come."""
    return Link(t("الأشهر القادمة", "Months to come"), reverse("administration:moon", args=[agency.code]), "moon-star")


def _days_after(document: Document) -> int:
    said = month_begins(document["year"], int(document["month"]))
    return (date.fromisoformat(document["begins_on"]) - said).days


def _hours(row: HijriHours) -> Document:
    return {
        "code": row.code,
        "calendar": row.calendar.code,
        "name": row.name,
        "month": str(row.month),
        "from_year": row.from_year,
        "to_year": row.to_year,
        "hours": hours_of(list(row.spans.all())),
        "announced_on": iso(row.announced_on),
        "source": row.source,
        "ended": row.withdrawn_at is not None,
    }


def _sighting(row: HijriOffset) -> Document:
    begins = month_begins(row.year, row.month, {(row.year, row.month): row.days})
    return {
        "code": f"{row.year}-{row.month:02d}",
        "year": row.year,
        "month": str(row.month),
        "begins_on": begins.isoformat(),
        "days": row.days,
        "announced_on": iso(row.announced_on),
        "source": row.source,
    }


for _kind in (HijriHoursKind(), HijriMonths()):
    register(_kind)
