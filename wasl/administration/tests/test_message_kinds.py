"""Wordings and channel accounts as configuration: previewed, refused, taken back; secrets go in and never out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration import registry
from wasl.administration.registry import Wrong
from wasl.administration.tests.makers import AT, end, put, row, undo
from wasl.channels.contract import AccountFacts, DeliveryReport, Fate, OutboundMessage, Outcome, Result
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_agency, make_person, make_unit, sign_in
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging import trying
from wasl.notices import queries as notices
from wasl.notices.models import Template
from wasl.notices.starting import starting_wordings

pytestmark = pytest.mark.django_db
CLOSED = "case_closed-sms"


@pytest.fixture
def agency() -> Agency:
    return make_agency("MUN")


@pytest.fixture
def admin(agency: Agency) -> User:
    return make_person(Role.ADMINISTRATOR, make_unit("IT", agency=agency))


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(AT):
        yield


def change(agency: Agency, body: dict[str, str], notice: str = "case_closed", channel: str = "sms", **more: Any) -> Any:
    return put("wordings", agency, notice=notice, channel=channel, body=body, **more)


# --- wordings ------------------------------------------------------------------------------------------------------


def test_every_notice_of_the_house_stands_there_on_both_channels(agency: Agency) -> None:
    rows = registry.kind_of("wordings").rows(agency, AT)

    assert {(one["notice"], one["channel"]) for one in rows} == {
        (code, channel) for code in starting_wordings() for channel in ("sms", "email")
    }
    assert not any(one["own"] for one in rows)
    assert row("wordings", agency, CLOSED)["body"] == dict(starting_wordings()["case_closed"].sms)


def test_a_changed_text_holds_and_is_taken_back(agency: Agency) -> None:
    own = {"ar": "أُغلق {reference}. شكراً", "en": "{reference} closed. Thanks"}

    changes = change(agency, own)
    assert notices.wording_for(agency, "case_closed", at=AT, channel="sms").body == own
    assert row("wordings", agency, CLOSED)["own"] is True
    undo(agency, changes)

    house = starting_wordings()["case_closed"].sms
    assert notices.wording_for(agency, "case_closed", at=AT, channel="sms").body == house
    assert row("wordings", agency, CLOSED)["own"] is False


def test_an_empty_text_brings_that_of_the_house_back_and_keeps_what_was(agency: Agency) -> None:
    change(agency, {"ar": "{reference} أُغلق", "en": "{reference} is closed now"})

    document = row("wordings", agency, CLOSED)
    kind = registry.kind_of("wordings")
    normal = kind.normalise(agency, document, {**document, "body": {"ar": "", "en": ""}}, AT)

    assert normal["body"] == dict(starting_wordings()["case_closed"].sms)
    assert Template.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [{"ar": "{reference} {password}", "en": "x"}, {"ar": "ا" * 500, "en": "x"}],
    ids=["unknown value", "too many parts"],
)
def test_a_text_that_cannot_be_sent_is_refused(agency: Agency, body: dict[str, str]) -> None:
    with pytest.raises(Wrong) as wrong:
        change(agency, body)

    assert list(wrong.value.sentences) == ["body"]
    assert not Template.objects.exists()


def test_the_preview_counts_as_it_is_typed(agency: Agency, admin: User, client: Client) -> None:
    sign_in(client, admin)
    page = client.get(reverse("administration:row", args=["MUN", "wordings", CLOSED])).content.decode()
    names = {"ar": _name_of(page, "ar"), "en": _name_of(page, "en")}
    typed = {"notice": "case_closed", "channel": "sms", names["ar"]: "أُغلق {reference} {nobody}" + "ا" * 60}
    typed[names["en"]] = "It's {reference} 😀"

    answer = client.post(reverse("administration:wording_preview", args=["MUN"]), typed)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "{nobody}" in text
    assert "جزآن" in text
    assert "UCS-2" in text
    assert "😀" in text
    assert not Template.objects.exists()


def _name_of(page: str, language: str) -> str:
    """The name of the text's control in one language."""
    names = [part.split('"')[0] for part in page.split('name="')[1:]]
    return next(name for name in names if "body" in name and name.endswith(language))


# --- accounts ------------------------------------------------------------------------------------------------------

SMS: dict[str, Any] = {
    "code": "sms", "name": "البلدية", "address": "MUSCAT", "gateway": "http", "url": "https://sms.example.om/send",
    "key": "top-secret-key", "hook_secret": "hook-secret",
}  # fmt: skip


def test_an_account_is_made_with_secrets_that_nobody_reads_again(agency: Agency) -> None:
    put("sms", agency, **SMS)

    document = row("sms", agency, "sms")
    account = messages.account_of(agency, "sms")
    assert account is not None
    assert (document["key"], document["hook_secret"]) == ("", "")
    assert dict(messages.account_facts(account).secret) == {"key": "top-secret-key", "hook_secret": "hook-secret"}
    assert document["hook"].endswith(f"/hooks/sms/{account.hook_token}")
    told = "".join(str(one) for one in EventRecord.objects.values_list("data", flat=True))
    assert "secret" not in told


def test_a_changed_field_leaves_the_secrets_and_what_no_form_knows(agency: Agency) -> None:
    put("sms", agency, **SMS)
    account = messages.account_of(agency, "sms")
    assert account is not None
    messaging.save_account(
        agency=agency, channel="sms", code="sms", name="x", address="MUSCAT", at=AT,
        settings={**account.settings, "by_hand": 7},
    )  # fmt: skip

    put("sms", agency, code="sms", per_minute=60, hook_secret="new")

    account.refresh_from_db()
    assert (account.settings["per_minute"], account.settings["by_hand"]) == (60, 7)
    assert dict(messages.account_facts(account).secret) == {"key": "top-secret-key", "hook_secret": "new"}


def test_an_account_is_ended_and_works_again(agency: Agency) -> None:
    put("sms", agency, **SMS)

    changes = end("sms", agency, "sms")
    assert messages.account_of(agency, "sms") is None
    undo(agency, changes)

    assert messages.account_of(agency, "sms") is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "ftp://x"), ("template", "{}"), ("prefixes", ["968"]), ("headers", "no name: x")],
)
def test_settings_that_cannot_work_are_refused_at_their_field(agency: Agency, field: str, value: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        put("sms", agency, **SMS | {field: value})

    assert field in wrong.value.sentences


def test_two_agencies_cannot_write_under_one_name(agency: Agency) -> None:
    put("sms", agency, **SMS)

    with pytest.raises(Wrong):
        put("sms", make_agency("HOU"), **SMS)


def test_a_mailbox_keeps_its_server_and_its_password_apart(agency: Agency) -> None:
    put(
        "mail", agency, code="care", name="العناية", address="Care@Example.om", smtp_host="mail.example.om",
        smtp_port=465, smtp_security="tls", smtp_password="pw",
    )  # fmt: skip

    account = messages.account_of(agency, "email")
    assert account is not None
    assert account.address == "care@example.om"
    assert account.settings["smtp"] == {"host": "mail.example.om", "port": 465, "security": "tls"}
    assert messages.account_facts(account).secret["smtp_password"] == "pw"
    assert row("mail", agency, "care")["smtp_password"] == ""


def test_a_code_of_another_channel_is_refused(agency: Agency) -> None:
    put("mail", agency, code="care", name="x", address="care@example.om")

    with pytest.raises(Wrong):
        put("sms", agency, **SMS | {"code": "care"})


# --- trials --------------------------------------------------------------------------------------------------------


class Taking:
    """An adapter that gives one outcome."""

    outcome = Outcome(Result.SENT, "p-77")
    sent: list[OutboundMessage] = []

    def send(self, account: AccountFacts, message: OutboundMessage) -> Outcome:
        Taking.sent.append(message)
        return Taking.outcome


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> type[Taking]:
    Taking.outcome, Taking.sent = Outcome(Result.SENT, "p-77"), []
    monkeypatch.setattr(trying.registry, "adapter", lambda channel: Taking())
    monkeypatch.setattr(trying.http, "permitted_addresses", lambda host, port: ["93.184.215.14"])
    return Taking


def trial(client: Client, **typed: str) -> Any:
    address = reverse("administration:trial", args=["MUN", "sms", "sms"])
    return client.post(address, {"to": "92147705", "language": "ar"} | typed)


def test_a_trial_sends_to_whoever_tries_and_tells_each_step(
    agency: Agency, admin: User, client: Client, adapter: type[Taking]
) -> None:
    put("sms", agency, **SMS)
    sign_in(client, admin)

    page = trial(client).content.decode()

    assert [message.to_address for message in adapter.sent] == ["+96892147705"]
    assert all(words in page for words in ("الإعدادات", "الوصول إلى البوابة", "أخذها المزود", "p-77", "receipt=p-77"))
    assert "top-secret-key" not in page
    [tried] = EventRecord.objects.filter(kind="AccountTried")
    assert (tried.actor_id, tried.data["result"]) == (admin.pk, "sent")


def test_a_failed_trial_says_at_which_step_and_why(
    agency: Agency, admin: User, client: Client, adapter: type[Taking]
) -> None:
    put("sms", agency, **SMS)
    sign_in(client, admin)
    adapter.outcome = Outcome(Result.TECHNICAL, detail="401 wrong key")

    page = trial(client).content.decode()

    assert "401 wrong key" in page
    assert "receipt=" not in page


def test_the_receipt_of_a_trial_is_shown_when_it_has_come(agency: Agency, admin: User, client: Client) -> None:
    put("sms", agency, **SMS)
    sign_in(client, admin)
    account = messages.account_of(agency, "sms")
    assert account is not None
    address = reverse("administration:trial", args=["MUN", "sms", "sms"]) + "?receipt=p-77"

    before = client.get(address).content.decode()
    messaging.record_receipt(account, DeliveryReport("p-77", "", Fate.DELIVERED), at=AT)
    after = client.get(address).content.decode()

    assert "لم يصل تقرير بعد" in before
    assert "وصلت الرسالة إلى الهاتف" in after


def test_trials_are_limited_and_need_a_number(
    agency: Agency, admin: User, client: Client, adapter: type[Taking]
) -> None:
    put("sms", agency, **SMS)
    sign_in(client, admin)

    assert trial(client, to="abc").status_code == 422
    assert [trial(client).status_code for _ in range(11)] == [200] * 10 + [429]


def test_an_address_inside_is_named_before_anything_is_sent(agency: Agency, admin: User, client: Client) -> None:
    put("sms", agency, **SMS | {"url": "http://127.0.0.1:9/"})
    sign_in(client, admin)

    assert "WASL_INSIDE" in trial(client).content.decode()
