"""How the page stands before anything is typed: for which agency and unit somebody registers, and by which channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right, Role
from wasl.places.models import Wilayat

# How people reach somebody of the staff; what comes in by itself (portal, mail) has doors of its own.
CHANNELS = ("phone", "counter", "paper", "letter", "fax", "social", "field")
CHANNEL_ICONS = {
    "phone": "phone",
    "counter": "users-round",
    "paper": "file-text",
    "letter": "mail",
    "fax": "printer",
    "social": "at-sign",
    "field": "hard-hat",
}
_BY_ROLE = {Role.HALL: "counter", Role.HALL_HEAD: "counter", Role.FIELD: "field"}
_MEMORY = "desk_register"


@dataclass(frozen=True)
class Desk:
    """Where somebody sits when they register: the agency, the own unit, and the channel people reach them by."""

    user: User
    agency: Agency
    unit: Unit
    channel: str


def desk_of(request: HttpRequest, *, at: datetime) -> Desk:
    """The desk of the person of this session; whoever passed the door has one."""
    user = staff(request)
    cells = [held for held, _ in directory.cells_of(user, Right.REGISTER_CASE, at)]
    own: Agency | None = getattr(request, "agency", None)
    here = [held for held in cells if own is not None and held.agency_id == own.pk] or cells
    agency = own if own is not None and here[0].agency_id == own.pk else directory.agency_by_id(here[0].agency_id)
    units = {unit.pk: unit for unit in directory.units_of(agency, at)}
    unit = next((units[held.unit_id] for held in here if held.unit_id in units), None) or directory.triage_unit(agency)
    return Desk(user, agency, unit, _channel({held.role for held in here}, unit))


def remembered(request: HttpRequest, desk: Desk) -> dict[str, str]:
    """What the form starts with: the channel of this desk, and channel and wilayat of the last case of the session."""
    last = request.session.get(_MEMORY) or {}
    wilayat = last.get("wilayat", "") if last.get("agency") == desk.agency.pk else ""
    return {"channel": last.get("channel") or desk.channel, "wilayat": wilayat}


def remember(request: HttpRequest, desk: Desk, *, channel: str, wilayat: Wilayat | None) -> None:
    """Start the next form of this session like this one."""
    memory: dict[str, Any] = {"agency": desk.agency.pk, "channel": channel}
    if wilayat is not None:
        memory["wilayat"] = wilayat.code
    request.session[_MEMORY] = {**(request.session.get(_MEMORY) or {}), **memory}


def _channel(roles: set[str], unit: Unit) -> str:
    if unit.kind == Unit.Kind.OUTLET:
        return "counter"
    return next((channel for role, channel in _BY_ROLE.items() if role in roles), "phone")
