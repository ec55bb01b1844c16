"""Somebody with a real browser: goes to pages, signs in, and every page passed through is looked over for barriers."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
from playwright.sync_api import Browser, Page

from tests.journeys.house import House
from wasl.web.tests.looks import looked_over


@contextmanager
def at_screen(
    browser: Browser, house: House, *, language: str = "ar", address: str = "198.19.0.1", scripts: bool = True
) -> Iterator[Page]:
    """A fresh browser window that speaks a language; a page that throws a script error fails the journey."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        java_script_enabled=scripts,
        extra_http_headers={"X-Forwarded-For": address},
    )
    context.add_cookies([{"name": "wasl_language", "value": language, "url": house.url}])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def sign_in(page: Page, house: House, email: str) -> None:
    """Sign in as one of the demo's staff, by the second step too where the role asks for it.

    Ends at the worklist, newest first: other journeys may have filled the first page of the fair order.
    """
    person = house.people[email]
    page.goto(f"{house.url}/desk/")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(person["password"])
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_load_state()
    if "/sign-in/code" in page.url:
        page.locator("input[name=code]").fill(pyotp.TOTP(person["totp_secret"]).now())
        page.locator("form:has(input[name=code]) button").click()
    page.wait_for_url("**/desk/**")
    page.goto(f"{house.url}/desk/?order=newest")


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it stands."""
    return [f"{page.url} {one}" for one in looked_over(page)["violations"]]
