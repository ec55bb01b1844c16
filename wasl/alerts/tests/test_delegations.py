"""Who may decide something in another's name hears of it, and of its end, from the other side."""

from datetime import timedelta

import pytest

from wasl.alerts import subscribers
from wasl.alerts.models import Alert
from wasl.core.events import load
from wasl.core.models import EventRecord
from wasl.directory import delegations
from wasl.directory.events import DelegationRevoked, PowersDelegated
from wasl.directory.rights import Right
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person


@pytest.mark.django_db
@pytest.mark.requirement("H-27")
def test_both_sides_hear_what_the_other_did() -> None:
    agency, huda, salem = make_agency("MUN"), make_person("supervisor"), make_person("agent")
    row = delegations.delegate(
        huda,
        to=salem,
        agency=agency,
        unit=None,
        powers=[Right.CLOSE],
        gravest="P2",
        reason="في مهمة",
        valid_from=SUNDAY_9AM,
        valid_to=SUNDAY_9AM + timedelta(days=3),
        at=SUNDAY_9AM,
    )
    given = EventRecord.objects.get(kind="PowersDelegated")
    fact = load(given)
    assert isinstance(fact, PowersDelegated)
    for _ in range(2):
        subscribers.tell_delegate(fact, given)
    delegations.revoke(row, by=salem, at=SUNDAY_9AM + timedelta(hours=1))
    ended = EventRecord.objects.get(kind="DelegationRevoked")
    end = load(ended)
    assert isinstance(end, DelegationRevoked)
    subscribers.tell_of_the_end(end, ended)

    told = list(Alert.objects.order_by("pk").values_list("person_id", flat=True))
    assert told == [salem.pk, huda.pk]
