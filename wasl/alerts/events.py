"""What happens to alerts. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AlertGiven(Event):
    """To several people at once; which people stands beside it, and nobody else hears of it live."""

    alert_kind: str
    alert_ids: list[int]
    urgent: bool
