"""What units owe: referrals that nobody has answered, with how long they wait, and cases on which a unit is silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wasl.cases.models import Case, Clock, Referral
from wasl.directory.models import Unit


@dataclass(frozen=True)
class Asked:
    """A referral that waits for its unit: since when, until when by the promise of the day, and who made it."""

    since: datetime
    until: datetime | None
    from_unit: Unit | None

    def is_late(self, *, at: datetime) -> bool:
        """Should the unit have answered before this moment?"""
        return self.until is not None and self.until < at


def asked(cases: Iterable[Case]) -> dict[int, Asked]:
    """The unanswered referral of each of these cases that has one, by the case's number. Two statements."""
    numbers = [case.pk for case in cases]
    clocks = Clock.objects.filter(case_id__in=numbers, kind="accept", stopped_at__isnull=True)
    until = dict(clocks.values_list("case_id", "due_at"))
    open_referrals = Referral.objects.filter(case_id__in=numbers, answer="").select_related("from_unit")
    return {one.case_id: Asked(one.made_at, until.get(one.case_id), one.from_unit) for one in open_referrals}
