"""An administrator sets up a service with questions and a holiday; a citizen uses it; the case explains itself.

Each step stands alone, so that more of the set-up can join the journey.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.screens import at_screen, barriers, sign_in
from tests.journeys.visitor import REFERENCE

pytestmark = [pytest.mark.journey, pytest.mark.browser]

AGENCY, SERVICE = "MUN", "TR-FALLEN"
NAME, WORDS = "شجرة أو نخلة ساقطة", "طاحت نخلة عند بيتنا وسدت الطريق"
HOLIDAY = "إجازة يوم البلدية"
ON_HOLIDAY = """
SELECT 1 FROM calendars_holiday h JOIN directory_agency a ON a.id = h.agency_id
WHERE a.code = %s AND %s BETWEEN h.on_from AND h.on_to
"""


def admin(house: House, page: str) -> str:
    """An address of the set-up of the municipality."""
    return f"{house.url}/admin/{AGENCY}/{page}"


def apply(page: Page) -> list[str]:
    """Look at the change, then make it so; gives the barriers met on the way."""
    found = barriers(page)
    page.locator("button[name=step][value=review]").click()
    page.locator("button[name=step][value=apply], [data-error-summary]").first.wait_for()
    assert page.locator("[data-error-summary]").all_inner_texts() == []
    found += barriers(page)
    with page.expect_navigation():
        page.locator("button[name=step][value=apply]").click()
    return found + barriers(page)


def write(page: Page, **values: str) -> None:
    """Fill fields of the form: `name_ar` means the Arabic of the field `name`."""
    for name, value in values.items():
        for tongue in ("_ar", "_en"):
            if name.endswith(tongue):
                name = name.removesuffix(tongue) + tongue.replace("_", ".")
        page.locator(f"[name='f.{name}']").fill(value)


def add_service(page: Page, house: House) -> list[str]:
    """A service of the roads that needs a place, done within three working days."""
    page.goto(admin(house, "services/new"))
    write(
        page, code=SERVICE, name_ar=NAME, name_en="Fallen tree or palm", keywords="طاحت نخلة\nشجرة طايحة\nfallen tree"
    )
    page.locator("select[name='f.category']").select_option("C7")
    page.locator("select[name='f.unit']").select_option("ROADS")
    write(page, acknowledge="4h", resolve="3d")
    page.locator("input[name='f.needs_location']").check()
    return apply(page)


def add_questions(page: Page, house: House) -> list[str]:
    """Two questions, the second asked only after one answer to the first; the preview shows them both ways."""
    page.goto(admin(house, f"forms/new?service={SERVICE}"))
    write(page, **{"questions.0.label_ar": "هل تسد الطريق؟", "questions.0.label_en": "Does it block the road"})
    page.locator("select[name='f.questions.0.datatype']").select_option("boolean")
    page.locator("input[name='f.questions.0.required']").check()
    page.locator("#f-questions > [data-add-row]").click()
    write(page, **{"questions.1.label_ar": "كم مركبة عالقة؟", "questions.1.label_en": "How many vehicles"})
    page.locator("select[name='f.questions.1.datatype']").select_option("number")
    page.locator("[data-row] .finer > summary").nth(1).click()
    page.locator("select#f-questions-1-only_if").select_option("does_it_block_the_road")
    page.locator(".asks input[value=yes]").check()
    write(page, **{"questions.1.most": "500"})
    shown = page.locator("[data-form-preview] [lang=ar]")
    expect(shown).to_contain_text("كم مركبة عالقة؟")
    expect(shown.locator("label[for=id_ar_how_many_vehicles]")).to_be_hidden()
    return apply(page)


def add_holiday(page: Page, house: House) -> date:
    """The next working day from tomorrow on becomes a holiday."""
    day = date.fromisoformat(str(house.value("SELECT (now() AT TIME ZONE 'Asia/Muscat')::date")))
    while True:
        day += timedelta(days=1)
        if day.weekday() not in (4, 5) and not house.rows(ON_HOLIDAY, AGENCY, day.isoformat()):
            break
    page.goto(admin(house, "holidays/new"))
    write(page, name_ar=HOLIDAY, name_en="Day of the municipality", on_from=day.isoformat())
    assert apply(page) == []
    return day


def report(page: Page, house: House) -> tuple[str, list[str]]:
    """A citizen finds the service by their own words and answers its questions; gives the number."""
    page.goto(f"{house.url}/report?q=نخلة طايحة")
    page.locator(f"button[name=service][value={SERVICE}]").first.click()
    page.wait_for_url("**/report/place")
    page.locator("select[name=wilayat]").select_option(label="السيب")
    page.locator("form#wizard .foot button").click()
    page.wait_for_url("**/report/details")
    page.locator("textarea[name=description]").fill(WORDS)
    stuck = page.locator("input[name=q_how_many_vehicles]")
    expect(stuck).to_be_hidden()
    page.locator("input[name=q_does_it_block_the_road][value=yes]").check()
    expect(stuck).to_be_visible()
    stuck.fill("٣")
    page.locator("label:has(input[name=preferred_channel][value=none])").click()
    found = barriers(page)
    page.locator("form#wizard .foot button").click()
    page.wait_for_url("**/report/check")
    expect(page.locator("main")).to_contain_text("كم مركبة عالقة؟")
    found += barriers(page)
    page.locator("form#wizard .foot button").click()
    page.wait_for_url("**/report/done")
    number = REFERENCE.search(page.locator("main").inner_text())
    assert number is not None
    return number[0], found


@pytest.mark.requirement("M-07")
def test_a_service_with_questions_and_a_holiday_reaches_a_citizen_and_explains_itself(
    browser: Browser, house: House
) -> None:
    with (
        at_screen(browser, house, address="198.19.4.1") as reem,
        at_screen(browser, house, address="198.19.4.2") as maryam,
        at_screen(browser, house, address="198.19.4.3") as salem,
    ):
        # Reem sets up the service, what it asks, and a holiday that was announced last night.
        sign_in(reem, house, "admin@muscat.example.om")
        found = add_service(reem, house)
        found += add_questions(reem, house)
        add_holiday(reem, house)

        # She tries a report before anybody files one: the holiday stands in the way.
        reem.goto(admin(house, f"try?service={SERVICE}&words={WORDS}"))
        expect(reem.locator("#outcome")).to_contain_text(HOLIDAY)
        expect(reem.locator("#outcome")).to_contain_text("هل تسد الطريق؟")
        found += barriers(reem)

        # Maryam reports a fallen palm in her own words.
        reference, met = report(maryam, house)
        found += met

        # Salem sees what she answered, where it went, and why it is due when it is.
        sign_in(salem, house, "salem@muscat.example.om")
        salem.goto(f"{house.url}/desk/cases/{reference}")
        expect(salem.locator("main")).to_contain_text("كم مركبة عالقة؟")
        expect(salem.locator("main")).to_contain_text(NAME)
        expect(salem.locator(".why[open] .days")).to_contain_text(HOLIDAY)
        found += barriers(salem)
        state = house.rows(
            "SELECT c.state, u.code, c.answers FROM cases_case c JOIN directory_unit u ON u.id = c.unit_id"
            " WHERE reference = %s",
            reference,
        )[0]
        assert state[:2] == ("referred", "ROADS")
        assert [(one["code"], one["value"]) for one in state[2]] == [
            ("does_it_block_the_road", "yes"),
            ("how_many_vehicles", 3),
        ]
    assert found == []
