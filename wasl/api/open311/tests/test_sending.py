"""A report sent by an app becomes a case: as a form, with files or as JSON; once, and only from whom may send it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wasl.api.open311.tests.makers import (
    BASE,
    POINT,
    WORDS,
    City,
    errors,
    get,
    make_city,
    make_key,
    post,
    report,
    rows,
    sent,
)  # fmt: skip
from wasl.cases.models import Case, CaseFile
from wasl.cases.tests.makers import HOUR
from wasl.core import clock
from wasl.core.files import operations as file_operations
from wasl.core.pictures import DecoderBusy
from wasl.core.tests.makers import picture
from wasl.directory.models import Agency
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM
from wasl.intake.models import RemotePicture, Submission
from wasl.partners import operations as partners
from wasl.partners.models import BroughtCase

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def asking(city: City) -> City:
    """A city that asks three things about its potholes."""
    return make_city(questions=True)


def case_of(answer: Any) -> Case:
    """The case of a report that was taken."""
    assert answer.status_code == 200, answer.content.decode()
    return Case.objects.select_related("beneficiary", "wilayat").get(reference=rows(answer)[0]["service_request_id"])


def answers_of(case: Case) -> dict[str, Any]:
    """What the questions were answered."""
    return {one["code"]: one["value"] for one in case.answers}


def send_files(city: City, *files: tuple[str, bytes], field: str = "media", **more: Any) -> Any:
    """Send a report with files."""
    uploads = [SimpleUploadedFile(name, content, "application/octet-stream") for name, content in files]
    return Client().post(f"{BASE}requests.json", report(city, **more) | {field: uploads})


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_report_becomes_a_case_with_everything_it_said(city: City, form: str) -> None:
    fields = report(
        city,
        address_string="قرب المدرسة",
        first_name="مريم",
        last_name="بنت سعيد",
        phone="٩٢١٤٧٧٠٥",
        email="Maryam@Example.org",
        account_id="u-7",
        device_id="d-9",
    )

    answer = post("requests", fields, form=form)

    case = case_of(answer)
    assert (case.channel, case.kind, case.service_id, case.language) == ("api", "report", city.service.pk, "ar")
    assert (case.description, case.address_text) == (WORDS, "قرب المدرسة")
    assert (float(case.lat), float(case.lon), str(case.wilayat.name)) == (23.591234, 58.170345, "السيب")
    assert case.beneficiary.full_name == "مريم بنت سعيد"
    assert {one.value for one in case.beneficiary.addresses.all()} == {"+96892147705", "maryam@example.org"}
    assert case.preferred_channel == "sms"
    (row,) = rows(answer)
    assert set(row) == {"service_request_id", "service_notice", "account_id"}
    assert (row["account_id"], case.reference in row["service_notice"]) == ("u-7", True)
    assert BroughtCase.objects.get(case_id=case.pk).api_key == city.key


def test_the_language_of_the_answer_is_that_of_the_messages_to_come(city: City) -> None:
    answer = post("requests", report(city), language="en-GB")

    assert rows(answer)[0]["service_notice"].startswith("Registered as MR-")
    assert case_of(answer).language == "en"


def test_a_key_in_the_header_or_in_the_address_does_as_well(city: City) -> None:
    fields = report(city)
    del fields["api_key"]

    assert post("requests", fields, key=city.secret).status_code == 200
    assert Client().post(f"{BASE}requests.json?api_key={city.secret}", fields).status_code == 200


def test_without_a_point_the_words_or_the_code_of_the_place_are_enough(city: City) -> None:
    fields = report(city)
    del fields["lat"], fields["long"]
    wilayat = case_of(post("requests", report(city))).wilayat

    in_words = case_of(post("requests", fields | {"address_string": "الخوض، قرب المدرسة"}))
    by_code = case_of(post("requests", fields | {"address_id": wilayat.code}))
    noted = case_of(post("requests", report(city, address_id="#NOTPINPOINTED")))

    assert (in_words.address_text, in_words.lat, in_words.wilayat) == ("الخوض، قرب المدرسة", None, None)
    assert by_code.wilayat == noted.wilayat == wilayat


@pytest.mark.parametrize(
    "fields",
    [
        {"attribute[depth]": "knee", "attribute[signs][]": ["cones", "water"]},
        {"attribute[depth]": "knee", "attribute[signs]": ["water", "cones"]},
        {"attribute[depth][]": "knee", "attribute[signs][]": "cones", "attribute[signs]": "water"},
    ],
)
def test_answers_with_several_values_come_in_every_way_clients_send_them(asking: City, fields: dict[str, Any]) -> None:
    case = case_of(post("requests", report(asking) | fields))

    assert answers_of(case) == {"depth": "knee", "signs": ["cones", "water"]}
    assert case.answers[0]["text"]["ar"] == "ركبة"


def test_a_moment_is_understood_in_any_zone_and_kept_in_the_agencys(asking: City) -> None:
    sent_in = {"attribute[depth]": "hand", "attribute[since]": "2026-11-21T22:30:00Z"}

    assert answers_of(case_of(post("requests", report(asking) | sent_in)))["since"] == "2026-11-22T02:30"


@pytest.mark.parametrize(
    "attributes",
    [
        {"attribute": {"depth": "hand", "signs": ["water"]}},
        {"attributes": {"depth": "hand", "signs": ["water"]}},
        {"attribute[depth]": "hand", "attribute[signs][]": ["water"]},
    ],
)
def test_a_body_of_json_is_read_too(asking: City, attributes: dict[str, Any]) -> None:
    fields = report(asking) | {"lat": 23.591234, "long": 58.170345, "media_url": None} | attributes

    case = case_of(post("requests", json.dumps(fields), content_type=JSON))

    assert (answers_of(case), float(case.lon)) == ({"depth": "hand", "signs": ["water"]}, 58.170345)


@pytest.mark.parametrize("field", ["media", "media[]"])
def test_photos_come_with_the_report_also_those_of_an_iphone(city: City, field: str) -> None:
    answer = send_files(city, ("a.jpg", picture()), ("IMG_1.HEIC", picture("HEIF")), field=field)

    kept = CaseFile.objects.filter(case=case_of(answer)).select_related("file")
    assert {one.file.content_type for one in kept} == {"image/jpeg", "image/heic"}
    assert {(one.role, one.public, one.file.state) for one in kept} == {("photo", True, "kept")}


@pytest.mark.parametrize(
    ("name", "content"), [("a.jpg", b"<html><script>"), ("a.jpg", b""), ("a.pdf", b"%PDF-1.4 a letter")]
)
def test_a_file_that_is_no_photo_is_refused_with_the_reason_and_nothing_is_registered(
    city: City, name: str, content: bytes
) -> None:
    answer = send_files(city, ("good.jpg", picture()), (name, content))

    assert errors(answer) == [400]
    assert not Case.objects.exists()


def test_six_photos_are_too_many_whichever_way_they_come(city: City) -> None:
    answer = send_files(
        city, *((f"{n}.jpg", picture()) for n in range(3)), media_url=[f"https://example.org/{n}.jpg" for n in range(3)]
    )

    assert errors(answer) == [400]


def test_a_busy_decoder_asks_to_come_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any) -> None:
        raise DecoderBusy

    monkeypatch.setattr(file_operations, "_measured", busy)

    answer = send_files(city, ("a.jpg", picture()))

    assert (errors(answer), bool(answer["Retry-After"])) == ([503], True)


def test_the_address_of_a_picture_is_kept_to_be_fetched_later(city: City) -> None:
    case = case_of(post("requests", report(city, media_url="https://pictures.example.org/a.jpg?t=1")))

    waiting = RemotePicture.objects.get(case=case)
    assert (waiting.url, waiting.state) == ("https://pictures.example.org/a.jpg?t=1", "waiting")


# --- once -----------------------------------------------------------------------------------------------------------


def send_once(fields: dict[str, Any], key: str = "7f1c", **more: Any) -> Any:
    return post("requests", fields, headers={"Idempotency-Key": key}, **more)


def test_the_same_key_and_report_give_the_same_answer_a_month_long(city: City) -> None:
    first = send_once(report(city, account_id="u-7"))
    with clock.frozen(SUNDAY_9AM + timedelta(days=29)):
        again = send_once(report(city, account_id="u-7"))

    assert again.content == first.content
    assert Case.objects.count() == BroughtCase.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"description": "شيء آخر"}, {"lat": "23.6"}, {"media_url": "https://example.org/a"}]
)
def test_the_same_key_with_another_report_is_refused(city: City, changed: dict[str, str]) -> None:
    send_once(report(city))

    assert errors(send_once(report(city) | changed, form="xml")) == [422]
    assert Case.objects.count() == 1


def test_keys_of_two_programs_do_not_meet(city: City) -> None:
    other = make_key(city.agency, "open311:write")
    send_once(report(city))

    assert send_once(report(city, api_key=other.secret, description="شيء آخر")).status_code == 200


def test_without_a_key_of_that_kind_every_sending_is_a_report(city: City) -> None:
    assert sent(city) != sent(city)
    assert len(set(Submission.objects.values_list("key", flat=True))) == 2


@pytest.mark.parametrize("key", ["x" * 256, "مفتاح", "a\tb"])
def test_a_key_that_is_none_is_refused(city: City, key: str) -> None:
    assert errors(send_once(report(city), key)) == [400]


# --- who may --------------------------------------------------------------------------------------------------------


def test_without_a_key_only_an_agency_that_chose_so_takes_reports(city: City) -> None:
    fields = report(city)
    del fields["api_key"]
    assert errors(post("requests", fields, form="xml")) == [403]

    Agency.objects.filter(pk=city.agency.pk).update(open311_anonymous=True)

    case = case_of(post("requests", fields))
    assert not BroughtCase.objects.filter(case_id=case.pk).exists()
    assert get(f"requests/{case.reference}").json()[0]["description"] is None


def test_a_bad_an_ended_a_revoked_and_a_foreign_key_are_refused_alike(city: City) -> None:
    over = make_key(city.agency, "open311:write", expires_at=LONG_AGO + HOUR)
    revoked, foreign = make_key(city.agency, "open311:write"), make_city("HOU")
    partners.revoke_key(revoked.api_key, by=None, at=SUNDAY_9AM)
    read_only = make_key(city.agency, "open311:read", "cases:create")
    said = set()

    for secret in ("wasl_nonsense", over.secret, revoked.secret, foreign.secret):
        answer = post("requests", report(city, api_key=secret, jurisdiction_id="MUN"), form="xml")
        assert errors(answer) == [403]
        said.add(answer.content)

    assert len(said) == 1
    assert errors(post("requests", report(city, api_key=read_only.secret))) == [403]
    assert not Case.objects.exists()


def test_a_key_has_a_pace_and_strangers_are_counted_by_their_address(city: City) -> None:
    slow = make_key(city.agency, "open311:write", per_minute=1)
    Agency.objects.filter(pk=city.agency.pk).update(open311_anonymous=True)
    assert post("requests", report(city, api_key=slow.secret)).status_code == 200

    hurried = post("requests", report(city, api_key=slow.secret), form="xml")

    assert errors(hurried) == [429]
    assert 0 < int(hurried["Retry-After"]) <= 120
    strangers = [post("requests", POINT | {"service_code": "RD-POTHOLE"}).status_code for _ in range(61)]
    assert strangers == [200] * 60 + [429]


def test_one_number_is_not_played_with(city: City) -> None:
    answers = [post("requests", report(city, phone="92147705", description=f"بلاغ {n}")) for n in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1]["Retry-After"]
