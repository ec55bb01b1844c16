"""The bell, the list behind it, and everybody's own choices."""

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.alerts import queries, writing
from wasl.alerts.kinds import DAY, Way
from wasl.alerts.models import Alert
from wasl.alerts.tests.makers import CALLS, MUSTS, NEWS, make_alert, opened_cases, register_kinds
from wasl.core import clock
from wasl.core.localized import both
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_salem, sign_in
from wasl.messaging import operations as messaging
from wasl.messaging.tests.makers import make_account

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM


@pytest.fixture
def salem(client: Client) -> User:
    register_kinds()
    salem = make_salem()
    sign_in(client, salem)
    return salem


def page(client: Client, path: str = "/alerts") -> str:
    with clock.frozen(AT):
        return client.get(path).content.decode()


def test_the_bell_of_every_staff_page_counts_the_own_unread_ones(client: Client, salem: User) -> None:
    make_alert(salem)
    make_alert(salem)
    make_alert(make_huda())

    found = page(client, "/me")

    assert 'aria-label="التنبيهات، جديدة: 2"' in found
    assert '<em aria-hidden="true">2</em>' in found
    with clock.frozen(AT):
        assert client.get("/alerts/count").json() == {"count": 2, "shown": "2"}


def test_without_news_the_bell_is_silent(client: Client, salem: User) -> None:
    assert '<em aria-hidden="true" hidden>' in page(client, "/me")


def test_the_list_shows_what_is_unread_and_on_demand_all(client: Client, salem: User) -> None:
    old, new = make_alert(salem, title=both("القديم", "Old")), make_alert(salem, title=both("الجديد", "New"))
    make_alert(make_huda(), title=both("لهدى وحدها", "Huda's own"))
    with clock.frozen(AT):
        client.post(reverse("alerts:read_one", args=[old.pk]))

    unread, every = page(client), page(client, "/alerts?show=all")

    assert "الجديد" in unread
    assert "القديم" not in unread
    assert every.index("الجديد") < every.index("القديم")
    assert "لهدى وحدها" not in unread + every
    assert str(new.title) in page(client, f"/alerts?kind={NEWS.code}")
    assert "الجديد" not in page(client, f"/alerts?kind={CALLS.code}")


def test_unread_ones_stand_first_however_old(client: Client, salem: User) -> None:
    make_alert(salem, title=both("الأقدم", "Oldest"))
    newer = make_alert(salem, title=both("الأحدث", "Newest"))
    with clock.frozen(AT):
        client.post(reverse("alerts:read_one", args=[newer.pk]))

    every = page(client, "/alerts?show=all")

    assert every.index("الأقدم") < every.index("الأحدث")


def test_all_are_read_with_one_press(client: Client, salem: User) -> None:
    make_alert(salem)
    make_alert(salem)
    others = make_alert(make_huda())

    with clock.frozen(AT):
        answer = client.post("/alerts/read")

    assert answer["Location"] == "/alerts"
    assert queries.unread_count(salem, at=AT) == 0
    others.refresh_from_db()
    assert others.read_at is None


def test_an_alert_leads_to_its_case_and_counts_as_read(client: Client, salem: User) -> None:
    alert = make_alert(salem, case_id=12, reference="MR-2611-04173-2")

    with opened_cases({12: "/desk/cases/MR-2611-04173-2"}), clock.frozen(AT):
        assert reverse("alerts:open", args=[alert.pk]) in client.get("/alerts").content.decode()
        answer = client.get(reverse("alerts:open", args=[alert.pk]))

    assert answer["Location"] == "/desk/cases/MR-2611-04173-2"
    alert.refresh_from_db()
    assert alert.read_at == AT


def test_an_alert_of_no_one_case_leads_to_its_page(client: Client, salem: User) -> None:
    alert = make_alert(salem, path="/desk/?view=all")

    with clock.frozen(AT):
        assert reverse("alerts:open", args=[alert.pk]) in page(client)
        answer = client.get(reverse("alerts:open", args=[alert.pk]))

    alert.refresh_from_db()
    assert answer["Location"] == "/desk/?view=all"
    assert alert.read_at == AT


def test_who_lost_the_right_to_the_case_sees_the_alert_without_a_way(client: Client, salem: User) -> None:
    alert = make_alert(salem, case_id=12, reference="MR-2611-04173-2")

    with opened_cases({}), clock.frozen(AT):
        shown = client.get("/alerts").content.decode()
        answer = client.get(reverse("alerts:open", args=[alert.pk]))

    assert "تجاوز طلب موعده" in shown
    assert reverse("alerts:open", args=[alert.pk]) not in shown
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["alerts:open", "alerts:read_one"])
def test_an_alert_of_somebody_else_is_not_there(client: Client, salem: User, name: str) -> None:
    foreign = make_alert(make_huda(), case_id=12)
    address = reverse(name, args=[foreign.pk])

    with opened_cases({12: "/desk/"}), clock.frozen(AT):
        answer = client.get(address) if name == "alerts:open" else client.post(address)

    assert answer.status_code == 404
    assert Alert.objects.get().read_at is None


def test_words_of_an_alert_are_shown_as_words(client: Client, salem: User) -> None:
    make_alert(salem, title=both("<b>عريض</b>", "<b>bold</b>"), body=both("<script>", "<script>"))

    assert "&lt;b&gt;عريض" in page(client)
    assert "<script>" not in page(client).partition("<main")[2]


def test_many_alerts_come_in_pages(client: Client, salem: User) -> None:
    for number in range(51):
        make_alert(salem, title=both(f"تنبيه رقم {number:02}", "x"))

    first, second = page(client), page(client, "/alerts?page=2")

    assert "تنبيه رقم 50" in first
    assert "تنبيه رقم 00" not in first
    assert "page=2" in first
    assert "تنبيه رقم 00" in second
    for odd in ("0", "-1", "x", "9" * 30, "٢"):
        assert client.get("/alerts", {"page": odd}).status_code == 200


def test_everybody_chooses_how_each_kind_comes(client: Client, salem: User) -> None:
    make_account()
    chosen = {DAY.code: Way.DESK, NEWS.code: Way.AT_ONCE, CALLS.code: Way.AT_ONCE, MUSTS.code: Way.DIGEST}
    with clock.frozen(AT):
        shown = client.get("/me/alerts").content.decode()
        answer = client.post("/me/alerts", every(client, chosen))

    assert "لا يمكن إيقاف بريد هذا النوع." in shown
    assert "7:00" in shown
    assert answer.status_code == 302
    assert queries.wishes_of(salem) == {DAY.code: Way.DESK, NEWS.code: Way.AT_ONCE, MUSTS.code: Way.DIGEST}


def test_who_gets_no_mail_because_it_bounces_is_told_so(client: Client, salem: User) -> None:
    make_account()
    make_alert(salem, kind=CALLS)
    (letter,) = writing.write_now(salem.pk, at=AT)
    assert letter.message is not None
    assert "لم تصل آخر رسالة" not in page(client, "/me/alerts")

    messaging.report_failure(
        message_id=letter.message.message_id, agency_id=letter.agency_id, detail="unknown mailbox", at=AT
    )

    assert "لم تصل آخر رسالة" in page(client, "/me/alerts")


def test_what_is_needful_cannot_be_switched_off_by_a_forged_form(client: Client, salem: User) -> None:
    with clock.frozen(AT):
        answer = client.post("/me/alerts", every(client, {MUSTS.code: Way.DESK}))

    assert answer.status_code == 422
    assert queries.wishes_of(salem) == {}


def every(client: Client, chosen: dict[str, Way]) -> dict[str, str]:
    """The form with the usual way of every kind but those chosen."""
    from wasl.alerts import kinds

    return {kind.code: (chosen.get(kind.code) or kind.usual).value for kind in kinds.kinds()}
