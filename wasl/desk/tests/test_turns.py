"""Taking a case before its turn from its page and from a list: the form says whom it passes and asks why."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import order
from wasl.cases.models import Case, Jump
from wasl.cases.tests.makers import make_case
from wasl.core import clock
from wasl.desk.models import BulkAct
from wasl.desk.tests.makers import HOUR, make_roads
from wasl.desk.tests.test_acts import LATER, fresh, send
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def noora(home: Any) -> User:
    return make_noora(make_roads())


@pytest.fixture
def three(noora: User) -> list[Case]:
    """Three accepted potholes, an hour apart."""
    made = [make_case(at=SUNDAY_9AM + n * HOUR / 4) for n in range(3)]
    for case in made:
        cases.accept_referral(case, by=noora, at=SUNDAY_9AM + HOUR)
    return made


def words_of(answer: Any) -> str:
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", answer.content.decode())


def page(person: User, case: Case) -> str:
    with clock.frozen(LATER):
        answer = sign_in(Client(), person).get(f"/desk/cases/{case.reference}")
    assert answer.status_code == 200
    return words_of(answer)


def test_the_page_tells_the_place_and_asks_why_only_of_what_is_not_next(noora: User, three: list[Case]) -> None:
    first, second, _ = three

    assert "الأول من 3" in page(noora, first)
    assert "سبب التقديم" not in page(noora, first)
    text = page(noora, second)
    assert "الثاني من 3" in text
    assert "قبله في الدور طلب واحد" in text
    assert first.reference in text
    assert "سبب التقديم" in text


def test_without_a_reason_the_form_comes_back_with_what_was_typed(noora: User, three: list[Case]) -> None:
    answer = send(noora, three[2], "schedule", scheduled_for="2026-11-25T09:00", text="نأتي صباح الأربعاء")

    text = words_of(answer) + answer.content.decode()
    assert answer.status_code == 422
    assert "قبل هذا الطلب في الدور طلبان" in text
    assert "نأتي صباح الأربعاء" in text
    assert fresh(three[2]).state == "accepted"


def test_with_a_reason_it_is_done_and_stands_on_all_pages_concerned(noora: User, three: list[Case]) -> None:
    first, _, third = three
    answer = send(noora, third, "start", ahead_code="stuck", ahead_words="الشارع مغلق حتى الغد")

    assert answer.status_code == 302
    assert fresh(third).state == "in_progress"
    own, passed = page(noora, third), page(noora, first)
    assert "تقديم واحد مسبَّب" in own
    assert "الثالث من 3" in own
    assert "ما قبله يتعذر العمل عليه الآن" in own
    assert "الشارع مغلق حتى الغد" in own
    assert first.reference in own
    assert "ما تقدّمه" in passed
    assert third.reference in passed


def test_a_reason_that_wants_words_says_so(noora: User, three: list[Case]) -> None:
    answer = send(noora, three[2], "start", ahead_code="other", ahead_words=" ")

    assert answer.status_code == 422
    assert "اكتب سبب التقديم بكلماتك." in answer.content.decode()
    assert not Jump.objects.exists()


def test_giving_it_to_nobody_asks_nothing(noora: User, three: list[Case]) -> None:
    huda = make_huda(three[0].unit)
    assert send(huda, three[2], "assign", to="").status_code == 302
    assert send(huda, three[2], "assign", to=noora.pk).status_code == 422
    assert send(huda, three[2], "assign", to=noora.pk, ahead_code="route").status_code == 302

    assert Jump.objects.get().to == noora


def test_one_who_has_overtaken_meanwhile_is_asked_too(noora: User, three: list[Case], monkeypatch: Any) -> None:
    turn = order.Turn(1, 3)
    monkeypatch.setattr("wasl.desk.turns.order.turn_of", lambda case, user, at: turn)

    answer = send(noora, three[1], "start")

    assert answer.status_code == 422
    assert "start-ahead_code" in answer.content.decode()


# --- many


def begun(person: User, *chosen: Case, act: str = "start") -> BulkAct:
    body = {"act": act, "case": [f"{case.pk}:{fresh(case).version}" for case in chosen]}
    with clock.frozen(LATER):
        answer = sign_in(Client(), person).post("/desk/bulk", body)
    assert answer.status_code == 302, answer.content
    return BulkAct.objects.latest("pk")


def step(person: User, bulk: BulkAct, name: str, **given: Any) -> Any:
    with clock.frozen(LATER + timedelta(minutes=1)):
        return sign_in(Client(), person).post(f"/desk/bulk/{bulk.public_id}/{name}", given)


def test_the_whole_list_from_its_end_is_no_jump(noora: User, three: list[Case]) -> None:
    bulk = begun(noora, *reversed(three))
    assert bulk.state == BulkAct.State.PLANNED

    step(noora, bulk, "apply")

    assert [fresh(case).state for case in three] == ["in_progress"] * 3
    assert not Jump.objects.exists()


def test_many_that_skip_one_are_asked_for_one_reason(noora: User, three: list[Case]) -> None:
    first, second, third = three
    bulk = begun(noora, third, second)
    assert bulk.state == BulkAct.State.DRAFT

    refused = step(noora, bulk, "plan")
    assert refused.status_code == 422
    assert "قبل المختارة في الدور طلب واحد" in words_of(refused)
    assert step(noora, bulk, "plan", **{"start-ahead_code": "route"}).status_code == 302
    step(noora, bulk, "apply")

    assert [fresh(case).state for case in three] == ["accepted", "in_progress", "in_progress"]
    assert [(jump.case, jump.reason_code, jump.overtook) for jump in Jump.objects.order_by("pk")] == [
        (second, "route", 1),
        (third, "route", 1),
    ]
    assert all(order.overtaken_cases(jump, 9) == [first] for jump in Jump.objects.all())
