"""The pages of wordings and channel accounts in a real browser: no violation, nothing over the edge, live previews."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.administration.tests.makers import put
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.rights import Role
from wasl.directory.tests.makers import make_agency, make_person, make_unit, session_of
from wasl.web.tests.looks import LOOKS, MARKS, Window, name_of

pytestmark = MARKS
PAGES = [
    ("wordings", "/wordings/"),
    ("wording-sms", "/wordings/row/case_registered-sms"),
    ("wording-mail", "/wordings/row/case_resolved-email"),
    ("text-account", "/sms/row/sms"),
    ("text-account-new", "/sms/new"),
    ("mailbox", "/mail/row/care"),
]


@pytest.fixture
def agency(home: Path) -> Agency:
    """An agency with an account of each sort and a wording of its own."""
    agency, at = make_agency("MUN"), clock.now()
    own = {"ar": "سجلنا طلبك {reference}\n{link}", "en": "We have case {reference}\n{link}"}
    put("wordings", agency, at=at, notice="case_registered", channel="sms", body=own)
    put("mail", agency, at=at, code="care", name="العناية", address="care@example.om", smtp_host="mail.example.om")
    url = "http://127.0.0.1:9/send"
    put("sms", agency, at=at, code="sms", name="البلدية", address="MUSCAT", gateway="http", url=url, key="k")
    return agency


@pytest.fixture(params=LOOKS, ids=name_of)
def window(request: pytest.FixtureRequest, browser: Browser, agency: Agency, live_server: Any) -> Iterator[Window]:
    """The administrator at a screen."""
    person = make_person(Role.ADMINISTRATOR, make_unit("IT", agency=agency))
    opened = Window(browser, live_server.url, *request.param, session=session_of(person))
    yield opened
    opened.close()


def test_wordings_and_accounts_can_be_used_by_everybody(window: Window) -> None:
    page = window.page
    for name, path in PAGES:
        window.open(f"/admin/MUN{path}")
        window.judge(name)

    window.open("/admin/MUN/wordings/row/case_closed-sms")
    text = page.locator("form.adminform textarea[lang=ar]")
    text.fill("تم إغلاق طلبك ")
    page.locator("[data-place='{reference}']").click()
    expect(page.locator("[data-wording-preview] .phone").first).to_contain_text("تم إغلاق طلبك MR-")
    text.fill("ا" * 90)
    expect(page.locator("[data-wording-preview] .bubble[class]").nth(1)).to_be_visible()
    text.fill("طلبك {reference} {nobody}")
    expect(page.locator("[data-wording-preview] [role=alert]")).to_contain_text("{nobody}")
    window.judge("wording-wrong")
    text.fill("انتهى طلبك {reference}")
    page.locator("button[value=review]").click()
    window.judge("wording-review")

    window.open("/admin/MUN/sms/row/sms/trial")
    page.locator("input[name=to]").fill("92147705")
    page.locator("form[data-once] .foot button.p").click()
    expect(page.locator("[aria-labelledby=steps]")).to_contain_text("WASL_INSIDE")
    window.judge("trial")
