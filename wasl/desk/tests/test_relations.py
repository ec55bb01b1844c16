"""The pages of declared relations, and what stands for a case that is barred."""

from typing import Any

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.api.v1.tests.makers import make_program
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.contacts import relations
from wasl.contacts.models import Relation
from wasl.core import clock
from wasl.core.localized import both
from wasl.core.models import EventRecord
from wasl.desk.acts import ACTS
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_unit, sign_in
from wasl.tasks import operations as tasks

pytestmark = pytest.mark.django_db

PHONE = "+96892147705"  # of whom `make_case` registers for


@pytest.fixture(autouse=True)
def _sunday() -> Any:
    with clock.frozen(SUNDAY_9AM + HOUR):
        yield


def declared(user: User, **given: Any) -> Relation:
    known: dict[str, Any] = {
        "agency": make_working_agency(),
        "kind": "sibling",
        "phone": PHONE,
        "name": "أحمد",
        "by": user,
    }
    return relations.declare(user, at=SUNDAY_9AM, **known | given)


def test_i_declare_my_brother_and_end_it_with_a_reason() -> None:
    make_working_agency()
    noora = make_noora()
    client = sign_in(Client(), noora)

    refused = client.post("/me/relations", {"kind": "sibling", "name": "أحمد"})
    wrong = client.post("/me/relations", {"kind": "sibling", "phone": "12"})
    done = client.post("/me/relations", {"kind": "sibling", "name": "أحمد", "phone": "9214 7705"}, follow=True)
    row = Relation.objects.get()
    client.post("/me/relations", {"end": row.pk, "reason": "تغيّر رقمه"})
    after = client.get("/me/relations").content.decode()

    assert "الاسم وحده" in refused.content.decode()
    assert (refused.status_code, wrong.status_code) == (422, 422)
    assert "أخ أو أخت" in done.content.decode()
    assert (row.user, row.declared_by, row.phone) == (noora, noora, PHONE)
    assert "تغيّر رقمه" in after


def test_whoever_leads_the_team_sees_the_tie_masked_and_declares_with_a_reason() -> None:
    make_working_agency()
    noora, head = make_noora(), make_person("head", make_unit())
    declared(noora, number="12345678", email="brother@example.org")
    client = sign_in(Client(), head)

    page = client.get("/relations").content.decode()
    without = client.post("/relations/declare", {"person": noora.pk, "kind": "spouse", "phone": "92000001"})
    client.post(
        "/relations/declare", {"person": noora.pk, "kind": "spouse", "phone": "92000001", "reason": "أبلغنا به زوجها"}
    )

    assert "•••••678" in page
    assert not [secret for secret in ("أحمد", "147705", "brother@", "12345678") if secret in page]
    assert without.status_code == 422
    assert Relation.objects.get(kind="spouse").declared_by == head
    assert "أبلغنا به زوجها" in sign_in(Client(), noora).get("/me/relations").content.decode()
    assert EventRecord.objects.filter(kind="PersonalDataRead", data__what="relations", actor_id=head.pk).exists()


def test_only_a_colleague_of_ones_own_units_can_be_declared_for_and_never_oneself() -> None:
    make_working_agency()
    head, stranger = make_person("head", make_unit()), make_person("agent", make_unit("CC2"))
    client = sign_in(Client(), head)
    own = declared(head)

    for number in (stranger.pk, head.pk):
        given = {"person": number, "kind": "spouse", "phone": "92000001", "reason": "سبب كافٍ"}
        assert client.post("/relations/declare", given).status_code == 422
    assert client.post("/relations/declare", {"end": own.pk, "reason": "سبب كافٍ"}).status_code == 404
    assert client.post("/me/relations", {"end": declared(stranger).pk, "reason": "سبب كافٍ"}).status_code == 404

    assert Relation.objects.filter(valid_to__isnull=True).count() == 2


def test_the_auditor_reads_of_the_own_agency_only_and_changes_nothing() -> None:
    agency, other = make_working_agency(), make_working_agency("HOU")
    here, there = make_noora(), make_person("agent", make_unit("LANDS", agency=other), name="طلال بن عامر")
    declared(here)
    declared(there, agency=other)
    client = sign_in(Client(), make_person("auditor"))

    page = client.get("/relations").content.decode()

    assert agency.code == "MUN"
    assert "نورة" in page
    assert "طلال" not in page
    assert client.post("/relations/declare", {}).status_code == 404


def test_a_barred_case_shows_its_number_and_nothing_else() -> None:
    noora, case = make_noora(), make_case()
    declared(noora)
    client = sign_in(Client(), noora)

    page = client.get(f"/desk/cases/{case.reference}")
    again = client.get(f"/desk/cases/{case.reference}?view=citizen")
    searched = client.get("/desk/search", {"q": case.reference})

    said = page.content.decode()
    assert (page.status_code, again.status_code) == (403, 403)
    assert case.reference in said
    assert "لقريب صرّحت به" in said
    assert not [words for words in (case.title, case.description, "مريم", "147705") if words in said]
    assert searched.url.endswith(case.reference)
    attempts = EventRecord.objects.filter(kind="BarredAttempt", case_id=case.pk, actor_id=noora.pk)
    assert attempts.count() == 1
    assert case.reference not in client.get("/desk/rows?view=all").content.decode()


@pytest.mark.parametrize("code", sorted(ACTS))
def test_no_door_of_an_act_opens(code: str) -> None:
    noora, case = make_noora(), make_case()
    declared(noora)
    before = Case.objects.values().get(pk=case.pk)

    answer = sign_in(Client(), noora).post(f"/desk/cases/{case.reference}/{code}", {f"{code}-text": "كلمات"})

    assert answer.status_code in (403, 404)
    assert Case.objects.values().get(pk=case.pk) == before


def test_who_has_no_right_there_is_told_nothing_of_it() -> None:
    case = make_case()
    other = make_person("specialist", make_unit("WATER", agency=case.agency))
    declared(other)

    assert sign_in(Client(), other).get(f"/desk/cases/{case.reference}").status_code == 404
    assert not EventRecord.objects.filter(kind="BarredAttempt").exists()


def test_programs_of_a_barred_person_find_no_such_case() -> None:
    huda, case = make_huda(), make_case()
    declared(huda)
    program = make_program(make_working_agency(), user=huda)

    read = program.get(f"cases/{case.reference}")
    listed = program.get("cases")

    assert read.status_code == 404
    assert case.reference not in listed.content.decode()
    assert EventRecord.objects.filter(kind="BarredAttempt", case_id=case.pk, actor_id=huda.pk).count() == 1


def test_a_call_to_a_relative_is_nobodys_task_of_that_person() -> None:
    huda, other, case = make_huda(), make_person("supervisor", name="منى"), make_case()
    task = tasks.open_task(
        agency=case.agency,
        unit=case.unit,
        kind="call",
        dedupe_key="call",
        at=SUNDAY_9AM,
        case_id=case.pk,
        title=both("اتصل بمريم", "Call Maryam"),
    )
    declared(huda)

    for person, seen in ((other, True), (huda, False)):
        client = sign_in(Client(), person)
        assert ("اتصل بمريم" in client.get("/desk/tasks").content.decode()) is seen
        assert client.post(f"/desk/tasks/{task.pk}/take").status_code == (302 if seen else 404)
