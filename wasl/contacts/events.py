"""What happens to beneficiaries. Facts name them by number only."""

from dataclasses import dataclass
from typing import ClassVar

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AddressAdded(Event):
    beneficiary_id: int
    means: str
    verified: bool


@event(version=1)
@dataclass(frozen=True)
class BeneficiaryErased(Event):
    beneficiary_id: int


@event(version=1)
@dataclass(frozen=True)
class IdentityRecorded(Event):
    """An identity number was written down, changed or (country empty) taken away."""

    beneficiary_id: int
    country: str


@event(version=1)
@dataclass(frozen=True)
class IdentityRevealed(Event):
    """Somebody was shown the whole identity number; why stands in the reading of this number."""

    beneficiary_id: int
    reading_id: int


@dataclass(frozen=True)
class _PersonalDataReadBefore(Event):
    """Somebody opened what only few may open: `what` is contact or confidential, for programs with their key."""

    case_id: int
    what: str


_PersonalDataReadBefore.__name__ = "PersonalDataRead"  # as which it was recorded
event(version=1)(_PersonalDataReadBefore)


@event(version=2)
@dataclass(frozen=True)
class PersonalDataRead(Event):
    """Somebody was shown data of people: once a day for each person (or program), case and group of fields.

    `what` is the group, one of `reading.GROUPS`; `key` the public number of a program's key; `reason`, where the field
    asks for one, its code or the row that keeps its words ("complaint", "reading:12"): the log itself holds no words.
    `subject` is what else was read than a case ("recording:12"). `outside`: the case was none of the reader's units or
    assignments, and the reader had done nothing in it.
    """

    is_look: ClassVar[bool] = True
    what: str
    key: str = ""
    reason: str = ""
    subject: str = ""
    outside: bool = False


@event(version=1)
@dataclass(frozen=True)
class BeneficiaryCorrected(Event):
    """Something that was kept of a person was wrong and is right now; `field` says what, never the value."""

    beneficiary_id: int
    field: str


@event(version=1)
@dataclass(frozen=True)
class RelationDeclared(Event):
    """Somebody declared who is close to a member of the staff, or a number of that person's own."""

    relation_id: int
    user_id: int
    relation: str


@event(version=1)
@dataclass(frozen=True)
class RelationEnded(Event):
    """A declaration holds no longer."""

    relation_id: int
    user_id: int
