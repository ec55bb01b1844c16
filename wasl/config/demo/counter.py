"""What the first line settled itself in the demo: questions answered on the telephone, matters finished at the hall.

And who came back soon after all the same: "not solved", something to add, or a second visit for the same service.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.cases.operations import first_contact
from wasl.cases.operations.change import Change, lock
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.config.demo import people
from wasl.contacts import operations as contacts
from wasl.contacts.models import Beneficiary
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.routing.models import Generalist

DAYS = 84
HOW_MANY = 48
# Of a small demo.
FEWEST = 12
AGENTS = ("salem@muscat.example.om", "khalid@muscat.example.om")
HOURS = (8, 9, 10, 11, 12, 13)
WEEKEND = (4, 5)
# One in so many comes back, each time in another way.
EACH = 6
WAYS = ("visit", "reopened", "added")

ASKED = (
    "ما الأوراق المطلوبة وكم تستغرق المعاملة؟",
    "متى يفتح المكتب أبوابه، وهل يلزم موعد؟",
    "What do I bring along, and how long does it take?",
)
TOLD = (
    "أُجيب في المكالمة: المطلوب بطاقة شخصية ورسم موقع، والمدة ثلاثة أيام عمل.",
    "أُجيب في المكالمة: من السابعة والنصف صباحاً إلى الثانية والنصف، ولا يلزم موعد.",
)
DONE = ("أُنجزت المعاملة أمام المستفيد وسُلّمت له.", "جُدّد الطلب في الصالة، وسُلّمت النسخة.")
BACK = "عاد إلى الصالة للأمر نفسه: نقص ختم في الورقة."


def serve(generalist: Generalist, *, at: datetime, most: int | None = None) -> int:
    """Let the first line settle what it may in the weeks before `at`; gives the number of cases."""
    dice = random.Random(34)  # noqa: S311 - the same demo every time
    agency, visitors = directory.agency_by_code("MUN"), _people(HOW_MANY if most is None else FEWEST)
    offered = {one.pk: one for one in catalogue.named_services(agency, at=at)}
    own = [offered[number] for number in generalist.services if number in offered]
    questions = [one for one in offered.values() if one.kind == "inquiry" and not one.confidential]
    agents = list(User.objects.filter(email__in=AGENTS).order_by("email"))
    hall, made = generalist.person, 0
    assert hall is not None
    for number, moment in enumerate(sorted(_moments(len(visitors), dice, at, agency))):
        at_hall = number % 2 == 0
        by = hall if at_hall else dice.choice(agents)
        service = dice.choice(own if at_hall else questions)
        person = _person(agency, visitors[number], dice, moment)
        case = _settled(service, person, by=by, dice=dice, at=moment)
        made += 1
        if number % EACH == EACH - 2:
            made += _back(case, WAYS[number // EACH % len(WAYS)], by=by, dice=dice, end=at)
    return made


def _people(number: int) -> list[str]:
    given, fathers = people.GIVEN_WOMEN, people.FATHERS
    return [
        f"{given[one % len(given)]} بنت {fathers[one * 5 % len(fathers)]} {people.TRIBES[one % len(people.TRIBES)]}ة"
        for one in range(number)
    ]


def _moments(number: int, dice: random.Random, end: datetime, agency: Agency) -> Iterator[datetime]:
    """Working hours of as many days before the last one."""
    for _ in range(number):
        day = end.astimezone(agency.zone) - timedelta(days=dice.randrange(2, DAYS))
        while day.weekday() in WEEKEND:
            day -= timedelta(days=1)
        yield day.replace(hour=dice.choice(HOURS), minute=dice.randrange(60), second=0, microsecond=0)


def _person(agency: Agency, name: str, dice: random.Random, at: datetime) -> Beneficiary:
    phone = f"+9689{dice.randrange(1000000, 9999999)}"
    return contacts.find_or_make(agency, name=name, phone=phone, language="ar", preferred_channel="sms", at=at)


def _settled(service: Service, person: Beneficiary, *, by: User, dice: random.Random, at: datetime) -> Case:
    """One case that whoever took it down finished while the person was there."""
    at_hall = by.email not in AGENTS
    with clock.frozen(at):
        case = cases.register_case(
            cases.NewCase(
                agency=service.agency,
                kind=service.kind,
                channel="counter" if at_hall else "phone",
                title=service.name.in_language("ar"),
                description=dice.choice(ASKED),
                service=service,
                beneficiary=person,
                preferred_channel="sms",
                kept_by=_desk(service.agency),
            ),
            by=by,
            at=at,
        )
        _finish(case, dice.choice(DONE if at_hall else TOLD), by=by, at=at)
        change = Change(lock(case.pk), by, at)
        first_contact.note_finished(change)
        change.case.save(update_fields=["first_contact_at"])
    case.refresh_from_db()
    return case


def _finish(case: Case, words: str, *, by: User, at: datetime) -> None:
    if case.state == "new":
        cases.acknowledge(case, by=by, at=at)
    cases.resolve(case, text=words, by=by, at=at)


def _desk(agency: Agency) -> Unit:
    return directory.triage_unit(agency)


def _back(case: Case, way: str, *, by: User, dice: random.Random, end: datetime) -> int:
    """The person comes back within days; gives the number of further cases."""
    at = case.registered_at + timedelta(days=dice.randrange(1, 6), minutes=dice.randrange(5, 50))
    if at >= end or case.service is None or case.beneficiary is None:
        return 0
    if way == "visit":
        again = _settled(case.service, case.beneficiary, by=by, dice=dice, at=at)
        cases.came_back_with(again, service_id=case.service.pk, at=at)
        return 1
    if way == "added":
        cases.add_information(case, text=BACK, channel="counter", by=by, at=at)
    else:
        cases.reopen(case, reason="المشكلة ما زالت قائمة.", at=at)
        _finish(case, dice.choice(DONE), by=by, at=at + timedelta(hours=1))
    return 0
