"""What happens after sending: the unit and the promised dates, worked out before anything is registered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.calendars.hijri import hijri_text
from wasl.cases.operations import Place
from wasl.catalogue.models import Service
from wasl.directory.models import Agency
from wasl.intake.operations import facts_of, place_of
from wasl.portal.filled import Filled
from wasl.routing import queries as routing
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
    """The unit and the dates; a date without promise is None."""

    unit: str
    acknowledge: Promised | None
    refer: Promised | None
    resolve: Promised | None
    is_triage: bool


def outlook(filled: Filled, *, at: datetime) -> Outlook:
    """The same route and promises that registration would choose at this moment."""
    agency = filled.draft.agency
    place = place_of(filled.where, agency)
    facts = facts_of(filled.report, agency=agency, at=at)
    return _outlook(agency, filled.service, filled.kind, place, facts=facts, at=at)


def service_outlook(service: Service, *, at: datetime) -> Outlook:
    """What a service promises to somebody who asks now, wherever it is."""
    return _outlook(service.agency, service, service.kind, Place(), facts={}, at=at)


def promised_at(agency: Agency, due_at: datetime, *, by_days: bool, always_open: bool) -> Promised:
    """A promised moment with its Hijri day in the agency's own calendar."""
    day = due_at.astimezone(agency.zone).date()
    return Promised(due_at, hijri_text(day, agency_id=agency.pk), by_days, always_open)


def _outlook(
    agency: Agency, service: Service | None, kind: str, place: Place, *, facts: dict[str, Any], at: datetime
) -> Outlook:
    route = routing.find_unit(
        agency,
        service=None if place.outside_area else service,
        wilayat=place.wilayat,
        governorate=place.governorate,
        kind=kind,
        at=at,
    )
    importance = routing.classify(agency=agency, service=service, facts=facts, at=at)
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
            importance=importance.code,
            at=at,
        )
    }
    return Outlook(
        unit=str(route.unit),
        acknowledge=promised.get("acknowledge"),
        refer=promised.get("refer"),
        resolve=promised.get("resolve"),
        is_triage=route.unit.is_triage,
    )
