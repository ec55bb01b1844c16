"""What can happen to wordings. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class TemplateSaved(Event):
    template_id: int
    code: str
