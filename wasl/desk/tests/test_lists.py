"""Worklists, search, tasks, parked mail: what stands in them, and that their cost does not grow with their length."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.desk.tests.makers import DAY, HOUR, make_parked, make_roads, make_told_case
from wasl.directory.models import Agency
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit, sign_in
from wasl.messaging.models import RawDelivery
from wasl.tasks import operations as tasks
from wasl.tasks.models import Task

pytestmark = pytest.mark.django_db
LATER = SUNDAY_9AM + 2 * DAY


def ask(person: User, path: str, **query: Any) -> Any:
    with clock.frozen(LATER):
        return sign_in(Client(), person).get(f"/desk/{path}", query)


def listed(person: User, path: str = "rows", **query: Any) -> list[str]:
    """The references in the list, in its order."""
    page = ask(person, path, **query).content.decode()
    known = Case.objects.values_list("reference", flat=True)
    return sorted((one for one in known if one in page), key=page.index)


# --- worklists ------------------------------------------------------------------------------------------------------


def test_the_list_stands_by_class_then_by_time() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    normal = make_service("N", agency=agency, priority="P3")
    urgent = make_service("U", agency=agency, priority="P1")
    old, new = (make_case(agency=agency, service=normal, at=SUNDAY_9AM + n * HOUR) for n in (0, 1))
    grave = make_case(agency=agency, service=urgent, at=SUNDAY_9AM + 2 * HOUR)

    assert listed(noora) == [grave.reference, old.reference, new.reference]
    assert listed(noora, order="newest") == [grave.reference, new.reference, old.reference]


def test_tabs_and_filters_narrow_the_list() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    mine = accepted_case(by=noora, agency=agency)
    waiting = make_case(agency=agency, channel="phone")
    done = resolved_case(by=noora, agency=agency)
    elsewhere = make_case(agency=agency, service=make_service("W", agency=agency, unit=make_unit("W", agency=agency)))
    huda = make_huda(make_roads(agency))

    assert set(listed(noora)) == {mine.reference, waiting.reference}
    assert listed(noora, view="mine") == [mine.reference]
    assert listed(noora, view="done") == [done.reference]
    assert listed(noora, channel="phone") == [waiting.reference]
    assert listed(noora, state="accepted") == [mine.reference]
    assert elsewhere.reference in listed(huda, view="all")
    assert elsewhere.reference not in listed(huda)
    assert listed(noora, kind="nonsense", unit="x", importance="P9", order="--") == listed(noora)


def test_overdue_cases_have_their_own_tab() -> None:
    noora = make_noora(make_roads())
    case = make_case()
    with clock.frozen(SUNDAY_9AM + timedelta(days=40)):
        page = sign_in(Client(), noora).get("/desk/rows?view=overdue").content.decode()

    assert case.reference not in ask(noora, "rows", view="overdue").content.decode()
    assert case.reference in page
    assert "متأخر" in page


def test_choices_are_words_of_the_language() -> None:
    noora = make_noora(make_roads())

    page = ask(noora, "").content.decode()

    assert '<option value="complaint">شكوى</option>' in page
    assert '<option value="P1">حرجة</option>' in page
    assert "<optgroup" not in page


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    agency = make_working_agency()
    noora = make_noora(make_roads(agency))
    fill_cases(make_case(agency=agency), 119)

    seen: list[str] = []
    query: dict[str, str] = {}
    for _ in range(3):
        answer = ask(noora, "", **query)
        page = answer.context["page_of_cases"]
        seen += [case.reference for case in page.cases]
        query = {"after": page.after}

    assert query == {"after": ""}
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    "after",
    ["x", "~~", "P1~2026-99-99T00:00:00+00:00~1", "P1~2026-11-22T00:00:00~1", "P1~²~²", "\0~a~1", "~" * 500, "9" * 40],
)
def test_a_broken_cursor_begins_at_the_start(after: str) -> None:
    noora = make_noora(make_roads())
    case = make_case()

    answer = ask(noora, "rows", after=after)

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert case.reference in answer.content.decode()


# --- search ---------------------------------------------------------------------------------------------------------


def test_a_reference_in_any_writing_leads_straight_to_the_case() -> None:
    salem = make_salem()
    case = make_case()
    arabic = case.digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    for written in (case.reference, case.digits, arabic, case.reference.lower().replace("-", " ")):
        assert ask(salem, "search", q=written)["Location"] == f"/desk/cases/{case}"


def test_words_and_numbers_find_cases_of_all_states() -> None:
    noora = make_noora(make_roads())
    case = resolved_case(by=noora)

    for words in ("حفره كبيرة", "مريم بنت سعيد", "92147705", "٩٢١٤٧٧٠٥", "maryam@example.org"):
        assert listed(noora, "rows", view="all", q=words) == [case.reference], words


def test_who_may_not_see_contact_cannot_look_people_up() -> None:
    roads = make_roads()
    make_case()

    for role in ("director", "quality"):
        person = make_person(role, roads)
        for words in ("مريم بنت سعيد", "92147705", "maryam@example.org"):
            assert listed(person, "rows", view="all", q=words) == [], (role, words)
        assert len(listed(person, "rows", view="all", q="حفرة")) == 1


# --- tasks ----------------------------------------------------------------------------------------------------------


def make_task(agency: Agency, unit: Any, key: str = "t1", **more: Any) -> Task:
    given = {"kind": "call", "title": both("اتصال بالمستفيدة", "Call"), "phone": "+96892147705", "at": SUNDAY_9AM}
    return tasks.open_task(agency=agency, unit=unit, dedupe_key=key, **(given | more))


def test_a_person_who_did_not_answer_does_not_count_as_told() -> None:
    roads = make_roads()
    task = make_task(roads.agency, roads)

    sign_in(Client(), make_noora(roads)).post(
        f"/desk/tasks/{task.pk}/finish", {"outcome": "رن ثلاث مرات", "result": "not_reached"}
    )

    task.refresh_from_db()
    assert (task.outcome, task.result) == ("not_reached", "رن ثلاث مرات")


def test_a_task_is_taken_once_and_finished_with_its_outcome() -> None:
    roads = make_roads()
    noora, huda = make_noora(roads), make_huda(roads)
    task = make_task(roads.agency, roads, note="أخبرها بالموعد")
    page = ask(noora, "tasks").content.decode()
    assert "+968 9214 7705" in page
    assert "أخبرها بالموعد" in page

    sign_in(Client(), noora).post(f"/desk/tasks/{task.pk}/take")
    second = sign_in(Client(), huda).post(f"/desk/tasks/{task.pk}/take", follow=True).content.decode()
    empty = sign_in(Client(), noora).post(f"/desk/tasks/{task.pk}/finish", {"outcome": " "}, follow=True)
    assert "اكتب نتيجة المهمة." in empty.content.decode()
    sign_in(Client(), noora).post(f"/desk/tasks/{task.pk}/finish", {"outcome": "تم الاتصال"})
    again = sign_in(Client(), noora).post(f"/desk/tasks/{task.pk}/finish", {"outcome": "مرة أخرى"}, follow=True)

    task.refresh_from_db()
    assert "سبقك زميل" in second
    assert "سبقك زميل" in again.content.decode()
    assert (task.assignee_id, task.result) == (noora.pk, "تم الاتصال")


def test_tasks_of_another_unit_are_not_there() -> None:
    roads = make_roads()
    water = make_unit("WATER", agency=roads.agency)
    task = make_task(roads.agency, water)
    noora = make_noora(roads)

    answer = sign_in(Client(), noora).post(f"/desk/tasks/{task.pk}/finish", {"outcome": "x"})

    assert answer.status_code == 404
    assert "+968 9214" not in ask(noora, "tasks").content.decode()


# --- parked mail ----------------------------------------------------------------------------------------------------


def test_parked_mail_is_shown_as_text_and_set_aside() -> None:
    agency = make_working_agency()
    delivery = make_parked(agency)
    salem = make_salem()

    page = ask(salem, f"parked/{delivery.public_id}").content.decode()
    sign_in(Client(), salem).post(f"/desk/parked/{delivery.public_id}/ignore")

    delivery.refresh_from_db()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "\0" not in page
    assert "توقّف قارئ الرسائل عندها" in ask(salem, "parked").content.decode() or delivery.state == "ignored"
    assert delivery.state == RawDelivery.State.IGNORED
    assert delivery.public_id not in ask(salem, "parked").content.decode()


# --- what it costs --------------------------------------------------------------------------------------------------


def fill_cases(model: Case, n: int) -> None:
    """So many more cases like this one, straight into the table."""
    rows = []
    for number in range(n):
        values = {
            field.attname: getattr(model, field.attname) for field in Case._meta.concrete_fields if field.name != "id"
        }
        unique = f"{number:06d}"
        values |= {
            "reference": f"ZZ-{unique}",
            "digits": f"99{unique}",
            "public_id": f"case-{unique}",
            "access_code_hash": unique,
            "registered_at": model.registered_at + timedelta(minutes=number),
        }
        rows.append(Case(**values))
    Case.objects.bulk_create(rows)


def fill_timeline(case: Case, n: int) -> None:
    newest = EventRecord.objects.filter(case_id=case.pk, kind="NoteAdded").latest("pk")
    names = [field.attname for field in EventRecord._meta.concrete_fields if field.name != "id"]
    EventRecord.objects.bulk_create([EventRecord(**{name: getattr(newest, name) for name in names}) for _ in range(n)])


def statements(person: User, path: str) -> int:
    client = sign_in(Client(), person)
    with clock.frozen(LATER):
        client.get(f"/desk/{path}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/desk/{path}").status_code == 200
    return len(seen)


def copied(row: Any, times: int, *told_apart: str) -> None:
    """So many of it, this one among them; the fields named are another in each."""
    fields = [one for one in row._meta.concrete_fields if not one.primary_key]
    given = {one.attname: getattr(row, one.attname) for one in fields}
    rows = [type(row)(**given | dict.fromkeys(told_apart, f"{number}-{times}")) for number in range(1, times)]
    type(row).objects.bulk_create(rows)


@pytest.fixture
def fillings(home: Any) -> dict[str, tuple[str, Callable[[int], None]]]:
    """Each page with what makes it longer."""
    agency = make_working_agency()
    roads = make_roads(agency)
    noora = make_noora(roads)
    # Taken in its turn: what is to be filled up comes after it.
    told = make_told_case(noora)
    case = make_case(agency=agency)

    def more_tasks(n: int) -> None:
        copied(make_task(agency, roads, f"t{n}"), n, "dedupe_key", "public_id")

    def more_mail(n: int) -> None:
        copied(make_parked(agency, key=f"{n}"), n, "provider_key", "public_id")

    return {
        "worklist": ("?view=all", lambda n: fill_cases(case, n)),
        "search": ("rows?view=all&q=حفرة", lambda n: fill_cases(case, n)),
        "case": (f"cases/{told}", lambda n: fill_timeline(told, n)),
        "tasks": ("tasks", more_tasks),
        "parked": ("parked", more_mail),
    }


@pytest.mark.parametrize(
    ("name", "most"), [("worklist", 13), ("search", 13), ("case", 41), ("tasks", 7), ("parked", 7)]
)
def test_a_page_costs_as_many_statements_at_1000_rows_as_at_a_few(
    fillings: dict[str, tuple[str, Callable[[int], None]]], name: str, most: int
) -> None:
    path, fill = fillings[name]
    follower = make_person("follow_up", make_roads())
    # A list of one page counts itself and saves a statement: two pages are the few here.
    fill(60 if name in ("worklist", "search") else 10)
    few = statements(follower, path)

    fill_more = 990 if name in ("worklist", "search") else 1000
    _clear(name)
    fill(fill_more)

    assert statements(follower, path) == few
    assert few <= most


def _clear(name: str) -> None:
    if name in ("worklist", "search"):
        Case.objects.filter(reference__startswith="ZZ-").delete()


def test_a_case_read_by_a_colleague_costs_no_other_statements_than_ones_own(home: Any) -> None:
    noora = make_noora(make_roads())
    case = make_told_case(noora)
    for number in range(12):
        cases.be_seen(case, user=make_person("specialist", case.unit), at=LATER + timedelta(seconds=number))

    assert statements(noora, f"cases/{case}") == statements(make_noora(case.unit), f"cases/{case}")


def test_what_waits_for_a_decision_is_a_list_of_its_own() -> None:
    agency = make_working_agency()
    committee, roads = make_unit("SAFETY", agency=agency, kind="committee"), make_roads(agency)
    noora, rahma, moza = make_noora(roads), make_person("head", committee), make_person("follow_up")
    raised, returned, plain = (make_case(agency=agency) for _ in range(3))
    cases.accept_referral(raised, by=noora, at=SUNDAY_9AM + HOUR)
    cases.raise_case(raised, to_unit=committee, question="؟", handed={"tried": "عاينّا"}, by=noora, at=SUNDAY_9AM + HOUR)
    for unit in (make_unit("LIGHT", agency=agency), roads):
        cases.return_referral(returned, reason="ليس لنا", whose=cases.Whose(unit), by=noora, at=SUNDAY_9AM + HOUR)
        if unit != roads:
            cases.refer(returned, to_unit=unit, reason="لكم", by=moza, at=SUNDAY_9AM + HOUR)

    def waiting(person: User, tab: str) -> list[str]:
        return listed(person, view=tab, whose="all")

    assert waiting(rahma, "decide") == waiting(moza, "decide") == [raised.reference]
    assert waiting(moza, "owner") == [returned.reference]
    assert plain.reference in listed(moza, view="open", whose="all")
