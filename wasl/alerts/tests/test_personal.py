"""What the room knows of people, and when it forgets."""

from datetime import timedelta

import pytest

from wasl.alerts import personal, writing
from wasl.alerts.models import Alert, Letter
from wasl.alerts.tests.makers import CALLS, make_alert
from wasl.core.personal import Kept, Subject, retentions
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_said
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import make_account

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM


def test_a_person_is_told_that_staff_was_alerted_about_their_case_and_the_words_go_with_it() -> None:
    agency, said = make_agency(), make_said()
    make_alert(said, case_id=12, reference="MR-2611-04173-2")
    make_alert(said, case_id=13)
    subject = Subject(agency.pk, 1, case_ids=frozenset({12}))
    holding = personal.Alerts()

    (record,) = holding.records(subject)
    assert "MR-2611-04173-2" in record.values.values()
    assert holding.erase(subject, at=AT) == 1
    assert holding.erase(subject, at=AT) == 0
    assert Alert.objects.get(case_id=12).body == {}
    assert Alert.objects.get(case_id=13).body != {}


def test_old_alerts_go_with_their_mails_but_not_under_a_legal_hold() -> None:
    agency, said = make_agency(), make_said()
    make_account(agency)
    make_alert(said, kind=CALLS, case_id=12)
    make_alert(said, kind=CALLS, case_id=13)
    writing.write_now(said.pk, at=AT)
    make_alert(said, at=AT + timedelta(days=2))
    rule = next(one for one in retentions() if one.code == "alerts")
    before, kept = AT + timedelta(days=1), Kept(case_ids=frozenset({13}))

    assert rule.count(agency.pk, before, kept) == 1
    assert rule.sweep(agency.pk, before, kept, AT, 100) == 1

    assert sorted(Alert.objects.values_list("case_id", flat=True), key=str) == [13, None]
    assert not Letter.objects.exists()
    message = Message.objects.get()
    assert (message.text, message.html, message.to_address) == ("", "", "")
    assert rule.count(agency.pk, before, kept) == 0
