"""The review of turns as lines of files, for the papers of an audit."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from wasl.analytics.fairness.turns import Counted, Turns, Wait
from wasl.audit.fairness.reading import Passed, Taken
from wasl.cases import order, workflow
from wasl.core.i18n import say

DAY_SECONDS = 86_400


def jumps_table(rows: Iterable[Taken]) -> Iterator[list[str]]:
    """Cases taken out of turn, the head first."""
    yield [
        say("الطلب", "Case"),
        say("متى", "When"),
        say("الموظف", "Officer"),
        say("أُسند إلى", "Given to"),
        say("الوحدة", "Unit"),
        say("الدرجة", "Class"),
        say("السبب", "Reason"),
        say("الشرح", "Words"),
        say("موقعه في الدور", "Place in the line"),
        say("عدد المنتظرين", "Waiting"),
        say("تجاوز", "Passed"),
        say("من تجاوزهم", "Whom it passed"),
        say("تأخروا عن موعدهم وهو في موعده", "Late, while it kept its promise"),
    ]
    for row in rows:
        jump = row.jump
        yield [
            jump.case.reference,
            timezone.localtime(jump.at).isoformat(sep=" ", timespec="seconds"),
            jump.by.name,
            jump.to.name if jump.to else "",
            str(jump.unit),
            str(workflow.IMPORTANCE[jump.importance]),
            str(order.reason_words(jump.agency_id, jump.reason_code)),
            row.words,
            str(row.place),
            str(row.waiting),
            str(row.overtook),
            " ".join(filter(None, map(_reference, row.passed))),
            str(row.delayed),
        ]


def turns_table(
    told: Counted, waits: Iterable[Wait], people: dict[int, str], units: dict[int, str]
) -> Iterator[list[str]]:
    """Rates of officers and units, then how long cases waited, the head first."""
    yield [
        say("من", "Whose"),
        say("تولى", "Taken"),
        say("بغير الدور", "Out of turn"),
        say("النسبة %", "Rate %"),
        say("من %", "From %"),
        say("إلى %", "To %"),
    ]
    yield _turns(say("الكل", "All"), told.whole)
    yield from (_turns(people.get(one.officer_id or 0, f"#{one.officer_id}"), one) for one in told.by_officer)
    yield from (_turns(units.get(one.unit_id or 0, f"#{one.unit_id}"), one) for one in told.by_unit)
    yield []
    yield [
        say("الوحدة", "Unit"),
        say("الدرجة", "Class"),
        say("عدد الطلبات", "Cases"),
        say("1 من 10 (يوم)", "1 of 10 (days)"),
        say("النصف (يوم)", "Half (days)"),
        say("9 من 10 (يوم)", "9 of 10 (days)"),
    ]
    for wait in waits:
        spread = [_days(value) for value in (wait.tenth, wait.median, wait.nine_tenths)]
        yield [
            units.get(wait.unit_id, f"#{wait.unit_id}"),
            str(workflow.IMPORTANCE[wait.importance]),
            str(wait.number),
            *spread,
        ]


def _turns(name: str, one: Turns) -> list[str]:
    told = [name, str(one.taken), str(one.jumped)]
    if one.interval is None:
        return [*told, say("قليل لا يدل", "too few to tell"), "", ""]
    return [*told, str(one.rate.percent()), f"{one.interval.low:.1f}", f"{one.interval.high:.1f}"]


def _days(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / DAY_SECONDS:.1f}"


def _reference(one: Passed) -> str:
    return one.case.reference if one.case is not None else say("مغلق", "closed")
