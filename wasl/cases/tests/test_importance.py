"""The class of a case: computed and explained, changed by hand within limits, never walked up in single steps."""

import pytest

from wasl.cases import importance, operations
from wasl.cases.models import Case
from wasl.cases.operations import Missing
from wasl.cases.tests.makers import HOUR, make_case, make_working_agency
from wasl.catalogue.tests.makers import make_service
from wasl.core.models import EventRecord
from wasl.directory.tests.makers import SUNDAY_9AM, make_huda, make_salem

pytestmark = pytest.mark.django_db


def calm_case(**more: object) -> Case:
    """A case whose service starts as a normal one, without anything grave."""
    agency = make_working_agency()
    return make_case(agency=agency, service=make_service("RD-SIGN", agency=agency, priority="P3"), **more)


def last_fact(case: Case) -> dict[str, object]:
    return EventRecord.objects.filter(case_id=case.pk, kind="CaseImportanceChanged").latest("pk").data


@pytest.mark.requirement("S-09")
def test_the_computed_class_is_told_line_by_line_and_the_points_add_up() -> None:
    case = calm_case(facts={"danger": 2, "people": 150})

    told = importance.explained(case)

    assert (told.computed, told.is_by_hand) == ("P2", False)
    assert [points for _, points in told.lines] == [20, 30, 15]
    assert told.points == 65
    assert str(told.lines[2][0]) == "يتأثر به حي كامل"


@pytest.mark.requirement("S-09")
def test_an_operator_goes_one_class_and_never_two_by_going_one_twice() -> None:
    salem, case = make_salem(), calm_case()
    operations.change_importance(case, importance="P2", reason="أمام مدرسة", by=salem, at=SUNDAY_9AM)

    with pytest.raises(Missing, match="المحسوبة"):
        operations.change_importance(case, importance="P1", reason="أمام مدرسة", by=salem, at=SUNDAY_9AM + HOUR)
    case.refresh_from_db()
    assert case.importance == "P2"
    operations.change_importance(case, importance="P4", reason="أُغلق الطريق", by=salem, at=SUNDAY_9AM + 2 * HOUR)
    assert case.importance == "P4"
    assert last_fact(case) == {
        "case_id": case.pk,
        "importance_before": "P2",
        "importance": "P4",
        "computed": "P3",
        "by_hand": True,
    }


@pytest.mark.requirement("S-09")
def test_a_supervisor_goes_two_classes_and_no_operator_takes_that_back() -> None:
    huda, case = make_huda(), calm_case()
    operations.change_importance(case, importance="P1", reason="وصلت صور الخطر", by=huda, at=SUNDAY_9AM)

    for wished in ("P2", "P3"):
        with pytest.raises(Missing, match="المشرف"):
            operations.change_importance(case, importance=wished, reason="رأيي", by=make_salem(), at=SUNDAY_9AM + HOUR)
    operations.change_importance(case, importance="P3", reason="زال الخطر", by=huda, at=SUNDAY_9AM + HOUR)
    assert not importance.explained(case).is_by_hand


def test_the_class_it_has_is_no_change() -> None:
    case = calm_case()

    with pytest.raises(Missing, match="درجته الآن"):
        operations.change_importance(case, importance="P3", reason="تأكيد", by=make_huda(), at=SUNDAY_9AM)
    assert not EventRecord.objects.filter(case_id=case.pk, kind="CaseImportanceChanged").exists()


@pytest.mark.parametrize(("priority", "code", "facts"), [("P3", "P2", 1), ("P4", "P4", 2)])
def test_a_class_set_by_hand_stands_while_the_matrix_says_what_it_was_set_against(
    priority: str, code: str, facts: int
) -> None:
    salem, case = make_salem(), calm_case()
    operations.change_importance(case, importance="P2", reason="أمام مدرسة", by=salem, at=SUNDAY_9AM)
    another = make_service("RD-KERB", agency=case.agency, priority=priority)

    operations.classify(case, kind="report", service=another, by=salem, at=SUNDAY_9AM + HOUR)

    assert (case.importance, importance.computed(case)) == (code, priority)
    assert EventRecord.objects.filter(case_id=case.pk, kind="CaseImportanceChanged").count() == facts
    assert last_fact(case)["by_hand"] is (facts == 1)


def test_a_case_from_before_points_were_written_down_is_computed_by_its_day() -> None:
    case = calm_case(facts={"danger": 2})
    case.importance_reasons = [{"ar": "تبدأ الخدمة من درجة «عادي»", "en": "The service starts as normal"}]

    told = importance.explained(case)

    assert (told.computed, told.points) == ("P2", None)


def test_only_classes_within_reach_are_open_to_a_person() -> None:
    case = calm_case()

    assert importance.open_classes(case, by=make_salem(), at=SUNDAY_9AM) == ["P2", "P4"]
    assert importance.open_classes(case, by=make_huda(), at=SUNDAY_9AM) == ["P1", "P2", "P4"]
