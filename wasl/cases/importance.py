"""How far the class of a case may be changed by hand, counted from the class that the matrix gave it.

Counted from there and not from the present class, so that nobody goes two classes by going one twice; and whoever may
go one class only does not take back what somebody set who may go further.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.routing import queries as routing
from wasl.routing.importance import CLASSES, Importance, steps


@dataclass(frozen=True)
class Explained:
    """The computed class with the lines of its sum, for the page; `is_by_hand`: somebody has set another since."""

    computed: str
    lines: list[tuple[Localized, int | None]]
    is_by_hand: bool

    @property
    def words(self) -> Localized:
        """The computed class in a word."""
        return workflow.IMPORTANCE[self.computed]

    @property
    def points(self) -> int | None:
        """The sum; None for cases of the time before points were written down."""
        numbers = [points for _, points in self.lines if points is not None]
        return sum(numbers) if numbers and len(numbers) == len(self.lines) else None


def reasons_of(found: Importance) -> list[dict[str, Any]]:
    """What a case keeps of how its class was computed: each line with its points, the class itself in the first."""
    first, *others = found.told
    return [{**first, "computed": found.code}, *others]


def computed(case: Case) -> str:
    """The class the matrix gave the case; computed by the rules of its day where nobody wrote it down."""
    kept = next((reason.get("computed") for reason in case.importance_reasons), None)
    if kept in CLASSES:
        return str(kept)
    return routing.classify(case.agency, case.service, case.importance_facts, case.registered_at).code


def explained(case: Case) -> Explained:
    """Why the case is of its class."""
    lines = [
        (Localized({code: text for code, text in reason.items() if code in {"ar", "en"}}), reason.get("points"))
        for reason in case.importance_reasons
    ]
    code = computed(case)
    return Explained(code, lines, code != case.importance)


def open_classes(case: Case, *, by: User, at: datetime) -> list[str]:
    """The classes the person may give the case now, besides the one it has."""
    return [code for code in CLASSES if code != case.importance and not why_not(case, code, by=by, at=at)]


def why_not(case: Case, wished: str, *, by: User, at: datetime) -> str:
    """Why the person cannot give the case this class, as a sentence; empty when they can."""
    if wished == case.importance:
        return t("هذه درجته الآن.", "That is its class now.")
    if not _is_far(case, wished):
        return ""
    gravest = min(wished, case.importance)
    if directory.may(
        by, Right.SET_IMPORTANCE, agency_id=case.agency_id, unit_id=case.unit_id, importance=gravest, at=at
    ):
        return ""
    code = computed(case)
    if steps(code, wished) < 2:
        return t(
            "وضع المشرف هذه الدرجة؛ وتغييرها له.",
            "A supervisor has set this class; changing it is up to the supervisor.",
        )
    return t(
        "تغيّر درجة واحدة عن الدرجة المحسوبة «{computed}»؛ وما زاد فللمشرف.",
        "You may go one class from the computed one, “{computed}”; more is for a supervisor.",
        computed=workflow.IMPORTANCE[code],
    )


def note_ground(case: Case, wished: str, *, by: User, at: datetime) -> None:
    """Write on the person by whose delegation alone they go so far, where it takes one."""
    if _is_far(case, wished):
        directory.note_ground(
            by,
            Right.SET_IMPORTANCE,
            agency_id=case.agency_id,
            unit_id=case.unit_id,
            importance=min(wished, case.importance),
            at=at,
        )


def _is_far(case: Case, wished: str) -> bool:
    """Does it leave the classes next to the computed one, or come back from beyond them?"""
    code = computed(case)
    return max(steps(code, wished), steps(code, case.importance)) > 1
