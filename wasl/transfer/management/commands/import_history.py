"""`wasl import cases|open311`: the history of another system, brought in."""

import json
import os
import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.dateparse import parse_date

from wasl.core import clock
from wasl.core.i18n import LANGUAGES, say
from wasl.core.refusal import Refusal
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.transfer import importing, mapping, telling
from wasl.transfer.documents import BadDocument
from wasl.transfer.failures import ErrorFile, default_path, in_language
from wasl.transfer.importing import Outcome, Wish
from wasl.transfer.mapping import Mapping
from wasl.transfer.open311 import Open311Source, Period
from wasl.transfer.reading import Options, Source, open_source
from wasl.transfer.reading.files import fingerprint


class Command(BaseCommand):
    help = "استورد تاريخ نظام آخر، دون إبلاغ أحد. Import the history of another system; nobody is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.prog = "wasl import"
        acts = parser.add_subparsers(dest="act", required=True)
        cases = acts.add_parser("cases", help="من ملف CSV أو XLSX أو JSON lines  ·  from a file, also .gz")
        cases.add_argument("file", type=Path)
        cases.add_argument(
            "--mapping", required=True, help="ملف المواءمة، أو اسم جاهزة  ·  a file, or a ready one by name"
        )
        cases.add_argument("--encoding", default="", help="ترميز الملف  ·  utf-8, cp1256 …")
        cases.add_argument(
            "--errors", type=Path, help="ملف السجلات التي لم تدخل  ·  where rows that failed are written"
        )
        server = acts.add_parser("open311", help="من خادم مدينة أخرى  ·  from another city's server (GeoReport v2)")
        server.add_argument("url")
        server.add_argument("--mapping", default="open311")
        server.add_argument("--jurisdiction", default="", help="jurisdiction_id")
        server.add_argument("--since", help="YYYY-MM-DD؛ سنة مضت إن لم يُذكر  ·  a year ago if left out")
        server.add_argument("--until", help="YYYY-MM-DD؛ الآن إن لم يُذكر  ·  now if left out")
        server.add_argument("--pace", type=float, default=1.0, help="ثوانٍ بين النداءات  ·  seconds between calls")
        server.add_argument("--errors", type=Path)
        for one in (cases, server):
            one.add_argument("--agency", help="رمز الجهة؛ المعتمدة إن لم يُذكر  ·  code; the default one if left out")
            one.add_argument(
                "--source", default="", help="اسم النظام السابق  ·  its name, as of the mapping if left out"
            )
            one.add_argument("--dry-run", action="store_true", help="اقرأ ولا تكتب  ·  read all, write nothing")
            one.add_argument("--batch", type=int, default=importing.BATCH, help="سجلات كل دفعة  ·  rows a transaction")
            one.add_argument("--allow-errors", action="store_true", help="0 مع وجود أخطاء  ·  exit 0 with failed rows")
            one.add_argument("--json", action="store_true", help="الملخص JSON  ·  the summary as JSON")
            one.add_argument("--language", choices=LANGUAGES, default=_language())

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                failed = self._import(options)
            except BadDocument as wrong:
                self._tell_faults(wrong, options["mapping"])
                raise CommandError(
                    "Nothing was imported. Mend the mapping.  ·  لم يُستورد شيء. أصلح ملف المواءمة.", returncode=1
                ) from wrong
        if failed and not options["allow_errors"]:
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> int:
        if not 1 <= options["batch"] <= 20_000:
            raise CommandError("--batch: 1 … 20000")
        agency = _agency(options["agency"])
        plan, text = mapping.load(options["mapping"])
        make = _from_file if options["act"] == "cases" else _from_server
        wish = make(agency, plan, text, options)
        for remark in wish.source.remarks:
            self.stderr.write(str(remark))
        bar = telling.Bar()
        dry_run = options["dry_run"]
        try:
            outcome = (importing.look if dry_run else importing.bring_in)(wish, bar)
        finally:
            bar.end()
            wish.errors.close()
        self._tell(outcome, wish, options)
        return outcome.counts.failed

    def _tell(self, outcome: Outcome, wish: Wish, options: dict[str, Any]) -> None:
        dry_run = options["dry_run"]
        if options["json"]:
            document = telling.as_json(outcome, wish, dry_run=dry_run)
            self.stdout.write(json.dumps(document, ensure_ascii=False, default=str))
            return
        for line in telling.report(outcome, wish, dry_run=dry_run):
            self.stdout.write(line)

    def _tell_faults(self, wrong: BadDocument, name: str) -> None:
        for fault in wrong.faults:
            for language in ("en", "ar"):
                self.stderr.write(f"{name}:{fault.line}: {fault.key}: {in_language(fault.sentence, language)}")


def _from_file(agency: Agency, plan: Mapping, text: str, options: dict[str, Any]) -> Wish:
    path: Path = options["file"]
    told = Options(options["encoding"] or plan.options.encoding, plan.options.delimiter, plan.options.sheet)
    source = open_source(path, told)
    if source.columns is not None:
        plan.check_columns(source.columns)
    wished = options["errors"] or default_path(path)
    _refuse_own_errors(path, wished)
    return _wish(agency, plan, text, options, source, name=path.name, content=fingerprint(path), errors=wished)


def _from_server(agency: Agency, plan: Mapping, text: str, options: dict[str, Any]) -> Wish:
    period = Period.of(_day(options["since"], "--since"), _day(options["until"], "--until"), agency.zone, clock.now())
    source = Open311Source(
        options["url"], jurisdiction=options["jurisdiction"], period=period, zone=agency.zone, pace=options["pace"]
    )
    if "duplicate_of" in plan.fields:
        raise Refusal(
            "لا يُستعمل duplicate_of مع خادم: لا يقول GeoReport أيها مكرر.",
            "duplicate_of has no use with a server: GeoReport does not say what repeats what.",
        )
    content = f"{source.address} {options['jurisdiction']} {options['since'] or 'the last year'}"
    errors = options["errors"] or Path(f"open311-{source.host}.errors.jsonl")
    return _wish(agency, plan, text, options, source, name=source.address, content=content[:300], errors=errors)


def _wish(
    agency: Agency,
    plan: Mapping,
    text: str,
    options: dict[str, Any],
    source: Source,
    *,
    name: str,
    content: str,
    errors: Path,
) -> Wish:
    source_name = options["source"] or plan.source
    if len(source_name) > 40:
        raise CommandError("--source: 40")
    return Wish(
        agency=agency,
        plan=plan,
        source=source,
        source_name=source_name,
        name=name,
        content=content,
        mapping=sha256(text.encode()).hexdigest(),
        errors=ErrorFile(errors, source.columns, language=options["language"]),
        batch=options["batch"],
    )


def _refuse_own_errors(path: Path, errors: Path) -> None:
    if path.resolve() == errors.resolve():
        raise Refusal(
            "ملف الأخطاء هو الملف نفسه. سمِّ غيره بالخيار --errors.",
            "The file of errors would be the very file that is read. Name another by --errors.",
        )


def _agency(code: str | None) -> Agency:
    try:
        return directory.agency_by_code(code) if code else directory.default_agency()
    except directory.NoAgency as unknown:
        raise CommandError(
            say(
                "لا توجد جهة بالرمز «{code}». أنشئها من صفحات الإدارة أو بالأمر wasl config import.",
                "There is no agency of code “{code}”. Make it on the pages of administration or by wasl config import.",
                code=code or "",
            )
        ) from unknown


def _day(text: str | None, option: str) -> Any:
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{option}: YYYY-MM-DD")
    return day


def _language() -> str:
    """The language of the terminal: English where it says so, else Arabic."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith(("en", "C", "POSIX")) else "ar"
