"""Telling auditors and the director of patterns: once for each pattern and month, never those whom it is about."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.alerts.models import Alert
from wasl.analytics.fairness import patterns
from wasl.analytics.fairness.patterns import Kind, Pattern
from wasl.audit.fairness.asked import Question
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Role


@transaction.atomic
def tell(agency: Agency, *, at: datetime) -> list[Alert]:
    """Look for patterns in an agency and tell of those that were not told this month."""
    found = patterns.find(agency, at=at)
    if not found:
        return []
    people = directory.standing_anywhere(agency.pk, {Role.AUDITOR, Role.DIRECTOR}, at)
    names = {one.pk: one for one in User.objects.filter(pk__in={one.officer_id for one in found if one.officer_id})}
    units = {number: unit.name for number, unit in directory.known_units(agency.pk).items()}
    return [given for one in found for given in _tell(agency, one, people, names, units, at)]


def path_of(pattern: Pattern, agency: Agency, at: datetime) -> str:
    """The page on which the cases of a pattern stand."""
    question = Question(
        since=pattern.since.astimezone(agency.zone).date(),
        until=at.astimezone(agency.zone).date(),
        person=pattern.officer_id,
        unit=pattern.unit_id if pattern.kind is not Kind.SAME_PERSON else None,
        beneficiary=pattern.beneficiary_id,
        reason=patterns.BY_ORDER if pattern.kind is Kind.BY_ORDER else "",
    )
    return reverse("audit:jumps") + question.address(agency=agency.code)


def _tell(
    agency: Agency,
    pattern: Pattern,
    people: list[User],
    names: Mapping[int, User],
    units: Mapping[int, Localized],
    at: datetime,
) -> list[Alert]:
    title, body = _WORDS[pattern.kind](pattern, names.get(pattern.officer_id or 0), units)
    return alerts.alert(
        agency=agency,
        people=[one for one in people if one.pk != pattern.officer_id],
        kind="fairness",
        title=title,
        body=body,
        at=at,
        path=path_of(pattern, agency, at),
        dedupe_key=f"fairness {agency.pk} {pattern.mark} {at.astimezone(agency.zone):%Y-%m}",
    )


Said = tuple[Localized, Localized]


def _same_person(pattern: Pattern, officer: User | None, units: Mapping[int, Localized]) -> Said:
    return both("الدور: موظف ومستفيد واحد", "Turns: one officer, one beneficiary"), both(
        f"{_name(officer, 'ar')} أخذ طلبات مستفيد واحد بغير دورها {pattern.number} مرات.",
        f"{_name(officer, 'en')} took cases of one beneficiary out of turn {pattern.number} times.",
    )


def _above_unit(pattern: Pattern, officer: User | None, units: Mapping[int, Localized]) -> Said:
    return both("الدور: موظف فوق معدل زملائه بكثير", "Turns: one officer far above the colleagues"), both(
        f"{_name(officer, 'ar')}: {pattern.number} بغير دورها من {pattern.of} تولّاها.",
        f"{_name(officer, 'en')}: {pattern.number} out of turn of {pattern.of} taken.",
    )


def _by_order(pattern: Pattern, officer: User | None, units: Mapping[int, Localized]) -> Said:
    unit = units.get(pattern.unit_id or 0, both("وحدة", "A unit"))
    return both("الدور: تجاوز بأمر الإدارة", "Turns: passed by order of the management"), both(
        f"{unit.in_language('ar')}: {pattern.number} من {pattern.of} بأمر مكتوب من الإدارة.",
        f"{unit.in_language('en')}: {pattern.number} of {pattern.of} by a written order of the management.",
    )


_WORDS: Mapping[Kind, Callable[[Pattern, User | None, Mapping[int, Localized]], Said]] = {
    Kind.SAME_PERSON: _same_person,
    Kind.ABOVE_UNIT: _above_unit,
    Kind.BY_ORDER: _by_order,
}


def _name(officer: User | None, language: str) -> str:
    if officer is None:
        return "–"
    return officer.full_name if language == "ar" else officer.latin_name or officer.full_name
