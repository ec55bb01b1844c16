"""Who was shown whose data: once a day, with what was shown, and whether it was any of the reader's business."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.contacts import reading
from wasl.contacts.reading import GROUPS, Shown, note_reading, outside_looks
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_person

pytestmark = pytest.mark.django_db
CASE = 70_001


@pytest.fixture(autouse=True)
def _knows_nothing() -> None:
    reading._known.clear()


@pytest.fixture
def agency() -> Agency:
    return make_agency("MUN")


@pytest.fixture
def laila(agency: Agency) -> User:
    return make_person("auditor")


def note(agency: Agency, by: User | None, *shown: Shown, at: datetime = SUNDAY_9AM, **more: str) -> None:
    note_reading(shown, agency_id=agency.pk, by=by, at=at, **more)


def noted() -> list[tuple[int | None, str, bool]]:
    facts = EventRecord.objects.filter(kind="PersonalDataRead").order_by("pk")
    return [(fact.case_id, fact.data["what"], fact.data["outside"]) for fact in facts]


def acted(agency: Agency, by: User, kind: str = "NoteAdded") -> None:
    EventRecord.objects.create(
        kind=kind, version=1, agency_id=agency.pk, case_id=CASE, actor_id=by.pk, at=SUNDAY_9AM, data={}
    )


def test_the_same_look_is_recorded_once_a_day_of_the_agency(agency: Agency, laila: User) -> None:
    evening = SUNDAY_9AM.replace(hour=23, minute=59)
    for at in (SUNDAY_9AM, SUNDAY_9AM + timedelta(hours=3), evening, evening + timedelta(minutes=2)):
        note(agency, laila, Shown("contact", CASE), at=at)

    facts = EventRecord.objects.filter(kind="PersonalDataRead").order_by("pk")
    assert [fact.at for fact in facts] == [SUNDAY_9AM, evening + timedelta(minutes=2)]
    assert {(fact.actor_id, fact.case_id, fact.agency_id) for fact in facts} == {(laila.pk, CASE, agency.pk)}


def test_other_people_cases_fields_keys_and_reasons_are_looks_of_their_own(agency: Agency, laila: User) -> None:
    note(agency, laila, Shown("contact", CASE), Shown("confidential", CASE), Shown("contact", CASE + 1))
    note(agency, make_person("auditor"), Shown("contact", CASE))
    note(agency, None, Shown("contact", CASE), key="abc")
    note(agency, None, Shown("contact", CASE), key="def")
    note(agency, laila, Shown("recording", CASE, subject="recording:4"), reason="complaint")

    assert len(noted()) == 7


def test_who_looks_at_what_is_none_of_their_own_and_did_nothing_in_it_is_outside(agency: Agency, laila: User) -> None:
    note(agency, laila, Shown("contact", CASE, own=False))

    assert noted() == [(CASE, "contact", True)]


def test_who_worked_on_the_case_is_not_outside(agency: Agency, laila: User) -> None:
    acted(agency, laila)
    note(agency, laila, Shown("contact", CASE, own=False))

    assert noted() == [(CASE, "contact", False)]


def test_the_work_of_others_and_having_looked_before_are_no_reason(agency: Agency, laila: User) -> None:
    acted(agency, make_person("auditor"))
    note(agency, laila, Shown("confidential", CASE, own=False))
    note(agency, laila, Shown("contact", CASE, own=False))

    assert noted() == [(CASE, "confidential", True), (CASE, "contact", True)]


def test_a_look_that_led_to_work_is_no_longer_listed(agency: Agency, laila: User) -> None:
    salem, begin = make_person("agent"), SUNDAY_9AM - timedelta(hours=1)
    for reader in (laila, salem):
        note(agency, reader, Shown("contact", CASE, own=False))
    acted(agency, salem)  # the beneficiary called, and the call was noted after the case was opened

    looks = outside_looks(agency.pk, since=begin, until=begin + timedelta(hours=2))

    assert [look.actor_id for look in looks] == [laila.pk]
    assert outside_looks(agency.pk, since=begin, until=begin + timedelta(hours=2), people=[salem.pk]) == []
    assert outside_looks(agency.pk, since=begin - timedelta(days=1), until=begin) == []


def test_a_file_without_contact_data_is_recorded_only_for_whom_it_is_not(agency: Agency, laila: User) -> None:
    salem = make_person("agent")
    acted(agency, salem)
    note(agency, salem, Shown("case", CASE, own=False))
    note(agency, laila, Shown("case", CASE, own=True))
    assert noted() == []

    note(agency, laila, Shown("case", CASE + 1, own=False))
    assert noted() == [(CASE + 1, "case", True)]


def test_many_are_one_statement_and_what_is_known_here_is_none(
    agency: Agency, laila: User, django_capture_on_commit_callbacks: object
) -> None:
    shown: Sequence[Shown] = [Shown("contact", CASE + n) for n in range(20)]
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as first:  # type: ignore[operator]
        note(agency, laila, *shown)
    with CaptureQueriesContext(connection) as second:
        note(agency, laila, *shown)

    assert len([query for query in first.captured_queries if "INSERT" in query["sql"]]) == 1
    assert len(noted()) == 20
    assert [query for query in second.captured_queries if "core_edition" not in query["sql"]] == []


def test_what_was_rolled_back_is_not_taken_for_recorded(agency: Agency, laila: User) -> None:
    note(agency, laila, Shown("contact", CASE))  # the transaction of this test never commits

    assert reading._known == set()


def test_a_look_leaves_no_job_and_no_word_to_open_pages(agency: Agency, laila: User) -> None:
    def jobs() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'core.dispatch_event'")
            return cursor.fetchone()

    before = jobs()
    note(agency, laila, Shown("contact", CASE))

    assert jobs() == before


def test_every_group_has_a_name_for_the_auditor() -> None:
    assert all(str(name) for name in GROUPS.values())
