"""What happens at the doors beside cases. Ids and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class ContactRecorded(Event):
    """A contact was answered on the spot, without a case."""

    disposition_id: int
    channel: str
    kind_code: str
    outcome: str
    unit_id: int
    category_id: int | None = None
    service_id: int | None = None


@event(version=1)
@dataclass(frozen=True)
class ContactWithdrawn(Event):
    """A contact had been recorded by mistake."""

    disposition_id: int


@event(version=1)
@dataclass(frozen=True)
class ContactBecameCase(Event):
    """A contact that had been answered needs a case after all."""

    disposition_id: int
    case_id: int
