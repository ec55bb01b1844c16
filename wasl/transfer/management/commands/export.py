"""`wasl export cases`: the cases of an agency as a file, for whoever runs the house."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import ExitStack
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import say
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.transfer import export
from wasl.transfer.export import records, taking, writers

_NARROWED_BY = ("open", "kind", "since", "until", "staff_complaints")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"التاريخ هكذا 2026-11-22  ·  a date looks like 2026-11-22: {text}") from None


class Command(BaseCommand):
    help = "تصدير طلبات جهة إلى ملف. Export the cases of an agency to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="what", required=True)
        one = acts.add_parser("cases", help="الطلبات  ·  cases")
        one.add_argument("--agency", help="رمز الجهة؛ المعتمدة إن لم يُذكر  ·  code; the default one if left out")
        one.add_argument("--format", choices=list(export.FORMATS), default="csv", help="نوع الملف  ·  kind of file")
        one.add_argument("-o", "--output", help="ملف بدل الشاشة  ·  a file instead of the screen")
        one.add_argument("--state", action="append", default=[], help="حالة، وتُكرر  ·  a state, may be repeated")
        one.add_argument("--open", action="store_true", help="المفتوحة فقط  ·  only open ones")
        one.add_argument("--kind", choices=list(workflow.KINDS), default="", help="النوع  ·  kind")
        one.add_argument("--from", dest="since", type=_day, help="وردت منذ هذا اليوم  ·  received from this day on")
        one.add_argument("--to", dest="until", type=_day, help="وردت حتى هذا اليوم  ·  received up to this day")
        one.add_argument(
            "--people", choices=list(records.PURPOSES), help="مع بيانات الأشخاص، والغرض  ·  with people, and why"
        )
        one.add_argument(
            "--staff-complaints",
            action="store_true",
            help="مع الشكاوى على الموظفين  ·  with complaints about staff, which are left out else",
        )
        one.add_argument("--language", choices=["ar", "en"], default="ar")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            agency = _agency(options["agency"])
            filters = _filters(options, agency)
            fields = export.chosen(None, personal=options["people"] is not None)
            number = self._write(agency, filters, fields, options)
            self.stderr.write(say("الطلبات المصدّرة: {n}", "Cases exported: {n}", n=number))

    def _write(
        self, agency: Agency, filters: cases.Filters, fields: list[export.Field], options: dict[str, Any]
    ) -> int:
        at, found = clock.now(), Case.objects.filter(agency=agency)
        if not options["staff_complaints"]:
            found = found.filter(compartment__isnull=True)
        number = cases.count_all(found, filters)
        if options["format"] == "xlsx" and number > writers.MOST_IN_A_SHEET:
            raise _too_long(number)
        told = {name: str(options[name]) for name in _NARROWED_BY if options[name]}
        records.record(
            agency,
            filters=told | ({"state": ",".join(options["state"])} if options["state"] else {}),
            by_words=False,
            fields=fields,
            count=number,
            form=options["format"],
            by=None,
            at=at,
            purpose=options["people"] or "",
        )
        people = None if options["people"] else taking.NOBODY
        rows = taking.taken(found, filters, at=at, people=people, most=number)
        pieces = export.written(options["format"], rows, fields, language=options["language"], zone=agency.zone)
        with ExitStack() as stack:
            path = options["output"]
            out = stack.enter_context(open(path, "wb")) if path else sys.stdout.buffer  # noqa: PTH123
            if path:
                os.chmod(path, 0o600)  # noqa: PTH101
            for piece in pieces:
                out.write(piece)
        return number


def _too_long(number: int) -> CommandError:
    most = writers.MOST_IN_A_SHEET
    return CommandError(
        say("يتسع جدول Excel لعدد {most} من الصفوف، والطلبات {n}: حدّد المدة بالخيارين --from و--to أو اختر csv",
            "An Excel sheet holds {most} rows, and there are {n} cases: narrow them by --from and --to, or choose csv",
            most=most, n=number)
    )  # fmt: skip


def _filters(options: dict[str, Any], agency: Agency) -> cases.Filters:
    unknown = [state for state in options["state"] if state not in workflow.states()]
    if unknown:
        known = " ".join(workflow.states())
        raise CommandError(
            say("لا توجد حالة بهذا الرمز: {state}. الحالات: {known}", "No such state: {state}. There are: {known}",
                state=unknown[0], known=known)
        )  # fmt: skip
    return cases.Filters(
        states=options["state"],
        open_only=options["open"],
        kind=options["kind"],
        registered_from=_midnight(options["since"], agency),
        registered_before=_midnight(options["until"], agency, after=True),
        order="oldest",
    )


def _midnight(day: date | None, agency: Agency, *, after: bool = False) -> datetime | None:
    if day is None:
        return None
    last = date.fromordinal(day.toordinal() + 1) if after else day
    return datetime.combine(last, time(), agency.zone)


def _agency(code: str | None) -> Agency:
    try:
        return directory.agency_by_code(code) if code else directory.default_agency()
    except directory.NoAgency as unknown:
        raise CommandError(
            say("لا توجد جهة بهذا الرمز: {code}", "There is no agency with this code: {code}", code=str(unknown))
        ) from unknown
