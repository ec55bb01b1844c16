"""Cases on hold: reasons as rows, ten working days, two extensions, then the director, and a miss that is said once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wasl.alerts.models import Alert
from wasl.cases import jobs, operations, pending, queries
from wasl.cases.models import Case, ExtensionRequest, Hold
from wasl.cases.operations import LastReason, Missing, NotNow, StaleCase
from wasl.cases.tests.makers import HOUR, accepted_case, make_case
from wasl.cases.timeline import staff_timeline
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_noora, make_person

pytestmark = pytest.mark.django_db

# Sunday 2026-11-22; the working week is Sunday to Thursday, and the national days (25-26 November) are holidays.
START = SUNDAY_9AM + 2 * HOUR
DAY = timedelta(days=1)


def held(case: Case, *, at: datetime, review_on: date | None = None, reason: str = "materials", by=None, **more):  # type: ignore[no-untyped-def]
    return operations.hold(
        case,
        reason_code=reason,
        review_on=review_on or (at + 2 * DAY).date(),
        text="ننتظر القاطع البديل",
        by=by or case.assignee,
        at=at,
        **more,
    )


def thrice_held() -> Case:
    """On hold with both extensions that the unit gives itself."""
    case = accepted_case(by=make_noora())
    for days in (0, 2, 4):
        held(case, at=START + days * DAY)
    return case


def test_the_review_is_within_ten_working_days_of_the_unit() -> None:
    case = accepted_case(by=make_noora())
    last = pending.last_review_day(case, START)

    with pytest.raises(Missing, match="10"):
        held(case, at=START, review_on=last + DAY)
    held(case, at=START, review_on=last)

    assert case.review_on == last
    assert (last - START.date()).days > 12  # two week-ends at least lie between


@pytest.mark.requirement("W-08")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "holiday"}, "سبب"),
        ({"review_on": START.date()}, "موعد"),
        ({"review_on": START.date() - DAY}, "موعد"),
    ],
)
def test_a_hold_without_a_known_reason_or_a_day_ahead_is_refused(given: dict[str, object], words: str) -> None:
    case = accepted_case(by=make_noora())

    with pytest.raises(Missing, match=words):
        held(case, at=START, **given)

    assert case.state == "accepted"
    assert not Hold.objects.exists()


def test_each_hold_and_extension_is_kept_with_its_number_and_end() -> None:
    case = accepted_case(by=make_noora())

    held(case, at=START)
    held(case, at=START + DAY, reason="budget", external=True)
    operations.start_work(case, by=case.assignee, at=START + 2 * DAY)

    rows = list(Hold.objects.order_by("pk"))
    assert [(row.number, row.reason, row.external) for row in rows] == [(0, "materials", False), (1, "budget", True)]
    assert [row.ended_at for row in rows] == [START + DAY, START + 2 * DAY]


def test_an_extension_does_not_make_the_hold_younger() -> None:
    case = accepted_case(by=make_noora())
    held(case, at=START)

    held(case, at=START + DAY, external=True)

    assert case.state == "pending_external"
    assert case.state_since == START


def test_the_third_extension_is_asked_of_the_director_and_the_case_stays_as_it_was() -> None:
    case, director = thrice_held(), make_person("director")
    before = case.review_on

    asked = held(case, at=START + 5 * DAY, reason="budget")

    assert isinstance(asked, ExtensionRequest)
    assert (asked.number, asked.answer) == (3, "")
    assert (case.state, case.review_on) == ("pending_internal", before)
    assert [one.person for one in Alert.objects.filter(kind="extension")] == [director]
    with pytest.raises(Missing):
        held(case, at=START + 5 * DAY + HOUR)


def test_the_director_approves_and_the_hold_goes_on_until_the_day_asked() -> None:
    case, director = thrice_held(), make_person("director")
    held(case, at=START + 5 * DAY, review_on=(START + 9 * DAY).date())

    operations.answer_extension(case, approve=True, by=director, at=START + 6 * DAY)

    row = Hold.objects.get(ended_at__isnull=True)
    assert (row.number, row.by, row.approved_by) == (3, case.assignee, director)
    assert case.review_on == (START + 9 * DAY).date()
    assert queries.asked_extension(case) is None
    assert Alert.objects.filter(kind="extension", person=case.assignee).exists()


def test_a_refusal_needs_its_reason_and_leaves_the_case_with_its_missed_review() -> None:
    case, director = thrice_held(), make_person("director")
    held(case, at=START + 5 * DAY)
    before = case.review_on

    with pytest.raises(Missing):
        operations.answer_extension(case, approve=False, reason=" ", by=director, at=START + 6 * DAY)
    assert queries.asked_extension(case) is not None
    operations.answer_extension(
        case, approve=False, reason="القطعة متوفرة في المستودع", by=director, at=START + 6 * DAY
    )

    assert (case.state, case.review_on) == ("pending_internal", before)
    assert ExtensionRequest.objects.get().answer == "refused"
    assert staff_timeline(case)[0].text == "القطعة متوفرة في المستودع"


def test_nobody_approves_what_they_asked_for_themselves() -> None:
    case = thrice_held()
    held(case, at=START + 5 * DAY)

    with pytest.raises(Missing):
        operations.answer_extension(case, approve=True, by=case.assignee, at=START + 6 * DAY)


def test_work_that_begins_takes_the_question_back() -> None:
    case = thrice_held()
    held(case, at=START + 5 * DAY)

    operations.start_work(case, by=case.assignee, at=START + 6 * DAY)

    assert ExtensionRequest.objects.get().answer == "withdrawn"
    with pytest.raises((Missing, NotNow)):
        operations.answer_extension(case, approve=True, by=make_person("director"), at=START + 7 * DAY)


def test_a_page_from_before_asks_for_nothing() -> None:
    case = thrice_held()

    with pytest.raises(StaleCase):
        held(case, at=START + 5 * DAY, version=case.version - 1)

    assert not ExtensionRequest.objects.exists()


@pytest.mark.requirement("W-08")
def test_a_missed_review_is_said_once_when_the_day_is_over_where_the_agency_is() -> None:
    case = accepted_case(by=make_noora())
    held(case, at=START, review_on=date(2026, 12, 1))
    end_of_day_in_muscat = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)

    for moment in (end_of_day_in_muscat - HOUR, end_of_day_in_muscat, end_of_day_in_muscat + HOUR):
        with clock.frozen(moment):
            jobs.call_reviews(0)
        said = EventRecord.objects.filter(kind="ReviewMissed")
        assert said.count() == (moment >= end_of_day_in_muscat)

    assert said.get().data["unit_id"] == case.unit_id
    assert Hold.objects.get().missed_at == end_of_day_in_muscat


def test_each_extension_can_be_missed_and_an_ended_hold_cannot() -> None:
    case = accepted_case(by=make_noora())
    first = held(case, at=START)
    second = held(case, at=START + DAY)
    operations.start_work(case, by=case.assignee, at=START + 2 * DAY)

    assert not operations.miss_review(first.pk, at=START + 9 * DAY)
    assert not operations.miss_review(second.pk, at=START + 9 * DAY)
    third = held(case, at=START + 9 * DAY)
    assert operations.miss_review(third.pk, at=START + 12 * DAY)
    assert not operations.miss_review(third.pk, at=START + 12 * DAY)


def test_an_agency_has_reasons_of_its_own() -> None:
    case = accepted_case(by=make_noora())
    agency = case.agency

    operations.set_hold_reason(
        agency, code="permit", name=both("تصريح حفر", "Digging permit"), order=5, by=None, at=START
    )
    operations.end_hold_reason(agency, "weather", by=None, at=START)

    offered = pending.reasons(agency.pk)
    assert next(iter(offered)) == "permit"
    assert "weather" not in offered
    assert pending.reason_words(agency.pk, "weather").in_language("en") == "Weather"
    held(case, at=START, reason="permit")
    with pytest.raises(Missing):
        held(accepted_case(by=case.assignee), at=START, reason="weather")


def test_one_reason_must_stay() -> None:
    agency = make_case().agency
    codes = list(pending.USUAL_REASONS)

    for code in codes[:-1]:
        operations.end_hold_reason(agency, code, by=None, at=START)
    with pytest.raises(LastReason):
        operations.end_hold_reason(agency, codes[-1], by=None, at=START)
