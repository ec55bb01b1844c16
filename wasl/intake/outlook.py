"""What happens after a report is sent: the unit, the class and the promised dates, before anything is registered."""

from dataclasses import dataclass
from datetime import datetime

from wasl.calendars.hijri import hijri_text
from wasl.cases.operations import Place
from wasl.catalogue.models import Service
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.intake.operations import facts_of, place_of
from wasl.intake.reports import Report
from wasl.routing import queries as routing
from wasl.routing.importance import Importance
from wasl.sla import clocks
from wasl.sla import queries as sla


@dataclass(frozen=True)
class Promised:
    """One promised moment with its Hijri day. `by_days`: what was promised is a day, not an hour."""

    at: datetime
    hijri: str
    by_days: bool = False
    always_open: bool = False


@dataclass(frozen=True)
class Outlook:
    """The unit with the reason, the class with its reasons, and the dates; a date without promise is None."""

    unit: str
    why: Localized
    importance: Importance
    acknowledge: Promised | None
    refer: Promised | None
    resolve: Promised | None
    is_triage: bool
    is_outside: bool = False


def foresee(report: Report, *, agency: Agency, at: datetime) -> Outlook:
    """The same class, route and promises that registration would choose at this moment; `report.importance` counts.

    But for what only the registration knows of a citizen: their own earlier reports, which may raise the class.
    """
    place = place_of(report.where, agency)
    facts = facts_of(report, agency=agency, at=at)
    computed = routing.classify(agency=agency, service=report.service, facts=facts, at=at)
    return _outlook(agency, report.service, report.kind, place, computed, report.importance or computed.code, at)


def service_outlook(service: Service, *, at: datetime) -> Outlook:
    """What a service promises to somebody who asks now, wherever it is."""
    computed = routing.classify(agency=service.agency, service=service, facts={}, at=at)
    return _outlook(service.agency, service, service.kind, Place(), computed, computed.code, at)


def promised_at(agency: Agency, due_at: datetime, *, by_days: bool, always_open: bool) -> Promised:
    """A promised moment with its Hijri day in the agency's own calendar."""
    day = due_at.astimezone(agency.zone).date()
    return Promised(due_at, hijri_text(day, agency_id=agency.pk), by_days, always_open)


def _outlook(
    agency: Agency, service: Service | None, kind: str, place: Place, computed: Importance, code: str, at: datetime
) -> Outlook:
    route = _route(agency, service, kind, place, at)
    promised = {
        promise.clock: promised_at(
            agency,
            clocks.due_at(promise, at),
            by_days=promise.working_days is not None,
            always_open=promise.always_open,
        )
        for promise in sla.promises(
            agency_id=agency.pk,
            service_id=service.pk if service else None,
            service=service,
            kind=kind,
            importance=code,
            at=at,
            unit_id=route.unit.pk,
        )
    }
    return Outlook(
        unit=str(route.unit),
        why=route.why,
        importance=computed,
        acknowledge=promised.get("acknowledge"),
        refer=promised.get("refer"),
        resolve=promised.get("resolve"),
        is_triage=route.unit.is_triage,
        is_outside=place.outside_area,
    )


def _route(agency: Agency, service: Service | None, kind: str, place: Place, at: datetime) -> routing.Route:
    if place.outside_area:
        why = both("المكان خارج النطاق", "The place lies outside the area")
        return routing.Route(directory.triage_unit(agency), None, why)
    return routing.find_unit(
        agency, service=service, wilayat=place.wilayat, governorate=place.governorate, kind=kind, at=at
    )
