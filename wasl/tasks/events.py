"""What can happen to a task. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class TaskOpened(Event):
    task_id: int
    task_kind: str
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class TaskTaken(Event):
    task_id: int
    assignee_id: int


@event(version=1)
@dataclass(frozen=True)
class TaskHandedOver(Event):
    task_id: int
    from_unit_id: int
    to_unit_id: int
    assignee_id: int | None


@event(version=1)
@dataclass(frozen=True)
class TaskFinished(Event):
    task_id: int
    task_kind: str
    outcome: str
