"""What happens to the catalogue."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class CatalogueLoaded(Event):
    services: int


@event(version=1)
@dataclass(frozen=True)
class ServiceChanged(Event):
    service_id: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class ServiceEnded(Event):
    service_id: int


@event(version=1)
@dataclass(frozen=True)
class ServiceFormChanged(Event):
    """The questions of a service changed: codes of those that are new, asked otherwise, or asked no more."""

    service_id: int
    added: list[str]
    changed: list[str]
    ended: list[str]


@event(version=1)
@dataclass(frozen=True)
class ServiceCreated(Event):
    service_id: int


@event(version=1)
@dataclass(frozen=True)
class CategoryChanged(Event):
    """A group of services was opened, changed, closed or opened again."""

    category_id: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class SynonymsChanged(Event):
    """Words that mean the same in the search of an agency changed."""

    synonyms_id: int
