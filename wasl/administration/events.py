"""What happens to the set-up."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class ConfigurationChanged(Event):
    """Rows of one kind changed; `change_ids` are rows of ConfigChange."""

    kind_code: str
    batch: str
    change_ids: list[int]
