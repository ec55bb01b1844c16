"""The three lines of support: what each may finish, what must go along, whose a case is after two refusals, and what is
raised and decided. Every step that is refused is refused by the operation, whatever page or program asks.
"""

from datetime import timedelta
from typing import Any

import pytest

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.cases import lines, operations, queries, workflow
from wasl.cases.course import course
from wasl.cases.models import Case, OwnerDecision, Raise
from wasl.cases.operations import NOBODY_KNOWS, Missing, NewCase, NotAtThisLine, Place, Whose
from wasl.cases.seen import items_seen
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.contacts import operations as contacts
from wasl.core.events import of_origin
from wasl.core.models import EventRecord
from wasl.directory import delegations
from wasl.directory import operations as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import SCOPES, Right, Role
from wasl.directory.tests.makers import (
    LONG_AGO,
    SUNDAY_9AM,
    make_huda,
    make_noora,
    make_person,
    make_salem,
    make_unit,
)
from wasl.notices.models import Notice
from wasl.routing import operations as routing
from wasl.routing import queries as line_queries

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    return make_working_agency()


def at_the_centre(agency: Agency, **more: Any) -> Case:
    """A case that no rule has a place for: it waits at the centre."""
    service = make_service(f"ASK-{more.get('kind', 'report')}".upper(), agency=agency, unit=make_unit("CENTRE"), **more)
    return operations.register_case(
        NewCase(agency=agency, kind=service.kind, channel="phone", title="سؤال", description="نص", service=service),
        by=None,
        at=SUNDAY_9AM,
    )


def unplaced(agency: Agency, *, kind: str = "report", **more: Any) -> Case:
    """A case without a service yet, at the centre."""
    new = NewCase(agency=agency, kind=kind, channel="phone", title="حفرة", description="حفرة عميقة", **more)
    return operations.register_case(new, by=None, at=SUNDAY_9AM)


def refused_by(case: Case, *units: Unit, by: User, whose: Whose = NOBODY_KNOWS) -> None:
    """Each of the units says "not ours", an hour after another."""
    for number, unit in enumerate(units, start=1):
        at = SUNDAY_9AM + number * DAY
        operations.refer(case, to_unit=unit, reason="لكم", by=by, at=at)
        operations.return_referral(case, reason="ليس لنا", whose=whose, by=by, at=at + HOUR)


# --- where a case stands ---------------------------------------------------------------------------------------------


def test_a_case_that_goes_to_a_unit_at_once_stands_at_the_second_line(agency: Agency) -> None:
    assert make_case(agency=agency).line == 2
    assert unplaced(agency).line == 1


def test_the_line_follows_the_case_to_the_unit_and_back(agency: Agency) -> None:
    salem, case = make_salem(), unplaced(agency)
    roads, hall = make_unit("ROADS"), make_unit("HALL", kind="outlet")

    operations.refer(case, to_unit=hall, reason="", by=salem, at=SUNDAY_9AM + HOUR)
    at_the_hall = case.line
    operations.refer(case, to_unit=roads, reason="", by=salem, at=SUNDAY_9AM + 2 * HOUR)
    with_the_roads = case.line
    operations.return_referral(case, reason="ليس لنا", whose=NOBODY_KNOWS, by=salem, at=SUNDAY_9AM + 3 * HOUR)

    assert (at_the_hall, with_the_roads, case.line) == (1, 2, 1)


# --- the first line --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("W-01")
def test_from_an_outlet_to_a_directorate_the_trail_names_both(agency: Agency) -> None:
    salem, case = make_salem(), unplaced(agency)
    hall, above = make_unit("HALL", kind="outlet"), make_unit("DG", kind="directorate")

    operations.refer(case, to_unit=hall, reason="", by=salem, at=SUNDAY_9AM + HOUR)
    operations.refer(case, to_unit=above, reason="", by=salem, at=SUNDAY_9AM + 2 * HOUR)

    told = " ".join(str(item.title) for item in items_seen(case, salem, at=SUNDAY_9AM + 2 * HOUR, notes=True))
    assert str(hall) in told
    assert str(above) in told


@pytest.mark.parametrize("kind", workflow.KINDS)
def test_the_first_line_finishes_its_own_kinds_and_refers_the_others(agency: Agency, kind: str) -> None:
    salem, case = make_salem(), unplaced(agency, kind=kind)
    operations.acknowledge(case, by=salem, at=SUNDAY_9AM + HOUR)

    if kind in ("inquiry", "suggestion", "note", "praise"):
        operations.resolve(case, text="الدوام من 7:30 إلى 14:30.", by=salem, at=SUNDAY_9AM + HOUR)
        assert case.state == "resolved"
        return
    with pytest.raises(NotAtThisLine, match="أحِله إلى الوحدة المختصة"):
        operations.resolve(case, text="انتهى", by=salem, at=SUNDAY_9AM + HOUR)
    assert Case.objects.get(pk=case.pk).is_open


def test_the_centre_finishes_whatever_a_service_of_its_own_is(agency: Agency) -> None:
    case, huda = at_the_centre(agency, kind="complaint"), make_huda()
    operations.acknowledge(case, by=huda, at=SUNDAY_9AM)

    operations.resolve(case, text="اعتذرنا وصُحح الخطأ.", by=huda, at=SUNDAY_9AM + HOUR)

    assert case.state == "resolved"


def test_an_agency_may_let_its_first_line_finish_more(agency: Agency) -> None:
    first = line_queries.lines(agency.pk, SUNDAY_9AM)[1]
    routing.set_line(
        agency, first.__class__(**{**vars(first), "closes": (*first.closes, "report")}), by=None, at=LONG_AGO
    )
    case = unplaced(agency)
    operations.acknowledge(case, by=make_salem(), at=SUNDAY_9AM)

    operations.resolve(case, text="أُغلق الغطاء بالهاتف مع الحارس.", by=make_salem(), at=SUNDAY_9AM)

    assert case.state == "resolved"


@pytest.mark.parametrize("kind", workflow.KINDS)
@pytest.mark.parametrize("odd", [{}, {"place": Place(outside_area=True)}, {"service_proposed": True}])
def test_no_way_of_registering_refuses_anybody(agency: Agency, kind: str, odd: dict[str, Any]) -> None:
    case = unplaced(agency, kind=kind, **odd)

    assert case.reference
    assert case.is_open


def test_nobody_of_the_first_line_has_a_right_to_refuse() -> None:
    first = {Role(role) for role in line_queries.USUAL[1].roles} - {Role.SUPERVISOR}

    assert not first & set(SCOPES[Right.REJECT])
    assert set(SCOPES[Right.REJECT_UNREFERRED]) == {Role.SUPERVISOR, Role.FOLLOW_UP}


@pytest.mark.parametrize("act", ["reject", "exclude"])
def test_what_no_unit_has_had_is_refused_by_the_supervisor_or_the_follow_up_team_alone(
    agency: Agency, act: str
) -> None:
    do = getattr(operations, act)
    for person in (make_salem(), make_noora(make_unit("CENTRE")), make_person("head", make_unit("CENTRE"))):
        with pytest.raises(NotAtThisLine, match="الخط الأول لا يرفض"):
            do(unplaced(agency), reason="ليس لنا", by=person, at=SUNDAY_9AM)
    for person in (make_huda(), make_person("follow_up")):
        case = unplaced(agency)
        do(case, reason="ليس لنا", by=person, at=SUNDAY_9AM)
        assert not case.is_open


# --- what must be handed over ----------------------------------------------------------------------------------------


def test_a_case_without_what_the_unit_needs_is_held_back_and_what_is_missing_is_named(agency: Agency) -> None:
    salem, roads = make_salem(), make_unit("ROADS")
    service = make_service("RD-HOLE", agency=agency, unit=roads, needs_location=True, needs_photo=True)
    nobody_knows_how_to_reach = contacts.find_or_make(
        agency, name="سالم", phone="", email="", language="ar", preferred_channel="", at=SUNDAY_9AM
    )
    case = unplaced(agency, service=service, service_proposed=True, beneficiary=nobody_knows_how_to_reach)

    with pytest.raises(Missing) as refusal:
        operations.refer(case, to_unit=roads, reason="لكم", by=salem, at=SUNDAY_9AM)
    told = str(refusal.value)
    assert all(word in told for word in ("وسيلة الوصول إليه", "المكان", "صورة"))
    assert "كلمات صاحبه" not in told

    handed = {"who": "يعود بعد العصر إلى الكشك", "place": "خلف المدرسة", "photo": "لا هاتف معه", "tried": "x"}
    operations.refer(case, to_unit=roads, reason="لكم", handed=handed, by=salem, at=SUNDAY_9AM)
    assert case.referrals.get().handed == {name: words for name, words in handed.items() if name != "tried"}


def test_the_first_referral_of_a_registration_is_never_held_back(agency: Agency) -> None:
    service = make_service("RD-HOLE", agency=agency, needs_location=True, needs_photo=True)

    assert unplaced(agency, service=service).state == "referred"


def test_who_gave_no_name_and_what_goes_on_between_units_needs_no_more(agency: Agency) -> None:
    salem, service = make_salem(), make_service("RD-HOLE", agency=agency, needs_location=True, needs_photo=True)
    anonymous = unplaced(agency)
    operations.refer(anonymous, to_unit=make_unit("ROADS"), reason="", by=salem, at=SUNDAY_9AM)
    with_the_unit = unplaced(agency, service=service)

    operations.refer(with_the_unit, to_unit=make_unit("LIGHT"), reason="", by=salem, at=SUNDAY_9AM)

    assert (anonymous.line, with_the_unit.line) == (2, 2)


# --- "not ours", and two refusals ------------------------------------------------------------------------------------


@pytest.mark.requirement("H-18")
@pytest.mark.parametrize(
    "whose", [Whose(), Whose(body="  "), Whose(body="نماء", unknown=True)], ids=["nothing", "blank", "both"]
)
def test_whoever_says_not_ours_says_whose(agency: Agency, whose: Whose) -> None:
    case = make_case(agency=agency)

    with pytest.raises(Missing, match="قل لمن هو"):
        operations.return_referral(case, reason="ليس لنا", whose=whose, by=make_noora(), at=SUNDAY_9AM)


def test_nobody_names_themselves_or_a_unit_of_another_agency(agency: Agency) -> None:
    case, noora = make_case(agency=agency), make_noora()
    foreign = make_unit("LANDS", agency=make_working_agency("HOU"))

    for unit in (case.unit, foreign):
        with pytest.raises(Missing):
            operations.return_referral(case, reason="ليس لنا", whose=Whose(unit), by=noora, at=SUNDAY_9AM)
    assert Case.objects.get(pk=case.pk).state == "referred"


@pytest.mark.requirement("H-18")
def test_the_unit_that_is_named_is_told_to_the_triage(agency: Agency) -> None:
    case, light = make_case(agency=agency), make_unit("LIGHT")

    operations.return_referral(case, reason="عمود إنارة", whose=Whose(light), by=make_noora(), at=SUNDAY_9AM + HOUR)

    named = queries.named_owner(case)
    assert named is not None
    assert named.proposed_unit == light
    assert [one.kind for one in EventRecord.objects.filter(case_id=case.pk).order_by("-id")[:1]] == ["OwnerNamed"]


def test_two_refusals_and_the_follow_up_team_decides_whose_it_is(agency: Agency) -> None:
    """The scenario of the workshop: two units say "not ours"; then one team decides, and that holds."""
    team = make_unit("FOLLOW", kind="team")
    salem, huda, noora, moza = make_salem(), make_huda(), make_noora(), make_person("follow_up", team)
    roads, light = make_unit("ROADS"), make_unit("LIGHT")
    case = unplaced(agency)

    refused_by(case, roads, by=salem, whose=Whose(light))
    after_one = (case.unit.is_triage, OwnerDecision.objects.count())
    refused_by(case, light, by=salem, whose=Whose(body="نماء"))

    assert after_one == (True, 0)
    assert (case.unit, case.line, case.state) == (team, 1, "triage")
    assert [alert.person for alert in Alert.objects.filter(kind="owner")] == [moza]
    for person in (salem, huda):
        with pytest.raises(NotAtThisLine, match="فريق المتابعة"):
            operations.refer(case, to_unit=roads, reason="لكم", by=person, at=SUNDAY_9AM + 3 * DAY)
        with pytest.raises(NotAtThisLine, match="لفريق المتابعة"):
            operations.decide_owner(case, unit=roads, reason="لهم", by=person, at=SUNDAY_9AM + 3 * DAY)

    operations.decide_owner(case, unit=roads, reason="الحفرة في حرم الطريق", by=moza, at=SUNDAY_9AM + 3 * DAY)

    assert (case.unit, case.line, case.state) == (roads, 2, "referred")
    with pytest.raises(NotAtThisLine, match=r"مريم الكندية.*25 نوفمبر 2026.*ملزم"):
        operations.return_referral(case, reason="ليس لنا", whose=NOBODY_KNOWS, by=noora, at=SUNDAY_9AM + 4 * DAY)
    with pytest.raises(NotAtThisLine, match="ملزم"):
        operations.refer(case, to_unit=light, reason="لكم", by=huda, at=SUNDAY_9AM + 4 * DAY)
    own_part = make_unit("ROADS-N", parent=roads)
    operations.refer(case, to_unit=own_part, reason="موقعكم", by=noora, at=SUNDAY_9AM + 4 * DAY)
    assert case.unit == own_part


@pytest.mark.parametrize(("importance", "decides"), [("P1", False), ("P2", False), ("P3", True), ("P4", True)])
def test_who_decides_owners_by_delegation_does_so_within_its_classes_only(
    agency: Agency, importance: str, decides: bool
) -> None:
    moza, salem, huda, roads = make_person("follow_up"), make_salem(), make_huda(), make_unit("ROADS")
    case = unplaced(agency)
    refused_by(case, roads, make_unit("LIGHT"), by=salem)
    Case.objects.filter(pk=case.pk).update(importance=importance)
    at = SUNDAY_9AM + 9 * DAY
    given = {"reason": "سفر", "valid_from": at, "valid_to": at + 5 * DAY, "at": at, "agency": agency, "unit": None}
    delegations.delegate(moza, to=huda, powers=["decide_owner"], gravest="P3", **given)
    huda = type(huda).objects.get(pk=huda.pk)

    if decides:
        operations.decide_owner(case, unit=roads, reason="لهم", by=huda, at=at)
        assert case.unit == roads
    else:
        with pytest.raises(NotAtThisLine, match="لفريق المتابعة"):
            operations.decide_owner(case, unit=roads, reason="لهم", by=huda, at=at)


def test_the_follow_up_team_may_decide_anew_and_nobody_else_before_two_refusals(agency: Agency) -> None:
    moza, salem, light = make_person("follow_up"), make_salem(), make_unit("LIGHT")
    case = unplaced(agency)
    with pytest.raises(NotAtThisLine, match="لم تُعده وحدتان"):
        operations.decide_owner(case, unit=light, reason="لهم", by=moza, at=SUNDAY_9AM)
    refused_by(case, make_unit("ROADS"), light, by=salem)

    for number, unit in enumerate((light, make_unit("ROADS"))):
        at = SUNDAY_9AM + (5 + number) * DAY
        operations.decide_owner(case, unit=unit, reason="لهم", by=moza, at=at)

    assert case.unit.code == "ROADS"
    assert case.referrals.filter(answer="").count() == 1


@pytest.mark.parametrize("wrong", ["foreign", "triage", "ended", "no reason"])
def test_an_owner_is_a_standing_unit_of_the_agency_and_named_with_a_reason(agency: Agency, wrong: str) -> None:
    moza, case = make_person("follow_up"), unplaced(agency)
    ended = directory.end_unit(make_unit("OLD"), by=None, at=SUNDAY_9AM)
    refused_by(case, make_unit("ROADS"), make_unit("LIGHT"), by=make_salem())
    units = {
        "foreign": make_unit("LANDS", agency=make_working_agency("HOU")),
        "triage": make_unit("CENTRE"),
        "ended": ended,
    }

    with pytest.raises(Missing):
        operations.decide_owner(
            case,
            unit=units.get(wrong, make_unit("ROADS")),
            reason="" if wrong == "no reason" else "لهم",
            by=moza,
            at=SUNDAY_9AM + 9 * DAY,
        )
    assert OwnerDecision.objects.get().unit is None


def test_without_a_follow_up_team_the_supervisor_of_the_triage_unit_decides(agency: Agency) -> None:
    huda, case, roads = make_huda(), unplaced(agency), make_unit("ROADS")
    elsewhere = make_huda(make_unit("HALL", kind="outlet"))

    refused_by(case, roads, make_unit("LIGHT"), by=make_salem())

    assert case.unit.is_triage
    assert [alert.person for alert in Alert.objects.filter(kind="owner")] == [huda]
    with pytest.raises(NotAtThisLine):
        operations.decide_owner(case, unit=roads, reason="لهم", by=elsewhere, at=SUNDAY_9AM + 9 * DAY)
    operations.decide_owner(case, unit=roads, reason="لهم", by=huda, at=SUNDAY_9AM + 9 * DAY)
    assert case.unit == roads


def test_a_referral_that_was_passed_on_unanswered_is_no_refusal(agency: Agency) -> None:
    salem, case = make_salem(), unplaced(agency)
    for number, code in enumerate(("ROADS", "LIGHT", "PARKS")):
        operations.refer(case, to_unit=make_unit(code), reason="", by=salem, at=SUNDAY_9AM + number * HOUR)

    assert not OwnerDecision.objects.exists()


def test_history_is_written_down_whatever_the_lines_say_today(agency: Agency) -> None:
    salem, case = make_salem(), unplaced(agency)
    with of_origin("import"):
        operations.acknowledge(case, by=salem, at=SUNDAY_9AM)
        operations.resolve(case, text="انتهى", by=salem, at=SUNDAY_9AM + HOUR)

    assert case.state == "resolved"


# --- the third line --------------------------------------------------------------------------------------------------


@pytest.fixture
def raised(agency: Agency) -> tuple[Case, Unit, User]:
    """A case of the roads that was raised to their directorate, and the head of it."""
    above = make_unit("DG", kind="directorate")
    roads = make_unit("ROADS", parent=above)
    jaber = make_person("head", above, name="جابر")
    case = accepted_case(by=make_noora(roads), agency=agency)
    operations.raise_case(
        case,
        to_unit=above,
        question="من يدفع ثمن الجدار؟",
        handed={"tried": "عاينّا الموضع مرتين"},
        by=make_noora(roads),
        at=SUNDAY_9AM + 2 * HOUR,
    )
    return case, above, jaber


def test_a_raised_case_waits_at_the_third_line_for_its_decision(raised: tuple[Case, Unit, User]) -> None:
    case, above, jaber = raised

    waiting = Raise.objects.get()
    assert (case.unit, case.line, case.state, case.assignee) == (above, 3, "accepted", None)
    assert waiting.handed == {"tried": "عاينّا الموضع مرتين"}
    # Five working days after the Sunday, with the two of the National Day between: at the end of that working day.
    assert waiting.due_at.astimezone(case.agency.zone).strftime("%d %H:%M") == "01 14:30"
    assert [alert.person for alert in Alert.objects.filter(kind="raised")] == [jaber]
    assert Notice.objects.filter(template="case_raised").count() == 0, "told by the job after the commit"


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("resolve", {"text": "تم"}),
        ("reject", {"reason": "ليس لنا"}),
        ("refer", {"to_unit": "ROADS", "reason": ""}),
        ("return_referral", {"reason": "ليس لنا", "whose": NOBODY_KNOWS}),
        ("schedule", {"scheduled_for": SUNDAY_9AM + 9 * DAY}),
        ("raise_case", {"to_unit": "DG", "question": "؟"}),
    ],
)
def test_while_it_waits_the_work_rests(raised: tuple[Case, Unit, User], act: str, given: dict[str, Any]) -> None:
    case, _, jaber = raised
    given = {name: make_unit(value) if name == "to_unit" else value for name, value in given.items()}

    with pytest.raises(NotAtThisLine, match="ينتظر قرارها"):
        getattr(operations, act)(case, by=jaber, at=SUNDAY_9AM + DAY, **given)


def test_a_decision_sends_it_back_with_its_reasons_and_the_citizen_reads_what_is_for_them(
    raised: tuple[Case, Unit, User],
) -> None:
    case, _, jaber = raised

    operations.decide(
        case,
        decision="من ميزانية الصيانة",
        stays=False,
        public="تقرر الإصلاح هذا الشهر.",
        by=jaber,
        at=SUNDAY_9AM + DAY,
    )

    assert (case.unit.code, case.line, case.state) == ("ROADS", 2, "accepted")
    told = Raise.objects.get()
    assert (told.outcome, told.decision, told.decided_by) == ("back", "من ميزانية الصيانة", jaber)
    assert [(one.text, one.public) for one in case.entries.order_by("-id")[:2]] == [
        ("تقرر الإصلاح هذا الشهر.", True),
        ("من ميزانية الصيانة", False),
    ]
    assert Alert.objects.filter(kind="raised", dedupe_key__startswith="decided").count() == 1


def test_what_stays_with_those_who_decided_is_finished_there(raised: tuple[Case, Unit, User]) -> None:
    case, above, jaber = raised

    operations.decide(case, decision="نتولاه نحن", stays=True, by=jaber, at=SUNDAY_9AM + DAY)
    operations.resolve(case, text="رُمم الجدار.", by=jaber, at=SUNDAY_9AM + 2 * DAY)
    operations.reopen(case, reason="تشقق ثانية", at=SUNDAY_9AM + 3 * DAY)

    assert (case.unit, case.line, case.state) == (above, 3, "reopened")


def test_only_those_who_stand_at_the_third_line_decide(raised: tuple[Case, Unit, User]) -> None:
    case, above, _ = raised
    others = [make_noora(above), make_person("head", make_unit("ROADS")), make_person("head", make_unit("DG-2"))]

    for person in (*others, make_person("follow_up")):
        with pytest.raises(NotAtThisLine, match="لمن يقف في الخط الثالث"):
            operations.decide(case, decision="نعم", stays=False, by=person, at=SUNDAY_9AM + DAY)
    with pytest.raises(Missing):
        operations.decide(case, decision=" ", stays=False, by=raised[2], at=SUNDAY_9AM + DAY)
    assert Raise.objects.get().outcome == ""


def test_the_follow_up_team_writes_down_what_an_outside_body_decided(agency: Agency) -> None:
    nama = make_unit("NAMA", kind="partner")
    noora, moza = make_noora(), make_person("follow_up")
    case = accepted_case(by=noora, agency=agency)
    operations.raise_case(
        case, to_unit=nama, question="متى يُنقل الخط؟", handed={"tried": "راسلناهم"}, by=noora, at=SUNDAY_9AM + DAY
    )

    operations.decide(case, decision="في يناير، كتاب رقم 12", stays=False, by=moza, at=SUNDAY_9AM + 2 * DAY)

    assert [alert.person for alert in Alert.objects.filter(kind="raised", dedupe_key__startswith="raised")] == [moza]
    assert case.line == 2


def test_a_case_is_raised_upwards_to_a_committee_or_outside_and_nowhere_else(agency: Agency) -> None:
    above = make_unit("DG", kind="directorate")
    roads = make_unit("ROADS", parent=above)
    make_unit("DG-2", kind="directorate")
    make_unit("SAFETY", kind="committee")
    make_unit("NAMA", kind="partner")
    noora = make_noora(roads)
    case = accepted_case(by=noora, agency=agency)

    offered = [unit.code for unit in lines.raisable_units(case, SUNDAY_9AM)]

    assert offered == ["DG", "SAFETY", "NAMA"]
    common = {"question": "من يدفع؟", "handed": {"tried": "عاينّا"}, "by": noora, "at": SUNDAY_9AM + DAY}
    for code in ("DG-2", "LIGHT"):
        with pytest.raises(Missing, match="اختر الإدارة"):
            operations.raise_case(case, to_unit=make_unit(code), **common)
    with pytest.raises(Missing, match="ما جُرّب"):
        operations.raise_case(case, to_unit=above, **common | {"handed": {}})
    with pytest.raises(Missing, match="السؤال"):
        operations.raise_case(case, to_unit=above, **common | {"question": ""})


def test_the_first_line_raises_nothing_and_nothing_is_decided_that_was_not_raised(agency: Agency) -> None:
    case, salem = unplaced(agency), make_salem()
    above = make_unit("DG", kind="directorate")
    operations.refer(case, to_unit=make_unit("HALL", kind="outlet"), reason="", by=salem, at=SUNDAY_9AM)
    operations.accept_referral(case, by=salem, at=SUNDAY_9AM)

    with pytest.raises(NotAtThisLine, match="الوحدة المختصة"):
        operations.raise_case(case, to_unit=above, question="؟", handed={"tried": "x"}, by=salem, at=SUNDAY_9AM)
    with pytest.raises(NotAtThisLine, match="لا سؤال"):
        operations.decide(case, decision="نعم", stays=False, by=make_person("head", above), at=SUNDAY_9AM)


def test_an_agency_without_a_third_line_raises_nothing(agency: Agency) -> None:
    third = line_queries.lines(agency.pk, SUNDAY_9AM)[3]
    routing.set_line(agency, third.__class__(**{**vars(third), "enters": ()}), by=None, at=LONG_AGO)
    noora, case = make_noora(), accepted_case(by=make_noora(), agency=agency)

    held = lines.held_back(case, ["raise", "resolve"], by=noora, at=SUNDAY_9AM)

    assert set(held) == {"raise"}


@pytest.mark.requirement("W-06")
def test_the_course_tells_where_it_stands_with_whom_since_when_and_what_went_along(
    raised: tuple[Case, Unit, User],
) -> None:
    case, above, _ = raised

    first, second, third = course(lines.standing(case, SUNDAY_9AM + DAY), SUNDAY_9AM + DAY)

    assert [stage.is_here for stage in (first, second, third)] == [False, False, True]
    assert second.unit is not None
    assert (second.unit.code, second.since) == ("ROADS", SUNDAY_9AM)
    assert (third.unit, third.since, third.asked) == (above, SUNDAY_9AM + 2 * HOUR, "من يدفع ثمن الجدار؟")
    assert third.due_at == Raise.objects.get().due_at
    assert [(str(one.label), one.words) for one in third.handed][-1] == (
        "ما جُرّب حتى الآن",
        "عاينّا الموضع مرتين",
    )
