"""Giving and reading alerts."""

from datetime import timedelta

import pytest
from django.db import transaction

from wasl.accounts.models import User
from wasl.accounts.operations import deactivate
from wasl.alerts import kinds, operations, queries
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.models import Alert
from wasl.alerts.tests.makers import CALLS, MUSTS, NEWS, make_alert, register_kinds
from wasl.core import events
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_huda, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM
State = Alert.MailState


@pytest.fixture
def agency() -> Agency:
    register_kinds()
    return make_agency()


@pytest.fixture
def salem(agency: Agency) -> User:
    return make_salem()


def give(agency: Agency, *people: User, kind: AlertKind = NEWS, key: str = "one", urgent: bool = False) -> list[Alert]:
    return operations.alert(
        agency=agency,
        people=people,
        kind=kind.code,
        title=both("تجاوز طلب موعده", "A case is overdue"),
        body=both("افتحه اليوم.", "Open it today."),
        case_id=12,
        reference="MR-2611-04173-2",
        urgent=urgent,
        dedupe_key=key,
        at=AT,
    )


def test_each_person_is_told_once_under_a_key(agency: Agency, salem: User) -> None:
    huda = make_huda()

    first = give(agency, salem, salem)
    second = give(agency, salem, huda)

    assert [one.person_id for one in first] == [salem.pk]
    assert [one.person_id for one in second] == [huda.pk]
    assert queries.unread_count(salem, at=AT) == queries.unread_count(huda, at=AT) == 1
    kept = queries.alerts_of(salem, at=AT).get()
    assert (kept.pk, kept.case_id, kept.reference, str(kept.title)) == (
        first[0].pk,
        12,
        "MR-2611-04173-2",
        "تجاوز طلب موعده",
    )


def test_an_alert_is_given_with_the_act_or_not_at_all(agency: Agency, salem: User) -> None:
    with transaction.atomic():
        give(agency, salem)
        transaction.set_rollback(True)

    assert not Alert.objects.exists()
    assert not EventRecord.objects.filter(kind="AlertGiven").exists()


def test_the_fact_is_for_these_people_alone_and_a_repetition_is_none(agency: Agency, salem: User) -> None:
    huda = make_huda()
    given = give(agency, salem, huda, urgent=True)
    give(agency, salem, huda, urgent=True)

    record = EventRecord.objects.get(kind="AlertGiven")
    assert record.data["people"] == sorted([salem.pk, huda.pk])
    assert sorted(record.data["alert_ids"]) == sorted(one.pk for one in given)


def test_a_closed_account_is_told_nothing(agency: Agency, salem: User) -> None:
    deactivate(salem, by=None, at=AT)

    assert give(agency, User.objects.get(pk=salem.pk)) == []


def test_history_that_is_brought_in_tells_nobody(agency: Agency, salem: User) -> None:
    with events.of_origin("import"):
        assert give(agency, salem, urgent=True) == []

    assert not Alert.objects.exists()


def test_a_kind_nobody_named_is_refused(agency: Agency, salem: User) -> None:
    with pytest.raises(kinds.UnknownKind):
        give(agency, salem, kind=AlertKind("unheard_of", "x"))


@pytest.mark.parametrize(
    ("kind", "wished", "urgent", "state"),
    [
        (NEWS, None, False, State.DIGEST),
        (CALLS, None, False, State.WAITING),
        (NEWS, Way.AT_ONCE, False, State.WAITING),
        (CALLS, Way.DESK, False, State.NONE),
        (CALLS, Way.DIGEST, False, State.DIGEST),
        (CALLS, Way.DESK, True, State.WAITING),
        (MUSTS, Way.DIGEST, False, State.DIGEST),
    ],
)
def test_mail_goes_by_the_kind_and_by_what_the_person_chose(
    agency: Agency, salem: User, kind: AlertKind, wished: Way | None, urgent: bool, state: str
) -> None:
    if wished is not None:
        operations.wish(salem, kind=kind.code, way=wished)

    given = give(agency, salem, kind=kind, urgent=urgent)[0]

    assert Alert.objects.get(pk=given.pk).mail_state == state


def test_what_is_needful_cannot_be_silenced(agency: Agency, salem: User) -> None:
    with pytest.raises(ValueError, match="cannot come"):
        operations.wish(salem, kind=MUSTS.code, way=Way.DESK)
    with pytest.raises(ValueError, match="needful"):
        kinds.register(AlertKind("x", "x", usual=Way.DESK, needful=True))


def test_a_kind_keeps_its_code() -> None:
    register_kinds()
    register_kinds()  # the same again is no other one

    with pytest.raises(ValueError, match="code of another kind"):
        kinds.register(AlertKind(NEWS.code, "Others"))

    assert kinds.kind_of(NEWS.code) is NEWS


def test_choosing_the_usual_way_again_keeps_nothing(agency: Agency, salem: User) -> None:
    operations.wish(salem, kind=NEWS.code, way=Way.DESK)
    operations.wish(salem, kind=NEWS.code, way=Way.DIGEST)

    assert queries.ways_of([salem], NEWS) == {salem.pk: Way.DIGEST}
    assert not queries.wishes_of(salem)


def test_reading_counts_once_and_spares_the_mail(agency: Agency, salem: User) -> None:
    first, second = make_alert(salem), make_alert(salem, kind=CALLS)
    make_alert(make_huda())

    assert operations.read(salem, [first.pk], at=AT) == 1
    assert operations.read(salem, [first.pk], at=AT + timedelta(hours=1)) == 0
    assert operations.read(salem, at=AT + timedelta(hours=2)) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.read_at, second.read_at) == (AT, AT + timedelta(hours=2))
    assert {first.mail_state, second.mail_state} == {State.NONE}
    assert Alert.objects.filter(read_at__isnull=True).count() == 1


def test_what_an_agency_told_ends_with_the_work_there(agency: Agency) -> None:
    ministry = make_agency("HOU")
    person = make_person("agent", make_unit("CENTRE", agency=ministry))
    make_alert(person, agency=ministry)
    make_alert(person, agency=agency)

    assert [one.agency_id for one in queries.alerts_of(person, at=AT)] == [ministry.pk]
    assert queries.unread_count(person, at=AT) == 1
