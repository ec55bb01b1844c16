"""Working time: calendars with their weeks, hours of Ramadan and the like, holidays, sighted months."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import partial

from django.utils.text import slugify

from wasl.accounts.models import User
from wasl.administration.registry import Act, Document, Field, Group, Kind, Panel, Type, Wrong, changed, register
from wasl.calendars import operations, queries
from wasl.calendars.models import Holiday, SpecialHours, SpecialSpan, Weekday, WorkingCalendar, WorkingHours
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
OVERLAP = t(
    "فترتان من يوم واحد تتداخلان. اجعلهما فترة واحدة أو صحّح الأوقات.",
    "Two spans of one day overlap. Make them one, or correct the times.",
)
SHOWN_MOVES = 12

Spans = dict[int, list[tuple[time, time]]]


class _Timed(Kind):
    """What all kinds of working time share: errors, and the preview of the promises that would move."""

    group = Group.TIME_AND_PLACE
    refusals = (operations.CalendarRefused,)

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        """May this change move a due moment?"""
        return True

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if not self.moves_promises(before, after):
            return None
        found = forecast(partial(self.apply, agency, before, after, by=None, at=at), agency_id=agency.pk)
        return Panel(
            t("المواعيد التي ستتحرك", "Due moments that would move"),
            lines=(_told(found),),
            template="administration/parts/moves.html",
            context={"moves": found.moves[:SHOWN_MOVES], "more": max(0, len(found.moves) - SHOWN_MOVES)},
        )

    def calendar(self, agency: Agency, code: str) -> WorkingCalendar:
        """Raises Wrong for a code that the agency has not."""
        found = queries.calendar_by_code(agency.pk, code)
        if found is None:
            raise Wrong(
                {"calendar": t("لا يوجد تقويم بهذا الرمز: {code}", "No calendar has this code: {code}", code=code)}
            )
        return found


class Calendars(_Timed):
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
            "hours",
            t("ساعات الأسبوع", "Hours of the week"),
            Type.ROWS,
            fields=HOURS,
            hint=t(
                "لكل يوم فترة أو أكثر. اليوم الذي لا فترة له إجازة أسبوعية.",
                "One span a day or several. A day without one is free.",
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
                "always_open": calendar.always_open,
                "hours": _hours(queries.latest_hours(calendar)),
                "hours_from": _iso(queries.latest_hours_from(calendar)),
                "ended": calendar.valid_to is not None and calendar.valid_to <= at,
            }
            for calendar in queries.calendars(agency.pk)
        ]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        if not after["always_open"] and not after["hours"]:
            raise Wrong({"hours": t("أضف يوم دوام واحداً على الأقل.", "Add one working day at least.")})
        if before is not None and before["is_default"] and not after["is_default"]:
            raise Wrong(
                {
                    "is_default": t(
                        "لا تبقى الجهة بلا تقويم معتمد. اختر هذا في التقويم الذي سيخلفه.",
                        "An agency is never without a default. Choose this in the calendar that shall take over.",
                    )
                }
            )

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.end_calendar(self.calendar(agency, (before or {})["code"]), by=by, at=at)
            return
        try:
            if before is None:
                self._add(agency, after, by=by, at=at)
            else:
                self._change(agency, before, after, by=by, at=at)
        except operations.SpansOverlap:
            raise Wrong({"hours": OVERLAP}) from None

    def _add(self, agency: Agency, after: Document, *, by: User | None, at: datetime) -> None:
        spans = None if after["always_open"] else _spans(after["hours"])
        calendar = operations.add_calendar(
            agency,
            code=after["code"],
            name=Localized(after["name"]),
            spans=spans,
            hours_from=_day(after["hours_from"]),
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
            from_on = _day(after["hours_from"])
            operations.set_hours(calendar, spans=_spans(after["hours"]), from_on=from_on, by=by, at=at)
        if after["is_default"] and not calendar.is_default:
            operations.make_default(calendar, by=by, at=at)

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        if before is None or after is None:
            return bool(after and after["is_default"])
        return bool(changed(before, after) & {"hours", "hours_from", "is_default"})


class SpecialHoursKind(_Timed):
    code = "special_hours"
    title, singular = t("ساعات خاصة", "Special hours"), t("ساعات خاصة", "special hours")
    sentence = t("ساعات رمضان وما يشبهها، بين يومين.", "Hours of Ramadan and the like, between two days.")
    icon, order = "moon", 20
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
        return _made_code(document, "from_on")

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return _one_per_code([_special(row) for row in queries.all_special_hours(agency.pk)])

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        _check_days(after, "from_on", "to_on")

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if before is not None and not before.get("ended"):
            operations.remove_special_hours(self._row(agency, before["code"]), by=by, at=at)
        if after is None:
            return
        try:
            operations.add_special_hours(
                self.calendar(agency, after["calendar"]),
                code=before["code"] if before else self.code_for(after),
                name=Localized(after["name"]),
                from_on=date.fromisoformat(after["from_on"]),
                to_on=date.fromisoformat(after["to_on"]),
                spans=_spans(after["hours"]),
                announced_on=_day(after["announced_on"]),
                source=after["source"],
                by=by,
                at=at,
            )
        except operations.SpansOverlap:
            raise Wrong({"hours": OVERLAP}) from None

    def _row(self, agency: Agency, code: str) -> SpecialHours:
        standing = (row for row in queries.all_special_hours(agency.pk) if row.withdrawn_at is None)
        return next(row for row in standing if row.known_as == code)


class Holidays(_Timed):
    code = "holidays"
    title, singular = t("الإجازات الرسمية", "Public holidays"), t("إجازة", "holiday")
    sentence = t(
        "الإجازات كما أُعلنت. تتحرك معها مواعيد الطلبات المفتوحة، ويذكر ذلك سجل كل طلب.",
        "Holidays as announced. The promises of open cases move with them, and each timeline says so.",
    )
    icon, order = "calendar-heart", 30
    fields = (
        Field("name", t("الاسم", "Name"), Type.LOCALIZED, required=True, in_list=True),
        Field("on_from", t("من يوم", "From"), Type.DATE, required=True, in_list=True, half=True),
        Field(
            "on_to",
            t("إلى يوم", "To"),
            Type.DATE,
            in_list=True,
            half=True,
            hint=t("فارغ: يوم واحد.", "Empty: one day."),
        ),
        Field(
            "calendar",
            t("التقويم", "Calendar"),
            Type.REFERENCE,
            refers_to="calendars",
            fixed=True,
            hint=t("فارغ: كل التقاويم.", "Empty: every calendar."),
        ),
        Field(
            "is_proposal",
            t("مقترحة لم تُعلن بعد", "Proposed, not announced yet"),
            Type.YES_NO,
            in_list=True,
            hint=t(
                "من جداول عامة أو حساب فلكي. أزل العلامة عند الإعلان.",
                "From public tables or reckoning. Take the mark away when it is announced.",
            ),
        ),
        Field("announced_on", t("أُعلنت يوم", "Announced on"), Type.DATE, half=True),
        Field("source", t("المصدر", "Source"), max_length=200, half=True),
    )

    def code_for(self, document: Document) -> str:
        return _made_code(document, "on_from")

    def sort_key(self, document: Document) -> str:
        return f"{document['on_from']} {document['code']}"

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return _one_per_code([_holiday(row) for row in queries.all_holidays(agency.pk)])

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        _check_days(after, "on_from", "on_to")

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "on_to": after["on_to"] or after["on_from"]}

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.remove_holiday(self._row(agency, (before or {})["code"]), by=by, at=at)
            return
        on_from = date.fromisoformat(after["on_from"])
        on_to, announced_on = _day(after["on_to"]) or on_from, _day(after["announced_on"])
        name, source, is_proposal = Localized(after["name"]), after["source"], after["is_proposal"]
        if before is None or before.get("ended"):
            operations.add_holiday(
                agency,
                code=before["code"] if before else self.code_for(after),
                name=name,
                on_from=on_from,
                on_to=on_to,
                calendar=self.calendar(agency, after["calendar"]) if after["calendar"] else None,
                announced_on=announced_on,
                source=source,
                is_proposal=is_proposal,
                by=by,
                at=at,
            )
            return
        operations.move_holiday(
            self._row(agency, before["code"]),
            name=name,
            on_from=on_from,
            on_to=on_to,
            announced_on=announced_on,
            source=source,
            is_proposal=is_proposal,
            by=by,
            at=at,
        )

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        return before is None or after is None or bool(changed(before, after) & {"on_from", "on_to"})

    def acts(self, agency: Agency, document: Document, at: datetime) -> list[Act]:
        if document.get("ended") or not document["is_proposal"]:
            return []
        return [Act("confirm", t("أُعلنت كما هي", "Announced as it stands"), icon="check")]

    def act(self, agency: Agency, document: Document, name: str, *, by: User | None, at: datetime) -> str:
        today = at.astimezone(agency.zone).date().isoformat()
        announced = {**document, "is_proposal": False, "announced_on": document["announced_on"] or today}
        self.apply(agency, document, announced, by=by, at=at)
        return t("أُكدت الإجازة.", "The holiday is confirmed.")

    def _row(self, agency: Agency, code: str) -> Holiday:
        standing = (row for row in queries.all_holidays(agency.pk) if row.withdrawn_at is None)
        return next(row for row in standing if row.known_as == code)


class HijriMonths(_Timed):
    code = "hijri_months"
    title, singular = t("بدايات الأشهر الهجرية", "Beginnings of Hijri months"), t("شهر هجري", "Hijri month")
    sentence = t(
        "إن خالفت الرؤية تقويم أم القرى فسجّل الفرق هنا.",
        "Where the sighting differs from the Umm al-Qura calendar, note by how many days.",
    )
    icon, order, can_end = "moon-star", 40, False
    fields = (
        Field(
            "year",
            t("السنة الهجرية", "Hijri year"),
            Type.WHOLE,
            required=True,
            fixed=True,
            least=1440,
            most=1500,
            half=True,
        ),
        Field("month", t("الشهر", "Month"), Type.WHOLE, required=True, fixed=True, least=1, most=12, half=True),
        Field(
            "days",
            t("تأخر بأيام", "Later by days"),
            Type.WHOLE,
            required=True,
            in_list=True,
            least=-2,
            most=2,
            hint=t("سالب إن تقدم، صفر إن وافق.", "Below zero when earlier; zero when it agrees."),
        ),
    )

    def code_for(self, document: Document) -> str:
        return f"{document['year']}-{int(document['month'] or 0):02d}"

    def name_of(self, document: Document) -> str:
        return self.code_for(document)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return [
            {"code": f"{year}-{month:02d}", "year": year, "month": month, "days": days}
            for (year, month), days in sorted(queries.hijri_offsets(agency.pk).items())
        ]

    def moves_promises(self, before: Document | None, after: Document | None) -> bool:
        return False

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        noted = after or before or {}
        days = after["days"] if after else 0
        operations.note_month(agency, year=noted["year"], month=noted["month"], days=days, by=by, at=at)


def _told(found: Forecast) -> str:
    if not found.moves:
        return t("لا يتحرك أي موعد من {n} موعداً جارياً.", "None of {n} running promises would move.", n=found.running)
    told = t(
        "سيتحرك {n} موعداً في {cases} طلباً، من {running} موعداً جارياً.",
        "{n} due moments in {cases} cases would move, of {running} that run.",
        n=len(found.moves),
        cases=found.cases,
        running=found.running,
    )
    if found.is_whole:
        return told
    return told + " " + t("حُسب أقربها فقط: {n}.", "Only the nearest were counted: {n}.", n=found.looked_at)


def _special(row: SpecialHours) -> Document:
    return {
        "code": row.known_as,
        "calendar": row.calendar.code,
        "name": row.name,
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "hours": _hours(list(row.spans.all())),
        "announced_on": _iso(row.announced_on),
        "source": row.source,
        "ended": row.withdrawn_at is not None,
    }


def _holiday(row: Holiday) -> Document:
    return {
        "code": row.known_as,
        "name": row.name,
        "on_from": row.on_from.isoformat(),
        "on_to": row.on_to.isoformat(),
        "calendar": row.calendar.code if row.calendar else "",
        "is_proposal": row.is_proposal,
        "announced_on": _iso(row.announced_on),
        "source": row.source,
        "ended": row.withdrawn_at is not None,
    }


def _one_per_code(documents: list[Document]) -> list[Document]:
    """Rows that stand for one matter one after another: the last that holds, else the last of all."""
    kept: dict[str, Document] = {}
    for document in documents:
        if document["code"] not in kept or not document["ended"] or kept[document["code"]]["ended"]:
            kept[document["code"]] = document
    return list(kept.values())


def _made_code(document: Document, day: str) -> str:
    if document.get("code"):
        return str(document["code"])
    return f"{document[day]}-{slugify(Localized(document['name']).in_language('en'))}".rstrip("-")[:40]


def _check_days(document: Document, first: str, last: str) -> None:
    if document[last] and document[last] < document[first]:
        raise Wrong({last: t("اليوم الأخير قبل الأول.", "The last day lies before the first.")})


def _hours(spans: Iterable[WorkingHours | SpecialSpan]) -> list[Document]:
    rows = [
        {"weekday": str(span.weekday), "opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"}
        for span in spans
    ]
    return sorted(rows, key=lambda row: ((int(row["weekday"]) + 1) % 7, row["opens"]))


def _spans(rows: list[Document]) -> Spans:
    spans: Spans = {}
    for row in rows:
        times = (time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        spans.setdefault(int(row["weekday"]), []).append(times)
    return spans


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


for _kind in (Calendars(), SpecialHoursKind(), Holidays(), HijriMonths()):
    register(_kind)
