"""What happens to places."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AreaAdded(Event):
    """An agency added a village or quarter of its own to a wilayat."""

    area_id: int
    wilayat_id: int
