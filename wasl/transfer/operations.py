"""Writing what was read: one transaction a batch, in which the run moves on exactly as far as its cases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from wasl.cases.bulk import Book, write_cases
from wasl.contacts import bulk as contacts
from wasl.core.refusal import Refusal
from wasl.directory.models import Agency
from wasl.transfer import bulk, names, queries
from wasl.transfer.mapping import Mapping, Named
from wasl.transfer.models import ImportRun
from wasl.transfer.names import Choice, Names
from wasl.transfer.rows import Counts
from wasl.transfer.translating import Translated


@dataclass
class Course:
    """An import under way: whose, by which mapping, and what its rows may name. `book` is asked for promises."""

    agency: Agency
    plan: Mapping
    run: ImportRun
    book: Book
    services: Names | None
    units: Names | None


def start(
    agency: Agency, *, source: str, name: str, content: str, mapping: str, at: datetime
) -> tuple[ImportRun, bool]:
    """The run of a content: the one that was broken off, or a new one; says whether it goes on."""
    run = queries.broken_off(agency, source, content=content, mapping=mapping)
    if run is not None:
        return run, True
    values = {"name": name[:300], "content": content, "mapping": mapping, "started_at": at, "last_at": at}
    return ImportRun.objects.create(agency=agency, source=source, **values), False


@contextmanager
def alone(agency: Agency, source: str) -> Iterator[None]:
    """Nobody else imports from this source into this agency meanwhile. Raises Refusal.

    The lock is of the connection: it ends with the process, however that ends.
    """
    number = lock_number(agency, source)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        raise Refusal(
            f"استيراد آخر من «{source}» إلى هذه الجهة جارٍ الآن. انتظر حتى ينتهي.",
            f"Another import from “{source}” into this agency is under way. Wait for its end.",
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def lock_number(agency: Agency, source: str) -> int:
    """Of the lock that is held while a source is imported into an agency."""
    return int.from_bytes(sha256(f"wasl import {agency.pk} {source}".encode()).digest()[:8], "big", signed=True)


@transaction.atomic
def write_batch(
    course: Course,
    rows: Sequence[Translated],
    *,
    failed: int,
    position: str,
    errors_size: int,
    counts: Counts,
    leading: dict[str, int] | None = None,
    at: datetime,
) -> list[int]:
    """Write the rows that are not here yet, make what they lack, and move the run on to `position`.

    `counts` are those of the whole run and are added to; `leading` gives the case that a duplicate follows, in the
    second pass. Gives the new cases. The run is locked: two processes cannot both move it.
    """
    run = ImportRun.objects.select_for_update().get(pk=course.run.pk)
    known = queries.known_cases(course.agency, run.source, [row.source_id for row in rows])
    fresh: dict[str, Translated] = {}
    for row in rows:
        if row.source_id not in known:
            fresh.setdefault(row.source_id, row)
    made = _make_missing(course, list(fresh.values()), at=at)
    case_ids = _write_cases(course, list(fresh.values()), leading or {}, at=at)
    bulk.note_imported(run, list(zip(fresh, case_ids, strict=True)))
    _count(counts, rows, fresh, failed, leading)
    for kind, codes in made.items():
        run.made.setdefault(kind, []).extend(codes)
    _move_on(run, counts, position=position, errors_size=errors_size, at=at)
    course.run = run
    return case_ids


@transaction.atomic
def next_phase(run: ImportRun, *, at: datetime) -> None:
    """All rows but the duplicates are in; now those."""
    run.phase, run.position, run.last_at = ImportRun.Phase.DUPLICATES, "", at
    run.save(update_fields=["phase", "position", "last_at"])


@transaction.atomic
def finish(run: ImportRun, *, at: datetime) -> None:
    """The import is complete."""
    run.state, run.ended_at, run.last_at = ImportRun.State.DONE, at, at
    run.save(update_fields=["state", "ended_at", "last_at"])


def add_seconds(run: ImportRun, seconds: float) -> None:
    """Keep how long the import has worked so far, over all its starts."""
    run.seconds += seconds
    run.save(update_fields=["seconds"])


def _make_missing(course: Course, rows: Sequence[Translated], *, at: datetime) -> dict[str, list[str]]:
    """Make the services and units that these rows are the first to need."""
    units = _missing([row.unit for row in rows])
    services = _missing([row.service for row in rows])
    plan = course.plan.fields
    if units and isinstance(taken := plan.get("unit"), Named):
        names.make_units(course.agency, taken, units, at=at)
    if services and isinstance(taken := plan.get("service"), Named):
        names.make_services(course.agency, taken, services, at=at)
    made = {"units": [one.code for one in units], "services": [one.code for one in services]}
    return {kind: codes for kind, codes in made.items() if codes}


def _missing(choices: Sequence[Choice | None]) -> list[Choice]:
    return list(dict.fromkeys(one for one in choices if one is not None and one.pk is None))


def _write_cases(course: Course, rows: Sequence[Translated], leading: dict[str, int], *, at: datetime) -> list[int]:
    if not rows:
        return []
    people = [row.person for row in rows if row.person is not None]
    found = iter(contacts.find_or_make(course.agency, people) if people else [])
    case_rows = [
        row.case_row(
            beneficiary_id=next(found) if row.person is not None else None,
            merged_into_id=leading.get(row.source_id) if row.given.get("state") == "duplicate" else None,
        )
        for row in rows
    ]
    # Whoever reads a row asks for its problems, before it comes here.
    return write_cases(case_rows, book=course.book, at=at, are_sound=True).ids


def _count(
    counts: Counts,
    rows: Sequence[Translated],
    fresh: dict[str, Translated],
    failed: int,
    leading: dict[str, int] | None,
) -> None:
    counts.imported += len(fresh)
    counts.known += len(rows) - len(fresh)
    counts.failed += failed
    for row in fresh.values():
        row.note_in(counts)
        if leading is not None and row.given.get("state") == "duplicate":
            if row.source_id in leading:
                counts.linked += 1
            else:
                counts.unlinked += 1


def _move_on(run: ImportRun, counts: Counts, *, position: str, errors_size: int, at: datetime) -> None:
    run.position, run.errors_size, run.last_at = position, errors_size, at
    run.imported, run.known, run.failed = counts.imported, counts.known, counts.failed
    run.linked, run.unlinked, run.notes = counts.linked, counts.unlinked, dict(counts.notes)
    run.save()
