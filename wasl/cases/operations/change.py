"""How an operation changes a case: lock it, check that the page was fresh and the act fits the state, write once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.cases import bars, compartment, lines, order, workflow
from wasl.cases.events import CaseFact
from wasl.cases.models import Case, CaseEntry, ExtensionRequest, Hold
from wasl.cases.operations.clocks import follow_state
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.marks import mark
from wasl.core.models import EventRecord
from wasl.core.text import clean


class StaleCase(Exception):
    """Somebody changed the case since the page was opened. `current` is the case as it stands now."""

    def __init__(self, current: Case) -> None:
        super().__init__(current.reference)
        self.current = current


class NotNow(Exception):
    """The act does not fit the state the case is in."""

    def __init__(self, act: str, state: str) -> None:
        super().__init__(f"{act} in state {state}")
        self.act, self.state = act, state

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return t(
            "لا يمكن هذا الإجراء والطلب في حالة «{state}». حدّث الصفحة لترى آخر ما جرى.",
            "This cannot be done while the case is “{state}”. Refresh the page to see what happened.",
            state=workflow.states()[self.state].staff,
        )


class Missing(ValueError):
    """Something the act needs was not given; the message says what."""


class NotAtThisLine(Missing):
    """The line of support where the case stands, or what was decided about it, does not allow this; the message says
    why.
    """


class Barred(Missing):
    """The person must not handle this case at all; the message says why and who can."""


@dataclass
class Change:
    """A case under change: facts published through it carry who, when and whose lists to wake."""

    case: Case
    by: User | None
    at: datetime
    units: set[int | None] = field(default_factory=set)
    records: list[EventRecord] = field(default_factory=list)
    # Had nobody begun to serve it before this?
    waited: bool = False

    def publish(self, fact: CaseFact, *, text: str = "", public: bool = False) -> EventRecord:
        """Record the fact and, where words belong to it, the words."""
        (record,) = self.publish_many([fact])
        words = clean(text)
        if words:
            CaseEntry.objects.create(
                agency_id=self.case.agency_id, case=self.case, event=record, text=words, public=public
            )
        return record

    def publish_many(self, facts: Sequence[CaseFact]) -> list[EventRecord]:
        """Record several facts that have no words, in their order, at the cost of one."""
        records: list[EventRecord] = events.publish_many(
            facts,
            agency_id=self.case.agency_id,
            case_id=self.case.pk,
            by=self.by,
            at=self.at,
            caused_by=self.records[0].pk if self.records else None,
            units=self.units | {self.case.unit_id},
            reference=self.case.reference,
            closed=self.case.confidential,
            people=compartment.listening(self.case, self.at),
        )
        self.records += records
        return records

    def move_to(self, state: str) -> None:
        """Put the case into a state."""
        if state != self.case.state:
            # Within a hold it does not begin anew whether somebody here or another body is waited for.
            if not {state, self.case.state} <= workflow.HELD:
                self.case.state_since = self.at
                self.case.state_before = self.case.state
            self.case.state = state
        self.case.is_open = state in workflow.OPEN
        if state not in workflow.HELD:
            self.case.review_on = None

    def go_back_to(self, state: str) -> None:
        """Put the case where it stood before a question or a merger broke it off; a hold goes on until its day."""
        held = Hold.objects.filter(case=self.case).order_by("-pk").first() if state in workflow.HELD else None
        if state in workflow.HELD and held is None:  # from before holds were kept: nobody knows until when
            state = "in_progress"
        self.move_to(state)
        if held is not None:
            Hold.objects.filter(pk=held.pk).update(ended_at=None)
            self.case.review_on = held.review_on


@contextmanager
def changing(
    case: Case | int, act: str, *, by: User | None, at: datetime, version: int | None = None
) -> Iterator[Change]:
    """Lock the case, check version and state, run the act in one transaction, save and count the version up.

    Raises StaleCase when `version` is given and no longer the present one, NotNow when the act does not fit the state,
    NotAtThisLine when the line of support does not allow it, Barred when the person must not handle this case.
    """
    with transaction.atomic():
        locked = lock(case)
        if sentence := bars.why_barred(locked, by, at):
            raise Barred(sentence)
        if version is not None and version != locked.version:
            raise StaleCase(locked)
        if not workflow.allows(act, locked.state):
            raise NotNow(act, locked.state)
        if sentence := compartment.why_not(locked, act) or lines.why_not(locked, act, by=by, at=at):
            raise NotAtThisLine(sentence)
        change, was = Change(locked, by, at, units={locked.unit_id}), locked.state
        change.waited = order.awaits(locked)
        change.move_to(workflow.leads_to(act, locked.state))
        yield change
        if locked.state != was and workflow.WAITING & {locked.state, was}:
            follow_state(locked, at=at)
        if locked.state != was:
            _end_hold(locked, at)
        locked.version += 1
        locked.updated_at = at
        locked.save()
        _refresh(case, locked)
        mark("case.before_commit")
    mark("case.after_commit")


def lock(case: Case | int) -> Case:
    """The case's row, held until the transaction ends."""
    number = case if isinstance(case, int) else case.pk
    return Case.objects.select_for_update().get(pk=number)


def needed(text: str, arabic: str, english: str) -> str:
    """Cleaned words that must not be empty. Raises Missing with the sentence."""
    words = clean(text)
    if not words:
        raise Missing(t(arabic, english))
    return words


def _end_hold(case: Case, at: datetime) -> None:
    """A case that is no longer held has no hold, and one that goes on otherwise asks for no extension of it."""
    if case.state not in workflow.HELD:
        Hold.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
    asked = ExtensionRequest.objects.filter(case=case, answer="")
    asked.update(answer=ExtensionRequest.Answer.WITHDRAWN, answered_at=at)


def _refresh(given: Case | int, locked: Case) -> None:
    # The caller goes on with the object it holds: give it what was written. (Setting one by one drops stale relations.)
    if isinstance(given, Case):
        for column in Case._meta.concrete_fields:
            setattr(given, column.attname, getattr(locked, column.attname))
