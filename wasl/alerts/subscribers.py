"""What alerts tell of rooms below, which cannot tell by themselves."""

from wasl.accounts.models import User
from wasl.alerts import operations
from wasl.alerts.kinds import AlertKind, Way, register
from wasl.core.events import subscriber
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.directory import queries as directory
from wasl.directory.events import DelegationRevoked, PowersDelegated

register(
    AlertKind(
        "delegation",
        t("التفويض", "Delegations"),
        t("فوّضك زميل أو أنهى تفويضك.", "A colleague delegated to you, or ended it."),
        icon="file-check",
        usual=Way.AT_ONCE,
        needful=True,
        order=40,
    )
)


@subscriber(PowersDelegated)
def tell_delegate(fact: PowersDelegated, record: EventRecord) -> None:
    """Who may decide something from now on hears of it."""
    names = {person.pk: person.name for person in User.objects.filter(pk=fact.grantor_id)}
    grantor = names.get(fact.grantor_id, "")
    title = both(f"فوّضك {grantor}", f"{grantor} delegated to you")
    body = both(
        "صار لك أن تقرر باسمه في حدود التفويض ومدته. تجدها في «تفويضاتي».",
        "You may decide in their name within its limits and time. See “My delegations”.",
    )
    _tell(fact.delegate_id, record, title, body)


@subscriber(DelegationRevoked)
def tell_of_the_end(fact: DelegationRevoked, record: EventRecord) -> None:
    """The other of the two hears that it is over."""
    if record.actor_id not in (fact.grantor_id, fact.delegate_id):
        _tell_both(fact, record)
        return
    other = fact.delegate_id if record.actor_id == fact.grantor_id else fact.grantor_id
    title = both("انتهى تفويض", "A delegation has ended")
    body = both("أنهاه الطرف الآخر قبل موعده. لا يسري منذ الآن.", "The other side ended it early. It no longer counts.")
    _tell(other, record, title, body)


def _tell_both(fact: DelegationRevoked, record: EventRecord) -> None:
    """Somebody who looks after the people of the agency ended it: both hear who, and why."""
    row = directory.delegation_in([record.agency_id or 0], fact.delegation_id)
    if row is None:
        return
    by = row.revoked_by.name if row.revoked_by is not None else ""
    title = both("أُنهي تفويض", "A delegation was ended")
    body = both(
        f"أنهى {by} تفويض {row.grantor.name} لـ{row.delegate.name}: {row.end_reason}",
        f"{by} ended the delegation of {row.grantor.name} to {row.delegate.name}: {row.end_reason}",
    )
    for number in (fact.grantor_id, fact.delegate_id):
        _tell(number, record, title, body)


def _tell(number: int, record: EventRecord, title: Localized, body: Localized) -> None:
    assert record.agency_id is not None
    operations.alert(
        agency=directory.agency_by_id(record.agency_id),
        people=User.objects.filter(pk=number),
        kind="delegation",
        title=title,
        body=body,
        at=record.at,
        dedupe_key=f"delegation {record.pk}",
    )
