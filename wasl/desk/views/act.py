"""Doing something to a case: one door for each act, all of one shape."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wasl.cases import timeline
from wasl.cases.models import Case
from wasl.cases.operations import Missing, NotNow, StaleCase
from wasl.core import clock
from wasl.core.files import FileRefused
from wasl.core.i18n import t
from wasl.desk.acts import ACTS, Act, Doing
from wasl.desk.forms import ActForm
from wasl.desk.people import staff
from wasl.desk.views.case import case_context, visible_case
from wasl.directory.doors import requires


def door(act: Act) -> Any:
    """The view of one act, guarded by its right."""

    @require_POST
    def view(request: HttpRequest, number: str) -> HttpResponse:
        return _do(request, visible_case(request, number), act)

    return requires(act.right)(view)


def _do(request: HttpRequest, case: Case, act: Act) -> HttpResponse:
    at, user = clock.now(), staff(request)
    if not act.allowed(case, user, at):
        raise Http404
    timezone.activate(case.agency.zone)
    form = act.form(request.POST, request.FILES, case=case, user=user, at=at, prefix=act.code)
    if not form.is_valid():
        return _again(request, case, act, form)
    try:
        act.run(Doing(case, user, at, form.cleaned_data))
    except StaleCase as stale:
        return _conflict(request, stale.current, act, form)
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return redirect("desk:case", case.reference)
    except (Missing, FileRefused) as refusal:
        form.add_error(None, str(refusal))
        return _again(request, case, act, form)
    messages.success(request, act.done)
    return redirect("desk:case", case.reference)


def _again(request: HttpRequest, case: Case, act: Act, form: ActForm) -> HttpResponse:
    """The page once more with what was typed and what is to be mended."""
    return render(request, "desk/case.html", case_context(request, case, form, act.code), status=422)


def _conflict(request: HttpRequest, current: Case, act: Act, form: ActForm) -> HttpResponse:
    """Somebody was faster: what they did, what was typed here, and a way to apply it after all."""
    seen = form.cleaned_data.get("version") or 0
    fresh = act.form(
        initial={**form.cleaned_data, "version": current.version}, case=current, user=form.user, at=form.at, prefix=act.code
    )
    fresh.data, fresh.is_bound = _with_version(form, current.version), False
    for name, field in fresh.fields.items():
        field.initial = current.version if name == "version" else form[name].value()
    missed = max(current.version - seen, 1)
    context = {
        "case": current,
        "state": current.state_words,
        "act": act,
        "form": fresh,
        "fits": act.fits(current),
        "typed": [(field.label, field.value()) for field in form.visible_fields() if field.value()],
        "changes": timeline.staff_timeline(current)[:missed],
        "title": t("تغيّر الطلب وأنت تكتب", "The case changed while you were writing"),
    }
    return render(request, "desk/conflict.html", context, status=409)


def _with_version(form: ActForm, version: int) -> Any:
    data = form.data.copy()
    data[form.add_prefix("version")] = str(version)
    return data


DOORS = {code: door(act) for code, act in ACTS.items()}
