"""Reading and registering cases by the JSON interface."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.api.v1.tests.makers import EVERYTHING, Program, make_program
from wasl.cases import operations as cases
from wasl.cases.models import Case, CaseFile
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue import operations as catalogue
from wasl.catalogue.forms import Datatype, Question
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import relations
from wasl.core import clock, files
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.directory import operations as directory
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_huda, make_noora, make_person, make_unit
from wasl.partners.models import KeptAnswer, Scope
from wasl.places import operations as places

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(home: Any) -> Any:
    with clock.frozen(AT):
        yield


@pytest.fixture
def agency() -> Any:
    return make_working_agency()


@pytest.fixture
def huda_app(agency: Any) -> Program:
    """An app that acts for the supervisor."""
    return make_program(agency, user=make_huda(make_unit("ROADS", agency=agency)))


@pytest.fixture
def partner(agency: Any) -> Program:
    return make_program(agency)


TOLD = {"description": "حفرة كبيرة\u0000 أمام المدرسة", "kind": "report"}


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_person_reads_the_whole_case_with_its_beneficiary(huda_app: Program) -> None:
    case = make_case()

    answer = huda_app.get(f"cases/{case.reference}")

    told = answer.json()
    assert answer.status_code == 200
    assert answer["ETag"] == '"v1"'
    assert told["reference"] == case.reference
    assert told["state_name"]["ar"] == "مُحال"
    assert told["registered_at"] == "2026-11-22T09:00:00+04:00"
    assert told["beneficiary"] == {
        "name": "مريم بنت سعيد",
        "language": "ar",
        "preferred_channel": "email",
        "phones": ["+96892147705"],
        "emails": ["maryam@example.org"],
    }
    assert {clock["kind"] for clock in told["clocks"]} >= {"acknowledge", "resolve"}
    assert "accept" in told["acts"]
    assert "start" not in told["acts"]


def test_no_inner_number_stands_in_any_answer(huda_app: Program) -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(version=2)

    for path in ("", "/timeline", "/attachments"):
        told = huda_app.get(f"cases/{case.reference}{path}").json()
        assert _keys(told).isdisjoint({"pk", "case_id", "unit_id", "event_id", "public_id"})
        assert all(not isinstance(one, int) for one in _values_of(told, "id"))


def _keys(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part).union(*(_keys(value) for value in part.values()))
    return set().union(*(_keys(one) for one in part)) if isinstance(part, list) else set()


def _values_of(part: Any, name: str) -> list[Any]:
    if isinstance(part, dict):
        own = [part[name]] if name in part else []
        return own + [one for value in part.values() for one in _values_of(value, name)]
    return [one for each in part for one in _values_of(each, name)] if isinstance(part, list) else []


def test_what_the_program_has_already_is_not_sent_again(huda_app: Program) -> None:
    case = make_case()

    answer = huda_app.get(f"cases/{case.reference}", If_None_Match='W/"v1"')

    assert answer.status_code == 304
    assert answer.content == b""
    assert huda_app.get(f"cases/{case.reference}", If_None_Match='"v2"').status_code == 200


def test_a_partner_reads_cases_of_others_without_personal_data(partner: Program) -> None:
    noora = make_noora()
    case = accepted_case(by=noora)
    cases.add_note(case, text="كلام بين الزملاء", by=noora, at=AT)

    told = partner.get(f"cases/{case.reference}").json()
    story = partner.get(f"cases/{case.reference}/timeline").content.decode()
    messages = partner.get(f"cases/{case.reference}/messages")

    assert told["beneficiary"] is None
    assert told["assignee"] is None
    assert told["acts"] == []
    assert told["state_name"]["ar"] == case.state_words.public["ar"]
    assert "كلام بين الزملاء" not in story
    assert noora.full_name not in story
    assert messages.status_code == 403
    assert messages.json()["type"] == "/api/v1/problems/personal-data"


def test_a_scope_opens_personal_data_and_the_reading_is_recorded(agency: Any) -> None:
    case = make_case()
    program = make_program(agency, scopes=[*EVERYTHING, Scope.PERSONAL_READ])

    for _ in range(2):
        told = program.get(f"cases/{case.reference}").json()

    assert told["beneficiary"]["name"] == "مريم بنت سعيد"
    (read,) = EventRecord.objects.filter(kind="PersonalDataRead")
    assert read.case_id == case.pk
    assert (read.data["what"], read.data["key"], read.data["outside"]) == ("contact", program.api_key.public_id, False)


def test_a_confidential_case_is_nothing_to_a_partner_and_its_reading_by_staff_is_recorded(agency: Any) -> None:
    unit = make_unit("ROADS", agency=agency)
    case = make_case(service=make_service("COMP", agency=agency, unit=unit, confidential=True))
    quality = make_program(agency, user=make_person("quality", unit))

    assert make_program(agency).get(f"cases/{case.reference}").status_code == 404
    assert make_program(agency, user=make_huda(unit)).get(f"cases/{case.reference}").status_code == 404
    assert quality.get(f"cases/{case.reference}").status_code == 200
    assert EventRecord.objects.filter(kind="PersonalDataRead", data__what="confidential").exists()


def test_cases_of_another_agency_look_as_if_they_did_not_exist(huda_app: Program, partner: Program) -> None:
    foreign = make_case(agency=make_working_agency("HOU"))

    for program in (huda_app, partner):
        for path in ("", "/timeline", "/messages", "/attachments"):
            assert program.get(f"cases/{foreign.reference}{path}").json()["status"] == 404, path
        assert program.get("cases?state=any").json()["cases"] == []


def test_a_key_reaches_its_own_agency_alone_whatever_else_its_person_is(agency: Any) -> None:
    ministry = make_working_agency("HOU")
    huda = make_huda(make_unit("ROADS", agency=agency))
    directory.grant_role(huda, role="supervisor", unit=make_unit("ROADS", agency=ministry), by=None, at=LONG_AGO)
    huda = User.objects.get(pk=huda.pk)
    case = make_case(agency=ministry)

    assert make_program(agency, user=huda).get(f"cases/{case.reference}").status_code == 404
    assert make_program(ministry, user=huda).get(f"cases/{case.reference}").status_code == 200


# --- lists ----------------------------------------------------------------------------------------------------------


def test_pages_follow_each_other_and_miss_nothing(huda_app: Program) -> None:
    wanted = {
        make_case(title=f"حفرة {number}", at=SUNDAY_9AM + timedelta(minutes=number)).reference for number in range(5)
    }

    found, path = [], "cases?limit=2&order=newest"
    while path:
        answer = huda_app.get(path)
        found += [one["reference"] for one in answer.json()["cases"]]
        link = answer.get("Link", "")
        path = link[1 : link.index(">")] if link else ""

    assert len(found) == 5
    assert set(found) == wanted


def test_a_cursor_tells_nothing_and_belongs_to_its_order(huda_app: Program) -> None:
    case, _ = make_case(), make_case()
    after = huda_app.get("cases?limit=1").json()["next"]

    other = huda_app.get(f"cases?limit=1&order=newest&after={after}")
    made_up = huda_app.get("cases?after=P3~2026-11-22T05:00:00Z~1")

    assert str(case.pk) not in after.split(":")
    assert "~" not in after
    assert [other.status_code, made_up.status_code] == [422, 422]
    assert made_up.json()["errors"][0]["parameter"] == "after"


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("state=open", {"waiting", "done"} - {"done"}),
        ("state=done", {"done"}),
        ("state=resolved", {"done"}),
        ("state=any", {"waiting", "done"}),
        ("state=any&importance=P1", set()),
        ("state=any&kind=report&channel=portal", {"waiting", "done"}),
        ("state=any&unit=ROADS", {"waiting", "done"}),
        ("state=any&unit=CENTRE", set()),
        ("state=any&service=POT", {"waiting", "done"}),
        ("assignee=nobody", {"waiting"}),
        ("assignee=me", set()),
        ("state=any&registered_from=2026-11-22T08:59:00%2B04:00", {"waiting", "done"}),
        ("state=any&registered_from=2026-11-22T09:01:00%2B04:00", set()),
        ("state=any&registered_from=0001-01-01T00:00:00%2B14:00", {"waiting", "done"}),
        ("state=any&registered_from=9999-12-31T23:59:59-14:00", set()),
        ("state=any&q=الدوار", {"waiting", "done"}),
        ("state=any&q=مريم", {"waiting", "done"}),
        ("state=any&q=لاشيء", set()),
        ("due=overdue", set()),
    ],
)
def test_lists_are_narrowed_as_asked(agency: Any, huda_app: Program, query: str, fits: set[str]) -> None:
    service = make_service("POT", agency=agency)
    made = {
        "waiting": make_case(service=service).reference,
        "done": resolved_case(by=make_noora(), service=service).reference,
    }

    found = huda_app.get(f"cases?{query}").json()["cases"]

    assert {one["reference"] for one in found} == {made[name] for name in fits}


def test_a_partner_finds_nobody_by_name_unless_its_key_says_so(agency: Any, partner: Program) -> None:
    make_case()
    may = make_program(agency, scopes=[*EVERYTHING, Scope.PERSONAL_READ])

    assert partner.get("cases?q=مريم").json()["cases"] == []
    assert len(may.get("cases?q=مريم").json()["cases"]) == 1


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("colour=red", 400, "colour"),
        ("limit=0", 400, "limit"),
        ("limit=ten", 400, "limit"),
        ("due=null", 400, "due"),
        ("state=nowhere", 400, "state"),
        ("state=open&state=any", 400, "state"),
        ("registered_from=2026-11-22", 400, "registered_from"),
        ("registered_from=2026", 400, "registered_from"),
        ("registered_from=1e5", 400, "registered_from"),
        ("unit=NOWHERE", 422, "unit"),
        ("service=NOTHING", 422, "service"),
        ("wilayat=ATLANTIS", 422, "wilayat"),
        ("state=any&order=fair", 422, "order"),
    ],
)
def test_a_parameter_that_does_not_do_is_named(huda_app: Program, query: str, status: int, parameter: str) -> None:
    answer = huda_app.get(f"cases?{query}")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_a_list_of_many_asks_the_database_no_more_often(huda_app: Program, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        make_case()

    with django_assert_max_num_queries(8):
        found = huda_app.get("cases").json()["cases"]

    assert len(found) == 6


# --- registering ----------------------------------------------------------------------------------------------------


def test_a_partner_registers_a_case_follows_it_and_sees_whose_it_is(agency: Any, partner: Program) -> None:
    contact = {"name": "مريم بنت سعيد", "phone": "9214 7705", "preferred_channel": "sms"}

    answer = partner.post("cases", TOLD | {"contact": contact})

    told = answer.json()
    case = Case.objects.get(reference=told["reference"])
    mine = partner.get(answer["Location"]).json()
    assert answer.status_code == 201
    assert answer["ETag"] == '"v1"'
    assert case.channel == "api"
    assert case.registered_by is None
    assert case.description == "حفرة كبيرة أمام المدرسة"
    assert cases.access_code(case) in told["track_url"]
    assert mine["beneficiary"]["phones"] == ["+96892147705"]
    assert mine["acts"] == ["add-information", "withdraw"]
    assert make_program(agency).get(answer["Location"]).json()["beneficiary"] is None


def test_a_program_does_not_register_a_relatives_case_in_the_name_of_staff(huda_app: Program, partner: Program) -> None:
    huda = huda_app.api_key.user
    assert huda is not None
    relations.declare(huda, agency=huda_app.api_key.agency, kind="child", phone="92000001", by=huda, at=SUNDAY_9AM)
    told = TOLD | {"contact": {"name": "ابن هدى", "phone": "92000001"}}

    refused = huda_app.post("cases", told)

    assert refused.status_code == 422
    assert "Use the public portal" in refused.json()["detail"]
    assert Case.objects.count() == 0
    assert partner.post("cases", told).status_code == 201


def test_staff_register_a_case_for_somebody_in_their_own_name(huda_app: Program) -> None:
    answer = huda_app.post("cases", TOLD | {"channel": "phone"})

    case = Case.objects.get(reference=answer.json()["reference"])
    assert case.channel == "phone"
    assert case.registered_by == huda_app.api_key.user


def test_a_service_is_registered_with_its_answers_place_and_photos(agency: Any, partner: Program) -> None:
    places.load_starting_places(at=SUNDAY_9AM - timedelta(days=900))
    service = make_service("POT", agency=agency, needs_location=True)
    depth = Question("depth", both("العمق بالسنتيمتر", "Depth in cm"), Datatype.NUMBER, required=True)
    catalogue.set_questions(service, [depth], by=None, at=SUNDAY_9AM - timedelta(days=30))
    photo = partner.ask("POST", "uploads?name=hole.png", picture(), **{"Content-Type": "image/png"}).json()

    answer = partner.post(
        "cases",
        {
            "service": "POT",
            "place": {"latitude": 23.585, "longitude": 58.405, "area": "روي"},
            "answers": {"depth": 25},
            "files": [photo["upload"]],
        },
    )

    case = Case.objects.get(reference=answer.json()["reference"])
    assert case.service == service
    assert case.kind == "report"
    assert case.wilayat is not None
    assert [answer["value"] for answer in case.answers] == [25]
    assert case.files.get().file.name == "hole.jpg"
    assert partner.get(f"cases/{case.reference}").json()["place"]["latitude"] == 23.585


@pytest.mark.parametrize(
    ("told", "pointers"),
    [
        ({}, ["/description"]),
        ({"description": " \u200f "}, ["/description"]),
        ({"service": "NOTHING"}, ["/service"]),
        ({"service": "SECRET"}, ["/service"]),
        ({"service": "HERE"}, ["/place"]),
        ({"service": "HERE", "kind": "praise", "place": {"latitude": 1}}, ["/kind", "/place/longitude", "/place"]),
        ({"description": "x", "place": {"wilayat": "ATLANTIS"}}, ["/place/wilayat"]),
        ({"description": "x", "contact": {"phone": "12", "email": "nobody"}}, ["/contact/phone", "/contact/email"]),
        ({"description": "x", "contact": {"preferred_channel": "sms"}}, ["/contact/phone"]),
        ({"description": "x", "answers": {"depth": 3}}, ["/answers/depth"]),
        ({"description": "x", "files": ["nothing"]}, ["/files/0"]),
        ({"description": "x", "same_as": "abc"}, ["/same_as"]),
        ({"description": "x", "channel": "phone"}, ["/channel"]),
    ],
)
def test_everything_that_is_to_be_mended_is_named_at_once(
    agency: Any, partner: Program, told: dict[str, Any], pointers: list[str]
) -> None:
    make_service("HERE", agency=agency, needs_location=True)
    make_service("SECRET", agency=agency, confidential=True)

    answer = partner.post("cases", told)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == pointers
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("told", "pointer", "english", "arabic"),
    [
        ({"colour": "red"}, "/colour", "There is no field “colour” here.", "لا يوجد حقل باسم «colour» هنا."),
        ({"description": 7}, "/description", "Expected str, got int.", "المتوقع str، والوارد int."),
        (
            {"description": "ح" * 4001},
            "/description",
            "Longer than 4000 characters.",
            "أطول من 4000 حرفاً.",
        ),
        ({"place": {"longitude": 181}}, "/place/longitude", "More than 180.0.", "أكثر من 180.0."),
        (
            {"place": {"colour": 1}},
            "/place/colour",
            "There is no field “colour” here.",
            "لا يوجد حقل باسم «colour» هنا.",
        ),
        (
            {"kind": "poem"},
            "/kind",
            "Not one of the values taken: 'poem'",
            "ليس من القيم المقبولة: 'poem'",
        ),
    ],
)
def test_a_body_that_does_not_fit_is_refused_in_both_languages(
    partner: Program, told: dict[str, Any], pointer: str, english: str, arabic: str
) -> None:
    for language, sentence in (("en-GB,en;q=0.9", english), ("ar-OM", arabic), ("fr", arabic)):
        answer = partner.post("cases", told, language=language)

        problem = answer.json()
        assert answer.status_code == problem["status"] == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Content-Language"] == ("en" if language.startswith("en") else "ar")
        assert problem["type"] == "/api/v1/problems/invalid"
        assert problem["errors"] == [{"detail": sentence, "pointer": pointer}]


@pytest.mark.parametrize(
    ("content", "type_", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"description": "\xff\xfe"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"answers": {"a": ' + b"[" * 50_000 + b"}}", "application/json", 400),
        (b"{}", "application/json; charset=utf-16", 415),
        (b"description=x", "application/x-www-form-urlencoded", 415),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415),
        (b"<a/>", "text/xml", 415),
        (b'{"description": "' + b"x" * 300_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(partner: Program, content: bytes, type_: str, status: int) -> None:
    answer = partner.ask("POST", "cases", content, **{"Content-Type": type_})

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert Case.objects.count() == 0


# --- again and again ------------------------------------------------------------------------------------------------


def test_the_same_under_the_same_key_is_registered_once_and_heard_again(partner: Program) -> None:
    first = partner.post("cases", TOLD, Idempotency_Key="a-1")
    again = partner.post("cases", TOLD, Idempotency_Key="a-1")

    assert [first.status_code, again.status_code] == [201, 201]
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(partner: Program) -> None:
    partner.post("cases", TOLD, Idempotency_Key="a-1")

    answer = partner.post("cases", TOLD | {"description": "أخرى"}, Idempotency_Key="a-1")

    assert answer.status_code == 422
    assert answer.json()["type"] == "/api/v1/problems/key-reused"


def test_keys_of_two_programs_do_not_meet(agency: Any, partner: Program) -> None:
    first = partner.post("cases", TOLD, Idempotency_Key="a-1")
    other = make_program(agency).post("cases", TOLD, Idempotency_Key="a-1")

    assert first.json()["reference"] != other.json()["reference"]


def test_a_refusal_is_not_kept_and_what_was_mended_goes_through(partner: Program) -> None:
    refused = partner.post("cases", {"service": "NOTHING"}, Idempotency_Key="a-1")
    taken = partner.post("cases", TOLD, Idempotency_Key="a-1")

    assert [refused.status_code, taken.status_code] == [422, 201]


def test_while_the_first_is_at_work_the_second_is_asked_to_wait(partner: Program) -> None:
    KeptAnswer.objects.all().delete()
    partner.post("cases", TOLD, Idempotency_Key="a-1")
    KeptAnswer.objects.update(status=None)

    answer = partner.post("cases", TOLD, Idempotency_Key="a-1")

    assert answer.status_code == 409
    assert answer["Retry-After"] == "1"


@pytest.mark.parametrize("key", ["", "with blank", "x" * 256, "مفتاح"])
def test_a_word_that_is_no_idempotency_key_is_refused(partner: Program, key: str) -> None:
    answer = partner.post("cases", TOLD, Idempotency_Key=key)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


# --- files ----------------------------------------------------------------------------------------------------------


def test_staff_get_the_file_itself_and_a_partner_the_copy_without_metadata(huda_app: Program, partner: Program) -> None:
    photo = files.store(
        picture("PNG", size=(64, 48)), agency_id=huda_app.api_key.agency_id, name="a.png", at=SUNDAY_9AM
    )
    case = make_case(files=[photo])
    path = f"cases/{case.reference}/attachments"

    (for_staff,) = huda_app.get(path).json()["attachments"]
    (for_partner,) = partner.get(path).json()["attachments"]
    whole, copy = (program.get(f"{path}/{photo.public_id}") for program in (huda_app, partner))

    assert for_staff["name"] == "a.png"
    assert for_partner["content_type"] == "image/jpeg"
    assert whole["Content-Type"] == "image/png"
    assert copy["Content-Type"] == "image/jpeg"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"] == 'attachment; filename="a.png"'
    assert b"".join(copy.streaming_content)[:3] == b"\xff\xd8\xff"
    assert huda_app.get(f"{path}/{photo.public_id}", If_None_Match=whole["ETag"]).status_code == 304


def test_what_is_not_public_is_no_file_to_a_partner(huda_app: Program, partner: Program) -> None:
    case = accepted_case(by=make_noora())
    photo = files.store(picture(), agency_id=case.agency_id, name="a.png", at=SUNDAY_9AM)
    cases.add_note(case, text="صورة للزملاء", files=[photo], by=make_noora(), at=AT)
    path = f"cases/{case.reference}/attachments"

    assert partner.get(path).json()["attachments"] == []
    assert partner.get(f"{path}/{photo.public_id}").status_code == 404
    assert huda_app.get(f"{path}/{photo.public_id}").status_code == 200


def test_an_upload_belongs_to_its_key_and_is_kept_once(agency: Any, partner: Program, huda_app: Program) -> None:
    word = partner.ask("POST", "uploads", picture(), **{"Content-Type": "image/png"}).json()["upload"]
    mine = partner.post("cases", TOLD | {"files": [word]})

    stolen = make_program(agency).post("cases", TOLD | {"files": [word]})
    twice = partner.post("cases", TOLD | {"files": [word]})

    assert mine.status_code == 201
    assert [stolen.status_code, twice.status_code] == [422, 422]


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 422), (b"MZ\x90\x00 not a picture", 422), (b"<html></html>", 422), (b"\x00", 422)]
)
def test_what_is_no_picture_or_document_is_not_taken(partner: Program, content: bytes, status: int) -> None:
    answer = partner.ask("POST", "uploads", content, **{"Content-Type": "image/jpeg"})

    assert answer.status_code == status
    assert answer.json()["detail"]


def test_files_are_added_to_a_case_by_staff_and_by_whoever_brought_it(huda_app: Program, partner: Program) -> None:
    brought = partner.post("cases", TOLD).json()["reference"]
    other = make_case()
    words = [
        program.ask("POST", "uploads", picture(), **{"Content-Type": "image/png"}).json()["upload"]
        for program in (huda_app, partner, partner)
    ]

    staff = huda_app.post(f"cases/{other.reference}/attachments", {"files": [words[0]]})
    own = partner.post(f"cases/{brought}/attachments", {"files": [words[1]]})
    foreign = partner.post(f"cases/{other.reference}/attachments", {"files": [words[2]]})

    assert [staff.status_code, own.status_code, foreign.status_code] == [200, 200, 403]
    assert not CaseFile.objects.get(case=other).public
    assert CaseFile.objects.get(case__reference=brought).public


# --- messages -------------------------------------------------------------------------------------------------------


def test_messages_are_shown_without_the_private_link_of_the_beneficiary(huda_app: Program) -> None:
    from wasl.cases.links import track_link
    from wasl.cases.operations import link_message
    from wasl.messaging.models import ChannelAccount, Conversation, Message

    case = make_case()
    account = ChannelAccount.objects.create(agency=case.agency, channel="email", code="m", name="m", address="a@x.om")
    conversation = Conversation.objects.create(
        agency=case.agency, account=account, address="maryam@example.org", started_at=AT, last_at=AT
    )
    message = Message.objects.create(
        agency=case.agency,
        conversation=conversation,
        direction="in",
        text=f"لم تُحل بعد\n> {track_link(case)}",
        from_address="maryam@example.org",
        dedupe_key="m1",
        created_at=AT,
    )
    link_message(case, message)

    (told,) = huda_app.get(f"cases/{case.reference}/messages").json()["messages"]

    assert told["text"].startswith("لم تُحل بعد")
    assert cases.access_code(case) not in told["text"]
    assert told["address"] == "maryam@example.org"
    assert told["channel"] == "email"


def test_a_legal_date_and_a_hardship_weigh_as_a_clerk_would_tell_them(partner: Program) -> None:
    facts = {"legal_date": "2026-11-30", "hardship": "no_water"}

    answer = partner.post("cases", TOLD | {"facts": facts})

    case = Case.objects.get(reference=answer.json()["reference"])
    assert (case.importance_facts["legal_days"], case.importance_facts["hardship"]) == (7, "no_water")
    assert {reason["en"] for reason in case.importance_reasons} >= {"A legal date is coming up"}


def test_a_whole_number_may_be_written_with_a_point(partner: Program) -> None:
    answer = partner.post("cases", TOLD | {"facts": {"danger": 2.0, "people": 40.0}})
    case = Case.objects.get(reference=answer.json()["reference"])
    assert case.importance_facts == {"danger": 2, "people": 40}

    refused = partner.post("cases", TOLD | {"facts": {"danger": 2.5}}, language="en")
    error = {"detail": "Expected int, got float.", "pointer": "/facts/danger"}
    assert (refused.status_code, refused.json()["errors"]) == (400, [error])


@pytest.mark.parametrize(
    "facts",
    [{"legal_date": "2062-11-30"}, {"legal_date": "1999-01-01"}, {"legal_date": "غداً"}, {"hardship": "rich"}],
)
def test_a_date_out_of_reach_and_an_unknown_hardship_are_refused(partner: Program, facts: dict[str, str]) -> None:
    answer = partner.post("cases", TOLD | {"facts": facts})

    assert answer.status_code in (400, 422)
    assert not Case.objects.exists()
