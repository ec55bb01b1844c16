"""The turn of a case as its page tells it: its place, whom an act would pass, what was taken before whom and why."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.cases import order, queries, workflow
from wasl.cases.models import Case, Jump, JumpOvertaken
from wasl.core.i18n import language
from wasl.core.localized import Localized
from wasl.desk.sight import visible_numbers
from wasl.directory.doors import may_now
from wasl.directory.rights import Right

# So many numbers are named; the rest are counted.
NAMED = 5
_SEEN = "_turn_seen"
_ORDINALS = ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر")


@dataclass(frozen=True)
class Named:
    """Cases of which the reader may open some: those, and how many more there are."""

    cases: list[Case] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Taken:
    """One jump in words: why, and whom it passed."""

    jump: Jump
    reason: Localized
    passed: Named
    place: str


@dataclass(frozen=True)
class PassedBy:
    """One jump by which this case was passed; `case` only where the reader may open it."""

    jump: Jump
    reason: Localized
    case: Case | None


@dataclass(frozen=True)
class Card:
    """What stands on the card: the place of a case that waits, its own jumps, and those that passed it."""

    rank: order.Rank | None = None
    place: str = ""
    taken: list[Taken] = field(default_factory=list)
    passed_by: list[PassedBy] = field(default_factory=list)
    more_passed_by: int = 0
    ahead: list[Case] = field(default_factory=list)
    may_review: bool = False

    @property
    def is_told(self) -> bool:
        """Is there anything to say?"""
        return bool(self.rank or self.taken or self.passed_by)


def turn_seen(case: Case, user: User, at: datetime) -> order.Turn | None:
    """The turn of the case for this person, worked out once for all forms of a page."""
    known = case.__dict__.get(_SEEN)
    if known is None or known[:2] != (user.pk, at):
        known = (user.pk, at, order.turn_of(case, user, at=at))
        case.__dict__[_SEEN] = known
    turn: order.Turn | None = known[2]
    return turn


def card(request: HttpRequest, case: Case, user: User, at: datetime) -> Card:
    """The card of a case. Numbers stand on it only where this person may open their case."""
    turn, jumps, passes = turn_seen(case, user, at), *_jumps(case, user, at)
    ahead = _ahead(case, user, at) if turn is not None and turn.passed_by("start") else []
    passed = {jump.pk: order.overtaken_cases(jump, NAMED) for jump in jumps[:NAMED]}
    named = [*ahead, *(one for cases in passed.values() for one in cases), *(one.jump.case for one in passes[:NAMED])]
    visible = visible_numbers(request, named)
    return Card(
        turn if turn is not None and case.state in workflow.IN_TURN else None,
        place_words(turn.place) if turn is not None else "",
        [_taken(jump, passed[jump.pk], visible) for jump in jumps[:NAMED]],
        [
            PassedBy(
                one.jump,
                order.reason_words(case.agency_id, one.jump.reason_code),
                one.jump.case if one.jump.case_id in visible else None,
            )
            for one in passes[:NAMED]
        ],
        max(len(passes) - NAMED, 0),
        [one for one in ahead if one.pk in visible],
        may_now(request, Right.READ_FAIRNESS, agency_id=case.agency_id, unit_id=case.unit_id),
    )


def _jumps(case: Case, user: User, at: datetime) -> tuple[list[Jump], list[JumpOvertaken]]:
    """The jumps of the case, and those that passed it; of complaints about staff only what the reader may know of."""
    jumps, passes = order.jumps_of(case), order.passes_of(case)
    if case.compartment_id is None or not (jumps or passes):
        return jumps, passes
    closed = order.jumps_closed_to(case, user, at=at)
    seen = queries.visible_to(user, at=at).filter(pk__in=[one.jump.case_id for one in passes])
    visible = set(seen.values_list("pk", flat=True)) if passes else set()
    return [one for one in jumps if one.pk not in closed], [one for one in passes if one.jump.case_id in visible]


def _ahead(case: Case, user: User, at: datetime) -> list[Case]:
    return order.overtaken_by(case, "start", server=case.assignee or user, at=at, limit=NAMED, reader=user).cases


def _taken(jump: Jump, cases: list[Case], visible: frozenset[int]) -> Taken:
    shown = [one for one in cases if one.pk in visible]
    named = Named(shown, jump.overtook - len(shown))
    return Taken(jump, order.reason_words(jump.agency_id, jump.reason_code), named, place_words(jump.place))


def place_words(place: int) -> str:
    """A place in the order: «الثالث», "3"."""
    if language() == "ar" and place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    return f"{place:,}"
