"""Whatever comes in gets an answer in the citizen's language with the input kept, and never an error of ours."""

import struct
import zlib

import pytest
from django.test import Client

from wasl.cases.models import Case
from wasl.core import limits
from wasl.core.files import limits as file_limits
from wasl.portal import uploads
from wasl.portal.tests.makers import (
    choose,
    fill_details,
    fill_place,
    key_on,
    picture,
    report,
    send,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_the_way(citizen: Client) -> Client:
    """Somebody who has chosen the topic."""
    choose(citizen)
    return citizen


def test_an_unknown_service_is_answered_calmly(citizen: Client) -> None:
    answer = citizen.post("/report", {"service": "NO-SUCH"}, follow=True)

    assert answer.status_code == 200
    assert "غير متاحة" in answer.content.decode()


def test_a_service_of_another_agency_is_unknown(citizen: Client) -> None:
    from wasl.catalogue.tests.makers import make_service
    from wasl.directory.tests.makers import make_agency

    make_service("LA-GRANT", agency=make_agency("HOU"))

    answer = citizen.post("/report", {"service": "LA-GRANT"})

    assert answer["Location"] == "/report"


def test_five_thousand_and_one_letters_are_refused_with_the_count_and_kept(on_the_way: Client) -> None:
    fill_place(on_the_way)
    text = "ب" * 5001

    answer = fill_details(on_the_way, description=text)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "5,001" in page
    assert "4,000" in page
    assert text in page


def test_the_same_refusal_speaks_english_to_english_readers(on_the_way: Client) -> None:
    fill_place(on_the_way)
    on_the_way.post("/language", {"language": "en", "next": "/"})

    page = fill_details(on_the_way, description="x" * 5001).content.decode()

    assert "You wrote" in page
    assert "5,001 characters" in page


def test_four_thousand_letters_of_any_script_pass(on_the_way: Client) -> None:
    fill_place(on_the_way)

    assert fill_details(on_the_way, description="💡" * 4000)["Location"] == "/report/check"


def test_a_photo_beyond_the_limit_is_refused_by_name_while_the_form_is_kept(on_the_way: Client) -> None:
    huge = upload(b"\xff\xd8\xff" + bytes(60 * file_limits.MEGABYTE), "صورة-ضخمة.jpg")

    answer = fill_place(on_the_way, photos=[huge, upload(picture(), "عادية.jpg")], address_text="قرب المسجد")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "صورة-ضخمة.jpg" in page
    assert "20 ميغابايت" in page
    assert "قرب المسجد" in page
    assert len(answer.context["photos"]) == 1


def test_a_form_larger_than_anything_sensible_is_not_read(on_the_way: Client) -> None:
    answer = on_the_way.generic(
        "POST",
        "/report/place",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(uploads.MOST_READ_BYTES + 1),
    )

    assert answer.status_code == 413


def giant_png() -> bytes:
    """A PNG of 20,000 by 20,000 that weighs next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compressobj(9)
    body = b"".join(lines.compress(bytes(20_000 * 100)) for _ in range(200)) + lines.flush()
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


HOSTILE = {
    "program": (b"MZ\x90\x00" + bytes(500), "holiday.jpg", "البرامج"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "رسم.png", "SVG"),
    "cut off": (picture(size=(2000, 1500))[:9000], "ناقصة.jpg", "تعذّرت قراءة"),
    "giant": (giant_png(), "عملاقة.png", "ميغابكسل"),
    "empty": (b"", "فارغة.jpg", "فارغ"),
    "letter": (b"%PDF-1.4\n%letter", "رسالة.pdf", "ليس صورة"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason_while_the_form_is_kept(on_the_way: Client, kind: str) -> None:
    content, name, reason = HOSTILE[kind]

    answer = fill_place(on_the_way, photos=[upload(content, name)], address_text="قرب المسجد")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert reason in page
    assert "قرب المسجد" in page
    assert not answer.context["photos"]


def test_a_name_that_turns_the_line_is_straightened(on_the_way: Client) -> None:
    answer = fill_place(on_the_way, photos=[upload(b"MZ\x90\x00", "photo\u202egpj.exe")])

    assert "\u202e" not in answer.content.decode()

    fill_place(on_the_way)
    fill_details(on_the_way, name="سالم\u202e بن\u2066 علي")
    send(on_the_way)
    assert Case.objects.get().beneficiary.full_name == "سالم بن علي"


def test_nul_bytes_are_cleaned_away(on_the_way: Client) -> None:
    fill_place(on_the_way, area_text="الخوض\x00", address_text="قرب\x00 المسجد")
    fill_details(on_the_way, description="مصباح\x00 مكسور", name="سا\x00لم")
    send(on_the_way)

    case = Case.objects.get()
    assert (case.area_text, case.address_text, case.description) == ("الخوض", "قرب المسجد", "مصباح مكسور")


@pytest.mark.parametrize(
    "path", ["/report?q=%00", "/services?q=%00", "/services/%00", "/t/%00", "/track?number=%00", "/report?category=%00"]
)
def test_nul_bytes_in_addresses_are_no_error_of_ours(citizen: Client, path: str) -> None:
    assert citizen.get(path).status_code in (200, 400, 404)


def test_arabic_figures_are_read_everywhere(on_the_way: Client) -> None:
    fill_place(on_the_way, lat="٢٣٫٥٩١٢", lon="۵۸.۱۷۰۳")
    fill_details(on_the_way, phone="٩٢١٤ ٧٧٠٥")
    send(on_the_way)

    case = Case.objects.get()
    assert str(case.lat) == "23.591200"
    assert case.beneficiary.addresses.get().value == "+96892147705"


@pytest.mark.parametrize("phone", ["12", "قل لي", "+999999999999999", "٩" * 40, "1111"])
def test_a_phone_that_reaches_nobody_is_explained_and_kept(on_the_way: Client, phone: str) -> None:
    fill_place(on_the_way)

    answer = fill_details(on_the_way, phone=phone)

    assert answer.status_code == 422
    assert answer.context["form"].errors["phone"]
    assert phone in answer.content.decode()


def test_the_address_of_the_chosen_way_is_needed(on_the_way: Client) -> None:
    fill_place(on_the_way)

    for channel, field in (("sms", "phone"), ("call", "phone"), ("email", "email")):
        answer = fill_details(on_the_way, preferred_channel=channel, phone="", email="")
        assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": "nan", "lon": "58"},
        {"lat": "1e999", "lon": "58"},
        {"lat": "91", "lon": "58"},
        {"lat": "<b>", "lon": "58"},
        {"wilayat": "NO-SUCH"},
        {"area_text": "ط" * 121},
    ],
)
def test_a_place_that_makes_no_sense_is_asked_again(on_the_way: Client, changes: dict[str, str]) -> None:
    answer = fill_place(on_the_way, **changes)

    assert answer.status_code == 422
    assert "قرب دوار الجامع" in answer.content.decode()


def test_a_place_is_asked_for_where_the_service_needs_one(on_the_way: Client) -> None:
    answer = fill_place(on_the_way, wilayat="", lat="", lon="")

    assert "wilayat" in answer.context["form"].errors


def test_words_are_asked_for_where_there_is_no_photo(on_the_way: Client) -> None:
    fill_place(on_the_way)

    assert "description" in fill_details(on_the_way, description=" \u200f ").context["form"].errors


def test_values_that_no_form_offers_change_nothing(on_the_way: Client) -> None:
    fill_place(on_the_way, state="closed", unit="1", agency="2", importance="P1")
    fill_details(on_the_way, preferred_channel="sms", importance="P1", state="closed")
    send(on_the_way)

    case = Case.objects.get()
    assert (case.state, case.importance, case.agency.code) == ("referred", "P2", "MUN")


def test_too_many_from_one_address_are_asked_to_wait_with_the_report_kept(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.intake.limits.PER_ADDRESS", 1)
    report(citizen)
    choose(citizen)
    fill_place(citizen)
    fill_details(citizen, phone="92147799")

    answer = send(citizen, key_on(citizen))
    page = answer.content.decode()

    assert answer.status_code == 429
    assert "انتظر بضع دقائق" in page
    assert "ثلاثة أعمدة" in page
    limits.start_afresh("later")
    assert send(citizen)["Location"] == "/report/done"


def test_a_foreign_page_cannot_send_for_somebody(site: object) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/report", {"service": "LT-OUT"}).status_code == 403
