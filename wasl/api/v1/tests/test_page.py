"""The page of the interface: everybody can read it, in both languages, wide and narrow, without a script of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from wasl.api.v1.table import ENDPOINTS
from wasl.directory.tests.makers import make_agency
from wasl.web.tests.looks import ALL_LOOKS, Window, name_of


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("ar", "تسجيل طلب"), ("en", "Register a case")])
def test_the_page_names_every_endpoint_with_an_example_to_copy(client: Client, language: str, words: str) -> None:
    make_agency()

    page = client.get("/api/v1/docs", {"lang": language})

    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert all(f'id="{one.name}"' in text for one in ENDPOINTS)
    assert text.count("Authorization: Bearer") >= len(ENDPOINTS)
    assert "wasl_" in text
    assert "<script>" not in text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", ALL_LOOKS, ids=name_of)
def test_it_can_be_read_by_everybody(
    browser: Browser, live_server: Any, home: Path, look: tuple[str, tuple[int, int]]
) -> None:
    make_agency()
    window = Window(browser, live_server.url, *look)

    window.open("/api/v1/docs")
    window.page.click("#createCase > summary")
    window.page.click("#createCase .apianswer > summary")

    window.judge("api")
    window.close()
