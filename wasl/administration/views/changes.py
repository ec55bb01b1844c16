"""What was changed, act by act, and taking it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wasl.administration import operations, queries
from wasl.administration.views.here import Here, here
from wasl.administration.views.shown import ShownAct, shown_act
from wasl.core.i18n import t
from wasl.directory.doors import requires
from wasl.directory.rights import Right

PAGE = 30


@requires(Right.READ_CONFIG)
@require_safe
def change_list(request: HttpRequest, agency: str) -> HttpResponse:
    """All acts, newest first."""
    place = here(request, agency)
    before = request.GET.get("before", "")
    acts = queries.recent_acts(place.agency, limit=PAGE, before=int(before) if before.isdecimal() else None)
    onward = min(change.pk for change in acts[-1].changes) if len(acts) == PAGE else None
    context = place.context(acts=[shown_act(place, act) for act in acts], onward=onward, is_first=not before)
    return render(request, "administration/changes.html", context)


@requires(Right.READ_CONFIG)
@require_safe
def change(request: HttpRequest, agency: str, batch: str) -> HttpResponse:
    """One act with everything it changed, and whether it can be taken back."""
    place = here(request, agency)
    shown = _act(place, batch)
    hindrance = operations.what_hinders(place.agency, batch, place.at) if shown.may_undo else ""
    context = place.context(shown=shown, hindrance=hindrance)
    return render(request, "administration/change.html", context)


@requires(Right.READ_CONFIG)
@require_POST
def undo(request: HttpRequest, agency: str, batch: str) -> HttpResponse:
    """Take an act back."""
    place = here(request, agency)
    shown = _act(place, batch)
    kinds = {one.kind.code: one.kind for one in shown.changes if one.kind is not None}
    if (due := place.must_change(*kinds.values())) is not None:
        return due
    try:
        made = operations.undo(place.agency, batch, by=place.user, at=place.at)
    except operations.CannotUndo as why:
        messages.error(request, str(why))
        return HttpResponseRedirect(reverse("administration:change", args=[place.agency.code, batch]))
    messages.success(request, t("تم التراجع، وكل شيء كما كان.", "Taken back; everything is as it was."))
    name = made[0].batch if made else batch
    return HttpResponseRedirect(reverse("administration:change", args=[place.agency.code, name]))


def _act(place: Here, batch: str) -> ShownAct:
    changes = queries.changes_of_batch(place.agency, batch)
    if not changes:
        raise Http404
    return shown_act(place, queries.Act(batch, changes), lines=True)
