"""`wasl config export|import`: the configuration of an agency as a YAML file."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from wasl.administration import differences, exporting, operations, registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Kind
from wasl.administration.yaml_files import ReadFile
from wasl.core import clock
from wasl.core.i18n import say
from wasl.directory import queries as directory
from wasl.directory.models import Agency

_MARKS = {"made": "+", "changed": "~", "ended": "-", "resumed": "+"}


class Command(BaseCommand):
    help = "تصدير إعدادات جهة إلى ملف YAML واستيرادها. Export and import the configuration of an agency as YAML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        written = acts.add_parser("export", help="اكتب الإعدادات  ·  write the configuration")
        written.add_argument("--agency", help="رمز الجهة؛ المعتمدة إن لم يُذكر  ·  code; the default one if left out")
        written.add_argument(
            "--kind", action="append", default=[], metavar="KIND", help="نوع واحد، ويُكرر  ·  one kind, may be repeated"
        )
        written.add_argument("-o", "--output", help="ملف بدل الشاشة  ·  a file instead of the screen")
        written.add_argument("--ended", action="store_true", help="والمنتهي أيضاً  ·  rows that have ended too")
        brought = acts.add_parser("import", help="طبّق ملفاً كله أو لا شيء  ·  apply a file, whole or not at all")
        brought.add_argument("file", help="الملف، أو -  ·  the file, or - for standard input")
        brought.add_argument("--agency", help="جهة غير التي في الملف  ·  another agency than the file names")
        brought.add_argument("--dry-run", action="store_true", help="اعرض الفروق فقط  ·  only show what would change")
        brought.add_argument("--yes", action="store_true", help="بلا سؤال  ·  do not ask")
        brought.add_argument("--note", default="", help="سبب التغيير، يبقى في التاريخ  ·  why; stays in the history")
        for one in (written, brought):
            one.add_argument("--language", choices=["ar", "en"], default=_language(), help="ar | en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            getattr(self, f"_{options['act']}")(options)

    def _export(self, options: dict[str, Any]) -> None:
        agency = _agency(options["agency"])
        text = exporting.export(agency, at=clock.now(), kinds=_kinds(options["kind"]), ended=options["ended"])
        if options["output"]:
            Path(options["output"]).write_text(text, encoding="utf-8")
            self.stderr.write(say("كُتب الملف: {path}", "Written: {path}", path=options["output"]))
        else:
            self.stdout.write(text, ending="")

    def _import(self, options: dict[str, Any]) -> None:
        read = exporting.read_file(_text(options["file"]))
        named = options["agency"] or read.agency
        if options["agency"] and read.agency and options["agency"] != read.agency:
            read = exporting.without_agencies(read)
        is_new = bool(named) and not _exists(named)
        planned = self._bring(named, read, options, dry_run=True)
        if is_new:
            self.stdout.write(say("+ جهة جديدة: {code}", "+ a new agency: {code}", code=named))
        elif not planned:
            self.stdout.write(say("لا فرق: الإعدادات مطابقة للملف.", "Nothing differs from the file."))
            return
        self._tell(planned)
        if options["dry_run"]:
            self.stdout.write(say("لم يُطبَّق شيء (--dry-run).", "Nothing was applied (--dry-run)."))
            return
        _ask(options["yes"])
        made = self._bring(named, read, options, dry_run=False)
        if not made:
            self.stdout.write(say("أُنشئت الجهة {code}.", "The agency {code} was founded.", code=named))
            return
        self.stdout.write(
            say("طُبّق. رقم الدفعة للتراجع: {batch}", "Applied. Batch, to take back: {batch}", batch=made[0].batch)
        )

    def _bring(self, named: str, read: ReadFile, options: dict[str, Any], *, dry_run: bool) -> list[ConfigChange]:
        try:
            return operations.import_into(
                named, read, by=None, at=clock.now(), note=options["note"][:300], dry_run=dry_run
            )
        except operations.CannotImport as refused:
            for one in refused.mistakes:
                place = " ".join(filter(None, [one.kind, one.code, one.field]))
                self.stderr.write(f"{options['file']}:{one.line}: {place}: {one.sentence}")
            raise CommandError(
                say("لم يُطبَّق شيء. أصلح ما سبق ثم أعد المحاولة.", "Nothing was applied. Mend the above and try again.")
            ) from refused
        except directory.NoAgency as unknown:
            raise CommandError(_no_agency(str(unknown))) from unknown

    def _tell(self, planned: list[ConfigChange]) -> None:
        for change in planned:
            kind = registry.kind_of(change.kind)
            document = change.after or change.before or {}
            act = differences.act_of(change.before, change.after)
            self.stdout.write(f"{_MARKS[act]} {change.kind} {change.code}  {kind.name_of(document)}")
            if change.before is not None and act != "ended":
                for line in differences.lines(kind, change.agency, change.before, change.after):
                    before, after = ("".join(piece.text for piece in side) for side in (line.before, line.after))
                    self.stdout.write(f"    {line.label}: {_short(before)} → {_short(after)}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"«{line[:100]}…»" if len(line) > 100 else f"«{line}»"


def _language() -> str:
    """The language of the terminal: English where it says so, else Arabic."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith(("en", "C", "POSIX")) else "ar"


def _agency(code: str | None) -> Agency:
    try:
        return directory.agency_by_code(code) if code else directory.default_agency()
    except directory.NoAgency as unknown:
        raise CommandError(_no_agency(str(unknown))) from unknown


def _exists(code: str) -> bool:
    return any(agency.code == code for agency in directory.all_agencies())


def _no_agency(code: str) -> str:
    return say(
        "لا توجد جهة «{code}». اكتب رمز جهة قائمة، أو أضف صفها تحت agencies في الملف.",
        "There is no agency “{code}”. Write the code of one that exists, or give its row under agencies in the file.",
        code=code,
    )


def _kinds(codes: list[str]) -> list[Kind] | None:
    known = {kind.code: kind for kind in exporting.exported_kinds()}
    if unknown := [code for code in codes if code not in known]:
        raise CommandError(
            say(
                "لا يوجد نوع «{kind}». الأنواع: {known}",
                "There is no kind “{kind}”. Kinds: {known}",
                kind=unknown[0],
                known=", ".join(known),
            )
        )
    return [kind for code, kind in known.items() if code in codes] or None


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            say("لا يمكن قراءة الملف {name}: {why}", "The file {name} cannot be read: {why}", name=name, why=str(error))
        ) from error


def _ask(is_told: bool) -> None:
    if is_told:
        return
    if not sys.stdin.isatty():
        raise CommandError(say("أضف --yes لتطبيق الملف بلا سؤال.", "Add --yes to apply the file without being asked."))
    question = say("أتُطبَّق هذه التغييرات؟ [y/N] ", "Apply these changes? [y/N] ")
    if input(question).strip().lower() not in ("y", "yes", "نعم"):
        raise CommandError(say("لم يُطبَّق شيء.", "Nothing was applied."))
