"""The codes that stand in bodies and addresses, taken from the tables of the house so that none can be missing here."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from wasl.cases import workflow
from wasl.cases.appeal_rows import CHANGING, Appeal
from wasl.cases.queries import ORDERS
from wasl.routing.importance import HARDSHIPS


def _codes(name: str, codes: Iterable[str]) -> Any:
    return StrEnum(name, {code: code for code in codes})


# Several states under one word, as the worklists of staff have them; beside them every single state can be asked for.
STATE_GROUPS: dict[str, tuple[str, ...]] = {
    "open": (),
    "before_unit": ("new", "acknowledged", "triage"),
    "held": ("pending_external", "pending_internal"),
    "done": ("resolved", "closed", "rejected", "duplicate", "withdrawn"),
    "any": (),
}

if TYPE_CHECKING:
    # Type checkers see what the codes are; which there are stands in the tables.
    Hardship: TypeAlias = str
    Kind: TypeAlias = str
    Importance: TypeAlias = str
    Channel: TypeAlias = str
    State: TypeAlias = str
    StateAsked: TypeAlias = str
    ClockKind: TypeAlias = str
    Order: TypeAlias = str
    ReviewGround: TypeAlias = str
    ReviewOutcome: TypeAlias = str
    ReviewDecision: TypeAlias = str
else:
    Hardship = _codes("Hardship", HARDSHIPS)
    Kind = _codes("Kind", workflow.KINDS)
    Importance = _codes("Importance", workflow.IMPORTANCE)
    Channel = _codes("Channel", workflow.CHANNELS)
    State = _codes("State", workflow.states())
    StateAsked = _codes("StateAsked", [*STATE_GROUPS, *workflow.states()])
    ClockKind = _codes("ClockKind", workflow.CLOCKS)
    Order = _codes("Order", ORDERS)
    ReviewGround = _codes("ReviewGround", Appeal.Ground.values)
    ReviewOutcome = _codes("ReviewOutcome", Appeal.Outcome.values)
    ReviewDecision = _codes("ReviewDecision", [Appeal.Outcome.STANDS.value, *(one.value for one in CHANGING)])
