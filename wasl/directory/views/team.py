"""The people of the units somebody manages: who is there, who stands in for whom, what each may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wasl.accounts.models import User
from wasl.core.clock import now
from wasl.core.i18n import say, t
from wasl.core.text import fold
from wasl.directory import operations, queries, substitutes
from wasl.directory.doors import requires
from wasl.directory.forms import RoleForm, SubstituteForm, people_by_id
from wasl.directory.models import Membership, Unit
from wasl.directory.rights import MEMBER_ROLES, Right
from wasl.directory.views.me import rights_context


@dataclass
class Team:
    """Whom a person manages now, and who of the agency may be asked."""

    person: User
    at: datetime
    units: list[Unit]
    member_units: list[Unit]
    members: list[Membership]
    colleagues: list[Membership]

    def substitute_form(self, data: Any = None) -> SubstituteForm | None:
        if not self.units:
            return None
        return SubstituteForm(
            data,
            members=self.members,
            colleagues=self.colleagues,
            zone=self.units[0].agency.zone,
            at=self.at,
            prefix="away",
        )

    def role_form(self, data: Any = None) -> RoleForm | None:
        if not self.member_units:
            return None
        return RoleForm(
            data,
            colleagues=[one for one in self.colleagues if one.user_id != self.person.pk],
            roles=MEMBER_ROLES,
            units=self.member_units,
            zone=self.member_units[0].agency.zone,
            at=self.at,
            prefix="role",
        )


@requires(Right.READ_RIGHTS)
@require_safe
def person_rights(request: HttpRequest, number: int) -> HttpResponse:
    """What a colleague may do and why, for whoever answers for them."""
    scopes = queries.scopes_of(request.user, Right.READ_RIGHTS, now())
    person = queries.person_within(scopes, number, now())
    if person is None:
        raise Http404
    return render(request, "directory/rights.html", rights_context(person))


@requires(Right.MANAGE_SUBSTITUTES)
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """The people of my units."""
    return _page(request, _team(request))


@requires(Right.MANAGE_SUBSTITUTES)
@require_POST
def appoint(request: HttpRequest) -> HttpResponse:
    """Somebody stands in for somebody else of my units."""
    found = _team(request)
    form = found.substitute_form(request.POST)
    if form is not None and form.is_valid():
        person_id, unit_id = form.absent_in()
        absent = next(one for one in found.members if (one.user_id, one.unit_id) == (person_id, unit_id))
        try:
            row = substitutes.appoint_substitute(
                absent.user,
                substitute=people_by_id(found.colleagues)[form.cleaned_data["substitute"]],
                unit=absent.unit,
                valid_from=form.starts(),
                valid_to=form.stops() or found.at,
                by=found.person,
                at=found.at,
            )
        except (substitutes.CannotStandIn, operations.BadPeriod, operations.RolesClash) as refusal:
            form.add_error(None, str(refusal))
        else:
            told = say(
                "{name} ينوب عن {absent}.",
                "{name} stands in for {absent}.",
                name=row.substitute.name,
                absent=row.absent.name,
            )
            messages.success(request, told)
            return redirect("directory:team")
    return _page(request, found, away=form, status=422)


@requires(Right.MANAGE_SUBSTITUTES)
@require_POST
def end_substitution(request: HttpRequest, number: int) -> HttpResponse:
    """The colleague is back."""
    scopes = queries.scopes_of(request.user, Right.MANAGE_SUBSTITUTES, now())
    found = queries.substitution_within(scopes, number)
    if found is None:
        raise Http404
    substitutes.end_substitution(found, by=_person(request), at=now())
    messages.success(request, t("انتهت النيابة.", "Standing in has ended."))
    return redirect("directory:team")


@requires(Right.MANAGE_MEMBERS)
@require_POST
def grant_role(request: HttpRequest) -> HttpResponse:
    """A colleague gets a desk role in one of my units."""
    found = _team(request)
    form = found.role_form(request.POST)
    if form is not None and form.is_valid():
        given = form.cleaned_data
        person = people_by_id(found.colleagues)[given["person"]]
        unit = next(one for one in found.member_units if one.pk == given["unit"])
        try:
            operations.grant_role(
                person,
                role=given["role"],
                unit=unit,
                by=found.person,
                at=found.at,
                valid_from=form.starts(),
                valid_to=form.stops(),
            )
        except (operations.RolesClash, operations.RoleOverlaps, operations.BadPeriod) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, say("أُضيف {name}.", "{name} was added.", name=person.name))
            return redirect("directory:team")
    return _page(request, found, role=form, status=422)


@requires(Right.MANAGE_MEMBERS)
@require_POST
def end_role(request: HttpRequest, number: int) -> HttpResponse:
    """A colleague loses a desk role in one of my units; nobody ends their own."""
    at, person = now(), _person(request)
    found = queries.membership_within(queries.scopes_of(person, Right.MANAGE_MEMBERS, at), number)
    if found is None or not queries.may_manage_role(person, found.role, unit=found.unit, at=at):
        raise Http404
    if found.user_id == person.pk:
        messages.error(request, t("لا ينهي أحد دوره بنفسه.", "Nobody ends their own role."))
    else:
        operations.end_role(found, by=person, at=at)
        messages.success(request, t("انتهى الدور.", "The role has ended."))
    return redirect("directory:team")


def _team(request: HttpRequest) -> Team:
    person, at = _person(request), now()
    units = queries.units_within(queries.scopes_of(person, Right.MANAGE_SUBSTITUTES, at), at)
    member_units = queries.units_within(queries.scopes_of(person, Right.MANAGE_MEMBERS, at), at)
    agency_ids = {unit.agency_id for unit in (*units, *member_units)}
    colleagues = [one for number in sorted(agency_ids) for one in queries.colleagues_of(number, at)]
    return Team(person, at, units, member_units, queries.memberships_in(units, at), colleagues)


def _page(
    request: HttpRequest,
    found: Team,
    *,
    away: SubstituteForm | None = None,
    role: RoleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = fold(request.GET.get("q", ""))
    members = [one for one in found.members if words in fold(f"{one.user.full_name} {one.user.latin_name} {one.unit}")]
    managed = {unit.pk for unit in found.member_units}
    context = {
        "rows": [(one, one.unit_id in managed and one.role in MEMBER_ROLES) for one in members],
        "people": len({one.user_id for one in members}),
        "words": request.GET.get("q", ""),
        "replaced": queries.substitutions_in({unit.pk for unit in found.units}, found.at),
        "away_form": away or found.substitute_form(),
        "role_form": role or found.role_form(),
        "open": "away" if away is not None else "role" if role is not None else "",
        "may_read_rights": queries.has_right(found.person, Right.READ_RIGHTS, found.at),
        "at": found.at,
    }
    return render(request, "directory/team.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
