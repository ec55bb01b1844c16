from datetime import timedelta

import pytest
from django.test import Client

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.core import keys
from wasl.core.clock import frozen
from wasl.core.models import EventRecord
from wasl.directory import queries
from wasl.directory.tests.makers import PASSWORD, SUNDAY_9AM, make_agency, make_person, make_unit
from wasl.verification import operations
from wasl.verification.models import OneTimeToken

HOUR = timedelta(hours=1)
LATER = SUNDAY_9AM + timedelta(minutes=5)


def a_token(purpose: str = "reset", subject: str = "7") -> str:
    return operations.issue(purpose=purpose, subject=subject, lifetime=HOUR, at=SUNDAY_9AM)


def refused(token: str, purpose: str = "reset", at: object = LATER) -> bool:
    try:
        operations.redeem(purpose=purpose, token=token, at=at)  # type: ignore[arg-type]
    except operations.BadToken:
        return True
    return False


def test_a_token_opens_once() -> None:
    token = a_token()

    assert operations.redeem(purpose="reset", token=token, at=LATER) == "7"
    assert refused(token)


def test_a_token_opens_for_its_purpose_alone() -> None:
    assert refused(a_token(), purpose="invitation")


def test_a_token_ends_at_its_hour() -> None:
    token = a_token()

    assert refused(token, at=SUNDAY_9AM + HOUR)
    assert not refused(token, at=SUNDAY_9AM + HOUR - timedelta(seconds=1))


def test_whoever_uses_one_token_uses_up_its_sisters() -> None:
    first, second, of_another = a_token(), a_token(), a_token(subject="8")

    assert not refused(first)
    assert refused(second)
    assert not refused(of_another)


def test_a_second_invitation_makes_the_first_link_void(client: Client) -> None:
    first = operations.invite(
        email="noora@example.om", full_name="نورة", role="agent", unit=make_unit("ROADS"), by=None, at=SUNDAY_9AM
    )
    second = operations.invite_again(first.user, by=None, at=SUNDAY_9AM)

    with frozen(LATER):
        assert client.get("/invite/" + first.link.rpartition("/")[2]).status_code == 404
        assert client.get("/invite/" + second.rpartition("/")[2]).status_code == 200


def test_the_table_does_not_hold_the_token() -> None:
    token = a_token()

    row = OneTimeToken.objects.get()
    assert token not in (row.token_hash, row.subject)
    assert len(token) >= 32


def test_a_token_survives_a_rotation_of_the_keys(home: object) -> None:
    token = a_token()

    keys.rotate()

    assert not refused(token)


@pytest.mark.parametrize("rubbish", ["", "x", "٠" * 500, "a\u0000b", "../../etc", "7"])
def test_rubbish_opens_nothing(rubbish: str) -> None:
    a_token()

    assert refused(rubbish)


def test_the_broom_takes_what_ended_a_month_ago() -> None:
    a_token()

    assert operations.sweep(at=SUNDAY_9AM + timedelta(days=29)) == 0
    assert operations.sweep(at=SUNDAY_9AM + timedelta(days=31)) == 1


def test_an_invited_person_joins_chooses_a_password_and_signs_in(client: Client, settings: object) -> None:
    settings.WASL_BASE_URL = "https://wasl.example.om"  # type: ignore[attr-defined]
    with frozen(SUNDAY_9AM):
        invitation = operations.invite(
            email="Noora@Example.om",
            full_name="نورة",
            role="specialist",
            unit=make_unit("ROADS"),
            by=None,
            at=SUNDAY_9AM,
        )
        path = invitation.link.removeprefix("https://wasl.example.om")
        page = client.get(path)
        answer = client.post(path, {"full_name": "نورة الكندية", "password": PASSWORD, "again": PASSWORD})
        entered = client.post("/sign-in", {"email": "noora@example.om", "password": PASSWORD, "next": "/me"})

        assert "noora@example.om" in page.content.decode()
        assert page["Referrer-Policy"] == "same-origin"
        assert answer["Location"] == "/sign-in"
        assert entered["Location"] == "/me"
        assert "نورة الكندية" in client.get("/me").content.decode()
        assert client.get(path).status_code == 404


def test_a_weak_password_leaves_the_invitation_good(client: Client) -> None:
    with frozen(SUNDAY_9AM):
        invitation = operations.invite(
            email="noora@example.om", full_name="نورة", role="agent", unit=make_unit("ROADS"), by=None, at=SUNDAY_9AM
        )
        path = "/invite/" + invitation.link.rpartition("/")[2]

        answer = client.post(path, {"full_name": "نورة", "password": "قصيرة", "again": "قصيرة"})

        assert "حرفاً على الأقل" in answer.content.decode()
        assert client.get(path).status_code == 200


def test_an_invitation_ends_after_seven_days_and_with_a_deactivation(client: Client) -> None:
    invitation = operations.invite(
        email="noora@example.om", full_name="نورة", role="agent", unit=make_unit("ROADS"), by=None, at=SUNDAY_9AM
    )
    path = "/invite/" + invitation.link.rpartition("/")[2]

    with frozen(SUNDAY_9AM + timedelta(days=7)):
        assert client.get(path).status_code == 404
    accounts.deactivate(invitation.user, by=None, at=SUNDAY_9AM)
    with frozen(SUNDAY_9AM + timedelta(days=1)):
        assert client.get(path).status_code == 404


def test_whoever_joined_is_not_invited_again() -> None:
    with pytest.raises(ValueError):
        operations.invite_again(make_person("agent", password=PASSWORD), by=None, at=SUNDAY_9AM)


def test_a_reset_gives_a_new_password_and_ends_all_sessions(client: Client) -> None:
    salem = make_person("agent", email="salem@example.om", password=PASSWORD)
    new = "نخلة وبحر وجبل وريح"
    working = Client()
    working.force_login(salem)
    with frozen(SUNDAY_9AM):
        path = "/reset/" + operations.reset_link(salem, at=SUNDAY_9AM).rpartition("/")[2]

        answer = client.post(path, {"password": new, "again": new})

        assert answer["Location"] == "/sign-in"
        assert client.get(path).status_code == 404
    assert User.objects.get(pk=salem.pk).check_password(new)
    assert working.get("/me").status_code == 302


def test_a_reset_ends_after_an_hour(client: Client) -> None:
    salem = make_person("agent", password=PASSWORD)
    path = "/reset/" + operations.reset_link(salem, at=SUNDAY_9AM).rpartition("/")[2]

    with frozen(SUNDAY_9AM + HOUR):
        assert client.get(path).status_code == 404


def test_asking_for_a_reset_tells_nothing_about_the_account() -> None:
    make_person("agent", email="salem@example.om", password=PASSWORD)
    make_person("agent", email="invited@example.om")
    pages = set()

    for email in ("salem@example.om", "invited@example.om", "nobody@example.om"):
        with frozen(SUNDAY_9AM):
            answer = Client().post("/forgot", {"email": email})
        assert email not in answer.content.decode()
        pages.add((answer.status_code, answer.context["title"], tuple(answer.context["paragraphs"])))

    assert len(pages) == 1
    assert [record.data for record in EventRecord.objects.filter(kind="PasswordResetAsked")] == [
        {"user_id": User.objects.get(email="salem@example.om").pk}
    ]


def test_one_mailbox_is_not_filled_with_resets() -> None:
    make_person("agent", email="salem@example.om", password=PASSWORD)

    with frozen(SUNDAY_9AM):
        for _ in range(6):
            assert Client().post("/forgot", {"email": "salem@example.om"}).status_code == 200

    assert EventRecord.objects.filter(kind="PasswordResetAsked").count() == 3


def test_facts_hold_no_address_and_no_secret() -> None:
    invitation = operations.invite(
        email="noora@example.om",
        full_name="نورة",
        role="agent",
        unit=queries.triage_unit(make_agency()),
        by=None,
        at=SUNDAY_9AM,
    )

    written = str(list(EventRecord.objects.values_list("data", flat=True)))
    assert "noora" not in written
    assert "نورة" not in written
    assert invitation.link.rpartition("/")[2] not in written
