"""The slip somebody takes home: number, who answers, the promised dates, and the private link as a square code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno

from wasl.accounts.models import User
from wasl.cases import links
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.intake.outlook import Promised, promised_at

# The link lets its holder add to the case and withdraw it, so a colleague who looks up the slip later gets none.
HANDED_OVER_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Slip:
    """The receipt of one case; `link` and `square` are empty for who did not take it down."""

    case: Case
    acknowledge: Promised | None
    refer: Promised | None
    resolve: Promised | None
    is_referred: bool
    link: str = ""
    square: str = ""
    # What was done about it at once, as the citizen reads it.
    finished: str = ""


def slip_of(case: Case, *, user: User, at: datetime) -> Slip:
    """Make out the slip. The latest date of referral stands there also when the case was referred at once."""
    clocks = {clock.kind: clock for clock in cases.running_clocks(case) if clock.paused_at is None}
    promised = {
        kind: promised_at(
            case.agency, clock.due_at, by_days=clock.working_days is not None, always_open=clock.always_open
        )
        for kind, clock in clocks.items()
    }
    is_own = case.registered_by_id == user.pk and at - case.registered_at < HANDED_OVER_WITHIN
    link = links.track_link(case) if is_own else ""
    return Slip(
        case=case,
        acknowledge=promised.get("acknowledge"),
        refer=promised.get("refer"),
        resolve=promised.get("resolve"),
        finished=cases.resolution_of(case) if case.was_finished_at_once else "",
        is_referred="refer" in clocks and clocks["refer"].stopped_at is not None,
        link=link,
        square=segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=1) if link else "",
    )
