"""What the worker does for notices by itself."""

from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.notices import operations, queries


@periodic("*/5 * * * *", name="notices.sweep")
def sweep(timestamp: int) -> None:
    """Notices whose message ended without their hearing of it are brought to their end; old phones are forgotten."""
    operations.forget_phones(at=clock.now())
    for notice in queries.left_behind():
        if notice.message is not None:
            operations.follow_message(notice.message, at=clock.now())
