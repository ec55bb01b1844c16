"""What happens to rules and to the importance matrix."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class RuleAdded(Event):
    rule_id: int
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class RuleEnded(Event):
    rule_id: int


@event(version=1)
@dataclass(frozen=True)
class ImportanceMatrixChanged(Event):
    criterion: str
    level: int
    points: int


@event(version=1)
@dataclass(frozen=True)
class SupportLineChanged(Event):
    number: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class GeneralistSet(Event):
    """Who may finish these services at the first contact: a person, or a role in a unit. No services: nobody now."""

    person_id: int | None
    unit_id: int | None
    role: str
    service_ids: list[int]
    until: str = ""
