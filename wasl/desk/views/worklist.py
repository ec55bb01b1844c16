"""Worklists: what waits, in the order of class and time, live."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wasl.cases import queries as cases
from wasl.core import clock, edition
from wasl.core.i18n import t
from wasl.desk import bulk, columns, narrowing, panel, queries, tabs, worklists
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.figures import number

# Beside the tabs: more of them stand in the menu.
MOST_SAVED_TABS = 4


@requires(Right.READ_CASE)
@require_safe
@edition.once()
def worklist(request: HttpRequest) -> HttpResponse:
    """The list with its tabs and filters."""
    person = worklists.Person(staff(request), clock.now())
    present = worklists.asked(person, request.GET)
    opened = {"columns_open": request.GET.get("columns") == "open"}
    context = _list_context(request, present) | _frame_context(present) | opened
    return render(request, "desk/worklist.html", context)


@requires(Right.READ_CASE)
@require_safe
@edition.once()
def rows(request: HttpRequest) -> HttpResponse:
    """The rows alone, for the live list."""
    person = worklists.Person(staff(request), clock.now())
    return render(request, "desk/parts/rows.html", _list_context(request, worklists.asked(person, request.GET)))


@requires(Right.READ_CASE)
@require_safe
def counts(request: HttpRequest) -> JsonResponse:
    """How many cases wait behind each tab and view and each side of the switch, in figures as the page shows them."""
    person = worklists.Person(staff(request), clock.now())
    found = worklists.counts(person, worklists.asked(person, request.GET))
    return JsonResponse({group: {code: capped(n) for code, n in told.items()} for group, told in found.items()})


def capped(count: int) -> str:
    """A count of a list, which is exact below its limit: «37», «1,000+»."""
    return f"{number(cases.COUNT_LIMIT)}+" if count >= cases.COUNT_LIMIT else number(count)


@requires(Right.READ_CASE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search box of every page: a reference leads straight to its case, words to a list of all states."""
    words = request.GET.get("q", "").strip()
    found = cases.by_number(cases.visible_to(staff(request), at=clock.now()), words)
    found = found or cases.barred_case(staff(request), words, at=clock.now())
    if found is not None:
        return redirect("desk:case", found.reference)
    return redirect(f"{reverse('desk:home')}?{urlencode({'view': 'all', 'q': words})}")


def _list_context(request: HttpRequest, present: worklists.List) -> dict[str, Any]:
    after, at = request.GET.get("after", ""), present.person.at
    page = cases.worklist(present.visible, present.filters, after=after)
    selects = bool(bulk.offered(present.person.user, at))
    is_whole = not page.after and not after
    total = len(page.cases) if is_whole else cases.count(present.visible, present.filters)
    return {
        "present": present,
        "page_of_cases": page,
        "lines": columns.lines(page.cases, present.columns, at, selects=selects),
        "heads": _heads(present),
        "total": total,
        "count_limit": cases.COUNT_LIMIT,
        "filtered": present.narrowing.narrows,
        "at": at,
        "first_page": not after,
        "here": present.query(),
        "wider": present.query(whose="all"),
        "most": bulk.MOST,
        "empty": _EMPTY.get(present.code),
        "selects": selects,
    }


def _heads(present: worklists.List) -> list[dict[str, Any]]:
    """The heads of the columns: what pressing one does to the order, and what the order is now."""
    order = present.filters.order
    heads = []
    for column in present.columns:
        other = "oldest" if column.order == "newest" and order == "newest" else column.order
        sorts = {"fair": "ascending", "due": "ascending", "newest": "descending", "oldest": "ascending"}[order]
        is_sorted = bool(column.order) and order in {column.order, other, "oldest" if column.code == "received" else ""}
        heads.append({"column": column, "query": present.query(order=other), "sorted": sorts if is_sorted else ""})
    return heads


def _frame_context(present: worklists.List) -> dict[str, Any]:
    person = present.person
    shown = tabs.shown_first(person.roles)
    chosen = present.narrowing
    if present.saved is None and tabs.TABS[present.code] not in shown:
        shown = [*shown, tabs.TABS[present.code]]
    here = [view for view in person.saved if view == present.saved]
    saved = [*here, *(view for view in person.saved if view != present.saved)][:MOST_SAVED_TABS]
    whose = {"whose": chosen.whose}
    return {
        "tabs": [(tab, urlencode({"view": tab.code} | whose)) for tab in shown],
        "more_tabs": [(tab, urlencode({"view": tab.code} | whose)) for tab in tabs.TABS.values() if tab not in shown],
        "saved_tabs": [view for view in person.saved if view in saved],
        "more_saved": [view for view in person.saved if view not in saved],
        "switch": [(code, label, present.query(whose=code)) for code, label in narrowing.WHOSE.items()],
        "controls": panel.controls(chosen, person.names),
        "chips": [(one, present.query(**{one.name: None})) for one in narrowing.in_words(chosen, person.names)],
        "clear": urlencode({"view": present.code} | whose),
        "all_columns": _column_choice(present),
        "many": bulk.offered(person.user, person.at),
        "share_choices": share_choices(person),
        "may_change_view": present.saved is not None and queries.may_change(person.user, present.saved, at=person.at),
        "is_pinned": person.habits.pinned == present.code,
        "may_export": directory.has_right(person.user, Right.EXPORT_CASES, person.at),
        "hidden_query": panel.hidden({"query": present.query()}),
    }


def _column_choice(present: worklists.List) -> list[tuple[columns.Column, bool]]:
    """All columns: those shown in their order, then the others."""
    others = [column for column in columns.COLUMNS.values() if column not in present.columns]
    return [(column, True) for column in present.columns] + [(column, False) for column in others]


def share_choices(person: worklists.Person) -> list[tuple[str, Any]]:
    """With whom the person may share a view: nobody, units of theirs, the agency."""
    user, at = person.user, person.at
    choices: list[tuple[str, Any]] = [("me", t("أنا فقط", "Only me"))]
    if not directory.has_right(user, Right.SHARE_VIEWS, at):
        return choices
    for unit in person.units:
        may = unit.pk in person.own_units and queries.may_share(
            user, "unit", agency_id=unit.agency_id, unit_id=unit.pk, at=at
        )
        if may:
            choices.append((f"unit-{unit.pk}", str(unit)))
    for agency in person.agencies:
        if queries.may_share(user, "agency", agency_id=agency.pk, unit_id=None, at=at):
            choices.append((f"agency-{agency.pk}", t("كل من في {name}", "Everybody in {name}", name=agency.name)))
    return choices


def list_of_form(request: HttpRequest, person: worklists.Person) -> worklists.List:
    """The list a form of the page was sent from: its address stands in the field `query`."""
    return worklists.asked(person, dict(parse_qsl(request.POST.get("query", ""), keep_blank_values=True)))


_EMPTY = {
    "new": (
        t("كل ما ورد وجد وحدته", "Everything that came has found its unit"),
        t(
            "تظهر هنا الطلبات التي تنتظر التصنيف والإحالة.",
            "Cases still to be classified and referred appear here.",
        ),
    ),
    "accept": (
        t("لا إحالات بانتظار القبول", "No referral waits for an answer"),
        t(
            "ما يُحال إلى وحدتك يظهر هنا حتى تقبله أو تعيده.",
            "What is referred to your unit stays until you answer.",
        ),
    ),
    "today": (
        t("لا شيء يستحق اليوم", "Nothing is due today"),
        t("انظر في «المفتوحة» مرتبة بالأقرب موعداً.", "Look at “Open”, ordered by due date."),
    ),
    "overdue": (
        t("لا طلب تجاوز موعده", "No case is overdue"),
        t("استمر هكذا. ما يتأخر يظهر هنا أولاً.", "Keep it so. What runs late shows here first."),
    ),
    "beneficiary": (
        t("لا سؤال بلا جواب", "No question waits for an answer"),
        t(
            "الطلبات التي سألت أصحابها تنتظر هنا وساعتها موقوفة.",
            "Cases whose citizen was asked wait here.",
        ),
    ),
}
