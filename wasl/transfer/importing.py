"""An import from its first row to its last: read, translated, written batch by batch; or only looked at.

While a batch is written the next one is read and translated (`ahead`). Rows that repeat others come in a second pass,
as the case they follow may stand behind them in the file.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wasl.cases.bulk import Book
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.transfer import names, operations, queries
from wasl.transfer.ahead import ahead
from wasl.transfer.failures import ErrorFile, Reason, Summary
from wasl.transfer.mapping import Mapping, Named
from wasl.transfer.models import ImportRun
from wasl.transfer.names import Choice, Names
from wasl.transfer.operations import Course
from wasl.transfer.reading import Source
from wasl.transfer.rows import Counts, Flaw, SourceRow
from wasl.transfer.translating import Translated, Translator

BATCH = 2_000
SAMPLES = 3

# share of the source read (None: not known), counts so far
Tell = Callable[[float | None, Counts], None]


@dataclass(frozen=True)
class Wish:
    """What is to be brought in, into which agency, by which mapping. `content` and `mapping` tell a run again."""

    agency: Agency
    plan: Mapping
    source: Source
    source_name: str
    name: str
    content: str
    mapping: str
    errors: ErrorFile
    batch: int = BATCH
    at: datetime = field(default_factory=clock.now)


@dataclass
class Outcome:
    """What became of an import, or would become."""

    counts: Counts
    reasons: list[Reason] = field(default_factory=list)
    made: dict[str, list[Choice]] = field(default_factory=dict)
    samples: list[Translated] = field(default_factory=list)
    run: ImportRun | None = None
    went_on: bool = False
    seconds: float = 0.0
    started_with: int = 0

    @property
    def rate(self) -> float:
        """Rows a second of this start."""
        return (self.counts.rows - self.started_with) / self.seconds if self.seconds else 0.0


@dataclass
class _Pass:
    """What both kinds of import keep while they go through the rows."""

    wish: Wish
    translator: Translator
    services: Names | None
    units: Names | None
    tell: Tell
    counts: Counts = field(default_factory=Counts)
    summary: Summary = field(default_factory=Summary)
    # What repeats what, by the numbers of the source; None where an earlier start has seen a part of it.
    repeats: dict[str, str] | None = field(default_factory=dict)

    def translated(self, rows: Iterator[SourceRow]) -> Iterator[tuple[SourceRow, Translated | None]]:
        """Each row with its case, or with None when it failed (which is then written down)."""
        for row in rows:
            found = self.translator.translate(row)
            if isinstance(found, Translated):
                yield row, found
            else:
                self.fail(row, found)
                yield row, None

    def fail(self, row: SourceRow, flaws: Sequence[Flaw]) -> None:
        """A row that cannot come in."""
        self.summary.add(row.line, flaws)
        self.wish.errors.add(row, flaws)

    def made(self) -> dict[str, list[Choice]]:
        """What rows asked for and was, or would be, made."""
        both = {"units": self.units, "services": self.services}
        return {kind: found.to_make() for kind, found in both.items() if found is not None}


def look(wish: Wish, tell: Tell) -> Outcome:
    """Read everything, write nothing in the database, and say what would come of it."""
    began = time.monotonic()
    course = _begin(wish, tell)
    samples: list[Translated] = []
    waiting: list[Translated] = []
    seen: set[int] = set()
    for _, found in course.translated(wish.source.rows()):
        if found is None:
            course.counts.failed += 1
        else:
            waiting.append(found)
            if len(samples) < SAMPLES:
                samples.append(found)
        if len(waiting) >= wish.batch:
            _look_at(course, waiting, seen)
            waiting.clear()
            tell(wish.source.share_read(), course.counts)
    _look_at(course, waiting, seen)
    _look_for_leading(course)
    wish.errors.settle()
    return Outcome(course.counts, course.summary.reasons(), course.made(), samples, seconds=time.monotonic() - began)


def bring_in(wish: Wish, tell: Tell) -> Outcome:
    """Import for good, going on where an earlier start of the same was broken off. Raises Refusal."""
    with operations.alone(wish.agency, wish.source_name):
        began = time.monotonic()
        run, goes_on = operations.start(
            wish.agency,
            source=wish.source_name,
            name=wish.name,
            content=wish.content,
            mapping=wish.mapping,
            at=wish.at,
        )
        course = _begin(wish, tell)
        if goes_on:
            course.counts, course.repeats = _counts_of(run), None
            wish.errors.go_on(run.errors_size)
        earlier = course.counts.rows
        writing = Course(wish.agency, wish.plan, run, Book(wish.agency), course.services, course.units)
        made = _write(course, writing)
        seconds = time.monotonic() - began
        operations.finish(writing.run, at=clock.now())
        operations.add_seconds(writing.run, seconds)
    return Outcome(
        course.counts,
        course.summary.reasons(),
        made,
        run=writing.run,
        went_on=goes_on,
        seconds=seconds,
        started_with=earlier,
    )


def _begin(wish: Wish, tell: Tell) -> _Pass:
    fields = wish.plan.fields
    service, unit = fields.get("service"), fields.get("unit")
    services = names.services(wish.agency, service) if isinstance(service, Named) else None
    units = names.units(wish.agency, unit) if isinstance(unit, Named) else None
    translator = Translator(wish.plan, wish.agency, services=services, units=units, at=wish.at)
    return _Pass(wish, translator, services, units, tell)


def _counts_of(run: ImportRun) -> Counts:
    return Counts(run.imported, run.known, run.failed, run.linked, run.unlinked, dict(run.notes))


# --- for good -------------------------------------------------------------------------------------------------------


def _write(course: _Pass, writing: Course) -> dict[str, list[Choice]]:
    if writing.run.phase == ImportRun.Phase.ROWS:
        _first_pass(course, writing)
        operations.next_phase(writing.run, at=clock.now())
    if "duplicate_of" in course.wish.plan.fields:
        _second_pass(course, writing)
    made = writing.run.made
    all_names = {"units": course.units, "services": course.services}
    return {kind: [found.by_code[code] for code in made.get(kind, [])] for kind, found in all_names.items() if found}


@dataclass(frozen=True)
class _Batch:
    """Rows to be written in one transaction, and how far the source and the file of errors are with them."""

    rows: list[Translated]
    failed: int
    position: str
    errors_size: int
    share_read: float | None


def _first_pass(course: _Pass, writing: Course) -> None:
    """All rows but those that repeat others."""
    for batch in ahead(_batches(course, writing.run.position)):
        _write_batch(course, writing, batch)


def _batches(course: _Pass, position: str) -> Iterator[_Batch]:
    """The rows behind the position; the last batch, if only of none, stands at the end of the source."""
    wish = course.wish
    rows: list[Translated] = []
    failed = 0
    for row, found in course.translated(wish.source.rows_after(position)):
        position = row.mark
        if found is None:
            failed += 1
        elif not found.duplicate_of:
            rows.append(found)
        elif course.repeats is not None:
            course.repeats[found.source_id] = found.duplicate_of
        if len(rows) + failed >= wish.batch:
            yield _batch(course, rows, failed, position)
            rows, failed = [], 0
    yield _batch(course, rows, failed, position)


def _second_pass(course: _Pass, writing: Course) -> None:
    """Those that repeat others; rows that failed were told of in the first pass."""
    if course.repeats is None:
        course.repeats = dict(_repeats(course))
    if not course.repeats:
        return
    for batch in ahead(_batches_of_repeats(course, writing.run.position)):
        _write_batch(course, writing, batch, leading=_leading(course, batch.rows))


def _batches_of_repeats(course: _Pass, position: str) -> Iterator[_Batch]:
    rows: list[Translated] = []
    for row in course.wish.source.rows_after(position):
        position = row.mark
        if row.flaw is not None or not course.translator.ids(row)[1]:
            continue
        found = course.translator.translate(row)
        if isinstance(found, Translated):
            rows.append(found)
        if len(rows) >= course.wish.batch:
            yield _batch(course, rows, 0, position)
            rows = []
    yield _batch(course, rows, 0, position)


def _batch(course: _Pass, rows: list[Translated], failed: int, position: str) -> _Batch:
    return _Batch(rows, failed, position, course.wish.errors.settle(), course.wish.source.share_read())


def _write_batch(course: _Pass, writing: Course, batch: _Batch, *, leading: dict[str, int] | None = None) -> None:
    operations.write_batch(
        writing,
        batch.rows,
        failed=batch.failed,
        position=batch.position,
        errors_size=batch.errors_size,
        counts=course.counts,
        leading=leading,
        at=clock.now(),
    )
    course.tell(batch.share_read, course.counts)


def _repeats(course: _Pass) -> Iterator[tuple[str, str]]:
    for row in course.wish.source.rows():
        own, other = course.translator.ids(row) if row.flaw is None else ("", "")
        if own and other:
            yield own, other


def _leading(course: _Pass, rows: Sequence[Translated]) -> dict[str, int]:
    """The case each row follows: the end of its chain, where that is a case. Those that go in a circle follow none."""
    repeats = course.repeats or {}
    ends = {row.source_id: end_of(row.source_id, repeats) for row in rows}
    known = queries.known_cases(course.wish.agency, course.wish.source_name, {end for end in ends.values() if end})
    return {row: known[end] for row, end in ends.items() if end in known}


def end_of(number: str, repeats: dict[str, str]) -> str:
    """The end of a chain of repetitions; empty for a circle."""
    seen = {number}
    while number in repeats:
        number = repeats[number]
        if number in seen:
            return ""
        seen.add(number)
    return number


# --- only looking ---------------------------------------------------------------------------------------------------


def _look_at(course: _Pass, rows: Sequence[Translated], seen: set[int]) -> None:
    known = queries.known_cases(course.wish.agency, course.wish.source_name, [row.source_id for row in rows])
    for row in rows:
        mark = hash(row.source_id)
        if row.source_id in known or mark in seen:
            course.counts.known += 1
            continue
        seen.add(mark)
        course.counts.imported += 1
        row.note_in(course.counts)
        if row.duplicate_of and course.repeats is not None:
            course.repeats[row.source_id] = row.duplicate_of


def _look_for_leading(course: _Pass) -> None:
    """How many duplicates would find the case they follow: in the file or here already."""
    repeats = course.repeats or {}
    if not repeats:
        return
    ends = {number: end_of(number, repeats) for number in repeats}
    wanted = set(ends.values()) - {""}
    here = set(queries.known_cases(course.wish.agency, course.wish.source_name, wanted))
    for row in course.wish.source.rows():
        if row.flaw is None and (own := course.translator.ids(row)[0]) in wanted:
            here.add(own)
    course.counts.linked = sum(end in here for end in ends.values())
    course.counts.unlinked = len(ends) - course.counts.linked
