"""What rose above the units in the demo: a question with the directorate, one with a committee, and a case that nobody
would have.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case, Raise
from wasl.core import events
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right

_RAISED = (
    (
        "DG-SERVICES",
        "الجدار مشترك بين البلدية ومالك خاص: من يدفع ثمن إصلاحه؟",
        "عاينّا الموضع مرتين وخاطبنا المالك ولم يرد.",
        timedelta(days=1, hours=3),
    ),
    (
        "C-ROADS",
        "هل تُغلق الحارة ليلاً أثناء العمل؟",
        "جُرّب العمل نهاراً وتوقف السير ساعة كاملة.",
        timedelta(hours=5),
    ),
)


def raise_some(*, at: datetime) -> int:
    """Let a few open cases of the municipality rise; gives how many. None where the demo has too few cases."""
    agency = directory.agency_by_code("MUN")
    rising = _worked(agency, at)
    with events.of_origin("import"):
        raised = [_raised(case, *told, at=at) for told, case in zip(_RAISED, rising, strict=False)]
        returned = Case.objects.filter(agency=agency, line=2, state__in=("accepted", "referred"), compartment=None)
        # Rather one that its unit has not taken.
        quiet = returned.filter(updated_at__lt=at - timedelta(hours=9))
        lonely = quiet.order_by("-state", "-registered_at", "-pk").first()
        if lonely is not None:
            _return_twice(lonely, at=at)
    return len(raised) + (lonely is not None)


def _worked(agency: Agency, at: datetime) -> Iterator[Case]:
    above = directory.unit_by_code(agency, "DG-SERVICES")
    quiet_since = at - timedelta(days=1, hours=4)
    found = Case.objects.filter(
        agency=agency, unit__parent=above, state__in=("accepted", "in_progress"), compartment=None
    )
    yield from found.filter(updated_at__lt=quiet_since).order_by("-registered_at", "pk")[: len(_RAISED)]


def _raised(case: Case, to: str, question: str, tried: str, ago: timedelta, *, at: datetime) -> Raise:
    unit = directory.unit_by_code(case.agency, to)
    by = _somebody(case.unit, at)
    return cases.raise_case(case, to_unit=unit, question=question, handed={"tried": tried}, by=by, at=at - ago)


def _return_twice(case: Case, *, at: datetime) -> None:
    first, second = case.unit, directory.unit_by_code(case.agency, "LIGHT")
    if first == second:
        second = directory.unit_by_code(case.agency, "ROADS")
    hour = timedelta(hours=1)
    whose = cases.Whose(second)
    cases.return_referral(case, reason="ليس من أعمالنا.", whose=whose, by=_somebody(first, at), at=at - 8 * hour)
    salem = directory.people_with(Right.REFER, unit=case.unit, at=at)[0]
    cases.refer(case, to_unit=second, reason="ترى الوحدة أنه لكم.", by=salem, at=at - 7 * hour)
    other = cases.Whose(body="شركة نماء للكهرباء")
    cases.return_referral(case, reason="الكابل للشركة.", whose=other, by=_somebody(second, at), at=at - 4 * hour)


def _somebody(unit: Unit, at: datetime) -> User:
    people: list[User] = directory.people_with(Right.ANSWER_REFERRAL, unit=unit, at=at)
    return people[0]
