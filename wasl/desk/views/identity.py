"""Showing and recording the identity number of a beneficiary. Neither is ever kept by a browser."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wasl.cases import compartment
from wasl.cases.models import Case
from wasl.contacts import operations as contacts
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.identity import RecordForm, RevealForm, may
from wasl.desk.people import acting
from wasl.desk.views.case import visible_case
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.doors import private_page


@requires(Right.REVEAL_IDENTITY)
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason, then show the whole number once."""
    case = _case(request, number, Right.REVEAL_IDENTITY)
    form, at = RevealForm(request.POST or None), clock.now()
    context = {"case": case, "person": case.beneficiary, "form": form, "shown": ""}
    if request.method == "POST" and form.is_valid() and case.beneficiary is not None:
        context["shown"] = contacts.reveal_identity(
            case.beneficiary,
            reason=form.cleaned_data["reason"],
            by=acting(request, Right.REVEAL_IDENTITY, case),
            at=at,
            proved=True,  # the door has looked
            case_id=case.pk,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            people=compartment.listening(case, at),
        )
    return render(request, "desk/identity.html", context, status=422 if form.errors else 200)


@requires(Right.RECORD_IDENTITY)
@private_page
@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Write the number down, in place of one that was wrong."""
    case = _case(request, number, Right.RECORD_IDENTITY)
    person = case.beneficiary
    form = RecordForm(request.POST or None, initial={"country": (person and person.identity_country) or "OM"})
    if request.method == "POST" and form.is_valid() and person is not None:
        given = form.cleaned_data
        by = acting(request, Right.RECORD_IDENTITY, case)
        contacts.set_identity(person, number=given["number"], country=given["country"], by=by, at=clock.now())
        messages.success(request, t("حُفظ رقم الهوية.", "The identity number is kept."))
        return redirect("desk:case", case.reference)
    context = {"case": case, "person": person, "form": form, "recording": True}
    return render(request, "desk/identity.html", context, status=422 if form.errors else 200)


def _case(request: HttpRequest, number: str, right: Right) -> Case:
    case = visible_case(request, number)
    if case.beneficiary is None or case.beneficiary.erased_at is not None or not may(request, right, case):
        raise Http404
    return case
