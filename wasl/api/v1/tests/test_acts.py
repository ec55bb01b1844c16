"""Acts on cases by the JSON interface: each does what the page does, on the version that was read, once."""

from datetime import timedelta
from typing import Any

import pytest

from wasl.api.v1 import acts
from wasl.api.v1.tests.makers import Program, make_program
from wasl.cases import operations as cases
from wasl.cases.appeal_rows import Appeal
from wasl.cases.models import Case, CaseEntry
from wasl.cases.tests.makers import accepted_case, make_case, make_working_agency, resolved_case
from wasl.catalogue.tests.makers import make_service
from wasl.core import clock
from wasl.core.models import EventRecord
from wasl.core.tests.makers import picture
from wasl.directory.models import Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit

pytestmark = pytest.mark.django_db
AT = SUNDAY_9AM + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(home: Any) -> Any:
    with clock.frozen(AT):
        yield


@pytest.fixture
def huda_app() -> Program:
    agency = make_working_agency()
    make_unit("LAMPS", agency=agency)
    make_service("LT-OUT", agency=agency)
    make_unit("SAFETY", agency=agency, kind="committee")
    return make_program(agency, user=make_huda(make_unit("ROADS", agency=agency)))


def _plain(by: Any) -> Case:
    return make_case(service=make_service("ASKED", unit=make_unit("CENTRE")))


def _asked(by: Any) -> Case:
    case = accepted_case(by=by)
    cases.ask_beneficiary(case, question="أين؟", by=by, at=AT)
    return case


def _joined(by: Any) -> Case:
    case = make_case()
    cases.merge(case, into=make_case(), by=by, at=AT)
    return case


def _taken(by: Any) -> Case:
    return accepted_case(by=by)


def _done(by: Any) -> Case:
    return resolved_case(by=by)


def _new(by: Any) -> Case:
    return make_case()


HOLD = {"reason_code": "materials", "review_on": "2026-12-01", "text": "ننتظر المادة"}
TRIED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("acknowledge", _plain, {}, "acknowledged"),
    ("classify", _plain, {"kind": "report", "service": "LT-OUT"}, "triage"),
    ("change-importance", _new, {"importance": "P1", "reason": "أمام مدرسة"}, "referred"),
    ("refer", _new, {"unit": "LAMPS", "reason": "لكم"}, "referred"),
    ("accept", _new, {}, "accepted"),
    ("return", _new, {"reason": "ليس لنا", "owner_unit": "LAMPS"}, "triage"),
    ("return", _new, {"reason": "ليس لنا", "owner_body": "نماء"}, "triage"),
    ("return", _new, {"reason": "ليس لنا", "owner_unknown": True}, "triage"),
    (
        "raise",
        _taken,
        {"unit": "SAFETY", "question": "من يدفع؟", "handed": {"tried": "عاينّا الموضع"}},
        "accepted",
    ),
    ("assign", _taken, {"to": None}, "accepted"),
    ("start", _taken, {}, "in_progress"),
    ("schedule", _taken, {"scheduled_for": "2026-11-29T09:00:00+04:00"}, "scheduled"),
    ("hold", _taken, HOLD, "pending_internal"),
    ("hold", _taken, HOLD | {"external": True}, "pending_external"),
    ("ask", _taken, {"question": "أين؟"}, "pending_beneficiary"),
    ("answer", _asked, {"text": "هنا"}, "accepted"),
    ("reply", _taken, {"text": "نعمل عليه"}, "accepted"),
    ("resolve", _taken, {"text": "رُدمت"}, "resolved"),
    ("reject", _taken, {"reason": "تابع لجهة أخرى"}, "rejected"),
    ("exclude", _new, {"reason": "إعلان"}, "spam"),
    ("close", _done, {}, "closed"),
    ("reopen", _done, {"reason": "لم تُحل"}, "reopened"),
    ("unmerge", _joined, {}, "referred"),
]


@pytest.mark.parametrize(
    ("act", "made", "body", "state"), TRIED, ids=[f"{one[0]}-{place}" for place, one in enumerate(TRIED)]
)
def test_an_act_does_what_it_says_in_the_name_of_its_person(
    huda_app: Program, act: str, made: Any, body: dict[str, Any], state: str
) -> None:
    case = made(make_noora())
    before = case.version

    answer = huda_app.act(case, act, body or None)

    assert answer.status_code == 200, answer.json()
    case.refresh_from_db()
    assert case.state == answer.json()["state"] == state
    assert answer["ETag"] == f'"v{case.version}"'
    assert case.version > before
    assert EventRecord.objects.filter(case_id=case.pk).latest("pk").actor_id == huda_app.api_key.user_id


def test_before_its_turn_the_program_says_why(huda_app: Program) -> None:
    noora = make_noora()
    first, second = _new(noora), make_case(at=SUNDAY_9AM + timedelta(hours=1))
    cases.accept_referral(second, by=noora, at=AT)

    refused = huda_app.act(second, "start")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/ahead"]
    assert "1 case" in refused.json()["errors"][0]["detail"]
    assert huda_app.act(second, "start", {"ahead": {"reason_code": "friend"}}).status_code == 422
    assert huda_app.act(second, "start", {"ahead": {"reason_code": "other"}}).status_code == 422

    answer = huda_app.act(second, "start", {"ahead": {"reason_code": "other", "words": "beside our crew"}})

    assert answer.status_code == 200, answer.json()
    jump = second.jumps.get()
    assert (jump.by_id, jump.words, jump.overtaken.get().case) == (
        huda_app.api_key.user_id,
        "beside our crew",
        first,
    )


def test_every_act_of_staff_is_tried_here() -> None:
    elsewhere = {"merge", "decide", "decide-owner", "decide-review"}
    assert {one[0] for one in TRIED} | elsewhere == {act.code for act in acts.STAFF}


def test_the_third_line_decides_what_was_raised_to_it(huda_app: Program) -> None:
    case = _taken(make_noora())
    body = {"unit": "SAFETY", "question": "من يدفع؟", "handed": {"tried": "عاينّا الموضع"}}
    assert huda_app.act(case, "raise", body).status_code == 200
    rahma = make_program(case.agency, user=make_person("head", make_unit("SAFETY")))

    assert huda_app.act(case, "resolve", {"text": "تم"}).status_code == 422
    assert "resolve" not in huda_app.get(f"cases/{case.reference}").json()["acts"]
    answer = rahma.act(case, "decide", {"decision": "من الصيانة", "stays": True})

    assert answer.status_code == 200, answer.json()
    case.refresh_from_db()
    assert (case.line, case.unit.code) == (3, "SAFETY")


def test_after_two_returns_only_the_follow_up_team_sends_it_on(huda_app: Program) -> None:
    case = _new(make_noora())
    moza = make_program(case.agency, user=make_person("follow_up"))
    for unit in ("LAMPS", "ROADS"):
        assert huda_app.act(case, "return", {"reason": "ليس لنا", "owner_unit": unit}).status_code == 200
        last = huda_app.act(case, "refer", {"unit": unit, "reason": "لكم"})

    assert last.status_code == 422
    answer = moza.act(case, "decide-owner", {"unit": "LAMPS", "reason": "العمود لهم"})
    assert answer.status_code == 200, answer.json()
    assert huda_app.act(case, "return", {"reason": "ليس لنا", "owner_unknown": True}).status_code == 422


def test_a_duplicate_joins_the_case_it_repeats(huda_app: Program) -> None:
    first, second = make_case(), make_case()

    answer = huda_app.act(second, "merge", {"into": first.reference})

    assert answer.json()["merged_into"] == first.reference
    assert huda_app.act(first, "merge", {"into": "MR-2611-99999-1"}).status_code == 422


# --- the version that was read --------------------------------------------------------------------------------------


def test_without_the_version_nothing_is_changed(huda_app: Program) -> None:
    case = make_case()

    answer = huda_app.post(f"cases/{case.reference}/acts/accept")

    case.refresh_from_db()
    assert answer.status_code == 428
    assert case.state == "referred"


def test_an_act_on_what_has_changed_meanwhile_is_refused_with_the_present_version(huda_app: Program) -> None:
    noora = make_noora()
    for act, made, body, _ in TRIED:
        case = made(noora)
        cases.add_note(case, text="سبقك زميل", by=noora, at=AT)

        answer = huda_app.post(f"cases/{case.reference}/acts/{act}", body, If_Match=f'"v{case.version - 1}"')

        assert answer.status_code == 412, act
        assert answer["ETag"] == f'"v{case.version}"'
        assert answer.json()["version"] == case.version
        assert Case.objects.get(pk=case.pk).version == case.version


@pytest.mark.parametrize("word", ["v1", '"1"', "*", '"v1", "v2"', '"v-1"', ""])
def test_a_word_that_is_no_version_is_refused(huda_app: Program, word: str) -> None:
    case = make_case()

    answer = huda_app.post(f"cases/{case.reference}/acts/accept", If_Match=word)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "If-Match"


def test_an_act_that_does_not_fit_the_state_is_refused_in_both_languages(huda_app: Program) -> None:
    case = make_case()

    english, arabic = (huda_app.act(case, "close", language=language) for language in ("en", "ar"))

    assert [english.status_code, arabic.status_code] == [409, 409]
    assert english.json()["type"] == "/api/v1/problems/wrong-state"
    assert case.state_words.staff["en"] in english.json()["detail"]
    assert case.state_words.staff["ar"] in arabic.json()["detail"]


def test_an_act_sent_again_is_done_once_and_heard_again_after_it_changed_the_version(huda_app: Program) -> None:
    case = make_case()

    first = huda_app.post(f"cases/{case.reference}/acts/accept", If_Match='"v1"', Idempotency_Key="b-1")
    again = huda_app.post(f"cases/{case.reference}/acts/accept", If_Match='"v1"', Idempotency_Key="b-1")

    assert [first.status_code, again.status_code] == [200, 200]
    assert again.content == first.content
    assert EventRecord.objects.filter(kind="ReferralAccepted", case_id=case.pk).count() == 1


# --- what is wrong with what was sent -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "body", "status", "pointer"),
    [
        ("refer", {"unit": "NOWHERE"}, 422, "/unit"),
        ("refer", {"unit": "ROADS"}, 422, "/unit"),
        ("refer", {}, 400, "/unit"),
        ("refer", {"unit": "LAMPS", "why": "x"}, 400, "/why"),
        ("assign", {"to": "nobody@example.om"}, 422, "/to"),
        ("assign", {}, 400, "/to"),
        ("classify", {"kind": "report", "service": "NOTHING"}, 422, "/service"),
        ("return", {"reason": ""}, 400, "/reason"),
        ("return", {"reason": "ليس لنا"}, 422, None),
        ("return", {"reason": "ليس لنا", "owner_unit": "NOWHERE"}, 422, "/owner_unit"),
        ("return", {"reason": "ليس لنا", "owner_unit": "LAMPS", "owner_unknown": True}, 422, None),
        ("return", {"reason": "\u0000 "}, 422, None),
        ("schedule", {"scheduled_for": "2026-11-29T09:00:00"}, 400, "/scheduled_for"),
        ("schedule", {"scheduled_for": "0001-01-01T00:00:00+14:00"}, 422, "/scheduled_for"),
        ("schedule", {"scheduled_for": "9999-12-31T23:59:59-14:00"}, 422, "/scheduled_for"),
        ("schedule", {"scheduled_for": "2026-11-22T09:00:00+04:00"}, 422, None),
        ("hold", HOLD | {"review_on": "2027-12-01"}, 422, None),
        ("hold", HOLD | {"review_on": "2026-13-01"}, 400, "/review_on"),
        ("hold", HOLD | {"reason_code": "holiday"}, 422, None),
        ("resolve", {"text": "تم", "files": ["x"]}, 422, "/files/0"),
        ("change-importance", {"importance": "P9", "reason": "x"}, 400, "/importance"),
    ],
)
def test_what_is_wrong_is_named(
    huda_app: Program, act: str, body: dict[str, Any], status: int, pointer: str | None
) -> None:
    case = accepted_case(by=make_noora())

    answer = huda_app.act(case, act, body)

    told = answer.json()
    assert answer.status_code == status, told
    assert told.get("errors", [{}])[0].get("pointer") == pointer
    assert case.version == Case.objects.get(pk=case.pk).version


def test_a_case_is_assigned_to_somebody_of_the_list_of_assignees(huda_app: Program) -> None:
    noora = make_noora()
    case = accepted_case(by=make_huda(make_unit("ROADS")))

    offered = huda_app.get(f"cases/{case.reference}/assignees").json()["people"]
    answer = huda_app.act(case, "assign", {"to": noora.email.upper()})

    assert noora.email in {person["email"] for person in offered}
    assert answer.json()["assignee"] == {"email": noora.email, "name": {"ar": "نورة", "en": "Noora"}}


def test_more_than_one_class_is_for_those_who_may() -> None:
    centre = make_unit("CENTRE", agency=make_working_agency())
    salem = make_program(centre.agency, user=make_salem(centre))
    case = make_case(service=make_service(unit=centre, priority="P4"))

    far = salem.act(case, "change-importance", {"importance": "P1", "reason": "خطر"})
    near = salem.act(case, "change-importance", {"importance": "P3", "reason": "أمام مدرسة"})

    assert [far.status_code, near.status_code] == [403, 200]
    assert far.json()["type"] == "/api/v1/problems/right-missing"


def test_the_result_is_shown_with_its_picture(huda_app: Program) -> None:
    case = accepted_case(by=make_noora())
    word = huda_app.ask("POST", "uploads", picture(), **{"Content-Type": "image/png"}).json()["upload"]

    answer = huda_app.act(case, "resolve", {"text": "رُدمت", "files": [word]})

    assert answer.status_code == 200
    assert case.files.get().role == "resolution"


def test_a_note_is_kept_for_colleagues(huda_app: Program) -> None:
    case = make_case()

    answer = huda_app.post(f"cases/{case.reference}/notes", {"text": "كلام بيننا"})

    assert answer.status_code == 200
    assert not CaseEntry.objects.get(case=case, text="كلام بيننا").public


# --- the beneficiary's voice ----------------------------------------------------------------------------------------


@pytest.fixture
def partner() -> Program:
    return make_program(make_working_agency())


def _brought(partner: Program) -> Case:
    reference = partner.post("cases", {"description": "حفرة", "kind": "report"}).json()["reference"]
    return Case.objects.get(reference=reference)


def test_whoever_brought_a_case_adds_words_withdraws_and_rates(partner: Program) -> None:
    first, second = _brought(partner), _brought(partner)
    noora = make_person("specialist", first.unit)
    cases.refer(second, to_unit=make_unit("ROADS"), reason="", by=noora, at=AT)
    cases.accept_referral(second, by=make_noora(), at=AT)
    cases.resolve(second, text="رُدمت", by=make_noora(), at=AT)

    added = partner.post(f"cases/{first.reference}/acts/add-information", {"text": "اتسعت"})
    rated = partner.post(f"cases/{second.reference}/acts/rate", {"rating": 5, "comment": "شكراً"})
    withdrawn = partner.act(first, "withdraw")

    assert [one.status_code for one in (added, rated, withdrawn)] == [200, 200, 200]
    assert rated.json()["rating"]["comment"] == "شكراً"
    assert withdrawn.json()["state"] == "withdrawn"
    assert CaseEntry.objects.filter(case=first, text="اتسعت", public=True).exists()


def test_words_of_the_beneficiary_answer_the_open_question(partner: Program) -> None:
    case = _brought(partner)
    cases.ask_beneficiary(case, question="أين؟", by=make_person("specialist", case.unit), at=AT)

    answer = partner.post(f"cases/{case.reference}/acts/add-information", {"text": "أمام البوابة"})

    assert answer.json()["state"] != "pending_beneficiary"
    assert EventRecord.objects.filter(kind="BeneficiaryAnswered", case_id=case.pk).exists()


def test_whoever_brought_a_case_asks_for_a_review_and_the_head_above_decides_it(partner: Program) -> None:
    works = make_unit("WORKS", kind="directorate")
    parks, agency = make_unit("PARKS"), partner.api_key.agency
    case = _brought(partner)
    Unit.objects.filter(pk=case.unit_id).update(parent=works)
    assert "ask-review" not in partner.get(f"cases/{case.reference}").json()["acts"]
    assert partner.get(f"cases/{case.reference}/reviews").json()["can_be_asked"] is False
    early = partner.post(f"cases/{case.reference}/acts/ask-review", {"words": "راجعوه"})
    cases.reject(case, reason="ملك خاص", by=make_person("supervisor", case.unit), at=AT)
    thuraya = make_program(agency, user=make_person("head", works))
    offered = partner.get(f"cases/{case.reference}/reviews").json()
    assert "ask-review" in partner.get(f"cases/{case.reference}").json()["acts"]
    asked = partner.post(f"cases/{case.reference}/acts/ask-review", {"words": "هو طريق عام"})
    case.refresh_from_db()
    body = {"outcome": "partly", "reasons": "يُرصف الطريق", "unit": parks.code, "move_reason": "لهم"}
    decided = thuraya.act(case, "decide-review", body)

    assert (early.status_code, asked.status_code, decided.status_code) == (422, 200, 200), decided.json()
    assert (offered["ground"], offered["unit"]["code"], offered["outside_body"]) == ("refusal", "WORKS", None)
    assert (decided.json()["state"], decided.json()["unit"]["code"]) == ("referred", "PARKS")
    assert thuraya.get(f"cases/{case.reference}/reviews").status_code == 404  # it went out of her directorate
    parks_app = make_program(agency, user=make_person("specialist", parks))
    (seen,), (known,) = (one.get(f"cases/{case.reference}/reviews").json()["items"] for one in (partner, parks_app))
    assert (seen["outcome"], seen["reasons"], seen["moved_to"]["code"]) == ("partly", "يُرصف الطريق", "PARKS")
    assert (seen["decided_by"], known["decided_by"]["email"]) == (None, thuraya.api_key.user.email)
    assert seen["is_late"] is False
    Appeal.objects.update(due_at=AT - timedelta(hours=1))
    assert partner.get(f"cases/{case.reference}/reviews").json()["items"][0]["is_late"] is True  # it was answered late
    assert known["outcome_name"] == {"ar": "تغيّر جزء من القرار", "en": "The decision is changed in part"}


def test_nobody_speaks_for_the_beneficiary_of_another_program(partner: Program) -> None:
    case = _brought(partner)
    others = [
        make_program(partner.api_key.agency),
        make_program(partner.api_key.agency, user=make_huda(case.unit)),
    ]

    for program in others:
        for act, body in (("add-information", {"text": "x"}), ("withdraw", None), ("rate", {"rating": 1})):
            answer = program.act(case, act, body)
            assert answer.status_code == 403, act
            assert answer.json()["type"] == "/api/v1/problems/not-yours"
    case.refresh_from_db()
    assert case.state not in ("withdrawn",)


def test_what_staff_do_is_closed_to_partners_also_on_what_they_brought(partner: Program) -> None:
    case = _brought(partner)

    for act in acts.STAFF:
        assert partner.act(case, act.code, {}).json()["type"] == "/api/v1/problems/for-staff", act.code
    assert partner.post(f"cases/{case.reference}/notes", {"text": "x"}).status_code == 403
    assert partner.get(f"cases/{case.reference}/assignees").status_code == 403
