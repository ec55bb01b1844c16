"""Notices follow what carries them."""

from wasl.core.events import subscriber
from wasl.core.models import EventRecord
from wasl.messaging import queries as messages
from wasl.messaging.events import MessageDelivered, MessageFailed, MessageSent
from wasl.notices import operations
from wasl.tasks.events import TaskFinished
from wasl.tasks.models import Task


@subscriber(MessageSent, MessageFailed, MessageDelivered)
def follow_message(fact: MessageSent | MessageFailed | MessageDelivered, record: EventRecord) -> None:
    """A message came to an end."""
    message = messages.message(fact.message_id)
    if message is not None:
        operations.follow_message(message, at=record.at)


@subscriber(TaskFinished)
def follow_task(fact: TaskFinished, record: EventRecord) -> None:
    """A call was made, or given up."""
    operations.follow_task(Task.objects.get(pk=fact.task_id), at=record.at)
