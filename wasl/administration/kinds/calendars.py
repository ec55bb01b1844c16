"""Working calendars with their weeks, who is counted by which, and special hours between two days."""

from datetime import date, datetime

from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.kinds.timed import (
    HOURS,
    Timed,
    check_days,
    day_of,
    hours_of,
    hours_of_week,
    iso,
    made_code,
    one_per_code,
    spans_of,
)
from wasl.administration.registry import Document, Field, Link, Panel, Type, Wrong, changed, register
from wasl.calendars import operations, queries
from wasl.calendars.countries import WEEKS
from wasl.calendars.models import CalendarUse, SpecialHours
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory import queries as directory
from wasl.directory.models import Agency


class Calendars(Timed):
    code = "calendars"
    title, singular = t("تقاويم العمل", "Working calendars"), t("تقويم", "calendar")
    sentence = t("أيام الدوام وساعاته، وبها تُحسب المواعيد.", "Working days and hours, by which promises are counted.")
    icon, order = "calendar-clock", 10
    fields = (
        Field("code", t("الرمز", "Code"), required=True, fixed=True, in_list=True, ltr=True, max_length=24),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field(
            "is_default",
            t("التقويم المعتمد", "Default calendar"),
            Type.YES_NO,
            in_list=True,
            hint=t("تُحسب به كل مدة لا تسمي تقويماً.", "Counts every promise that names no other."),
        ),
        Field(
            "always_open",
            t("على مدار الساعة", "Round the clock"),
            Type.YES_NO,
            fixed=True,
            in_list=True,
            hint=t("بلا دوام ولا إجازات.", "No hours and no holidays."),
        ),
        Field(
            "week",
            t("أسبوع جاهز", "A ready week"),
            Type.CHOICE,
            choices=[(week.code, week.label) for week in WEEKS.values()],
            hint=t(
                "يملأ الساعات عند المراجعة. أو اتركه واكتبها تحت.", "Fills the hours in at the review. Or type them."
            ),
            show_when=("always_open", ("",)),
            only_new=True,
        ),
        Field(
            "hours",
            t("ساعات الأسبوع", "Hours of the week"),
            Type.ROWS,
            fields=HOURS,
            hint=t(
                "لكل يوم فترة أو أكثر، و00:00 منتصف الليل. اليوم الذي لا فترة له إجازة أسبوعية.",
                "One span a day or several; 00:00 is midnight. A day without one is free.",
            ),
            show_when=("always_open", ("",)),
        ),
        Field(
            "hours_from",
            t("يُعمل بهذه الساعات من", "These hours hold from"),
            Type.DATE,
            hint=t(
                "فارغ: منذ البداية. ما قبل هذا اليوم يبقى كما كان.", "Empty: always. Earlier days stay as they were."
            ),
            show_when=("always_open", ("",)),
            half=True,
        ),
    )

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {
                "code": calendar.code,
                "name": calendar.name,
                "is_default": calendar.is_default,
                "week": "",
                "always_open": calendar.always_open,
                "hours": hours_of(queries.latest_hours(calendar)),
                "hours_from": iso(queries.latest_hours_from(calendar)),
                "ended": calendar.valid_to is not None and calendar.valid_to <= at,
            }
            for calendar in queries.calendars(agency.pk)
        ]

    def usual(self, agency: Agency, at: datetime) -> list[Document]:
        if queries.calendars(agency.pk):
            return []
        return [
            {
                "code": one.code,
                "name": one.name,
                "is_default": one.code == operations.DEFAULT_CODE,
                "always_open": one.week is None,
                "hours": hours_of_week(one.week or {}),
                "hours_from": "",
            }
            for one in operations.starting_calendars(agency)
        ]

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        week = WEEKS.get(after.get("week") or "")
        if week is None or after["hours"] or after["always_open"]:
            return {**after, "week": ""}
        return {**after, "week": "", "hours": hours_of_week(week.spans)}

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        if not after["always_open"] and not after["hours"]:
            raise Wrong({"hours": str(operations.NeverOpen())})
        if before is not None and before["is_default"] and not after["is_default"]:
            raise Wrong(
                {
                    "is_default": t(
                        "لا تبقى الجهة بلا تقويم معتمد. اختر هذا في التقويم الذي سيخلفه.",
                        "An agency is never without a default. Choose this in the calendar that shall take over.",
                    )
                }
            )

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_calendar(self.calendar(agency, (before or {})["code"]), by=by, at=at)
            return
        if before is None:
            self._add(agency, after, by=by, at=at)
        else:
            self._change(agency, before, after, by=by, at=at)

    def _add(self, agency: Agency, after: Document, *, by: User | None, at: datetime) -> None:
        spans = None if after["always_open"] else spans_of(after["hours"])
        calendar = operations.add_calendar(
            agency,
            code=after["code"],
            name=Localized(after["name"]),
            spans=spans,
            hours_from=day_of(after["hours_from"]),
            by=by,
            at=at,
        )
        if after["is_default"]:
            operations.make_default(calendar, by=by, at=at)

    def _change(self, agency: Agency, before: Document, after: Document, *, by: User | None, at: datetime) -> None:
        calendar = self.calendar(agency, after["code"])
        fields = changed(before, after)
        if before.get("ended"):
            operations.resume_calendar(calendar, by=by, at=at)
            calendar.refresh_from_db()
        if "name" in fields:
            operations.rename_calendar(calendar, name=Localized(after["name"]), by=by, at=at)
        if fields & {"hours", "hours_from"} and not after["always_open"]:
            from_on = day_of(after["hours_from"])
            operations.set_hours(calendar, spans=spans_of(after["hours"]), from_on=from_on, by=by, at=at)
        if after["is_default"] and not calendar.is_default:
            operations.make_default(calendar, by=by, at=at)

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        if before is None or after is None:
            return bool(after and after["is_default"])
        return bool(changed(before, after) & {"hours", "hours_from", "is_default"})

    def links(self, agency: Agency, document: Document) -> list[Link]:
        if document["always_open"]:
            return []
        address = reverse("administration:calendar_file", args=[agency.code])
        return [
            Link(t("ملف التقويم iCal", "Calendar file (iCal)"), f"{address}?calendar={document['code']}", "download")
        ]


class CalendarUses(Timed):
    code = "calendar_uses"
    title = t("تقاويم الوحدات والطوابير", "Calendars of units and queues")
    singular = t("تقويم وحدة", "calendar of a unit")
    sentence = t(
        "وحدة أو طابور يُحسب بتقويم غير المعتمد، كمنفذ مسائي أو فريق طوارئ. ما لا يُذكر هنا يتبع ما فوقه.",
        "A unit or queue counted by another calendar than the default, such as an evening outlet. What is not named "
        "follows what stands above it.",
    )
    icon, order = "building-2", 15
    fields = (
        Field(
            "unit",
            t("الوحدة", "Unit"),
            Type.REFERENCE,
            refers_to="units",
            fixed=True,
            in_list=True,
            ends_along=True,
            half=True,
            hint=t("وما تحتها. فارغ: كل الوحدات.", "And those under it. Empty: every unit."),
        ),
        Field(
            "queue",
            t("الطابور", "Queue"),
            fixed=True,
            in_list=True,
            ltr=True,
            max_length=24,
            half=True,
            hint=t("رمز الطابور، مثل fast. فارغ: كل عمل الوحدة.", "Code of the queue, such as fast. Empty: all work."),
        ),
        Field("calendar", t("التقويم", "Calendar"), Type.REFERENCE, required=True, in_list=True, refers_to="calendars"),
    )

    def code_for(self, document: Document) -> str:
        queue = document.get("queue")
        return f"{document.get('unit') or ''}:{queue}" if queue else str(document.get("unit") or "")

    def name_of(self, document: Document) -> str:
        unit = document.get("unit") or t("كل الوحدات", "Every unit")
        return f"{unit} · {document['queue']}" if document.get("queue") else str(unit)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return one_per_code([self._document(use) for use in queries.all_uses(agency.pk)])

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_use(self._row(agency, (before or {})["code"]), by=by, at=at)
            return
        operations.use_calendar(
            agency,
            unit=directory.unit_by_code(agency, after["unit"]) if after["unit"] else None,
            queue=after["queue"],
            calendar=self.calendar(agency, after["calendar"]),
            by=by,
            at=at,
        )

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        return Panel(
            t("ما الذي يتغير", "What changes"),
            lines=(
                t(
                    "تسري على المواعيد التي تبدأ بعد الحفظ. المواعيد الجارية تبقى على تقويمها.",
                    "It holds for promises that start from now on. Those that run keep their calendar.",
                ),
            ),
        )

    def _document(self, use: CalendarUse) -> Document:
        document = {"unit": use.unit.code if use.unit else "", "queue": use.queue}
        ended = use.valid_to is not None
        return {"code": self.code_for(document), **document, "calendar": use.calendar.code, "ended": ended}

    def _row(self, agency: Agency, code: str) -> CalendarUse:
        standing = (use for use in queries.all_uses(agency.pk) if use.valid_to is None)
        return next(use for use in standing if self._document(use)["code"] == code)


class SpecialHoursKind(Timed):
    code = "special_hours"
    title, singular = t("ساعات خاصة", "Special hours"), t("ساعات خاصة", "special hours")
    sentence = t(
        "ساعات تختلف بين يومين معلومين. لرمضان كل سنة استخدم «ساعات الأشهر الهجرية».",
        "Other hours between two known days. For Ramadan of every year use “Hours of Hijri months”.",
    )
    icon, order = "clock", 20
    first_day = "from_on"
    fields = (
        Field("calendar", t("التقويم", "Calendar"), Type.REFERENCE, required=True, fixed=True, refers_to="calendars"),
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field("from_on", t("من يوم", "From"), Type.DATE, required=True, in_list=True, half=True),
        Field("to_on", t("إلى يوم", "To"), Type.DATE, required=True, in_list=True, half=True),
        Field("hours", t("ساعات الأسبوع", "Hours of the week"), Type.ROWS, fields=HOURS),
        Field("announced_on", t("أُعلنت يوم", "Announced on"), Type.DATE, half=True),
        Field("source", t("المصدر", "Source"), max_length=200, half=True),
    )

    def code_for(self, document: Document) -> str:
        return made_code(document, document["from_on"])

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return one_per_code([_special(row) for row in queries.all_special_hours(agency.pk)])

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        check_days(after, "from_on", "to_on")

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if before is not None and not before.get("ended"):
            operations.remove_special_hours(self._row(agency, before["code"]), by=by, at=at)
        if after is None:
            return
        operations.add_special_hours(
            self.calendar(agency, after["calendar"]),
            code=before["code"] if before else self.code_for(after),
            name=Localized(after["name"]),
            from_on=date.fromisoformat(after["from_on"]),
            to_on=date.fromisoformat(after["to_on"]),
            spans=spans_of(after["hours"]),
            announced_on=day_of(after["announced_on"]),
            source=after["source"],
            by=by,
            at=at,
        )

    def _row(self, agency: Agency, code: str) -> SpecialHours:
        standing = (row for row in queries.all_special_hours(agency.pk) if row.withdrawn_at is None)
        return next(row for row in standing if row.known_as == code)


def _special(row: SpecialHours) -> Document:
    return {
        "code": row.known_as,
        "calendar": row.calendar.code,
        "name": row.name,
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "hours": hours_of(list(row.spans.all())),
        "announced_on": iso(row.announced_on),
        "source": row.source,
        "ended": row.withdrawn_at is not None,
    }


for _kind in (Calendars(), CalendarUses(), SpecialHoursKind()):
    register(_kind)
