"""Saved views: keep a list under a name, show it to others, begin with it, choose its columns."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk import columns, narrowing, operations, queries, worklists
from wasl.desk.forms import ViewForm
from wasl.desk.models import SavedView
from wasl.desk.people import staff
from wasl.desk.views.worklist import list_of_form, share_choices
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right

NAME_TAKEN = t("لديك قائمة بهذا الاسم. اختر اسماً آخر.", "You have a list of this name. Choose another.")
MAY_NOT = t("لا يمكنك مشاركة القائمة مع هؤلاء.", "You may not share the list with these people.")
TOO_MANY = t("لديك قوائم كثيرة. احذف ما لا تستخدمه أولاً.", "You have very many lists. Remove some first.")
NO_NUMBERS = t(
    "لم يُحفظ رقم الهاتف أو البريد في القائمة: هو بيان شخص.",
    "The phone number or e-mail was not kept in the list: it belongs to a person.",
)


@requires(Right.READ_CASE)
@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """All views the person sees, with what they show in words."""
    person = worklists.Person(staff(request), clock.now())
    shown = [_shown(person, view) for view in person.saved]
    return render(request, "desk/views.html", {"views": shown, "pinned": person.habits.pinned})


def _shown(person: worklists.Person, view: SavedView) -> dict[str, Any]:
    one = worklists.of_view(person, view)
    return {
        "view": view,
        "words": narrowing.in_words(one.narrowing, person.names),
        "whose": narrowing.WHOSE[one.narrowing.whose],
        "order": narrowing.ORDERS[one.filters.order],
        "mine": view.owner_id == person.user.pk,
        "may_change": queries.may_change(person.user, view, at=person.at),
    }


@requires(Right.READ_CASE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list of the page under a name."""
    person = worklists.Person(staff(request), clock.now())
    present = list_of_form(request, person)
    form = ViewForm(request.POST, choices=share_choices(person))
    if not form.is_valid():
        return _back(request, present, *(str(one) for errors in form.errors.values() for one in errors))
    shared, unit, agency = _whom(person, form.cleaned_data["shared"])
    if agency is None:
        return _back(request, present, MAY_NOT)
    try:
        view = operations.save_view(
            agency,
            name=form.cleaned_data["name"],
            narrowing=_kept(request, present),
            columns=[column.code for column in present.columns],
            shared=shared,
            unit=unit,
            by=person.user,
            at=person.at,
        )
    except (operations.NameTaken, operations.MayNotShare, operations.TooManyViews) as refusal:
        return _back(request, present, _SENTENCES[type(refusal)])
    messages.success(request, t("حُفظت القائمة «{name}».", "The list “{name}” is saved.", name=view.name))
    return redirect(f"{reverse('desk:home')}?view={view.public_id}")


_SENTENCES: dict[type[Exception], str] = {
    operations.NameTaken: NAME_TAKEN,
    operations.MayNotShare: MAY_NOT,
    operations.TooManyViews: TOO_MANY,
}


def _kept(request: HttpRequest, present: worklists.List) -> narrowing.Narrowing:
    """What narrows the list, without what belongs to one citizen."""
    if not worklists.address_in(present.narrowing.q):
        return present.narrowing
    messages.warning(request, NO_NUMBERS)
    return narrowing.joined(present.narrowing.codes(), {"q": ""})


def _whom(person: worklists.Person, choice: str) -> tuple[str, Unit | None, Agency | None]:
    """With whom, in which unit, of which agency."""
    kind, _, number = choice.partition("-")
    if kind == "unit":
        unit = next((unit for unit in person.units if str(unit.pk) == number), None)
        return kind, unit, unit.agency if unit else None
    if kind == "agency":
        return kind, None, next((agency for agency in person.agencies if str(agency.pk) == number), None)
    return SavedView.Shared.ME, None, directory.own_agency(person.user, person.at)


def _back(request: HttpRequest, present: worklists.List, *sentences: str) -> HttpResponse:
    for sentence in sentences:
        messages.error(request, sentence)
    return redirect(f"{reverse('desk:home')}?{present.query()}")


@requires(Right.READ_CASE)
def view(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page of one view: its name and who sees it; with `again` it takes the filters of the list it came from."""
    person = worklists.Person(staff(request), clock.now())
    found = queries.view_by_code(person.user, public_id, at=person.at)
    if found is None or not queries.may_change(person.user, found, at=person.at):
        raise Http404
    choices = share_choices(person)
    shared = _choice_of(found)
    if shared not in dict(choices):  # somebody else's reach: it can be kept or narrowed
        choices.append((shared, found.unit or found.agency.name))
    form = ViewForm(request.POST or None, choices=choices, initial={"name": found.name, "shared": shared})
    if request.POST.get("again"):
        return _take_over(request, person, found)
    if request.method == "POST" and form.is_valid():
        answer = _change(request, person, found, form)
        if answer is not None:
            return answer
    status = 422 if form.errors else 200
    return render(request, "desk/view.html", _shown(person, found) | {"form": form}, status=status)


def _choice_of(view: SavedView) -> str:
    if view.shared == SavedView.Shared.UNIT:
        return f"unit-{view.unit_id}"
    return f"agency-{view.agency_id}" if view.shared == SavedView.Shared.AGENCY else "me"


def _take_over(request: HttpRequest, person: worklists.Person, found: SavedView) -> HttpResponse:
    present = list_of_form(request, person)
    codes = [column.code for column in present.columns]
    operations.change_view(found, narrowing=_kept(request, present), columns=codes, by=person.user, at=person.at)
    messages.success(request, t("حُدّثت القائمة.", "The list is brought up to date."))
    return redirect(f"{reverse('desk:home')}?view={found.public_id}")


def _change(request: HttpRequest, person: worklists.Person, found: SavedView, form: ViewForm) -> HttpResponse | None:
    shared, unit, _ = _whom(person, form.cleaned_data["shared"])
    if form.cleaned_data["shared"] == _choice_of(found):
        shared, unit = found.shared, found.unit
    try:
        operations.change_view(
            found, name=form.cleaned_data["name"], shared=shared, unit=unit, by=person.user, at=person.at
        )
    except (operations.NameTaken, operations.MayNotShare) as refusal:
        form.add_error(None, _SENTENCES[type(refusal)])
        return None
    messages.success(request, t("حُفظت التغييرات.", "The changes are saved."))
    return redirect("desk:views")


@requires(Right.READ_CASE)
@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a view away."""
    person = worklists.Person(staff(request), clock.now())
    found = queries.view_by_code(person.user, public_id, at=person.at)
    if found is None or not queries.may_change(person.user, found, at=person.at):
        raise Http404
    operations.remove_view(found, by=person.user, at=person.at)
    messages.success(request, t("حُذفت القائمة.", "The list is removed."))
    return redirect("desk:views")


@requires(Right.READ_CASE)
@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Begin with this list from now on, or no longer."""
    person = worklists.Person(staff(request), clock.now())
    present = list_of_form(request, person)
    is_pinned = person.habits.pinned == present.code
    operations.pin(person.user, view="" if is_pinned else present.code)
    if is_pinned:
        messages.success(request, t("لم تعد هذه القائمة بدايتك.", "You no longer begin with this list."))
    else:
        messages.success(request, t("ستبدأ بهذه القائمة من الآن.", "You begin with this list from now on."))
    return redirect(f"{reverse('desk:home')}?{present.query()}")


@requires(Right.READ_CASE)
@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Which columns the list shows, in which order; a button beside one moves it."""
    person = worklists.Person(staff(request), clock.now())
    present = list_of_form(request, person)
    address = f"{reverse('desk:home')}?{present.query()}"
    if "usual" in request.POST:
        operations.choose_columns(person.user, view=present.code, columns=None)
        return redirect(address)
    order = [code for code in request.POST.getlist("order") if code in columns.COLUMNS]
    wanted = request.POST.getlist("column")
    moved, _, way = request.POST.get("move", "").partition(" ")
    chosen = _moved([code for code in order if code in wanted], moved, -1 if way == "up" else 1)
    operations.choose_columns(person.user, view=present.code, columns=chosen)
    return redirect(f"{address}&columns=open#columns" if moved else address)


def _moved(codes: list[str], code: str, step: int) -> list[str]:
    if code not in codes:
        return codes
    place = codes.index(code)
    other = min(max(place + step, 0), len(codes) - 1)
    codes[place], codes[other] = codes[other], codes[place]
    return codes
