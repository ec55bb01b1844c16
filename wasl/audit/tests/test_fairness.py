"""The review of turns: whom it shows what, down to the cases, and who is told of patterns."""

import csv
import io
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.analytics.fairness import rules
from wasl.analytics.tests.lines import Line, make_beneficiary, make_line
from wasl.audit import jobs
from wasl.audit.fairness import moves, views
from wasl.audit.fairness import reading as review
from wasl.audit.fairness.telling import tell
from wasl.cases import bars
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import make_working_agency
from wasl.catalogue.tests.makers import make_category, make_service
from wasl.contacts import reading
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.directory import operations as directory
from wasl.directory.tests.makers import SUNDAY_9AM, make_person, make_unit, sign_in

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(hours=2)
DAYS = f"?from={SUNDAY_9AM:%Y-%m-%d}&to={SUNDAY_9AM:%Y-%m-%d}"


@pytest.fixture(autouse=True)
def _knows_nothing() -> None:
    reading._known.clear()


@pytest.fixture
def line() -> Line:
    return make_line()


@pytest.fixture
def laila(line: Line) -> User:
    return make_person("auditor", make_unit("AUDIT", agency=line.agency))


def show(client: Client, name: str, query: str = DAYS, *, at: datetime = AT, language: str = "en") -> Any:
    client.cookies["wasl_language"] = language
    with clock.frozen(at):
        answer = client.get(reverse(f"audit:{name}") + query)
    assert answer.status_code == 200
    return answer


def page(client: Client, name: str, query: str = DAYS, **more: Any) -> str:
    return str(show(client, name, query, **more).content.decode())


def table(client: Client, name: str, query: str = DAYS) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page(client, name, query).removeprefix("\ufeff"))))[1:]


class TestJumps:
    def test_a_case_taken_out_of_turn_stands_there_with_whom_it_passed(
        self, client: Client, line: Line, laila: User
    ) -> None:
        first, second, third = line.add(3)
        line.take(third, at=AT, reason="management", words="بأمر كتابي رقم 12")
        sign_in(client, laila)

        found = page(client, "jumps")
        (row,) = table(client, "jumps_file")

        assert line.officer.latin_name in found
        assert "A written order of the management" in found
        assert "بأمر كتابي رقم 12" in found
        assert {first.reference, second.reference} == set(row[11].split())
        assert row[8:11] == ["3", "3", "2"]

    def test_what_was_taken_in_turn_is_no_jump_and_counts_as_taken(
        self, client: Client, line: Line, laila: User
    ) -> None:
        first, _ = line.add(2)
        line.take(first, at=AT)
        sign_in(client, laila)

        overview = show(client, "fairness").context

        assert (overview["whole"].taken, overview["whole"].jumped) == (1, 0)
        assert "Turns were kept in these days" in page(client, "jumps")

    def test_it_says_as_a_fact_that_one_who_was_passed_became_late(
        self, client: Client, line: Line, laila: User
    ) -> None:
        passed, ahead = line.add(2)
        line.take(ahead, at=AT)
        cases.resolve(ahead, text="أُنجز", by=line.officer, at=AT + timedelta(hours=1))
        sign_in(client, laila)
        due = Case.objects.get(pk=passed.pk).due_at
        assert due is not None

        before, after = due - timedelta(hours=1), due + timedelta(hours=1)

        assert "kept its own promise" not in page(client, "jumps", DAYS, at=before)
        assert "became late; it kept its own promise." in page(client, "jumps", DAYS, at=after)
        assert show(client, "jumps", f"{DAYS}&delayed=1", at=before).context["rows"] == []
        assert len(show(client, "jumps", f"{DAYS}&delayed=1", at=after).context["rows"]) == 1
        assert show(client, "fairness", DAYS, at=after).context["found"].delayed == 1

    def test_it_is_narrowed_by_officer_unit_reason_class_and_person(
        self, client: Client, line: Line, laila: User
    ) -> None:
        maryam = make_beneficiary(line.agency, phone="+96892147705")
        line.add(1)
        (mine,) = line.add(1, at=SUNDAY_9AM + timedelta(minutes=5), beneficiary=maryam)
        line.take(mine, at=AT, reason="safety")
        sign_in(client, laila)
        fits = f"person={line.officer.pk}&unit={line.unit.pk}&reason=safety&class={mine.importance}"

        def shown(query: str) -> int:
            return len(show(client, "jumps", f"{DAYS}&{query}").context["rows"])

        assert shown(f"{fits}&beneficiary={maryam.pk}") == 1
        for other in (f"person={laila.pk}", "unit=999999", "reason=parts", "class=P1", "beneficiary=999999"):
            assert shown(other) == 0, other

    def test_many_come_in_pages(self, client: Client, line: Line, laila: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views, "PAGE", 2)
        waiting = line.add(4)
        for place, case in enumerate(reversed(waiting[1:])):
            line.take(case, at=AT + timedelta(minutes=place))
        sign_in(client, laila)

        first = show(client, "jumps")
        second = show(client, "jumps", first.context["onward"])

        numbers = [row.jump.case_id for answer in (first, second) for row, _ in answer.context["rows"]]
        assert numbers == [case.pk for case in waiting[1:]]
        assert second.context["onward"] == ""

    def test_the_file_runs_no_formula_and_its_taking_is_recorded(self, client: Client, line: Line, laila: User) -> None:
        _, case = line.add(2)
        line.take(case, at=AT, reason="other", words="=HYPERLINK(1)")
        sign_in(client, laila)

        (row,) = table(client, "jumps_file")

        assert row[7].startswith("'=")
        look = EventRecord.objects.get(kind="PersonalDataRead", actor_id=laila.pk)
        assert look.data["subject"].startswith("fairness jumps file?")


class TestRates:
    def test_below_twenty_takes_it_is_too_few_to_tell_and_from_twenty_on_an_interval(
        self, client: Client, line: Line, laila: User
    ) -> None:
        waiting = line.add(20)
        for case in waiting[:18]:
            line.take(case, at=AT)
        line.take(waiting[19], at=AT)
        sign_in(client, laila)

        assert "too few to tell" in page(client, "fairness")
        assert show(client, "fairness").context["officers"][0]["interval"] is None

        line.take(waiting[18], at=AT)
        (officer,) = show(client, "fairness").context["officers"]

        assert (officer["turns"].taken, officer["turns"].jumped) == (20, 1)
        assert 0.8 < officer["interval"].low < 1.0
        assert 23 < officer["interval"].high < 24

    def test_a_number_opens_the_cases_it_counts(self, client: Client, line: Line, laila: User) -> None:
        waiting = line.add(3)
        for case in waiting[:2]:
            line.take(case, at=AT)
        sign_in(client, laila)

        (officer,) = show(client, "fairness").context["officers"]
        opened = show(client, "taken", officer["path"]).context["cases"]

        assert {case.pk for case in opened} == {case.pk for case in waiting[:2]}
        assert officer["turns"].taken == len(opened)

    def test_one_officer_in_one_unit_is_told_alone(self, client: Client, line: Line, laila: User) -> None:
        water, colleague = make_line("WATER", agency=line.agency), make_person("specialist", line.unit)
        first, second, third = line.add(3)
        line.take(first, at=AT)
        line.take(third, at=AT, by=colleague)
        line.take(second, at=AT, by=colleague)
        (other,) = water.add(1)
        water.take(other, at=AT)
        sign_in(client, laila)

        def told(query: str) -> tuple[int, int, int, int]:
            found = show(client, "fairness", f"{DAYS}&{query}").context
            return found["whole"].taken, found["whole"].jumped, len(found["officers"]), len(found["units"])

        assert told("") == (4, 1, 3, 2)
        assert told(f"person={colleague.pk}") == (2, 1, 1, 1)
        assert told(f"unit={line.unit.pk}") == (3, 1, 2, 1)
        assert told(f"unit={line.unit.pk}&person={colleague.pk}") == (2, 1, 1, 1)
        assert told(f"unit={water.unit.pk}&person={colleague.pk}") == (0, 0, 0, 0)
        assert show(client, "taken", f"{DAYS}&unit={line.unit.pk}").context["number"] == 3

    def test_how_long_a_class_waited_is_told_from_five_cases_on(self, client: Client, line: Line, laila: User) -> None:
        waiting = line.add(5)
        for case in waiting[:4]:
            line.take(case, at=SUNDAY_9AM + timedelta(days=1))
        sign_in(client, laila)
        days = f"?from={SUNDAY_9AM:%Y-%m-%d}&to={SUNDAY_9AM + timedelta(days=1):%Y-%m-%d}"

        (few,) = show(client, "fairness", days).context["waits"]
        line.take(waiting[4], at=SUNDAY_9AM + timedelta(days=1))
        (enough,) = show(client, "fairness", days).context["waits"]

        assert few["spread"] == [None, None, None]
        assert (enough["number"], round(enough["spread"][1], 2)) == (5, 1.0)
        assert table(client, "fairness_file", days)[-1][2:] == ["5", "1.0", "1.0", "1.0"]


class TestOtherSigns:
    def test_classes_made_graver_looks_without_a_reason_and_refused_attempts(
        self, client: Client, line: Line, laila: User
    ) -> None:
        (case,) = line.add(1)
        huda, salem = make_person("supervisor", line.unit), make_person("agent", line.unit)
        cases.change_importance(case, importance="P1", reason="مدرسة قريبة", by=huda, at=AT)
        note_reading([Shown("case", case.pk, own=False)], agency_id=line.agency.pk, by=salem, at=AT)
        bars.note_attempt(case, salem, at=AT)
        sign_in(client, laila)

        found = show(client, "signs").context["signs"]

        assert [(one.by, one.after) for one in found.raised] == [(huda, "P1")]
        assert [(one.person, one.reference) for one in found.looks] == [(salem.latin_name, case.reference)]
        assert [(one.person, one.reference) for one in found.barred] == [(salem.latin_name, case.reference)]
        assert "مدرسة قريبة" in page(client, "signs")
        assert show(client, "signs", f"{DAYS}&person={laila.pk}").context["signs"].looks == []


class TestMoves:
    """A case that is given a service of another category leaves its queue without a jump."""

    def test_one_that_is_taken_in_an_empty_queue_before_its_elders_and_given_back_is_a_sign(
        self, client: Client, line: Line, laila: User
    ) -> None:
        empty = make_service(
            "S-EMPTY", agency=line.agency, unit=line.unit, category=make_category("empty", agency=line.agency)
        )
        *_, mine = line.add(3)
        supervisor = make_person("supervisor", line.unit)
        cases.classify(mine, kind=mine.kind, service=empty, by=supervisor, at=AT)
        cases.start_work(mine, by=line.officer, at=AT + timedelta(minutes=5))
        cases.classify(mine, kind=mine.kind, service=line.service, by=supervisor, at=AT + timedelta(minutes=9))
        sign_in(client, laila)

        (sign,) = show(client, "signs", at=AT + timedelta(hours=1)).context["signs"].moved

        assert mine.jumps.count() == 0
        assert (sign.case, sign.by, sign.at) == (mine, supervisor, AT)
        assert (sign.taken_by, sign.taken_at, sign.passed) == (line.officer, AT + timedelta(minutes=5), 2)
        assert sign.back_at == AT + timedelta(minutes=9)
        assert "taken before elder ones" in page(client, "signs", at=AT + timedelta(hours=1))
        assert show(client, "signs", f"{DAYS}&person={laila.pk}").context["signs"].moved == []
        assert len(show(client, "signs", f"{DAYS}&person={line.officer.pk}").context["signs"].moved) == 1

    def test_a_time_without_a_service_between_hides_no_move(self, client: Client, line: Line, laila: User) -> None:
        empty = make_service(
            "S-EMPTY", agency=line.agency, unit=line.unit, category=make_category("empty", agency=line.agency)
        )
        _, mine = line.add(2)
        supervisor = make_person("supervisor", line.unit)
        cases.classify(mine, kind=mine.kind, service=None, by=supervisor, at=AT)
        cases.classify(mine, kind=mine.kind, service=empty, by=supervisor, at=AT + timedelta(minutes=1))
        cases.start_work(mine, by=line.officer, at=AT + timedelta(minutes=5))
        sign_in(client, laila)

        (sign,) = show(client, "signs").context["signs"].moved

        assert (sign.at, sign.passed) == (AT + timedelta(minutes=1), 1)

    def test_moves_that_are_no_sign_push_none_out_and_what_is_cut_is_told(
        self, client: Client, line: Line, laila: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(moves, "_AT_A_TIME", 1)
        empty = make_service(
            "S-EMPTY", agency=line.agency, unit=line.unit, category=make_category("empty", agency=line.agency)
        )
        supervisor, (*first, third, fourth) = make_person("supervisor", line.unit), line.add(4)
        minutes = (AT + timedelta(minutes=number) for number in range(60))
        for case, service in product((third, fourth), (empty, line.service)):
            cases.classify(case, kind=case.kind, service=service, by=supervisor, at=next(minutes))
        for case in first:  # taken soon after, passing nobody
            cases.classify(case, kind=case.kind, service=empty, by=supervisor, at=next(minutes))
            line.take(case, at=next(minutes))
        sign_in(client, laila)

        def shown(most: int) -> tuple[list[Case], bool, bool]:
            monkeypatch.setattr(review, "MOST_SIGNS", most)
            answer = show(client, "signs", at=AT + timedelta(hours=1))
            found = answer.context["signs"]
            return [one.case for one in found.moved], found.is_cut, "The latest" in answer.content.decode()

        assert shown(2) == ([fourth, third], False, False)
        assert shown(1) == ([fourth], True, True)

    def test_one_that_was_corrected_and_passes_nobody_is_none(self, client: Client, line: Line, laila: User) -> None:
        other = make_service(
            "S-EMPTY", agency=line.agency, unit=line.unit, category=make_category("empty", agency=line.agency)
        )
        mine, _ = line.add(2)
        cases.classify(mine, kind=mine.kind, service=other, by=make_person("supervisor", line.unit), at=AT)
        cases.start_work(mine, by=line.officer, at=AT + timedelta(minutes=5))
        sign_in(client, laila)

        assert show(client, "signs").context["signs"].moved == []


class TestHowFar:
    def test_a_supervisor_sees_the_own_unit_alone(self, client: Client, line: Line) -> None:
        water = make_line("WATER", agency=line.agency)
        for one in (line, water):
            _, case = one.add(2)
            one.take(case, at=AT)
        sign_in(client, make_person("supervisor", line.unit))

        rows = show(client, "jumps").context["rows"]

        assert [row.jump.unit_id for row, _ in rows] == [line.unit.pk]
        assert [one["turns"].unit_id for one in show(client, "fairness").context["units"]] == [line.unit.pk]
        assert [one["turns"].officer_id for one in show(client, "fairness").context["officers"]] == [line.officer.pk]

    def test_a_director_reads_kinds_of_reasons_and_no_internal_words(self, client: Client, line: Line) -> None:
        _, case = line.add(2)
        line.take(case, at=AT, reason="other", words="كلام داخلي")
        sign_in(client, make_person("director", line.unit))

        assert "Another reason, in words" in page(client, "jumps")
        assert "كلام داخلي" not in page(client, "jumps") + page(client, "jumps_file")

    def test_a_case_that_is_closed_to_the_reader_is_not_named(self, client: Client, line: Line) -> None:
        secret = make_service("S-SECRET", agency=line.agency, unit=line.unit, confidential=True)
        closed = Line(line.agency, line.unit, secret, line.officer)
        (passed, _), (case,) = closed.add(2), line.add(1, at=SUNDAY_9AM + timedelta(hours=1))
        Case.objects.filter(pk=case.pk).update(service=secret)
        line.take(Case.objects.get(pk=case.pk), at=AT)
        sign_in(client, make_person("supervisor", line.unit))

        found = page(client, "jumps")

        assert "a case closed to you" in found
        assert passed.reference not in found

    def test_of_a_jump_over_a_complaint_that_is_closed_the_others_it_passed_stay(
        self, client: Client, line: Line
    ) -> None:
        closed, passed, both, alone = line.add(4)
        for case in (both, passed, alone):
            line.take(case, at=AT)
        committee = make_unit("CONDUCT", agency=line.agency)
        directory.take_staff_complaints(committee, 1, by=None, at=SUNDAY_9AM)
        Case.objects.filter(pk=closed.pk).update(compartment=committee, confidential=True)
        sign_in(client, make_person("supervisor", line.unit))

        ((row, _),) = show(client, "jumps").context["rows"]
        overview = show(client, "fairness").context
        (told,) = table(client, "jumps_file")

        assert [one.case for one in row.passed] == [passed]
        assert (overview["found"].jumps, overview["found"].overtook, overview["whole"].jumped) == (1, 1, 1)
        assert (overview["whole"].taken, overview["officers"][0]["turns"].jumped) == (3, 1)
        assert told[8:12] == ["2", "3", "1", passed.reference]
        assert "a case closed to you" not in page(client, "jumps")

    @pytest.mark.parametrize("role", ["agent", "specialist", "liaison", "administrator", "follow_up", "analyst"])
    def test_others_find_no_such_page(self, client: Client, line: Line, role: str) -> None:
        sign_in(client, make_person(role, line.unit))

        for name in ("fairness", "fairness_file", "jumps", "jumps_file", "taken", "signs"):
            assert client.get(reverse(f"audit:{name}")).status_code == 404

    def test_another_agency_is_as_if_it_were_not(self, client: Client, laila: User) -> None:
        other = make_line("ROADS", agency=make_working_agency("HOU"))
        _, case = other.add(2)
        other.take(case, at=AT)
        sign_in(client, laila)

        assert show(client, "jumps", f"{DAYS}&agency=HOU").context["rows"] == []

    def test_nonsense_is_not_asked(self, client: Client, laila: User) -> None:
        sign_in(client, laila)

        for name in ("fairness", "jumps", "taken", "signs"):
            show(client, name, "?person=x&unit=%E2%80%AE&reason=A'B&class=P9&from=31-31&before=9e9&to=0001-01-01")

    def test_longer_lists_cost_no_more_statements(
        self, client: Client, line: Line, laila: User, django_assert_max_num_queries: Any
    ) -> None:
        waiting = line.add(8)
        for case in reversed(waiting[1:]):
            line.take(case, at=AT)
        sign_in(client, laila)

        for name in ("fairness", "jumps", "signs"):
            with django_assert_max_num_queries(32):
                page(client, name)


class TestPatterns:
    """Who is told of what looks like favour."""

    def favour(self, line: Line, times: int = 3) -> None:
        """The officer takes cases of one person before all others, under different names with one telephone."""
        line.add(1, at=SUNDAY_9AM - timedelta(days=1))
        maryam = make_beneficiary(line.agency, phone="+96892147705")
        for number in range(times):
            (case,) = line.add(1, at=SUNDAY_9AM + timedelta(minutes=number), beneficiary=maryam)
            line.take(case, at=AT + timedelta(minutes=number))

    def told(self, line: Line, at: datetime = AT + timedelta(hours=1)) -> list[tuple[int, str]]:
        return [(one.person_id, str(one.title["en"])) for one in tell(line.agency, at=at)]

    def test_one_officer_and_one_person_three_times_is_told_once_a_month_to_auditors_and_director(
        self, client: Client, line: Line, laila: User
    ) -> None:
        director = make_person("director", line.unit)
        self.favour(line)

        first = self.told(line)
        again = self.told(line, AT + timedelta(hours=2))
        next_month = self.told(line, AT + timedelta(days=31))

        assert {person for person, _ in first} == {laila.pk, director.pk}
        assert again == []
        assert len(next_month) == 2
        alert = Alert.objects.filter(person=laila).order_by("pk")[0]
        assert "مريم" not in str(alert.body)
        sign_in(client, laila)
        with clock.frozen(AT + timedelta(hours=3)):
            way = client.get(reverse("alerts:open", args=[alert.pk]))["Location"]
            assert len(client.get(way).context["rows"]) == 3

    @pytest.mark.parametrize("reason", ["route", "management"])
    def test_complaints_about_staff_make_no_pattern_for_those_to_whom_they_are_closed(
        self, line: Line, laila: User, reason: str
    ) -> None:
        rules.set_rule(line.agency, same_person=5, by=None, at=AT)
        for case in line.add(7)[1:6]:
            line.take(case, at=AT, reason=reason, words="أمر 7")
        assert len(self.told(line)) == (1 if reason == "management" else 0)
        Alert.objects.all().delete()
        Case.objects.filter(jumps__isnull=False).update(
            beneficiary=line.cases[0].beneficiary, compartment=line.unit, confidential=True
        )

        assert self.told(line) == []

    def test_twice_is_no_pattern_and_never_the_officer_hears(self, line: Line, laila: User) -> None:
        self.favour(line, times=2)
        assert self.told(line) == []

        directory.grant_role(line.officer, role="director", unit=line.unit, by=None, at=AT)
        (case,) = line.add(1, at=SUNDAY_9AM + timedelta(minutes=9), beneficiary=line.cases[-1].beneficiary)
        line.take(case, at=AT)

        assert {person for person, _ in self.told(line)} == {laila.pk}

    def test_what_is_older_than_the_days_of_the_agency_is_forgotten(self, line: Line, laila: User) -> None:
        self.favour(line)

        assert self.told(line, AT + timedelta(days=91)) == []
        rules.set_rule(line.agency, days=120, by=None, at=AT)
        assert len(self.told(line, AT + timedelta(days=91))) == 1

    def test_one_officer_far_above_the_colleagues(self, line: Line, laila: User) -> None:
        colleague = make_person("specialist", line.unit)
        waiting = line.add(41)
        keeper, *rest = waiting
        for case in rest[:5]:
            line.take(case, at=AT)
        line.take(keeper, at=AT, by=colleague)
        for place, case in enumerate(rest[5:]):
            line.take(case, at=AT, by=line.officer if place < 15 else colleague)

        assert [title for _, title in self.told(line)] == ["Turns: one officer far above the colleagues"]

    def test_a_unit_that_keeps_no_turns_because_it_is_told_so(self, line: Line, laila: User) -> None:
        rules.set_rule(line.agency, times_unit=20, by=None, at=AT)
        waiting = line.add(7)
        for case in waiting[1:6]:
            line.take(case, at=AT, reason="management", words="أمر 7")

        assert [title for _, title in self.told(line)] == ["Turns: passed by order of the management"]

    def test_the_job_looks_at_every_agency(self, line: Line, laila: User) -> None:
        self.favour(line)
        with clock.frozen(AT + timedelta(hours=5)):
            jobs.tell_of_patterns(0)

        assert Alert.objects.filter(kind="fairness", person=laila).count() == 1

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [({"same_person": 1}, "no pattern"), ({"fewest_takes": 5}, "tells nothing"), ({"days": 0}, "7 to 366")],
    )
    def test_limits_that_say_nothing_are_refused(self, line: Line, values: dict[str, int], sentence: str) -> None:
        with translation.override("en"), pytest.raises(ValueError, match=sentence):
            rules.set_rule(line.agency, by=None, at=AT, **values)
