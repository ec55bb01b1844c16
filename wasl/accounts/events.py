"""What happens to accounts. Facts carry the number of the person, never an address, a code or a token."""

from dataclasses import dataclass

from wasl.core.events import Event, event

HOUSE = 0  # the agency of facts that belong to no agency: one account may serve several


@event(version=1)
@dataclass(frozen=True)
class AccountCreated(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PersonChanged(Event):
    user_id: int
    fields: list[str]


@event(version=1)
@dataclass(frozen=True)
class InvitationAccepted(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PasswordResetAsked(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PasswordReset(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PasswordChanged(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PersonDeactivated(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class PersonReactivated(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class RightsOfPersonChanged(Event):
    user_id: int
    second_factor_needed: bool


@event(version=1)
@dataclass(frozen=True)
class SecondFactorConfirmed(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class SecondFactorRemoved(Event):
    user_id: int


@event(version=1)
@dataclass(frozen=True)
class RecoveryCodeUsed(Event):
    user_id: int
    left: int


@event(version=1)
@dataclass(frozen=True)
class SignedIn(Event):
    user_id: int
    second_factor: bool


@event(version=1)
@dataclass(frozen=True)
class SignedOut(Event):
    user_id: int
