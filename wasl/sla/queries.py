"""Questions about promises."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from wasl.calendars import queries as calendars
from wasl.catalogue.models import Service
from wasl.core import edition
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.sla import durations
from wasl.sla.clocks import Promise
from wasl.sla.models import ClockKind, OnReopen, Policy, Unit, usual_pauses, usual_warnings
from wasl.sla.terms import Terms


@edition.once()
def promises(
    *,
    agency_id: int,
    service_id: int | None,
    kind: str,
    importance: str,
    at: datetime,
    service: Service | None = None,
    unit_id: int | None = None,
) -> list[Promise]:
    """What is promised for such a case, one promise a clock, in the order of `ClockKind`.

    Counted with what each process keeps; one statement more when the row of the service is not handed in.

    For each clock the closest word counts: a policy for the service, then the times the catalogue gives the service,
    then a policy of the responsible unit or the nearest above it, then one for the kind, then one for the importance,
    then the general one; of two that are equally close, the one that also names what comes next in this order. A clock
    nobody speaks of is not promised. Where the rule names no working time, that of the unit holds.
    """
    chosen = terms(
        agency_id=agency_id,
        service_id=service_id,
        kind=kind,
        importance=importance,
        at=at,
        service=service,
        unit_id=unit_id,
    )
    of_unit = calendars.calendar_of(agency_id, unit_id, at=at)
    chosen = [
        replace(each, calendar_id=of_unit) if each.calendar_id is None and not each.always_open else each
        for each in chosen
    ]
    working_times = calendars.working_times(
        agency_id=agency_id, wanted=[(each.calendar_id, each.always_open) for each in chosen]
    )
    return [
        Promise(
            clock=each.clock,
            working_time=working_time,
            amount_minutes=each.amount_minutes,
            working_days=each.working_days,
            calendar_id=each.calendar_id,
            always_open=each.always_open,
            policy_id=each.policy_id,
        )
        for each, working_time in zip(chosen, working_times, strict=True)
    ]


def terms(
    *,
    agency_id: int,
    service_id: int | None,
    kind: str,
    importance: str,
    at: datetime,
    service: Service | None = None,
    unit_id: int | None = None,
) -> list[Terms]:
    """The same without the working time: for lists and pages that only say how much is promised."""
    chain = _unit_and_above(agency_id, unit_id)
    policies = _matching(agency_id, service_id, kind, importance, chain, at)
    of_service = _of_service(agency_id, service_id, service)
    chosen = []
    for clock in ClockKind.values:
        of_clock = (policy for policy in policies if policy.clock == clock)
        closest = max(of_clock, key=lambda policy: _closeness(policy, chain), default=None)
        if clock in of_service and (closest is None or closest.service_id is None):
            chosen.append(of_service[clock])
        elif closest is not None:
            chosen.append(_of_policy(closest))
    return chosen


def all_policies(agency: Agency) -> list[Policy]:
    """Every policy the agency has or had, the newest last."""
    rows = Policy.objects.filter(agency=agency).select_related("service", "responsible", "calendar")
    return list(rows.order_by("valid_from", "pk"))


def policy_by_number(number: int) -> Policy:
    """Raises Policy.DoesNotExist."""
    return Policy.objects.select_related("service", "responsible", "calendar").get(pk=number)


def turning_points(agency_id: int) -> set[datetime]:
    """The moments from which on something else may be promised; between two of them nothing changes."""
    rows = list(Policy.objects.filter(agency_id=agency_id).values_list("valid_from", "valid_to"))
    rows += [(use.valid_from, use.valid_to) for use in calendars.all_uses(agency_id)]
    return {moment for row in rows for moment in row if moment is not None}


def version(agency_id: int, policy_id: int | None) -> Policy | None:
    """The version of a policy by which a clock is judged, from memory; None: the times of the service."""
    if policy_id is None:
        return None
    return next((policy for policy in _policies(agency_id) if policy.pk == policy_id), None)


def pausing(agency_id: int, policy_id: int | None) -> frozenset[str]:
    """The waiting states that stop a clock of this version."""
    policy = version(agency_id, policy_id)
    return frozenset(usual_pauses() if policy is None else policy.pauses)


def warnings(agency_id: int, policy_id: int | None) -> list[int]:
    """The per cents at which a clock of this version warns, in order; the last is where it counts as near."""
    policy = version(agency_id, policy_id)
    return sorted(usual_warnings() if policy is None else policy.warnings)


def goes_on(agency_id: int, policy_id: int | None) -> bool:
    """Does the first promise of this version go on when its case is opened again?"""
    policy = version(agency_id, policy_id)
    return policy is not None and policy.on_reopen == OnReopen.GOES_ON


def _policies(agency_id: int) -> list[Policy]:
    return edition.kept(("sla.policies", agency_id), lambda: list(Policy.objects.filter(agency_id=agency_id)))


def _matching(
    agency_id: int, service_id: int | None, kind: str, importance: str, chain: list[int], at: datetime
) -> list[Policy]:
    return [
        policy
        for policy in _policies(agency_id)
        if policy.is_valid(at=at)
        and policy.kind in ("", kind)
        and policy.importance in ("", importance)
        and policy.service_id in (None, service_id)
        and (policy.responsible_id is None or policy.responsible_id in chain)
    ]


def _closeness(policy: Policy, chain: list[int]) -> tuple[bool, int, bool, bool, datetime]:
    """Service before unit before kind before importance; a near unit before one further up."""
    near = 0 if policy.responsible_id is None else len(chain) - chain.index(policy.responsible_id)
    return policy.service_id is not None, near, bool(policy.kind), bool(policy.importance), policy.valid_from


def _unit_and_above(agency_id: int, unit_id: int | None) -> list[int]:
    if unit_id is None:
        return []
    units, chain = directory.known_units(agency_id), list[int]()
    while unit_id is not None and unit_id not in chain:
        chain.append(unit_id)
        unit_id = units[unit_id].parent_id if unit_id in units else None
    return chain


def _of_policy(policy: Policy) -> Terms:
    by_days = policy.unit == Unit.WORKING_DAYS
    return Terms(
        clock=policy.clock,
        amount_minutes=None if by_days else policy.amount,
        working_days=policy.amount if by_days else None,
        calendar_id=policy.calendar_id,
        always_open=policy.always_open,
        policy_id=policy.pk,
    )


def _of_service(agency_id: int, service_id: int | None, known: Service | None) -> dict[str, Terms]:
    if service_id is None:
        return {}
    if known is not None and (known.pk, known.agency_id) == (service_id, agency_id):
        times = [(known.clock_mode, known.acknowledge_text, known.resolve_text)]
    else:
        rows = Service.objects.filter(pk=service_id, agency_id=agency_id)
        times = list(rows.values_list("clock_mode", "acknowledge_text", "resolve_text"))
    return {
        clock: Terms(clock, duration.minutes, duration.working_days, always_open=duration.always_open)
        for mode, acknowledge, resolve in times
        for clock, duration in _readable(mode, [(ClockKind.ACKNOWLEDGE, acknowledge), (ClockKind.RESOLVE, resolve)])
    }


def _readable(mode: str, texts: Iterable[tuple[str, str]]) -> Iterable[tuple[str, durations.Duration]]:
    # A time nobody can read must not stop a citizen's report: the general policy holds instead.
    for clock, text in texts:
        try:
            yield str(clock), durations.parse(text, mode)
        except durations.BadDuration:
            continue
