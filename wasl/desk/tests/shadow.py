"""What a case may become, told once more by hand: the model beside which the machine of all roles runs.

Nothing here asks the operations: states, lines, holds, refusals and moments are written down anew from the rules. Only
the permission table is read, as data.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from wasl.calendars.working_time import WorkingTime
from wasl.cases.models import Clock
from wasl.directory.rights import SCOPES, Reach, Right

DAY = timedelta(days=1)
BEFORE = {"new", "acknowledged", "triage"}
WITH = {"referred", "accepted", "in_progress", "scheduled", "reopened"}
HELD = {"pending_internal", "pending_external"}
WAITING = HELD | {"pending_beneficiary"}
OPEN = BEFORE | WITH | WAITING
IN_TURN = {"referred", "accepted", "reopened"}
DONE = {"resolved", "closed", "rejected"}
ENDED = DONE | {"duplicate", "withdrawn", "spam"}
CLASSES = ("P1", "P2", "P3", "P4")

# act -> (from which states, into which; None: the state stays, or the act says itself)
MOVES: Mapping[str, tuple[set[str], str | None]] = {
    "acknowledge": ({"new"}, "acknowledged"),
    "classify": (OPEN, None),
    "importance": (OPEN, None),
    "refer": (OPEN, "referred"),
    "accept": ({"referred", "reopened"}, "accepted"),
    "return": ({"referred", "reopened", "accepted"}, "triage"),
    "owner": (OPEN, "referred"),
    "raise": (({"accepted", "in_progress", "scheduled", "reopened"} | HELD), None),
    "decide": (OPEN, None),
    "assign": (OPEN, None),
    "escalate": (OPEN, None),
    "start": ({"accepted", "scheduled", "reopened"} | HELD, "in_progress"),
    "schedule": ({"accepted", "in_progress", "scheduled", "reopened"}, "scheduled"),
    "ask": (OPEN - {"pending_beneficiary"}, "pending_beneficiary"),
    "answer": ({"pending_beneficiary"}, None),
    "hold": (WITH | HELD, None),
    "extension": (WITH | HELD, None),
    "note": (OPEN | ENDED, None),
    "reply": (OPEN | DONE, None),
    "add": (OPEN | DONE, None),
    "resolve": (OPEN - {"new"}, "resolved"),
    "reject": (OPEN, "rejected"),
    "close": ({"resolved", "rejected"}, "closed"),
    "reopen": (DONE | {"withdrawn", "spam"}, "reopened"),
    "object": ({"duplicate"}, "reopened"),
    "rate": ({"resolved", "closed"}, None),
    "merge": (OPEN, "duplicate"),
    "unmerge": ({"duplicate"}, None),
    "withdraw": (OPEN, "withdrawn"),
    "exclude": (OPEN, "spam"),
    "remind": (OPEN, None),
    "call": (OPEN, None),
    "appeal": (OPEN | DONE, None),
    "review": (OPEN | DONE, None),
}
# While a question waits with the third line.
RESTING = {"refer", "return", "accept", "start", "schedule", "hold", "resolve", "reject", "raise", "owner"}
# With which the service of what waits for its turn begins.
TAKES = {"assign", "start", "schedule", "resolve"}
FIRST_LINE_FINISHES = {"inquiry", "suggestion", "note", "praise"}
FIRST_LINE_UNITS = {"CENTRE", "HALL"}
THIRD_LINE_UNITS = {"DG", "COMMITTEE"}
PARENTS = {"ROADS": "DG", "LIGHT": "DG", "NORTH": "ROADS"}
# Who of the liaison officers and heads is told of a silence: nobody sits above the others.
REMINDED = {"ROADS", "NORTH", "LIGHT", "DG"}


def line_of(unit: str) -> int:
    """At which line a case stands with this unit."""
    return 1 if unit in FIRST_LINE_UNITS else 2


def within(unit: str, upper: str) -> bool:
    """Is the unit the upper one, or below it?"""
    while unit != upper:
        if unit not in PARENTS:
            return False
        unit = PARENTS[unit]
    return True


@dataclass(frozen=True)
class Ground:
    """Why somebody may do things: a role in a unit for a time; `powers` and `classes` limit what is only delegated."""

    role: str
    unit: str
    since: datetime
    until: datetime
    powers: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset(CLASSES)
    own: int = 0


@dataclass
class Hold:
    """One hold as the model knows it."""

    number: int
    reason: str
    review_on: date
    ended_at: datetime | None = None
    missed: bool = False


@dataclass
class Asked:
    """An extension that waits for the director."""

    by: int
    number: int
    reason: str
    review_on: date
    external: bool


@dataclass
class Story:
    """A case as it must be."""

    pk: int
    kind: str
    service: str
    importance: str
    unit: str
    state: str
    registered_at: datetime
    since: datetime
    before: str = ""
    line: int = 1
    computed: str = ""
    assignee: int | None = None
    has_place: bool = True
    version: int = 1
    holds: list[Hold] = field(default_factory=list)
    asked: Asked | None = None
    raised: tuple[str, str] | None = None
    owner: str = ""  # "?" while the follow-up team is asked
    refused: int = 0
    referred: bool = False
    merged_into: int | None = None
    reopened: int = 0
    resolved_at: datetime | None = None
    review_waits: bool = False
    level: int = 0
    steps: set[tuple[str, str, int]] = field(default_factory=set)
    # Does it wait for its turn, even while it is put aside? And whom it passed when it was taken before it.
    in_turn: bool = False
    jumps: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    @property
    def held(self) -> Hold | None:
        """The hold that stands."""
        return next((one for one in self.holds if one.ended_at is None), None)

    @property
    def binding(self) -> bool:
        """Has the follow-up team said that the unit which has it is its owner?"""
        return self.owner == self.unit


@dataclass
class Services:
    """What the model knows of a service."""

    unit: str
    importance: str
    needs_place: bool = False


class Shadow:
    """All cases of one run, and what must be recorded for what was done since it was last looked at."""

    def __init__(self, services: Mapping[str, Services], hours: WorkingTime) -> None:
        self.services, self.hours = services, hours
        self.cases: dict[int, Story] = {}
        self.free: set[date] = set()
        self.known: dict[date, list[tuple[datetime, datetime]]] = {}
        self.facts: Counter[tuple[int, str]] = Counter()
        self.taken: dict[int, int] = {}

    # --- time ----------------------------------------------------------------------------------------------------

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """When a day is worked, holidays of this run left out."""
        if day not in self.known:
            self.known[day] = list(self.hours.day_spans(day))
        return [] if day in self.free else self.known[day]

    def working_day_after(self, day: date, number: int) -> date:
        """The n-th working day after a day."""
        while number:
            day += DAY
            number -= bool(self.spans(day))
        return day

    def worked_days_between(self, first: date, last: date) -> int:
        """How many working days lie between two days, neither counted."""
        days = ((first + DAY * n) for n in range(1, (last - first).days))
        return sum(bool(self.spans(day)) for day in days)

    def moment(self, clock: Clock, pauses: Iterable[tuple[datetime, datetime | None]], share: int = 100) -> datetime:
        """When so much of a clock is used up: span by span."""
        started, stood = clock.started_at, sorted((a, b) for a, b in pauses if b is not None and a < b)
        if clock.always_open:
            open_spans: Iterator[tuple[datetime, datetime]] = iter([(started, started + 3000 * DAY)])
            left = timedelta(minutes=clock.amount_minutes or 0)
        else:
            local = self.hours.local_day(started)
            if clock.amount_minutes is not None:
                left, begins = timedelta(minutes=clock.amount_minutes), started
            else:
                counted = [self.working_day_after(local, n) for n in range(1, (clock.working_days or 0) + 1)]
                left = sum((b - a for day in counted for a, b in self.spans(day)), timedelta())
                begins = self.spans(counted[0])[0][0]
            days = (span for n in range(3000) for span in self.spans(local + DAY * n))
            open_spans = ((max(a, begins), b) for a, b in days if b > begins)
        left = left * share / 100
        for begin, end in _without(open_spans, stood):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("a clock that is never used up")

    # --- who may ---------------------------------------------------------------------------------------------------

    def may(self, person: int, grounds: Iterable[Ground], right: Right, case: Story, at: datetime) -> bool:
        """Does one of the grounds of the person reach the case?"""
        return any(self._reaches(person, one, right, case) for one in grounds if one.since <= at < one.until)

    def _reaches(self, person: int, one: Ground, right: Right, case: Story) -> bool:
        cell = SCOPES[right].get(one.role)  # type: ignore[call-overload]
        if cell is None or (one.powers and (right not in one.powers or case.importance not in one.classes)):
            return False
        if cell.reach is Reach.AGENCY:
            return True
        if cell.reach is Reach.OWN:
            return not one.powers and case.assignee == (one.own or person)
        return within(case.unit, one.unit) or (cell.reach is Reach.CLASS and case.importance == "P1")

    # --- is it allowed ---------------------------------------------------------------------------------------------

    def allows(self, act: str, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        """Must the operation let this through? `given`: what the act was given, and `roles`: the grounds it needs."""
        if given.get("stale") or case.state not in MOVES[act][0]:
            return False
        if act in RESTING and case.raised is not None:
            return False
        if given.get("person") and self.passes(act, case, given) and not given["ahead"]:
            return False
        rule: Callable[[Story, Mapping[str, Any], datetime], bool] | None = getattr(self, f"_allows_{act}", None)
        return rule is None or rule(case, given, at)

    def passes(self, act: str, case: Story, given: Mapping[str, Any]) -> tuple[int, ...]:
        """Whom the act would pass, in their order: one by one, by class and registration alone."""
        is_given = case.assignee is not None
        if act == "assign":
            hands = {None} if given["to"] is not None and not is_given else set()
        else:
            server = case.assignee if is_given else given["person"]
            hands = {server} if is_given else {server, None}
        if not case.in_turn or act not in TAKES or (act == "resolve" and case.line == 1):
            return ()
        told = {number for round_, passed in case.jumps if round_ == case.reopened for number in passed}
        ahead = [
            (other.importance, other.registered_at, other.pk)
            for other in self.cases.values()
            if other.pk not in told and other.assignee in hands and self._stands_before(other, case)
        ]
        return tuple(number for *_, number in sorted(ahead))

    def _stands_before(self, other: Story, case: Story) -> bool:
        if other.pk == case.pk or other.unit != case.unit or other.state not in IN_TURN:
            return False
        if case.unit == "FAST":
            return other.importance < case.importance
        same = bool(other.service) == bool(case.service)
        one, two = (other.importance, other.registered_at, other.pk), (case.importance, case.registered_at, case.pk)
        return same and one < two

    def _allows_refer(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        to_unit = given["unit"]
        if case.owner == "?" or (case.binding and not within(to_unit, case.owner)):
            return False
        lacks_place = case.service != "" and self.services[case.service].needs_place and not case.has_place
        if case.line == 1 and line_of(to_unit) != 1 and lacks_place and not given["handed"]:
            return False
        return self._may_enter(case, to_unit)

    def _may_enter(self, case: Story, unit: str) -> bool:
        return unit != "FAST" or case.importance == "P1"

    def _allows_return(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return case.line == 2 and not case.binding and given["whose"] != case.unit

    def _allows_owner(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        is_free = given["unit"] != "CENTRE" and self._may_enter(case, given["unit"])
        return bool(case.owner) and "follow_up" in given["roles"] and is_free

    def _allows_raise(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        to_unit = given["unit"]
        is_above = to_unit == "COMMITTEE" or (to_unit == "DG" and within(case.unit, "DG"))
        return case.line == 2 and is_above and to_unit != case.unit and given["handed"]

    def _allows_decide(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        if case.raised is None:
            return False
        to_unit = case.raised[1]
        stands = {(role, "DG") for role in ("head", "deputy")} if to_unit == "DG" else set()
        return bool(stands & given["seats"]) or (to_unit == "COMMITTEE" and "follow_up" in given["roles"])

    def _allows_importance(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        wished = given["importance"]
        far = max(_steps(case.computed, wished), _steps(case.computed, case.importance)) > 1
        return wished != case.importance and (not far or given["may_set"])

    def _allows_schedule(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return bool(given["when"] > at)

    def _allows_hold(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        is_asked = self.next_number(case, given["reason"], at) > 2
        return self._fits(given["review_on"], at) and not (is_asked and case.asked is not None)

    def _fits(self, review_on: date, at: datetime) -> bool:
        today = self.hours.local_day(at)
        return today < review_on <= self.working_day_after(today, 10)

    def _allows_extension(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        if case.asked is None or case.asked.by == given["person"] or (given["approve"] and case.raised is not None):
            return False
        return not given["approve"] or self._fits(given["review_on"] or case.asked.review_on, at)

    def next_number(self, case: Story, reason: str, at: datetime) -> int:
        """Which extension a hold would be."""
        if case.held is not None:
            return case.held.number + 1
        today = self.hours.local_day(at)
        for one in reversed(case.holds):
            if one.reason == reason and one.ended_at is not None:
                ended = self.hours.local_day(one.ended_at)
                return one.number + 1 if today <= self.working_day_after(ended, 10) else 0
        return 0

    def _allows_resolve(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        is_own = case.service != "" and self.services[case.service].unit == case.unit
        return case.line != 1 or case.kind in FIRST_LINE_FINISHES or is_own

    def _allows_reject(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return case.line != 1 or bool(given["may_refuse"])

    def _allows_exclude(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return self._allows_reject(case, given, at) and not case.review_waits

    def _allows_escalate(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return case.level < 5

    def _allows_merge(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        other = self.cases[given["into"]]
        return other.pk != case.pk and other.state in OPEN and not case.review_waits

    def _allows_remind(self, case: Story, given: Mapping[str, Any], at: datetime) -> bool:
        return case.unit in REMINDED

    def may_say_not_solved(self, case: Story, at: datetime) -> bool:
        """Has the citizen still the right to?"""
        leading = self.cases[case.merged_into] if case.merged_into else case
        return leading.state in DONE and (at - (leading.resolved_at or leading.since)).days < 15

    # --- what it does ----------------------------------------------------------------------------------------------

    def does(self, act: str, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        """Let the act happen in the model."""
        passed = self.passes(act, case, given) if given.get("person") else ()
        if passed:
            case.jumps.append((case.reopened, passed))
            self.says(case, "Jumped")
        case.version += 1
        to_state = MOVES[act][1]
        if to_state is not None:
            self.turn(case, to_state, at)
        getattr(self, f"_does_{act}")(case, given, at)
        if case.state not in OPEN:
            case.asked = None

    def turn(self, case: Story, state: str, at: datetime) -> None:
        """Into another state; a hold that is left has ended, and with any change of state a question is taken back."""
        if state == case.state:
            return
        if not {state, case.state} <= HELD:
            case.since = at
        if state not in HELD and case.held is not None:
            case.held.ended_at = at
        if not {state, case.state} <= HELD:
            case.before = case.state
        case.state, case.asked = state, None
        if state not in WAITING:
            case.in_turn = state in IN_TURN

    def says(self, case: Story, *kinds: str) -> None:
        """These facts must be recorded."""
        self.facts.update((case.pk, kind) for kind in kinds)

    def lifts(self, case: Story, cause: str, occurrence: str, level: int, step: int = 0) -> None:
        """A step that must be there, once for its occurrence."""
        if (cause, occurrence, step) not in case.steps:
            case.steps.add((cause, occurrence, step))
            case.level = max(case.level, level)
            self.says(case, "CaseEscalated")

    def _does_acknowledge(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseAcknowledged")

    def _does_classify(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        if given["service"] != case.service:
            found = self.services[given["service"]].importance if given["service"] else "P3"
            if found != case.computed or case.importance == case.computed:
                self._weighs(case, found)
            case.computed = found
        case.kind, case.service = given["kind"], given["service"]
        if case.state in BEFORE:
            self.turn(case, "triage", at)
        self.says(case, "CaseClassified")

    def _weighs(self, case: Story, importance: str) -> None:
        if importance == case.importance:
            return
        self.says(case, "CaseImportanceChanged")
        is_graver, case.importance = importance < case.importance, importance
        if is_graver:
            self.lifts(case, "class", f"to {importance}", 3)

    def _does_importance(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self._weighs(case, given["importance"])

    def _goes_to(self, case: Story, unit: str) -> None:
        case.unit, case.line, case.assignee, case.referred = unit, line_of(unit), None, True
        self.says(case, "CaseReferred")

    def _does_refer(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self._goes_to(case, given["unit"])

    def _does_owner(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.owner, case.refused = given["unit"], 0
        self.says(case, "OwnerDecided")
        self._goes_to(case, given["unit"])

    def _does_accept(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "ReferralAccepted")

    def _does_return(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        # What no unit was asked to take cannot be refused by it.
        case.refused += case.referred
        case.referred = False
        case.unit, case.line, case.assignee = "CENTRE", 1, None
        self.says(case, "ReferralReturned", "OwnerNamed")
        if case.refused >= 2 and case.owner != "?":
            case.owner = "?"
            self.says(case, "OwnerAsked")
        if case.owner == "?":
            case.unit = "FOLLOW"

    def _does_raise(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.raised = (case.unit, given["unit"])
        case.unit, case.line, case.assignee = given["unit"], 3, None
        self.says(case, "CaseRaised")

    def _does_decide(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        assert case.raised is not None
        if not given["stays"]:
            case.unit, case.assignee = case.raised[0], None
            case.line = line_of(case.unit)
        case.raised = None
        self.says(case, "RaiseDecided")

    def _does_assign(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.assignee = given["to"]
        self.says(case, "CaseAssigned")

    def _does_escalate(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        level = case.level + 1
        self.lifts(case, "hand", f"{case.version - 1} {level}", level)

    def _does_start(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "WorkStarted")

    def _does_schedule(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "WorkScheduled")

    def _does_ask(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "BeneficiaryAsked")

    def _does_answer(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self._back(case, case.before if case.before in OPEN - {"pending_beneficiary"} else "in_progress", at)
        self.says(case, "BeneficiaryAnswered")

    def _back(self, case: Story, state: str, at: datetime) -> None:
        """Back to where it stood; a hold that was interrupted goes on."""
        self.turn(case, state, at)
        if state in HELD:
            case.holds[-1].ended_at = None

    def _does_hold(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        number = self.next_number(case, given["reason"], at)
        if number > 2:
            case.asked = Asked(given["person"], number, given["reason"], given["review_on"], given["external"])
            self.says(case, "ExtensionAsked")
        else:
            self._put(case, number, given["reason"], given["review_on"], given["external"], at)

    def _put(self, case: Story, number: int, reason: str, review_on: date, external: bool, at: datetime) -> None:
        if case.held is not None:
            case.held.ended_at = at
        self.turn(case, "pending_external" if external else "pending_internal", at)
        case.holds.append(Hold(number, reason, review_on))
        self.says(case, "CasePutOnHold")

    def _does_extension(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        asked, case.asked = case.asked, None
        assert asked is not None
        if not given["approve"]:
            self.says(case, "ExtensionRefused")
            return
        self._put(case, asked.number, asked.reason, given["review_on"] or asked.review_on, asked.external, at)

    def _does_note(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "NoteAdded")

    def _does_reply(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "ReplyWritten")

    def _does_add(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "InformationAdded")

    def _does_resolve(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.resolved_at = at
        self.says(case, "CaseResolved")

    def _does_reject(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseRejected")

    def _does_close(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseClosed")

    def _does_reopen(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.merged_into, case.resolved_at = None, None
        case.reopened += 1
        self._stands_again(case)
        self.says(case, "CaseReopened")
        if given.get("citizen"):
            self.lifts(case, "unsolved", f"round {case.reopened}", 2)

    _does_object = _does_reopen

    def _stands_again(self, case: Story) -> None:
        case.line = 3 if case.line == 3 else line_of(case.unit)

    def _does_rate(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseRated")
        if given["rating"] <= 2:
            self.lifts(case, "rating", f"round {case.reopened}", 2)

    def _does_merge(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.merged_into = given["into"]
        for other in self.cases.values():
            if other.merged_into == case.pk:
                other.merged_into = given["into"]
        self.says(case, "CaseMerged")
        self.says(self.cases[given["into"]], "DuplicateJoined")

    def _does_unmerge(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.merged_into = None
        self._back(case, case.before if case.before in OPEN else "triage", at)
        self._stands_again(case)
        self.says(case, "CaseUnmerged")

    def _does_withdraw(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseWithdrawn")
        self._parts(case, at)

    def _does_exclude(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "CaseExcluded")
        self._parts(case, at)

    def _parts(self, case: Story, at: datetime) -> None:
        """Those who had joined it go their own way again."""
        for other in self.cases.values():
            if other.merged_into == case.pk:
                self.does("unmerge", other, {}, at)

    def _does_remind(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        self.says(case, "UnitReminded")

    _does_call = _does_remind

    def _does_appeal(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.review_waits = True
        self.says(case, "AppealAsked")

    def _does_review(self, case: Story, given: Mapping[str, Any], at: datetime) -> None:
        case.review_waits = False
        self.says(case, "AppealDecided")
        if given["changed"] and case.state in DONE:
            self.turn(case, "reopened", at)
            case.reopened, case.resolved_at = case.reopened + 1, None
            self._stands_again(case)
            self.says(case, "CaseReopened")


def _steps(one: str, other: str) -> int:
    return abs(CLASSES.index(one) - CLASSES.index(other))


def _without(
    spans: Iterable[tuple[datetime, datetime]], stood: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """The parts of the spans that lie in no pause."""
    for begin, end in spans:
        at = begin
        for a, b in stood:
            if b > at and a < end:
                if a > at:
                    yield at, a
                at = max(at, b)
        if at < end:
            yield at, end
