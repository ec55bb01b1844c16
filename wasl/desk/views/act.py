"""Doing something to a case: one door for each act, all of one shape."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from wasl.cases.models import Case
from wasl.cases.operations import Missing, NotAtThisLine, NotNow, OutOfOrder, StaleCase
from wasl.core import clock
from wasl.core.files import DecoderBusy, FileGone, FileRefused, FileStoreFull
from wasl.core.i18n import t
from wasl.desk.acts import ACTS, Act, Doing, offered
from wasl.desk.casepage import case_context
from wasl.desk.forms import ActForm, TurnForm, typed_words
from wasl.desk.people import acting, staff
from wasl.desk.sight import items_seen, sight_of, visible_numbers
from wasl.desk.views.case import visible_case
from wasl.directory.doors import requires

BUSY = t("تعذّر حفظ الملفات الآن. أعد المحاولة بعد لحظات.", "The files could not be kept just now. Please try again.")


def door(act: Act) -> Any:
    """The view of one act, guarded by its right."""

    @require_POST
    def view(request: HttpRequest, number: str) -> HttpResponse:
        try:
            case = visible_case(request, number)
            if not act.allowed(case, staff(request), clock.now()):
                raise Http404
        except Http404:
            return _gone(request, act)
        return _do(request, case, act)

    return requires(act.right)(view)


def _do(request: HttpRequest, case: Case, act: Act) -> HttpResponse:
    at, user = clock.now(), acting(request, act.right, case)
    form = act.form(request.POST, request.FILES, case=case, user=user, at=at, prefix=act.code)
    if not form.is_valid():
        return _again(request, case, act, form)
    try:
        said = act.run(Doing(case, user, at, form.cleaned_data, form))
    except StaleCase as stale:
        return _conflict(request, stale.current, act, form)
    except NotNow as refusal:
        return _conflict(request, case, act, form, sentence=refusal.sentence)
    except NotAtThisLine as refusal:
        if act in offered(case, user, at):  # only what was chosen cannot be
            form.add_error(None, str(refusal))
            return _again(request, case, act, form)
        return _conflict(request, case, act, form, sentence=str(refusal))
    except (Missing, FileRefused, FileGone, DecoderBusy, FileStoreFull) as refusal:
        form.add_error(_place_of(refusal, form), _sentence(refusal))
        return _again(request, case, act, form)
    messages.success(request, (said if isinstance(said, str) else "") or act.done, extra_tags=form.draft_key)
    if case.pk in visible_numbers(request, [case]):
        return redirect("desk:case", case.reference)
    # Handed on to where this person does not read: the case is gone from their sight, rightly.
    return redirect("desk:home")


def _place_of(refusal: Exception, form: ActForm) -> str | None:
    """The field that mends it. Where others come first as it turned out only now, the form asks for the reason."""
    if not isinstance(refusal, OutOfOrder) or not isinstance(form, TurnForm):
        return None
    form.ask_why_ahead(refusal.overtaken.total)
    return "ahead_code"


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, FileRefused):
        return refusal.message
    return str(refusal) if isinstance(refusal, Missing) else BUSY


def _again(request: HttpRequest, case: Case, act: Act, form: ActForm) -> HttpResponse:
    """The page once more with what was typed and what is to be mended."""
    form.hold_files()
    return render(request, "desk/case.html", case_context(request, case, form, act.code), status=422)


def _conflict(request: HttpRequest, current: Case, act: Act, form: ActForm, sentence: str = "") -> HttpResponse:
    """Somebody was faster: what they did, what was typed here, and a way to apply it after all."""
    form.hold_files()
    changes = items_seen(current, sight_of(request, current))
    missed = max(current.version - (form.cleaned_data.get("version") or 0), 1)
    since = changes[min(missed, len(changes)) - 1].at if changes else current.registered_at
    context = {
        "case": current,
        "state": current.state_words,
        "act": act,
        "form": form.for_version(current),
        "fits": act in offered(current, form.user, form.at),
        "typed": typed_words(form),
        "changes": [item for item in changes if item.at >= since],
        "sentence": sentence,
    }
    return render(request, "desk/conflict.html", context, status=409)


def _gone(request: HttpRequest, act: Act) -> HttpResponse:
    """The same page whether the case moved out of sight or never was; what was typed is given back."""
    fields = act.form.base_fields
    typed = [
        (field.label, value)
        for name, field in fields.items()
        if not field.widget.is_hidden
        and (value := request.POST.get(f"{act.code}-{name}", "").strip())
        and not hasattr(field, "choices")
    ]
    return render(request, "desk/gone.html", {"typed": typed}, status=404)


DOORS = {code: door(act) for code, act in ACTS.items()}
