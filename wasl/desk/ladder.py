"""The ladder of a case as its page shows it: the steps taken, where the clock stands now, and the steps to come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wasl.cases import operations as cases
from wasl.cases import sweeps
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case, Clock
from wasl.core.i18n import say
from wasl.core.localized import Localized
from wasl.sla import clocks as sla
from wasl.sla import ladders
from wasl.sla.ladder import LEVELS, Audience, Cause, Rung

# Which clock the card is about, where several have a ladder.
_FIRST = ("resolve", "accept", "refer")


@dataclass(frozen=True)
class Step:
    """One line: `place` is done, here or ahead. `at` is empty for what a paused clock has ahead."""

    mark: int
    words: str
    place: str
    at: datetime | None = None


@dataclass(frozen=True)
class Card:
    """The ladder of one clock, and what else lifted the case."""

    kind: str = ""
    now: int = 0
    paused: bool = False
    steps: list[Step] = field(default_factory=list)
    others: list[Escalation] = field(default_factory=list)
    level: int = 0

    @property
    def level_words(self) -> Localized:
        """How high the case stands."""
        return LEVELS[self.level]


def card(case: Case, clocks: Sequence[Clock], at: datetime) -> Card | None:
    """The card of a case; None where no clock has a ladder and nothing ever lifted it."""
    # Most cases were never lifted nor reminded of: nothing is asked about them.
    was_lifted = case.escalation or any(clock.share_taken for clock in clocks)
    taken = sweeps.steps_of(case.pk) if was_lifted else []
    others = [one for one in taken if one.cause != Cause.CLOCK]
    clock = _of_card(clocks)
    ladder = ladders.ladder(case.agency_id, clock.ladder_id) if clock else None
    if clock is None or ladder is None:
        return Card(others=others, level=case.escalation) if others else None
    promise, pauses = cases.promise_of(clock), cases.pauses_of(clock)
    ended_at, paused = clock.stopped_at, clock.paused_at is not None and clock.stopped_at is None
    share = round(sla.share(promise, clock.started_at, pauses, at=ended_at or at) * 100)
    done = {one.step: one for one in taken if one.clock_id == clock.pk}
    steps = []
    for rung in ladder.steps:
        if rung.mark in done:
            steps.append(Step(rung.mark, _said(rung), "done", done[rung.mark].at))
        elif ended_at is None:
            moment = None if paused else sla.moment_of_share(promise, clock.started_at, pauses, rung.mark)
            steps.append(Step(rung.mark, _whom(rung.whom), "ahead", moment))
    if ended_at is None:
        here = Step(share, say("أنت هنا", "You are here"), "here", at)
        steps.insert(sum(step.place == "done" or step.mark <= share for step in steps), here)
    return Card(clock.kind, share, paused, steps, others, case.escalation)


def _of_card(clocks: Sequence[Clock]) -> Clock | None:
    with_ladder = {clock.kind: clock for clock in clocks if clock.ladder_id}
    running = [with_ladder[kind] for kind in _FIRST if kind in with_ladder and with_ladder[kind].stopped_at is None]
    found = running or [with_ladder[kind] for kind in _FIRST if kind in with_ladder] or list(with_ladder.values())
    return found[0] if found else None


def _whom(whom: Sequence[str]) -> str:
    return say("، ", ", ").join(str(Audience(one).label) for one in whom if one in Audience.values)


def _said(rung: Rung) -> str:
    return say("{whom}، أُرسل", "{whom}, sent", whom=_whom(rung.whom))
