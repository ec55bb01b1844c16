"""The pages that tell people what they may do and why, and where they say who stands in for them."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wasl.accounts.models import User
from wasl.core.clock import now
from wasl.core.i18n import say, t
from wasl.directory import operations, queries, substitutes
from wasl.directory.explained import explain
from wasl.directory.forms import AbsenceForm, people_by_id
from wasl.web.doors import signed_in


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My roles and whom I stand in for, each right with its reach and ground, and who could do the rest."""
    return render(request, "directory/rights.html", rights_context(_person(request)) | {"is_self": True})


def rights_context(person: User) -> dict[str, object]:
    """What the page of a person's rights shows."""
    at = now()
    return {
        "person": person,
        "roles": queries.memberships_of(person, at),
        "stands_in": queries.substitutions_by(person, at),
        "replaced": queries.substitutions_for(person, at),
        "groups": explain(person, at),
        "at": at,
    }


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Say who stands in for me while I am away, or that I am back; decline to stand in for somebody."""
    if request.POST.get("end"):
        return _end(request)
    person, at = _person(request), now()
    roles = queries.roles_of(person, at)
    units = list({role.unit_id: role.unit for role in roles}.values())
    agency_ids = {unit.agency_id for unit in units}
    colleagues = [one for number in agency_ids for one in queries.colleagues_of(number, at) if one.user_id != person.pk]
    zone = units[0].agency.zone if units else at.tzinfo
    form = AbsenceForm(request.POST or None, units=units, colleagues=colleagues, zone=zone, at=at)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = substitutes.appoint_substitute(
                person,
                substitute=people_by_id(colleagues)[given["substitute"]],
                unit=next(unit for unit in units if unit.pk == given["unit"]),
                valid_from=form.starts(),
                valid_to=form.stops() or at,
                by=person,
                at=at,
            )
        except (substitutes.CannotStandIn, operations.BadPeriod, operations.RolesClash) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, say("ينوب عنك {name}.", "{name} stands in for you.", name=row.substitute.name))
            return redirect("directory:absence")
    context = {
        "form": form if units else None,
        "replaced": queries.substitutions_for(person, at),
        "stands_in": queries.substitutions_by(person, at),
        "at": at,
    }
    return render(request, "directory/absence.html", context, status=422 if form.errors else 200)


def _end(request: HttpRequest) -> HttpResponse:
    person, at = _person(request), now()
    own = [*queries.substitutions_for(person, at), *queries.substitutions_by(person, at)]
    found = next((one for one in own if str(one.pk) == request.POST["end"]), None)
    if found is not None:
        substitutes.end_substitution(found, by=person, at=at)
        messages.success(request, t("انتهت النيابة.", "Standing in has ended."))
    return redirect("directory:absence")


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
