"""Whole histories into the tables of the room, batch by batch: worked out first, then sent by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from wasl.cases import workflow
from wasl.cases.bulk.book import Book
from wasl.cases.bulk.history import History
from wasl.cases.bulk.rows import BadRow, CaseRow, problems
from wasl.cases.events import DuplicateJoined
from wasl.cases.models import Case, CaseEntry, Clock, ClockPause, Referral
from wasl.cases.operations.register import code_hash, new_access_code
from wasl.core import keys
from wasl.core.bulk import Facts, Sheet, allocate_references, json_text, reserve
from wasl.core.fields import new_public_id
from wasl.core.references import Reference
from wasl.core.text import clean, clean_line, search_tokens

_CASE = (
    "id",
    "agency_id",
    "reference",
    "digits",
    "public_id",
    "access_code_hash",
    "access_code_sealed",
    "kind",
    "service_id",
    "service_proposed",
    "title",
    "description",
    "search_tokens",
    "language",
    "channel",
    "governorate_id",
    "wilayat_id",
    "area_text",
    "address_text",
    "lat",
    "lon",
    "outside_area",
    "confidential",
    "beneficiary_id",
    "preferred_channel",
    "answers",
    "importance",
    "importance_facts",
    "importance_reasons",
    "unit_id",
    "route_reason",
    "line",
    "state",
    "state_before",
    "state_since",
    "is_open",
    "due_at",
    "merged_into_id",
    "registered_at",
    "resolved_at",
    "reopened_times",
    "rating",
    "rating_comment",
    "rated_at",
    "version",
    "updated_at",
)
_CLOCK = (
    "id",
    "case_id",
    "agency_id",
    "kind",
    "amount_minutes",
    "working_days",
    "calendar_id",
    "always_open",
    "started_at",
    "due_at",
    "stopped_at",
    "paused_at",
)
_PAUSE = ("clock_id", "agency_id", "from_at", "to_at")
_REFERRAL = (
    "agency_id",
    "case_id",
    "from_unit_id",
    "to_unit_id",
    "made_at",
    "reason",
    "answer",
    "answered_at",
    "answer_reason",
)
_ENTRY = ("agency_id", "case_id", "event_id", "text", "public")


@dataclass(frozen=True)
class Written:
    """What became of a batch, in the order of its rows. `days` are the agency's days whose figures changed."""

    ids: list[int]
    references: list[str]
    days: set[date] = field(default_factory=set)


@dataclass(frozen=True)
class Batch:
    """Histories worked out, with their numbers; nothing is written yet."""

    book: Book
    histories: list[History]
    references: list[Reference]
    at: datetime

    @transaction.atomic
    def write(self) -> Written:
        """Write all of it, or nothing."""
        _write_cases(self)
        _write_clocks(self)
        _write_referrals(self)
        _write_facts(self)
        return Written(
            [history.case_id for history in self.histories],
            [str(reference) for reference in self.references],
            _days(self),
        )


def write_cases(rows: Sequence[CaseRow], *, book: Book, at: datetime) -> Written:
    """Write whole histories in one transaction, as the operations would have, and tell nobody.

    `at` is the moment of the import. Raises BadRow for a row that has `problems`, LookupError for a service or unit of
    another agency, or a case to be joined that is none of its.
    """
    return prepare(rows, book=book, at=at).write()


def prepare(rows: Sequence[CaseRow], *, book: Book, at: datetime) -> Batch:
    """Work the histories out and reserve their numbers: all but the writing. Errors as of `write_cases`."""
    for place, row in enumerate(rows):
        if why := problems(row, at=at):
            raise BadRow(place, why)
    leading = _leading(rows, book)
    histories = [
        History(row, number, book=book, merged_into_id=leading.get(row.merged_into_id or 0))
        for row, number in zip(rows, reserve(Case, len(rows)), strict=True)
    ]
    for history in histories:
        history.walk()
    days = [row.registered_at.astimezone(book.zone).date() for row in rows]
    return Batch(book, histories, allocate_references(letters=book.agency.letters, days=days), at)


def _leading(rows: Sequence[CaseRow], book: Book) -> dict[int, int]:
    """The case that each named one follows in the end: never a chain."""
    wanted = {row.merged_into_id for row in rows if row.merged_into_id is not None}
    if not wanted:
        return {}
    found = Case.objects.filter(agency=book.agency, pk__in=wanted).values_list("pk", "merged_into_id")
    leading = {number: into or number for number, into in found}
    if missing := wanted - leading.keys():
        raise LookupError(f"Cases {sorted(missing)} are none of agency {book.agency.pk}.")
    return leading


def _write_cases(batch: Batch) -> None:
    sheet = Sheet(Case, _CASE)
    sheet.rows = [
        _case(history, reference, batch.book.agency.pk)
        for history, reference in zip(batch.histories, batch.references, strict=True)
    ]
    sheet.write()


def _case(history: History, reference: Reference, agency_id: int) -> tuple[Any, ...]:
    row, code = history.row, new_access_code()
    return (
        history.case_id,
        agency_id,
        str(reference),
        reference.digits,
        new_public_id(),
        code_hash(code),
        keys.seal(code),
        row.kind,
        row.service_id,
        False,
        clean_line(row.title)[:200],
        clean(row.description),
        " ".join(search_tokens(f"{row.title} {row.description}")),
        row.language,
        row.channel,
        row.governorate_id,
        row.wilayat_id,
        clean_line(row.area_text),
        clean_line(row.address_text),
        row.lat,
        row.lon,
        row.outside_area,
        history.confidential,
        row.beneficiary_id,
        row.preferred_channel,
        json_text(row.answers) if row.answers else "[]",
        history.grade.code,
        "{}",
        history.grade.reasons,
        history.unit_id,
        history.way.why,
        1,
        history.state,
        history.state_before,
        history.state_since,
        history.state in workflow.OPEN,
        history.due_at,
        history.merged_into_id,
        row.registered_at,
        row.resolved_at,
        0,
        row.rating,
        clean(row.rating_comment),
        row.rated_at if row.rating is not None else None,
        history.version,
        history.last_at,
    )


def _write_clocks(batch: Batch) -> None:
    agency_id = batch.book.agency.pk
    clocks, pauses = Sheet(Clock, _CLOCK), Sheet(ClockPause, _PAUSE)
    running = [(history.case_id, clock) for history in batch.histories for clock in history.clocks]
    for number, (case_id, clock) in zip(reserve(Clock, len(running)), running, strict=True):
        clocks.rows.append(
            (
                number,
                case_id,
                agency_id,
                clock.kind,
                *clock.terms,
                clock.started_at,
                clock.due_at,
                clock.stopped_at,
                clock.paused_at,
            )
        )
        pauses.rows += [(number, agency_id, from_at, to_at) for from_at, to_at in clock.pauses]
    clocks.write()
    pauses.write()


def _write_referrals(batch: Batch) -> None:
    agency_id = batch.book.agency.pk
    sheet = Sheet(Referral, _REFERRAL)
    sheet.rows = [
        (
            agency_id,
            history.case_id,
            one.from_unit_id,
            one.to_unit_id,
            one.made_at,
            "",
            one.answer,
            one.answered_at,
            "",
        )
        for history in batch.histories
        for one in history.referrals
    ]
    sheet.write()


def _write_facts(batch: Batch) -> None:
    agency_id = batch.book.agency.pk
    facts = Facts(agency_id=agency_id, recorded_at=batch.at)
    entries = Sheet(CaseEntry, _ENTRY)
    words: list[tuple[int, int, str, bool]] = []
    for history in batch.histories:
        for told in history.told:
            place = facts.add(told.fact, at=told.at, case_id=history.case_id, closed=history.confidential)
            if told.text and (text := clean(told.text)):
                words.append((place, history.case_id, text, told.public))
    joined = [one for one in batch.histories if one.merged_into_id is not None]
    secret = _secret([one.merged_into_id for one in joined])
    for history in joined:
        into = history.merged_into_id or 0
        facts.add(DuplicateJoined(into, history.case_id), at=history.last_at, case_id=into, closed=into in secret)
    numbers = facts.write()
    entries.rows = [(agency_id, case_id, numbers[place], text, public) for place, case_id, text, public in words]
    entries.write()


def _secret(numbers: list[int | None]) -> set[int]:
    """Those of the cases that only few may read."""
    if not numbers:
        return set()
    return set(Case.objects.filter(pk__in=numbers, confidential=True).values_list("pk", flat=True))


def _days(batch: Batch) -> set[date]:
    """The days of the agency on which something of these histories happened."""
    zone = batch.book.zone
    return {told.at.astimezone(zone).date() for history in batch.histories for told in history.told}
