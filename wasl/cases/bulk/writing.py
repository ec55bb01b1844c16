"""Whole histories into the tables of the room, batch by batch: worked out as text first, then sent by COPY."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from wasl.cases import workflow
from wasl.cases.bulk.book import Book
from wasl.cases.bulk.history import History
from wasl.cases.bulk.rows import BadRow, CaseRow, problems
from wasl.cases.events import DuplicateJoined
from wasl.cases.models import Case, CaseEntry, Clock, ClockPause, Referral
from wasl.cases.operations.register import CODE_ALPHABET, CODE_LENGTH, code_hash
from wasl.core import keys
from wasl.core.bulk import Facts, Sheet, allocate_references, as_copied, escaped, json_text, moment, reserve
from wasl.core.fields import new_public_ids
from wasl.core.references import Reference
from wasl.core.text import clean, clean_line, search_tokens

# The columns of each table, in the order in which the lines below hold them.
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
    "importance_reasons",
    "unit_id",
    "route_reason",
    "state",
    "state_before",
    "state_since",
    "is_open",
    "due_at",
    "merged_into_id",
    "registered_at",
    "resolved_at",
    "rating",
    "rating_comment",
    "rated_at",
    "version",
    "updated_at",
    "line",
    "service_proposed",
    "importance_facts",
    "reopened_times",
)
_CLOCK = (
    "id",
    "case_id",
    "agency_id",
    "kind",
    "policy_id",
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


# What is the same of every imported case: no guessed service, no facts of the matrix, never reopened.
_SAME_OF_ALL = "f\t{}\t0"
# Rows of such short titles come again and again in a history.
_SHORT = 200


@dataclass(frozen=True)
class Written:
    """What became of a batch, in the order of its rows."""

    ids: list[int]
    references: list[str]


class Batch:
    """Histories worked out, with their references and codes; nothing is written before `write`."""

    def __init__(self, rows: Sequence[CaseRow], *, book: Book, at: datetime) -> None:
        self._book = book
        self._agency_id = book.agency.pk
        self._cases, self._clocks, self._pauses = Sheet(Case, _CASE), Sheet(Clock, _CLOCK), Sheet(ClockPause, _PAUSE)
        self._referrals, self._entries = Sheet(Referral, _REFERRAL), Sheet(CaseEntry, _ENTRY)
        self._facts = Facts(agency_id=self._agency_id, recorded_at=at)
        # Rows that name another by its number, which is taken when they are written: place of that one, then the rest.
        self._stood: list[tuple[int, datetime, datetime | None]] = []
        self._words: list[tuple[int, int, str, bool]] = []
        self._leading = _leading(rows, book)
        days = [row.registered_at.astimezone(book.zone).date() for row in rows]
        self._references = allocate_references(letters=book.agency.letters, days=days)
        self._ids = reserve(Case, len(rows))
        codes, names = new_access_codes(len(rows)), new_public_ids(len(rows))
        for told in zip(rows, self._ids, self._references, names, codes, keys.seal_all(codes), strict=True):
            self._add(*told)

    @transaction.atomic
    def write(self) -> Written:
        """Write all of it, or nothing."""
        self._cases.write()
        clocks = reserve(Clock, len(self._clocks.lines))
        self._clocks.write(clocks)
        for place, from_at, to_at in self._stood:
            self._pauses.add(clocks[place], self._agency_id, from_at, to_at)
        self._pauses.write()
        self._referrals.write()
        facts = self._facts.write()
        for place, case_id, words, public in self._words:
            self._entries.add(self._agency_id, case_id, facts[place], words, public)
        self._entries.write()
        return Written(self._ids, [str(reference) for reference in self._references])

    def _add(self, row: CaseRow, number: int, reference: Reference, name: str, code: str, sealed: str) -> None:
        leading = self._leading.get(row.merged_into_id or 0)
        history = History(row, number, book=self._book, merged_into_id=leading.number if leading else None)
        history.walk()
        self._cases.lines.append(self._case_line(history, reference, name, code, sealed))
        self._add_clocks(history)
        self._add_referrals(history)
        self._add_facts(history)
        if leading is not None:
            fact = DuplicateJoined(leading.number, number)
            self._facts.add(fact, at=history.last_at, case_id=leading.number, closed=leading.confidential)

    def _case_line(self, history: History, reference: Reference, name: str, code: str, sealed: str) -> str:
        row, registered_at = history.row, moment(history.row.registered_at)
        rated_at = row.rated_at if row.rating is not None else None
        line = self._book.line(history.unit_id, at=row.referred_at or row.registered_at)
        return (
            f"{history.case_id}\t{self._agency_id}\t{reference}\t{reference.digits}\t{name}"
            f"\t{code_hash(code)}\t{sealed}\t{row.kind}\t{as_copied(row.service_id)}"
            f"\t{_line(row.title)}\t{_words(row.description)}\t{_tokens(row)}"
            f"\t{row.language}\t{row.channel}\t{as_copied(row.governorate_id)}\t{as_copied(row.wilayat_id)}"
            f"\t{_line(row.area_text)}\t{_line(row.address_text)}\t{as_copied(row.lat)}\t{as_copied(row.lon)}"
            f"\t{as_copied(row.outside_area)}\t{as_copied(history.confidential)}\t{as_copied(row.beneficiary_id)}"
            f"\t{row.preferred_channel}\t{escaped(json_text(row.answers)) if row.answers else '[]'}"
            f"\t{history.grade.code}\t{history.grade.reasons}\t{history.unit_id}\t{history.way.why}"
            f"\t{history.state}\t{history.state_before}\t{moment(history.state_since)}"
            f"\t{as_copied(history.state in workflow.OPEN)}\t{moment(history.due_at)}"
            f"\t{as_copied(history.merged_into_id)}\t{registered_at}\t{moment(row.resolved_at)}"
            f"\t{as_copied(row.rating)}\t{_words(row.rating_comment)}\t{moment(rated_at)}"
            f"\t{history.version}\t{moment(history.last_at)}\t{line}\t{_SAME_OF_ALL}"
        )

    def _add_clocks(self, history: History) -> None:
        lines, of_case = self._clocks.lines, f"{history.case_id}\t{self._agency_id}"
        for clock in history.clocks:
            self._stood += [(len(lines), from_at, to_at) for from_at, to_at in clock.pauses]
            lines.append(
                f"{of_case}\t{clock.kind}\t{clock.terms}\t{moment(clock.started_at)}\t{moment(clock.due_at)}"
                f"\t{moment(clock.stopped_at)}\t{moment(clock.paused_at)}"
            )

    def _add_referrals(self, history: History) -> None:
        for one in history.referrals:
            self._referrals.lines.append(
                f"{self._agency_id}\t{history.case_id}\t{as_copied(one.from_unit_id)}\t{one.to_unit_id}"
                f"\t{moment(one.made_at)}\t\t{one.answer}\t{moment(one.answered_at)}\t"
            )

    def _add_facts(self, history: History) -> None:
        for told in history.told:
            place = self._facts.add(told.fact, at=told.at, case_id=history.case_id, closed=history.confidential)
            if told.text and (words := clean(told.text)):
                self._words.append((place, history.case_id, words, told.public))


def write_cases(rows: Sequence[CaseRow], *, book: Book, at: datetime, are_sound: bool = False) -> Written:
    """Write whole histories in one transaction, as the operations would have, and tell nobody.

    `at` is the moment of the import. `are_sound`: whoever calls has looked for `problems` already. Raises BadRow for a
    row that has some, LookupError for a service or unit of another agency, or a case to be joined that is none of its.
    """
    batch = Batch(rows, book=book, at=at) if are_sound else prepare(rows, book=book, at=at)
    return batch.write()


def prepare(rows: Sequence[CaseRow], *, book: Book, at: datetime) -> Batch:
    """Work the histories out and reserve their numbers: all but the writing. Errors as of `write_cases`."""
    for place, row in enumerate(rows):
        if why := problems(row, at=at):
            raise BadRow(place, why)
    return Batch(rows, book=book, at=at)


def new_access_codes(count: int) -> list[str]:
    """So many fresh private codes, each as random as one of `register.new_access_code`."""
    # 32 letters: of every random byte five bits choose one, evenly.
    letters = secrets.token_bytes(CODE_LENGTH * count).translate(_LETTERS).decode()
    return [letters[start : start + CODE_LENGTH] for start in range(0, len(letters), CODE_LENGTH)]


_LETTERS = bytes(ord(CODE_ALPHABET[byte % len(CODE_ALPHABET)]) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Leading:
    """The case that goes on, which a duplicate joins."""

    number: int
    confidential: bool


def _leading(rows: Sequence[CaseRow], book: Book) -> dict[int, _Leading]:
    """For each case named by a duplicate, the one that it follows itself in the end: never a chain."""
    wanted = {row.merged_into_id for row in rows if row.merged_into_id is not None}
    if not wanted:
        return {}
    found = Case.objects.filter(agency=book.agency, pk__in=wanted).select_related("merged_into")
    leading = {case.pk: case.merged_into or case for case in found.only(*_OF_LEADING)}
    if missing := wanted - leading.keys():
        raise LookupError(f"Cases {sorted(missing)} are none of agency {book.agency.pk}.")
    return {number: _Leading(case.pk, case.confidential) for number, case in leading.items()}


_OF_LEADING = ("confidential", "merged_into__confidential")


def _words(text: str) -> str:
    return escaped(clean(text)) if text else ""


def _line(text: str) -> str:
    return _short_line(text) if len(text) <= _SHORT else escaped(clean_line(text))


@lru_cache(maxsize=4096)
def _short_line(text: str) -> str:
    return escaped(clean_line(text))


def _tokens(row: CaseRow) -> str:
    # As `register_case` keeps them: no character of a token needs escaping.
    if row.description:
        return " ".join(search_tokens(f"{row.title} {row.description} {row.known_as}"))
    return " ".join([_short_tokens(row.title), *search_tokens(row.known_as)])


@lru_cache(maxsize=4096)
def _short_tokens(title: str) -> str:
    return " ".join(search_tokens(f"{title} "))
