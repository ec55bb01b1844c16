"""What is said to somebody before their data are written down; a case keeps the code of the text that was read."""

from datetime import datetime

from wasl.directory.models import Agency
from wasl.privacy import queries as privacy
from wasl.privacy.queries import Told

# Who stands before somebody hears what is said at a counter; on all other channels nobody is there to hear it.
_HEARD_AS = {"phone": "phone", "counter": "counter", "field": "counter"}


def notice_for(agency: Agency, channel: str, *, at: datetime) -> Told | None:
    """The present text to read out on this channel; None where the person is not there to hear it."""
    heard_as = _HEARD_AS.get(channel)
    return privacy.notice_text(agency, heard_as, at=at) if heard_as else None
