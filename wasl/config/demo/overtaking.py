"""What was taken before its turn in the demo: some cases that went ahead of others, each with its reason."""

from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import order
from wasl.cases.models import Case
from wasl.core import events
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right

_REASONS = (
    ("route", ""),
    ("safety", ""),
    ("route", ""),
    ("management", "بأمر مكتوب: الموقع أمام مدرسة تبدأ دوامها غداً."),
    ("parts", ""),
    ("stuck", "الشارع الأول مغلق لأعمال شركة المياه حتى نهاية الأسبوع."),
    ("legal_date", ""),
)
EACH_AFTER = timedelta(hours=5)


def overtake(*, at: datetime) -> int:
    """Give a few waiting cases of the municipality to officers before their turn; gives how many passed others."""
    agency, done = directory.agency_by_code("MUN"), 0
    with events.of_origin("live"):
        for case in _waiting(agency, at):
            if done < len(_REASONS) and _taken(case, *_REASONS[done], at=at - EACH_AFTER * (done + 1) / 3):
                done += 1
    return done


def _waiting(agency: Agency, at: datetime) -> list[Case]:
    """The ones that came last: whoever takes one of them passes others."""
    found = Case.objects.filter(
        agency=agency,
        state__in=("accepted", "referred"),
        assignee__isnull=True,
        updated_at__lt=at - timedelta(hours=13),
    )
    return list(found.exclude(unit__is_triage=True).order_by("-importance", "-registered_at", "pk")[:60])


def _taken(case: Case, code: str, words: str, *, at: datetime) -> bool:
    people: list[User] = directory.people_with(Right.START_WORK, unit=case.unit, at=at)
    here = [person for person in people if directory.is_member(person, unit_id=case.unit_id, at=at)]
    turn = order.turn_of(case, here[0], at=at) if here else None
    if turn is None or not turn.free:
        return False
    cases.assign(case, to=here[0], by=here[-1], at=at, ahead=cases.Ahead(code, words))
    return True
