"""What happens to agencies, units and roles."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AgencyCreated(Event):
    agency_id: int
    code: str


@event(version=1)
@dataclass(frozen=True)
class AgencyChanged(Event):
    agency_id: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class AgencyEnded(Event):
    agency_id: int


@event(version=1)
@dataclass(frozen=True)
class AgencyResumed(Event):
    agency_id: int


@event(version=1)
@dataclass(frozen=True)
class UnitCreated(Event):
    unit_id: int
    code: str


@event(version=1)
@dataclass(frozen=True)
class UnitChanged(Event):
    unit_id: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class UnitResumed(Event):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class UnitEnded(Event):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class RoleGranted(Event):
    user_id: int
    unit_id: int
    role: str


@event(version=1)
@dataclass(frozen=True)
class RoleEnded(Event):
    user_id: int
    unit_id: int
    role: str


@event(version=1)
@dataclass(frozen=True)
class RoleEndSet(Event):
    """The role of somebody will end on its own at this moment."""

    user_id: int
    unit_id: int
    role: str
    valid_to: str


@event(version=1)
@dataclass(frozen=True)
class SubstituteAppointed(Event):
    substitution_id: int
    absent_id: int
    substitute_id: int
    unit_id: int
    valid_from: str
    valid_to: str


@event(version=1)
@dataclass(frozen=True)
class SubstitutionEnded(Event):
    substitution_id: int
    absent_id: int
    substitute_id: int
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class PowersDelegated(Event):
    """`gravest`: the gravest class of importance it holds for; no unit: as far as the grantor reaches."""

    delegation_id: int
    grantor_id: int
    delegate_id: int
    unit_id: int | None
    powers: list[str]
    gravest: str
    valid_from: str
    valid_to: str


@event(version=1)
@dataclass(frozen=True)
class DelegationRevoked(Event):
    delegation_id: int
    grantor_id: int
    delegate_id: int


@event(version=1)
@dataclass(frozen=True)
class OperatingModeChanged(Event):
    mode: str
