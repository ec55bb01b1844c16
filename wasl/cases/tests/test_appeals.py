"""A review by somebody higher: on which ground, once at each level, by whom, and what comes of it."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.calendars.working_time import NeverOpens
from wasl.cases import appeals, jobs, operations, reviewers, subscribers
from wasl.cases.appeal_rows import Appeal
from wasl.cases.events import CaseReferred
from wasl.cases.models import Case, CaseEntry, Clock
from wasl.cases.operations import Missing, NotAtThisLine
from wasl.cases.seen import items_seen
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.core import clock, events
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.core.tests.chance import tries
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right
from wasl.directory.tests.makers import LONG_AGO, SUNDAY_9AM, make_noora, make_person, make_unit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT_MONTH = SUNDAY_9AM + 28 * DAY


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


@pytest.fixture
def noora(agency: Agency) -> User:
    return make_noora()


@pytest.fixture
def thuraya(agency: Agency) -> User:
    """She leads the directorate above the roads."""
    works = make_unit("WORKS", kind="directorate")
    Unit.objects.filter(pk=make_unit("ROADS").pk).update(parent=works)
    return make_person("head", works)


@pytest.fixture
def hamad(agency: Agency) -> User:
    return make_person("director", make_unit("CENTRE"))


def rejected(noora: User, *, at: datetime = SUNDAY_9AM) -> Case:
    case = make_case(at=at)
    operations.reject(case, reason="الموقع ملك خاص", by=noora, at=at + HOUR)
    return case


def asked(case: Case, *, at: datetime, words: str = "الموقع طريق عام") -> Appeal:
    return operations.ask_appeal(case, words=words, channel="portal", at=at)


def rule(agency: Agency, *, ask_days: int = 30, grounds: list[str] | None = None) -> None:
    name, words = both("هيئة الشكاوى", "The ombudsman"), both("اكتب لهم", "Write to them")
    operations.set_appeal_rule(
        agency, ask_days=ask_days, decide_days=5, body_name=name, body_words=words, body_link="", body_phone="",
        by=None, at=LONG_AGO, grounds=grounds,
    )  # fmt: skip


def make_reviewers() -> tuple[User, User, User]:
    noora = make_noora()
    works = make_unit("WORKS", kind="directorate")
    Unit.objects.filter(pk=make_unit("ROADS").pk).update(parent=works)
    return (
        noora,
        make_person("head", works),
        make_person("director", make_unit("CENTRE")),
    )


# --- on which ground --------------------------------------------------------------------------------------------------


def test_a_case_in_its_time_gives_no_ground(noora: User, thuraya: User) -> None:
    case = make_case()
    told = appeals.offer(case, at=SUNDAY_9AM + HOUR)

    assert (told.ground, told.may_ask, told.is_outside) == ("", False, False)
    with pytest.raises(Missing, match="بعد فوات الموعد"):
        asked(case, at=SUNDAY_9AM + HOUR)
    assert not Appeal.objects.exists()


def test_a_refusal_may_be_reviewed_by_whoever_leads_above_the_unit(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)

    told = appeals.offer(case, at=SUNDAY_9AM + DAY)

    assert told.office is not None
    assert (told.ground, told.level, told.office.unit.code, told.office.people) == ("refusal", 1, "WORKS", [thuraya])


def test_a_promise_that_is_broken_is_a_ground_while_open_and_when_resolved_late(noora: User, thuraya: User) -> None:
    case = make_case()
    assert case.due_at is not None
    late = case.due_at + HOUR
    while_open = appeals.offer(case, at=late).ground
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=late)
    when_resolved = appeals.offer(case, at=late + DAY).ground

    assert (while_open, when_resolved) == ("breach", "breach")


def test_a_case_resolved_in_time_gives_no_ground_unless_it_is_rated_poorly(noora: User, thuraya: User) -> None:
    case = make_case()
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=SUNDAY_9AM + HOUR)
    before = appeals.offer(case, at=SUNDAY_9AM + DAY).ground
    operations.rate(case, rating=3, comment="", at=SUNDAY_9AM + DAY)
    fair = appeals.offer(case, at=SUNDAY_9AM + DAY).ground
    operations.rate(case, rating=2, comment="", at=SUNDAY_9AM + DAY)
    poor = appeals.offer(case, at=SUNDAY_9AM + DAY).ground

    assert (before, fair, poor) == ("", "", "rating")

    operations.reopen(case, reason="عادت الحفرة", at=SUNDAY_9AM + DAY + HOUR)
    operations.resolve(case, text="أعيد ردمها", by=noora, at=SUNDAY_9AM + DAY + 2 * HOUR)
    assert appeals.offer(case, at=SUNDAY_9AM + 2 * DAY).ground == ""  # what was rated is mended


def test_when_it_is_too_late_to_reopen_a_review_may_be_asked_unless_the_agency_says_otherwise(
    noora: User, thuraya: User, agency: Agency
) -> None:
    case = make_case()
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=SUNDAY_9AM + HOUR)
    over = SUNDAY_9AM + HOUR + 15 * DAY
    with pytest.raises(operations.TooLate):
        operations.reopen(case, reason="لم تُحل", at=over)

    days = [over - HOUR, over, over + 30 * DAY, over + 31 * DAY]
    assert [appeals.offer(case, at=day).ground for day in days] == ["", "window", "window", ""]
    rule(agency, grounds=["breach", "refusal", "rating"])
    assert appeals.offer(case, at=over).ground == ""


def test_a_ground_that_the_agency_does_not_know_gives_way_to_one_that_it_does(
    noora: User, thuraya: User, agency: Agency
) -> None:
    case = make_case()
    assert case.due_at is not None
    late = case.due_at + HOUR
    operations.resolve(case, text="رُدمت الحفرة", by=noora, at=late)
    operations.rate(case, rating=1, comment="", at=late)
    grounds = []
    for known in (None, ["breach"], ["refusal"]):
        rule(agency, grounds=known)
        grounds.append(appeals.offer(case, at=late + DAY).ground)

    assert grounds == ["rating", "breach", ""]
    for wrong in ([], ["breach", "decision"]):
        with pytest.raises(operations.BadAppealRule, match="سبباً"):
            rule(agency, grounds=wrong)


def test_after_the_days_of_the_agency_it_is_too_late(noora: User, thuraya: User, agency: Agency) -> None:
    case = rejected(noora)
    assert appeals.offer(case, at=SUNDAY_9AM + 30 * DAY).may_ask
    assert not appeals.offer(case, at=SUNDAY_9AM + 31 * DAY).ground
    rule(agency, ask_days=60)
    assert appeals.offer(case, at=SUNDAY_9AM + 31 * DAY).may_ask


# --- once at each level -----------------------------------------------------------------------------------------------


def test_asking_tells_the_office_and_the_beneficiary_and_is_done_once(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    at = SUNDAY_9AM + DAY
    first, again = asked(case, at=at), asked(case, at=at + HOUR)

    assert first == again
    assert Alert.objects.get(kind="appeal").person == thuraya
    assert EventRecord.objects.filter(kind="AppealAsked").count() == 1
    assert CaseEntry.objects.get(event__kind="AppealAsked").public
    with pytest.raises(Missing, match="قيد المراجعة"):
        asked(case, at=at + HOUR, words="كلمات أخرى")


def test_the_second_level_is_the_director_and_then_the_outside_body_is_named(
    noora: User, thuraya: User, hamad: User
) -> None:
    case = rejected(noora)
    asked(case, at=SUNDAY_9AM + DAY)
    operations.decide_appeal(case, outcome="stands", reasons="الصك يثبت الملكية", by=thuraya, at=SUNDAY_9AM + 2 * DAY)
    second = appeals.offer(case, at=SUNDAY_9AM + 3 * DAY)
    asked(case, at=SUNDAY_9AM + 3 * DAY, words="الصك قديم")
    meanwhile = appeals.offer(case, at=SUNDAY_9AM + 4 * DAY)
    operations.decide_appeal(case, outcome="stands", reasons="الصك ساري", by=hamad, at=SUNDAY_9AM + 4 * DAY)
    last = appeals.offer(case, at=SUNDAY_9AM + 5 * DAY)

    assert second.office is not None
    assert (second.ground, second.level, second.office.people) == ("decision", 2, [hamad])
    assert (meanwhile.ground, meanwhile.is_outside) == ("", False)
    assert (last.may_ask, last.is_outside) == (False, True)
    with pytest.raises(Missing, match="الجهة الخارجية"):
        asked(case, at=SUNDAY_9AM + 5 * DAY)


def test_a_review_that_is_not_answered_in_time_is_told_once_and_the_next_level_opens(
    noora: User, thuraya: User, hamad: User
) -> None:
    case = rejected(noora)
    first = asked(case, at=SUNDAY_9AM + DAY)
    at = first.due_at + HOUR
    told = [operations.tell_late(number, at=at) for number in appeals.late(at)] + [
        operations.tell_late(first.pk, at=at)
    ]
    second = asked(case, at=at, words="لم يجب أحد")

    assert told == [True, False]
    assert (second.level, second.ground) == (2, "silence")
    first.refresh_from_db()
    assert first.outcome == "lapsed"


def test_whoever_is_reviewed_does_not_end_the_review_by_putting_the_case_away(noora: User, thuraya: User) -> None:
    case, other = make_case(), make_case()
    late = SUNDAY_9AM + 60 * DAY
    asked(case, at=late)

    for away in (
        lambda at: operations.merge(case, into=other, by=noora, at=at),
        lambda at: operations.exclude(case, reason="إعلان", by=noora, at=at),
    ):
        with pytest.raises(NotAtThisLine, match="مراجعة لم يُبت فيها"):
            away(late + HOUR)
    operations.decide_appeal(case, outcome="stands", reasons="العمل مجدول", by=thuraya, at=late + 2 * HOUR)
    operations.merge(case, into=other, by=noora, at=late + 3 * HOUR)

    assert Case.objects.get(pk=case.pk).merged_into_id == other.pk


def test_whoever_is_late_is_told_what_the_beneficiary_can_do_now(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    first = asked(case, at=SUNDAY_9AM + DAY)
    operations.tell_late(first.pk, at=first.due_at + HOUR)
    second = asked(case, at=first.due_at + HOUR, words="لم يجب أحد")
    assert second.higher_at is not None
    operations.tell_late(second.pk, at=second.due_at + HOUR)
    operations.tell_late(second.pk, at=second.higher_at + HOUR)

    late = Alert.objects.filter(title__en__startswith="A review is late")
    said = {(alert.person_id, alert.body["en"].split()[0], alert.body["en"].split()[-2]) for alert in late}
    assert {(thuraya.pk, "The", "next"), (hamad.pk, "There", "outside")} <= said
    lines = [str(item.title) for item in items_seen(case, hamad, at=second.higher_at + HOUR, notes=True)]
    assert any("وذُكّرت بها" in line for line in lines)


def test_a_triage_unit_takes_no_reviewed_case(noora: User, thuraya: User) -> None:
    case = rejected(noora)
    asked(case, at=SUNDAY_9AM + DAY)
    Unit.objects.filter(pk=make_unit("CENTRE").pk).update(is_triage=True)

    with pytest.raises(Missing, match="يستقبل ويوجّه"):
        operations.decide_appeal(
            case,
            outcome="changed",
            reasons="نعم",
            by=thuraya,
            at=SUNDAY_9AM + 2 * DAY,
            to_unit=make_unit("CENTRE"),
            move_reason="لهم",
        )


def test_whoever_decided_before_does_not_review(noora: User, thuraya: User, hamad: User) -> None:
    case = make_case()
    operations.reject(case, reason="ملك خاص", by=thuraya, at=SUNDAY_9AM + HOUR)

    office = appeals.offer(case, at=SUNDAY_9AM + DAY).office

    assert office is not None
    assert office.people == [hamad]


def test_nor_does_whoever_had_it_decided_in_their_name(noora: User, thuraya: User, hamad: User) -> None:
    noora.by_delegation_of_id = thuraya.pk  # type: ignore[attr-defined]
    office = appeals.offer(rejected(noora), at=SUNDAY_9AM + DAY).office

    assert office is not None
    assert office.people == [hamad]


def test_a_unit_that_refused_it_before_it_went_on_does_not_review_nor_does_any_below_it(
    noora: User, thuraya: User, hamad: User
) -> None:
    roads = make_unit("ROADS")
    section = make_unit("POTHOLES", kind="section")
    Unit.objects.filter(pk=section.pk).update(parent=roads)
    make_person("head", roads)
    case = rejected(noora)
    operations.reopen(case, reason="ليس ملكاً خاصاً", by=noora, at=SUNDAY_9AM + 2 * HOUR)
    operations.refer(case, to_unit=section, reason="لديكم الخريطة", by=noora, at=SUNDAY_9AM + 3 * HOUR)
    operations.reject(case, reason="ملك خاص", by=make_person("specialist", section), at=SUNDAY_9AM + 4 * HOUR)
    office = appeals.offer(case, at=SUNDAY_9AM + DAY).office
    assert office is not None
    # Its own head stands above the section, but the roads have refused it: the directorate above both reviews.
    assert office.people == [thuraya]

    works = make_unit("WORKS")
    operations.reopen(case, reason="ليس ملكاً خاصاً", by=noora, at=SUNDAY_9AM + 5 * HOUR)
    operations.refer(case, to_unit=works, reason="القرار لكم", by=noora, at=SUNDAY_9AM + 6 * HOUR)
    operations.reject(case, reason="ملك خاص", by=make_person("specialist", works), at=SUNDAY_9AM + 7 * HOUR)
    operations.reopen(case, reason="ليس ملكاً خاصاً", by=noora, at=SUNDAY_9AM + 8 * HOUR)
    operations.refer(case, to_unit=section, reason="انظروا", by=thuraya, at=SUNDAY_9AM + 9 * HOUR)
    operations.reject(case, reason="ملك خاص", by=make_person("specialist", section), at=SUNDAY_9AM + 10 * HOUR)
    above_all = appeals.offer(case, at=SUNDAY_9AM + DAY).office
    assert above_all is not None
    assert above_all.people == [hamad]


def deliver(case: Case) -> None:
    """What the job does with each referral of a case."""
    for record in EventRecord.objects.filter(case_id=case.pk, kind="CaseReferred", data__automatic=False):
        fact = events.load(record)
        assert isinstance(fact, CaseReferred)
        subscribers.hand_on_what_is_reviewed(fact, record)


def test_while_the_office_reaches_a_reviewed_case_nobody_else_is_called(
    noora: User, thuraya: User, hamad: User
) -> None:
    case = make_case()
    assert case.due_at is not None
    asked(case, at=case.due_at + HOUR)
    lamps = make_unit("LAMPS")
    Unit.objects.filter(pk=lamps.pk).update(parent=make_unit("WORKS"))
    operations.refer(case, to_unit=lamps, reason="المصباح لا الحفرة", by=noora, at=case.due_at + 2 * HOUR)
    deliver(case)

    assert set(Alert.objects.filter(kind="appeal").values_list("person", flat=True)) == {thuraya.pk}


def test_a_review_of_a_case_that_went_on_out_of_the_offices_reach_is_decided_by_whoever_reaches_both(
    noora: User, thuraya: User, hamad: User
) -> None:
    case = make_case()
    assert case.due_at is not None
    late = case.due_at + HOUR
    appeal = asked(case, at=late)
    assert reviewers.is_theirs([appeal], thuraya, at=late) == [True]
    operations.refer(case, to_unit=make_unit("PARKS"), reason="شجرة لا حفرة", by=noora, at=late + HOUR)
    appeal.refresh_from_db()
    gardener = make_person("head", make_unit("PARKS"))
    deliver(case)
    deliver(case)  # told once, whatever comes twice

    at = late + 2 * HOUR
    assert list(Alert.objects.filter(kind="appeal", created_at__gt=late).values_list("person", flat=True)) == [hamad.pk]
    assert [reviewers.is_theirs([appeal], one, at=at) for one in (thuraya, gardener)] == [[False], [False]]
    waiting = appeals.to_decide(Case.objects.for_user(hamad, Right.DECIDE_APPEAL, at=at), at=at)
    assert reviewers.is_theirs(list(waiting), hamad, at=at) == [True]
    operations.decide_appeal(case, outcome="stands", reasons="لدى الحدائق الآن", by=hamad, at=at)
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.decided_by) == ("stands", hamad)


def test_nobody_else_decides_it(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    asked(case, at=SUNDAY_9AM + DAY)
    for person in (noora, hamad):
        with pytest.raises(Missing, match="المراجعة لدى"):
            operations.decide_appeal(case, outcome="changed", reasons="نعم", by=person, at=SUNDAY_9AM + 2 * DAY)
    assert Appeal.objects.get().outcome == ""


def test_where_nobody_stands_above_the_outside_body_is_named_at_once(noora: User) -> None:
    told = appeals.offer(rejected(noora), at=SUNDAY_9AM + DAY)
    assert (told.ground, told.may_ask, told.is_outside) == ("refusal", False, True)


def test_after_twice_its_time_the_next_level_hears_of_it_once(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    first = asked(case, at=SUNDAY_9AM + DAY)
    assert first.higher_at is not None
    moments = [first.due_at + HOUR, first.higher_at - HOUR, first.higher_at + HOUR, first.higher_at + DAY]
    for at in moments:
        with clock.frozen(at):
            jobs.tell_late_appeals(0)

    told = list(EventRecord.objects.filter(kind__in=("AppealLate", "AppealLifted")).order_by("pk"))
    assert [(fact.kind, fact.at) for fact in told] == [("AppealLate", moments[0]), ("AppealLifted", moments[2])]
    assert told[1].data["to_unit_id"] == make_unit("CENTRE").pk
    assert Alert.objects.filter(person=hamad).count() == 1
    assert appeals.late(moments[-1]) == []


def test_one_review_of_which_nothing_can_be_told_does_not_hold_back_the_others(
    noora: User, thuraya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [asked(rejected(noora), at=SUNDAY_9AM + DAY) for _ in range(3)]
    broken, tell = rows[0].pk, operations.tell_late

    def tell_but_one(number: int, *, at: datetime) -> bool:
        if number == broken:
            raise NeverOpens
        return tell(number, at=at)

    monkeypatch.setattr(operations, "tell_late", tell_but_one)
    with clock.frozen(rows[0].due_at + HOUR):
        jobs.tell_late_appeals(0)

    assert Appeal.objects.filter(told_late_at__isnull=False).count() == 2
    assert list(Appeal.objects.filter(told_late_at__isnull=True)) == [rows[0]]


# --- what comes of it -------------------------------------------------------------------------------------------------


def test_a_changed_decision_opens_the_case_again_with_a_new_clock(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    asked(case, at=SUNDAY_9AM + DAY)
    at = SUNDAY_9AM + 2 * DAY

    operations.decide_appeal(case, outcome="changed", reasons="الموقع طريق عام", by=thuraya, at=at)

    case.refresh_from_db()
    assert (case.state, case.unit.code, case.reopened_times) == ("reopened", "ROADS", 1)
    assert Clock.objects.get(case=case, kind="resolve", stopped_at__isnull=True).started_at == at
    assert not appeals.offer(case, at=at + HOUR).ground


def test_on_an_open_case_it_binds_the_unit_and_gives_it_time(noora: User, thuraya: User, hamad: User) -> None:
    case = make_case()
    assert case.due_at is not None
    asked(case, at=case.due_at + HOUR)
    at = case.due_at + 2 * HOUR
    operations.decide_appeal(case, outcome="changed", reasons="يُبدأ العمل غداً", by=thuraya, at=at)

    assert case.is_open
    assert not appeals.offer(case, at=at + DAY).ground
    assert appeals.offer(case, at=at + 14 * DAY).ground == "breach"


@settings(
    max_examples=tries(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.sampled_from(["ask", "stands", "changed", "partly", "reject", "resolve", "poor", "wait", "reopen"]),
        max_size=14,
    )
)
def test_no_more_than_one_at_a_level_and_the_outside_body_exactly_when_nobody_is_left(
    agency: Agency, steps: list[str]
) -> None:
    noora, thuraya, hamad = make_reviewers()
    case, at = make_case(), SUNDAY_9AM
    for step in steps:
        at += HOUR
        with contextlib.suppress(Missing, operations.NotNow, operations.TooLate):
            _do(step, case, noora, (thuraya, hamad), at)
        if step == "wait":
            at += 9 * DAY
        case.refresh_from_db()
        told, rows = appeals.offer(case, at=at), appeals.appeals_of(case)
        assert [row.level for row in rows] == list(range(1, len(rows) + 1))
        assert len({row.unit_id for row in rows}) == len(rows)
        assert case.unit_id not in {row.unit_id for row in rows}
        assert not (told.may_ask and told.is_outside)
        assert bool(told.ground) == (told.may_ask or told.is_outside)
        if told.is_outside:
            assert len(rows) == 2 or not told.appeals


def _do(step: str, case: Case, noora: User, reviewers: tuple[User, User], at: datetime) -> None:
    if step == "ask":
        asked(case, at=at, words=f"راجعوه {at}")
    elif step in ("stands", "changed", "partly"):
        waiting = Appeal.objects.filter(case=case, outcome="").first()
        by = reviewers[waiting.level - 1] if waiting else noora
        operations.decide_appeal(case, outcome=step, reasons="نظرنا فيه", by=by, at=at)
    elif step == "reject":
        operations.reject(case, reason="ملك خاص", by=noora, at=at)
    elif step == "resolve":
        operations.resolve(case, text="تم", by=noora, at=at)
    elif step == "poor":
        operations.rate(case, rating=1, comment="", at=at)
    elif step == "reopen":
        operations.reopen(case, reason="لم تُحل", at=at)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org", "example.org", "https://"])
def test_the_website_of_the_outside_body_is_an_address_of_the_web(agency: Agency, link: str) -> None:
    with pytest.raises(operations.BadAppealRule, match="https"):
        operations.set_appeal_rule(
            agency, ask_days=30, decide_days=5, body_name=both("هيئة", "Body"), body_words=both("", ""),
            body_link=link, body_phone="", by=None, at=LONG_AGO,
        )  # fmt: skip
    assert appeals.rule_of(agency.pk).body_link == ""


def test_the_same_words_ask_the_next_level_when_the_first_was_silent(noora: User, thuraya: User, hamad: User) -> None:
    case = rejected(noora)
    first = asked(case, at=SUNDAY_9AM + DAY)
    second = asked(case, at=first.due_at + HOUR)

    assert (second.level, Appeal.objects.get(pk=first.pk).outcome) == (2, "lapsed")
    assert asked(case, at=first.due_at + 2 * HOUR) == second


def test_a_review_of_what_was_taken_back_waits_for_nobody(noora: User, thuraya: User) -> None:
    case = make_case()
    assert case.due_at is not None
    first = asked(case, at=case.due_at + HOUR)
    operations.withdraw(case, at=first.asked_at + HOUR)

    assert appeals.late(first.due_at + HOUR) == []
    assert not appeals.to_decide(Case.objects.all(), at=first.due_at).exists()


def test_where_one_level_is_all_there_is_the_outside_body_stays_named(noora: User, hamad: User) -> None:
    case = rejected(noora)
    asked(case, at=SUNDAY_9AM + DAY)
    operations.decide_appeal(case, outcome="stands", reasons="الصك ساري", by=hamad, at=SUNDAY_9AM + 2 * DAY)

    for days in (3, 200):
        told = appeals.offer(case, at=SUNDAY_9AM + days * DAY)
        assert (told.may_ask, told.is_outside) == (False, True)
