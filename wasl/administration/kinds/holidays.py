"""Public holidays: entered by people, proposed from tables and confirmed, brought in from calendar files."""

from datetime import date, datetime

from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.kinds.timed import Timed, check_days, day_of, iso, made_code, one_per_code
from wasl.administration.registry import Document, Field, Link, Type, changed, register
from wasl.calendars import operations, queries
from wasl.calendars.models import Holiday
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory.models import Agency


class Holidays(Timed):
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
            hint=t(
                "من جداول عامة أو حساب فلكي، وتظهر «تقديري». أزل العلامة عند الإعلان واكتب مصدره ويومه.",
                "From public tables or reckoning; shown as “estimated”. Take the mark away when it is announced, and "
                "give the source and the day.",
            ),
        ),
        Field("announced_on", t("أُعلنت يوم", "Announced on"), Type.DATE, half=True),
        Field("source", t("المصدر", "Source"), max_length=200, half=True),
        Field("standing", t("الثبوت", "Standing"), computed=True, in_list=True),
        Field("confirmed", t("أكدها", "Confirmed by"), computed=True),
    )
    first_day = "on_from"
    upload_url_name = "administration:calendar_upload"
    # A sighting moves proposals; what a file says of their days is said after it.
    comes_after = ("hijri_months",)

    def code_for(self, document: Document) -> str:
        return made_code(document, document["on_from"])

    def sort_key(self, document: Document) -> str:
        return f"{document['on_from']} {document['code']}"

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        return one_per_code([_holiday(row, agency) for row in queries.all_holidays(agency.pk)])

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        check_days(after, "on_from", "on_to")

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {**after, "on_to": after["on_to"] or after["on_from"]}

    def put(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            operations.remove_holiday(self._row(agency, (before or {})["code"]), by=by, at=at)
            return
        on_from = date.fromisoformat(after["on_from"])
        on_to, announced_on = day_of(after["on_to"]) or on_from, day_of(after["announced_on"])
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

    def list_links(self, agency: Agency) -> list[Link]:
        proposals = reverse("administration:proposals", args=[agency.code])
        return [
            Link(t("مراجعة المقترحات", "Review proposals"), proposals, "list-checks"),
            Link("iCal", reverse("administration:calendar_file", args=[agency.code]), "download"),
        ]

    def links(self, agency: Agency, document: Document) -> list[Link]:
        if document.get("ended") or not document["is_proposal"]:
            return []
        address = reverse("administration:proposals", args=[agency.code])
        return [Link(t("تأكيدها أو رفضها", "Confirm or decline"), f"{address}#{document['code']}", "list-checks")]

    def _row(self, agency: Agency, code: str) -> Holiday:
        standing = (row for row in queries.all_holidays(agency.pk) if row.withdrawn_at is None)
        return next(row for row in standing if row.known_as == code)


def _holiday(row: Holiday, agency: Agency) -> Document:
    return {
        "code": row.known_as,
        "name": row.name,
        "on_from": row.on_from.isoformat(),
        "on_to": row.on_to.isoformat(),
        "calendar": row.calendar.code if row.calendar else "",
        "is_proposal": row.is_proposal,
        "announced_on": iso(row.announced_on),
        "source": row.source,
        "standing": t("تقديرية", "Estimated") if row.is_proposal else t("معلنة", "Announced"),
        "confirmed": _confirmation(row, agency),
        "ended": row.withdrawn_at is not None,
    }


def _confirmation(row: Holiday, agency: Agency) -> str:
    if row.confirmed_at is None:
        return ""
    who = row.confirmed_by.full_name if row.confirmed_by else t("سطر الأوامر", "the command line")
    return f"{who} · {row.confirmed_at.astimezone(agency.zone):%Y-%m-%d %H:%M}"


register(Holidays())
