"""Ways to a case besides its number ask whether somebody must not handle it: alerts, links of letters, tasks."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.alerts import links, writing
from wasl.alerts.models import Alert, Letter
from wasl.alerts.tests.makers import make_alert
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.contacts import relations
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.models import Unit
from wasl.directory.operations import grant_role, take_staff_complaints
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_noora, make_person, make_unit, sign_in
from wasl.tasks import operations as tasks

pytestmark = pytest.mark.django_db

AT = SUNDAY_9AM + HOUR
PHONE = "+96892147705"  # of whom `make_case` registers for


@pytest.fixture(autouse=True)
def now() -> Any:
    with clock.frozen(AT):
        yield


@pytest.fixture
def case() -> Case:
    return make_case(agency=make_working_agency())


@pytest.fixture
def noora(case: Case) -> User:
    return make_noora(case.unit)


def declare(person: User, case: Case) -> None:
    relations.declare(person, agency=case.agency, kind="sibling", phone=PHONE, by=person, at=AT)


def attempts() -> list[tuple[int | None, int | None]]:
    return list(EventRecord.objects.filter(kind="BarredAttempt").values_list("actor_id", "case_id"))


def told(person: User, case: Case, *, at: Any = AT) -> Alert:
    return make_alert(person, agency=case.agency, case_id=case.pk, reference=case.digits, at=at)


def test_an_alert_of_a_relatives_case_is_gone_from_list_bell_and_mail_and_opening_it_is_written_down(
    client: Client, case: Case, noora: User
) -> None:
    other = make_case(agency=case.agency)
    Case.objects.filter(pk=other.pk).update(beneficiary=None)  # nobody knows whose it is
    alert, kept = told(noora, case), told(noora, other)
    page = sign_in(client, noora)
    assert page.get(reverse("alerts:count")).json()["count"] == 2

    declare(noora, case)

    listed = page.get(reverse("alerts:list")).content.decode()
    assert page.get(reverse("alerts:count")).json()["count"] == 1
    assert case.digits not in listed.replace("-", "")
    assert [page.get(reverse("alerts:open", args=[one.pk])).status_code for one in (alert, kept)] == [404, 302]
    assert page.post(reverse("alerts:read_one", args=[alert.pk])).status_code == 404
    assert attempts() == [(noora.pk, case.pk)]
    Alert.objects.update(mail_state=Alert.MailState.WAITING, mail_at=AT)
    writing.write_now(noora.pk, at=AT)
    alert.refresh_from_db()
    assert (alert.mail_state, alert.read_at) == (Alert.MailState.NONE, None)


def test_a_link_of_a_letter_to_a_relatives_case_opens_nothing_and_is_written_down(
    client: Client, case: Case, noora: User
) -> None:
    letter = Letter.objects.create(agency=case.agency, person=noora, made_at=AT)
    token = links.make(letter, [links.Wanted(case.pk)], at=AT)[0].rpartition("/")[2]
    declare(noora, case)

    assert sign_in(client, noora).get(reverse("alerts:link", args=[token])).status_code == 404
    assert attempts() == [(noora.pk, case.pk)]


@pytest.mark.parametrize("act", ["take_task", "finish_task"])
def test_a_task_in_the_matter_of_a_relatives_case_is_refused_and_written_down(
    client: Client, case: Case, noora: User, act: str
) -> None:
    task = tasks.open_task(
        agency=case.agency,
        unit=case.unit,
        kind="call",
        title=both("اتصل", "Call"),
        case_id=case.pk,
        reference=case.digits,
        dedupe_key="x",
        at=AT,
    )
    declare(noora, case)

    answer = sign_in(client, noora).post(reverse(f"desk:{act}", args=[task.pk]), {"outcome": "x"})

    task.refresh_from_db()
    assert answer.status_code == 404
    assert (task.assignee, task.done_at) == (None, None)
    assert attempts() == [(noora.pk, case.pk)]


def test_whoever_comes_near_the_one_complained_of_loses_the_alert_and_leaves_no_trace_of_it(
    client: Client, case: Case, noora: User
) -> None:
    committee: Unit = take_staff_complaints(make_unit("CONDUCT", agency=case.agency), 1, by=None, at=LONG_AGO)
    make_person("specialist", committee)
    member = make_person("specialist", committee, name="عضو")
    closed = make_case(agency=case.agency, about_staff=AboutStaff("", (noora,)))
    page = sign_in(client, member)
    assert page.get(reverse("alerts:count")).json()["count"] == 1

    grant_role(member, unit=case.unit, role="specialist", by=None, at=SUNDAY_9AM)
    alert = Alert.objects.get(case_id=closed.pk, person=member)
    page = sign_in(Client(), User.objects.get(pk=member.pk))

    assert page.get(reverse("alerts:count")).json()["count"] == 0
    assert page.get(reverse("alerts:open", args=[alert.pk])).status_code == 404
    assert attempts() == []
