"""Ninety days of invented cases, made by the real operations at chosen times, so that every page has something to show.

The facts are marked as imported: nobody is told of what never happened.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wasl.accounts.models import User
from wasl.cases import operations as cases
from wasl.cases import pending
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.config.demo import people, stories
from wasl.contacts import operations as contacts
from wasl.core import clock, events
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.places import queries as places

DAYS = 90
BY_AGENCY = {"MUN": 320, "HOU": 60}
CHANNELS = ("portal",) * 6 + ("email",) * 2 + ("phone",) * 3 + ("counter",)
OFTEN = ("RD-POTHOLE", "LT-OUT", "CL-OVERFLOW", "DR-FLOOD", "RD-KERB", "PE-STRAY", "CL-BULKY", "LT-AREA")


@dataclass
class Story:
    """One case on its way through the demo's past."""

    case: Case
    staff: list[User]
    dice: random.Random
    now: datetime
    end: datetime

    def later(self, shortest: float, longest: float) -> datetime | None:
        """A moment some part of the promised time on; None when it would lie beyond the present."""
        assert self.case.due_at is not None
        promised = max(self.case.due_at - self.case.registered_at, timedelta(hours=1))
        return self.after(promised * self.dice.uniform(shortest, longest))

    def after(self, length: timedelta) -> datetime | None:
        """The moment so much later; None when it would lie beyond the present."""
        moment = self.now + length
        if moment >= self.end:
            return None
        self.now = moment
        return moment

    def stalls(self, share: float) -> bool:
        """Does it stop here? Young cases now and then; of the old ones hardly any is left lying."""
        is_young = self.end - self.now < timedelta(days=8)
        return self.dice.random() < (share if is_young else share / 12)

    def somebody(self) -> User:
        """Whoever of the unit does the next thing."""
        return self.dice.choice(self.staff)


def make_history(
    *, at: datetime, most: int | None = None, tell: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Fill the demo agencies with up to `most` cases before `at`; gives their number. `tell` hears of the progress."""
    dice = random.Random(1111)  # noqa: S311 - the same demo every time
    whole = sum(BY_AGENCY.values())
    wanted = whole if most is None else min(most, whole)
    shares = {code: number * wanted // whole for code, number in BY_AGENCY.items()}
    done, total = 0, sum(shares.values())
    with events.of_origin("import"):
        for code, number in shares.items():
            for _ in _cases_of(directory.agency_by_code(code), number, dice, at):
                done += 1
                if done % 20 == 0:
                    tell(done, total)
    return done


def _cases_of(agency: Agency, number: int, dice: random.Random, end: datetime) -> Iterator[Case]:
    services = list(catalogue.services(agency))
    fallback = {unit.pk: people_of for unit in directory.units_of(agency, end) if (people_of := _staff(unit, end))}
    anybody = [person for staff in fallback.values() for person in staff]
    for moment in sorted(_moments(number, dice, end, agency)):
        with clock.frozen(moment):
            case = _register(agency, _pick(services, dice), dice, moment)
            story = Story(case, fallback.get(case.unit_id, anybody), dice, moment, end)
            if case.state == "referred":
                _work(story)
        yield case


def _staff(unit: object, at: datetime) -> list[User]:
    return directory.people_with(Right.RESOLVE, unit=unit, at=at)  # type: ignore[arg-type]


def _moments(number: int, dice: random.Random, end: datetime, agency: Agency) -> Iterator[datetime]:
    for _ in range(number):
        day = end - timedelta(days=dice.triangular(0, DAYS, 2))
        hour = dice.choice((7, 8, 9, 9, 10, 10, 11, 12, 13, 16, 18, 19, 20, 21))
        local = day.astimezone(agency.zone).replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
        if local < end:
            yield local.astimezone(end.tzinfo)


def _pick(services: list[Service], dice: random.Random) -> Service:
    often = [service for service in services if service.code in OFTEN]
    return dice.choice(often if often and dice.random() < 0.6 else services)


def _register(agency: Agency, service: Service, dice: random.Random, at: datetime) -> Case:
    english = dice.random() < 0.15
    phone = f"+9689{dice.randrange(1000000, 9999999)}"
    wish = dice.choice(("sms", "sms", "call", "email"))
    email = f"citizen{dice.randrange(10**6)}@example.org" if wish == "email" else ""
    person = contacts.find_or_make(
        agency,
        name=dice.choice(people.RESIDENTS) if english else _name(dice),
        phone=phone,
        email=email,
        language="en" if english else "ar",
        preferred_channel=wish,
        at=at,
    )
    new = cases.NewCase(
        agency=agency,
        kind=service.kind,
        channel=dice.choice(CHANNELS),
        title=service.name.in_language("en" if english else "ar"),
        description=_words(service, dice, english=english),
        service=service,
        place=_place(service, dice),
        beneficiary=person,
        preferred_channel=wish,
        language="en" if english else "ar",
    )
    return cases.register_case(new, by=None, at=at)


def _name(dice: random.Random) -> str:
    woman = dice.random() < 0.4
    given = dice.choice(people.GIVEN_WOMEN if woman else people.GIVEN_MEN)
    tribe = dice.choice(people.TRIBES)
    return f"{given} {'بنت' if woman else 'بن'} {dice.choice(people.FATHERS)} {tribe}{'ة' if woman else ''}"


def _words(service: Service, dice: random.Random, *, english: bool) -> str:
    told = [text for text in stories.STORIES.get(service.code, stories.PLAIN) if text.isascii() == english]
    plain = [text for text in stories.PLAIN if text.isascii() == english]
    return dice.choice(told or plain)


def _place(service: Service, dice: random.Random) -> cases.Place:
    if not service.needs_location:
        return cases.Place()
    wilayat = dice.choice(places.wilayats_of("OM-MA"))
    spread = Decimal(dice.randrange(-2500, 2500)) / Decimal(100000)
    return cases.Place(
        governorate=wilayat.governorate,
        wilayat=wilayat,
        area_text=dice.choice(stories.AREAS),
        address_text=dice.choice(stories.ROADS),
        lat=Decimal(str(wilayat.lat)) + spread,
        lon=Decimal(str(wilayat.lon)) + spread,
    )


def _work(story: Story) -> None:
    """Take the case as far as its age and the dice allow."""
    steps = (_accept, _ask_perhaps, _start, _note_perhaps, _resolve, _rate_perhaps, _reopen_perhaps, _close_perhaps)
    for step in steps:
        if not step(story):
            return


def _accept(story: Story) -> bool:
    at = story.later(0.02, 0.15)
    if at is None or story.stalls(0.2):
        return False
    person = story.somebody()
    cases.accept_referral(story.case, by=person, at=at, assignee=person)
    return True


def _ask_perhaps(story: Story) -> bool:
    if story.dice.random() > 0.12:
        return True
    at = story.later(0.02, 0.1)
    if at is None:
        return False
    cases.ask_beneficiary(story.case, question=story.dice.choice(stories.QUESTIONS), by=story.somebody(), at=at)
    answered = story.after(timedelta(hours=story.dice.uniform(1, 30)))
    if answered is None or story.stalls(0.3):
        return False
    cases.answer_from_beneficiary(
        story.case, text=story.dice.choice(stories.ANSWERS), channel=story.case.channel, at=answered
    )
    return True


def _start(story: Story) -> bool:
    at = story.later(0.05, 0.25)
    if at is None or story.stalls(0.2):
        return False
    cases.start_work(story.case, by=story.somebody(), at=at)
    return _hold(story) if story.dice.random() < 0.06 else True


def _hold(story: Story) -> bool:
    at = story.later(0.02, 0.1)
    if at is None:
        return False
    cases.hold(
        story.case,
        reason_code=story.dice.choice(list(pending.USUAL_REASONS)),
        review_on=(at + timedelta(days=5)).date(),
        text="بانتظار قطعة بديلة، وسنعود إلى العمل عند وصولها.",
        by=story.somebody(),
        at=at,
    )
    resumed = story.after(timedelta(days=story.dice.uniform(1, 5)))
    if resumed is None or story.stalls(0.4):
        return False
    cases.start_work(story.case, by=story.somebody(), at=resumed)
    return True


def _note_perhaps(story: Story) -> bool:
    if story.dice.random() < 0.35 and (at := story.later(0.01, 0.05)):
        cases.add_note(story.case, text=story.dice.choice(stories.NOTES), by=story.somebody(), at=at)
    return True


def _resolve(story: Story) -> bool:
    at = story.later(0.1, 0.5) if story.dice.random() < 0.88 else story.later(0.9, 1.4)
    if at is None or story.stalls(0.15):
        return False
    cases.resolve(story.case, text=story.dice.choice(stories.RESOLUTIONS), by=story.somebody(), at=at)
    return True


def _rate_perhaps(story: Story) -> bool:
    if story.dice.random() < 0.4 and (at := story.after(timedelta(hours=story.dice.uniform(1, 72)))):
        rating = story.dice.choices((5, 4, 3, 2, 1), weights=(50, 28, 12, 6, 4))[0]
        cases.rate(story.case, rating=rating, comment=story.dice.choice(stories.RATING_WORDS), at=at)
    return True


def _reopen_perhaps(story: Story) -> bool:
    """Some say "not solved"; then it is taken up and solved once more."""
    if story.dice.random() >= 0.06:
        return True
    at = story.after(timedelta(hours=story.dice.uniform(5, 100)))
    if at is None:
        return True
    cases.reopen(story.case, reason="المشكلة ما زالت قائمة.", at=at)
    return _accept(story) and _resolve(story)


def _close_perhaps(story: Story) -> bool:
    closes_at = story.now + timedelta(days=cases.REOPEN_DAYS, hours=1)
    if closes_at < story.end:
        cases.close(story.case, by=None, at=closes_at)
    return True
