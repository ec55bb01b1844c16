"""What happens to places."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AreaAdded(Event):
    """An agency added a village or quarter of its own to a wilayat."""

    area_id: int
    wilayat_id: int


@event(version=1)
@dataclass(frozen=True)
class AreaChanged(Event):
    """An agency's own area has another name, wilayat or shape, or is offered again."""

    area_id: int
    wilayat_id: int


@event(version=1)
@dataclass(frozen=True)
class AreaEnded(Event):
    """An agency offers an area of its own no more."""

    area_id: int


@event(version=1)
@dataclass(frozen=True)
class BoundarySet(Event):
    """An agency drew the exact line of a wilayat, or took it back (`ended`)."""

    wilayat_id: int
    ended: bool
