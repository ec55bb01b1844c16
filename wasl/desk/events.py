"""What happens to lists rather than to one case. The acts on the cases themselves publish their own facts."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class ViewSaved(Event):
    view_id: int
    shared: str


@event(version=1)
@dataclass(frozen=True)
class ViewRemoved(Event):
    view_id: int
    shared: str


@event(version=1)
@dataclass(frozen=True)
class ManyCasesActedOn(Event):
    bulk_id: int
    act: str
    done: int
    failed: int
    undo_of: int | None = None
