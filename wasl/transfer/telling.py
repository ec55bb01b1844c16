"""What is shown of an import: a bar while it runs, and the report at its end, for people and for programs."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from wasl.core.i18n import say, t
from wasl.directory.models import Agency
from wasl.transfer.failures import Reason
from wasl.transfer.importing import Outcome, Wish
from wasl.transfer.names import Choice
from wasl.transfer.rows import Counts
from wasl.transfer.translating import Translated

EVERY_SECONDS, EVERY_SECONDS_PLAIN = 0.2, 10.0
WIDTH = 28
MOST_SHOWN = 12
NOTES = {
    "nowhere": t("نقطة تعني «المكان غير معروف»: تُركت بلا نقطة", "a point that stands for “place not known”: left out"),
    "earlier": t("وقت قبل التسجيل: أُخذ وقت التسجيل", "a moment before the registration: taken as the registration's"),
    "open_with_end": t("طلب مفتوح له وقت انتهاء: أُهمل الوقت", "an open case with a moment of its end: left out"),
    "duplicate_open": t("مكرر ما زال مفتوحاً: بقي مفتوحاً", "a duplicate that is still open: it stays open"),
    "rating_left_out": t("تقييم لطلب لم يُنجز: أُهمل", "a rating of a case that was not resolved: left out"),
}


class Bar:
    """One line that is written over on a terminal; elsewhere a plain line now and then."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._is_terminal = self._out.isatty()
        self._began = self._last = time.monotonic()
        self._first: int | None = None

    def __call__(self, share: float | None, counts: Counts) -> None:
        """How far it is."""
        now = time.monotonic()
        if self._first is None:
            self._first = counts.rows
        if now - self._last < (EVERY_SECONDS if self._is_terminal else EVERY_SECONDS_PLAIN):
            return
        self._last = now
        line = self._line(share, counts, now - self._began)
        self._out.write(f"\r\x1b[2K{line}" if self._is_terminal else f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal:
            self._out.write("\r\x1b[2K")
            self._out.flush()

    def _line(self, share: float | None, counts: Counts, seconds: float) -> str:
        done = counts.rows - (self._first or 0)
        rate = done / seconds if seconds else 0.0
        figures = say(
            "{rows} سجل · {rate} في الثانية · فشل {failed}",
            "{rows} rows · {rate}/s · {failed} failed",
            rows=f"{counts.rows:,}",
            rate=f"{rate:,.0f}",
            failed=f"{counts.failed:,}",
        )
        if not share:
            return figures
        filled = round(share * WIDTH)
        left = seconds / share - seconds if share < 1 else 0.0
        bar = f"[{'█' * filled}{'·' * (WIDTH - filled)}] {share:4.0%}"
        return f"{bar}  {figures}  {say('بقي {time}', '{time} left', time=_clock(left))}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def as_json(outcome: Outcome, wish: Wish, *, dry_run: bool) -> dict[str, Any]:
    """The report for programs."""
    counts = outcome.counts
    return {
        "dry_run": dry_run,
        "agency": wish.agency.code,
        "source": wish.source_name,
        "name": wish.name,
        "run": outcome.run.pk if outcome.run else None,
        "went_on": outcome.went_on,
        "rows": counts.rows,
        "imported": counts.imported,
        "known": counts.known,
        "failed": counts.failed,
        "duplicates": {"joined": counts.linked, "not_found": counts.unlinked},
        "notes": counts.notes,
        "made": {
            kind: [{"code": one.code, "name": dict(one.name), "rows": one.uses} for one in choices]
            for kind, choices in outcome.made.items()
        },
        "reasons": [
            {"field": one.field, "reason": str(one.sentence), "count": one.count, "lines": one.lines}
            for one in outcome.reasons
        ],
        "samples": [sample(one) for one in outcome.samples],
        "errors_file": str(wish.errors.path) if wish.errors.is_there else None,
        "seconds": round(outcome.seconds, 2),
        "rows_per_second": round(outcome.rate),
    }


def sample(row: Translated) -> dict[str, Any]:
    """A row as it would become."""
    told = {name: value for name, value in row.given.items() if value not in ("", None, [], ())}
    told["answers"] = {one["label"]["en"]: one["value"] for one in told.get("answers", [])}
    named = {
        "service": f"{row.service.code} {row.service.name}" if row.service else None,
        "unit": f"{row.unit.code} {row.unit.name}" if row.unit else None,
        "duplicate_of": row.duplicate_of,
        "person": row.person.full_name if row.person else None,
    }
    plain = {name: value if isinstance(value, (bool, int, dict)) else str(value) for name, value in told.items()}
    return {"line": row.line, "source_id": row.source_id, **plain, **{k: v for k, v in named.items() if v}}


def report(outcome: Outcome, wish: Wish, *, dry_run: bool) -> Iterator[str]:
    """The report for people, line by line."""
    yield from _figures(outcome, wish.agency, dry_run)
    yield from _made(outcome, dry_run)
    for code, count in sorted(outcome.counts.notes.items()):
        yield f"  · {count:,}  {NOTES.get(code, code)}"
    yield from _reasons(outcome.reasons)
    if outcome.samples:
        yield say("\nكما ستصير السجلات الأولى:", "\nThe first rows as they would become:")
        yield from _samples(outcome.samples)
    if wish.errors.is_there:
        yield say(
            "\nالسجلات التي لم تدخل، مع أسبابها: {path}\nأصلحها هناك وأعطِ الملف للأمر نفسه.",
            "\nThe rows that did not come in, and why: {path}\nMend them there and give that file to the same command.",
            path=wish.errors.path,
        )


def _figures(outcome: Outcome, agency: Agency, dry_run: bool) -> Iterator[str]:
    counts = outcome.counts
    if outcome.went_on:
        yield say("استُكمل استيراد انقطع.", "An import that was broken off went on.")
    words = (
        say("تجربة: لم يُكتب شيء.", "Dry run: nothing was written.")
        if dry_run
        else say("تم الاستيراد إلى {agency}.", "Imported into {agency}.", agency=agency)
    )
    yield words
    yield say(
        "  السجلات {rows} · {new} {imported} · معروفة من قبل (تُركت كما هي) {known} · لم تدخل {failed}",
        "  rows {rows} · {new} {imported} · known before (left alone) {known} · failed {failed}",
        rows=f"{counts.rows:,}",
        new=say("تدخل", "would come in") if dry_run else say("دخلت", "imported"),
        imported=f"{counts.imported:,}",
        known=f"{counts.known:,}",
        failed=f"{counts.failed:,}",
    )
    if counts.linked or counts.unlinked:
        yield say(
            "  المكررات: ضُم إلى أصله {linked} · لا يُعرف أصله {unlinked}",
            "  duplicates: joined {linked} · of cases that are not here {unlinked}",
            linked=f"{counts.linked:,}",
            unlinked=f"{counts.unlinked:,}",
        )
    yield say(
        "  {seconds} ثانية · {rate} سجل في الثانية",
        "  {seconds} s · {rate} rows/s",
        seconds=f"{outcome.seconds:,.1f}",
        rate=f"{outcome.rate:,.0f}",
    )


def _made(outcome: Outcome, dry_run: bool) -> Iterator[str]:
    titles = {
        "units": (t("وحدات تُنشأ", "Units that would be made"), t("وحدات أُنشئت", "Units that were made")),
        "services": (t("خدمات تُنشأ", "Services that would be made"), t("خدمات أُنشئت", "Services that were made")),
    }
    for kind, choices in outcome.made.items():
        if choices:
            yield f"{titles[kind][0 if dry_run else 1]}: {len(choices)}"
            yield from _shortened(_choice(one) for one in sorted(choices, key=lambda one: -one.uses))


def _choice(choice: Choice) -> str:
    return f"  + {choice.code}  {choice.name}  ({choice.uses:,})"


def _reasons(reasons: list[Reason]) -> Iterator[str]:
    if not reasons:
        return
    yield say("لم تدخل للأسباب الآتية:", "Failed for these reasons:")
    lines = (
        f"  ✗ {one.count:,}  {one.field + ': ' if one.field else ''}{one.sentence}  "
        + say("السطور {lines}", "lines {lines}", lines=", ".join(map(str, one.lines)))
        + (f"  «{one.values[0]}»" if one.values and one.values[0] else "")
        for one in reasons
    )
    yield from _shortened(lines)


def _shortened(lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    yield from lines[:MOST_SHOWN]
    if len(lines) > MOST_SHOWN:
        yield say("  … و{n} غيرها", "  … and {n} more", n=len(lines) - MOST_SHOWN)


def _samples(rows: list[Translated]) -> Iterator[str]:
    for row in rows:
        told = sample(row)
        yield f"  {say('السطر', 'line')} {told.pop('line')}"
        for name, value in told.items():
            yield f"      {name}: {value}"
