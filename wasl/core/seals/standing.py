"""How the log stands under seal, for a page."""

from dataclasses import dataclass
from datetime import UTC, datetime

from wasl.core.models import Seal, SealState
from wasl.core.seals import checking, making
from wasl.core.seals.verifying import Broken
from wasl.core.seals.vitals import LATE, waiting_seconds


@dataclass(frozen=True)
class Standing:
    """The newest seal, what became of it outside, and what the looks along the chain found."""

    seal: Seal | None
    published_at: datetime | None
    told_at: datetime | None
    whole_at: datetime | None
    broken: Broken | None
    waits_seconds: float

    @property
    def is_late(self) -> bool:
        return self.waits_seconds > LATE


def standing() -> Standing:
    """How it stands now."""
    newest, state = making.head(), SealState.objects.first() or SealState()
    return Standing(
        seal=newest,
        published_at=state.published_at,
        told_at=state.told_at,
        whole_at=state.whole_at,
        broken=checking.fault_of(state),
        waits_seconds=waiting_seconds(newest.last_event if newest else 0, datetime.now(UTC)),
    )
