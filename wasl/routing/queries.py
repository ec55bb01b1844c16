"""Which unit answers, and how grave a matter is, by the rows that each process keeps for one edition."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wasl.catalogue.models import Service
from wasl.core import edition
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.places.models import Governorate, Wilayat
from wasl.routing.deciding import Considered, Matter, considered, winner
from wasl.routing.importance import Facts, Importance, Matrix, importance
from wasl.routing.lines import USUAL, SupportLine, line_at
from wasl.routing.models import ImportanceBand, ImportanceCriterion, Line, Rule

KIND_NAMES = {
    "report": both("بلاغ", "report"),
    "complaint": both("شكوى", "complaint"),
    "inquiry": both("استفسار", "inquiry"),
    "suggestion": both("اقتراح", "suggestion"),
    "transaction": both("معاملة", "transaction"),
    "note": both("ملاحظة", "note"),
    "praise": both("شكر وتقدير", "praise"),
}


@dataclass(frozen=True)
class Route:
    """The unit that answers; `rule` is None where the service's own unit or the triage unit does; `why` in words."""

    unit: Unit
    rule: Rule | None
    why: Localized


@edition.once()
def find_unit(
    agency: Agency,
    *,
    service: Service | None = None,
    wilayat: Wilayat | None = None,
    governorate: Governorate | None = None,
    kind: str = "",
    at: datetime,
) -> Route:
    """The unit for a matter: the most specific rule, else the service's own unit, else triage; never an error.

    A rule that names the service stands before one for its category, that before one for the kind, and these before
    none; among equals one for the wilayat before one for the governorate before none; among equals again the oldest.
    Units that have ended are passed over.
    """
    matter = _matter(service, wilayat, governorate, kind)
    kept = winner(_holding_rules(agency, service, at), matter, at)
    if kept is not None:
        rule = copy(kept)
        _name(rule, service, wilayat, governorate)
        return Route(rule.unit, rule, _why(rule))
    if (own := _own_unit(agency, service, at)) is not None:
        return Route(own, None, both("الوحدة المسؤولة عن هذه الخدمة", "The unit in charge of this service"))
    return Route(directory.triage_unit(agency), None, _unknown(service))


def rules_of(agency: Agency, at: datetime) -> list[Rule]:
    """The rules that hold, the most specific first."""
    rows: list[Rule] = list(_with_names(Rule.objects.filter(agency=agency).valid(at)))
    return sorted(rows, key=lambda rule: (-rule.specificity, rule.pk))


def all_rules(agency: Agency) -> list[Rule]:
    """Every rule the agency has or had, the newest last."""
    return list(_with_names(Rule.objects.filter(agency=agency)).order_by("valid_from", "pk"))


def conditions_of(rule: Rule) -> Localized:
    """What a rule looks at, in words; "all matters" when it looks at nothing."""
    return both(_conditions(rule, "ar") or "كل الطلبات", _conditions(rule, "en") or "all matters")


def consider(agency: Agency, matter: Matter, at: datetime) -> list[Considered]:
    """The rules that speak of such a matter, with the one that wins and why the others do not."""
    return considered(rules_of(agency, at), matter, at)


def units_for(agency: Agency, matters: Iterable[Matter], at: datetime) -> dict[Matter, Unit]:
    """The unit that answers for each of many matters, as `find_unit` would say it. Three statements."""
    rules = list(Rule.objects.filter(agency=agency).valid(at).select_related("unit"))
    owners = {service.pk: service.unit for service in Service.objects.filter(agency=agency).select_related("unit")}
    triage = directory.triage_unit(agency)

    def own(service_id: int | None) -> Unit:
        unit = owners.get(service_id) if service_id is not None else None
        return unit if unit is not None and unit.is_valid(at=at) else triage

    found = {}
    for matter in matters:
        rule = winner(rules, matter, at)
        found[matter] = rule.unit if rule is not None else own(matter.service_id)
    return found


def matrix(agency: Agency, at: datetime) -> Matrix:
    """The points and bands that hold in the agency."""
    return _matrix(agency, at)[0]


@edition.once()
def classify(agency: Agency, service: Service | None, facts: Mapping[str, Any] | Facts, at: datetime) -> Importance:
    """The importance class of a matter with its reasons, by the agency's matrix and whether it works in emergency.

    An emergency counts for services that are marked for it, or where the facts say so themselves.
    """
    known = facts if isinstance(facts, Facts) else Facts.read(facts)
    matrix, in_crisis = _matrix(agency, at)
    if in_crisis and service is not None and service.crisis:
        known = replace(known, crisis=True)
    return importance(service.priority if service is not None else None, known, matrix)


def facts_to_keep(agency: Agency, service: Service | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a case with the emergency in which it is registered, so that its ground stays when that is over."""
    if service is not None and service.crisis and directory.is_crisis(agency):
        return {**facts, "crisis": True}
    return dict(facts)


def lines(agency_id: int, at: datetime) -> dict[int, SupportLine]:
    """The three lines of support by number, as they hold in the agency."""
    rows = edition.kept(("routing.lines", agency_id), lambda: _lines(agency_id))
    return {**USUAL, **{row.number: row.told for row in rows if row.is_valid(at=at)}}


def all_lines(agency: Agency) -> list[Line]:
    """Every row the agency has or had, the oldest first."""
    return list(Line.objects.filter(agency=agency).order_by("valid_from", "pk"))


def line_of(unit: Unit, at: datetime) -> int:
    """At which line a case stands while it is with the unit: the first or the second."""
    return line_at(lines(unit.agency_id, at), kind=unit.kind, is_centre=unit.is_centre or unit.is_triage)


def _lines(agency_id: int) -> list[Line]:
    return list(Line.objects.filter(agency_id=agency_id).order_by("valid_from", "pk"))


def turning_points(agency_id: int) -> set[datetime]:
    """The moments from which on a matter may go elsewhere or weigh more; between two of them nothing changes."""
    return {
        moment
        for model in (Rule, ImportanceCriterion, ImportanceBand, Line, Unit)
        for row in model.objects.filter(agency_id=agency_id).values_list("valid_from", "valid_to")
        for moment in row
        if moment is not None
    }


def _matter(service: Service | None, wilayat: Wilayat | None, governorate: Governorate | None, kind: str) -> Matter:
    place = wilayat.governorate_id if wilayat is not None else getattr(governorate, "pk", None)
    return Matter(
        service_id=getattr(service, "pk", None),
        category_id=getattr(service, "category_id", None),
        kind=kind,
        wilayat_id=getattr(wilayat, "pk", None),
        governorate_id=place,
    )


def _holding_rules(agency: Agency, service: Service | None, at: datetime) -> list[Rule]:
    """The rules that hold and do not name another service."""
    kept = edition.kept(("routing.rules", agency.pk), lambda: _by_service(agency))
    named = kept.get(service.pk, []) if service is not None else []
    return [rule for rule in (*named, *kept.get(None, [])) if rule.is_valid(at=at)]


def _by_service(agency: Agency) -> dict[int | None, list[Rule]]:
    rules: dict[int | None, list[Rule]] = {}
    for rule in Rule.objects.filter(agency_id=agency.pk).select_related("unit"):
        rules.setdefault(rule.service_id, []).append(rule)
    return rules


def _name(rule: Rule, service: Service | None, wilayat: Wilayat | None, governorate: Governorate | None) -> None:
    """Hand a fitting rule the rows it names: as they are those of the matter, nothing has to be read for its words."""
    if rule.service_id is not None:
        rule.service = service
    if rule.category_id is not None and service is not None:
        rule.category = service.category
    if rule.wilayat_id is not None:
        rule.wilayat = wilayat
    if rule.governorate_id is not None:
        rule.governorate = wilayat.governorate if wilayat is not None else governorate


def _with_names(rules: QuerySet[Any]) -> QuerySet[Any]:
    return rules.select_related("unit", "service", "category", "wilayat", "governorate")


def _own_unit(agency: Agency, service: Service | None, at: datetime) -> Unit | None:
    unit_id = service.unit_id if service is not None else None
    unit = directory.known_units(agency.pk).get(unit_id) if unit_id is not None else None
    return unit if unit is not None and unit.is_valid(at=at) else None


def _why(rule: Rule) -> Localized:
    return both(
        f"قاعدة توجيه {_conditions(rule, 'ar') or 'عامة'}",
        f"Route {_conditions(rule, 'en') or 'for all matters'}",
    )


def _conditions(rule: Rule, language: str) -> str:
    """What a rule looks at, in words: «لخدمة «…» في ولاية …»."""
    arabic = language == "ar"
    named = (
        (rule.service, "لخدمة «{}»", "for the service “{}”"),
        (rule.category, "لمجموعة «{}»", "for the group “{}”"),
        (KIND_NAMES.get(rule.kind), "لنوع «{}»", "for the kind “{}”"),
        (rule.wilayat, "في ولاية {}", "in the wilayat of {}"),
        (rule.governorate, "في محافظة {}", "in the governorate of {}"),
    )
    parts = [
        (ar if arabic else en).format((thing if isinstance(thing, Localized) else thing.name).in_language(language))
        for thing, ar, en in named
        if thing
    ]
    return " ".join(parts)


def _unknown(service: Service | None) -> Localized:
    if service is None:
        return both("لم تُحدَّد الخدمة بعد، فيُنظر فيه في الفرز", "The service is not known yet; triage decides")
    return both("لا توجد وحدة قائمة لهذه الخدمة، فيُنظر فيه في الفرز", "No unit stands for this service; triage decides")


@dataclass(frozen=True)
class _Weights:
    """All rows of an agency's matrix."""

    criteria: list[ImportanceCriterion]
    bands: list[ImportanceBand]


def _matrix(agency: Agency, at: datetime) -> tuple[Matrix, bool]:
    """The agency's points and bands, and whether it works in emergency."""
    rows = edition.kept(("routing.weights", agency.pk), lambda: _weights(agency))
    points = {(row.code, row.level): row.points for row in rows.criteria if row.is_valid(at=at)}
    starts = {row.importance: row.points_from for row in rows.bands if row.is_valid(at=at)}
    return Matrix(points, starts), directory.is_crisis(agency)


def _weights(agency: Agency) -> _Weights:
    # Where two hold at once, that with the most points counts, as it comes last.
    criteria = ImportanceCriterion.objects.filter(agency_id=agency.pk).order_by("points", "pk")
    bands = ImportanceBand.objects.filter(agency_id=agency.pk).order_by("points_from", "pk")
    return _Weights(list(criteria), list(bands))
