"""The page of a case: everything about it, every act the person may do, and who else is looking."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from wasl.cases import operations, queries
from wasl.cases.models import Case
from wasl.contacts.reading import looks_at_case, note_reading
from wasl.core import clock, edition
from wasl.desk.barred import BarredHere, barred_context, refuse_barred
from wasl.desk.casepage import case_context, citizen_context
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right


@requires(Right.READ_CASE)
@require_safe
@edition.once()
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """The case as staff see it, or, with ?view=citizen, as its beneficiary does."""
    try:
        case = visible_case(request, number)
    except BarredHere as barred:
        return render(request, "desk/barred.html", barred_context(barred.case, staff(request)), status=403)
    if request.GET.get("view") == "citizen":
        return render(request, "desk/citizen.html", citizen_context(case))
    context = case_context(request, case)
    _note_reading(request, case, contact=context["sight"].contact)
    return render(request, "desk/case.html", context)


def _note_reading(request: HttpRequest, case: Case, *, contact: bool) -> None:
    """Record whose data were shown, and the look at a case that is none of the person's own."""
    at, user = clock.now(), staff(request)
    own = case.assignee_id == user.pk or case.unit_id in directory.own_units(user, at)
    with_person = contact and case.beneficiary_id is not None
    looks = looks_at_case(case.pk, confidential=case.confidential, contact=with_person, own=own)
    note_reading(looks, agency_id=case.agency_id, by=user, at=at)


def visible_case(request: HttpRequest, number: str) -> Case:
    """The case of the address, if this person may read it; else 404, as if there were none. Days are its agency's.

    Raises BarredHere, once it is recorded, for one of their own or of a declared relative.
    """
    case = queries.by_number(queries.visible_to(staff(request), at=clock.now()), number)
    if case is None:
        refuse_barred(staff(request), number, at=clock.now())
        raise Http404
    timezone.activate(case.agency.zone)
    return case


@requires(Right.READ_CASE)
@require_POST
def presence(request: HttpRequest, number: str) -> JsonResponse:
    """The page says it is open (or, with leave=1, that it closes) and hears who else is there."""
    case = visible_case(request, number)
    at, user = clock.now(), staff(request)
    if request.POST.get("leave"):
        operations.leave(case, user=user)
    else:
        operations.be_seen(case, user=user, at=at)
    names = [person.name for person in queries.present_people(case, at=at, besides=user)]
    return JsonResponse({"people": names, "version": case.version})


@requires(Right.READ_CASE)
@require_GET
def people(request: HttpRequest, number: str) -> HttpResponse:
    """The chips of who else looks at the case."""
    case = visible_case(request, number)
    present = queries.present_people(case, at=clock.now(), besides=staff(request))
    return render(request, "desk/parts/people.html", {"people": present, "case": case})
