"""The way of one imported case through its acts, on plain values: what the operations do to rows, done before any row.

Each act here is the sister of the operation of its name; `tests/test_bulk.py` walks both the same ways and compares
every column they leave behind.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wasl.cases import workflow
from wasl.cases.bulk.book import Book, Grade, Promised, Way
from wasl.cases.bulk.rows import CaseRow
from wasl.cases.events import (
    BeneficiaryAnswered,
    BeneficiaryAsked,
    CaseAcknowledged,
    CaseClosed,
    CaseExcluded,
    CaseFact,
    CaseMerged,
    CaseRated,
    CaseReferred,
    CaseRegistered,
    CaseRejected,
    CaseResolved,
    CaseWithdrawn,
    ReferralAccepted,
    WorkStarted,
)
from wasl.core.bulk import NULL, escaped, json_text
from wasl.core.localized import both
from wasl.sla import clocks as sla

FROM_SOURCE = escaped(json_text(dict(both("كما ورد من المصدر", "As the source has it"))))
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Running:
    """A clock of the case; `promised` is None for the source's own promise, which stays as it was given."""

    kind: str
    promised: Promised | None
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def terms(self) -> str:
        """Version, minutes, working days, calendar and whether round the clock, as a line of clock rows has it."""
        if self.promised is None:
            # Round the clock, so that no later change of a calendar moves it; at least a minute, as any promise.
            minutes = max(-((self.started_at - self.due_at) // MINUTE), 1)
            return f"{NULL}\t{minutes}\t{NULL}\t{NULL}\tt"
        return self.promised.terms

    def stop(self, at: datetime) -> None:
        """The promise was kept or fell away."""
        if self.stopped_at is None:
            self._end_pause(at)
            self.stopped_at = at

    def pause(self, at: datetime) -> None:
        """We wait for the citizen."""
        waits = self.promised is None or self.promised.waits
        if waits and self.stopped_at is None and self.paused_at is None:
            self.pauses.append((at, None))
            self.paused_at = at

    def resume(self, at: datetime) -> None:
        """The citizen answered: a promise of ours moves by the working time that stood still."""
        if self.paused_at is None:
            return
        self._end_pause(at)
        if self.promised is not None:
            self.due_at = sla.due_at(self.promised.promise, self.started_at, self.pauses)

    def _end_pause(self, at: datetime) -> None:
        if self.paused_at is not None:
            self.pauses[-1] = (self.paused_at, at)
            self.paused_at = None


@dataclass(slots=True)
class Handed:
    """A referral with what the unit answered."""

    from_unit_id: int | None
    to_unit_id: int
    made_at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(slots=True)
class Told:
    """A fact of the case with its moment and the words that belong to it."""

    fact: CaseFact
    at: datetime
    text: str = ""
    public: bool = False


class History:
    """A case on its way; after `walk` its attributes are what the rows will hold."""

    __slots__ = (
        "book",
        "case_id",
        "clocks",
        "confidential",
        "due_at",
        "grade",
        "merged_into_id",
        "referrals",
        "row",
        "state",
        "state_before",
        "state_since",
        "told",
        "triage_id",
        "unit_id",
        "version",
        "way",
    )

    def __init__(self, row: CaseRow, case_id: int, *, book: Book, merged_into_id: int | None = None) -> None:
        at = row.registered_at
        self.row, self.case_id, self.triage_id, self.merged_into_id = row, case_id, book.triage_id, merged_into_id
        self.grade = _grade(row, book)
        self.way = _way(row, book)
        self.unit_id = book.triage_id if row.referred_at is not None else self.way.unit_id
        self.confidential = row.service_id is not None and book.service(row.service_id).confidential
        self.state, self.state_before, self.state_since, self.version = "new", "", at, 1
        self.told: list[Told] = []
        self.referrals: list[Handed] = []
        self.book = book
        self.clocks = _clocks(self._promised(at), at, row.due_at)
        if self.unit_id == self.triage_id:
            self.clocks = [clock for clock in self.clocks if clock.kind != "accept"]
        self.due_at = next((clock.due_at for clock in self.clocks if clock.kind == "resolve"), None)

    def walk(self) -> None:
        """From the registration to where the row says that it stands."""
        row = self.row
        self._register()
        if row.acknowledged_at is not None:
            self._see(row.acknowledged_at)
        if row.referred_at is not None and self.way.unit_id != self.triage_id:
            self._refer(row.referred_at)
        self._work()
        if row.asked_at is not None:
            self._ask(row.asked_at)
        self._end()
        self._rate_and_close()

    @property
    def last_at(self) -> datetime:
        """The latest moment of the history so far."""
        return self.told[-1].at

    def _register(self) -> None:
        row, at = self.row, self.row.registered_at
        self._tell(
            CaseRegistered(
                self.case_id, row.kind, row.service_id, self.unit_id, self.grade.code, row.channel, row.outside_area
            ),
            at,
        )
        if self.unit_id != self.triage_id:
            self.state, self.state_before = "referred", "new"
            self._stop(at, "refer")
            self.referrals.append(Handed(None, self.unit_id, at))
            self._tell(CaseReferred(self.case_id, None, self.unit_id, True), at)

    def _see(self, at: datetime) -> None:
        """Staff saw it: with a unit that is its acceptance."""
        if self.state == "referred":
            self._accept(at)
        else:
            self._acknowledge(at)

    def _acknowledge(self, at: datetime) -> None:
        self._move("acknowledge", at)
        self._stop(at, "acknowledge")
        self._tell(CaseAcknowledged(self.case_id), at)

    def _refer(self, at: datetime) -> None:
        from_unit_id, self.unit_id = self.unit_id, self.way.unit_id
        self._move("refer", at)
        self.referrals.append(Handed(from_unit_id, self.unit_id, at))
        self._stop(at, "acknowledge", "refer")
        self._start_clocks(at, "accept")
        self._promise_anew()
        self._tell(CaseReferred(self.case_id, from_unit_id, self.unit_id), at)

    def _work(self) -> None:
        """Acceptance and the beginning of work, said by the source or needed for where the case stands."""
        row, wanted = self.row, self.row.state
        if row.accepted_at is not None:
            self._take(row.accepted_at)
        if row.started_at is not None:
            self._start(row.started_at)
        elif wanted == "in_progress":
            self._start(self.last_at)
        elif wanted == "accepted":
            self._take(self.last_at)
        elif wanted == "acknowledged" and self.state == "new":
            self._acknowledge(self.last_at)

    def _take(self, at: datetime) -> None:
        """The unit takes it; what no unit has yet was at least seen."""
        if self.state == "referred":
            self._accept(at)
        elif self.state == "new":
            self._acknowledge(at)

    def _accept(self, at: datetime) -> None:
        self._move("accept", at)
        self._answer_referral("accepted", at)
        self._stop(at, "acknowledge", "accept")
        self._tell(ReferralAccepted(self.case_id, self.unit_id), at)

    def _start(self, at: datetime) -> None:
        self._take(at)
        if workflow.allows("start", self.state):
            self._move("start", at)
            self._stop(at, "accept")
            self._hears(at)
            self._tell(WorkStarted(self.case_id), at)

    def _ask(self, at: datetime) -> None:
        self._move("ask", at)
        self._hears(at)
        for clock in self.clocks:
            clock.pause(at)
        self._tell(BeneficiaryAsked(self.case_id), at, self.row.question, public=True)
        if (answered_at := self.row.answered_at) is not None:
            self._take_answer(answered_at)

    def _take_answer(self, at: datetime) -> None:
        self._move_to(self.state_before or "in_progress", at)
        self.version += 1
        for clock in self.clocks:
            if clock.paused_at is not None:
                clock.resume(at)
                if clock.kind == "resolve":
                    self.due_at = clock.due_at
        self._tell(BeneficiaryAnswered(self.case_id, self.row.channel), at, self.row.answer, public=True)

    def _end(self) -> None:
        row = self.row
        if row.resolved_at is not None:
            self._resolve(row.resolved_at)
        elif row.rejected_at is not None:
            self._reject(row.rejected_at)
        elif row.left_at is not None:
            self._leave(row.left_at)

    def _resolve(self, at: datetime) -> None:
        if self.state == "new":
            self._acknowledge(at)
        self._move("resolve", at)
        self._stop(at)
        self._answer_referral("accepted", at)
        self._tell(CaseResolved(self.case_id, self.unit_id), at, self.row.words, public=True)

    def _reject(self, at: datetime) -> None:
        self._move("reject", at)
        self._stop(at)
        self._answer_referral("accepted", at)
        self._tell(CaseRejected(self.case_id, self.unit_id), at, self.row.words, public=True)

    def _leave(self, at: datetime) -> None:
        act, fact = self._ways_out()[self.row.state]
        self._move(act, at)
        self._stop(at)
        self._answer_referral("returned", at)
        self._tell(fact, at, self.row.words if self.row.state == "spam" else "")

    def _ways_out(self) -> dict[str, tuple[str, CaseFact]]:
        return {
            "duplicate": ("merge", CaseMerged(self.case_id, self.merged_into_id or 0)),
            "withdrawn": ("withdraw", CaseWithdrawn(self.case_id)),
            "spam": ("exclude", CaseExcluded(self.case_id)),
        }

    def _rate_and_close(self) -> None:
        row = self.row
        closed_at = row.closed_at
        if closed_at is None and row.state == "closed":
            closed_at = self.last_at
        rated_at = row.rated_at if row.rating is not None else None
        if rated_at is not None and (closed_at is None or rated_at <= closed_at):
            self._rate(rated_at)
            rated_at = None
        if closed_at is not None:
            self._move("close", closed_at)
            self._tell(CaseClosed(self.case_id), closed_at)
        if rated_at is not None:
            self._rate(rated_at)

    def _rate(self, at: datetime) -> None:
        self._move("rate", at)
        self._tell(CaseRated(self.case_id, self.row.rating or 0), at)

    def _move(self, act: str, at: datetime) -> None:
        if not workflow.allows(act, self.state):
            raise ValueError(f"{act} in state {self.state}")
        self._move_to(workflow.leads_to(act, self.state), at)
        self.version += 1

    def _move_to(self, state: str, at: datetime) -> None:
        if state != self.state:
            self.state_before, self.state, self.state_since = self.state, state, at

    def _promised(self, at: datetime) -> list[Promised]:
        row = self.row
        return self.book.promises(
            service_id=row.service_id, kind=row.kind, importance=self.grade.code, unit_id=self.unit_id, at=at
        )

    def _start_clocks(self, at: datetime, kind: str) -> None:
        self.clocks += _clocks([one for one in self._promised(at) if one.promise.clock == kind], at, None)

    def _promise_anew(self) -> None:
        """The resolution is promised by the unit in charge; a promise of the source's own stays."""
        at = self.row.registered_at
        running = [clock for clock in self.clocks if clock.kind == "resolve" and clock.stopped_at is None]
        fresh = next((one for one in self._promised(at) if one.promise.clock == "resolve"), None)
        for clock in running:
            if fresh is not None and clock.promised is not None:
                clock.promised, clock.due_at = fresh, fresh.due_at(at)
                self.due_at = clock.due_at

    def _hears(self, at: datetime) -> None:
        """The citizen is told something: the first answer, and the time until the next word begins again."""
        self._stop(at, "first_answer", "update")
        self._start_clocks(at, "update")

    def _stop(self, at: datetime, *kinds: str) -> None:
        for clock in self.clocks:
            if not kinds or clock.kind in kinds:
                clock.stop(at)

    def _answer_referral(self, answer: str, at: datetime) -> None:
        if self.referrals and not self.referrals[-1].answer:
            self.referrals[-1].answer, self.referrals[-1].answered_at = answer, at

    def _tell(self, fact: CaseFact, at: datetime, text: str = "", *, public: bool = False) -> None:
        self.told.append(Told(fact, at, text, public))


def _grade(row: CaseRow, book: Book) -> Grade:
    own = book.grade(service_id=row.service_id, at=row.registered_at)
    if row.importance in ("", own.code):
        return own
    return Grade(row.importance, f"[{FROM_SOURCE}]")


def _way(row: CaseRow, book: Book) -> Way:
    """Where the case goes: to the unit of the source, else by our own rules."""
    own = (
        book.outside
        if row.outside_area
        else book.way(
            service_id=row.service_id,
            kind=row.kind,
            wilayat_id=row.wilayat_id,
            governorate_id=row.governorate_id,
            at=row.registered_at,
        )
    )
    if row.unit_id is None or row.unit_id == own.unit_id:
        return own
    # It waited at triage, as by our own rules: then those say why.
    waited = row.referred_at is not None and own.unit_id == book.triage_id
    return Way(book.unit(row.unit_id), own.why if waited else FROM_SOURCE)


def _clocks(promised: list[Promised], at: datetime, due_at: datetime | None) -> list[Running]:
    clocks = [
        Running(each.promise.clock, each, at, each.due_at(at))
        for each in promised
        if due_at is None or each.promise.clock != "resolve"
    ]
    if due_at is not None:
        clocks.append(Running("resolve", None, at, due_at))
    return clocks
