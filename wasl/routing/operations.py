"""Changing rules and the importance matrix, and loading the starting routes."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from wasl.accounts.models import User
from wasl.catalogue import starting_data as catalogue
from wasl.catalogue.models import CaseKind, Category, Service
from wasl.core import events
from wasl.core.i18n import t
from wasl.directory.models import Agency, Unit
from wasl.places.models import Governorate, Wilayat
from wasl.routing.events import ImportanceMatrixChanged, RuleAdded, RuleEnded, SupportLineChanged
from wasl.routing.importance import CLASSES, TOP_LEVEL
from wasl.routing.lines import (
    ENTERS,
    FIRST,
    FITTING,
    LEAVES,
    SECOND,
    THIRD,
    USUAL,
    SupportLine,
    lacks_right,
)
from wasl.routing.models import ImportanceBand, ImportanceCriterion, Line, Rule

STARTING_RULES = Path(__file__).resolve().parent / "data" / "rules.yaml"


class OfAnotherAgency(ValueError):
    """A rule names a unit, service or category of another agency."""


class BadLine(ValueError):
    """A line of support cannot be so; `field` says where, the message why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(str(sentence))
        self.field, self.sentence = field, sentence


class NoSuchCriterion(ValueError):
    """The matrix has no such criterion, level or class."""


@transaction.atomic
def add_rule(
    agency: Agency,
    *,
    unit: Unit,
    service: Service | None = None,
    category: Category | None = None,
    kind: str = "",
    wilayat: Wilayat | None = None,
    governorate: Governorate | None = None,
    by: User | None,
    at: datetime,
) -> Rule:
    """Send what fits these conditions to the unit from now on; a rule of the same conditions ends. Lock: the agency.

    The same unit again changes nothing. Raises OfAnotherAgency, ValueError for an unknown kind.
    """
    if any(thing is not None and thing.agency_id != agency.pk for thing in (unit, service, category)):
        raise OfAnotherAgency(t("اختر من الجهة نفسها.", "Choose one of the same agency."))
    conditions: dict[str, Any] = {
        "service": service,
        "category": category,
        "kind": CaseKind(kind).value if kind else "",
        "wilayat": wilayat,
        "governorate": governorate,
    }
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    for standing in _standing(agency, conditions, at):
        if standing.unit_id == unit.pk:
            return standing
        end_rule(standing, by=by, at=at)
    # A rule that would have held from this very moment never held: its row is written anew.
    rule: Rule = Rule.objects.update_or_create(
        agency=agency, valid_from=at, **conditions, defaults={"unit": unit, "valid_to": None}
    )[0]
    events.publish(RuleAdded(rule.pk, unit.pk), agency_id=agency.pk, by=by, at=at)
    return rule


@transaction.atomic
def end_rule(rule: Rule, *, by: User | None, at: datetime) -> Rule:
    """Follow a rule no more from now on. An ended rule stays as it is."""
    row: Rule = Rule.objects.select_for_update().get(pk=rule.pk)
    if row.valid_to is not None and row.valid_to <= at:
        return row
    row.valid_to = at
    row.save(update_fields=["valid_to"])
    events.publish(RuleEnded(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def set_points(
    agency: Agency, *, criterion: str, level: int, points: int, by: User | None, at: datetime
) -> ImportanceCriterion:
    """Give a level of a criterion these points from now on. Raises NoSuchCriterion."""
    if not 1 <= level <= TOP_LEVEL.get(criterion, 0):
        raise NoSuchCriterion(f"{criterion} {level}")
    ImportanceCriterion.objects.filter(agency=agency, code=criterion, level=level).valid(at).update(valid_to=at)
    row: ImportanceCriterion = ImportanceCriterion.objects.update_or_create(
        agency=agency, code=criterion, level=level, valid_from=at, defaults={"points": points, "valid_to": None}
    )[0]
    events.publish(ImportanceMatrixChanged(criterion, level, points), agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def set_band(agency: Agency, *, importance: str, points_from: int, by: User | None, at: datetime) -> ImportanceBand:
    """Let a class begin at these points from now on. Raises NoSuchCriterion."""
    if importance not in CLASSES:
        raise NoSuchCriterion(importance)
    ImportanceBand.objects.filter(agency=agency, importance=importance).valid(at).update(valid_to=at)
    row: ImportanceBand = ImportanceBand.objects.update_or_create(
        agency=agency, importance=importance, valid_from=at, defaults={"points_from": points_from, "valid_to": None}
    )[0]
    events.publish(ImportanceMatrixChanged(importance, 0, points_from), agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def set_line(agency: Agency, line: SupportLine, *, by: User | None, at: datetime) -> Line | None:
    """Let a line of support be so from now on; None when it is so already. Lock: the agency. Raises BadLine."""
    check_line(line)
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    standing = Line.objects.filter(agency=agency, number=line.number).valid(at)
    present = standing.first()
    held = present.told if present is not None else USUAL[line.number]
    changed = [one.name for one in dataclasses.fields(line) if getattr(line, one.name) != getattr(held, one.name)]
    if not changed:
        return None
    standing.update(valid_to=at)
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(line).items()}
    row: Line = Line.objects.update_or_create(
        agency=agency, number=values.pop("number"), valid_from=at, defaults={**values, "valid_to": None}
    )[0]
    events.publish(SupportLineChanged(line.number, changed), agency_id=agency.pk, by=by, at=at)
    return row


def check_line(line: SupportLine) -> None:
    """What no agency may do away with. Raises BadLine with the field."""
    for field, (needed, sentence) in _MUST_HOLD[line.number].items():
        if not needed <= set(getattr(line, field)):
            raise BadLine(field, sentence)
    for field, fitting in FITTING[line.number].items():
        if odd := [code for code in getattr(line, field) if code not in fitting]:
            names = t("، ", ", ").join(str({**ENTERS, **LEAVES}[code]) for code in odd)
            raise BadLine(
                field, t("لا محل لهذا في هذا الخط: {names}.", "This line has no such way: {names}.", names=names)
            )
    if strangers := lacks_right(line.number, line.roles):
        names = t("، ", ", ").join(str(role.label) for role in strangers)
        raise BadLine(
            "roles",
            t(
                "ليس لهم عمل في هذا الخط بحسب جدول الصلاحيات: {names}.",
                "By the table of permissions these have no part in this line: {names}.",
                names=names,
            ),
        )
    if not line.roles:
        raise BadLine("roles", t("اختر من يقف في هذا الخط.", "Choose who stands at this line."))
    if line.number == THIRD and line.decide_days < 1:
        raise BadLine("decide_days", t("يوم عمل واحد على الأقل.", "At least one working day."))


_MUST_HOLD: Mapping[int, Mapping[str, tuple[frozenset[str], str]]] = {
    FIRST: {
        "enters": (
            frozenset({"register"}),
            t("الخط الأول يسجل لكل من يتواصل، ولا يرفض.", "The first line registers for everybody and never refuses."),
        ),
        "leaves": (
            frozenset({"refer"}),
            t("لا بد أن يحيل الخط الأول ما ليس له.", "The first line must be able to refer what is not its own."),
        ),
    },
    SECOND: {
        "enters": (frozenset({"refer"}), t("تصل الطلبات إلى الوحدات بالإحالة.", "Cases reach units by referral.")),
        "leaves": (
            frozenset({"finish", "return"}),
            t(
                "لا بد أن تنجز الوحدة، وأن تعيد ما ليس لها.",
                "A unit must be able to finish, and to return what is not its own.",
            ),
        ),
        "closes": (
            frozenset(CaseKind.values),
            t("كل نوع لا بد أن ينجزه الخط الثاني.", "The second line must be able to finish every kind."),
        ),
    },
    THIRD: {
        "leaves": (
            frozenset({"decide"}),
            t("الخط الثالث يقرر فيما رُفع إليه.", "The third line decides what was raised to it."),
        ),
    },
}


@transaction.atomic
def load_rules(agencies: Mapping[str, Agency], *, by: User | None = None, at: datetime) -> int:
    """Bring the starting routes to agencies that have the starting catalogue; gives how many were asked for.

    Places must be loaded. Loading again changes nothing but what was changed since.
    """
    source = yaml.safe_load(STARTING_RULES.read_text(encoding="utf-8"))
    asked = [
        add_rule(agency, by=by, at=at, **conditions)
        for org, agency in agencies.items()
        for conditions in _starting_rules(agency, source[org])
    ]
    return len(asked)


def _starting_rules(agency: Agency, source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    units = {unit.code: unit for unit in Unit.objects.filter(agency=agency)}
    services = {service.code: service for service in Service.objects.filter(agency=agency)}
    wilayats = {wilayat.code: wilayat for wilayat in Wilayat.objects.all()}
    for code, partner in source["to_partners"].items():
        yield {"service": services[code], "unit": units[partner]}
    for code in source["to_area_directorates"]:
        for directorate, served in catalogue.area_wilayats().items():
            for wilayat in served:
                yield {"service": services[code], "wilayat": wilayats[wilayat], "unit": units[directorate]}


def _standing(agency: Agency, conditions: Mapping[str, Any], at: datetime) -> list[Rule]:
    exact = {f"{name}__isnull" if value is None else name: value or value is None for name, value in conditions.items()}
    exact["kind"] = conditions["kind"]
    return list(Rule.objects.filter(agency=agency, **exact).valid(at))
