"""What one person of the staff has answered and taken down today, and the slip of a case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.people import staff
from wasl.desk.receipts import slip_of
from wasl.desk.registering.presets import Desk, desk_of
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.intake import operations as intake
from wasl.intake import queries
from wasl.intake.dispositions import OUTCOMES
from wasl.intake.models import Disposition
from wasl.notices import queries as notices
from wasl.web.doors import private_page

# How long a record made by a slip of the finger can be taken back.
TAKEN_BACK_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Row:
    """One line of the day: an answered contact, or a case."""

    at: datetime
    channel: str
    record: Disposition | None = None
    case: Case | None = None
    outcome: str = ""


@requires(Right.REGISTER_CASE)
@private_page
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """The contacts of today, answered ones and those that became cases, the newest first."""
    at = clock.now()
    desk = desk_of(request, at=at)
    from_at = _start_of_day(desk, at)
    answered = queries.contacts_of(desk.user, agency=desk.agency, from_at=from_at, to_at=at + timedelta(seconds=1))
    taken = queries.registered_by(desk.user, agency=desk.agency, from_at=from_at, to_at=at + timedelta(seconds=1))
    rows = [Row(one.at, _channel(one.channel), record=one, outcome=str(OUTCOMES[one.outcome])) for one in answered]
    rows += [Row(one.registered_at, _channel(one.channel), case=one) for one in taken]
    served = [one for one in answered if one.withdrawn_at is None and one.case_id is None]
    context = {
        "rows": sorted(rows, key=lambda row: row.at, reverse=True),
        "answered": len(served),
        "taken": len(taken),
        "at": at,
    }
    return render(request, "desk/contacts.html", context)


@requires(Right.REGISTER_CASE)
@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back a record of one's own that was a slip of the finger."""
    at = clock.now()
    desk = desk_of(request, at=at)
    record = queries.own_contact(desk.user, public_id, agency=desk.agency)
    if record is None or at - record.at > TAKEN_BACK_WITHIN:
        raise Http404
    intake.withdraw_disposition(record, by=desk.user, at=at)
    messages.success(request, t("تراجعت عن التسجيل.", "The record is taken back."))
    return redirect("desk:contacts")


@requires(Right.REGISTER_CASE)
@private_page
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The slip of a case, for who took it down, and for who may register and read it."""
    at = clock.now()
    case = _case(request, number)
    own = case.registered_by_id == staff(request).pk
    context = {
        "slip": slip_of(case, user=staff(request), at=at),
        "case": case,
        "is_own": own,
        "notices": notices.of_case(case.pk) if own else [],
        "may_read": cases.visible_to(staff(request), at=at).filter(pk=case.pk).exists(),
        "at": at,
    }
    return render(request, "desk/receipt.html", context)


def _case(request: HttpRequest, number: str) -> Case:
    at, user = clock.now(), staff(request)
    desk = desk_of(request, at=at)
    own = queries.taken_down(user, number, agency=desk.agency, at=at)
    if own is not None:
        return own
    case = cases.by_number(cases.visible_to(user, at=at), number)
    if case is None or not directory.may(
        user, Right.REGISTER_CASE, agency_id=case.agency_id, unit_id=case.unit_id, assignee_id=case.assignee_id, at=at
    ):
        raise Http404
    return case


def _channel(code: str) -> str:
    return str(workflow.CHANNELS.get(code, code))


def _start_of_day(desk: Desk, at: datetime) -> datetime:
    return at.astimezone(desk.agency.zone).replace(hour=0, minute=0, second=0, microsecond=0)
