"""Acts on many cases: chosen in the list, told in full before they are done, and answered for row by row."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wasl.accounts.models import User
from wasl.cases import bars
from wasl.cases import queries as cases
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import t
from wasl.desk import operations, queries, worklists
from wasl.desk.bulk import MANY, MOST, Ground, ManyAct, ManyAssignForm, ManyTurnForm, obstacle, plain
from wasl.desk.forms import ActForm, typed_words
from wasl.desk.models import BulkAct, BulkRow
from wasl.desk.people import staff
from wasl.desk.views.worklist import list_of_form
from wasl.directory.doors import requires
from wasl.directory.rights import Right

NOTHING_CHOSEN = t("اختر طلباً واحداً على الأقل.", "Choose at least one case.")


@dataclass(frozen=True)
class Seen:
    """One case of the act with what stands in its way; empty when nothing does."""

    row: BulkRow
    case: Case | None
    why: Any


@requires(Right.READ_CASE)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Take up an act on the cases that were ticked, or on the whole list; nothing is done yet."""
    person = worklists.Person(staff(request), clock.now())
    present = list_of_form(request, person)
    act = request.POST.get("act", "")
    if request.POST.get("everything"):
        found = cases.worklist(present.visible, present.filters, size=MOST).cases
        chosen = [(case, case.version) for case in found]
        left_out = max(cases.count(present.visible, present.filters) - len(chosen), 0)
    else:
        chosen, left_out = _ticked(request, person), 0
    if act not in MANY or not chosen:
        messages.error(request, NOTHING_CHOSEN)
        return redirect(f"{reverse('desk:home')}?{present.query()}")
    bulk = operations.begin(chosen, act=act, query=present.query(), left_out=left_out, by=person.user, at=person.at)
    return redirect("desk:bulk", bulk.public_id)


def _ticked(request: HttpRequest, person: worklists.Person) -> list[tuple[Case, int]]:
    """The ticked cases the person sees, each with the version its row showed, in the order of the list."""
    marks = [one for one in request.POST.getlist("case") if re.fullmatch(r"[0-9]{1,18}:[0-9]{1,9}", one)]
    versions = {int(number): int(version) for number, _, version in (one.partition(":") for one in marks[:MOST])}
    visible = cases.numbered(person.visible, list(versions))
    return [(visible[number], version) for number, version in versions.items() if number in visible]


def _own(request: HttpRequest, public_id: str) -> BulkAct:
    """The act of the address, if this person began it; else 404, as if there were none."""
    bulk = queries.bulk_act(staff(request), public_id)
    if bulk is None:
        raise Http404
    return bulk


@requires(Right.READ_CASE)
@require_GET
def bulk(request: HttpRequest, public_id: str) -> HttpResponse:
    """What will be done, is being done, or came of it."""
    return _page(request, _own(request, public_id))


def _page(request: HttpRequest, bulk: BulkAct, form: ActForm | None = None) -> HttpResponse:
    many, rows = MANY[bulk.act], queries.rows_of(bulk)
    context = {"bulk": bulk, "many": many, "rows": rows, "progress": queries.progress(bulk), "most": MOST}
    context["closed"] = _closed_to(staff(request), rows)
    context["back"] = f"{reverse('desk:home')}?{bulk.query}"
    if bulk.state in (BulkAct.State.DRAFT, BulkAct.State.PLANNED):
        context |= _plan_context(request, bulk, many, rows, form)
    else:
        context |= _result_context(bulk, rows)
    return render(request, "desk/bulk.html", context, status=422 if form is not None else 200)


def _closed_to(person: User, rows: list[BulkRow]) -> set[int]:
    """Which of the cases the person must not handle by now: an act of former days tells no more of these."""
    barred = bars.barred_of([row.case for row in rows], [person], clock.now())
    return {number for number, people in barred.items() if person.pk in people}


def _plan_context(
    request: HttpRequest, bulk: BulkAct, many: ManyAct, rows: list[BulkRow], form: ActForm | None
) -> dict[str, Any]:
    at, user = clock.now(), staff(request)
    visible = cases.numbered(cases.visible_to(user, at=at), [row.case_id for row in rows])
    if bulk.state == BulkAct.State.DRAFT:
        ground = Ground(user, at)
        return {"form": form or _form(many, list(visible.values()), rows, ground, data=None), "cases": len(visible)}
    ground, given = Ground(user, at), bulk.given
    seen = [_seen(many, row, visible.get(row.case_id), given, ground) for row in rows]
    ready = [one for one in seen if not one.why]
    typed = _typed(many, list(visible.values()), rows, ground, bulk)
    return {
        "ready": ready,
        "refused": _by_reason([one for one in seen if one.why]),
        "refused_number": len(seen) - len(ready),
        "typed": typed,
        "whom": typed[0][1] if typed and many.code in ("assign", "refer") else "",
        "backwards": sum(bool(one.case and many.before(one.case, given)) for one in ready),
        "undo_minutes": queries.UNDO_MINUTES,
    }


def _seen(many: ManyAct, row: BulkRow, case: Case | None, given: dict[str, Any], ground: Ground) -> Seen:
    return Seen(row, case, obstacle(many, case, given, ground, version=row.version))


def _by_reason(refused: list[Seen]) -> list[tuple[str, list[Seen]]]:
    told = sorted(refused, key=lambda one: str(one.why))
    return [(why, list(group)) for why, group in groupby(told, key=lambda one: str(one.why))]


def _form(many: ManyAct, visible: list[Case], rows: list[BulkRow], ground: Ground, *, data: Any) -> ActForm:
    """The form of the act; what depends on a case (the agency, the zone) it takes from the first one."""
    case = visible[0] if visible else rows[0].case
    form = many.form(data, case=case, user=ground.by, at=ground.at, prefix=many.code)
    if isinstance(form, ManyAssignForm):
        people: dict[int, Any] = {}
        for one in visible:
            people |= ground.people_of(one)
        form.offer(people)
    if isinstance(form, ManyTurnForm) and (skipped := many.skips(visible, ground)):
        form.ask_why_ahead(skipped)
    return form


def _typed(
    many: ManyAct, visible: list[Case], rows: list[BulkRow], ground: Ground, bulk: BulkAct
) -> list[tuple[Any, str]]:
    """What was chosen and typed, in words."""
    if not bulk.given:
        return []
    data = QueryDict(mutable=True)
    data.update({f"{many.code}-{name}": str(value) for name, value in bulk.given.items() if value not in (None, False)})
    return typed_words(_form(many, visible, rows, ground, data=data))


def _result_context(bulk: BulkAct, rows: list[BulkRow]) -> dict[str, Any]:
    done = [row for row in rows if row.state == BulkRow.State.DONE]
    failed = [row for row in rows if row.state == BulkRow.State.FAILED]
    return {
        "done": done,
        "failed": failed,
        "may_undo": queries.may_be_undone(bulk, at=clock.now()),
        "undoable": sum(bool(row.before) for row in done),
        "undo_minutes": queries.UNDO_MINUTES,
        "percent": round(100 * (len(done) + len(failed)) / max(len(rows), 1)),
    }


@requires(Right.READ_CASE)
@require_POST
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take what was chosen and typed, to show what would come of it; with `change` begin choosing anew."""
    bulk = _own(request, public_id)
    many, rows, at = MANY[bulk.act], queries.rows_of(bulk), clock.now()
    if "change" in request.POST:
        operations.plan(bulk, given=None)
        return redirect("desk:bulk", bulk.public_id)
    visible = cases.numbered(cases.visible_to(staff(request), at=at), [row.case_id for row in rows])
    form = _form(many, list(visible.values()), rows, Ground(staff(request), at), data=request.POST)
    if bulk.state == BulkAct.State.DRAFT and not form.is_valid():
        return _page(request, bulk, form)
    if bulk.state == BulkAct.State.DRAFT:
        operations.plan(bulk, given=plain(form.cleaned_data, form.case))
    return redirect("desk:bulk", bulk.public_id)


@requires(Right.READ_CASE)
@require_POST
def apply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Do it. A second press finds it done."""
    bulk = _own(request, public_id)
    operations.apply(bulk, at=clock.now())
    return redirect("desk:bulk", bulk.public_id)


@requires(Right.READ_CASE)
@require_POST
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back what can be taken back."""
    bulk = _own(request, public_id)
    try:
        back = operations.undo(bulk, by=staff(request), at=clock.now())
    except operations.CannotUndo:
        messages.error(request, t("لم يعد التراجع ممكناً.", "It can no longer be taken back."))
        return redirect("desk:bulk", bulk.public_id)
    return redirect("desk:bulk", back.public_id)


@requires(Right.READ_CASE)
@require_POST
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Try once more what failed, with the cases as they are now."""
    bulk = _own(request, public_id)
    fresh = operations.begin_again(bulk, by=staff(request), at=clock.now())
    if fresh is None:
        messages.error(request, NOTHING_CHOSEN)
    return redirect("desk:bulk", (fresh or bulk).public_id)
