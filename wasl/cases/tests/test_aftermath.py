"""Whoever complained of staff is watched over: what those do to their other cases is told to the committee."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.cases import aftermath, bars, operations
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff, Ahead, Whose
from wasl.cases.subscribers import watch_over_who_complained
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.contacts import operations as contacts
from wasl.core import events
from wasl.core.models import EventRecord
from wasl.directory import operations as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_noora, make_person, make_unit

pytestmark = pytest.mark.django_db

LATER = SUNDAY_9AM + 3 * HOUR
NOT_OURS = Whose(unknown=True)
REVIEW_ON = (SUNDAY_9AM + timedelta(days=4)).date()


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def member(agency: Agency) -> User:
    unit = directory.take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=LONG_AGO)
    return make_person("specialist", unit, name="عضو اللجنة")


@pytest.fixture
def noora(agency: Agency) -> User:
    return make_noora()


@pytest.fixture
def colleague(noora: User) -> User:
    return make_person("specialist", Unit.objects.get(memberships__user=noora), name="زميلها")


@pytest.fixture
def complaint(agency: Agency, member: User, noora: User) -> Case:
    """Maryam complains of Noora, at nine on Sunday."""
    return make_case(agency=agency, kind="complaint", about_staff=AboutStaff("", (noora,)))


def seen(complaint: Case) -> list[tuple[str, int, str, int]]:
    """Each sign as (what, whose case, by whom, how often)."""
    found = aftermath.signs(complaint, at=LATER + HOUR)
    return [(one.code, one.case.pk, one.by.full_name if one.by else "", one.times) for one in found]


def deliver(case: Case) -> None:
    """What the job does with each fact of a case."""
    kinds = [one.kind for one in aftermath.FACTS]
    for record in EventRecord.objects.filter(case_id=case.pk, kind__in=kinds).order_by("pk"):
        watch_over_who_complained(events.load(record), record)


_ACTS: dict[str, Callable[[Case, User], Any]] = {
    "handled": lambda case, by: operations.accept_referral(case, by=by, at=LATER),
    "refused": lambda case, by: operations.return_referral(case, reason="ليست لنا", whose=NOT_OURS, by=by, at=LATER),
    "lowered": lambda case, by: operations.change_importance(
        case, importance="P3", reason="ليست عاجلة", by=by, at=LATER
    ),
    "delayed": lambda case, by: (
        operations.accept_referral(case, by=by, at=LATER, assignee=by),
        operations.start_work(case, by=by, at=LATER),
        operations.hold(case, reason_code="study", review_on=REVIEW_ON, text="ندرسه", by=by, at=LATER),
    ),
}


@pytest.mark.parametrize("act", sorted(_ACTS))
def test_what_the_accused_does_to_another_case_is_a_sign_and_the_committee_is_told_once(
    complaint: Case, member: User, noora: User, act: str
) -> None:
    other = make_case()
    assert not bars.why_barred(other, noora, LATER)
    before = Alert.objects.count()

    _ACTS[act](other, noora)
    for _ in range(2):
        deliver(other)

    assert (act, other.pk, noora.full_name) in {sign[:3] for sign in seen(complaint)}
    told = Alert.objects.filter(dedupe_key=f"aftermath {complaint.pk} {other.pk} {act}")
    assert [(one.person, one.case_id, "شكو" in f"{one.title}{one.body}") for one in told] == [
        (member, complaint.pk, False)
    ]
    signs = {sign[0] for sign in seen(complaint)}
    assert Alert.objects.count() == before + len(signs)


def test_nobody_of_the_accused_s_line_is_told_whatever_they_lead(complaint: Case, noora: User, member: User) -> None:
    other = make_case()
    for role in ("head", "liaison"):
        make_person(role, other.unit)
    for role in ("director", "follow_up", "auditor", "supervisor"):
        make_person(role)

    operations.return_referral(other, reason="ليست لنا", whose=NOT_OURS, by=noora, at=LATER)
    deliver(other)

    told = Alert.objects.filter(dedupe_key__startswith="aftermath")
    assert [one.person for one in told] == [member]


def test_a_colleague_of_the_same_unit_may_work_but_not_refuse_without_a_sign(complaint: Case, colleague: User) -> None:
    worked, refused = make_case(), make_case()

    operations.accept_referral(worked, by=colleague, at=LATER, ahead=Ahead("route"))
    operations.return_referral(refused, reason="ليست لنا", whose=NOT_OURS, by=colleague, at=LATER)
    deliver(worked)
    deliver(refused)

    assert seen(complaint) == [("refused", refused.pk, "زميلها", 1), ("handled", worked.pk, "زميلها", 1)]
    assert [one.is_grave for one in aftermath.signs(complaint, at=LATER)] == [True, False]
    told = Alert.objects.filter(dedupe_key__startswith="aftermath").values_list("dedupe_key", flat=True)
    assert list(told) == [f"aftermath {complaint.pk} {refused.pk} refused"]


def test_whoever_takes_others_before_their_case_passes_them(complaint: Case, noora: User, agency: Agency) -> None:
    passed = make_case(at=SUNDAY_9AM + HOUR)
    somebody = contacts.find_or_make(agency, name="خلفان", phone="+96892000009", at=SUNDAY_9AM)
    favoured = make_case(at=SUNDAY_9AM + 2 * HOUR, beneficiary=somebody)

    operations.accept_referral(favoured, by=noora, at=LATER, assignee=noora, ahead=Ahead("route"))
    deliver(favoured)

    assert seen(complaint) == [("passed", passed.pk, noora.full_name, 1)]
    assert Alert.objects.filter(dedupe_key=f"aftermath {complaint.pk} {passed.pk} passed").count() == 1


def test_time_that_runs_out_at_their_unit_is_a_delay(complaint: Case, member: User) -> None:
    other = make_case()
    fact = {"cause": "clock", "level": 3, "unit_id": other.unit_id, "clock": "resolve", "case_id": other.pk}
    for step in (50, 100):
        EventRecord.objects.create(
            kind="CaseEscalated", version=1, agency_id=other.agency_id, case_id=other.pk, at=LATER,
            recorded_at=LATER, origin="live", data=fact | {"step": step},
        )  # fmt: skip

    assert seen(complaint) == [("delayed", other.pk, "", 1)]


def test_what_is_no_sign_takes_the_place_of_none(complaint: Case, noora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aftermath, "MOST", 1)
    refused, raised = make_case(), make_case()
    _ACTS["refused"](refused, noora)
    operations.change_importance(raised, importance="P1", reason="أخطر", by=noora, at=LATER)

    assert seen(complaint) == [("refused", refused.pk, noora.full_name, 1)]


def test_what_was_before_what_others_do_and_cases_of_others_are_none(
    complaint: Case, noora: User, agency: Agency
) -> None:
    stranger = make_person("specialist", make_unit("LIGHT", agency=agency))
    somebody = contacts.find_or_make(agency, name="خلفان", phone="+96892000009", at=SUNDAY_9AM)
    before, theirs, others = make_case(at=SUNDAY_9AM - HOUR), make_case(), make_case(beneficiary=somebody)
    operations.accept_referral(before, by=noora, at=SUNDAY_9AM - HOUR, ahead=Ahead("route"))
    operations.return_referral(others, reason="ليست لنا", whose=NOT_OURS, by=noora, at=LATER)
    operations.change_importance(theirs, importance="P3", reason="ليست عاجلة", by=stranger, at=LATER)
    operations.accept_referral(theirs, by=noora, at=SUNDAY_9AM + timedelta(days=366), ahead=Ahead("route"))
    for case in (before, theirs, others):
        deliver(case)

    assert seen(complaint) == []
    assert not Alert.objects.filter(dedupe_key__startswith="aftermath").exists()


def test_a_complaint_that_names_nobody_or_was_taken_out_watches_over_nobody(
    agency: Agency, member: User, noora: User
) -> None:
    nameless = make_case(agency=agency, about_staff=AboutStaff("موظف الشباك"))
    other = make_case()
    operations.return_referral(other, reason="ليست لنا", whose=NOT_OURS, by=noora, at=LATER)
    assert seen(nameless) == []

    operations.name_accused(nameless, AboutStaff("", (noora,)), by=member, at=LATER)
    assert [sign[0] for sign in seen(nameless)] == ["refused"]

    operations.lift_staff_complaint(nameless, reason="ليست عليها", unit=other.unit, by=member, at=LATER)
    assert seen(nameless) == []


def test_a_person_who_is_known_twice_is_watched_over_under_both_numbers(
    complaint: Case, noora: User, agency: Agency
) -> None:
    again = contacts.find_or_make(agency, name="مريم", phone="+96892000010", at=SUNDAY_9AM)
    contacts.add_address(again, kind="email", value="maryam@example.org", verified=True, by=None, at=SUNDAY_9AM)
    other = make_case(beneficiary=again)

    operations.return_referral(other, reason="ليست لنا", whose=NOT_OURS, by=noora, at=LATER)
    deliver(other)

    assert [sign[:2] for sign in seen(complaint)] == [("refused", other.pk)]
    assert Alert.objects.filter(dedupe_key__startswith="aftermath").count() == 1
