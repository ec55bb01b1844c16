"""Everybody acts on some cases of one agency at random, while two schedulers sweep and holidays come and go.

Each act goes by the check of its door and then through its operation, refused and allowed ones alike, and `shadow` says
beside it what must come of it: whether it gets through, the case as it stands then, and which facts are recorded.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from wasl.accounts.models import User
from wasl.calendars import operations as calendars
from wasl.calendars import queries as hours
from wasl.calendars.models import Holiday
from wasl.cases import appeals, jobs, lifting, operations, queries, sweeps
from wasl.cases.appeal_rows import Appeal
from wasl.cases.escalation import Escalation
from wasl.cases.jumps import Jump, JumpOvertaken
from wasl.cases.models import Case, Clock, DueMove, ExtensionRequest, Hold
from wasl.cases.operations import Missing, NewCase, NotNow, Place, StaleCase, TooLate, Whose
from wasl.cases.operations.escalate import raise_due
from wasl.cases.operations.take import Ahead
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.models import Service
from wasl.catalogue.tests.makers import make_service
from wasl.contacts.models import Beneficiary
from wasl.contacts.tests.makers import make_beneficiary
from wasl.core import clock
from wasl.core.dispatch import deliver_event
from wasl.core.events import registered_events, subscribers_of
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.desk.acts import ACTS
from wasl.desk.tests.shadow import HELD, MOVES, OPEN, Ground, Services, Shadow, Story
from wasl.directory import delegations
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right
from wasl.directory.substitutes import appoint_substitute
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_unit
from wasl.sla import ladders
from wasl.sla.ladder import Rung

DAY = timedelta(days=1)
FOR_EVER = SUNDAY_9AM + 3000 * DAY
REFUSALS = (Missing, NotNow, StaleCase, TooLate)
SEEDS = st.integers(0, 10**9)
MOST_CASES = 6
# Facts whose author has decided about the case.
DECIDING = ("CaseResolved", "CaseRejected", "RaiseDecided", "AppealDecided")
# After them a case is done with: in a run they come seldom.
ENDING = {"merge", "reject", "exclude", "close"}
OF_COMPARTMENT = {"tell_of_staff", "name_accused", "lift_compartment"}
# Asked for and decided by rules of their own, not by the unit of the case: tried beside the others.
OF_REVIEW = {"appeal", "decide_appeal"}
# Beside the buttons of the case page: what the follow-up team does on its own page.
BESIDE: Mapping[str, Right] = {"remind": Right.FOLLOW_UP_UNITS, "call": Right.FOLLOW_UP_UNITS}
# Into the closed compartment and out of it: nobody else sees such a case, which is a story of its own.
APART = {code for code, act in ACTS.items() if act.workflow_act in OF_COMPARTMENT | OF_REVIEW}
RIGHTS: Mapping[str, Right] = {code: act.right for code, act in ACTS.items() if code not in APART} | dict(BESIDE)
UNITS = {
    "HALL": "outlet",
    "DG": "directorate",
    "ROADS": "section",
    "NORTH": "section",
    "LIGHT": "department",
    "COMMITTEE": "committee",
    "FOLLOW": "team",
    "FAST": "team",
}
SERVICES = {
    "": Services("", "P3"),
    "HOLE": Services("ROADS", "P2"),
    "WIRE": Services("LIGHT", "P1"),
    "ASK": Services("CENTRE", "P4", needs_place=True),
}
ROLES = (
    ("agent", "CENTRE"),
    ("supervisor", "CENTRE"),
    ("hall", "HALL"),
    ("specialist", "ROADS"),
    ("specialist", "LIGHT"),
    ("liaison", "ROADS"),
    ("field", "NORTH"),
    ("head", "DG"),
    ("deputy", "DG"),
    ("director", "CENTRE"),
    ("follow_up", "FOLLOW"),
    ("fast_team", "FAST"),
    ("administrator", "CENTRE"),
    ("auditor", "CENTRE"),
)
RUNGS = {
    "p1": ((25, 2), (100, 4)),
    "resolution": ((50, 0), (80, 1), (100, 2), (150, 3), (200, 4)),
    "handover": ((80, 1), (100, 2), (200, 3)),
}
AGES = ((5, 1), (12, 3))
# What the room of the cases records, and who in it hears of it.
FACTS = {one.kind for one in registered_events().values() if one.__module__ == "wasl.cases.events"} - {
    # The measure of the first contact has tests of its own.
    "FinishedAtFirstContact",
    "ContactedAgain",
    "ReturnTakenBack",
}
LISTENERS = ("wasl.cases.lifting.", "wasl.cases.subscribers.")
# All that a step that is refused must leave as it was.
_TABLES = (
    "cases_case", "cases_clock", "cases_clockpause", "cases_referral", "cases_hold", "cases_extensionrequest",
    "cases_raise", "cases_appeal", "cases_jump", "cases_jumpovertaken", "cases_ownerdecision", "cases_escalation",
    "cases_reminder", "cases_caseentry", "core_eventrecord", "alerts_alert", "notices_notice", "tasks_task",
)  # fmt: skip
_EVERYTHING = " UNION ALL ".join(
    f"SELECT '{name}', count(*), coalesce(sum(hashtext(x::text)), 0) FROM {name} x"  # noqa: S608
    for name in _TABLES
)


@dataclass
class World:
    """The agency in which everything happens, made once."""

    agency: Agency
    units: dict[str, Unit]
    services: dict[str, Service | None]
    people: list[User]
    grounds: dict[int, list[Ground]] = field(default_factory=dict)
    citizens: list[Beneficiary] = field(default_factory=list)


def make_world() -> World:
    """Units at three lines, everybody in their role, one officer away with a deputy and one power delegated."""
    agency = make_working_agency()
    units = {"CENTRE": directory.triage_unit(agency)}
    for code, kind in UNITS.items():
        parent = units.get({"ROADS": "DG", "LIGHT": "DG", "NORTH": "ROADS"}.get(code, ""))
        units[code] = make_unit(code, agency=agency, parent=parent, kind=kind)
    services: dict[str, Service | None] = {"": None}
    for code, known in SERVICES.items():
        if code:
            more = {"acknowledge_text": "30m", "resolve_text": "1d", "clock_mode": "24x7"} if code == "WIRE" else {}
            services[code] = make_service(
                code,
                agency=agency,
                unit=units[known.unit],
                priority=known.importance,
                needs_location=known.needs_place,
                **more,
            )
    people = [make_person(role, units[unit]) for role, unit in ROLES]
    world = World(agency, units, services, people)
    for person, (role, unit) in zip(people, ROLES, strict=True):
        world.grounds[person.pk] = [Ground(role, unit, LONG_AGO, FOR_EVER)]
    _lend(world)
    _set_ladders(agency)
    world.citizens = [make_beneficiary(agency), make_beneficiary(agency, name="سالم")]
    world.people = list(User.objects.filter(pk__in=[one.pk for one in people]).order_by("pk"))
    return world


def _lend(world: World) -> None:
    by_role = {role: person for (role, _), person in zip(ROLES, world.people, strict=True)}
    absent, deputy = by_role["liaison"], world.people[3]
    until = SUNDAY_9AM + 12 * DAY
    appoint_substitute(
        absent, substitute=deputy, unit=world.units["ROADS"], valid_from=SUNDAY_9AM, valid_to=until, by=None,
        at=SUNDAY_9AM,
    )  # fmt: skip
    world.grounds[deputy.pk].append(Ground("liaison", "ROADS", SUNDAY_9AM, until, own=absent.pk))
    director, agent = by_role["director"], by_role["agent"]
    until = SUNDAY_9AM + 20 * DAY
    delegations.delegate(
        director, to=agent, agency=world.agency, unit=None, powers=[Right.APPROVE_PENDING], gravest="P2",
        reason="سفر", valid_from=SUNDAY_9AM, valid_to=until, at=SUNDAY_9AM,
    )  # fmt: skip
    limits = {"powers": frozenset({Right.APPROVE_PENDING}), "classes": frozenset({"P2", "P3", "P4"})}
    world.grounds[agent.pk].append(Ground("director", "CENTRE", SUNDAY_9AM, until, **limits))


def _set_ladders(agency: Agency) -> None:
    ladders.load_starting_ladders(agency, at=LONG_AGO)
    common: dict[str, Any] = {"name": both("سلّم", "Ladder"), "at": LONG_AGO}
    age = [Rung(mark, level, ("head",)) for mark, level in AGES]
    ladders.set_ladder(agency, code="age", cause="age", steps=age, **common)
    quick = [Rung(mark, level, ("supervisor",), quiet=False) for mark, level in RUNGS["p1"]]
    ladders.set_ladder(agency, code="p1", clocks=("resolve",), importance="P1", steps=quick, **common)
    ladders.set_ladder(agency, code="class", cause="class", steps=[Rung(0, 3, ("head",))], **common)


class AllRoles(RuleBasedStateMachine):
    """One run: cases that begin as they come, then whatever anybody does."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.at = SUNDAY_9AM
        self.calendar = hours.working_time(agency_id=self.world.agency.pk)
        self.shadow = Shadow(SERVICES, self.calendar)
        self.codes = {unit.pk: code for code, unit in self.world.units.items()}
        self.seen = EventRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.holidays: list[Holiday] = []
        self.ladders = {one.ladder_id: one.code for one in ladders.ladders(self.world.agency.pk)}
        for service, kind in (("HOLE", "report"), ("", "complaint"), ("ASK", "inquiry")):
            self._register(service, kind, 0)

    def teardown(self) -> None:
        """Nothing of this run is found by the next one."""
        numbers = list(getattr(self, "shadow", Shadow({}, None)).cases)  # type: ignore[arg-type]
        Clock.objects.filter(case__in=numbers, stopped_at__isnull=True).update(stopped_at=self.at)
        Hold.objects.filter(case__in=numbers, ended_at__isnull=True).update(ended_at=self.at)
        Appeal.objects.filter(case__in=numbers, outcome="").update(told_late_at=self.at, told_higher_at=self.at)
        Case.objects.filter(pk__in=numbers).update(is_open=False, state="spam", registered_at=LONG_AGO)
        for holiday in getattr(self, "holidays", []):
            Holiday.objects.filter(pk=holiday.pk).delete()

    # --- the rules -------------------------------------------------------------------------------------------------

    @rule(seeds=st.lists(SEEDS, min_size=2, max_size=6))
    def people_act(self, seeds: list[int]) -> None:
        """One after the other tries something: mostly what the state allows and they may, so that runs get on."""
        for seed in seeds:
            if seed % 9 == 0:
                self._reviews(random.Random(seed))
            dice = random.Random(seed)
            story = self._case(dice)
            if dice.random() < 0.25:
                self._acts(dice, dice.choice(self.world.people), story, dice.choice(sorted(RIGHTS)))
            else:
                self._does_what_fits(dice, story)
            self.everything_stands_as_it_must()

    def _reviews(self, dice: random.Random) -> None:
        """Somebody of the house decides what was asked of somebody higher; who may is proven by the room itself."""
        waiting = {one.case_id for one in Appeal.objects.filter(case__in=list(self.shadow.cases), outcome="")}
        story = self.shadow.cases[dice.choice(sorted(waiting))] if waiting else self._case(dice)
        case, by = self._row(story), dice.choice(self.world.people)
        told = appeals.why_not_reviewed_by(case, by, at=self.at)
        given = {"changed": dice.random() < 0.5}
        allowed = not told and self.shadow.allows("review", story, {}, self.at)
        before = set(EventRecord.objects.filter(case_id=case.pk, kind__in=DECIDING).values_list("actor_id", flat=True))
        outcome = dice.choice(["changed", "partly"]) if given["changed"] else "stands"
        self._try(
            "review",
            story,
            given,
            lambda: operations.decide_appeal(case, outcome=outcome, reasons="لأن", by=by, at=self.at),
            allowed=allowed,
        )
        assert not (allowed and by.pk in before), "who decided before decided again"

    def _does_what_fits(self, dice: random.Random, story: Story) -> None:
        fitting: dict[str, list[User]] = {}
        for code in sorted(RIGHTS):
            if story.state in MOVES[code][0] and (code not in ENDING or dice.random() < 0.15):
                fitting[code] = [one for one in self.world.people if self._may(one, RIGHTS[code], story)]
        codes = [code for code, people in fitting.items() if people]
        if codes:
            code = dice.choice(codes)
            self._acts(dice, dice.choice(fitting[code]), story, code)

    @rule(seed=SEEDS, what=st.sampled_from(["rate", "reopen", "reopen", "answer", "answer", "add", "withdraw"]))
    def the_citizen_acts(self, seed: int, what: str) -> None:
        """The beneficiary of a case, over the track page."""
        dice = random.Random(seed)
        fitting = [one for one in self.shadow.cases.values() if one.state in MOVES[what][0]]
        story = dice.choice(fitting) if fitting and dice.random() < 0.8 else self._case(dice)
        case, at = self._row(story), self.at
        given: dict[str, Any] = {"citizen": True, "rating": dice.randint(1, 5)}
        act = "object" if what == "reopen" and story.state == "duplicate" else what
        done: dict[str, Callable[[], Any]] = {
            "rate": lambda: operations.rate(case, rating=given["rating"], comment="", at=at),
            "reopen": lambda: operations.reopen(case, reason="ما زالت", at=at),
            "answer": lambda: operations.answer_from_beneficiary(case, text="هنا", channel="portal", at=at),
            "add": lambda: operations.add_information(case, text="ومعها صورة", channel="portal", at=at),
            "withdraw": lambda: operations.withdraw(case, at=at),
        }
        allowed = self.shadow.allows(act, story, {}, at)
        if what == "reopen":
            allowed = allowed and self.shadow.may_say_not_solved(story, at)
        self._try(act, story, given, done[what], allowed=allowed)

    @rule(seed=SEEDS)
    def the_citizen_asks_somebody_higher(self, seed: int) -> None:
        """Once at each level, and only with a ground."""
        story = self._case(random.Random(seed))
        case = self._row(story)
        allowed = self.shadow.allows("appeal", story, {}, self.at) and appeals.offer(case, at=self.at).may_ask
        words = f"راجعوه {story.version}"
        self._try(
            "appeal",
            story,
            {},
            lambda: operations.ask_appeal(case, words=words, channel="portal", at=self.at),
            allowed=allowed,
        )
        levels = Appeal.objects.filter(case=case).order_by("pk").values_list("level", flat=True)
        assert list(levels) in ([], [1], [1, 2])

    @rule(service=st.sampled_from(sorted(SERVICES)), citizen=st.integers(0, 1))
    def a_case_comes(self, service: str, citizen: int) -> None:
        """The same person may ask for the same again."""
        if len(self.shadow.cases) < MOST_CASES:
            self._register(service, "report", citizen)

    @rule(minutes=st.sampled_from([20, 60, 210, 420, 420, 1260, 4200]), seed=SEEDS, hourly=st.booleans())
    def time_passes(self, minutes: int, seed: int, hourly: bool) -> None:
        """Working time goes by; schedulers come by or not."""
        self.at = self.calendar.add(self.at, timedelta(minutes=minutes))
        if seed % 3:
            self.two_schedulers_sweep(random.Random(seed))
        if hourly:
            self.the_worker_looks()

    def two_schedulers_sweep(self, dice: random.Random) -> None:
        """Both find what is due, and take it in any order."""
        for story in self.shadow.cases.values():
            self._climb(story)
        found = [list(sweeps.due_clocks(self.at)) for _ in range(2)]
        turns = [one.pk for batch in found for one in batch]
        dice.shuffle(turns)
        for number in turns:
            raise_due(number, at=self.at)
        self._settle()
        assert lifting.sweep(at=self.at) == 0

    def the_worker_looks(self) -> None:
        """What it does by itself: ages, reviews that were missed, cases that close."""
        at, today = self.at, self.calendar.local_day(self.at)
        for story in self.shadow.cases.values():
            self._grow_old(story)
            held = story.held
            if held is not None and not held.missed and held.review_on < today:
                held.missed = True
                self.shadow.says(story, "ReviewMissed")
            if story.state == "resolved" and story.resolved_at and (at - story.resolved_at).days >= 15:
                self.shadow.does("close", story, {}, at)
        for one in Appeal.objects.filter(pk__in=appeals.late(at)).order_by("pk"):
            if one.told_late_at is None:
                self.shadow.says(self.shadow.cases[one.case_id], "AppealLate")
            if one.told_higher_at is None and appeals.higher_at(one) < at:
                self.shadow.says(self.shadow.cases[one.case_id], "AppealLifted")
        with clock.frozen(at):
            jobs.tell_late_appeals(0)
            lifting.escalate_aged(0)
            jobs.call_reviews(0)
            for number in queries.resolved_before(at - operations.REOPEN_DAYS * DAY):
                jobs.close_case(case_id=number)
        self._settle()

    @rule(days=st.integers(1, 12))
    def a_holiday_is_announced(self, days: int) -> None:
        day = self.calendar.local_day(self.at) + days * DAY
        if self.shadow.spans(day):
            holiday = calendars.add_holiday(
                self.world.agency, name=both("إجازة", "Holiday"), on_from=day, announced_on=day - days * DAY, at=self.at
            )
            self.holidays.append(holiday)
            self.shadow.free.add(day)
            self._recount()

    @precondition(lambda self: getattr(self, "holidays", []))
    @rule()
    def a_holiday_is_withdrawn(self) -> None:
        ahead = [one for one in self.holidays if one.on_from > self.calendar.local_day(self.at)]
        if ahead:
            self.holidays.remove(ahead[0])
            self.shadow.free.discard(ahead[0].on_from)
            calendars.remove_holiday(ahead[0], at=self.at)
            self._recount()

    # --- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def everything_stands_as_it_must(self) -> None:
        if not hasattr(self, "shadow"):
            return
        rows = Case.objects.in_bulk(list(self.shadow.cases))
        for story in self.shadow.cases.values():
            self._compare(story, rows[story.pk])
        self._compare_clocks()
        self._compare_holds()
        self._compare_steps()
        self._compare_jumps()

    def _compare(self, story: Story, row: Case) -> None:
        told = {
            "state": story.state,
            "line": story.line,
            "unit": story.unit,
            "importance": story.importance,
            "kind": story.kind,
            "assignee": story.assignee,
            "version": story.version,
            "escalation": story.level,
            "reopened": story.reopened,
            "merged": story.merged_into,
            "open": story.state in OPEN,
            "review": story.held.review_on if story.held else None,
        }
        found = {
            "state": row.state,
            "line": row.line,
            "unit": self.codes[row.unit_id],
            "importance": row.importance,
            "kind": row.kind,
            "assignee": row.assignee_id,
            "version": row.version,
            "escalation": row.escalation,
            "reopened": row.reopened_times,
            "merged": row.merged_into_id,
            "open": row.is_open,
            "review": row.review_on,
        }
        assert found == told, {name: (found[name], told[name]) for name in told if found[name] != told[name]}

    def _compare_clocks(self) -> None:
        due = {}
        for one in self._running():
            story = self.shadow.cases[one.case_id]
            stood = operations.pauses_of(one)
            assert story.state in OPEN, f"a {one.kind} clock runs in {story.state}"
            naive = self.shadow.moment(one, stood)
            assert one.due_at == naive, (one.kind, story.state, one.due_at, naive, stood)
            assert (one.paused_at is not None) == any(end is None for _, end in stood)
            assert self._ladder(one) == self._ladder_of(one, story)
            if one.paused_at is None:
                step = next(self._steps_ahead(one), None)
                naive_step = self.shadow.moment(one, stood, step[0]) if step else None
                assert one.next_step_at == naive_step, (one.kind, story.state, one.next_step_at, naive_step)
            if one.kind == "resolve":
                due[one.case_id] = one.due_at
        rows = Case.objects.filter(pk__in=due).values_list("pk", "due_at")
        assert dict(rows) == due, (dict(rows), due)

    def _compare_holds(self) -> None:
        rows = Hold.objects.filter(case__in=list(self.shadow.cases), ended_at__isnull=True)
        holds = {row.case_id: (row.number, row.reason, row.review_on, row.missed_at is not None) for row in rows}
        stories = self.shadow.cases.values()
        must = {
            one.pk: (one.held.number, one.held.reason, one.held.review_on, one.held.missed)
            for one in stories
            if one.held
        }
        assert holds == must, (holds, must)
        assert set(holds) == {one.pk for one in stories if one.state in HELD}
        assert all(row.reason and (row.number <= 2 or self._says_yes(row.approved_by_id)) for row in rows)
        asked = ExtensionRequest.objects.filter(case__in=list(self.shadow.cases), answer="")
        assert dict(asked.values_list("case_id", "number")) == {
            one.pk: one.asked.number for one in stories if one.asked
        }

    def _says_yes(self, number: int | None) -> bool:
        return any(one.role == "director" for one in self.world.grounds.get(number or 0, []))

    def _compare_steps(self) -> None:
        rows = Escalation.objects.filter(case__in=list(self.shadow.cases))
        steps = Counter(rows.values_list("case_id", "cause", "occurrence", "step"))
        must = Counter((one.pk, *step) for one in self.shadow.cases.values() for step in one.steps)
        assert steps == must, (steps - must, must - steps)

    def _compare_jumps(self) -> None:
        """Who was passed is written down, everybody and in their order."""
        numbers = list(self.shadow.cases)
        rows = JumpOvertaken.objects.filter(jump__case__in=numbers).order_by("jump_id", "position")
        told: dict[int, dict[int, list[int]]] = {}
        for case_id, jump_id, passed in rows.values_list("jump__case_id", "jump_id", "case_id"):
            told.setdefault(case_id, {}).setdefault(jump_id, []).append(passed)
        found = {number: [tuple(passed) for passed in jumps.values()] for number, jumps in told.items()}
        must = {one.pk: [passed for _, passed in one.jumps] for one in self.shadow.cases.values() if one.jumps}
        assert found == must, (found, must)
        for jump in Jump.objects.filter(case__in=numbers):
            assert jump.reason_code == "route"
            assert jump.overtook == len(told[jump.case_id][jump.pk])

    # --- the hands -------------------------------------------------------------------------------------------------

    def _case(self, dice: random.Random) -> Story:
        return self.shadow.cases[dice.choice(sorted(self.shadow.cases))]

    def _row(self, story: Story) -> Case:
        return queries.by_id(story.pk)

    def _may(self, person: User, right: Right, story: Story) -> bool:
        return self.shadow.may(person.pk, self.world.grounds[person.pk], right, story, self.at)

    def _acts(self, dice: random.Random, person: User, story: Story, code: str) -> None:
        case = self._row(story)
        let_in = self._let_in(code, case, person)
        assert let_in == self._may(person, RIGHTS[code], story), (code, person.full_name)
        if let_in:
            given = self._given(dice, person, story, case)
            done = self._doing(code, case, person, given)
            self._try(code, story, given, done, allowed=self.shadow.allows(code, story, given, self.at))

    def _let_in(self, code: str, case: Case, person: User) -> bool:
        """The check of the door."""
        if code in ACTS:
            return ACTS[code].allowed(case, person, self.at)
        return directory.may(person, BESIDE[code], agency_id=case.agency_id, unit_id=case.unit_id, at=self.at)

    def _given(self, dice: random.Random, person: User, story: Story, case: Case) -> dict[str, Any]:
        """Something for every field of every form; `stale`: from a page of before the last act."""
        today = self.calendar.local_day(self.at)
        grounds = [one for one in self.world.grounds[person.pk] if one.since <= self.at < one.until]
        whole = [one for one in grounds if not one.powers]
        workers = [one.pk for one in queries.assignable_people(case, at=self.at)]
        return {
            "person": person.pk,
            "roles": {one.role for one in whole},
            "seats": {(one.role, one.unit) for one in whole},
            "unit": dice.choice(sorted(self.world.units)),
            "whose": dice.choice(["", *sorted(self.world.units)]),
            "service": dice.choice([story.service, *sorted(SERVICES)]),
            "kind": dice.choice(["report", "inquiry", "complaint"]),
            "importance": dice.choice(["P1", "P2", "P3", "P4"]),
            "may_set": self._may(person, Right.SET_IMPORTANCE, story),
            "may_refuse": self._may(person, Right.REJECT_UNREFERRED, story),
            "when": self.at + dice.choice([-1, 1, 30]) * DAY,
            "review_on": today + dice.choice([0, 1, 3, 7, 12, 25]) * DAY,
            "reason": dice.choice(["materials", "materials", "budget"]),
            "external": dice.random() < 0.3,
            "approve": dice.random() < 0.7,
            "stays": dice.random() < 0.3,
            "handed": dice.random() < 0.8,
            "to": dice.choice([None, *workers]),
            "into": dice.choice(sorted(self.shadow.cases)),
            "ahead": dice.random() < 0.5,
            "no_reason": dice.choice([None, Ahead(""), Ahead("other"), Ahead("vip")]),
            "stale": dice.random() < 0.07,
            "version": dice.choice([None, story.version]),
        }

    def _doing(self, code: str, case: Case, by: User, given: dict[str, Any]) -> Callable[[], Any]:
        at, units = self.at, self.world.units
        if code in ("answer", "note", "remind", "call"):
            given["stale"] = False  # their forms carry no version
        version = case.version - 1 if given["stale"] else given["version"]
        common: dict[str, Any] = {"by": by, "at": at, "version": version}
        reason = Ahead("route") if given["ahead"] else given["no_reason"]
        take: dict[str, Any] = {**common, "ahead": reason}
        unit = units[given["unit"]]
        whose = Whose(units[given["whose"]]) if given["whose"] else operations.NOBODY_KNOWS
        handed = dict.fromkeys(("who", "place", "words", "photo", "tried"), "كما قيل") if given["handed"] else {}
        to = next((one for one in self.world.people if one.pk == given["to"]), None)
        doing: dict[str, Callable[[], Any]] = {
            "acknowledge": lambda: operations.acknowledge(case, **common),
            "accept": lambda: operations.accept_referral(case, **common),
            "return": lambda: operations.return_referral(case, reason="ليس لنا", whose=whose, **common),
            "refer": lambda: operations.refer(case, to_unit=unit, reason="", handed=handed, **common),
            "owner": lambda: operations.decide_owner(case, unit=unit, reason="لهم", **common),
            "raise": lambda: operations.raise_case(case, to_unit=unit, question="من يدفع؟", handed=handed, **common),
            "decide": lambda: operations.decide(case, decision="كذا", stays=given["stays"], **common),
            "escalate": lambda: operations.escalate(case, reason="تأخر", **common),
            "assign": lambda: operations.assign(case, to=to, **take),
            "classify": lambda: operations.classify(
                case, kind=given["kind"], service=self.world.services[given["service"]], **common
            ),
            "importance": lambda: operations.change_importance(
                case, importance=given["importance"], reason="خطر", **common
            ),
            "start": lambda: operations.start_work(case, **take),
            "schedule": lambda: operations.schedule(case, scheduled_for=given["when"], **take),
            "ask": lambda: operations.ask_beneficiary(case, question="أين؟", **common),
            "answer": lambda: operations.answer_from_beneficiary(case, text="هنا", channel="phone", by=by, at=at),
            "hold": lambda: operations.hold(
                case,
                reason_code=given["reason"],
                review_on=given["review_on"],
                text="ننتظر",
                external=given["external"],
                **common,
            ),
            "extension": lambda: operations.answer_extension(
                case, approve=given["approve"], reason="لا", review_on=given["review_on"], **common
            ),
            "resolve": lambda: operations.resolve(case, text="تم", **take),
            "reject": lambda: operations.reject(case, reason="ليس لنا", **common),
            "exclude": lambda: operations.exclude(case, reason="إعلان", **common),
            "close": lambda: operations.close(case, **common),
            "reopen": lambda: operations.reopen(case, reason="بقي شيء", **common),
            "merge": lambda: operations.merge(case, into=queries.by_id(given["into"]), **common),
            "unmerge": lambda: operations.unmerge(case, **common),
            "note": lambda: operations.add_note(case, text="ملاحظة", by=by, at=at),
            "reply": lambda: operations.reply(case, text="نعمل عليه", **common),
            "remind": lambda: operations.remind_unit(case, words="", by=by, at=at),
            "call": lambda: operations.note_call(case, outcome="promised", words="وعدوا", by=by, at=at),
        }
        return doing[code]

    def _try(self, act: str, story: Story, given: Mapping[str, Any], do: Callable[[], Any], *, allowed: bool) -> None:
        """The act gets through exactly when the model says so; refused, it leaves nothing behind."""
        before = _everything() if not allowed else []
        refused: Exception | None = None
        try:
            do()
        except REFUSALS as refusal:
            refused = refusal
        assert (refused is None) == allowed, f"{act}: {refused!r}, {story}, {given}"
        if not allowed:
            assert _everything() == before
            return
        self.shadow.does(act, story, given, self.at)
        self._settle()

    def _register(self, service: str, kind: str, citizen: int) -> None:
        at, world, known = self.at, self.world, SERVICES[service]
        case = operations.register_case(
            NewCase(
                agency=world.agency,
                kind=kind,
                channel="phone",
                title="حفرة",
                description="حفرة عميقة",
                service=world.services[service],
                beneficiary=world.citizens[citizen],
                place=Place(area_text="" if known.needs_place else "الحي الأول"),
            ),
            by=None,
            at=at,
        )
        unit = known.unit or "CENTRE"
        story = Story(case.pk, kind, service, known.importance, unit, "new", at, at, computed=known.importance)
        story.has_place = not known.needs_place
        story.line = 1 if unit == "CENTRE" else 2
        self.shadow.says(story, "CaseRegistered")
        if unit != "CENTRE":
            story.state, story.before, story.referred, story.in_turn = "referred", "new", True, True
            self.shadow.says(story, "CaseReferred")
        same = [
            other
            for other in Case.objects.filter(beneficiary=world.citizens[citizen], service=world.services[service])
            if other.pk in self.shadow.cases and at - 30 * DAY <= other.registered_at < at
        ]
        self.shadow.cases[case.pk] = story
        if service and same:
            latest = max(same, key=lambda one: one.registered_at)
            together = [one.pk for one in same if one.registered_at == latest.registered_at]
            assert len(together) == 1 or not service, "two at one moment"
            self.shadow.lifts(story, "repeat", f"case {latest.pk}", 1)
        self._settle()

    # --- what follows ----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Facts are told to the room of the cases (twice, as a job may come again), then compared with the model."""
        told: Counter[tuple[int, str]] = Counter()
        while fresh := list(EventRecord.objects.filter(pk__gt=self.seen).order_by("pk")):
            for record in fresh:
                self.seen = record.pk
                if record.case_id is not None and record.kind in FACTS:
                    told[record.case_id, record.kind] += 1
                self._hear(record)
        more, missing = told - self.shadow.facts, self.shadow.facts - told
        assert not more, f"recorded beyond the model: {more}"
        assert not missing, f"not recorded: {missing}"
        self.shadow.facts = Counter()

    def _hear(self, record: EventRecord) -> None:
        if record.kind in ("OwnerAsked", "ReviewMissed") and record.case_id is not None:
            cause = {"OwnerAsked": "refusals", "ReviewMissed": "review"}[record.kind]
            occurrence = f"asked {record.pk}" if cause == "refusals" else f"hold {record.data['hold_id']}"
            self.shadow.lifts(self.shadow.cases[record.case_id], cause, occurrence, 2)
        for name in subscribers_of(record.kind):
            if name.startswith(LISTENERS) and record.kind != "CalendarChanged":
                for _ in range(2):
                    deliver_event(record.pk, name)

    def _recount(self) -> None:
        change = EventRecord.objects.filter(kind="CalendarChanged").latest("pk")
        with clock.frozen(self.at):
            jobs.recount_clocks(change_event_id=change.pk)
        moved = set(DueMove.objects.filter(change_event=change).values_list("case_id", flat=True))
        for number in moved & set(self.shadow.cases):
            self.shadow.cases[number].version += 1
        self._settle()

    def _running(self) -> list[Clock]:
        numbers = list(self.shadow.cases)
        rows = Clock.objects.filter(case__in=numbers, stopped_at__isnull=True)
        return list(rows.prefetch_related("pauses").order_by("pk"))

    def _ladder(self, one: Clock) -> str:
        return self.ladders.get(one.ladder_id or 0, "")

    def _ladder_of(self, one: Clock, story: Story) -> str:
        if one.kind == "resolve":
            return "p1" if story.importance == "P1" else "resolution"
        return "handover" if one.kind in ("refer", "accept") else ""

    def _steps_ahead(self, one: Clock) -> Any:
        taken = self.shadow.taken.get(one.pk, 0)
        return ((mark, level) for mark, level in RUNGS.get(self._ladder(one), ()) if mark > taken)

    def _climb(self, story: Story) -> None:
        """The steps whose moment has come and whose cause stands."""
        for one in self._running():
            if one.case_id != story.pk or one.paused_at is not None:
                continue
            for mark, level in list(self._steps_ahead(one)):
                if self.shadow.moment(one, operations.pauses_of(one), mark) <= self.at:
                    self.shadow.taken[one.pk] = mark
                    self.shadow.lifts(story, "clock", f"clock {one.pk}", level, mark)

    def _grow_old(self, story: Story) -> None:
        if story.state not in OPEN:
            return
        born, today = self.calendar.local_day(story.registered_at), self.calendar.local_day(self.at)
        age = self.shadow.worked_days_between(born, today)
        for days, level in AGES:
            if age >= days:
                self.shadow.lifts(story, "age", "age", level, days)


def _everything() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVERYTHING)
        return list(cursor.fetchall())
