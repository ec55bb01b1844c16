"""What this room holds of a person: drafts of reports they sent, as long as they last."""

from collections.abc import Iterator
from datetime import datetime

from wasl.core.i18n import t
from wasl.core.personal import Holding, Record, Subject, holding
from wasl.portal.models import Draft


@holding("portal_drafts", t("مسودات البوابة", "Drafts of the portal"), order=60)
class Drafts(Holding):
    """A sent draft names its case; one that was never sent belongs to nobody and is gone with its cookie."""

    def records(self, subject: Subject) -> Iterator[Record]:
        yield from ()

    def erase(self, subject: Subject, *, at: datetime) -> int:
        drafts = Draft.objects.filter(agency_id=subject.agency_id, case_id__in=subject.case_ids)
        return drafts.update(data={}, expires_at=at)
