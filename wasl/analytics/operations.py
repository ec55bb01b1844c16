"""Setting what an agency aims at, and having figures that are kept ready worked out anew."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from wasl.accounts.models import User
from wasl.analytics.events import TargetEnded, TargetSet
from wasl.analytics.measures.definitions import AIMS
from wasl.analytics.models import Target
from wasl.analytics.rollups import keeping
from wasl.core import events
from wasl.directory import queries as directory
from wasl.directory.models import Agency


class NoAim(ValueError):
    """No target can be set for this measure."""


@transaction.atomic
def set_target(agency: Agency, *, measure: str, value: Decimal, at: datetime, by: User | None = None) -> Target:
    """From `at` on the figure should reach the value; the target before ends then. Raises NoAim."""
    if measure not in AIMS:
        raise NoAim(measure)
    Target.objects.select_for_update().filter(agency=agency, measure=measure, valid_to__isnull=True).update(valid_to=at)
    target = Target.objects.create(agency=agency, measure=measure, value=value, valid_from=at)
    events.publish(TargetSet(target.pk, measure, str(value)), agency_id=agency.pk, at=at, by=by)
    return target


@transaction.atomic
def end_target(target: Target, *, at: datetime, by: User | None = None) -> None:
    """The figure has no target from now on; nothing happens if it ended before."""
    if Target.objects.filter(pk=target.pk, valid_to__isnull=True).update(valid_to=at):
        fact = TargetEnded(target.pk, target.measure)
        events.publish(fact, agency_id=target.agency_id, at=at, by=by)


def keep_up(*, at: datetime) -> int:
    """Bring the figures that are kept ready up to the moment; gives the number of cases worked out anew."""
    return keeping.keep_up(at=at)


@transaction.atomic
def mark_days(agency_id: int, days: Iterable[date], *, at: datetime) -> None:
    """Have what came on these days of the agency worked out anew, where it was changed without a fact."""
    keeping.mark_days(directory.agency_by_id(agency_id), days, at=at)


@transaction.atomic
def mark_agency(agency_id: int, *, at: datetime) -> None:
    """Have everything of the agency worked out anew, behind what happens to cases."""
    keeping.mark_agency(agency_id, at=at)
