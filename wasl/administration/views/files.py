"""The configuration as a file: download it, and bring one in after looking at what it would change."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wasl.administration import exporting, operations, queries, registry
from wasl.administration.models import ConfigChange
from wasl.administration.registry import Kind
from wasl.administration.views.here import Here, here
from wasl.administration.views.shown import shown_act
from wasl.administration.yaml_files import ReadFile
from wasl.calendars.ical import LeftOut
from wasl.core.i18n import t
from wasl.directory.doors import requires
from wasl.directory.rights import Right

LARGEST = 4_000_000
SHOWN_MISTAKES = 100


@dataclass(frozen=True)
class ShownMistake:
    """A mistake with the words people know its place by."""

    line: int
    kind: str
    code: str
    field: str
    sentence: str


@requires(Right.READ_CONFIG)
@require_safe
def file(request: HttpRequest, agency: str) -> HttpResponse:
    """Choose what to download, or a file to bring in."""
    place = here(request, agency)
    return _page(place)


def _page(place: Here, *, fault: str = "", status: int = 200) -> HttpResponse:
    context = place.context(
        kinds=[kind for kind in registry.kinds() if kind.exported],
        may_import=any(place.may_change(kind) for kind in registry.kinds()),
        fault=fault,
    )
    return render(place.request, "administration/file.html", context, status=status)


@requires(Right.READ_CONFIG)
@require_safe
def export(request: HttpRequest, agency: str) -> HttpResponse:
    """The file; `?kind=` narrows it, as often as one likes."""
    place = here(request, agency)
    chosen = [kind for kind in exporting.exported_kinds() if kind.code in request.GET.getlist("kind")]
    text = exporting.export(place.agency, kinds=chosen or None, at=place.at)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    day = place.at.astimezone(place.agency.zone).date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="wasl-{place.agency.code}-{day}.yaml"'
    response["Cache-Control"] = "no-store"
    return response


@requires(Right.READ_CONFIG)
@require_POST
def bring_in(request: HttpRequest, agency: str) -> HttpResponse:
    """Look at what a file would change; then, with the button, change it."""
    place = here(request, agency)
    if not any(place.may_change(kind) for kind in registry.kinds()):
        raise Http404
    text = _text(request)
    if text is None:
        fault = t("اختر ملف YAML بترميز UTF-8 لا يتجاوز 4 م.بايت.", "Choose a YAML file in UTF-8 of 4 MB at most.")
        return _page(place, fault=fault, status=422)
    read = exporting.read_file(text)
    kinds = {row.kind: registry.kind_of(row.kind) for row in read.rows}
    if kinds and (refused := _not_allowed(place, list(kinds.values()))):
        return _page(place, fault=refused, status=403)
    if kinds and (due := place.must_change(*kinds.values())) is not None:
        return due
    if read.agency and read.agency != place.agency.code and "agencies" in kinds:
        read = exporting.without_agencies(read)
    return look_or_apply(place, read, text)


def _not_allowed(place: Here, kinds: list[Kind]) -> str:
    closed = [str(kind.title) for kind in kinds if not place.may_change(kind)]
    if not closed:
        return ""
    return t("لا يجوز لك تغيير: {titles}.", "You may not change: {titles}.", titles="، ".join(closed))


def look_or_apply(
    place: Here, read: ReadFile, text: str, *, left_out: Sequence[LeftOut] = (), came_from: str = ""
) -> HttpResponse:
    """Show what a file would change, or change it when the person has seen just that.

    `left_out` is what another program's file holds and cannot be taken; `came_from` is the page one came from.
    """
    data = place.request.POST
    try:
        planned = operations.import_file(place.agency, read, by=place.user, at=place.at, dry_run=True)
        if data.get("step") == "apply" and planned and data.get("planned") == _mark(planned):
            made = operations.import_file(
                place.agency, read, by=place.user, at=place.at, note=data.get("note", "").strip()[:300]
            )
            messages.success(place.request, t("طُبّق الملف كله.", "The whole file is applied."))
            name = made[0].batch
            return HttpResponseRedirect(reverse("administration:change", args=[place.agency.code, name]))
    except operations.CannotImport as refused:
        return _mistakes_page(place, refused)
    return _plan_page(place, planned, read, text, left_out=left_out, came_from=came_from)


def _plan_page(
    place: Here,
    planned: list[ConfigChange],
    read: ReadFile,
    text: str,
    *,
    left_out: Sequence[LeftOut],
    came_from: str,
) -> HttpResponse:
    act = shown_act(place, queries.Act("", planned), lines=True) if planned else None
    context = place.context(
        plan=act,
        rows=len(read.rows),
        text=text,
        planned=_mark(planned),
        of_other=read.agency if read.agency and read.agency != place.agency.code else "",
        left_out=left_out,
        came_from=came_from or reverse("administration:file", args=[place.agency.code]),
        moved=place.request.POST.get("step") == "apply",
    )
    return render(place.request, "administration/plan.html", context)


def _mistakes_page(place: Here, refused: operations.CannotImport) -> HttpResponse:
    titles = {kind.code: kind for kind in registry.kinds()}
    shown = []
    for one in refused.mistakes[:SHOWN_MISTAKES]:
        kind = titles.get(one.kind)
        labels = {field.code: str(field.label) for field in kind.fields} if kind is not None else {}
        field = labels.get(one.field.split(".")[0], one.field)
        shown.append(ShownMistake(one.line, str(kind.singular) if kind else "", one.code, field, one.sentence))
    context = place.context(mistakes=shown, more=max(0, len(refused.mistakes) - SHOWN_MISTAKES))
    return render(place.request, "administration/mistakes.html", context, status=422)


def _text(request: HttpRequest) -> str | None:
    """The file of the form, or the text that the page of its plan carried on."""
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("text") or None
    if upload.size is None or upload.size > LARGEST:
        return None
    try:
        return str(upload.read(), "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _mark(planned: list[ConfigChange]) -> str:
    """What somebody saw before pressing the button: something else now is shown anew."""
    text = repr([(change.kind, change.code, change.before, change.after, change.secrets) for change in planned])
    return hashlib.sha256(text.encode()).hexdigest()[:24]
