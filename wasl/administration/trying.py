"""What a report would do: the service its words mean, the class, the unit, the dates, the form, the message.

Everything is worked out by the same rules that registration uses; nothing is registered and nobody is told.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from wasl.calendars.hijri import hijri_text
from wasl.catalogue import queries as catalogue
from wasl.catalogue.forms import Question
from wasl.catalogue.models import CaseKind, Service
from wasl.catalogue.queries import ServiceHit
from wasl.core import references
from wasl.core.i18n import language
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency, Unit
from wasl.notices import operations as notices
from wasl.places.models import Wilayat
from wasl.routing import queries as routing
from wasl.routing.deciding import Matter
from wasl.routing.importance import CLASS_NAMES, Facts, Importance
from wasl.routing.models import Rule
from wasl.sla import clocks as sla_clocks
from wasl.sla import durations
from wasl.sla import queries as sla
from wasl.sla.clocks import Promise
from wasl.sla.explanation import Kind as StretchKind
from wasl.sla.explanation import StripDay, day_strip, explain, explain_sentence
from wasl.sla.models import ClockKind, Policy
from wasl.sla.terms import Terms
from wasl.web.drawings import Stretch

MOST_HITS = 5
LONGEST_STRIP = 31
_DRAWN = {StretchKind.COUNTED: "counted", StretchKind.REMAINING: "open", StretchKind.PAUSED: "paused"}
_OFF = (StretchKind.WEEKEND, StretchKind.HOLIDAY, StretchKind.CLOSED)


@dataclass(frozen=True)
class Asked:
    """What is tried. `service` wins over the words; `kind` counts only where there is no service."""

    words: str = ""
    service: Service | None = None
    kind: str = ""
    wilayat: Wilayat | None = None
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Day:
    """One day of the strip that explains a date."""

    day: StripDay
    css: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class Due:
    """One promise: how much, who says so, when it is due and why then. `free` are the holidays it passes over."""

    label: str
    amount: Localized
    source: Localized
    at: datetime
    hijri: str
    sentence: str
    days: list[Day]
    free: list[Localized]
    is_main: bool


@dataclass(frozen=True)
class Letter:
    """The acknowledgement as it would be sent."""

    channel: str
    subject: str
    text: str


@dataclass(frozen=True)
class Rival:
    """A rule that speaks of such a matter, in words, and what came of it."""

    rule: Rule
    conditions: Localized
    won: bool
    why: Localized


@dataclass(frozen=True)
class Outcome:
    """Everything such a report would do."""

    service: Service | None
    is_proposed: bool
    hits: list[ServiceHit]
    kind: str
    kind_words: str
    importance: Importance
    route: routing.Route
    considered: list[Rival]
    others: int
    dues: list[Due]
    questions: list[Question]
    letters: list[Letter]
    at: datetime

    @property
    def class_words(self) -> Localized:
        """The class in a word."""
        return both(*CLASS_NAMES[self.importance.code])


def try_out(asked: Asked, *, agency: Agency, at: datetime) -> Outcome:
    """Work out what a report that comes at this moment would do. Reads only."""
    hits = _hits(asked.words, agency, at)
    service = asked.service or (hits[0].service if hits else None)
    kind = service.kind if service else asked.kind or CaseKind.REPORT.value
    matter = _matter(service, kind, asked.wilayat)
    importance = routing.classify(agency=agency, service=service, facts=asked.facts, at=at)
    route = routing.find_unit(agency, service=service, wilayat=asked.wilayat, kind=kind, at=at)
    considered = [
        Rival(one.rule, routing.conditions_of(one.rule), one.won, one.why)
        for one in routing.consider(agency, matter, at)
    ]
    dues = _dues(agency, service, kind, importance.code, route.unit, at)
    return Outcome(
        service=service,
        is_proposed=asked.service is None and service is not None,
        hits=hits,
        kind=kind,
        kind_words=str(CaseKind(kind).label),
        importance=importance,
        route=route,
        considered=considered,
        others=len(routing.rules_of(agency, at)) - len(considered),
        dues=dues,
        questions=catalogue.questions(service.pk, at) if service else [],
        letters=_letters(agency, service, route, dues, at),
        at=at,
    )


def _hits(words: str, agency: Agency, at: datetime) -> list[ServiceHit]:
    """As a letter is read; a few words that say too little for that are searched as the citizen's page does."""
    if not words:
        return []
    return catalogue.propose_service(agency, words, MOST_HITS, at=at) or catalogue.find_services(
        agency, words, MOST_HITS, at=at
    )


def _matter(service: Service | None, kind: str, wilayat: Wilayat | None) -> Matter:
    return Matter(
        service_id=service.pk if service else None,
        category_id=service.category_id if service else None,
        kind=kind,
        wilayat_id=wilayat.pk if wilayat else None,
        governorate_id=wilayat.governorate_id if wilayat else None,
    )


def _dues(agency: Agency, service: Service | None, kind: str, importance: str, unit: Unit, at: datetime) -> list[Due]:
    about = {
        "agency_id": agency.pk,
        "service_id": service.pk if service else None,
        "kind": kind,
        "importance": importance,
        "at": at,
        "service": service,
        "unit_id": unit.pk,
    }
    pairs = zip(sla.promises(**about), sla.terms(**about), strict=True)  # type: ignore[arg-type]
    return [_due(agency, promise, terms, at) for promise, terms in pairs]


def _due(agency: Agency, promise: Promise, terms: Terms, at: datetime) -> Due:
    due_at = sla_clocks.due_at(promise, at)
    duration = durations.Duration(promise.amount_minutes, promise.working_days, promise.always_open)
    is_main = promise.clock == ClockKind.RESOLVE
    holidays = [span.label for span in explain(promise, at) if span.kind == StretchKind.HOLIDAY]
    return Due(
        label=str(ClockKind(promise.clock).label),
        amount=duration.in_words(),
        source=_source(terms),
        at=due_at,
        hijri=hijri_text(due_at.astimezone(agency.zone).date(), agency_id=agency.pk),
        sentence=explain_sentence(promise, at, language()),
        days=_strip(promise, at) if is_main else [],
        free=list(dict.fromkeys(holidays)),
        is_main=is_main,
    )


def _strip(promise: Promise, at: datetime) -> list[Day]:
    days = day_strip(promise, at, now=at)
    return [] if len(days) > LONGEST_STRIP else [_day(day) for day in days]


def _day(day: StripDay) -> Day:
    classes = ["off" if day.kind in _OFF else "", "now" if day.is_now else "", "due" if day.is_due else ""]
    stretches = [Stretch(one.start, one.width, _DRAWN[one.kind]) for one in day.segments if one.kind in _DRAWN]
    return Day(day, " ".join(filter(None, classes)), stretches)


def _source(terms: Terms) -> Localized:
    if terms.policy_id is None:
        return both("مدة الخدمة في الدليل", "The service's own time")
    policy = sla.policy_by_number(terms.policy_id)
    arabic, english = _conditions(policy, "ar"), _conditions(policy, "en")
    return both(f"مدة عامة {arabic}".strip(), f"General time {english}".strip())


def _conditions(policy: Policy, tongue: str) -> str:
    arabic = tongue == "ar"
    parts = []
    if policy.service is not None:
        parts.append(("لخدمة «{}»" if arabic else "for “{}”").format(policy.service.name.in_language(tongue)))
    if policy.kind:
        parts.append(("لنوع «{}»" if arabic else "for the kind “{}”").format(_kind(policy.kind, tongue)))
    if policy.importance:
        parts.append(("لدرجة {}" if arabic else "for class {}").format(policy.importance))
    return " ".join(parts) or ("لكل الطلبات" if arabic else "for all cases")


def _kind(code: str, tongue: str) -> str:
    return routing.KIND_NAMES[code].in_language(tongue)


def _letters(
    agency: Agency, service: Service | None, route: routing.Route, dues: list[Due], at: datetime
) -> list[Letter]:
    """The words of the first message, with an example of a number; a channel without wording is left out."""
    day = at.astimezone(agency.zone).date()
    main = next((due for due in dues if due.is_main), None)
    values = {
        "reference": str(references.compose(letters=agency.letters, on=day, number=1)),
        "service": service.name if service else "",
        "unit": route.unit.name,
        "due": main.at.astimezone(agency.zone).date() if main else "",
        "link": f"{str(settings.WASL_BASE_URL).rstrip('/')}/t/…",
    }
    letters = []
    for channel in ("sms", "email"):
        told = notices.sample(agency, "case_registered", channel=channel, language=language(), values=values, at=at)
        letters.append(Letter(channel, told.subject if channel == "email" else "", told.text))
    return letters


def rounded(at: datetime) -> datetime:
    """The moment to the minute, as a form shows it."""
    return at - timedelta(seconds=at.second, microseconds=at.microsecond)
