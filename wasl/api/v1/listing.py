"""Lists of cases by the codes of an address: the same filters as the worklists of staff, page by page."""

from datetime import datetime, timedelta
from typing import Any

from wasl.api.v1 import bodies, shown
from wasl.api.v1.calling import Caller
from wasl.api.v1.codes import STATE_GROUPS
from wasl.api.v1.problems import wrong_parameter
from wasl.api.v1.reading import EARLIEST
from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core import keys
from wasl.core.i18n import t
from wasl.core.refusal import Refusal
from wasl.core.text import clean
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.places import queries as places

_UNKNOWN = t("لا يوجد هذا الرمز.", "There is no such code.")


def page(asked: bodies.CaseQuery, caller: Caller) -> bodies.CasePage:
    """A page of the cases that the key may read and that fit. Refuses codes that name nothing."""
    order = _order(asked)
    found = cases.worklist(
        caller.visible,
        _filters(asked, caller, order),
        after=_opened(asked.after, order),
        size=asked.limit,
        also=shown.ALSO,
    )
    rows = [shown.summary(case, caller) for case in found.cases]
    return bodies.CasePage(rows, _sealed(found.after, order) if found.after else None)


def _order(asked: bodies.CaseQuery) -> str:
    """The order, where it says something about such cases and can be had without sorting all of them."""
    orders = _orders(str(asked.state))
    if asked.order is None:
        return orders[0]
    if str(asked.order) not in orders:
        raise wrong_parameter(
            "order",
            t("لهذه الحالات: {orders}", "For cases in these states: {orders}", orders=", ".join(orders)),
        )
    return str(asked.order)


def _orders(state: str) -> tuple[str, ...]:
    if state == "any":
        return ("newest", "oldest")
    if state == "done" or (state not in STATE_GROUPS and state not in workflow.OPEN):
        return ("newest", "oldest", "fair")
    return tuple(cases.ORDERS)


def _filters(asked: bodies.CaseQuery, caller: Caller, order: str) -> cases.Filters:
    state = str(asked.state)
    midnight = caller.at.astimezone(caller.agency.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return cases.Filters(
        states=STATE_GROUPS.get(state, (state,)),
        open_only=state != "any",
        kind=str(asked.kind or ""),
        importance=str(asked.importance or ""),
        unit_id=_unit(asked.unit, caller),
        service_id=_service(asked.service, caller),
        wilayat_id=_wilayat(asked.wilayat),
        channel=str(asked.channel or ""),
        words=clean(asked.q),
        names_within=caller.names_within,
        order=order,
        registered_from=_since(asked.registered_from),
        **_assigned(asked.assignee, caller),
        **_due(asked.due, caller.at, midnight),
    )


def _assigned(asked: str | None, caller: Caller) -> dict[str, Any]:
    if asked is None:
        return {}
    if caller.person is None:
        raise wrong_parameter("assignee", t("لمفتاح يعمل باسم موظف.", "For a key that acts for a member of staff."))
    return {"unassigned": True} if asked == "nobody" else {"assignee_id": caller.person.pk}


def _due(asked: str | None, at: datetime, midnight: datetime) -> dict[str, Any]:
    if asked is None:
        return {}
    if asked == "overdue":
        return {"overdue_at": at}
    return {"due_from": midnight, "due_before": midnight + timedelta(days=1 if asked == "today" else 3)}


def _since(moment: datetime | None) -> datetime | None:
    """No case is older than the house; a moment before that narrows nothing and must not trouble the calendar."""
    if moment is None:
        return None
    return None if moment.year <= EARLIEST.year else moment if moment.year < 9999 else moment.replace(year=9998)


def _unit(code: str | None, caller: Caller) -> int | None:
    if code is None:
        return None
    try:
        return directory.unit_by_code(caller.agency, clean(code)).pk
    except Unit.DoesNotExist:
        raise wrong_parameter("unit", _UNKNOWN) from None


def _service(code: str | None, caller: Caller) -> int | None:
    if code is None:
        return None
    try:
        service = catalogue.service_by_code(caller.agency, clean(code))
    except Service.DoesNotExist:
        raise wrong_parameter("service", _UNKNOWN) from None
    if service.confidential and caller.person is None:
        raise wrong_parameter("service", _UNKNOWN)
    return int(service.pk)


def _wilayat(code: str | None) -> int | None:
    if code is None:
        return None
    wilayat = places.wilayat_by_code(clean(code))
    if wilayat is None:
        raise wrong_parameter("wilayat", _UNKNOWN)
    return wilayat.pk


def _sealed(after: str, order: str) -> str:
    """Where the next page begins, as a word that tells nothing and cannot be made up."""
    return keys.seal(f"{order} {after}")


def _opened(word: str, order: str) -> str:
    if not word:
        return ""
    try:
        of_order, _, after = keys.unseal(word).partition(" ")
    except (Refusal, keys.SealBroken, ValueError):
        of_order, after = "", ""
    if of_order != order or not after:
        raise wrong_parameter(
            "after",
            t("خذ next من صفحة من القائمة نفسها.", "Take next from a page of the same list."),
        )
    return after
