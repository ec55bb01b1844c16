"""The way of a case over the three lines of support: where it stands, with whom and since when, and what went along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wasl.cases.lines import Standing, on_case
from wasl.cases.models import Case, Raise, Referral
from wasl.core.i18n import say
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Role
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST, HAND_OVER, SECOND, THIRD, SupportLine


@dataclass(frozen=True)
class Handed:
    """One thing that went along. `words` is empty where it stands on the case itself."""

    label: Localized
    words: str = ""


@dataclass(frozen=True)
class Stage:
    """One line on the way. `unit` and `since` are None where the case has not been; `note` says what holds there.

    `due_at` is the target of the third line while it decides; `asked` and `said` are its question and decision.
    """

    number: int
    name: Localized
    roles: list[str]
    is_here: bool
    unit: Unit | None = None
    since: datetime | None = None
    handed: tuple[Handed, ...] = ()
    note: str = ""
    due_at: datetime | None = None
    asked: str = ""
    said: str = ""

    @property
    def was_reached(self) -> bool:
        """Is the case here, or was it?"""
        return self.unit is not None


def course(present: Standing, at: datetime) -> list[Stage]:
    """The three stages of a case in their order. Two statements."""
    case = present.case
    referrals = list(case.referrals.select_related("to_unit").order_by("id"))
    raises = list(case.raises.select_related("to_unit", "from_unit").order_by("id"))
    return [_first(present, referrals), _second(present, referrals, raises, at), _third(present, raises)]


def _stage(line: SupportLine, case: Case, **more: object) -> Stage:
    roles = [str(Role(role).label) for role in line.roles]
    return Stage(line.number, line.name, roles, case.line == line.number, **more)  # type: ignore[arg-type]


def _first(present: Standing, referrals: list[Referral]) -> Stage:
    case, line = present.case, present.lines[FIRST]
    back = [one.answered_at for one in referrals if one.answer == "returned" and one.answer_reason]
    since = back[-1] if back and case.line == FIRST else case.registered_at
    unit = case.unit if case.line == FIRST else directory.triage_unit(case.agency)
    note = say("ينتظر حسم فريق المتابعة", "Waits for the follow-up team") if present.waits_for_owner else ""
    return _stage(line, case, unit=unit, since=since, note=note)


def _second(present: Standing, referrals: list[Referral], raises: list[Raise], at: datetime) -> Stage:
    case, line = present.case, present.lines[SECOND]
    came = [one for one in referrals if routing.line_of(one.to_unit, one.made_at) == SECOND]
    if not came:
        return _stage(line, case)
    last, unit, since = came[-1], came[-1].to_unit, came[-1].made_at
    answered = [one for one in raises if one.outcome == Raise.Outcome.BACK and one.raised_at >= last.made_at]
    if answered and case.line == SECOND:
        unit, since = answered[-1].from_unit, answered[-1].decided_at or since
    handed = _handed(case, present.lines[FIRST], last.handed, last.reason)
    note = say("مسؤول بقرار ملزم", "Responsible by a binding decision") if present.binding else ""
    return _stage(line, case, unit=unit, since=since, handed=handed, note=note)


def _third(present: Standing, raises: list[Raise]) -> Stage:
    case, line = present.case, present.lines[THIRD]
    if not raises:
        return _stage(line, case)
    last = raises[-1]
    return _stage(
        line,
        case,
        unit=last.to_unit,
        since=last.raised_at,
        handed=_handed(case, present.lines[SECOND], last.handed, ""),
        due_at=None if last.outcome else last.due_at,
        asked=last.question,
        said=last.decision,
    )


def _handed(case: Case, left: SupportLine, words: Mapping[str, str], wanted: str) -> tuple[Handed, ...]:
    """What the line that was left had to hand over: from the case, or as it was written; then what was wanted."""
    held = on_case(case, left)
    told = [Handed(HAND_OVER[item], words.get(item, "")) for item in HAND_OVER if item in held or words.get(item)]
    return (*told, Handed(_WANTED, wanted)) if wanted else tuple(told)


_WANTED = both("المطلوب من الوحدة", "What the unit should do")
