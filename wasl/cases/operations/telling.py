"""A word to colleagues about what was done to a case: none to those who must not handle it, none of history."""

from collections.abc import Iterable

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import bars
from wasl.cases.operations.change import Change
from wasl.core import events
from wasl.core.localized import Localized


def tell_staff(
    change: Change, people: Iterable[User], *, kind: str, key: str, title: Localized, body: Localized
) -> None:
    """Tell these people once for this key; at once where the case is of the highest class."""
    row = change.case
    if events.is_history():
        return
    alerts.alert(
        agency=row.agency,
        people=bars.unbarred(row, people, change.at),
        kind=kind,
        title=title,
        body=body,
        at=change.at,
        case_id=row.pk,
        reference=row.reference,
        urgent=row.importance == "P1",
        dedupe_key=key,
    )
