"""Questions to the catalogue. Search answers from an index in memory, kept for one edition of the configuration."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Model

from wasl.catalogue.form_documents import from_document
from wasl.catalogue.forms import Question
from wasl.catalogue.models import Category, Service, ServiceQuestion, Synonyms
from wasl.catalogue.search import Entry, Hit, Index, Phrase
from wasl.catalogue.words import house_groups, spread
from wasl.core import clock, edition
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency

DESCRIPTION, CATEGORY = 0.5, 0.35
LEAST_FOR_PROPOSAL = 0.7  # of a telling word: below it a long text only brushes a service


@dataclass(frozen=True)
class ServiceHit:
    """A service that words may mean; `why` tells the citizen's or clerk's eye what was met."""

    service: Service
    score: float
    why: Localized


@dataclass(frozen=True)
class _Held:
    services: dict[str, Service]
    index: Index


def services(agency: Agency, kind: str | None = None, *, at: datetime | None = None) -> list[Service]:
    """The services offered now (or at `at`), with category and unit, in the order of the catalogue."""
    rows = Service.objects.filter(agency=agency).valid(at or clock.now()).select_related("category", "unit")
    if kind is not None:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("category__order", "order", "id"))


def named_services(agency: Agency, *, at: datetime | None = None) -> list[Service]:
    """The services offered now (or at `at`), in the order of the catalogue: shared, to be read only."""
    moment = at or clock.now()
    return [service for service in known_services(agency.pk).values() if service.is_valid(at=moment)]


def categories(agency: Agency, *, at: datetime | None = None) -> list[Category]:
    """The categories in use now (or at `at`), in the order of the catalogue: shared, to be read only."""
    moment = at or clock.now()
    known = edition.kept(("catalogue.categories", agency.pk), lambda: all_categories(agency))
    return [category for category in known if category.is_valid(at=moment)]


def all_services(agency: Agency) -> list[Service]:
    """Every service the agency has or had, in the order of the catalogue."""
    rows = Service.objects.filter(agency=agency).select_related("category", "unit")
    return list(rows.order_by("category__order", "order", "id"))


def all_categories(agency: Agency) -> list[Category]:
    """Every group the agency has or had, in the order of the catalogue."""
    return list(Category.objects.filter(agency=agency))


def category_by_code(agency: Agency, code: str) -> Category:
    """The group of this code, closed or not. Raises Category.DoesNotExist."""
    category: Category = Category.objects.get(agency=agency, code=code)
    return category


def synonyms(agency: Agency) -> list[Synonyms]:
    """The agency's own groups of words, ended ones too, the oldest first."""
    return list(Synonyms.objects.filter(agency=agency).order_by("id"))


def service_tree(
    agency: Agency, kind: str | None = None, *, at: datetime | None = None
) -> list[tuple[Category, list[Service]]]:
    """Each category that offers something, with its services, in the order of the catalogue. One statement."""
    groups: dict[int, tuple[Category, list[Service]]] = {}
    for service in services(agency, kind, at=at):
        if not service.category.is_offered:
            continue
        groups.setdefault(service.category_id, (service.category, []))[1].append(service)
    return list(groups.values())


def service_by_code(agency: Agency, code: str) -> Service:
    """The service of this code, ended or not. Raises Service.DoesNotExist, also for codes of other agencies."""
    service: Service = Service.objects.select_related("category", "unit").get(agency=agency, code=code)
    return service


def find_services(
    agency: Agency, words: str, limit: int = 8, *, kind: str | None = None, at: datetime | None = None
) -> list[ServiceHit]:
    """The services that a citizen's own words may mean, best first; the last word may be half typed."""
    held = _index(agency)
    return _hits(held, held.index.find(words, limit=len(held.services)), limit=limit, kind=kind, at=at)


def propose_service(
    agency: Agency, text: str, limit: int = 3, *, kind: str | None = None, at: datetime | None = None
) -> list[ServiceHit]:
    """The services that a whole letter (subject first) may be about, best first; empty when none stands out."""
    held = _index(agency)
    hits = held.index.find_by_letter(text, limit=len(held.services))
    telling = [hit for hit in hits if hit.score >= LEAST_FOR_PROPOSAL]
    return _hits(held, telling, limit=limit, kind=kind, at=at)


def questions(service_id: int, at: datetime) -> list[Question]:
    """The questions a service asks at this moment, in their order; empty when it asks nothing of its own."""
    kept = edition.kept(("catalogue.questions", service_id), lambda: _questions(service_id))
    return [question for row, question in kept if row.is_valid(at=at)]


def _questions(service_id: int) -> list[tuple[ServiceQuestion, Question]]:
    rows = ServiceQuestion.objects.filter(service_id=service_id).order_by("order", "id")
    return [(row, from_document(row.document)) for row in rows]


def forms(agency: Agency, at: datetime) -> dict[str, list[Question]]:
    """The forms of all services of an agency that ask anything: code of the service -> its questions. One statement."""
    rows = ServiceQuestion.objects.filter(agency=agency).valid(at).order_by("service__order", "order", "id")
    found: dict[str, list[Question]] = {}
    for code, document in rows.values_list("service__code", "document"):
        found.setdefault(code, []).append(from_document(document))
    return found


def last_forms(agency: Agency) -> dict[str, list[Question]]:
    """What services that asked something once asked last: code of the service -> its questions of that moment."""
    rows = ServiceQuestion.objects.filter(agency=agency).order_by("service__order", "order", "id")
    last: dict[str, datetime] = {}
    told = list(rows.values_list("service__code", "valid_to", "document"))
    for code, ended_at, _ in told:
        if ended_at is not None:
            last[code] = max(ended_at, last.get(code, ended_at))
    found: dict[str, list[Question]] = {}
    for code, ended_at, document in told:
        if ended_at is not None and ended_at == last[code]:
            found.setdefault(code, []).append(from_document(document))
    return found


def used_by(row: Service | Category) -> dict[str, int]:
    """How many rows of each table name this row: {"cases.case": 12}; empty when nothing does."""
    uses: dict[str, int] = {}
    for relation in row._meta.related_objects:
        model = cast(type[Model], relation.related_model)
        if count := model._base_manager.filter(**{relation.field.name: row}).count():
            uses[model._meta.label_lower] = uses.get(model._meta.label_lower, 0) + count
    return uses


def _hits(held: _Held, hits: list[Hit], *, limit: int, kind: str | None, at: datetime | None) -> list[ServiceHit]:
    at = at or clock.now()
    found: list[ServiceHit] = []
    for hit in hits:
        service = held.services[hit.key]
        if service.is_offered(at=at) and kind in (None, service.kind):
            # A copy: what a caller does to its service must not change the one all threads share.
            found.append(ServiceHit(copy(service), hit.score, _why(service, hit)))
        if len(found) == limit:
            break
    return found


def known_services(agency_id: int) -> dict[str, Service]:
    """Every service the agency has or had by its code, in the order of the catalogue, with category and unit.

    As this process keeps them: shared, to be read only.
    """

    def read() -> dict[str, Service]:
        rows = Service.objects.filter(agency_id=agency_id).select_related("category", "unit")
        return {service.code: service for service in rows.order_by("category__order", "order", "id")}

    return edition.kept(("catalogue.services", agency_id), read)


@edition.once()
def _index(agency: Agency) -> _Held:
    return edition.kept(("catalogue.index", agency.pk), lambda: _read(agency))


def _read(agency: Agency) -> _Held:
    by_code = known_services(agency.pk)
    own_groups = Synonyms.objects.filter(agency=agency, ended_at__isnull=True).values_list("words", flat=True)
    index = Index(map(_entry, by_code.values()), spread([*house_groups(), *own_groups]))
    return _Held(by_code, index)


def _entry(service: Service) -> Entry:
    phrases = [Phrase(text) for text in (*service.name.values(), *service.keywords)]
    phrases += [Phrase(text, DESCRIPTION) for text in service.description.values()]
    phrases += [Phrase(text, CATEGORY) for text in service.category.name.values()]
    return Entry(service.code, phrases)


def _why(service: Service, hit: Hit) -> Localized:
    if hit.phrase in service.name.values():
        return both("يوافق اسم الخدمة", "Matches the name of the service")
    if hit.phrase in service.keywords:
        return both(f"يقول الناس: «{hit.phrase}»", f"People say: “{hit.phrase}”")
    return both("يوافق وصف الخدمة", "Matches the description of the service")
