"""The fast-handling team: what enters by its class, by nothing else, and the weekly review of who asked for what."""

from datetime import timedelta

import pytest
from django.test import Client

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import NotAtThisLine
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core.clock import frozen
from wasl.directory.models import Unit
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_person, make_salem, make_unit, sign_in
from wasl.routing.importance import HARDSHIPS

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S-08"), pytest.mark.requirement("H-20")]


def fast_unit() -> Unit:
    """The team's unit, with one person in it."""
    unit = make_unit("FAST", agency=make_working_agency(), kind="team")
    make_person("fast_team", unit)
    return unit


def calm_case(*, later: int = 0, **more: object) -> Case:
    agency = make_working_agency()
    service = make_service("RD-SIGN", agency=agency, priority="P3", unit=make_unit("ROADS", agency=agency))
    return make_case(agency=agency, service=service, at=SUNDAY_9AM + later * HOUR, **more)


def shown(client: Client, at: object = SUNDAY_9AM + 9 * HOUR) -> list[str]:
    """The references of the team's tab as it stands, in their order."""
    with frozen(at):  # type: ignore[arg-type]
        answer = client.get("/desk/?view=fast")
    assert answer.status_code == 200
    return [case.reference for case in answer.context["page_of_cases"].cases]


def test_the_tab_of_the_team_shows_what_is_of_the_gravest_class_wherever_it_is_and_nothing_else() -> None:
    team = fast_unit()
    calm_case()
    hard = calm_case(later=2, facts={"hardship": "alone"})
    danger = calm_case(later=1, facts={"danger": 3})
    somebody = sign_in(Client(), make_person("fast_team", team))

    assert shown(somebody) == [danger.reference, hard.reference]
    with frozen(SUNDAY_9AM + 9 * HOUR):
        assert somebody.get(f"/desk/cases/{danger.reference}").status_code == 200
        assert somebody.get(f"/desk/cases/{calm_case().reference}").status_code == 404


@pytest.mark.requirement("S-08")
def test_a_case_enters_and_leaves_by_its_class_alone() -> None:
    team, case = fast_unit(), calm_case()
    somebody = sign_in(Client(), make_person("fast_team", team))

    with pytest.raises(NotAtThisLine, match="المعالجة السريعة"):
        cases.refer(case, to_unit=team, reason="يعرفني", by=make_huda(), at=SUNDAY_9AM + HOUR)
    assert shown(somebody) == []
    cases.change_importance(case, importance="P1", reason="انهار الجدار", by=make_huda(), at=SUNDAY_9AM + HOUR)
    assert shown(somebody) == [case.reference]
    cases.refer(case, to_unit=team, reason="عاجل", by=make_huda(), at=SUNDAY_9AM + 2 * HOUR)
    assert case.unit_id == team.pk
    cases.change_importance(case, importance="P2", reason="أُمّن الموضع", by=make_huda(), at=SUNDAY_9AM + 3 * HOUR)
    assert shown(somebody) == []


def test_no_reason_outside_the_closed_list_is_a_hardship() -> None:
    assert calm_case(facts={"hardship": "friend of the director"}).importance == "P3"
    assert {calm_case(facts={"hardship": code}).importance for code in HARDSHIPS} == {"P1"}


@pytest.mark.requirement("H-20")
def test_the_weekly_review_names_who_changed_what_and_why() -> None:
    supervisor, agent = make_huda(), make_salem()
    case, hard = calm_case(), calm_case(facts={"hardship": "no_water"}, by=agent)
    cases.change_importance(case, importance="P2", reason="أمام مدرسة", by=agent, at=SUNDAY_9AM + HOUR)
    cases.change_importance(case, importance="P1", reason="سقط فيها طفل", by=supervisor, at=SUNDAY_9AM + 2 * HOUR)
    huda, salem = sign_in(Client(), supervisor), sign_in(Client(), agent)

    with frozen(SUNDAY_9AM + timedelta(days=3)):
        answer = huda.get("/desk/class-changes")
        before = huda.get("/desk/class-changes?until=2026-11-01")
        odd = huda.get("/desk/class-changes?until=2026-99-99")
    told = [
        (one.by.pk, one.before, one.after, one.computed, one.reason, one.is_far) for one in answer.context["changes"]
    ]
    assert told == [
        (supervisor.pk, "P2", "P1", "P3", "سقط فيها طفل", True),
        (agent.pk, "P3", "P2", "P3", "أمام مدرسة", False),
    ]
    assert [one.case.pk for one in answer.context["hardships"]] == [hard.pk]
    assert (before.context["changes"], before.context["hardships"]) == ([], [])
    assert len(odd.context["changes"]) == 2
    with frozen(SUNDAY_9AM + HOUR):
        assert salem.get("/desk/class-changes").status_code == 404
