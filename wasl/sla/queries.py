"""Questions about promises."""

from collections.abc import Iterable
from datetime import datetime

from wasl.calendars import queries as calendars
from wasl.catalogue.models import Service
from wasl.core import edition
from wasl.directory.models import Agency
from wasl.sla import durations
from wasl.sla.clocks import Promise
from wasl.sla.models import ClockKind, Policy, Unit
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
) -> list[Promise]:
    """What is promised for such a case, one promise a clock, in the order of `ClockKind`.

    Counted with what each process keeps; one statement more when the row of the service is not handed in.

    For each clock the closest word counts: a policy for the service, then the times the catalogue gives the service,
    then a policy for kind and importance, for the kind, for the importance, for the whole agency. A clock nobody speaks
    of is not promised.
    """
    chosen = terms(agency_id=agency_id, service_id=service_id, kind=kind, importance=importance, at=at, service=service)
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
) -> list[Terms]:
    """The same without the working time: for lists and pages that only say how much is promised."""
    policies = _matching(agency_id, service_id, kind, importance, at)
    of_service = _of_service(agency_id, service_id, service)
    chosen = []
    for clock in ClockKind.values:
        closest = max((policy for policy in policies if policy.clock == clock), key=_closeness, default=None)
        if clock in of_service and (closest is None or closest.service_id is None):
            chosen.append(of_service[clock])
        elif closest is not None:
            chosen.append(_of_policy(closest))
    return chosen


def all_policies(agency: Agency) -> list[Policy]:
    """Every policy the agency has or had, the newest last."""
    rows = Policy.objects.filter(agency=agency).select_related("service", "calendar")
    return list(rows.order_by("valid_from", "pk"))


def policy_by_number(number: int) -> Policy:
    """Raises Policy.DoesNotExist."""
    return Policy.objects.select_related("service", "calendar").get(pk=number)


def turning_points(agency_id: int) -> set[datetime]:
    """The moments from which on something else may be promised; between two of them nothing changes."""
    rows = Policy.objects.filter(agency_id=agency_id).values_list("valid_from", "valid_to")
    return {moment for row in rows for moment in row if moment is not None}


def _matching(agency_id: int, service_id: int | None, kind: str, importance: str, at: datetime) -> list[Policy]:
    policies = edition.kept(("sla.policies", agency_id), lambda: list(Policy.objects.filter(agency_id=agency_id)))
    return [
        policy
        for policy in policies
        if policy.is_valid(at=at)
        and policy.kind in ("", kind)
        and policy.importance in ("", importance)
        and policy.service_id in (None, service_id)
    ]


def _closeness(policy: Policy) -> tuple[tuple[bool, bool, bool], datetime]:
    return policy.specificity, policy.valid_from


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
