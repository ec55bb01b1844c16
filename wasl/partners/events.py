"""What happens to keys. The secret itself is in no fact."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class KeyIssued(Event):
    api_key_id: int
    scopes: list[str]
    user_id: int | None


@event(version=1)
@dataclass(frozen=True)
class KeyRevoked(Event):
    api_key_id: int
