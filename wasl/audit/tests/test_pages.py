"""The audit log: who did what, who was shown whose data, for those who may ask, and each asking is recorded."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wasl.accounts.models import User
from wasl.audit import words
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import reading
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock, seals
from wasl.core.events import registered_events
from wasl.core.log import numbers_between
from wasl.core.models import EventRecord
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_agency, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = pytest.mark.django_db
# Records are told by when they were recorded, which the database's own clock says.
TODAY = "?from=2000-01-01"


@pytest.fixture(autouse=True)
def _knows_nothing() -> None:
    reading._known.clear()


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def laila(agency: Agency) -> User:
    return make_person("auditor")


@pytest.fixture
def noora(agency: Agency) -> User:
    return make_noora()


@pytest.fixture
def case(agency: Agency, noora: User) -> Case:
    case = make_case()
    cases.add_note(case, text="=كلام بين الزملاء", by=noora, at=SUNDAY_9AM)
    return case


def show(client: Client, name: str, query: str = TODAY, language: str = "en") -> str:
    client.cookies["wasl_language"] = language
    answer = client.get(reverse(f"audit:{name}") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, name: str, query: str = TODAY) -> list[list[str]]:
    text = show(client, name, query)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))[1:]


def shown(case: Case, *, by: User | None, what: str = "contact", own: bool = True, **more: Any) -> None:
    note_reading([Shown(what, case.pk, own)], agency_id=case.agency_id, by=by, at=clock.now(), **more)


class TestTheLog:
    def test_an_auditor_reads_who_did_what_in_which_case(
        self, client: Client, laila: User, noora: User, case: Case
    ) -> None:
        sign_in(client, laila)
        page = show(client, "log", f"?case={case.reference}")

        assert noora.latin_name in page
        assert case.reference.split("-")[2] in page
        assert "كلام بين الزملاء" not in page  # words stay where the case is read

    def test_it_is_searched_by_person_kind_and_day(self, client: Client, laila: User, noora: User, case: Case) -> None:
        sign_in(client, laila)

        kinds = {row[6] for row in table(client, "log_file", f"{TODAY}&person={noora.pk}")}
        one_kind = {row[6] for row in table(client, "log_file", f"{TODAY}&kind=CaseRegistered")}
        long_ago = table(client, "log_file", "?from=2001-01-01&to=2001-12-31")

        assert kinds == {"NoteAdded"}
        assert one_kind == {"CaseRegistered"}
        assert long_ago == []

    def test_more_than_a_page_is_turned_over(self, client: Client, laila: User, case: Case) -> None:
        sign_in(client, laila)
        for n in range(60):
            shown(case, by=None, key=f"k{n}")

        first = client.get(reverse("audit:log") + TODAY)
        second = client.get(reverse("audit:log") + f"{TODAY}&before={first.context['onward']}")

        numbers = [row.number for answer in (first, second) for row in answer.context["rows"]]
        assert len(first.context["rows"]) == 50
        assert numbers == sorted(set(numbers), reverse=True)

    def test_the_file_runs_no_formula(self, client: Client, laila: User, case: Case) -> None:
        sign_in(client, laila)
        shown(case, by=None, key="abc", reason="=HYPERLINK(1)")

        (row,) = table(client, "reads_file", f"{TODAY}&key=abc")

        assert row[-1].startswith("'=")

    def test_it_says_how_the_log_is_sealed(self, client: Client, laila: User, case: Case) -> None:
        sign_in(client, laila)
        assert "nothing yet" in show(client, "log")
        seals.seal_settled()
        newest = seals.head()

        assert newest is not None
        assert newest.digest in show(client, "log")

    def test_a_break_that_was_found_stands_above_all(self, client: Client, laila: User, case: Case) -> None:
        from wasl.core.seals import checking, making

        making.state_of_log()
        checking.remember(seals.Verdict(0, 0, 0, 0, 0, seals.Broken("missing", 1, event=42)))
        sign_in(client, laila)

        assert "Record 42 is missing." in show(client, "log")
        assert "حُذف السجل رقم 42" in show(client, "log", language="ar")

    def test_looking_is_recorded_once_for_a_question(
        self, client: Client, laila: User, case: Case, django_capture_on_commit_callbacks: Any
    ) -> None:
        sign_in(client, laila)
        for query in (TODAY, TODAY, f"{TODAY}&kind=SignedIn"):
            with django_capture_on_commit_callbacks(execute=True):
                show(client, "log", query)
        show(client, "reads_file", f"?case={case.reference}")
        show(client, "log", f"{TODAY}&case=مريم&key=a+b")  # what is typed freely does not go into the log

        looks = EventRecord.objects.filter(kind="PersonalDataRead", actor_id=laila.pk, data__what="audit")
        assert looks.count() == 3
        assert looks.get(case_id=case.pk).data["subject"].startswith("reads file?case=")


class TestWhoReadWhoseData:
    def test_the_people_and_fields_that_an_account_touched(
        self, client: Client, laila: User, noora: User, case: Case
    ) -> None:
        shown(case, by=noora)
        shown(case, by=make_salem(), own=False)
        sign_in(client, laila)

        (row,) = table(client, "reads_file", f"{TODAY}&person={noora.pk}")
        (outside,) = table(client, "reads_file", f"{TODAY}&outside=1")

        assert row[:4] == [noora.latin_name, "Name and means of contact", case.reference, str(case.beneficiary_id)]
        assert (row[7], outside[7]) == ("", "yes")

    def test_what_a_key_touched(self, client: Client, laila: User, case: Case) -> None:
        shown(case, by=None, key="abc")
        shown(case, by=None, key="def")
        sign_in(client, laila)

        (row,) = table(client, "reads_file", f"{TODAY}&key=abc")

        assert "program: abc" in row[0]

    def test_looks_of_several_days_are_one_row(self, client: Client, laila: User, noora: User, case: Case) -> None:
        for day in range(3):
            at = SUNDAY_9AM + timedelta(days=day)
            note_reading([Shown("contact", case.pk)], agency_id=case.agency_id, by=noora, at=at)
        sign_in(client, laila)

        (row,) = table(client, "reads_file", f"{TODAY}&person={noora.pk}")

        assert row[6] == "3"
        assert row[4] < row[5]

    def test_what_was_recorded_in_the_older_form_is_read_too(self, client: Client, laila: User, case: Case) -> None:
        EventRecord.objects.create(
            kind="PersonalDataRead",
            version=1,
            agency_id=case.agency_id,
            at=SUNDAY_9AM,
            data={"case_id": case.pk, "what": "contact key:xyz"},
        )
        sign_in(client, laila)

        rows = table(client, "reads_file")

        assert ["program: xyz", "Name and means of contact", case.reference] in [row[:3] for row in rows]

    def test_nobody_having_looked_says_so(self, client: Client, laila: User) -> None:
        sign_in(client, laila)

        assert "Nobody looked in these days" in show(client, "reads", "?from=2001-01-01&to=2001-01-02")


class TestHowFar:
    def test_a_supervisor_sees_what_the_own_people_did(self, client: Client, noora: User, case: Case) -> None:
        roads = make_unit("ROADS")
        salem, huda = make_salem(), make_person("supervisor", roads)
        shown(case, by=salem)
        shown(case, by=noora)
        sign_in(client, huda)

        readers = {row[0] for row in table(client, "reads_file", f"{TODAY}&case={case.reference}")}
        assert readers == {noora.latin_name, huda.latin_name}  # her own look into the log is one as well
        assert "Sealed up to" not in show(client, "log")

    def test_a_supervisor_sees_nothing_of_a_confidential_case(
        self, client: Client, agency: Agency, noora: User
    ) -> None:
        roads = make_unit("ROADS")
        closed = make_case(service=make_service("S-9", agency=agency, unit=roads, confidential=True), by=noora)
        shown(closed, by=noora, what="confidential")
        sign_in(client, make_person("supervisor", roads))

        assert table(client, "log_file", f"?case={closed.reference}") == []
        assert table(client, "reads_file", f"{TODAY}&person={noora.pk}") == []

    def test_an_auditor_sees_the_confidential_ones(
        self, client: Client, agency: Agency, laila: User, noora: User
    ) -> None:
        closed = make_case(service=make_service("S-9", agency=agency, unit=make_unit("ROADS"), confidential=True))
        shown(closed, by=noora, what="confidential")
        sign_in(client, laila)

        assert len(table(client, "reads_file", f"{TODAY}&person={noora.pk}")) == 1

    def test_another_agency_is_as_if_it_were_not(self, client: Client, laila: User, case: Case) -> None:
        other = make_working_agency("HOU")
        foreign = make_case(agency=other)
        shown(foreign, by=None, key="abc")
        sign_in(client, laila)

        assert table(client, "log_file", f"?case={foreign.reference}") == []
        assert table(client, "reads_file", f"{TODAY}&key=abc&agency=HOU") == []

    @pytest.mark.parametrize("role", ["agent", "specialist", "liaison", "administrator", "director", "follow_up"])
    def test_others_find_no_such_page(self, client: Client, role: str) -> None:
        make_agency()
        sign_in(client, make_person(role))

        assert client.get(reverse("audit:log")).status_code == 404
        assert client.get(reverse("audit:reads_file")).status_code == 404

    @pytest.mark.parametrize(
        "query", ["?person=x&case=%E2%80%AE&from=31-31&before=9e9", "?from=2026-12-01&to=2026-01-01"]
    )
    def test_nonsense_is_not_asked(self, client: Client, laila: User, query: str) -> None:
        sign_in(client, laila)

        show(client, "log", query)


class TestTheOpeningOfACase:
    """The case page records who was shown whose data."""

    def looks(self, case: Case) -> list[tuple[int | None, str, bool]]:
        facts = EventRecord.objects.filter(kind="PersonalDataRead", case_id=case.pk).order_by("pk")
        return [(fact.actor_id, fact.data["what"], fact.data["outside"]) for fact in facts]

    def test_of_an_own_case_once_a_day(self, client: Client, noora: User, case: Case) -> None:
        sign_in(client, noora)
        for _ in range(3):
            assert client.get(reverse("desk:case", args=[case.reference])).status_code == 200

        assert self.looks(case) == [(noora.pk, "contact", False)]

    def test_of_a_case_elsewhere_is_marked(self, client: Client, case: Case) -> None:
        salem = make_salem()
        sign_in(client, salem)
        client.get(reverse("desk:case", args=[case.reference]))

        assert self.looks(case) == [(salem.pk, "case", True)]

    def test_is_no_part_of_its_course(self, client: Client, noora: User, case: Case) -> None:
        sign_in(client, noora)
        client.get(reverse("desk:case", args=[case.reference]))

        page = client.get(reverse("desk:case", args=[case.reference])).content.decode()

        assert "PersonalDataRead" not in page


def test_numbers_between_moments_hold_all_that_was_recorded_then(agency: Agency) -> None:
    records = []
    for hour in range(0, 200, 4):
        record = EventRecord(kind="Fact", version=1, agency_id=1, at=SUNDAY_9AM, data={})
        record.save()
        records.append((record.pk, SUNDAY_9AM + timedelta(hours=hour)))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_eventrecord DISABLE TRIGGER core_eventrecord_append_only")
        for number, at in records:
            cursor.execute("UPDATE core_eventrecord SET recorded_at = %s WHERE id = %s", [at, number])
        cursor.execute("ALTER TABLE core_eventrecord ENABLE TRIGGER core_eventrecord_append_only")

    since, until = SUNDAY_9AM + timedelta(hours=50), SUNDAY_9AM + timedelta(hours=101)
    low, high = numbers_between(since, until)

    assert low is not None
    assert high is not None
    within = [number for number, at in records if since <= at < until]
    found = [number for number, _ in records if low <= number < high]
    assert set(within) <= set(found)
    assert len(found) <= len(within) + 2


def test_a_fact_of_a_kind_without_words_is_shown_by_its_code(client: Client, laila: User, agency: Agency) -> None:
    EventRecord.objects.create(kind="NeverHeardOf", version=9, agency_id=agency.pk, at=SUNDAY_9AM, data={"x": [1, 2]})
    sign_in(client, laila)

    (row,) = table(client, "log_file", f"{TODAY}&kind=NeverHeardOf")

    assert (row[5], row[8]) == ("NeverHeardOf", "x: 1, 2")


def test_every_kind_to_choose_is_one_that_is_recorded() -> None:
    assert {kind for kind, _ in words.chosen_kinds()} <= {kind for kind, _ in registered_events()}


def test_which_page_was_read_is_told_in_words_and_what_is_unknown_as_it_stands() -> None:
    asked = "from=2026-10-25&to=2026-11-23&person=7"

    with clock.frozen(SUNDAY_9AM):
        told = words.page_in_words(f"fairness jumps?{asked}")

    assert told == "ما أُخذ بغير دوره، من 25 أكتوبر إلى 23 نوفمبر، person=7"
    assert words.page_in_words("reads file?outside=1") == "من اطّلع على البيانات، ملف، outside=1"
    assert words.page_in_words("MR-2611-00001-1") == "MR-2611-00001-1"
