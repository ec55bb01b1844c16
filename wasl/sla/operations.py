"""Changing what an agency promises."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars.models import WorkingCalendar
from wasl.catalogue.models import Service
from wasl.core import events
from wasl.directory.models import Agency
from wasl.directory.models import Unit as DirectoryUnit
from wasl.sla.events import PolicyEnded, PolicySet
from wasl.sla.models import WARNINGS, ClockKind, OnReopen, Pausing, Policy, Unit

# domain.md 10.2 and 10.4: referral within three working days at most, acceptance by the unit within one (P1 30 minutes,
# P2 four hours). The rest are usual times, to be set by the authority.
STARTING_PROMISES: tuple[tuple[str, str, ClockKind, int, Unit, bool], ...] = (
    # kind, importance, clock, amount, unit, round the clock
    ("", "", ClockKind.ACKNOWLEDGE, 1, Unit.WORKING_DAYS, False),
    ("", "", ClockKind.REFER, 3, Unit.WORKING_DAYS, False),
    ("", "", ClockKind.ACCEPT, 1, Unit.WORKING_DAYS, False),
    ("", "", ClockKind.FIRST_ANSWER, 2, Unit.WORKING_DAYS, False),
    ("", "", ClockKind.UPDATE, 5, Unit.WORKING_DAYS, False),
    ("", "", ClockKind.RESOLVE, 10, Unit.WORKING_DAYS, False),
    ("", "P1", ClockKind.ACKNOWLEDGE, 30, Unit.MINUTES, True),
    ("", "P1", ClockKind.ACCEPT, 30, Unit.MINUTES, True),
    ("", "P1", ClockKind.FIRST_ANSWER, 4 * 60, Unit.MINUTES, True),
    ("", "P1", ClockKind.RESOLVE, 24 * 60, Unit.MINUTES, True),
    ("", "P2", ClockKind.ACKNOWLEDGE, 4 * 60, Unit.MINUTES, False),
    ("", "P2", ClockKind.ACCEPT, 4 * 60, Unit.MINUTES, False),
    ("", "P2", ClockKind.FIRST_ANSWER, 1, Unit.WORKING_DAYS, False),
    ("", "P2", ClockKind.RESOLVE, 3, Unit.WORKING_DAYS, False),
    ("", "P4", ClockKind.RESOLVE, 20, Unit.WORKING_DAYS, False),
    ("inquiry", "", ClockKind.RESOLVE, 2, Unit.WORKING_DAYS, False),
    ("suggestion", "", ClockKind.RESOLVE, 20, Unit.WORKING_DAYS, False),
)


@transaction.atomic
def set_policy(
    agency: Agency,
    *,
    clock: str,
    amount: int,
    unit: str,
    at: datetime,
    by: User | None = None,
    service: Service | None = None,
    kind: str = "",
    importance: str = "",
    calendar: WorkingCalendar | None = None,
    always_open: bool = False,
    responsible: DirectoryUnit | None = None,
    warnings: Sequence[int] = WARNINGS,
    pauses: Collection[str] = (Pausing.BENEFICIARY.value,),
    on_reopen: str = OnReopen.NEW.value,
) -> Policy:
    """From `at` on this is promised; the policy that said something else of the same cases ends then.

    Running clocks keep the version they were started with. `warnings`: per cents between 1 and 99; `pauses`: the
    waiting states that stop the clock. Raises ValueError for others.
    """
    if not all(0 < share < 100 for share in warnings) or not set(pauses) <= set(Pausing.values):
        raise ValueError("Warnings lie between 1 and 99 per cent, pauses are waiting states.")
    earlier = (
        Policy.objects.select_for_update()
        .filter(
            agency=agency,
            service=service,
            responsible=responsible,
            kind=kind,
            importance=importance,
            clock=clock,
            valid_to__isnull=True,
        )
        .first()
    )
    if earlier is not None:
        Policy.objects.filter(pk=earlier.pk).update(valid_to=at)
    policy = Policy.objects.create(
        agency=agency,
        service=service,
        responsible=responsible,
        kind=kind,
        importance=importance,
        clock=clock,
        amount=amount,
        unit=unit,
        calendar=calendar,
        always_open=always_open,
        warnings=sorted(set(warnings)),
        pauses=sorted(pauses),
        on_reopen=on_reopen,
        valid_from=at,
    )
    fact = PolicySet(policy.pk, earlier.pk if earlier else None, clock, amount, unit)
    events.publish(fact, agency_id=agency.pk, at=at, by=by)
    return policy


@transaction.atomic
def end_policy(policy: Policy, *, at: datetime, by: User | None = None) -> None:
    """The policy no longer holds for new cases; nothing happens if it ended before."""
    if Policy.objects.filter(pk=policy.pk, valid_to__isnull=True).update(valid_to=at):
        events.publish(PolicyEnded(policy.pk, policy.clock), agency_id=policy.agency_id, at=at, by=by)


@transaction.atomic
def load_starting_policies(agency: Agency, *, at: datetime, by: User | None = None) -> None:
    """Give an agency the usual promises; nothing happens to one that has promises already.

    The times of single services stand in the catalogue and need no policy.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if Policy.objects.filter(agency=agency).exists():
        return
    rows = Policy.objects.bulk_create(usual(agency, at))
    facts = [PolicySet(one.pk, None, one.clock, one.amount, one.unit) for one in rows]
    events.publish_many(facts, agency_id=agency.pk, at=at, by=by)


def usual(agency: Agency, at: datetime) -> list[Policy]:
    """The promises of the house as an agency would have them from `at` on; not stored."""
    return [
        Policy(
            agency=agency,
            kind=kind,
            importance=importance,
            clock=clock.value,
            amount=amount,
            unit=unit.value,
            always_open=always_open,
            valid_from=at,
        )
        for kind, importance, clock, amount, unit, always_open in STARTING_PROMISES
    ]
