"""The worklist of the follow-up team: whose is it after two refusals, and where a unit is silent while time runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wasl.accounts.models import User
from wasl.cases import following
from wasl.cases import operations as operations_of_cases
from wasl.cases import queries as cases
from wasl.cases.models import Case, Reminder
from wasl.cases.operations import Missing, NotNow
from wasl.cases.queries import Filters
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk.forms import Words, worded
from wasl.desk.people import acting, staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right

MOST_OWNERS = 50


class RemindForm(forms.Form):
    """What the unit is told beside the usual words."""

    words = Words(t("ما تريد قوله للوحدة", "What you want to tell the unit"), rows=2, required=False)


class CallForm(forms.Form):
    """What came of a call to the unit."""

    outcome = forms.ChoiceField(
        label=t("نتيجة المكالمة", "What came of it"), widget=forms.Select(attrs={"class": "in"})
    )
    words = Words(t("ما قيل ومع من", "What was said, and with whom"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("اختر", "Choose")), *worded(following.OUTCOMES)]


@dataclass(frozen=True)
class Row:
    """One case on which the unit is silent, with what was done about it."""

    case: Case
    last_act: datetime | None
    alerts: int
    calls: int
    last: Reminder | None
    remind: RemindForm
    call: CallForm

    @property
    def outcome(self) -> Any:
        """What came of the last call, in words."""
        return following.OUTCOMES.get(self.last.outcome, "") if self.last else ""


@requires(Right.FOLLOW_UP_UNITS)
@require_safe
def follow_up(request: HttpRequest) -> HttpResponse:
    """Owners to be named on top; below, silent units in the order of service."""
    return _page(request)


@requires(Right.FOLLOW_UP_UNITS)
@require_POST
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """Send a reminder to the unit."""
    case, form = _case(request, number), RemindForm(request.POST, prefix=f"remind-{number}")
    if not form.is_valid():
        return _page(request, {number: form})
    by = acting(request, Right.FOLLOW_UP_UNITS, case)
    try:
        operations_of_cases.remind_unit(case, words=form.cleaned_data["words"], by=by, at=clock.now())
    except (Missing, NotNow) as refusal:
        form.add_error(None, _sentence(refusal))
        return _page(request, {number: form})
    messages.success(request, t("ذُكّرت الوحدة.", "The unit is reminded."))
    return redirect("desk:follow_up")


@requires(Right.FOLLOW_UP_UNITS)
@require_POST
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a call to the unit."""
    case, form = _case(request, number), CallForm(request.POST, prefix=f"call-{number}")
    if not form.is_valid():
        return _page(request, {number: form})
    by = acting(request, Right.FOLLOW_UP_UNITS, case)
    try:
        operations_of_cases.note_call(case, **form.cleaned_data, by=by, at=clock.now())
    except (Missing, NotNow) as refusal:
        form.add_error(None, _sentence(refusal))
        return _page(request, {number: form})
    messages.success(request, t("سُجلت المكالمة.", "The call is recorded."))
    return redirect("desk:follow_up")


def _sentence(refusal: Missing | NotNow) -> str:
    return refusal.sentence if isinstance(refusal, NotNow) else str(refusal)


def _visible(person: User, at: datetime) -> Any:
    return cases.visible_to(person, at=at, right=Right.FOLLOW_UP_UNITS) & cases.visible_to(person, at=at)


def _case(request: HttpRequest, number: str) -> Case:
    found = cases.by_number(_visible(staff(request), clock.now()), number)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, wrong: dict[str, forms.Form] | None = None) -> HttpResponse:
    person, at = staff(request), clock.now()
    visible, rows = _visible(person, at), []
    days, is_cut = 0, False
    for agency in directory.agencies_of(person, at):
        days = following.silent_days(agency.pk)
        silent = following.silent(visible, agency, at=at).select_related("unit", "service", "wilayat", "agency")
        found = list(silent[: following.SHOWN + 1])
        is_cut = is_cut or len(found) > following.SHOWN
        rows += _rows(found[: following.SHOWN], wrong or {})
    owners = cases.worklist(visible, Filters(waits_for="owner", order="fair"), size=MOST_OWNERS).cases
    context = {"owners": owners, "rows": rows, "days": days, "is_cut": is_cut, "wrong": wrong or {}}
    return render(request, "desk/follow_up.html", context, status=422 if wrong else 200)


def _rows(found: list[Case], wrong: dict[str, forms.Form]) -> list[Row]:
    acted, counted, last = following.last_acts(found), following.reminded(found), following.last_reminders(found)
    return [
        Row(
            case,
            acted.get(case.pk),
            *counted.get(case.pk, (0, 0)),
            last.get(case.pk),
            _form(RemindForm, "remind", case, wrong),
            _form(CallForm, "call", case, wrong),
        )
        for case in found
    ]


def _form(kind: Any, name: str, case: Case, wrong: dict[str, forms.Form]) -> Any:
    given = wrong.get(case.reference)
    return given if isinstance(given, kind) else kind(prefix=f"{name}-{case.reference}")
