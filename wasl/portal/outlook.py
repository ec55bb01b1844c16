"""What happens after sending, for a draft of the wizard: the unit and the promised dates."""

from datetime import datetime

from wasl.intake.outlook import Outlook, Promised, foresee, promised_at, service_outlook
from wasl.portal.filled import Filled

__all__ = ["Outlook", "Promised", "outlook", "promised_at", "service_outlook"]


def outlook(filled: Filled, *, at: datetime) -> Outlook:
    """The same route and promises that registration would choose at this moment."""
    return foresee(filled.report, agency=filled.draft.agency, at=at)
