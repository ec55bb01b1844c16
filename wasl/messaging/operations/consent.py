"""Who asked for fewer messages at an address."""

from datetime import datetime

from django.db import transaction

from wasl.core import events
from wasl.directory.models import Agency
from wasl.messaging.events import OptOutChanged
from wasl.messaging.models import OptOut


@transaction.atomic
def opt_out(*, agency: Agency, channel: str, address: str, at: datetime) -> bool:
    """Send this address no more than the needful from now on; False when it was so before."""
    _, is_new = OptOut.objects.get_or_create(agency=agency, channel=channel, address=address, defaults={"since": at})
    if is_new:
        events.publish(OptOutChanged(channel, is_out=True), agency_id=agency.pk, at=at)
    return is_new


@transaction.atomic
def opt_in(*, agency: Agency, channel: str, address: str, at: datetime) -> bool:
    """Send this address everything again; False when it was so before."""
    gone, _ = OptOut.objects.filter(agency=agency, channel=channel, address=address).delete()
    if gone:
        events.publish(OptOutChanged(channel, is_out=False), agency_id=agency.pk, at=at)
    return bool(gone)
