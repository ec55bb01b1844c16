from datetime import datetime, timedelta
from unittest.mock import patch

import pyotp
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from wasl.accounts import operations, sessions
from wasl.accounts.models import RecoveryCode, User
from wasl.accounts.tests.makers import PASSWORD, SUNDAY_9AM, make_account
from wasl.core import keys
from wasl.core.clock import frozen
from wasl.core.models import EventRecord

HOME = "/account/preferences"


def step_one(client: Client, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in", {"email": email, "password": password, "next": HOME}, **more)


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def salem() -> User:
    return make_account("salem@example.om", password=PASSWORD)


def huda_with_app() -> tuple[User, pyotp.TOTP, list[str]]:
    huda = make_account("huda@example.om", password=PASSWORD, second_factor_needed=True)
    secret = pyotp.random_base32()
    long_before = sessions.true_time() - timedelta(hours=1)
    codes = operations.confirm_totp(huda, secret=secret, code=pyotp.TOTP(secret).at(long_before), at=long_before)
    return huda, pyotp.TOTP(secret), codes


def code_now(app: pyotp.TOTP, ahead: int = 0) -> str:
    return app.at(sessions.true_time() + timedelta(seconds=30 * ahead))


def test_an_agent_enters_with_a_password_alone(client: Client) -> None:
    salem()

    answer = step_one(client, "salem@example.om")

    assert answer.status_code == 302
    assert answer["Location"] == HOME
    assert is_in(client)
    assert EventRecord.objects.filter(kind="SignedIn").count() == 1


@pytest.mark.parametrize(
    "typed", ["SALEM@Example.OM", " salem@example.om ", "ｓalem@example.om", "salem@example.om\u200f"]
)
def test_capitals_blanks_and_wide_letters_of_the_address_do_not_matter(client: Client, typed: str) -> None:
    salem()

    step_one(client, typed)

    assert is_in(client)


def test_two_accounts_cannot_differ_in_capitals_alone() -> None:
    salem()

    with pytest.raises(operations.AddressTaken):
        make_account("Salem@EXAMPLE.om")


def test_a_wrong_password_an_unknown_an_invited_and_a_deactivated_account_look_and_cost_the_same(
    client: Client,
) -> None:
    salem()
    make_account("invited@example.om")
    gone = make_account("gone@example.om", password=PASSWORD)
    operations.deactivate(gone, by=None, at=SUNDAY_9AM)
    answers = set()

    for email, password in [
        ("salem@example.om", "not this one at all"),
        ("nobody@example.om", PASSWORD),
        ("invited@example.om", PASSWORD),
        ("gone@example.om", PASSWORD),
    ]:
        hashings = 0
        hash_for_real = Argon2PasswordHasher.verify
        encode_for_real = Argon2PasswordHasher.encode

        def counted_verify(self: object, *args: object, real: object = hash_for_real) -> object:
            nonlocal hashings
            hashings += 1
            return real(self, *args)  # type: ignore[operator]

        def counted_encode(self: object, *args: object, real: object = encode_for_real) -> object:
            nonlocal hashings
            hashings += 1
            return real(self, *args)  # type: ignore[operator]

        with (
            patch.object(Argon2PasswordHasher, "verify", counted_verify),
            patch.object(Argon2PasswordHasher, "encode", counted_encode),
        ):
            answer = Client().post("/sign-in", {"email": email, "password": password})
        text = answer.content.decode().replace(email, "")
        answers.add((answer.status_code, hashings, "غير صحيحة" in text))

    assert answers == {(200, 1, True)}


def test_a_role_that_needs_it_must_tie_an_app_before_it_gets_in(client: Client) -> None:
    make_account("huda@example.om", password=PASSWORD, second_factor_needed=True)

    answer = step_one(client, "huda@example.om")
    assert answer["Location"] == "/sign-in/enrol"
    assert not is_in(client)
    page = client.get("/sign-in/enrol")
    app = pyotp.TOTP(page.context["secret"].replace(" ", ""))
    codes = client.post("/sign-in/enrol", {"code": code_now(app)})

    assert is_in(client)
    huda = User.objects.get(email="huda@example.om")
    assert huda.has_second_factor
    assert app.secret not in huda.totp_sealed
    assert keys.unseal(huda.totp_sealed) == app.secret
    shown = codes.context["codes"]
    assert len(set(shown)) == 10
    assert all(code in codes.content.decode() for code in shown)
    assert not RecoveryCode.objects.filter(code_hash__in=shown).exists()
    assert "no-store" in codes["Cache-Control"]


def test_a_wrong_first_code_ties_nothing(client: Client) -> None:
    make_account("huda@example.om", password=PASSWORD, second_factor_needed=True)
    step_one(client, "huda@example.om")
    secret = client.get("/sign-in/enrol").context["secret"]

    again = client.post("/sign-in/enrol", {"code": "000000"})

    assert again.context["secret"] == secret
    assert not User.objects.get(email="huda@example.om").has_second_factor
    assert not is_in(client)


def test_the_second_step_asks_for_the_code_of_the_app(client: Client) -> None:
    _, app, _ = huda_with_app()

    answer = step_one(client, "huda@example.om")
    assert answer["Location"] == "/sign-in/code"
    assert not is_in(client)
    answer = client.post("/sign-in/code", {"code": code_now(app)})

    assert answer["Location"] == HOME
    assert is_in(client)


def test_a_code_in_arabic_digits_with_blanks_is_read(client: Client) -> None:
    _, app, _ = huda_with_app()
    step_one(client, "huda@example.om")
    arabic = code_now(app).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    client.post("/sign-in/code", {"code": f" {arabic[:3]} {arabic[3:]} "})

    assert is_in(client)


def test_a_code_opens_once(client: Client) -> None:
    _, app, _ = huda_with_app()
    code = code_now(app)
    step_one(client, "huda@example.om")
    client.post("/sign-in/code", {"code": code})
    onlooker = Client()

    step_one(onlooker, "huda@example.om")
    answer = onlooker.post("/sign-in/code", {"code": code})

    assert answer.status_code == 200
    assert not is_in(onlooker)


def test_a_recovery_code_opens_once_however_it_is_typed() -> None:
    huda, _, codes = huda_with_app()
    first, second = Client(), Client()

    step_one(first, "huda@example.om")
    first.post("/sign-in/code", {"code": codes[0].upper().replace("-", " ")})
    step_one(second, "huda@example.om")
    second.post("/sign-in/code", {"code": codes[0]})

    assert is_in(first)
    assert not is_in(second)
    assert operations.recovery_codes_left(huda) == 9
    assert EventRecord.objects.get(kind="RecoveryCodeUsed").data == {"user_id": huda.pk, "left": 9}


def test_a_recovery_code_of_somebody_else_opens_nothing(client: Client) -> None:
    huda_with_app()
    mona = make_account("mona@example.om", password=PASSWORD, second_factor_needed=True)
    codes_of_mona = operations.make_recovery_codes(mona, at=SUNDAY_9AM)

    step_one(client, "huda@example.om")
    client.post("/sign-in/code", {"code": codes_of_mona[0]})

    assert not is_in(client)


def test_the_second_step_cannot_be_had_without_the_first(client: Client) -> None:
    _, app, _ = huda_with_app()

    answer = client.post("/sign-in/code", {"code": code_now(app)})

    assert answer["Location"] == "/sign-in"
    assert not is_in(client)


def test_the_way_in_closes_ten_minutes_after_the_password(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _, app, _ = huda_with_app()
    step_one(client, "huda@example.om")
    later = sessions.true_time() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(sessions, "true_time", lambda: later)

    answer = client.post("/sign-in/code", {"code": app.at(later)})

    assert answer["Location"] == "/sign-in"


def test_a_new_password_in_between_closes_the_way_in(client: Client) -> None:
    huda, app, _ = huda_with_app()
    step_one(client, "huda@example.om")
    operations.reset_password(huda, password="another long phrase here", at=SUNDAY_9AM)

    client.post("/sign-in/code", {"code": code_now(app)})

    assert not is_in(client)


def test_the_session_gets_a_new_key_at_each_step(client: Client) -> None:
    _, app, _ = huda_with_app()
    client.get("/sign-in")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    keys_seen = [session.session_key]

    step_one(client, "huda@example.om")
    keys_seen.append(client.session.session_key)
    client.post("/sign-in/code", {"code": code_now(app)})
    keys_seen.append(client.session.session_key)

    assert len(set(keys_seen)) == 3


@pytest.mark.parametrize(
    "wished", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_after_sign_in_nobody_is_led_to_a_foreign_site(client: Client, wished: str) -> None:
    salem()

    answer = client.post("/sign-in", {"email": "salem@example.om", "password": PASSWORD, "next": wished})

    assert answer["Location"] == "/"


def test_wrong_guesses_from_one_address_are_slowed_with_a_calm_page() -> None:
    salem()
    with frozen(SUNDAY_9AM):
        for _ in range(4):
            step_one(Client(), "salem@example.om", "wrong wrong wrong")

        answer = step_one(Client(), "salem@example.om")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "salem@example.om" in answer.content.decode()


def test_guessing_at_an_unknown_account_is_slowed_just_the_same() -> None:
    with frozen(SUNDAY_9AM):
        for _ in range(4):
            step_one(Client(), "nobody@example.om", "wrong wrong wrong")

        answer = step_one(Client(), "nobody@example.om")

    assert answer.status_code == 429


def test_strangers_who_guess_badly_do_not_lock_out_the_owner() -> None:
    salem()
    own_browser = Client(REMOTE_ADDR="198.51.100.7")
    step_one(own_browser, "salem@example.om")
    own_browser.post("/sign-out")
    with frozen(SUNDAY_9AM):
        for n in range(70):
            step_one(Client(REMOTE_ADDR=f"203.0.113.{n}"), "salem@example.om", "wrong wrong wrong")

        stranger = step_one(Client(REMOTE_ADDR="203.0.113.200"), "salem@example.om")
        owner = step_one(own_browser, "salem@example.om")

    assert stranger.status_code == 429
    assert owner.status_code == 302
    assert is_in(own_browser)


def test_guessing_the_second_step_is_slowed(client: Client) -> None:
    _, app, _ = huda_with_app()
    step_one(client, "huda@example.om")
    with frozen(SUNDAY_9AM):
        for _ in range(4):
            client.post("/sign-in/code", {"code": "000000"})

        answer = client.post("/sign-in/code", {"code": code_now(app)})

    assert answer.status_code == 429
    assert not is_in(client)


def test_signing_out_ends_the_session(client: Client) -> None:
    salem()
    step_one(client, "salem@example.om")

    answer = client.post("/sign-out")

    assert answer["Location"] == "/sign-in"
    assert not is_in(client)
    assert client.get("/sign-out").status_code == 405


def test_a_code_counts_one_step_to_each_side_and_no_more() -> None:
    huda, app, _ = huda_with_app()
    at = datetime.fromtimestamp(sessions.true_time().timestamp() // 30 * 30, tz=SUNDAY_9AM.tzinfo)

    for ahead in (-2, 2):
        with pytest.raises(operations.WrongCode):
            operations.check_second_factor(huda, code=app.at(at + timedelta(seconds=30 * ahead)), at=at)
    for ahead in (-1, 0, 1):
        operations.check_second_factor(huda, code=app.at(at + timedelta(seconds=30 * ahead)), at=at)
    with pytest.raises(operations.WrongCode):
        operations.check_second_factor(huda, code=app.at(at), at=at)


def test_a_colleague_who_guesses_badly_in_the_same_office_locks_nobody_out() -> None:
    salem()
    office = "198.51.100.7"
    own_browser = Client(REMOTE_ADDR=office)
    step_one(own_browser, "salem@example.om")
    own_browser.post("/sign-out")
    with frozen(SUNDAY_9AM):
        for n in range(30):
            step_one(Client(REMOTE_ADDR=office), f"somebody-{n % 3}@example.om", "wrong wrong wrong")
            step_one(Client(REMOTE_ADDR=office), "salem@example.om", "wrong wrong wrong")

        guesser = step_one(Client(REMOTE_ADDR=office), "salem@example.om")
        owner = step_one(own_browser, "salem@example.om")

    assert guesser.status_code == 429
    assert owner.status_code == 302


def test_a_mark_of_one_account_is_worth_nothing_for_another(client: Client) -> None:
    salem()
    make_account("khalid@example.om", password=PASSWORD)
    step_one(client, "khalid@example.om")
    client.post("/sign-out")
    with frozen(SUNDAY_9AM):
        for n in range(70):
            step_one(Client(REMOTE_ADDR=f"203.0.113.{n}"), "salem@example.om", "wrong wrong wrong")

        assert step_one(client, "salem@example.om").status_code == 429


def test_wrong_codes_of_one_person_do_not_slow_colleagues_of_the_same_office() -> None:
    _, app, _ = huda_with_app()
    careless = make_account("mona@example.om", password=PASSWORD, second_factor_needed=True)
    earlier = sessions.true_time() - timedelta(hours=1)
    secret = pyotp.random_base32()
    operations.confirm_totp(careless, secret=secret, code=pyotp.TOTP(secret).at(earlier), at=earlier)
    with frozen(SUNDAY_9AM):
        for _ in range(20):
            guesser = Client()
            step_one(guesser, "mona@example.om")
            guesser.post("/sign-in/code", {"code": "000000"})

        huda = Client()
        step_one(huda, "huda@example.om")
        huda.post("/sign-in/code", {"code": code_now(app)})

    assert is_in(huda)


@pytest.mark.parametrize(
    "wished",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\tjavascript:alert(1)",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "/%09/evil.example\x00",
    ],
)
def test_no_form_with_a_way_back_leads_to_a_foreign_site(wished: str) -> None:
    _, app, _ = huda_with_app()
    salem()
    locations = []

    plain = Client()
    locations.append(plain.post("/sign-in", {"email": "salem@example.om", "password": PASSWORD, "next": wished}))
    locations.append(plain.get("/sign-in", {"next": wished}))
    locations.append(plain.post("/language", {"language": "en", "next": wished}))
    careful = Client()
    careful.post("/sign-in", {"email": "huda@example.om", "password": PASSWORD, "next": wished})
    locations.append(careful.post("/sign-in/code", {"code": code_now(app)}))
    locations.append(careful.post("/sign-in/again", {"code": code_now(app, ahead=1), "next": wished}))

    for answer in locations:
        assert answer.status_code in (302, 400), answer.status_code
        assert "evil" not in answer.get("Location", "").partition("?")[0]
        assert not answer.get("Location", "").lower().strip().startswith("javascript")


def test_a_session_key_that_was_planted_is_worth_nothing(client: Client) -> None:
    salem()
    planted = "a" * 32
    victim = Client()
    victim.cookies["sessionid"] = planted

    step_one(victim, "salem@example.om")

    assert is_in(victim)
    assert victim.cookies["sessionid"].value != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert not is_in(attacker)


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client: Client) -> None:
    salem()

    cookie = step_one(client, "salem@example.om").cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_people_of_the_demo_come_nowhere_in_production(client: Client, settings: object) -> None:
    operations.accept_invitation(
        operations.invite_person(email="demo@example.om", full_name="تجربة", by=None, at=SUNDAY_9AM, is_demo=True),
        password=PASSWORD,
        full_name="",
        at=SUNDAY_9AM,
    )
    step_one(client, "demo@example.om")
    assert is_in(client)

    settings.WASL_MODE = "production"  # type: ignore[attr-defined]

    assert not is_in(client)
    assert "غير صحيحة" in step_one(Client(), "demo@example.om").content.decode()
