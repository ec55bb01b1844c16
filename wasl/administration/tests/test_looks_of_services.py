"""The pages of the catalogue in a real browser: both languages, wide and narrow, usable by everybody."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from wasl.administration.tests.makers import put
from wasl.administration.tests.town import make_town
from wasl.cases.tests.makers import make_case
from wasl.catalogue import operations as catalogue
from wasl.catalogue import queries as catalogue_queries
from wasl.core import clock
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, make_person, session_of
from wasl.routing import operations as routing
from wasl.web.tests.looks import LOOKS, MARKS, PICTURES, Window, name_of

pytestmark = MARKS
PAGES = [
    ("service", "/services/row/LT-OUT"),
    ("form", "/forms/row/CL-BULKY"),
    ("try", "/try?words=اللمبة طافية قدام بيتنا&wilayat=OM-MA-SEB&danger=1&people=20&site=1&service=&kind=&when="),
]
MORE_PAGES = [
    ("services", "/services/"),
    ("service-end", "/services/row/LT-OUT/end"),
    ("form-new", "/forms/new?service=RD-POTHOLE"),
    ("routing", "/routing/"),
    ("policies", "/policies/"),
    ("importance", "/importance/"),
    ("try-empty", "/try"),
    ("try-bulky", "/try?service=CL-BULKY&wilayat=OM-MA-SEB"),
]


@pytest.fixture
def agency(home: Path) -> Agency:
    """The municipality with its whole catalogue, forms, routes and a few cases."""
    agency = make_town()
    catalogue.load_catalogue({"MUN": agency}, at=LONG_AGO)
    catalogue.load_forms(agency, at=LONG_AGO)
    routing.load_rules({"MUN": agency}, at=LONG_AGO)
    service = catalogue_queries.service_by_code(agency, "LT-OUT")
    for days in range(1, 4):
        make_case(agency=agency, service=service, at=clock.now() - timedelta(days=days))
    return agency


class Visitor(Window):
    """The administrator at the set-up of the municipality."""

    def open(self, path: str) -> None:
        """Go to an address of its set-up."""
        super().open(f"/admin/MUN{path}")


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
def test_the_pages_of_the_catalogue_can_be_used_by_everybody(
    browser: Browser, live_server: Any, agency: Agency, look: tuple[str, tuple[int, int]]
) -> None:
    visitor = Visitor(browser, live_server.url, *look, session=session_of(make_person("administrator")))
    for name, path in PAGES + (MORE_PAGES if PICTURES else []):
        visitor.open(path)
        visitor.judge(f"admin-{name}", quiet=True)
    visitor.open("/routing/new?service=LT-OUT&unit=ROADS")
    visitor.page.locator("button[name=step][value=review]").click()
    visitor.judge("admin-routing-review", quiet=True)
    visitor.close()


def test_the_preview_follows_what_is_typed_and_its_conditions_work(
    browser: Browser, live_server: Any, agency: Agency
) -> None:
    put("services", agency, code="XX-NEW", name={"ar": "جديدة", "en": "New"}, category="2", at=clock.now())
    visitor = Visitor(browser, live_server.url, session=session_of(make_person("administrator")))
    page = visitor.page
    visitor.open("/forms/new?service=XX-NEW")
    shown = page.locator("[data-form-preview] [lang=ar]")

    page.locator("[name='f.questions.0.label.ar']").fill("هل المكان مغلق؟")
    page.locator("[name='f.questions.0.label.en']").fill("Is it closed")
    page.locator("[name='f.questions.0.datatype']").select_option("boolean")
    page.locator("#f-questions > [data-add-row]").click()
    page.locator("[name='f.questions.1.label.ar']").fill("منذ متى؟")
    page.locator("[name='f.questions.1.label.en']").fill("Since when")
    page.locator("[data-row] .finer > summary").nth(1).click()
    page.locator("select#f-questions-1-only_if").select_option("is_it_closed")
    page.locator(".asks").get_by_text("نعم", exact=True).click()

    expect(shown.locator("legend")).to_contain_text("هل المكان مغلق؟")
    # Tried once the preview knows the last thing typed: until then each answer of the server takes its place.
    expect(shown.locator("[data-only-if=ar_is_it_closed][data-only-values=yes]")).to_be_attached()
    since = shown.locator("label[for=id_ar_since_when]")
    expect(since).to_be_hidden()
    shown.locator("#id_ar_is_it_closed_yes").check()
    expect(since).to_be_visible()
    visitor.close()
