"""The pages of keys and subscriptions in a real browser: no violation, nothing over the edge, in both languages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from wasl.administration.tests.test_looks_of_messages import pytestmark, window
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, make_unit
from wasl.integrations import operations as integrations
from wasl.integrations.models import Delivery, Subscription
from wasl.integrations.tests.makers import Receiver, facts_of, hand_over, receiver, rounds, subscribe
from wasl.partners import operations as partners
from wasl.partners.models import ApiKey, Scope
from wasl.web.tests.looks import Window

__all__ = ["pytestmark", "window"]


@pytest.fixture
def other_side() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def agency(home: Any, other_side: Receiver) -> Agency:
    """An agency with a few keys, a subscription that works, one that fails and one whose address is gone."""
    agency, at = make_working_agency(), clock.now()
    salem = make_person("agent", make_unit("ROADS", agency=agency))
    partners.issue_key(agency, name="تطبيق بلديتي", scopes=["open311:read", "open311:write"], by=salem, at=at)
    ends_at = at + timedelta(days=90)
    partners.issue_key(
        agency, name="لوحة المدير", scopes=list(Scope.values), by=salem, at=at, user=salem, expires_at=ends_at
    )
    lost = partners.issue_key(agency, name="شركة الإنارة", scopes=["cases:read"], by=salem, at=at).api_key
    partners.revoke_key(lost, by=salem, at=at, reason="ضاع جهاز المقاول في موقع العمل")
    subscribe(agency, f"{other_side.url}/v2/hooks/wasl/municipality", at=at, name="نظام إدارة الأصول")
    subscribe(
        agency, f"{other_side.url}/broken", at=at, name="لوحة المحافظة", kinds=["case.resolved", "case.registered"]
    )
    gone = subscribe(agency, f"{other_side.url}/gone", at=at, name="تطبيق قديم").subscription
    other_side.mood = lambda heard: 500 if heard.path == "/broken" else 200
    for _ in range(3):
        hand_over(facts_of(make_case(agency=agency, at=at).pk), at=at)
    rounds(at=at)
    integrations.pause(gone, by=None, at=at, why=Subscription.Pause.GONE)
    integrations.turn_secret(Subscription.objects.get(name="نظام إدارة الأصول"), by=salem, at=at)
    return agency


def test_keys_and_subscriptions_can_be_used_by_everybody(window: Window) -> None:
    for name, path in addresses().items():
        window.open(f"/admin/MUN{path}")
        window.judge(name)
    issue(window)


def addresses() -> dict[str, str]:
    """The pages, by a name for their picture."""
    works, fails, gone = (Subscription.objects.get(url__endswith=end) for end in ("municipality", "broken", "gone"))
    revoked = ApiKey.objects.get(revoked_at__isnull=False)
    failed = Delivery.objects.filter(subscription=fails).latest("pk")
    return {
        "programs-home": "/",
        "keys": "/keys?state=all",
        "key-new": "/keys/new",
        "key-revoked": f"/keys/one/{revoked.public_id}",
        "key": f"/keys/one/{ApiKey.objects.get(name='لوحة المدير').public_id}",
        "webhooks": "/webhooks",
        "webhook-new": "/webhooks/new",
        "webhook": f"/webhooks/one/{works.public_id}",
        "webhook-failing": f"/webhooks/one/{fails.public_id}",
        "webhook-gone": f"/webhooks/one/{gone.public_id}",
        "webhook-change": f"/webhooks/one/{works.public_id}/change",
        "telling": f"/webhooks/one/{fails.public_id}/told/{failed.public_id}",
    }


def issue(window: Window) -> None:
    """From an empty form with its mistakes to the key that is shown once."""
    page = window.page
    window.open("/admin/MUN/keys/new")
    page.locator("main form.adminform button.p").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    window.judge("key-wrong")
    page.fill("[name=name]", "بوابة الشريك")
    page.locator("main form.adminform button.p").click()
    expect(page.locator("#key")).to_have_value(re.compile("^wasl_"))
    window.judge("key-issued")
