"""Pages about people's data: what was asked for, what a person has with us, what would be swept."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wasl.accounts.models import User
from wasl.cases import bars, compartment
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.contacts import operations as contacts
from wasl.contacts import queries as people
from wasl.contacts import relations
from wasl.contacts.models import Beneficiary
from wasl.core import clock, files
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.models import Agency
from wasl.directory.rights import Right
from wasl.privacy import operations, queries
from wasl.privacy.forms import AskForm, CorrectForm, DecideForm, HoldForm
from wasl.privacy.models import LegalHold, PrivacyRequest
from wasl.web import pages
from wasl.web.doors import private_page

ANY_OF = (Right.ASK_PRIVACY, Right.APPROVE_PRIVACY, Right.RUN_PRIVACY)
PAGE = 50
Row = TypeVar("Row", PrivacyRequest, LegalHold)


class OwnData(PermissionDenied):
    """The data are the person's own, or a declared relative's."""


def _not_for_own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever comes for their own data, or a relative's, is told why they do not handle them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OwnData:
            return pages.message(
                request,
                title=t("ليست بيانات لك أن تتولاها", "These data are not yours to handle"),
                paragraphs=[
                    t(
                        "هي بياناتك أو بيانات قريب صرّحت به. يتولاها زميل آخر، ولك أن تطلب نسختك كأي مستفيد.",
                        "They are your own or a declared relative's. A colleague handles them; you ask for your copy "
                        "like everybody.",
                    )
                ],
                tone="warn",
                icon="shield",
                actions=[(t("بيانات الناس", "People's data"), reverse("privacy:home"))],
                status=403,
            )

    return guarded


@requires(Right.READ_PRIVACY)
@private_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was asked for, open ones first; holds; the report of retention."""
    at = clock.now()
    agencies = _agencies(request, Right.READ_PRIVACY)
    numbers = [agency.pk for agency in agencies]
    tied = relations.people_tied(_user(request), numbers, at)
    context = {
        "open": _besides(queries.open_requests(numbers), tied),
        "done": [_with_file(one, at) for one in _besides(queries.ended_requests(numbers, limit=PAGE), tied)],
        "named": _named(request),
        "holds": _besides(queries.holds(numbers), tied),
        "reports": [(agency, queries.rules(agency, at=at), queries.runs(agency, limit=3)) for agency in agencies],
        "may_approve": directory.has_right(request.user, Right.APPROVE_PRIVACY, at),
        "may_run": directory.has_right(request.user, Right.RUN_PRIVACY, at),
        "may_ask": directory.has_right(request.user, Right.ASK_PRIVACY, at),
        "user_id": request.user.pk,
    }
    return render(request, "privacy/home.html", context)


@requires(Right.ASK_PRIVACY)
@private_page
@require_safe
@_not_for_own
def person(request: HttpRequest, number: int) -> HttpResponse:
    """What we hold of one person, in numbers, with what can be done about it."""
    return _person_page(request, _person(request, number, Right.ASK_PRIVACY))


@requires(Right.ASK_PRIVACY)
@require_POST
@_not_for_own
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Record that the person wants a copy or an erasure."""
    who = _person(request, number, Right.ASK_PRIVACY)
    form = AskForm(request.POST)

    def act(values: dict[str, Any]) -> str:
        operations.ask(who, kind=values["kind"], checked=values["checked"], by=_user(request), at=clock.now())
        return t("سُجل الطلب، وينتظر موافقة شخص آخر.", "It is recorded and waits for somebody else to approve.")

    return _done(request, who, form, act, "ask")


@requires(Right.ASK_PRIVACY)
@require_POST
@_not_for_own
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put right what is wrong about the person."""
    who = _person(request, number, Right.ASK_PRIVACY)
    form = CorrectForm(request.POST)

    def act(values: dict[str, Any]) -> str:
        changed = contacts.correct(who, **values, by=_user(request), at=clock.now())
        return t("صُححت البيانات.", "It is corrected.") if changed else t("لم يتغير شيء.", "Nothing changed.")

    return _done(request, who, form, act, "correct")


@requires(Right.RUN_PRIVACY)
@require_POST
@_not_for_own
def hold(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the data of a person for a legal reason."""
    who = _person(request, number, Right.RUN_PRIVACY)
    form = HoldForm(request.POST)
    if not form.is_valid():
        messages.error(request, t("اكتب سبب الحفظ.", "Write why the data must stay."))
        return redirect("privacy:home")
    return _told(
        request,
        lambda: operations.set_hold(who, reason=form.cleaned_data["reason"], by=_user(request), at=clock.now()),
        t("حُفظت البيانات حتى يُرفع الحفظ.", "The data stay until the hold ends."),
    )


@requires(Right.RUN_PRIVACY)
@require_POST
@_not_for_own
def end_hold(request: HttpRequest, number: int) -> HttpResponse:
    """The data need not stay any longer."""
    who = _person(request, number, Right.RUN_PRIVACY)
    return _told(
        request,
        lambda: operations.end_hold(who, by=_user(request), at=clock.now()),
        t("رُفع الحفظ.", "The hold is ended."),
    )


@requires(Right.APPROVE_PRIVACY)
@require_POST
@_not_for_own
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """A second person says yes or no."""
    asked = _request(request, public_id, Right.APPROVE_PRIVACY)
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, t("اختر الموافقة أو الرفض.", "Choose to approve or to refuse."))
        return redirect("privacy:home")
    values = form.cleaned_data
    approve = values["decision"] == "approve"
    return _told(
        request,
        lambda: operations.decide(asked, approve=approve, reason=values["reason"], by=_user(request), at=clock.now()),
        t("سُجلت الموافقة.", "Approved.") if approve else t("سُجل الرفض.", "Refused."),
    )


@requires(Right.RUN_PRIVACY)
@require_POST
@_not_for_own
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Carry out an approved erasure."""
    asked = _request(request, public_id, Right.RUN_PRIVACY)
    return _told(
        request,
        lambda: operations.erase(asked, by=_user(request), at=clock.now()),
        t("حُذفت البيانات، وبقيت أرقام الإحصاء.", "The data are erased; the statistics stay."),
    )


@requires(Right.ASK_PRIVACY)
@require_safe
@_not_for_own
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Download the file of an approved copy, to hand it over."""
    asked = _request(request, public_id, Right.ASK_PRIVACY)
    try:
        stored = operations.take_file(asked, by=_user(request), at=clock.now())
    except operations.Refused as refused:
        messages.error(request, str(refused))
        return redirect("privacy:home")
    content = files.open_file(stored)
    response: Any = FileResponse(content, as_attachment=True, filename=stored.name, content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return cast("HttpResponse", response)


def _person_page(request: HttpRequest, who: Beneficiary, *, status: int = 200, **forms: Any) -> HttpResponse:
    at = clock.now()
    own = _cases_of(who, _user(request), at)
    context = {
        "person": who,
        "named": {who.agency_id},
        "addresses": people.addresses(who),
        "cases": len(own),
        "open_cases": sum(case.is_open for case in own),
        "hold": queries.hold_on(who),
        "hindrances": queries.what_hinders_erasure(who, closed=False),
        "requests": [_with_file(one, at) for one in queries.requests_of(who)],
        "ask_form": AskForm(prefix=None),
        "correct_form": CorrectForm(),
        **forms,
    }
    return render(request, "privacy/person.html", context, status=status)


def _done(
    request: HttpRequest,
    who: Beneficiary,
    form: django_forms.Form,
    act: Callable[[dict[str, Any]], str],
    name: str,
) -> HttpResponse:
    """Do it and go back, or show the form again with what to mend."""
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
            return redirect("privacy:person", number=who.pk)
        except ValueError as refused:
            form.add_error(None, str(refused))
    return _person_page(request, who, status=422, **{f"{name}_form": form})


def _told(request: HttpRequest, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except operations.Refused as refused:
        messages.error(request, str(refused))
    return redirect("privacy:home")


def _with_file(one: PrivacyRequest, at: Any) -> tuple[PrivacyRequest, bool]:
    return one, one.has_file(at=at)


def _agencies(request: HttpRequest, right: Right) -> list[Agency]:
    scopes = directory.scopes_of(request.user, right, clock.now())
    numbers = {scope.agency_id for scope in scopes if scope.unit_ids is None}
    return [agency for agency in directory.agencies() if agency.pk in numbers]


def _named(request: HttpRequest) -> set[int]:
    """The agencies whose people the person may see by name: where they ask or approve, not where they only read."""
    found = (_agencies(request, right) for right in (Right.ASK_PRIVACY, Right.APPROVE_PRIVACY))
    return {agency.pk for agencies in found for agency in agencies}


def _person(request: HttpRequest, number: int, right: Right) -> Beneficiary:
    for agency in _agencies(request, right):
        found = people.beneficiary(number, agency=agency)
        if found is not None:
            _refuse_own(request, found)
            return found
    raise Http404


def _request(request: HttpRequest, public_id: str, right: Right) -> PrivacyRequest:
    found = queries.request_within([agency.pk for agency in _agencies(request, right)], public_id)
    if found is None:
        raise Http404
    _refuse_own(request, found.beneficiary)
    return found


def _refuse_own(request: HttpRequest, who: Beneficiary) -> None:
    """Raises OwnData, and records the attempt with the newest case of the person, if there is one."""
    user, at = _user(request), clock.now()
    if who.pk not in relations.people_tied(user, {who.agency_id}, at):
        return
    newest = [one for one in cases.all_of_person(who.pk, agency_id=who.agency_id) if one.compartment_id is None][-1:]
    for case in newest:
        bars.note_attempt(case, user, at=at)
    raise OwnData


def _cases_of(who: Beneficiary, user: User, at: datetime) -> list[Case]:
    """The cases of a person, of complaints about staff those that are open to whoever looks."""
    own = cases.all_of_person(who.pk, agency_id=who.agency_id)
    return [one for one in own if one.compartment_id is None or compartment.sees(one, user, at)]


def _besides(rows: Iterable[Row], tied: Collection[int]) -> list[Row]:
    """Those that are of nobody to whom the reader is tied."""
    return [one for one in rows if one.beneficiary_id not in tied]


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
