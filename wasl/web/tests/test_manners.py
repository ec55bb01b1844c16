"""What surrounds every view: headers, languages, doors, calm answers to broken input."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from wasl.web import client as clients
from wasl.web import doors, languages, logs, navigation

UTF8_FORM = "application/x-www-form-urlencoded"


def test_pages_are_arabic_first(visitor: Client) -> None:
    answer = visitor.get("/calm", headers={"accept-language": "en-US,en"})

    assert b'<html lang="ar" dir="rtl">' in answer.content
    assert answer["Content-Language"] == "ar"


def test_the_address_chooses_a_language_and_the_browser_remembers_it(visitor: Client) -> None:
    first = visitor.get("/calm?lang=en&page=2")
    second = visitor.get("/calm")

    assert b'<html lang="en" dir="ltr">' in first.content
    assert b'<html lang="en" dir="ltr">' in second.content
    assert 'hreflang="ar" href="http://testserver/calm?page=2&amp;lang=ar"' in first.content.decode()


def test_an_unknown_language_changes_nothing(visitor: Client) -> None:
    answer = visitor.get("/calm?lang=../../etc")

    assert b'<html lang="ar"' in answer.content
    assert languages.COOKIE not in answer.cookies


def test_the_switch_goes_back_to_the_page(visitor: Client) -> None:
    answer = visitor.post("/language", {"language": "en", "next": "/calm?page=2"})

    assert answer.status_code == 302
    assert answer["Location"] == "/calm?page=2"
    assert answer.cookies[languages.COOKIE].value == "en"


@pytest.mark.parametrize("foreign", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", ""])
def test_the_switch_leads_to_no_foreign_place(visitor: Client, foreign: str) -> None:
    assert visitor.post("/language", {"language": "en", "next": foreign})["Location"] == "/"


def test_every_answer_carries_the_security_headers(visitor: Client) -> None:
    for path in ("/calm", "/missing", "/broken", "/echo?x=%ff"):
        answer = visitor.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "geolocation=(self)" in answer["Permissions-Policy"]
        assert answer["X-Request-Id"]


def test_secret_addresses_are_told_to_nobody(visitor: Client) -> None:
    answer = visitor.get("/secret")

    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "hreflang" not in answer.content.decode()


def test_browsers_are_told_to_stay_with_https(visitor: Client, settings: object) -> None:
    settings.SECURE_HSTS_SECONDS = 3600

    assert visitor.get("/calm", secure=True)["Strict-Transport-Security"] == "max-age=3600"
    assert "Strict-Transport-Security" not in visitor.get("/calm")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/missing", 404, "لم نجد"), ("/broken", 500, "حدث خلل"), ("/forbidden", 403, "ليست متاحة")],
)
def test_errors_are_calm_pages_in_both_languages(visitor: Client, path: str, status: int, words: str) -> None:
    arabic, english = visitor.get(path), visitor.get(f"{path}?lang=en")

    assert (arabic.status_code, english.status_code) == (status, status)
    assert words in arabic.content.decode()
    assert '<html lang="en" dir="ltr">' in english.content.decode()


def test_the_last_error_page_comes_even_without_templates(visitor: Client, settings: object) -> None:
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": []}]

    answer = visitor.get("/broken?lang=en")

    assert answer.status_code == 500
    assert '<html lang="en" dir="ltr">' in answer.content.decode()
    assert "Something went wrong" in answer.content.decode()


@pytest.mark.parametrize("body", [b"words=%ff%fe", b"words=\xff\xfe", b"words=a%00b", b"w%00=1"])
def test_broken_forms_get_a_calm_400(visitor: Client, body: bytes) -> None:
    answer = visitor.post("/echo", body, content_type=UTF8_FORM)

    assert answer.status_code == 400
    assert "تعذّرت قراءة الطلب" in answer.content.decode()


@pytest.mark.parametrize("path", ["/calm?q=%ff", "/calm?q=a%00", "/ca%00lm"])
def test_broken_addresses_get_a_calm_400(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 400


def test_a_cookie_with_a_nul_gets_a_calm_400(visitor: Client) -> None:
    visitor.cookies["wasl_x"] = "a\0b"

    assert visitor.get("/calm").status_code == 400


def test_a_nul_in_an_upload_form_is_refused_too(visitor: Client) -> None:
    assert visitor.post("/echo", {"words": "a\0b"}).status_code == 400


def test_a_door_that_cleans_its_input_gets_it_whole(visitor: Client) -> None:
    answer = visitor.post("/tolerant", {"words": "a\0b"})

    assert answer.status_code == 200
    assert answer.content == rb"'a\x00b'"


def test_arabic_words_and_a_real_replacement_sign_pass(visitor: Client) -> None:
    assert visitor.post("/echo", {"words": "شارع \ufffd مزون"}).content.decode() == "'شارع \ufffd مزون'"
    assert visitor.post("/echo", "words=%D8%B4", content_type=UTF8_FORM).content.decode() == "'ش'"


def test_a_form_too_large_is_told_so(visitor: Client, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    answer = visitor.post("/echo", "words=" + "a" * 2000, content_type=UTF8_FORM)

    assert answer.status_code == 413
    assert "أكبر من الحد" in answer.content.decode()


def test_a_cut_off_upload_is_a_calm_400(visitor: Client) -> None:
    answer = visitor.post("/echo", b"no boundary here", content_type="multipart/form-data")

    assert answer.status_code == 400


def test_a_wrong_method_shows_a_page_to_people(visitor: Client) -> None:
    answer = visitor.get("/language", headers={"accept": "text/html"})

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "<html" in answer.content.decode()


def test_strangers_are_sent_to_sign_in_and_come_back(visitor: Client) -> None:
    assert visitor.get("/inside?x=1")["Location"] == "/sign-in?next=/inside%3Fx%3D1"


def test_a_fragment_for_a_stranger_moves_the_whole_page(visitor: Client) -> None:
    answer = visitor.get("/inside", headers={"hx-request": "true"})

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in"


def test_doors_carry_their_mark() -> None:
    @doors.public
    def page(request: object) -> HttpResponse:
        return HttpResponse()

    assert doors.door_of(page) == doors.Door("public")
    assert doors.door_of(doors.signed_in(page)) == doors.Door("signed_in")
    assert doors.door_of(lambda request: HttpResponse()) is None


@pytest.mark.parametrize(
    ("nearest", "forwarded", "trusted", "address"),
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.2", "<script>", ("10.0.0.0/8",), "10.0.0.2"),
        ("10.0.0.2", "[2001:db8::1]:4711", ("10.0.0.0/8",), "2001:db8::1"),
        ("10.0.0.2", "198.51.100.1:4711", ("10.0.0.2",), "198.51.100.1"),
        ("", "198.51.100.1", (), ""),
    ],
)
def test_only_trusted_proxies_are_believed(
    nearest: str, forwarded: str, trusted: tuple[str, ...], address: str
) -> None:
    assert clients.forwarded_address(nearest, forwarded, trusted) == address


def test_a_stranger_cannot_name_the_request(visitor: Client, settings: object) -> None:
    settings.WASL_TRUSTED_PROXIES = []
    assert visitor.get("/calm", headers={"x-request-id": "chosen-by-me"})["X-Request-Id"] != "chosen-by-me"

    settings.WASL_TRUSTED_PROXIES = ["127.0.0.1"]
    assert visitor.get("/calm", headers={"x-request-id": "chosen-by-proxy"})["X-Request-Id"] == "chosen-by-proxy"
    assert visitor.get("/calm", headers={"x-request-id": "a b\n"})["X-Request-Id"] != "a b\n"


def test_log_lines_are_json_with_their_ids() -> None:
    record = logging.LogRecord("wasl", logging.WARNING, __file__, 1, "كتب %s", ("سطراً",), None)
    with logs.context(request_id="r1"), logs.context(case_id=7):
        line = json.loads(logs.JsonFormatter().format(record))

    assert (line["message"], line["request_id"], line["case_id"], line["level"]) == ("كتب سطراً", "r1", 7, "warning")
    with pytest.raises(ValueError, match="phone"), logs.context(phone="+968"):
        pass


def test_the_menu_shows_what_the_gate_lets_through(room_alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_gate", [lambda request, right: right == "READ_CASE"])
    navigation.register(
        navigation.NavItem("قائمة", "calm", order=2, surface="staff", right="READ_CASE", badge=lambda request: 3),
        navigation.NavItem("إدارة", "web:style", order=1, surface="staff", right="ADMIN"),
        navigation.NavItem("غائبة", "nowhere:page", order=1, surface="staff"),
    )

    shown = navigation.items_for(RequestFactory().get("/calm/42"), "staff")

    assert [(item.label, item.url, item.current, item.badge) for item in shown] == [("قائمة", "/calm", True, 3)]


def test_the_kit_pages_are_shut_in_production(visitor: Client, settings: object) -> None:
    settings.WASL_MODE = "production"

    assert visitor.get("/style").status_code == 404
    assert visitor.get("/style/desk").status_code == 404
