"""What an agency promises and where its matters go, asked once for each stretch of time in which the answer holds."""

from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from wasl.cases.importance import reasons_of
from wasl.catalogue.models import Service
from wasl.core.bulk import as_copied, escaped, json_text
from wasl.core.localized import both
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.places.models import Governorate, Wilayat
from wasl.routing import queries as routing
from wasl.sla import clocks as sla
from wasl.sla import queries as promises

# As `register` says it of a live case.
OUTSIDE = both("المكان خارج النطاق", "The place lies outside the area")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Way:
    """To which unit a matter goes by our own rules, and why (a JSON column as COPY writes it)."""

    unit_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """The class of a matter, and why (a JSON column as COPY writes it)."""

    code: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise with what was worked out for it: of working days the due moment is the same for a whole day.

    `terms` are its columns of a clock row, as COPY writes them.
    """

    promise: sla.Promise
    terms: str
    # Does waiting for the beneficiary stop it?
    waits: bool = True
    _known: dict[date, datetime] = field(default_factory=dict)

    def due_at(self, started_at: datetime) -> datetime:
        """When it is due for a case that starts then."""
        if self.promise.working_days is None:
            return sla.due_at(self.promise, started_at)
        day = self.promise.working_time.local_day(started_at)
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = sla.due_at(self.promise, started_at)
        return known


class Book:
    """The answers of one agency for one import. Services and units that are made later are found when first named.

    Raises LookupError for a service or unit of another agency.
    """

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.zone = agency.zone
        self.triage_id = directory.triage_unit(agency).pk
        self.outside = Way(self.triage_id, escaped(json_text(dict(OUTSIDE))))
        self._turns = sorted({*promises.turning_points(agency.pk), *routing.turning_points(agency.pk)})
        self._asked_at: datetime | None = None
        self._stretch_then = 0
        self._services: dict[int, Service] = {}
        self._units: set[int] = set()
        self._known: dict[Hashable, object] = {}

    def service(self, number: int) -> Service:
        """The service of this number."""
        service = self._services.get(number)
        if service is None:
            # All at once: an import that makes services asks for many new ones with its first batches.
            rows = Service.objects.filter(agency=self.agency).select_related("unit", "category")
            self._services = {one.pk: one for one in rows}
            service = self._services.get(number)
            if service is None:
                raise LookupError(f"Service {number} is none of agency {self.agency.pk}.")
        return service

    def unit(self, number: int) -> int:
        """The number itself, once it is known to be of the agency."""
        if number not in self._units:
            self._units |= set(Unit.objects.filter(agency=self.agency).values_list("pk", flat=True))
            if number not in self._units:
                raise LookupError(f"Unit {number} is none of agency {self.agency.pk}.")
        return number

    def way(
        self, *, service_id: int | None, kind: str, wilayat_id: int | None, governorate_id: int | None, at: datetime
    ) -> Way:
        """Where our own rules of that moment send such a matter."""

        def ask() -> Way:
            route = routing.find_unit(
                self.agency,
                service=self._service_or_none(service_id),
                wilayat=self._place(Wilayat, wilayat_id),
                governorate=self._place(Governorate, governorate_id),
                kind=kind,
                at=at,
            )
            return Way(route.unit.pk, escaped(json_text(dict(route.why))))

        return self._once(("way", service_id, kind, wilayat_id, governorate_id, self._stretch(at)), ask)

    def grade(self, *, service_id: int | None, at: datetime) -> Grade:
        """The class our own matrix of that moment gives such a matter."""

        def ask() -> Grade:
            found = routing.classify(self.agency, self._service_or_none(service_id), {}, at)
            return Grade(found.code, escaped(json_text(reasons_of(found))))

        return self._once(("grade", service_id, self._stretch(at)), ask)

    def line(self, unit_id: int, *, at: datetime) -> int:
        """The line of support at which a case stands that came to this unit at that moment."""

        def ask() -> int:
            return routing.line_of(directory.known_units(self.agency.pk)[unit_id], at)

        return self._once(("line", unit_id, self._stretch(at)), ask)

    def promises(
        self, *, service_id: int | None, kind: str, importance: str, unit_id: int, at: datetime
    ) -> list[Promised]:
        """What was promised at that moment for such a case of such a unit, one promise a clock."""

        def ask() -> list[Promised]:
            told = promises.promises(
                agency_id=self.agency.pk,
                service_id=service_id,
                service=self._service_or_none(service_id),
                kind=kind,
                importance=importance,
                at=at,
                unit_id=unit_id,
            )
            return [self._shared(promise) for promise in told]

        return self._once(("promises", service_id, kind, importance, unit_id, self._stretch(at)), ask)

    def _shared(self, promise: sla.Promise) -> Promised:
        # Many services promise the same: one memory for all of them.
        terms = (
            promise.clock,
            promise.policy_id,
            promise.amount_minutes,
            promise.working_days,
            promise.calendar_id,
            promise.always_open,
        )
        waits = "pending_beneficiary" in promises.pausing(self.agency.pk, promise.policy_id)
        return self._once(terms, lambda: Promised(promise, "\t".join(map(as_copied, terms[1:])), waits))

    def _stretch(self, at: datetime) -> int:
        """Which of the stretches between two changes of configuration a moment lies in."""
        if at is not self._asked_at:  # one case asks several times for the same
            self._asked_at, self._stretch_then = at, bisect_right(self._turns, at)
        return self._stretch_then

    def _once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]  # type: ignore[return-value]

    def _service_or_none(self, number: int | None) -> Service | None:
        return None if number is None else self.service(number)

    def _place(self, model: type[Answer], number: int | None) -> Answer | None:
        if number is None:
            return None
        return self._once((model, number), lambda: model.objects.get(pk=number))  # type: ignore[attr-defined,no-any-return]
