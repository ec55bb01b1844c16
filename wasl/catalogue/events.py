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
