"""What is decided by delegation says so: on the timeline and in the fact; who may decide it alone says nothing."""

import pytest
from django.test import Client

from wasl.accounts.models import User
from wasl.alerts.models import Alert
from wasl.alerts.subscribers import tell_of_the_end
from wasl.cases import timeline
from wasl.cases.models import Case
from wasl.cases.tests.makers import HOUR, accepted_case, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core.clock import frozen
from wasl.core.models import EventRecord
from wasl.directory.events import DelegationRevoked
from wasl.directory.models import Delegation
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_noora, make_person, make_salem, make_unit, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("H-27")]


def delegate_by_page(grantor: User, to: User, *powers: str, **more: str) -> int:
    """Through the page, as people do it."""
    given = {"delegate": to.pk, "powers": powers, "where": "", "gravest": "P1", "reason": "في مهمة"}
    given |= {"begins": "2026-11-22", "ends": "2026-11-30"} | more
    with frozen(SUNDAY_9AM):
        return sign_in(Client(), grantor).post("/me/delegations", given).status_code


def act(person: User, case: Case, code: str, **given: str) -> int:
    with frozen(SUNDAY_9AM + 3 * HOUR):
        case.refresh_from_db()
        body = {f"{code}-{name}": value for name, value in given.items()} | {f"{code}-version": case.version}
        return sign_in(Client(), person).post(f"/desk/cases/{case.reference}/{code}", body).status_code


def fact(case: Case, kind: str) -> EventRecord:
    return EventRecord.objects.filter(case_id=case.pk, kind=kind).latest("pk")


def test_a_class_moved_by_delegation_names_the_grantor() -> None:
    agency = make_working_agency()
    service = make_service("RD-SIGN", agency=agency, priority="P3", unit=agency.units.get(is_triage=True))
    huda, salem, case = make_huda(), make_salem(), make_case(agency=agency, service=service)

    assert act(salem, case, "importance", importance="P1", reason="طفل سقط") == 422
    assert delegate_by_page(huda, salem, "set_importance") == 302
    assert act(salem, case, "importance", importance="P1", reason="طفل سقط") == 302

    record = fact(case, "CaseImportanceChanged")
    assert (record.actor_id, record.data["by_delegation_of"]) == (salem.pk, huda.pk)
    assert f"{salem.name} بتفويض من {huda.name}" in [item.actor for item in timeline.staff_timeline(case)]


def test_who_may_alone_decides_in_no_other_name() -> None:
    roads = make_unit("ROADS", agency=make_working_agency())
    huda, noora = make_huda(), make_noora(roads)
    case = accepted_case(by=noora)
    assert delegate_by_page(huda, noora, "reject", where=str(roads.pk)) == 302

    assert act(noora, case, "reject", reason="طريق خاص") == 302
    assert "by_delegation_of" not in fact(case, "CaseRejected").data


def test_an_administrator_ends_it_by_page_with_a_reason_that_both_hear() -> None:
    huda, salem = make_huda(make_unit("ROADS", agency=make_working_agency())), make_salem()
    assert delegate_by_page(huda, salem, "reject") == 302
    row, office = Delegation.objects.get(), make_person("administrator")

    with frozen(SUNDAY_9AM + HOUR):
        page = sign_in(Client(), office).get("/delegations").content.decode()
        assert f"/delegations/{row.pk}/end" in page
        assert f"/delegations/{row.pk}/end" not in sign_in(Client(), make_person("auditor")).get("/delegations").text
        assert sign_in(Client(), office).post(f"/delegations/{row.pk}/end", {"reason": ""}).status_code == 302
        row.refresh_from_db()
        assert row.revoked_at is None
        sign_in(Client(), office).post(f"/delegations/{row.pk}/end", {"reason": "انتقل إلى جهة أخرى"})
    row.refresh_from_db()
    assert (row.revoked_by, row.end_reason) == (office, "انتقل إلى جهة أخرى")
    told = EventRecord.objects.get(kind="DelegationRevoked")
    tell_of_the_end(DelegationRevoked(**told.data), told)
    assert {alert.person for alert in Alert.objects.filter(kind="delegation")} == {huda, salem}
    assert all("انتقل إلى جهة أخرى" in alert.body["ar"] for alert in Alert.objects.filter(kind="delegation"))


def test_the_page_shows_tells_and_ends_what_was_delegated() -> None:
    huda, salem = make_huda(make_unit("ROADS", agency=make_working_agency())), make_salem()

    assert delegate_by_page(huda, salem, "reject", reason="") == 422
    assert delegate_by_page(huda, salem, "reject") == 302
    row = Delegation.objects.get()
    with frozen(SUNDAY_9AM + HOUR):
        page = sign_in(Client(), salem).get("/me/delegations").content.decode()
        assert huda.name in page
        assert sign_in(Client(), salem).post("/me/delegations", {"end": row.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.revoked_at, row.revoked_by) == (SUNDAY_9AM + HOUR, salem)
