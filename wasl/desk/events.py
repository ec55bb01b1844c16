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
class CasesExported(Event):
    count: int
    filters: str
    columns: str
    by_words: bool = False  # the words themselves may name a citizen and are not kept
    form: str = "csv"
    purpose: str = ""  # why names and numbers of people went along; empty where none did


@event(version=1)
@dataclass(frozen=True)
class ManyCasesActedOn(Event):
    bulk_id: int
    act: str
    done: int
    failed: int
    undo_of: int | None = None
