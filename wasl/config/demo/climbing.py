"""What climbed the ladders in the demo: its open cases rise as they would have, each step on its day."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import lifting
from wasl.cases.operations.escalate import place_steps
from wasl.core import events
from wasl.directory import queries as directory

# Open cases of the demo are younger.
LOOK_BACK = timedelta(days=90)
# What came before was read in its day; only this waits behind the bell.
UNREAD = timedelta(hours=20)
STRIDE = timedelta(hours=12)


def climb(people: Iterable[User], *, founded_at: datetime, at: datetime) -> int:
    """Let the ladders take the steps that are due; gives how many."""
    for agency in directory.agencies():
        # As of the founding nothing was used up: no step counts as taken before the ladder came.
        after = place_steps(agency.pk, at=founded_at)
        while after:
            after = place_steps(agency.pk, after=after, at=founded_at)
    with events.of_origin("live"):
        taken = _swept(at - LOOK_BACK, at - UNREAD)
        for person in people:
            alerts.read(person, at=at - UNREAD)
        return taken + _swept(at - UNREAD, at)


def _swept(since: datetime, until: datetime) -> int:
    taken, moment = 0, since
    while moment < until:
        taken += lifting.sweep(at=moment)
        moment += STRIDE
    return taken + lifting.sweep(at=until)
