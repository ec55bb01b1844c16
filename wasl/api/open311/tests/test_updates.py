"""What happened to reports, told to the strictest clients; and what they add."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wasl.api.open311.tests.makers import BASE, City, errors, get, make_city, make_key, post, rows, sent
from wasl.cases import operations as cases
from wasl.cases import timeline
from wasl.cases.models import Case, CaseFile
from wasl.cases.tests.makers import HOUR, make_case, make_specialist_of
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.directory.tests.makers import SUNDAY_9AM
from wasl.intake.models import RemotePicture
from wasl.partners.models import KeptAnswer

pytestmark = pytest.mark.django_db
CALL = "servicerequestupdates"
PERSONAL = "عزيزتي مريم، اتصلنا بك على 92147705"


def told(**query: Any) -> list[tuple[str, str, str]]:
    """Report, status and words of each update, as they come."""
    answer = get(CALL, **query)
    assert answer.status_code == 200, answer.content.decode()
    return [(one["service_request_id"], one["status"], one["description"]) for one in rows(answer)]


def worked_on(case: Case) -> None:
    """The case is accepted, answered, done and closed, an hour for each."""
    by = make_specialist_of(case)
    cases.accept_referral(case, by=by, at=SUNDAY_9AM + HOUR)
    cases.add_note(case, text="كلام بين الزملاء", by=by, at=SUNDAY_9AM + HOUR)
    cases.start_work(case, by=by, at=SUNDAY_9AM + 2 * HOUR)
    cases.reply(case, text=PERSONAL, by=by, at=SUNDAY_9AM + 3 * HOUR)
    cases.resolve(case, text="رُدمت الحفرة", by=by, at=SUNDAY_9AM + 4 * HOUR)
    cases.close(case, by=by, at=SUNDAY_9AM + 5 * HOUR)


def add(city: City, number: str, **fields: Any) -> Any:
    """Add to a report."""
    given = {"api_key": city.secret, "service_request_id": number, "description": "ما زالت هناك", "status": "OPEN"}
    return post(CALL, given | fields)


def test_strangers_hear_of_states_alone_and_the_bringing_program_of_words_too(city: City) -> None:
    number = sent(city)
    worked_on(Case.objects.get())

    with clock.frozen(SUNDAY_9AM + 6 * HOUR):
        public, own = told(), told(api_key=city.secret)
        foreign = told(api_key=make_key(city.agency, "open311:read").secret)

    assert public == foreign == [
        (number, "OPEN", "أُحيل إلى الجهة المختصة"),
        (number, "INVESTIGATING", "قبلته الجهة المختصة"),
        (number, "IN_PROGRESS", "العمل جارٍ عليه"),
        (number, "FIXED", "تمت المعالجة، ننتظر تأكيدك"),
        (number, "CLOSED", "أُغلق"),
    ]  # fmt: skip
    assert (number, "FIXED", "رُدمت الحفرة") in own
    assert (number, "CLOSED", PERSONAL) in own
    assert all("الزملاء" not in words for _, _, words in own)


def test_the_names_are_those_that_clients_read(city: City) -> None:
    number = sent(city)

    answer = get(CALL, form="xml")

    assert answer.content.startswith(
        b'<?xml version="1.0" encoding="utf-8"?>\n<service_request_updates><request_update><update_id>'
    )
    (row,) = rows(answer)
    assert (row["service_request_id"], row["updated_datetime"]) == (number, "2026-11-22T09:00:00+04:00")
    assert row["update_id"].isdecimal()


def test_updates_are_told_by_time_and_by_report(city: City) -> None:
    first, second = sent(city), sent(city)
    for case in Case.objects.all():
        cases.accept_referral(case, by=make_specialist_of(case), at=SUNDAY_9AM + HOUR)
    after = (SUNDAY_9AM + timedelta(minutes=1)).isoformat()

    with clock.frozen(SUNDAY_9AM + 2 * HOUR):
        assert [number for number, _, _ in told(start_date=after, end_date="2026-11-22")] == [first, second]
        assert len(told(service_request_id=first)) == 2
        assert told(service_request_id="nonsense") == []
    assert errors(get(CALL, start_date="soon", form="xml")) == [400]
    assert errors(get(CALL, start_date="2026-01-01", end_date="2026-11-01")) == [400]


def test_what_a_program_adds_stands_on_the_case_for_its_citizen(city: City) -> None:
    number = sent(city)

    answer = add(city, number, media_url="https://pictures.example.org/b.jpg")

    (row,) = rows(answer)
    assert EventRecord.objects.get(pk=row["update_id"]).kind == "InformationAdded"
    assert timeline.public_timeline(Case.objects.get())[0].text == "ما زالت هناك"
    assert RemotePicture.objects.get().case.reference == number


def test_photos_may_come_with_it(city: City) -> None:
    number = sent(city)
    fields = {"api_key": city.secret, "service_request_id": number}

    answer = Client().post(f"{BASE}{CALL}.xml", fields | {"media": SimpleUploadedFile("a.jpg", picture())})

    assert answer.status_code == 200, answer.content.decode()
    assert answer.content.startswith(
        b'<?xml version="1.0" encoding="utf-8"?>\n<service_request_updates><request_update>'
    )
    assert CaseFile.objects.get(case__reference=number).public


def test_the_same_update_counts_once_and_another_under_its_number_is_refused(city: City) -> None:
    number = sent(city)

    first, again = add(city, number, update_id="248"), add(city, number, update_id="248")

    assert again.content == first.content
    assert EventRecord.objects.filter(kind="InformationAdded").count() == 1
    assert errors(add(city, number, update_id="248", description="غير ذلك")) == [422]
    assert add(city, number, update_id="249").status_code == 200
    assert KeptAnswer.objects.count() == 2


def test_who_knows_how_the_citizen_is_reached_may_add_and_nobody_else(city: City) -> None:
    case = make_case(agency=city.agency, service=city.service)

    assert errors(add(city, case.reference)) == [404]
    assert errors(add(city, case.reference, email="other@example.org", phone="x")) == [404]
    assert add(city, case.reference, email="MARYAM@example.org").status_code == 200
    assert add(city, case.reference, phone="92147705").status_code == 200
    assert errors(add(make_city("HOU"), case.reference, email="maryam@example.org")) == [404]


def test_an_update_needs_a_key_words_and_a_report(city: City) -> None:
    number = sent(city)
    read_only = make_key(city.agency, "open311:read")

    assert errors(add(city, number, api_key="")) == [403]
    assert errors(add(city, number, api_key=read_only.secret)) == [403]
    assert errors(add(city, number, description=" ")) == [400]
    assert errors(add(city, number, description="م" * 4_001)) == [400]
    assert errors(add(city, "MR-2611-99999-9")) == errors(add(city, "")) == [404]
    assert errors(add(city, number, media_url="gopher://x", description="م" * 4_001)) == [400, 400]


def test_to_a_report_that_was_withdrawn_nothing_is_added(city: City) -> None:
    number = sent(city)
    case = Case.objects.get()
    cases.withdraw(case, by=None, at=SUNDAY_9AM)

    assert errors(add(city, number)) == [400]
