"""By text message from beginning to end: the gateway of the demo is a real process, and so is everything else."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.house import House, wait_for
from tests.journeys.provider import Provider
from tests.journeys.screens import at_screen, sign_in
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
AGENT = "salem@muscat.example.om"


@pytest.fixture
def provider(house: House) -> Provider:
    one = Provider(house)
    one.tell("/mood", mood="ok", receipts="prompt")
    return one


def case_page(page: Page, house: House, reference: str) -> str:
    page.goto(f"{house.url}/desk/cases/{reference}")
    for fold in page.locator("details.told").all():
        fold.evaluate("fold => { fold.open = true }")
    return page.locator("main").inner_text()


@pytest.mark.requirement("M-23")
def test_who_wishes_for_texts_gets_them_and_staff_see_that_they_arrived(
    browser: Browser, house: House, provider: Provider
) -> None:
    phone = "+96892147741"
    reference = Visitor(house.url).report("عمود الإنارة مطفأ", preferred_channel="sms", phone="92147741")

    text = provider.wait_for(phone, reference)
    assert text["text"].startswith(f"تم تسجيل طلبك {reference}")
    assert (text["encoding"], text["sender"]) == ("ucs2", "MUSCAT")
    assert text["parts"] <= 2
    delivered = "SELECT count(*) FROM messaging_message WHERE to_address = %s AND state = 'delivered'"
    wait_for(lambda: house.value(delivered, phone), seconds=60, what="the receipt")

    with at_screen(browser, house) as page:
        sign_in(page, house, AGENT)
        wait_for(lambda: "وصل" in case_page(page, house, reference), seconds=30, what="«وصل» on the page of the case")

    provider.tell("/inbound", **{"from": phone, "to": "MUSCAT", "text": "العمود عند المسجد"})
    answered = "SELECT count(*) FROM cases_caseentry WHERE text = 'العمود عند المسجد'"
    wait_for(lambda: house.value(answered) == 1, seconds=60, what="the answer on the case")
    assert house.value("SELECT count(*) FROM cases_case WHERE channel = 'sms'") == 0


def test_a_text_from_a_stranger_becomes_a_case_with_its_number_by_text(house: House, provider: Provider) -> None:
    phone = "+96892147742"
    provider.tell("/inbound", **{"from": phone, "to": "MUSCAT", "text": "تسرب مياه في شارع النور"})

    text = provider.wait_for(phone, "تم تسجيل طلبك")
    reference = house.value("SELECT reference FROM cases_case WHERE channel = 'sms' ORDER BY id DESC LIMIT 1")

    assert reference in text["text"]
    assert "تسرب" not in text["text"]


def test_what_the_gateway_never_takes_goes_by_mail_at_last(house: House, provider: Provider) -> None:
    phone = "+96892147743"
    provider.tell("/mood", mood="refuses")
    person = {"preferred_channel": "sms", "phone": "92147743", "email": "text-or-mail@example.org"}
    reference = Visitor(house.url).report("إشارة معطلة", **person)

    letter = house.sink.wait_for("text-or-mail@example.org")

    assert reference in letter.text
    assert provider.texts(phone) == []
