"""`wasl audit verify|head`: is the log of facts what it was when it was sealed, and the newest seal to write down."""

import json
import os
import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from wasl.core import seals
from wasl.core.i18n import say
from wasl.core.models import Seal
from wasl.core.seals import checking, vitals

# 1 is: it could not be looked at.
BROKEN = 3
_TELL_EVERY = 2.0  # seconds


class Command(BaseCommand):
    help = "سلامة سجل التدقيق. Is the audit log what it was when it was sealed?"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        looked = acts.add_parser("verify", help="افحص السلسلة كلها  ·  look along the whole chain")
        looked.add_argument(
            "--from", dest="since", type=int, default=0, metavar="SEAL", help="بعد هذا الختم  ·  after this seal only"
        )
        looked.add_argument(
            "--published",
            type=Path,
            metavar="PATH",
            help="ملف أو مجلد منشور غير WASL_HOME/audit  ·  another published file or folder",
        )
        newest = acts.add_parser("head", help="الختم الأخير  ·  the newest seal, to write down")
        for one in (looked, newest):
            one.add_argument("--json", action="store_true", help="سطر JSON واحد  ·  one line of JSON")
            one.add_argument("--language", choices=["ar", "en"], default=_language(), help="ar | en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            getattr(self, f"_{options['act']}")(options)

    def _head(self, options: dict[str, Any]) -> None:
        newest = seals.head()
        if newest is None:
            raise CommandError(say("لم يُختم شيء بعد.", "Nothing was sealed yet."))
        line = seals.line_of(newest)
        if options["json"]:
            self.stdout.write(json.dumps(_of_line(line)))
        else:
            self.stdout.write(str(line))

    def _verify(self, options: dict[str, Any]) -> None:
        after = _known(options["since"])
        place = options["published"] or Path(settings.WASL_HOME) / seals.FOLDER
        if options["published"] and not place.exists():
            raise CommandError(say("لا ملف في {place}.", "There is nothing at {place}.", place=place))
        began = time.monotonic()
        found = seals.verify(after=after, published=seals.lines_in(place), told=_progress(began))
        checking.remember(found, began=after)
        if options["json"]:
            self.stdout.write(json.dumps(_figures(found, began), ensure_ascii=False))
        else:
            self._tell(found, began)
        if not found.is_sound:
            sys.exit(BROKEN)

    def _tell(self, found: seals.Verdict, began: float) -> None:
        looked = say(
            "فُحص {records} سجلاً تحت {seals} ختماً في {seconds} ث، وطابق المنشورَ منها {published}.",
            "{records} records under {seals} seals looked at in {seconds} s; {published} seals compared with those "
            "published.",
            records=f"{found.records:,}",
            seals=f"{found.seals:,}",
            seconds=f"{time.monotonic() - began:.1f}",
            published=f"{found.published:,}",
        )
        self.stdout.write(looked)
        if found.broken is not None:
            self.stdout.write(f"✗ {found.broken.sentence}")
            return
        waits = vitals.waiting_seconds(found.up_to, datetime.now(UTC))
        self.stdout.write(
            say(
                "✓ السجل سليم حتى السجل رقم {up_to} (الختم {seal}). أقدم ما بعده ينتظر الختم منذ {waits} ث.",
                "✓ The log is what it was, up to record {up_to} (seal {seal}). What came after waits {waits} s for "
                "its seal.",
                up_to=found.up_to,
                seal=found.last_seal,
                waits=int(waits),
            )
        )


def _known(since: int) -> int:
    if since and not Seal.objects.filter(pk=since).exists():
        raise CommandError(say("لا ختم رقم {n}.", "There is no seal {n}.", n=since))
    return since


def _progress(began: float) -> Any:
    """Tells a person at a terminal every two seconds how far it has come."""
    last = [began]

    def tell(records: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - last[0] > _TELL_EVERY:
            last[0] = time.monotonic()
            print(f"  {records:,}", file=sys.stderr)

    return tell


def _figures(found: seals.Verdict, began: float) -> dict[str, Any]:
    broken = found.broken
    return {
        "sound": found.is_sound,
        "records": found.records,
        "seals": found.seals,
        "last_seal": found.last_seal,
        "up_to": found.up_to,
        "published": found.published,
        "seconds": round(time.monotonic() - began, 2),
        "broken": None
        if broken is None
        else {"what": broken.what, "seal": broken.seal, "event": broken.event, "sentence": str(broken.sentence)},
    }


def _of_line(line: seals.Line) -> dict[str, Any]:
    return {
        "seal": line.number,
        "up_to": line.last_event,
        "digest": line.digest,
        "sealed_at": line.at.isoformat(timespec="seconds"),
    }


def _language() -> str:
    """The language of the terminal: English where it says so, else Arabic."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith(("en", "C", "POSIX")) else "ar"
