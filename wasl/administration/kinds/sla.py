"""Promises: how long what may take."""

from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.administration.kinds.catalogue import service_of
from wasl.administration.registry import Document, Field, Group, Kind, Panel, Type, Wrong, register
from wasl.calendars import queries as calendars
from wasl.catalogue.models import CaseKind, Priority
from wasl.core.i18n import language, t
from wasl.core.text import latin_digits
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.sla import durations, operations, queries
from wasl.sla.clocks import Promise, due_at
from wasl.sla.explanation import explain_sentence
from wasl.sla.models import WARNINGS, ClockKind, OnReopen, Pausing, Policy, Unit, usual_pauses
from wasl.web.moments import moment24

CONDITIONS = ("service", "responsible", "kind", "importance", "clock")


class Policies(Kind):
    code = "policies"
    title, singular = t("مدد الإنجاز", "Service levels"), t("مدة", "service level")
    sentence = t(
        "الوعود العامة بحسب النوع والدرجة؛ مدد كل خدمة في صفحتها.",
        "The general promises by kind and class; a service's own times stand on its page.",
    )
    icon, group, order = "timer", Group.SERVICES, 80
    fields = (
        Field(
            "clock",
            t("الوعد", "Promise"),
            Type.CHOICE,
            required=True,
            choices=ClockKind.choices,
            fixed=True,
            half=True,
        ),
        Field(
            "service",
            t("الخدمة", "Service"),
            Type.REFERENCE,
            refers_to="services",
            ends_along=True,
            fixed=True,
            hint=t("ما يُترك فارغاً يشمل الكل. الأكثر تحديداً يفوز.", "What is left empty fits all. The closest wins."),
            half=True,
        ),
        Field(
            "responsible",
            t("الوحدة المسؤولة", "Responsible unit"),
            Type.REFERENCE,
            refers_to="units",
            ends_along=True,
            fixed=True,
            hint=t(
                "تسري عليها وعلى ما يتبعها من وحدات. الأقرب إلى الوحدة يفوز.",
                "It holds for it and the units below. The one nearest to the unit wins.",
            ),
            half=True,
        ),
        Field(
            "kind",
            t("نوع الطلب", "Kind of case"),
            Type.CHOICE,
            choices=CaseKind.choices,
            fixed=True,
            half=True,
        ),
        Field(
            "importance",
            t("درجة الأهمية", "Class"),
            Type.CHOICE,
            choices=Priority.choices,
            fixed=True,
            half=True,
        ),
        Field(
            "amount",
            t("المدة", "Length"),
            Type.DURATION,
            required=True,
            hint=t(
                "مثل 30 دقيقة، أو 4 ساعات، أو 3 أيام. الأيام أيام عمل إلا على مدار الساعة.",
                "Such as 30 minutes, 4 hours or 3 days. Days are working days unless round the clock.",
            ),
            half=True,
        ),
        Field("always_open", t("على مدار الساعة", "Round the clock"), Type.YES_NO, in_list=True, half=True),
        Field("words", t("المدة", "Length"), Type.LOCALIZED, computed=True, in_list=True),
        Field(
            "calendar",
            t("التقويم", "Calendar"),
            Type.REFERENCE,
            refers_to="calendars",
            hint=t(
                "فارغ: تقويم الوحدة المسؤولة، وإلا فتقويم الجهة المعتمد.",
                "Empty: that of the responsible unit, or else the agency's default.",
            ),
            show_when=("always_open", ("",)),
            half=True,
        ),
        Field(
            "pauses",
            t("ما يوقف الساعة", "What stops the clock"),
            Type.CHOICES,
            choices=Pausing.choices,
            default=usual_pauses(),
            hint=t(
                "المعتاد أن توقفها حالة واحدة: انتظار المستفيد.",
                "As a rule only one thing does: waiting for the beneficiary.",
            ),
        ),
        Field(
            "warnings",
            t("التنبيه عند استهلاك (بالمئة)", "Warn when so much is used up (per cent)"),
            Type.WORDS,
            default=[str(share) for share in WARNINGS],
            hint=t("أرقام من 1 إلى 99، مثل 50 و80.", "Numbers from 1 to 99, such as 50 and 80."),
            half=True,
        ),
        Field(
            "on_reopen",
            t("عند إعادة فتح الطلب", "When a case is opened again"),
            Type.CHOICE,
            required=True,
            choices=OnReopen.choices,
            default=OnReopen.NEW.value,
            hint=t(
                "إن استمر الوعد الأول فوقت إغلاق الطلب لا يُحسب.",
                "Where the first promise goes on, the time the case was closed is not counted.",
            ),
            half=True,
        ),
    )

    def code_for(self, document: Document) -> str:
        named = [f"{name[0]}.{document[name]}" for name in CONDITIONS[:-1] if document.get(name)]
        return "+".join([str(document.get("clock", "")), *named])

    def name_of(self, document: Document) -> Any:
        parts = [ClockKind(document["clock"]).label]
        parts += [document["service"]] if document["service"] else []
        parts += [document["responsible"]] if document["responsible"] else []
        parts += [CaseKind(document["kind"]).label] if document["kind"] else []
        parts += [Priority(document["importance"]).label] if document["importance"] else []
        return " · ".join(str(part) for part in parts)

    def rows(self, agency: Agency, at: datetime) -> list[Document]:
        found: dict[str, Document] = {}
        for policy in queries.all_policies(agency):
            document = _document(policy, at)
            found[self.code_for(document)] = document
        return list(found.values())

    def usual(self, agency: Agency, at: datetime) -> list[Document]:
        offered = [] if queries.all_policies(agency) else [_document(one, at) for one in operations.usual(agency, at)]
        return [{**document, "code": self.code_for(document)} for document in offered]

    def check(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> None:
        if after["service"] and (after["kind"] or after["importance"]):
            raise Wrong(
                {
                    "kind" if after["kind"] else "importance": t(
                        "مدة الخدمة تسري على كل طلباتها. اترك هذا فارغاً.",
                        "A promise for a service holds for all its cases. Leave this empty.",
                    )
                }
            )
        if after["always_open"] and after["calendar"]:
            raise Wrong({"calendar": t("على مدار الساعة لا تقويم لها.", "Round the clock needs no calendar.")})
        _duration(after)
        _warnings(after)

    def apply(
        self, agency: Agency, before: Document | None, after: Document | None, *, by: User | None, at: datetime
    ) -> None:
        if after is None:
            code = self.code_for(before or {})
            for policy in queries.all_policies(agency):
                if self.code_for(_document(policy, at)) == code:
                    operations.end_policy(policy, by=by, at=at)
            return
        duration = _duration(after)
        operations.set_policy(
            agency,
            clock=after["clock"],
            amount=duration.working_days or duration.minutes or 0,
            unit=Unit.WORKING_DAYS.value if duration.working_days else Unit.MINUTES.value,
            service=service_of(agency, after["service"]) if after["service"] else None,
            kind=after["kind"],
            importance=after["importance"],
            calendar=calendars.calendar_by_code(agency.pk, after["calendar"]) if after["calendar"] else None,
            always_open=after["always_open"],
            responsible=directory.unit_by_code(agency, after["responsible"]) if after["responsible"] else None,
            warnings=_warnings(after),
            pauses=after["pauses"],
            on_reopen=after["on_reopen"] or OnReopen.NEW.value,
            by=by,
            at=at,
        )

    def normalise(self, agency: Agency, before: Document | None, after: Document, at: datetime) -> Document:
        return {
            **after,
            "amount": _amount(_duration(after)),
            "warnings": [str(share) for share in _warnings(after)],
            "on_reopen": after["on_reopen"] or OnReopen.NEW.value,
        }

    def preview(self, agency: Agency, before: Document | None, after: Document | None, at: datetime) -> Panel | None:
        if after is None:
            return None
        duration, calendar = _duration(after), None
        if after["calendar"]:
            calendar = calendars.calendar_by_code(agency.pk, after["calendar"])
        promise = Promise(
            after["clock"],
            calendars.working_time(
                agency_id=agency.pk, calendar_id=calendar.pk if calendar else None, always_open=after["always_open"]
            ),
            amount_minutes=duration.minutes,
            working_days=duration.working_days,
            always_open=after["always_open"],
        )
        return Panel(
            t("طلب يُسجَّل الآن", "A case registered now"),
            lines=(
                t("يستحق {when}.", "It would be due {when}.", when=moment24(due_at(promise, at))),
                explain_sentence(promise, at, language()),
                t(
                    "تسري على ما يُسجَّل بعد الحفظ. الطلبات المفتوحة تبقى على مددها.",
                    "It holds for what is registered from now on. Open cases keep their promises.",
                ),
            ),
        )

    def sort_key(self, document: Document) -> Any:
        clocks = list(ClockKind.values)
        closeness = [bool(document[name]) for name in ("service", "responsible", "kind", "importance")]
        return clocks.index(document["clock"]), closeness, document["code"]


def _document(policy: Policy, at: datetime) -> Document:
    by_days = policy.unit == Unit.WORKING_DAYS
    duration = durations.Duration(
        minutes=None if by_days else policy.amount,
        working_days=policy.amount if by_days else None,
        always_open=policy.always_open,
    )
    return {
        "clock": policy.clock,
        "service": policy.service.code if policy.service else "",
        "responsible": policy.responsible.code if policy.responsible else "",
        "kind": policy.kind,
        "importance": policy.importance,
        "amount": _amount(duration),
        "words": duration.in_words(),
        "always_open": policy.always_open,
        "calendar": policy.calendar.code if policy.calendar else "",
        "pauses": [state for state in Pausing.values if state in policy.pauses],
        "warnings": [str(share) for share in policy.warnings],
        "on_reopen": str(policy.on_reopen),
        "ended": policy.valid_to is not None and policy.valid_to <= at,
    }


def _duration(document: Document) -> durations.Duration:
    try:
        return durations.parse(document["amount"], durations.ALWAYS if document["always_open"] else "work")
    except durations.BadDuration:
        raise Wrong({"amount": t("اكتب مدة مثل 4h أو 3d.", "Give a length such as 4h or 3d.")}) from None


def _warnings(document: Document) -> list[int]:
    try:
        shares = sorted({int(latin_digits(word).strip(" %٪")) for word in document["warnings"]})
    except ValueError:
        shares = [0]
    if not all(0 < share < 100 for share in shares):
        raise Wrong({"warnings": t("اكتب أرقاماً من 1 إلى 99.", "Give numbers from 1 to 99.")})
    return shares


def _amount(duration: durations.Duration) -> str:
    """The shortest way to write it: 1440 minutes round the clock are "24h", working days "3d"."""
    if duration.working_days is not None:
        return f"{duration.working_days}d"
    minutes = duration.minutes or 0
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


register(Policies())
