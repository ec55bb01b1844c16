"""Conflicts of interest: what I declare of myself and my relatives, and what is declared of colleagues."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wasl.accounts.models import User
from wasl.contacts import relations
from wasl.contacts.emails import BadEmail
from wasl.contacts.identity import BadIdentity
from wasl.contacts.models import Relation
from wasl.contacts.phones import BadPhone
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.people import staff
from wasl.desk.relations import ColleagueForm, RelationForm
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Agency, Membership
from wasl.directory.rights import Right
from wasl.web.doors import private_page, signed_in

SHOWN = 300
_FIELD_OF = {BadPhone: "phone", BadEmail: "email", BadIdentity: "number"}


@signed_in
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """My own numbers as a citizen and my relatives, with the form for another; what ended stays to be read."""
    person, at = staff(request), clock.now()
    agency = directory.own_agency(person, at)
    rows = relations.of_person(person)
    if request.POST.get("end"):
        return _end(request, {str(row.pk): row for row in rows if row.declared_by_id == person.pk}, "relations:own")
    form = RelationForm(request.POST or None)
    if agency is not None and _is_declared(form, person, agency, by=person, at=at):
        messages.success(request, t("سُجّل تصريحك.", "Your declaration is recorded."))
        return redirect("relations:own")
    context = {
        "form": form if agency is not None else None,
        "running": [row for row in rows if row.valid_to is None],
        "ended": [row for row in rows if row.valid_to is not None],
    }
    return render(request, "desk/relations.html", context, status=422 if form.errors else 200)


@requires(Right.READ_RELATIONS)
@private_page
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """What is declared of the people of my units, masked; and the form, for those who may declare for them."""
    user, at = staff(request), clock.now()
    mine = _members(user, at)
    return _page(request, ColleagueForm(colleagues=mine) if mine else None, at)


@requires(Right.DECLARE_RELATIONS)
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare for a colleague, or end what is declared of one, with the reason."""
    user, at = staff(request), clock.now()
    if request.method != "POST":
        return redirect("relations:colleagues")
    if request.POST.get("end"):
        rows = _within(user, Right.DECLARE_RELATIONS, at)
        return _end(request, {str(row.pk): row for row in rows if row.user_id != user.pk}, "relations:colleagues")
    mine = _members(user, at)
    form = ColleagueForm(request.POST, colleagues=mine)
    if _declared_for(form, mine, by=user, at=at):
        messages.success(request, t("سُجّل التصريح، ويراه الموظف.", "It is recorded; the colleague sees it."))
        return redirect("relations:colleagues")
    return _page(request, form, at)


def _page(request: HttpRequest, form: ColleagueForm | None, at: datetime) -> HttpResponse:
    user = staff(request)
    rows = _within(user, Right.READ_RELATIONS, at)
    for agency_id in sorted({row.agency_id for row in rows}):
        note_reading([Shown("relations")], agency_id=agency_id, by=user, at=at)
    context = {"form": form, "rows": rows[:SHOWN], "is_cut": len(rows) > SHOWN, "most": SHOWN, "viewer": user.pk}
    failed = form is not None and form.errors
    return render(request, "desk/colleague_relations.html", context, status=422 if failed else 200)


def _within(user: User, right: Right, at: datetime) -> list[Relation]:
    scopes = directory.scopes_of(user, right, at)
    people = {one.user_id for one in directory.memberships_in(directory.units_within(scopes, at), at)}
    return relations.within(scopes, people, most=SHOWN + 1)


def _members(user: User, at: datetime) -> list[Membership]:
    """The people for whom the person may declare, each once; never themselves."""
    units = directory.units_within(directory.scopes_of(user, Right.DECLARE_RELATIONS, at), at)
    found: dict[int, Membership] = {}
    for one in directory.memberships_in(units, at):
        if one.user_id != user.pk:
            found.setdefault(one.user_id, one)
    return list(found.values())


def _declared_for(form: ColleagueForm, mine: list[Membership], *, by: User, at: datetime) -> bool:
    if not form.is_valid():
        return False
    chosen = next(one for one in mine if one.user_id == form.cleaned_data["person"])
    agency = directory.known_agency(chosen.unit.agency_id)
    return _is_declared(form, chosen.user, agency, by=by, at=at)


def _is_declared(form: RelationForm, person: User, agency: Agency, *, by: User, at: datetime) -> bool:
    if not form.is_valid():
        return False
    given: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if name != "person"}
    try:
        relations.declare(person, agency=agency, by=by, at=at, **given)
    except (relations.CannotDeclare, BadPhone, BadEmail, BadIdentity) as refusal:
        form.add_error(_FIELD_OF.get(type(refusal)), str(refusal))
        return False
    return True


def _end(request: HttpRequest, known: dict[str, Relation], page: str) -> HttpResponse:
    row = known.get(request.POST["end"])
    if row is None:
        raise Http404
    say: Callable[..., None] = messages.success
    words: str = t("انتهى التصريح، ويبقى في السجل.", "The declaration has ended; it stays on record.")
    try:
        relations.end(row, by=staff(request), reason=request.POST.get("reason", ""), at=clock.now())
    except relations.CannotDeclare as refusal:
        say, words = messages.error, str(refusal)
    say(request, words)
    return redirect(page)
