"""Reviews in the demo: one waits for the head of the directorate, one was answered alike at both levels, one found that
the decision was right only in part.
"""

from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import appeals, reviewers
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.contacts import operations as contacts
from wasl.directory import queries as directory

WHO_REFUSES = "salma@muscat.example.om"
UNIT = "LIGHT"
DAY = timedelta(days=1)


def review(*, at: datetime) -> list[Case]:
    """The cases: the one that waits, the one that was decided twice, and the one that goes on in part."""
    waiting = _refused("خالد بن راشد العبري", "+96892000433", "عمود إنارة جديد أمام المنزل", at=at - 6 * DAY)
    _ask(waiting, "العمود المطلوب في طريق عام تمر منه حافلة المدرسة، لا أمام منزلي وحده.", at=at - 2 * DAY)
    ended = _refused("منى بنت سعيد الحسنية", "+96892000441", "إنارة ملونة لواجهة المبنى", at=at - 25 * DAY)
    for days, words, reasons in (
        (20, "المبنى على شارع رئيس ويستحق الإنارة.", "إنارة الواجهات الخاصة على مالكيها."),
        (12, "مبانٍ أخرى أُنيرت.", "راجعنا المباني المذكورة: أنارها مالكوها بتصريح، ولك أن تطلب مثله."),
    ):
        _ask(ended, words, at=at - days * DAY)
        _decide(ended, "stands", reasons, at=at - (days - 3) * DAY)
    in_part = _refused("سلطان بن سيف الشيدي", "+96892000458", "إنارة الممر وملعب الحارة", at=at - 15 * DAY)
    _ask(in_part, "الممر طريق الناس إلى المسجد، وإن كان الملعب خاصاً.", at=at - 9 * DAY)
    _decide(in_part, "partly", "يُنار الممر لأنه طريق عام. أما الملعب فعلى أصحابه.", at=at - 7 * DAY)
    return [waiting, ended, in_part]


def _decide(case: Case, outcome: str, reasons: str, *, at: datetime) -> None:
    waits = appeals.offer(case, at=at).waiting
    assert waits is not None
    (by, *_) = reviewers.people_of(waits.unit, case, at=at)
    cases.decide_appeal(case, outcome=outcome, reasons=reasons, by=by, at=at)


def _refused(name: str, phone: str, title: str, *, at: datetime) -> Case:
    agency = directory.agency_by_code("MUN")
    person = contacts.find_or_make(agency, name=name, phone=phone, language="ar", preferred_channel="sms", at=at)
    new = cases.NewCase(
        agency=agency,
        kind="report",
        channel="portal",
        title=title,
        description=title,
        beneficiary=person,
        preferred_channel="sms",
    )
    case = cases.register_case(new, by=None, at=at)
    salma = User.objects.get(email=WHO_REFUSES)
    hour = timedelta(hours=1)
    cases.refer(case, to_unit=directory.unit_by_code(agency, UNIT), reason="", by=salma, at=at + hour)
    cases.reject(case, reason="الموضع خارج خطة الإنارة العامة لهذا العام.", by=salma, at=at + 20 * hour)
    return case


def _ask(case: Case, words: str, *, at: datetime) -> None:
    cases.ask_appeal(case, words=words, channel="portal", at=at)
