"""Facts become tellings: to whom, what they say, and in which order."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import AboutStaff
from wasl.cases.tests.makers import make_case, make_specialist_of, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock, events
from wasl.core.dispatch import dispatch_event
from wasl.core.events import of_origin
from wasl.core.models import EventDelivery, EventRecord
from wasl.directory.models import Agency
from wasl.directory.operations import take_staff_complaints
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_person, make_salem, make_unit
from wasl.integrations import operations
from wasl.integrations.models import Delivery
from wasl.integrations.offered import FACTS, OFFERED
from wasl.integrations.subscribers import keep_to_ourselves
from wasl.integrations.tests.makers import facts_of, hand_over, subscribe
from wasl.partners.tests.makers import tables_with

pytestmark = pytest.mark.django_db
URL = "https://partner.example.org/hook"
LATER = SUNDAY_9AM + timedelta(hours=3)


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def told(**which: Any) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in Delivery.objects.filter(**which).order_by("case_id", "sequence")]


def solved(agency: Agency, **more: Any) -> Case:
    return resolved_case(agency=agency, by=make_person("supervisor"), **more)


def test_a_system_hears_of_a_case_from_its_first_day_to_its_end(agency: Agency) -> None:
    subscribe(agency, URL)
    case = solved(agency)

    hand_over(facts_of(case.pk))

    bodies = told()
    assert [(one["sequence"], one["event"], one["case"]["state"]) for one in bodies] == [
        (1, "case.registered", "new"),
        (2, "case.referred", "referred"),
        (3, "case.accepted", "accepted"),
        (4, "case.resolved", "resolved"),
    ]
    last = bodies[-1]
    assert last["case"]["reference"] == case.reference
    assert (last["agency"], last["case"]["open311_status"]) == ("MUN", "closed")
    assert last["case"]["wording"]["ar"] == "تمت المعالجة، ننتظر تأكيدك"
    assert last["details"] == {"unit": case.unit.code}
    assert last["at"].endswith("+04:00")
    assert bodies[1]["details"] == {"from_unit": None, "to_unit": case.unit.code}


def test_a_telling_holds_nobodys_name_number_words_or_place(agency: Agency) -> None:
    subscribe(agency, URL)
    case = solved(agency)
    cases.add_note(case, text="سر بين الزملاء", by=make_specialist_of(case), at=LATER)
    hand_over(facts_of(case.pk))

    everything = " ".join(Delivery.objects.values_list("body", flat=True))

    person = case.beneficiary
    assert person is not None
    private = ("مريم", "92147705", "maryam", "حفرة", "رُدمت", "سر بين", case.public_id, cases.access_code(case))
    assert [word for word in private if word in everything] == []


def test_what_was_closed_in_between_is_told_from_where_it_is_opened_again(agency: Agency) -> None:
    unit = take_staff_complaints(make_unit("CONDUCT", agency=agency), 1, by=None, at=LONG_AGO)
    member, salem = make_person("specialist", unit), make_salem()
    subscribe(agency, URL, confidential=True)
    case, joined = make_case(agency=agency), make_case(agency=agency)
    roads = case.unit
    cases.merge(joined, into=case, by=make_person("supervisor"), at=SUNDAY_9AM)
    hand_over(facts_of(case.pk, joined.pk))
    assert {one["case"]["reference"] for one in told()} == {case.reference, joined.reference}

    cases.tell_of_staff(case, AboutStaff("موظف الشباك"), by=salem, at=SUNDAY_9AM)
    record = EventRecord.objects.get(case_id=case.pk, kind="StaffComplaintOpened")
    keep_to_ourselves(events.load(record), record)
    hand_over(facts_of(case.pk, joined.pk))
    assert told() == []

    cases.accept_referral(case, by=member, at=SUNDAY_9AM)
    cases.lift_staff_complaint(case, reason="ليست على موظف", unit=roads, by=member, at=SUNDAY_9AM)
    cases.accept_referral(case, by=make_specialist_of(case), at=LATER)
    hand_over(facts_of(case.pk, joined.pk))
    kinds = [(one["event"], one["details"]) for one in told()]
    assert kinds == [("case.accepted", {"unit": roads.code})]


def test_nobody_hears_of_another_agency(agency: Agency) -> None:
    other = make_working_agency("HOU")
    subscribe(other, URL)
    ours = subscribe(agency, URL).subscription
    case = make_case(agency=agency)

    hand_over(facts_of(case.pk))

    assert set(Delivery.objects.values_list("subscription", "agency")) == {(ours.pk, agency.pk)}


def test_only_what_was_chosen_is_told(agency: Agency) -> None:
    subscribe(agency, URL, kinds=["case.resolved"])

    hand_over(facts_of(solved(agency).pk))

    assert [one["event"] for one in told()] == ["case.resolved"]


def test_of_a_confidential_case_only_those_hear_who_may(agency: Agency) -> None:
    subscribe(agency, URL)
    trusted = subscribe(agency, URL, confidential=True).subscription
    case = make_case(agency=agency, service=make_service("SECRET", agency=agency, confidential=True))

    hand_over(facts_of(case.pk))

    assert set(Delivery.objects.values_list("subscription", flat=True)) == {trusted.pk}


def test_nothing_is_told_of_what_happened_before_the_subscription(agency: Agency) -> None:
    case = make_case(agency=agency)
    earlier = facts_of(case.pk)
    subscribe(agency, URL)
    cases.withdraw(case, at=LATER)

    hand_over([*earlier, *facts_of(case.pk)[len(earlier) :]])

    assert [one["event"] for one in told()] == ["case.withdrawn"]


def test_of_a_kind_chosen_later_nothing_older_is_told(agency: Agency) -> None:
    subscription = subscribe(agency, URL, kinds=["case.resolved"]).subscription
    case = solved(agency)
    kinds = ["case.resolved", "case.accepted", "case.closed"]
    operations.change_subscription(
        subscription, name="x", url=URL, kinds=kinds, confidential=False, by=None, at=SUNDAY_9AM
    )
    cases.close(case, by=make_specialist_of(case), at=LATER)

    hand_over([one for one in facts_of(case.pk) if one.kind != "ReferralAccepted"][-1:])

    assert [one["event"] for one in told()] == ["case.closed"]


def test_imported_history_is_told_to_nobody(agency: Agency) -> None:
    subscribe(agency, URL)
    with of_origin("import"):
        old = make_case(agency=agency)
    cases.withdraw(old, at=LATER)

    hand_over([one for one in facts_of(old.pk) if one.origin == "live"])

    assert [one["event"] for one in told()] == ["case.withdrawn"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_jobs_that_overtake_each_other_number_a_case_as_it_happened(agency: Agency, order: tuple[int, ...]) -> None:
    subscribe(agency, URL)
    facts = facts_of(solved(agency).pk)

    hand_over([facts[number] for number in order])
    hand_over(facts)

    assert [(one["sequence"], one["event"]) for one in told()] == [
        (1, "case.registered"),
        (2, "case.referred"),
        (3, "case.accepted"),
        (4, "case.resolved"),
    ]


def test_each_case_is_numbered_by_itself_for_each_subscription(agency: Agency) -> None:
    subscribe(agency, URL)
    subscribe(agency, URL, kinds=["case.referred"])
    first, second = make_case(agency=agency), make_case(agency=agency)

    hand_over(facts_of(first.pk, second.pk))

    numbers = Delivery.objects.order_by("subscription", "case_id", "sequence")
    assert list(numbers.values_list("sequence", flat=True)) == [1, 2, 1, 2, 1, 1]


def test_numbers_go_on_after_old_tellings_were_forgotten(agency: Agency) -> None:
    subscribe(agency, URL)
    case = make_case(agency=agency)
    hand_over(facts_of(case.pk))
    Delivery.objects.update(state="sent", done_at=SUNDAY_9AM)
    assert operations.sweep(at=SUNDAY_9AM + timedelta(days=30)) == 0
    assert operations.sweep(at=SUNDAY_9AM + timedelta(days=31)) == 2

    cases.withdraw(case, at=LATER)
    hand_over(facts_of(case.pk)[-1:])

    assert [one["sequence"] for one in told()] == [3]


def test_an_ended_subscription_and_a_closed_agency_hear_nothing(agency: Agency) -> None:
    ended = subscribe(agency, URL).subscription
    operations.end(ended, by=None, at=SUNDAY_9AM)
    case = make_case(agency=agency)
    hand_over(facts_of(case.pk))
    assert not Delivery.objects.exists()

    subscribe(agency, URL)
    Agency.objects.filter(pk=agency.pk).update(is_active=False)
    cases.withdraw(case, at=LATER)
    hand_over(facts_of(case.pk)[-1:])

    assert not Delivery.objects.exists()


def test_every_offered_kind_has_both_languages_and_a_fact_of_its_own() -> None:
    assert len({one.fact for one in OFFERED.values()}) == len(OFFERED) == len(FACTS)
    assert all(one.title["ar"] and one.title["en"] for one in OFFERED.values())


def test_every_offered_fact_makes_a_telling(agency: Agency) -> None:
    """The units, cases and plain fields named in the list are those of the facts."""
    subscribe(agency, URL)
    case, other = make_case(agency=agency), make_case(agency=agency)
    values = {"unit_id": case.unit_id, "from_unit_id": case.unit_id, "to_unit_id": case.unit_id}
    values["by_unit_id"] = case.unit_id
    values |= {"into_case_id": other.pk, "from_case_id": other.pk, "rating": 4, "reason_code": "materials"}
    for one in OFFERED.values():
        fields = {name: values.get(name, 0) for name in one.fact.__dataclass_fields__} | {"case_id": case.pk}
        assert {*one.units.values(), *one.plain.values(), *one.cases.values()} <= set(fields), one.code
        hand_over(
            [
                EventRecord.objects.create(
                    kind=one.fact.kind, version=1, agency_id=agency.pk, case_id=case.pk, at=SUNDAY_9AM, data=fields
                )
            ]
        )

    made = {one["event"]: one["details"] for one in told(case_id=case.pk)}
    assert set(made) == set(OFFERED)
    assert made["case.joined"] == {"into": other.reference}
    assert made["case.returned"] == {"from_unit": case.unit.code, "to_unit": case.unit.code}


def test_an_agency_without_subscriptions_makes_no_work(agency: Agency) -> None:
    subscribe(make_working_agency("HOU"), URL)

    def handed_to_us(case: Case) -> int:
        for record in facts_of(case.pk):
            dispatch_event(event_id=record.pk)
        ours = EventDelivery.objects.filter(event__case_id=case.pk, subscriber__startswith="wasl.integrations.")
        return ours.count()

    assert handed_to_us(make_case(agency=agency)) == 0
    subscribe(agency, URL)
    assert handed_to_us(make_case(agency=agency)) == 2


def test_the_secret_is_in_no_table(home: Any, agency: Agency) -> None:
    made = subscribe(agency, URL)
    operations.turn_secret(made.subscription, by=None, at=SUNDAY_9AM)
    hand_over(facts_of(make_case(agency=agency).pk))

    assert tables_with(made.subscription.public_id) == ["integrations_subscription"]
    assert tables_with(made.secret) == []
    assert made.secret not in repr(made)


def test_the_clock_of_the_house_stamps_them(agency: Agency) -> None:
    subscribe(agency, URL)
    case = make_case(agency=agency)
    with clock.frozen(LATER):
        hand_over(facts_of(case.pk), at=LATER)

    assert set(Delivery.objects.values_list("created_at", "next_try_at")) == {(LATER, LATER)}
