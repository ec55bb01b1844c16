from datetime import timedelta

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from wasl.accounts import operations, sessions
from wasl.accounts.middleware import BY_ITSELF, SessionLimits
from wasl.accounts.models import User
from wasl.accounts.tests.makers import PASSWORD, SUNDAY_9AM, make_account, sign_in
from wasl.core.models import EventRecord

HOME = "/account/preferences"


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_deactivation_ends_every_session_with_the_next_request() -> None:
    salem = make_account()
    office, phone = sign_in(Client(), salem), sign_in(Client(), salem)
    assert is_in(office)

    operations.deactivate(salem, by=None, at=SUNDAY_9AM)

    assert not is_in(office)
    assert not is_in(phone)


def test_coming_back_does_not_revive_old_sessions(client: Client) -> None:
    salem = make_account()
    sign_in(client, salem)

    operations.deactivate(salem, by=None, at=SUNDAY_9AM)
    operations.reactivate(salem, by=None, at=SUNDAY_9AM)

    assert not is_in(client)
    assert is_in(sign_in(Client(), User.objects.get(pk=salem.pk)))


def test_a_change_of_rights_ends_the_session(client: Client) -> None:
    salem = make_account()
    sign_in(client, salem)

    operations.rights_changed(salem, second_factor_needed=True, by=None, at=SUNDAY_9AM)

    assert not is_in(client)
    assert User.objects.get(pk=salem.pk).second_factor_needed


def test_a_session_left_alone_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, make_account())
    began = sessions.true_time()
    monkeypatch.setattr(sessions, "true_time", lambda: began + sessions.IDLE_LIMIT - timedelta(minutes=1))
    assert is_in(client)
    monkeypatch.setattr(sessions, "true_time", lambda: began + 2 * sessions.IDLE_LIMIT)

    answer = client.get(HOME)

    assert answer["Location"].startswith("/sign-in?next=")
    assert "انتهت جلستك" in client.get("/sign-in").content.decode()


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, make_account())
    assert is_in(client)
    began = sessions.true_time()

    for part in (0.4, 0.8):
        monkeypatch.setattr(sessions, "true_time", lambda part=part: began + part * sessions.IDLE_LIMIT)
        assert client.get(HOME, headers={BY_ITSELF: "1"}).status_code == 200
    monkeypatch.setattr(sessions, "true_time", lambda: began + 1.1 * sessions.IDLE_LIMIT)

    assert client.get(HOME, headers={BY_ITSELF: "1"})["Location"].startswith("/sign-in?next=")


def test_a_session_ends_after_half_a_day_however_busy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, make_account())
    began = sessions.true_time()

    for hours in range(1, 12):
        monkeypatch.setattr(sessions, "true_time", lambda hours=hours: began + timedelta(hours=hours))
        assert is_in(client)
    monkeypatch.setattr(sessions, "true_time", lambda: began + timedelta(hours=12, minutes=1))

    assert not is_in(client)


def test_the_checks_of_a_session_cost_no_statement_beyond_session_and_person(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    salem = make_account()
    sign_in(client, salem)
    request = RequestFactory().get(HOME)
    request.COOKIES, request.session = {"sessionid": "x"}, client.session
    request.user = salem
    request.session.get("loaded")

    with django_assert_num_queries(0):
        answer = SessionLimits(lambda request: HttpResponse("in"))(request)

    assert answer.content == b"in"


def test_changing_the_password_keeps_this_session_and_ends_the_others() -> None:
    salem = make_account(password=PASSWORD)
    here, elsewhere = sign_in(Client(), salem), sign_in(Client(), salem)
    new = "نخلة وبحر وجبل وريح"

    answer = here.post("/account/password", {"present": PASSWORD, "password": new, "again": new})

    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert User.objects.get(pk=salem.pk).check_password(new)
    assert EventRecord.objects.filter(kind="PasswordChanged").count() == 1


@pytest.mark.parametrize(
    ("present", "new", "again", "says"),
    [
        ("wrong", "نخلة وبحر وجبل وريح", "نخلة وبحر وجبل وريح", "الحالية غير صحيحة"),
        (PASSWORD, "قصيرة", "قصيرة", "حرفاً على الأقل"),
        (PASSWORD, "نخلة وبحر وجبل وريح", "شيء آخر مختلف تماماً", "مختلفتان"),
    ],
)
def test_a_password_is_not_changed_when_something_is_off(
    client: Client, present: str, new: str, again: str, says: str
) -> None:
    salem = make_account(password=PASSWORD)
    sign_in(client, salem)

    answer = client.post("/account/password", {"present": present, "password": new, "again": again})

    assert says in answer.content.decode()
    assert User.objects.get(pk=salem.pk).check_password(PASSWORD)


def test_language_and_digits_are_kept_with_the_person(client: Client) -> None:
    salem = make_account()
    sign_in(client, salem)

    client.post(HOME, {"language": "en", "digits": "arab"})

    salem.refresh_from_db()
    assert (salem.language, salem.digits) == ("en", "arab")
    assert 'lang="en"' in client.get(HOME).content.decode()


def test_a_language_we_do_not_speak_is_refused(client: Client) -> None:
    salem = make_account()
    sign_in(client, salem)

    client.post(HOME, {"language": "xx", "digits": "roman"})

    salem.refresh_from_db()
    assert (salem.language, salem.digits) == ("ar", "latn")


def test_a_needed_second_factor_cannot_be_removed_by_its_owner_but_by_an_administrator(client: Client) -> None:
    huda = make_account(second_factor_needed=True)
    secret, at = pyotp.random_base32(), sessions.true_time()
    operations.confirm_totp(huda, secret=secret, code=pyotp.TOTP(secret).at(at), at=at)
    sign_in(client, huda)

    client.post("/account/second-factor/remove")
    assert User.objects.get(pk=huda.pk).has_second_factor

    operations.disable_totp(huda, by=make_account(), at=SUNDAY_9AM)
    assert not User.objects.get(pk=huda.pk).has_second_factor
    assert operations.recovery_codes_left(huda) == 0
    assert not is_in(client)


def test_new_codes_and_a_new_app_ask_for_the_code_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    huda = make_account(second_factor_needed=True)
    secret, at = pyotp.random_base32(), sessions.true_time() - timedelta(hours=1)
    old = operations.confirm_totp(huda, secret=secret, code=pyotp.TOTP(secret).at(at), at=at)
    sign_in(client, huda, second_factor=False)

    for method, path in [("post", "codes"), ("get", "app"), ("post", "app"), ("post", "remove")]:
        answer = getattr(client, method)(f"/account/second-factor/{path}")
        assert answer["Location"].startswith("/sign-in/again?next=")
    code = pyotp.TOTP(secret).at(sessions.true_time())
    assert client.post("/sign-in/again", {"code": code, "next": "/account/second-factor"}).status_code == 302
    new = client.post("/account/second-factor/codes").context["codes"]

    assert not set(new) & set(old)
    with pytest.raises(operations.WrongCode):
        operations.check_second_factor(huda, code=old[0], at=sessions.true_time())
    operations.check_second_factor(huda, code=new[0], at=sessions.true_time())


def test_whoever_wishes_may_turn_the_second_step_on_and_off(client: Client) -> None:
    salem = make_account()
    sign_in(client, salem, second_factor=False)

    app = pyotp.TOTP(client.get("/account/second-factor/app").context["secret"].replace(" ", ""))
    shown = client.post("/account/second-factor/app", {"code": app.at(sessions.true_time())})
    assert len(shown.context["codes"]) == 10
    assert is_in(client)
    assert User.objects.get(pk=salem.pk).has_second_factor

    client.post("/account/second-factor/remove")
    assert is_in(client)
    assert not User.objects.get(pk=salem.pk).has_second_factor
