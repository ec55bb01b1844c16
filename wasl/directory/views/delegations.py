"""The pages of delegations: one's own, with the form; and everybody's, for those who look after the house."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.accounts.models import User
from wasl.core.clock import now
from wasl.core.i18n import say, t
from wasl.directory import delegations, operations, queries
from wasl.directory.doors import requires
from wasl.directory.forms import DelegationForm, people_by_id
from wasl.directory.models import Delegation
from wasl.directory.rights import Right
from wasl.web.doors import signed_in

SHOWN = 300


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """What I delegated, what was delegated to me, and the form for another; each can be ended at once."""
    if request.POST.get("end"):
        return _end(request)
    person, at = cast(User, request.user), now()
    form = _form(request, person, at)
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            row = _delegate(form, person, at)
        except (delegations.CannotDelegate, operations.BadPeriod) as refusal:
            form.add_error(None, str(refusal))
        else:
            done = say("فوّضت {name}، وأُبلغ بذلك.", "You delegated to {name}, who is told.", name=row.delegate.name)
            messages.success(request, done)
            return redirect("directory:delegations")
    rows = queries.delegations_of(person, at)
    context = {
        "form": form,
        "given": _told(row for row in rows if row.grantor_id == person.pk),
        "held": _told(row for row in rows if row.delegate_id == person.pk),
        "at": at,
    }
    return render(
        request, "directory/delegations.html", context, status=422 if form is not None and form.errors else 200
    )


@requires(Right.READ_DELEGATIONS)
@require_safe
def everybodys(request: HttpRequest) -> HttpResponse:
    """Every delegation of the agency, running, ended and revoked ones."""
    at = now()
    agencies = {scope.agency_id for scope in queries.scopes_of(request.user, Right.READ_DELEGATIONS, at)}
    rows = queries.delegations_in(agencies, most=SHOWN + 1)
    context = {
        "rows": _told(rows[:SHOWN]),
        "is_cut": len(rows) > SHOWN,
        "most": SHOWN,
        "at": at,
        "ends_all": queries.has_right(request.user, Right.END_DELEGATIONS, at),
    }
    return render(request, "directory/all_delegations.html", context)


@requires(Right.END_DELEGATIONS)
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a delegation between others, with the reason."""
    person, at = cast(User, request.user), now()
    agencies = {scope.agency_id for scope in queries.scopes_of(person, Right.END_DELEGATIONS, at)}
    found = queries.delegation_in(agencies, number)
    if found is None:
        raise Http404
    try:
        delegations.end(found, reason=request.POST.get("reason", ""), by=person, at=at)
    except delegations.CannotDelegate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, t("انتهى التفويض، وأُبلغ الطرفان.", "The delegation has ended; both sides are told."))
    return redirect("directory:all_delegations")


def _told(rows: Any) -> list[tuple[Delegation, str]]:
    return [(row, delegations.sentence_of(row)) for row in rows]


def _form(request: HttpRequest, person: User, at: datetime) -> DelegationForm | None:
    """The form, for those who hold something that can be delegated."""
    powers, agency = delegations.own_powers(person, at), queries.own_agency(person, at)
    if not powers or agency is None:
        return None
    colleagues = [one for one in queries.colleagues_of(agency.pk, at) if one.user_id != person.pk]
    return DelegationForm(
        request.POST or None,
        powers=powers,
        units=queries.units_of(agency, at),
        colleagues=colleagues,
        agency=agency,
        zone=agency.zone,
        at=at,
    )


def _delegate(form: DelegationForm, person: User, at: datetime) -> Delegation:
    given = form.cleaned_data
    return delegations.delegate(
        person,
        to=people_by_id(form.colleagues)[given["delegate"]],
        agency=form.agency,
        unit=form.unit(),
        powers=given["powers"],
        gravest=given["gravest"],
        reason=given["reason"],
        valid_from=form.starts(),
        valid_to=form.stops() or at,
        at=at,
    )


def _end(request: HttpRequest) -> HttpResponse:
    person, at = cast(User, request.user), now()
    found = next((one for one in queries.delegations_of(person, at) if str(one.pk) == request.POST["end"]), None)
    if found is not None:
        delegations.revoke(found, by=person, at=at)
        messages.success(request, t("انتهى التفويض.", "The delegation has ended."))
    return redirect("directory:delegations")
