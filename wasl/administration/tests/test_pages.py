"""The pages of the administration, as an administrator, an auditor and others meet them."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import wasl.administration
from wasl.accounts.models import User
from wasl.administration import queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.tests.makers import AT, put, row
from wasl.administration.urls import urlpatterns
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.core.models import StoredFile
from wasl.directory.models import Agency
from wasl.directory.tests.makers import make_person, make_unit, sign_in
from wasl.messaging.models import Conversation, Message

pytestmark = pytest.mark.django_db
UNITS = "/admin/MUN/units"
ROADS = f"{UNITS}/row/ROADS"
CHANGE = f"{ROADS}/change"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Agency:
    agency = make_working_agency()
    make_unit("ROADS", agency=agency)
    return agency


@pytest.fixture
def badr(agency: Agency) -> User:
    return make_person("administrator")


@pytest.fixture
def page(badr: User) -> Client:
    return sign_in(Client(), badr)


def text(response: Any) -> str:
    """What the page says, without its markup and isolating marks."""
    shown = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(re.sub("[\u2066-\u2069]", "", unescape(shown)).split())


def hidden(response: Any, name: str) -> str:
    """The value of a hidden field."""
    html = response.content.decode()
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', html) or re.search(
        rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL
    )
    assert found is not None, f"no {name} on the page"
    return unescape(found[1])


def unit(**more: str) -> dict[str, str]:
    """A filled form of a unit."""
    return {
        "f.name.ar": "دائرة الطرق",
        "f.name.en": "Roads",
        "f.kind": "department",
        "f.parent": "",
        "f.from": "",
    } | more


def apply(page: Client, path: str, review: Any, note: str = "") -> Any:
    """Press the button of the review page."""
    return page.post(
        path,
        {
            "step": "apply",
            "seen": hidden(review, "seen"),
            "document": hidden(review, "document"),
            "note": note,
        },
    )


def test_a_row_is_typed_looked_at_and_applied(page: Client, agency: Agency) -> None:
    review = page.post(f"{UNITS}/new", unit(**{"f.code": "LAMPS", "f.parent": "ROADS", "step": "review", "seen": ""}))
    assert "لم يُحفظ شيء بعد" in text(review)
    assert "LAMPS" not in queries.documents(registry.kind_of("units"), agency, AT)

    done = apply(page, f"{UNITS}/new", review, note="هيكل جديد")

    assert done["Location"] == f"{UNITS}/row/LAMPS"
    assert row("units", agency, "LAMPS")["parent"] == "ROADS"
    shown = text(page.get(f"{UNITS}/row/LAMPS/history"))
    assert "هيكل جديد" in shown
    assert "بدر" in shown


def test_the_review_marks_the_words_that_differ(page: Client, agency: Agency) -> None:
    put("units", agency, code="ROADS", name={"ar": "دائرة الطرق في مسقط", "en": "Roads"})
    form = page.get(ROADS)

    review = page.post(
        CHANGE, unit(**{"f.name.ar": "دائرة الجسور في مسقط", "step": "review", "seen": hidden(form, "seen")})
    )

    html = review.content.decode()
    assert "<del>الطرق</del>" in html
    assert "<ins>الجسور</ins>" in html
    back = page.post(CHANGE, {"step": "edit", "seen": hidden(form, "seen"), "document": hidden(review, "document")})
    assert 'value="دائرة الجسور في مسقط"' in back.content.decode()


def test_what_is_wrong_comes_back_in_the_form_at_its_field(page: Client, agency: Agency) -> None:
    seen = hidden(page.get(ROADS), "seen")

    again = page.post(CHANGE, unit(**{"f.name.ar": "", "f.name.en": "My long typing", "step": "review", "seen": seen}))

    assert again.status_code == 422
    html = again.content.decode()
    assert 'href="#f-name-ar"' in html
    assert "My long typing" in html
    assert "اكتب النص العربي" in html
    assert not ConfigChange.objects.exists()


def test_who_was_slower_sees_both_texts_and_goes_on_with_theirs(page: Client, agency: Agency) -> None:
    seen = hidden(page.get(ROADS), "seen")
    put("units", agency, by=make_person("administrator", name="هند"), code="ROADS", name={"ar": "طرق هند", "en": "H"})

    met = page.post(CHANGE, unit(**{"f.name.ar": "طرق بدر", "step": "review", "seen": seen}))

    assert met.status_code == 409
    assert "هند" in text(met)
    assert "طرق هند" in text(met)
    assert "طرق بدر" in text(met)
    form = page.post(CHANGE, {"step": "edit", "seen": hidden(met, "seen"), "document": hidden(met, "document")})
    review = page.post(CHANGE, unit(**{"f.name.ar": "طرق بدر", "step": "review", "seen": hidden(form, "seen")}))
    assert apply(page, CHANGE, review).status_code == 302
    assert row("units", agency, "ROADS")["name"]["ar"] == "طرق بدر"


def test_a_change_under_the_review_page_is_met_too(page: Client, agency: Agency) -> None:
    seen = hidden(page.get(ROADS), "seen")
    review = page.post(CHANGE, unit(**{"f.name.ar": "طرق بدر", "step": "review", "seen": seen}))
    put("units", agency, code="ROADS", is_centre=True)

    assert apply(page, CHANGE, review).status_code == 409
    assert row("units", agency, "ROADS")["is_centre"]


def test_a_unit_ends_with_a_successor_and_comes_back_by_one_button(page: Client, agency: Agency) -> None:
    put("units", agency, code="LAMPS", name={"ar": "الإنارة"}, parent="ROADS")
    put("units", agency, code="WORKS", name={"ar": "الأشغال"})
    before = page.get(f"{ROADS}/end")
    assert "الوحدات" in text(before)

    alone = page.post(f"{ROADS}/end", {"seen": hidden(before, "seen")})
    assert alone.status_code == 422
    assert "لا يمكن الإنهاء" in text(alone)
    page.post(f"{ROADS}/end", {"seen": hidden(before, "seen"), "successor": "WORKS", "note": "دمج"})
    assert row("units", agency, "LAMPS")["parent"] == "WORKS"

    batch = ConfigChange.objects.latest("pk").batch
    back = page.post(reverse("administration:undo", args=["MUN", batch]), follow=True)
    assert "تم التراجع" in text(back)
    assert row("units", agency, "LAMPS")["parent"] == "ROADS"
    assert queries.is_active(row("units", agency, "ROADS"))


def test_an_undo_that_cannot_be_says_why(page: Client, agency: Agency) -> None:
    (first,) = put("units", agency, code="ROADS", is_centre=True)
    put("units", agency, code="ROADS", name={"ar": "طرق"})

    refused = page.post(reverse("administration:undo", args=["MUN", first.batch]), follow=True)

    assert "تراجع عن الأحدث أولاً" in text(refused)
    assert row("units", agency, "ROADS")["is_centre"]


def test_search_finds_a_row_of_any_kind_however_it_is_spelt(page: Client, agency: Agency) -> None:
    put("units", agency, code="LAMPS", name={"ar": "إدارة الإنارة"})

    assert "LAMPS" in text(page.get("/admin/", {"q": "اداره الاناره"}))
    assert "لا شيء" in text(page.get("/admin/", {"q": "لاشيءبهذا"}))


def test_a_list_shows_the_tree_the_ended_and_what_names_a_row(page: Client, agency: Agency) -> None:
    put("units", agency, code="LAMPS", name={"ar": "الإنارة"}, parent="ROADS")

    assert 'class="lead depth1"' in page.get(f"{UNITS}/").content.decode()
    named = page.get(f"{UNITS}/", {"names": "units:ROADS"}).content.decode()
    assert "/row/LAMPS" in named
    assert "/row/CENTRE" not in named


def test_an_auditor_reads_all_and_changes_nothing(agency: Agency) -> None:
    laila = sign_in(Client(), make_person("auditor"))
    changes = put("units", agency, code="ROADS", is_centre=True)

    for path in ("/admin/", f"{UNITS}/", ROADS, f"{ROADS}/history", "/admin/MUN/changes", "/admin/MUN/file/export"):
        answer = laila.get(path)
        assert answer.status_code == 200, path
        assert "data-draft=" not in answer.content.decode()
    for path in (f"{UNITS}/new", f"{ROADS}/end"):
        assert laila.get(path).status_code == 404
    for path in (
        CHANGE, f"{UNITS}/new", f"{ROADS}/end", "/admin/MUN/file/import", f"/admin/MUN/changes/{changes[0].batch}/undo"
    ):  # fmt: skip
        assert laila.post(path, {"step": "apply", "text": "units: []"}).status_code == 404, path
    assert row("units", agency, "ROADS")["is_centre"]


def test_another_agency_is_not_there_at_all(page: Client, agency: Agency) -> None:
    other = make_working_agency("HOU")
    make_unit("SECRET", agency=other)

    for path in ("/admin/HOU/", "/admin/HOU/units/", "/admin/HOU/units/row/SECRET", "/admin/HOU/file/export"):
        assert page.get(path).status_code == 404
    assert "لا شيء بهذه الكلمات" in text(page.get("/admin/", {"q": "SECRET"}))


def test_an_agent_finds_no_administration(agency: Agency) -> None:
    salem = sign_in(Client(), make_person("agent"))

    assert salem.get("/admin/").status_code == 404
    assert "/admin/" not in salem.get("/desk/").content.decode()


def test_units_ask_for_the_second_factor_again_and_services_do_not(badr: User, agency: Agency) -> None:
    page = sign_in(Client(), badr, second_factor=False)

    assert page.get(ROADS)["Location"].startswith("/sign-in/again")
    assert page.post(CHANGE, unit(step="apply"))["Location"].startswith("/sign-in/again")
    assert page.get("/admin/MUN/categories/new").status_code == 200


FILE = "units:\n  - {code: LAMPS, name: {ar: الإنارة}}\n  - {code: ROADS, is_centre: true}\n"


def test_a_file_is_looked_at_before_it_is_applied(page: Client, agency: Agency) -> None:
    upload = SimpleUploadedFile("set-up.yaml", FILE.encode(), content_type="text/yaml")
    plan = page.post("/admin/MUN/file/import", {"file": upload, "step": "look"})
    assert "ما سيغيره الملف" in text(plan)
    assert not ConfigChange.objects.exists()

    sent = {"text": hidden(plan, "text"), "planned": hidden(plan, "planned"), "step": "apply", "note": "من الملف"}
    done = page.post("/admin/MUN/file/import", sent, follow=True)

    assert "طُبّق الملف كله" in text(done)
    assert {change.note for change in ConfigChange.objects.all()} == {"من الملف"}
    assert row("units", agency, "ROADS")["is_centre"]


def test_a_plan_that_is_no_longer_true_is_shown_anew(page: Client, agency: Agency) -> None:
    plan = page.post("/admin/MUN/file/import", {"text": FILE, "step": "look"})
    put("units", agency, code="ROADS", is_centre=True)

    sent = {"text": hidden(plan, "text"), "planned": hidden(plan, "planned"), "step": "apply"}
    again = page.post("/admin/MUN/file/import", sent)

    assert "تغيّرت الإعدادات منذ عُرضت" in text(again)
    assert "LAMPS" not in queries.documents(registry.kind_of("units"), agency, AT)


def test_a_wrong_file_comes_back_as_a_table_of_lines(page: Client, agency: Agency) -> None:
    again = page.post("/admin/MUN/file/import", {"text": "units:\n  - {code: LAMPS, nmae: x}\n", "step": "look"})

    assert again.status_code == 422
    assert "LAMPS" in text(again)
    assert "nmae" in text(again)


def test_nothing_but_configuration_comes_in_through_these_doors(page: Client, agency: Agency) -> None:
    """Whatever is sent to whichever address of every kind: no case, message, beneficiary or file."""
    picture = b"\x89PNG\r\n\x1a\n"
    sent = {"title": "حفرة", "description": "حفرة كبيرة", "phone": "92147705", "full_name": "مريم", "text": "نص"}
    sent |= {f"f.{name}": value for name, value in sent.items()} | {"f.name.ar": "اسم", "f.code": "X-1", "seen": ""}
    tables = (Case, Message, Conversation, Beneficiary, StoredFile)
    before = [model.objects.count() for model in tables]

    for pattern in urlpatterns:
        for kind in registry.kinds():
            values = {"agency": "MUN", "kind": kind.code, "code": "ROADS", "batch": "x", "act": "test"}
            values |= {"key": "x", "subscription": "x", "telling": "x"}
            names = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
            path = reverse(f"administration:{pattern.name}", kwargs={name: values[name] for name in names})
            for step in ("review", "apply"):
                page.post(path, {**sent, "step": step, "file": SimpleUploadedFile("a.png", picture)})
            if "kind" not in names:
                break

    assert [model.objects.count() for model in tables] == before


def test_no_module_of_the_room_reaches_for_what_registers_them() -> None:
    banned = {"register_case", "find_or_make", "set_identity", "NewCase", "store", "keep", "send_message", "tell"}
    for path in Path(wasl.administration.__file__).parent.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wasl."):
                assert not {one.name for one in node.names} & banned, path


def test_an_administrator_begins_with_the_set_up_and_is_shown_nothing_of_cases(page: Client, agency: Agency) -> None:
    assert page.get(reverse("web:start"))["Location"] == "/admin/"
    home = page.get("/admin/").content.decode()
    assert "data-live=" not in home
    assert 'role="search"' not in home.partition("</header>")[0]

    reader = sign_in(Client(), make_person("supervisor", make_unit("CENTRE", agency=agency)))
    frame = reader.get("/me").content.decode()
    assert 'data-live="/live/stream"' in frame
    assert 'role="search"' in frame.partition("</header>")[0]
