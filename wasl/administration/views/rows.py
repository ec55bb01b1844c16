"""The rows of one kind: list, form, review, end, history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wasl.administration import controls, differences, exporting, operations, queries, registry, yaml_files
from wasl.administration.differences import in_words
from wasl.administration.operations import ChangedMeanwhile, StillNeeded
from wasl.administration.registry import ENDED, Document, Field, Kind, Type, Wrong
from wasl.administration.values import clean, default_document, sketch
from wasl.administration.views.files import look_or_apply
from wasl.administration.views.here import Here, here, kind_at, packed, row_at, unpacked
from wasl.administration.views.shown import shown_act, shown_change
from wasl.core.i18n import say, t
from wasl.core.localized import Localized
from wasl.core.text import fold
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.moments import day_short

PAGE = 100
STATES = (("active", t("الساري", "In force")), ("ended", t("المنتهي", "Ended")), ("all", t("الكل", "All")))
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Row:
    """A row of a list: its cells in words."""

    document: Document
    name: Any
    cells: list[tuple[Field, str, bool]]
    depth: int = 0


@requires(Right.READ_CONFIG)
@require_safe
def row_list(request: HttpRequest, agency: str, kind: str) -> HttpResponse:
    """All rows of a kind, found by words, state and what they name; in the kind's order or by a column."""
    place, of = here(request, agency), kind_at(kind)
    rows = queries.documents(of, place.agency, place.at)
    state = request.GET.get("state", "active")
    chosen = _narrowed(place, of, list(rows.values()), state)
    sort = request.GET.get("sort", "")
    is_plain = not sort and not request.GET.get("q") and not request.GET.get("names")
    ordered = _as_tree(of, chosen) if is_plain else [(0, row) for row in _sorted(of, place, chosen, sort)]
    number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
    shown = ordered[(number - 1) * PAGE : number * PAGE]
    columns = _columns(of)
    names = _names_of_references(of, place)
    context = place.context(
        kind=of,
        rows=[_row(of, place, row, columns, names, depth) for depth, row in shown],
        columns=columns,
        states=STATES,
        state=state,
        total=len(ordered),
        number=number,
        pages=-(-len(ordered) // PAGE),
        sort=sort,
        is_narrowed=not is_plain or state != "active",
        naming=_naming(place, request.GET.get("names", "")),
        may_add=place.may_add(of),
        has_usual=len(of.usual(place.agency, place.at)),
        links=of.list_links(place.agency) if place.may_change(of) else [],
    )
    return render(request, "administration/list.html", context)


def _narrowed(place: Here, kind: Kind, rows: list[Document], state: str) -> list[Document]:
    wanted = fold(place.request.GET.get("q", "")[:200]).split()
    named = _naming(place, place.request.GET.get("names", ""))
    if state in ("active", "ended"):
        rows = [row for row in rows if queries.is_active(row) == (state == "active")]
    if wanted:
        rows = [row for row in rows if queries.matches(kind, row, wanted)]
    if named is not None:
        other, code = named
        rows = [row for row in rows if any(queries.names(one, row.get(one.code), other, code) for one in kind.fields)]
    return rows


def _naming(place: Here, names: str) -> tuple[Kind, str] | None:
    """What `?names=units:ROADS` means."""
    code, _, row = names.partition(":")
    return (kind_at(code), row) if code and row else None


def _columns(kind: Kind) -> list[Field]:
    """The fields of the list besides the name, which leads."""
    return [field for field in kind.fields if field.in_list and field.code not in ("name", "title", "full_name")]


def _sorted(kind: Kind, place: Here, rows: list[Document], sort: str) -> list[Document]:
    name = sort.removeprefix("-")
    if name == "name":
        key = [(fold(str(kind.name_of(row))), row) for row in rows]
    elif any(field.code == name for field in kind.fields):
        field = kind.field(name)
        key = [(fold(in_words(field, row.get(name), place.agency)), row) for row in rows]
    else:
        return rows
    return [row for _, row in sorted(key, key=lambda pair: pair[0], reverse=sort.startswith("-"))]


def _as_tree(kind: Kind, rows: list[Document]) -> list[tuple[int, Document]]:
    """Rows under those they are part of, where a field of the kind names rows of the kind itself."""
    parent = next(
        (field.code for field in kind.fields if field.type is Type.REFERENCE and field.refers_to == kind.code), ""
    )
    here_too = {row["code"] for row in rows}
    if not parent:
        return [(0, row) for row in rows]
    below: dict[str, list[Document]] = {}
    for row in rows:
        below.setdefault(row.get(parent, "") if row.get(parent) in here_too else "", []).append(row)
    ordered: list[tuple[int, Document]] = []

    def take(code: str, depth: int) -> None:
        for row in below.pop(code, []):
            ordered.append((depth, row))
            take(row["code"], depth + 1)

    take("", 0)
    return ordered


def _names_of_references(kind: Kind, place: Here) -> dict[str, dict[str, str]]:
    fields = [field for field in kind.fields if field.in_list and field.refers_to]
    return {field.refers_to: dict(queries.options(field, place.agency, place.at)) for field in fields}


def _row(
    kind: Kind, place: Here, row: Document, columns: list[Field], names: Mapping[str, Mapping[str, str]], depth: int
) -> Row:
    cells = []
    for field in columns:
        value = row.get(field.code)
        words = _at_a_glance(field, value, names.get(field.refers_to, {})) or in_words(field, value, place.agency)
        is_code = (field.ltr and field.type is not Type.DATE) or (field.refers_to != "" and words == value)
        cells.append((field, words, is_code))
    return Row(row, kind.name_of(row), cells, min(depth, 6))


def _at_a_glance(field: Field, value: Any, named: Mapping[str, str]) -> str:
    """As people read it in a list: in their language, names for codes, days as they are said; "" where it stays."""
    if not value:
        return ""
    if field.type is Type.LOCALIZED:
        return str(Localized(value))
    if field.type is Type.DATE:
        return day_short(date.fromisoformat(value))
    if field.type is Type.REFERENCES:
        return say("، ", ", ").join(str(named.get(code, code)) for code in value)
    return str(named.get(value, "")) if field.refers_to and isinstance(value, str) else ""


# --- the form ---------------------------------------------------------------------------------------------------------


@requires(Right.READ_CONFIG)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, agency: str, kind: str) -> HttpResponse:
    """A new row; the query may fill fields in beforehand."""
    place, of = here(request, agency), kind_at(kind)
    if not place.may_add(of):
        raise Http404
    if (due := place.must_change(of)) is not None:
        return due
    if request.method == "POST":
        return _step(place, of, None)
    given = {field.code: request.GET[field.code] for field in of.fields if field.code in request.GET}
    return _form(place, of, None, sketch(of, given, place.agency) if given else default_document(of))


@requires(Right.READ_CONFIG)
@require_safe
def row(request: HttpRequest, agency: str, kind: str, code: str) -> HttpResponse:
    """One row: its form for whoever may change it, its values for whoever may look."""
    place, of = here(request, agency), kind_at(kind)
    current = row_at(place, of, code)
    if not place.may_change(of):
        return render(request, "administration/look.html", _row_context(place, of, current))
    return place.must_change(of) or _form(place, of, current, current)


@requires(Right.READ_CONFIG)
@require_http_methods(["GET", "HEAD", "POST"])
def change_row(request: HttpRequest, agency: str, kind: str, code: str) -> HttpResponse:
    """Type, look, apply: one row."""
    place, of = here(request, agency), kind_at(kind)
    current = row_at(place, of, code)
    if (due := place.must_change(of)) is not None:
        return due
    return _step(place, of, current) if request.method == "POST" else _form(place, of, current, current)


def _step(place: Here, kind: Kind, current: Document | None) -> HttpResponse:
    """Type, look at the change, apply it: which of them, says the button."""
    data = place.request.POST
    step, seen = data.get("step", "review"), data.get("seen", "")
    is_packed = step in ("apply", "edit") and "document" in data
    raw = unpacked(kind, data["document"]) if is_packed else controls.read(kind, data, is_new=current is None)
    if step == "edit" or step.startswith("more"):
        return _form(place, kind, current, _typed(place, kind, raw, current), seen=seen)
    try:
        document = _wanted(place, kind, raw, current)
        if queries.digest(current) != seen:
            raise ChangedMeanwhile(current)
        operations.rehearse(kind, place.agency, document, by=place.user, at=place.at)
        if step == "apply":
            return _apply(place, kind, document, seen)
    except Wrong as wrong:
        return _form(place, kind, current, _typed(place, kind, raw, current), wrong=wrong, seen=seen)
    except ChangedMeanwhile as met:
        return _conflict(place, kind, raw, met.current, current)
    return _review(place, kind, current, document)


def _wanted(place: Here, kind: Kind, raw: Document, current: Document | None) -> Document:
    """The cleaned document, as the room would keep it; a new one whose code is taken is refused at once."""
    document = clean(kind, raw, place.agency, before=current)
    document = kind.normalise(place.agency, current, document, place.at)
    if current is None:
        there = queries.documents(kind, place.agency, place.at).get(document["code"])
        if there is not None:
            raise Wrong({"code" if kind.has_code else "": operations.code_taken(there)})
        kind.check(place.agency, None, document, place.at)
    return document


def _typed(place: Here, kind: Kind, raw: Document, current: Document | None) -> Document:
    """What was typed, as far as it can be shown in the form again; raw where it is no sound value."""
    base = current if current is not None else default_document(kind)
    return {**base, **raw}


def _form(
    place: Here,
    kind: Kind,
    current: Document | None,
    document: Document,
    *,
    wrong: Wrong | None = None,
    seen: str | None = None,
    sentence: str = "",
) -> HttpResponse:
    errors = wrong.sentences if wrong is not None else {}
    found = controls.controls(kind, place.agency, document, place.at, is_new=current is None, errors=errors)
    context = _row_context(place, kind, current) | {
        "controls": found,
        "error_items": controls.error_items(found, errors),
        "error_title": t("راجع ما يلي ثم تابع", "Mend these, then go on"),
        "seen": seen if seen is not None else queries.digest(current),
        "draft": draft_key(place, kind, current),
        "document": _sound(place, kind, document),
        "sentence": sentence,
    }
    return render(place.request, "administration/form.html", context, status=422 if errors else 200)


def _sound(place: Here, kind: Kind, document: Document) -> Document:
    """What a picture of the row may be drawn of: values that are none are left out."""
    return {**document, **sketch(kind, document, place.agency), "code": document.get("code", "")}


def draft_key(place: Here, kind: Kind, current: Document | None) -> str:
    """Under which the browser keeps what was typed."""
    return f"admin-{place.agency.code}-{kind.code}-{current['code'] if current else ''}"


def _row_context(place: Here, kind: Kind, current: Document | None) -> dict[str, Any]:
    if current is None:
        return place.context(kind=kind, current=None, name=kind.singular)
    changes = queries.changes_of_row(kind, place.agency, current["code"])
    may_change = place.may_change(kind)
    last = changes[0] if changes else None
    batch = queries.changes_of_batch(place.agency, last.batch) if last is not None else []
    return place.context(
        kind=kind,
        current=current,
        name=kind.name_of(current),
        is_ended=bool(current.get(ENDED)),
        uses=queries.uses(kind, place.agency, current["code"], place.at),
        links=kind.links(place.agency, current) if may_change else [],
        acts=kind.acts(place.agency, current, place.at) if may_change else [],
        last=shown_change(place, last, lines=False) if last is not None else None,
        last_act=shown_act(place, queries.Act(last.batch, batch)) if last is not None else None,
        changes=len(changes),
        may_change=may_change,
        answers=_answers(place, kind, current),
    )


def _answers(place: Here, kind: Kind, current: Document) -> list[tuple[Field, str]]:
    names = {
        field.refers_to: dict(queries.options(field, place.agency, place.at))
        for field in kind.fields
        if field.refers_to
    }
    found = []
    for field in kind.fields:
        if field.only_new:
            continue
        value = current.get(field.code)
        words = names.get(field.refers_to, {}).get(value, "") if isinstance(value, str) else ""
        found.append((field, words or in_words(field, value, place.agency)))
    return found


def _review(place: Here, kind: Kind, current: Document | None, document: Document) -> HttpResponse:
    """What would change, and what that would bring about, before it is applied."""
    lines = differences.lines(kind, place.agency, current, document, place.names(kind))
    secrets = [field for field in kind.fields if field.type is Type.SECRET and document.get(field.code)]
    resumes = bool(current and current.get(ENDED))
    if not lines and not secrets and not resumes:
        sentence = t("لم يتغير شيء بعد. عدّل حقلاً ثم اعرض التغيير.", "Nothing is different yet. Change a field first.")
        return _form(place, kind, current, document, sentence=sentence)
    context = _row_context(place, kind, current) | {
        "document": document,
        "lines": lines,
        "secrets": secrets,
        "resumes": resumes,
        "panel": kind.preview(place.agency, current, document, place.at),
        "packed": packed(kind, document),
        "seen": queries.digest(current),
        "longest_note": LONGEST_NOTE,
        "name": kind.name_of(document),
    }
    return render(place.request, "administration/review.html", context)


def _apply(place: Here, kind: Kind, document: Document, seen: str) -> HttpResponse:
    note = place.request.POST.get("note", "").strip()[:LONGEST_NOTE]
    operations.change_row(kind, place.agency, document, seen=seen, by=place.user, at=place.at, note=note)
    draft = f"admin-{place.agency.code}-{kind.code}-{document['code'] if seen else ''}"
    done = t("حُفظ التغيير.", "The change is saved.") if seen else t("أُنشئ السجل.", "The row is made.")
    messages.success(place.request, done, extra_tags=draft)
    return _to_row(place, kind, document["code"])


def _to_row(place: Here, kind: Kind, code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("administration:row", args=[place.agency.code, kind.code, code]))


def _conflict(place: Here, kind: Kind, raw: Document, now: Document | None, current: Document | None) -> HttpResponse:
    """Somebody was faster: what they did and what was typed here, side by side, and a way on."""
    if now is None:
        raise Http404
    mine = _typed(place, kind, raw, now)
    try:
        mine = clean(kind, raw, place.agency, before=now)
        packed_mine = packed(kind, mine)
    except Wrong:
        packed_mine = packed(kind, dict(raw))
    last = queries.last_change(kind, place.agency, now["code"])
    context = _row_context(place, kind, now) | {
        "theirs": shown_change(place, last) if last is not None else None,
        "lines": _lines_safely(kind, place, now, mine),
        "packed": packed_mine,
        "seen": queries.digest(now),
    }
    return render(place.request, "administration/conflict.html", context, status=409)


def _lines_safely(kind: Kind, place: Here, now: Document, mine: Document) -> list[differences.Line]:
    try:
        return differences.lines(kind, place.agency, now, mine, place.names(kind))
    except (AttributeError, TypeError, ValueError):
        # What was typed is no sound value: it comes back in the form, with what is wrong.
        return []


# --- end, resume, acts, history ---------------------------------------------------------------------------------------


@requires(Right.READ_CONFIG)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, agency: str, kind: str, code: str) -> HttpResponse:
    """Who needs the row, then its end."""
    place, of = here(request, agency), kind_at(kind)
    current = row_at(place, of, code)
    if not of.can_end or current.get(ENDED):
        raise Http404
    if (due := place.must_change(of)) is not None:
        return due
    if request.method == "POST":
        return _end(place, of, current)
    return _end_page(place, of, current)


def _end(place: Here, kind: Kind, current: Document) -> HttpResponse:
    data = place.request.POST
    try:
        operations.end_row(
            kind,
            place.agency,
            current["code"],
            seen=data.get("seen", ""),
            by=place.user,
            at=place.at,
            note=data.get("note", "").strip()[:LONGEST_NOTE],
            successor=data.get("successor", ""),
        )
    except (StillNeeded, Wrong) as refusal:
        return _end_page(place, kind, current, refusal=refusal, status=422)
    except ChangedMeanwhile:
        sentence = t(
            "تغيّر السجل وأنت تقرأ. راجعه ثم أنهِه إن شئت.",
            "The row changed meanwhile. Look at it, then end it if you like.",
        )
        return _end_page(place, kind, current, refusal=sentence, status=409)
    messages.success(place.request, t("أُنهي السجل. يمكن التراجع عنه.", "The row has ended. It can be taken back."))
    return _to_row(place, kind, current["code"])


def _end_page(place: Here, kind: Kind, current: Document, *, refusal: Any = "", status: int = 200) -> HttpResponse:
    uses = queries.uses(kind, place.agency, current["code"], place.at)
    along = _ending_along(kind)
    own = Field("successor", "", Type.REFERENCE, refers_to=kind.code)
    heirs = [one for one in queries.options(own, place.agency, place.at) if one[0] != current["code"]]
    context = _row_context(place, kind, current) | {
        "uses": uses,
        "ends_along": [use.text for use in uses if use.text in along],
        "blocking": [use for use in uses if use.blocks],
        "heirs": heirs if kind.takes_successor and any(use.text not in along for use in uses) else [],
        "chosen": place.request.POST.get("successor", ""),
        "panel": kind.preview(place.agency, current, None, place.at),
        "seen": queries.digest(current),
        "refusal": str(refusal),
        "longest_note": LONGEST_NOTE,
    }
    return render(place.request, "administration/end.html", context, status=status)


def _ending_along(kind: Kind) -> set[str]:
    """The titles of kinds whose rows end together with one of this kind."""
    return {
        str(other.title)
        for other in registry.kinds()
        if any(field.ends_along and field.refers_to == kind.code for field in other.fields)
    }


@requires(Right.READ_CONFIG)
@require_POST
def act(request: HttpRequest, agency: str, kind: str, code: str, act: str) -> HttpResponse:
    """A button of a row that is no change of its document."""
    place, of = here(request, agency), kind_at(kind)
    current = row_at(place, of, code)
    if (due := place.must_change(of)) is not None:
        return due
    if act not in {one.code for one in of.acts(place.agency, current, place.at)}:
        raise Http404
    try:
        sentence = operations.do_act(of, place.agency, current, act, by=place.user, at=place.at)
    except Wrong as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return _to_row(place, of, current["code"])


@requires(Right.READ_CONFIG)
@require_safe
def history(request: HttpRequest, agency: str, kind: str, code: str) -> HttpResponse:
    """Who changed the row when, what and why."""
    place, of = here(request, agency), kind_at(kind)
    current = row_at(place, of, code)
    changes = queries.changes_of_row(of, place.agency, code)
    context = _row_context(place, of, current) | {"shown": [shown_change(place, change) for change in changes]}
    return render(request, "administration/history.html", context)


@requires(Right.READ_CONFIG)
@require_POST
def usual(request: HttpRequest, agency: str, kind: str) -> HttpResponse:
    """See the rows of the house for an agency that has none of the kind; they are made when that is confirmed."""
    place, found = here(request, agency), kind_at(kind)
    if (due := place.must_change(found)) is not None:
        return due
    address = reverse("administration:list", args=[place.agency.code, found.code])
    documents = found.usual(place.agency, place.at)
    if not documents:
        messages.info(request, t("لا يعرض البيت صفوفاً هنا.", "The house has no rows to offer here."))
        return redirect(address)
    text = yaml_files.written(code=place.agency.code, name=place.agency.name, rows=[(found, documents)])
    return look_or_apply(place, exporting.read_file(text), text, came_from=address)
