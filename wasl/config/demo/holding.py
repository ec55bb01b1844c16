"""Cases on hold in the demo: one for parts that are on their way, one nobody looked at in time, one for a budget that
has not come for more than sixty days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import pending, queries
from wasl.cases.models import Case
from wasl.contacts import operations as contacts
from wasl.directory import queries as directory

AGENCY, UNIT = "MUN", "ROADS"
WHO_REFERS, WHO_WORKS = "salem@muscat.example.om", "nasser@muscat.example.om"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A day of review lies within ten working days; so far ahead none lies beyond, whatever holidays there are.
AHEAD = timedelta(days=9)


@dataclass(frozen=True)
class _Story:
    """What is held, why, and since when; `looked_at` days ago it was looked at again."""

    title: str
    reason: str
    text: str
    since: timedelta
    looked_at: tuple[int, ...] = ()


_STORIES = (
    _Story(
        "حاجز معدني مكسور على المنحدر",
        "materials",
        "طُلبت قطعة بديلة للحاجز، وتصل خلال أيام. الموضع محاط بشريط تحذير.",
        2 * DAY,
    ),
    _Story(
        "هبوط في رصيف أمام المدرسة",
        "other_body",
        "ننتظر انتهاء شركة المياه من إصلاح الخط تحت الرصيف.",
        16 * DAY,
    ),
    _Story(
        "توسعة مدخل ضيق إلى الحي",
        "budget",
        "العمل مدرج في خطة الطرق، وينتظر الاعتماد المالي.",
        73 * DAY,
        (65, 57, 49, 41, 33, 25, 17, 8),
    ),
)


def put_on_hold(*, at: datetime) -> list[Case]:
    """Register the cases, put them on hold, and say which day of review has passed without a look; gives them."""
    held = [_held(story, number, at=at) for number, story in enumerate(_STORIES)]
    for hold_id in queries.missed_reviews(at):
        cases.miss_review(hold_id, at=at)
    return held


def _held(story: _Story, number: int, *, at: datetime) -> Case:
    began = at - story.since
    case = _worked_on(story.title, f"+9689200045{number}", at=began - DAY)
    for moment in (began, *(at - days * DAY for days in story.looked_at)):
        review_on = min(_day(case, moment) + AHEAD, pending.last_review_day(case, moment))
        cases.hold(
            case,
            reason_code=story.reason,
            review_on=review_on,
            text=story.text,
            by=User.objects.get(email=WHO_WORKS),
            at=moment,
        )
    return case


def _day(case: Case, moment: datetime) -> date:
    return moment.astimezone(case.agency.zone).date()


def _worked_on(title: str, phone: str, *, at: datetime) -> Case:
    agency = directory.agency_by_code(AGENCY)
    person = contacts.find_or_make(
        agency, name="راشد بن سالم المعمري", phone=phone, language="ar", preferred_channel="sms", at=at
    )
    new = cases.NewCase(
        agency=agency,
        kind="report",
        channel="phone",
        title=title,
        description=title,
        beneficiary=person,
        preferred_channel="sms",
    )
    case = cases.register_case(new, by=None, at=at)
    unit = directory.unit_by_code(agency, UNIT)
    cases.refer(case, to_unit=unit, reason="", by=User.objects.get(email=WHO_REFERS), at=at + HOUR)
    works = User.objects.get(email=WHO_WORKS)
    cases.accept_referral(case, by=works, at=at + 2 * HOUR, assignee=works)
    cases.start_work(case, by=works, at=at + 3 * HOUR)
    return case
