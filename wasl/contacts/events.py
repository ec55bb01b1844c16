"""What happens to beneficiaries. Facts name them by number only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AddressAdded(Event):
    beneficiary_id: int
    means: str
    verified: bool


@event(version=1)
@dataclass(frozen=True)
class BeneficiaryErased(Event):
    beneficiary_id: int
