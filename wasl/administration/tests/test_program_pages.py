"""Keys and subscriptions on the pages: secrets shown once, acts for administrators alone, nothing of another agency."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.administration.tests.makers import AT
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.core.fields import new_public_id
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, make_unit, sign_in
from wasl.integrations.models import Delivery, Subscription
from wasl.integrations.tests.makers import Receiver, facts_of, hand_over, receiver, rounds, subscribe
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey, Scope
from wasl.partners.tests.makers import tables_with

pytestmark = pytest.mark.django_db
KEYS, HOOKS = "/admin/MUN/keys", "/admin/MUN/webhooks"
INSIDE = [
    "http://127.0.0.1:9/x",
    "http://[::1]/x",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.5/x",
    "http://localhost/x",
    "http://0x7f.1/x",
]
NONSENSE = ["ftp://example.org/x", "//example.org", "https://", "https://a b/", "javascript:alert(1)", "x" * 501]


@pytest.fixture(autouse=True)
def _now(home: Any) -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def badr(agency: Agency) -> User:
    return make_person("administrator")


@pytest.fixture
def page(badr: User) -> Client:
    return sign_in(Client(), badr)


@pytest.fixture
def other_side() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def text(answer: Any) -> str:
    return unescape(re.sub(r"[\u2066-\u2069]|<[^>]+>", "", answer.content.decode()))


def key_form(**more: Any) -> dict[str, Any]:
    return {"once": new_public_id(), "name": "تطبيق", "scopes": ["open311:write"], "per_minute": "60"} | more


def hook_form(url: str, **more: Any) -> dict[str, Any]:
    return {"once": new_public_id(), "name": "نظام الأصول", "url": url, "kinds": ["case.resolved"]} | more


def test_a_key_is_shown_once_and_opens_what_was_chosen(page: Client, agency: Agency, badr: User) -> None:
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    form = key_form(scopes=["cases:read", "cases:act"], user=str(salem.pk), expires_on="2026-12-31")

    answer = page.post(f"{KEYS}/new", form)

    secret = re.findall(r"wasl_[\w-]{32}", answer.content.decode())[0]
    assert answer["Cache-Control"] == "no-store"
    assert tables_with(secret) == []
    key = partners.admit(secret, scope="cases:act", agency=agency, at=AT)
    assert (key.user, key.created_by, key.per_minute) == (salem, badr, 60)
    assert key.expires_at is not None
    assert key.expires_at.astimezone(agency.zone).isoformat() == "2027-01-01T00:00:00+04:00"
    for path in (KEYS, f"{KEYS}?state=all", f"{KEYS}/one/{key.public_id}", f"{KEYS}/new?like={key.public_id}"):
        later = page.get(path)
        assert later.status_code == 200
        assert secret not in later.content.decode()
    assert "تطبيق" in text(page.get(KEYS))


def test_a_form_sent_twice_issues_one_key_and_says_so(page: Client, agency: Agency) -> None:
    form = key_form()
    page.post(f"{KEYS}/new", form)

    again = page.post(f"{KEYS}/new", form, follow=True)

    assert ApiKey.objects.count() == 1
    assert "صدر هذا المفتاح من قبل" in text(again)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"per_minute": "0"},
        {"per_minute": "many"},
        {"expires_on": "2026-11-20"},
        {"expires_on": "soon"},
        {"user": "999999"},
        {"once": "x"},
    ],
)
def test_a_key_that_makes_no_sense_is_not_issued(page: Client, agency: Agency, wrong: dict[str, Any]) -> None:
    answer = page.post(f"{KEYS}/new", key_form(**wrong))

    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_with_a_reason_that_stays(page: Client, agency: Agency, badr: User) -> None:
    issued = partners.issue_key(agency, name="x", scopes=["cases:read"], by=badr, at=AT)
    where = f"{KEYS}/one/{issued.api_key.public_id}"
    assert page.post(f"{where}/revoke", {"reason": ""}).status_code == 422

    page.post(f"{where}/revoke", {"reason": "ضاع جهاز الشريك"})

    with pytest.raises(partners.BadKey):
        partners.admit(issued.secret, scope="cases:read", agency=agency, at=AT)
    assert "ضاع جهاز الشريك" in text(page.get(where))
    assert issued.api_key.public_id not in page.get(KEYS).content.decode()
    assert issued.api_key.public_id in page.get(f"{KEYS}?state=all").content.decode()


def test_an_auditor_reads_and_changes_nothing(agency: Agency, other_side: Receiver) -> None:
    auditor = sign_in(Client(), make_person("auditor"))
    issued = partners.issue_key(agency, name="x", scopes=list(Scope.values), by=None, at=AT)
    hook = subscribe(agency, other_side.url).subscription
    for path in (KEYS, f"{KEYS}/one/{issued.api_key.public_id}", HOOKS, f"{HOOKS}/one/{hook.public_id}"):
        shown = auditor.get(path)
        assert shown.status_code == 200
        assert b"<form method" not in shown.content.split(b"<main", 1)[1]

    refused = [
        auditor.get(f"{KEYS}/new"),
        auditor.post(f"{KEYS}/new", key_form()),
        auditor.post(f"{KEYS}/one/{issued.api_key.public_id}/revoke", {"reason": "x"}),
        auditor.post(f"{HOOKS}/one/{hook.public_id}/turn"),
        auditor.post(f"{HOOKS}/one/{hook.public_id}/do/end"),
    ]

    assert {one.status_code for one in refused} == {404}
    assert ApiKey.objects.get().revoked_at is None
    assert Subscription.objects.get().ended_at is None


def test_things_of_another_agency_are_not_there(page: Client, agency: Agency, other_side: Receiver) -> None:
    other = make_working_agency("HOU")
    key = partners.issue_key(other, name="x", scopes=["cases:read"], by=None, at=AT).api_key
    hook = subscribe(other, other_side.url).subscription
    case = make_case(agency=other)
    hand_over(facts_of(case.pk), at=AT)
    telling = Delivery.objects.filter(subscription=hook).latest("pk")
    ours = subscribe(agency, other_side.url).subscription

    asked = [
        page.get(f"{KEYS}/one/{key.public_id}"),
        page.post(f"{KEYS}/one/{key.public_id}/revoke", {"reason": "x"}),
        page.get(f"{HOOKS}/one/{hook.public_id}"),
        page.post(f"{HOOKS}/one/{hook.public_id}/do/pause"),
        page.get(f"{HOOKS}/one/{ours.public_id}/told/{telling.public_id}"),
        page.post(f"{HOOKS}/one/{ours.public_id}/told/{telling.public_id}/again"),
        page.get("/admin/HOU/webhooks"),
        # The name of a form that another agency has used gives nothing away.
        page.post(f"{KEYS}/new", key_form(once=key.public_id)),
        page.post(f"{HOOKS}/new", hook_form(f"{other_side.url}/x", once=hook.public_id)),
    ]

    assert {one.status_code for one in asked} == {404}
    assert key.public_id not in page.get(f"{KEYS}?state=all").content.decode()
    assert hook.public_id not in page.get(HOOKS).content.decode()


@pytest.mark.parametrize("url", INSIDE + NONSENSE)
def test_an_address_that_may_not_be_called_is_refused(page: Client, agency: Agency, url: str, settings: Any) -> None:
    settings.WASL_INSIDE = ()

    answer = page.post(f"{HOOKS}/new", hook_form(url))

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_towards_the_internet_only_https_will_do(page: Client, agency: Agency) -> None:
    # An address needs no resolver.
    assert page.post(f"{HOOKS}/new", hook_form("http://93.184.216.34/hook")).status_code == 422
    assert page.post(f"{HOOKS}/new", hook_form("https://93.184.216.34/hook")).status_code == 200


def test_from_the_form_to_the_delivery_and_back_again(page: Client, agency: Agency, other_side: Receiver) -> None:
    kinds = ["case.registered", "case.referred"]
    made = page.post(f"{HOOKS}/new", hook_form(f"{other_side.url}/hook", kinds=kinds))
    secret = re.findall(r"wasl_hook_[\w-]{32}", made.content.decode())[0]
    assert tables_with(secret) == []
    hook = Subscription.objects.get()
    where = f"{HOOKS}/one/{hook.public_id}"
    other_side.mood = lambda heard: 500
    case = make_case(agency=agency)
    hand_over(facts_of(case.pk), at=AT)
    rounds(at=AT)

    waiting = page.get(f"{where}?state=open")
    assert case.reference in text(waiting)
    assert "أجاب: 500" in text(waiting)
    assert case.reference not in text(page.get(f"{where}?state=sent"))
    assert secret not in waiting.content.decode()
    assert page.get(f"{where}?state=nothing&before=x").status_code == 200

    telling = Delivery.objects.get(kind="case.registered")
    shown = page.get(f"{where}/told/{telling.public_id}")
    assert '"reference": ' in text(shown)
    assert '{"said": 500}' in text(shown)

    other_side.mood = lambda heard: 200
    page.post(f"{where}/told/{telling.public_id}/again")
    page.post(f"{where}/do/replay")
    rounds(at=AT)
    assert [one.told["event"] for one in other_side.taken] == kinds
    assert case.reference in text(page.get(f"{where}?state=sent"))


def test_a_trial_shows_at_once_what_the_other_side_says(page: Client, agency: Agency, other_side: Receiver) -> None:
    hook = subscribe(agency, f"{other_side.url}/hook", at=AT).subscription
    other_side.mood = lambda heard: 401

    shown = page.post(f"{HOOKS}/one/{hook.public_id}/trial", follow=True)

    assert other_side.heard[0].told["event"] == "trial"
    assert "أجاب: 401" in text(shown)
    assert "رسالة تجربة" in text(shown)


def test_a_secret_is_turned_and_shown_once(page: Client, agency: Agency, other_side: Receiver) -> None:
    made = subscribe(agency, other_side.url, at=AT)
    where = f"{HOOKS}/one/{made.subscription.public_id}"

    shown = page.post(f"{where}/turn")

    new = re.findall(r"wasl_hook_[\w-]{32}", shown.content.decode())[0]
    assert new != made.secret
    assert "السابق يوقّع معه حتى" in text(page.get(where))
    assert "بُدّل السر قريباً" in text(page.post(f"{where}/turn", follow=True))
    page.post(f"{where}/do/forget")
    assert "السابق يوقّع معه حتى" not in text(page.get(where))


def test_it_is_changed_paused_taken_up_again_and_ended(page: Client, agency: Agency, other_side: Receiver) -> None:
    hook = subscribe(agency, other_side.url, at=AT).subscription
    where = f"{HOOKS}/one/{hook.public_id}"

    page.post(f"{where}/change", hook_form(f"{other_side.url}/new", name="الأصول", confidential="on"))
    page.post(f"{where}/do/pause")

    hook.refresh_from_db()
    assert (hook.url, hook.name, hook.kinds) == (f"{other_side.url}/new", "الأصول", ["case.resolved"])
    assert (hook.confidential, hook.is_active) == (True, False)
    assert "موقوف 1" in text(page.get("/admin/MUN/"))
    page.post(f"{where}/do/resume")
    page.post(f"{where}/do/end")
    assert page.post(f"{where}/do/everything").status_code == 404
    hook.refresh_from_db()
    assert hook.ended_at == AT
    assert "انتهى هذا الاشتراك" in text(page.post(f"{where}/do/resume", follow=True))
    assert b"<form method" not in page.get(where).content.split(b"<main", 1)[1]
    assert page.post(f"{where}/change", hook_form(other_side.url)).status_code == 422


def test_the_landing_page_leads_to_both(page: Client, agency: Agency) -> None:
    landing = page.get("/admin/MUN/").content.decode()

    assert f'href="{reverse("administration:keys", args=["MUN"])}"' in landing
    assert f'href="{reverse("administration:webhooks", args=["MUN"])}"' in landing
