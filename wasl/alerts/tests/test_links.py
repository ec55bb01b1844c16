"""Links of letters: one case, one person, once, seven days; and they tell a stranger nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.alerts import links, writing
from wasl.alerts.models import Alert, CaseLink
from wasl.alerts.tests.makers import CALLS, make_alert, opened_cases
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import PASSWORD, SUNDAY_9AM, make_agency, make_noora, make_person, make_unit, sign_in
from wasl.messaging.models import Message
from wasl.messaging.tests.makers import make_account

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM
CASE = "/help/"  # any page of the house will do for a case


@pytest.fixture
def said() -> User:
    make_account(make_agency())
    return make_person("liaison", make_unit("ROADS"), password=PASSWORD)


@pytest.fixture
def path(said: User) -> Iterator[str]:
    """The link of the mail that told Said of case 12, as it stands in the mail."""
    with opened_cases({12: CASE}), clock.frozen(AT + timedelta(minutes=1)):
        make_alert(said, kind=CALLS, case_id=12, reference="MR-2611-04173-2")
        writing.write_now(said.pk, at=AT)
        found = re.search(r"/alerts/link/\S+", Message.objects.get().text)
        assert found is not None
        yield found[0]


def test_it_opens_the_exact_case_once(client: Client, said: User, path: str) -> None:
    sign_in(client, said)

    first, second = client.get(path), client.get(path)

    assert (first.status_code, first["Location"]) == (302, CASE)
    assert first["Cache-Control"] == "no-store"
    assert second.status_code == 410
    assert "استُخدم هذا الرابط من قبل" in second.content.decode()
    assert Alert.objects.get().read_at is not None
    record = EventRecord.objects.get(kind="LinkOpened")
    assert (record.actor_id, record.data["linked_case_id"]) == (said.pk, 12)


def test_a_stranger_signs_in_first_and_lands_on_the_case(client: Client, said: User, path: str) -> None:
    asked = client.get(path)
    assert (asked.status_code, asked["Location"]) == (302, f"/sign-in?next={path}")
    assert CaseLink.objects.get().used_at is None

    signed = client.post("/sign-in", {"email": said.email, "password": PASSWORD, "next": path})

    assert (signed.status_code, signed["Location"]) == (302, path)
    assert client.get(path)["Location"] == CASE


def test_whether_a_link_is_good_is_told_to_nobody_who_is_not_signed_in(client: Client, path: str) -> None:
    answers = [client.get(one) for one in (path, "/alerts/link/nonsense")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].content == answers[1].content == b""


def test_another_person_is_refused_and_the_link_stays_good(client: Client, said: User, path: str) -> None:
    other = make_noora()
    sign_in(client, other)

    refused = client.get(path)

    page = refused.content.decode()
    assert refused.status_code == 403
    assert "هذا الرابط لموظف آخر" in page
    assert "MR-2611-04173-2" not in page
    assert said.full_name not in page
    sign_in(client, said)
    assert client.get(path)["Location"] == CASE


def test_it_ends_after_seven_days(client: Client, said: User, path: str) -> None:
    with clock.frozen(AT + links.LIFETIME):
        sign_in(client, said)
        answer = client.get(path)

    assert answer.status_code == 410
    assert "انتهت مدة هذا الرابط" in answer.content.decode()


def test_who_may_not_see_the_case_any_more_finds_nothing(client: Client, said: User, path: str) -> None:
    sign_in(client, said)

    with opened_cases({}):
        answer = client.get(path)

    assert answer.status_code == 404


def test_an_invented_link_opens_nothing(client: Client, said: User, path: str) -> None:
    sign_in(client, said)

    assert client.get(path[:-1] + ("A" if path[-1] != "A" else "B")).status_code == 404
    assert client.get("/alerts/link/" + "x" * 900).status_code == 404
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 405


def test_the_table_does_not_hold_the_secret(path: str) -> None:
    link = CaseLink.objects.get()

    assert path.rpartition("/")[2] not in str(vars(link))
    assert len(path.rpartition("/")[2]) >= 32


def test_links_are_forgotten_long_after_their_end(said: User, path: str) -> None:
    assert links.sweep(at=AT + links.LIFETIME) == 0
    assert links.sweep(at=AT + links.LIFETIME + links.KEPT_FOR + timedelta(seconds=1)) == 1
    assert Alert.objects.count() == 1
