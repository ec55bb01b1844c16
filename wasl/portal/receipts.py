"""What the citizen is handed after sending: the number, the private link, the unit and the dates."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from wasl.cases import operations as cases
from wasl.cases import queries
from wasl.cases.models import Case
from wasl.portal.outlook import Promised, promised_at


@dataclass(frozen=True)
class Receipt:
    """The receipt of one case."""

    case: Case
    code: str
    promised: dict[str, Promised]

    @property
    def path(self) -> str:
        """The address of the track page on this site."""
        return reverse("portal:case", args=[self.code])

    @property
    def link(self) -> str:
        """The private link in full, as configured and never as the browser named the site."""
        return settings.WASL_BASE_URL.rstrip("/") + self.path


def receipt_of(case: Case, *, at: datetime) -> Receipt:
    """Make out the receipt; a clock that is paused or was kept has no date to promise."""
    clocks = [clock for clock in queries.running_clocks(case) if clock.stopped_at is None and clock.paused_at is None]
    promised = {
        clock.kind: promised_at(
            case.agency, clock.due_at, by_days=clock.working_days is not None, always_open=clock.always_open
        )
        for clock in clocks
    }
    return Receipt(case, cases.access_code(case), promised)
