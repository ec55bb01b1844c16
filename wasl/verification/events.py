"""What happens to invitations and resets. The secret itself is in no fact: who sends the link asks for one."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class PersonInvited(Event):
    user_id: int
