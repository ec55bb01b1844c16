"""The pages of the figures: the dashboard, the cases of a number, the table for other programs, the definitions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.analytics import queries
from wasl.analytics.asked import AGAINST, Question
from wasl.analytics.board import STEP_NAMES, build
from wasl.analytics.measures import BANDS, EDITION, MEASURES
from wasl.analytics.measures.definitions import AS_OF, CHANGES, CONFIDENTIAL, KEPT, POPULATIONS, UNITS
from wasl.analytics.measures.periods import PERIODS
from wasl.analytics.people import agencies_of, question_of
from wasl.analytics.tables import as_csv
from wasl.cases import queries as cases
from wasl.cases import workflow
from wasl.catalogue import queries as catalogue
from wasl.core import clock, edition
from wasl.core.i18n import t
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.places import queries as places
from wasl.web.doors import public
from wasl.web.figures import digits
from wasl.web.selects import options


@requires(Right.READ_DASHBOARDS)
@require_safe
@edition.once()
def dashboard(request: HttpRequest) -> HttpResponse:
    """The figures of one question on one page."""
    question = question_of(request, at=clock.now())
    context = {
        "board": build(question),
        "question": question,
        "choices": _choices(question),
        "agencies": agencies_of(request.user, at=question.at),
        "step_name": STEP_NAMES,
        "edition": EDITION,
    }
    return render(request, "analytics/dashboard.html", context)


@requires(Right.READ_CASE)
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases behind one number: those the reader may open, and how many more it counts."""
    at = clock.now()
    question = question_of(request, at=at)
    one = MEASURES.get(request.GET.get("measure", "received"))
    if one is None or not one.is_count:
        raise Http404
    codes = {band.code: band for band in BANDS}
    band = codes.get(request.GET.get("band", ""))
    band_code = band.code if band else ""
    total = queries.size(question.cohort, one, band=band_code)
    found = queries.cases_of(question.cohort, one, cases.visible_to(_user(request), at=at), band=band_code)
    after = request.GET.get("after", "")
    page, onward = queries.page_of(found, after=after)
    listed = found.count()
    context = {
        "question": question,
        "measure": one,
        "band": band,
        "total": total,
        "listed": listed,
        "hidden": total - listed,
        "cases": page,
        "after": onward,
        "first_page": not after,
        "at": at,
        "narrowed_to": _narrowed_to(question),
    }
    return render(request, "analytics/cases.html", context)


@requires(Right.READ_DASHBOARDS)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV."""
    question = question_of(request, at=clock.now())
    response = HttpResponse(as_csv(build(question)), content_type="text/csv; charset=utf-8")
    name = f"figures-{question.reader.agency.code}-{question.period.from_on}-{question.period.to_on}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What every figure means. Open to everybody, as public figures name it too."""
    context = {
        "measures": MEASURES.values(),
        "units": UNITS,
        "populations": POPULATIONS,
        "bands": BANDS,
        "changes": CHANGES,
        "edition": EDITION,
        "as_of": AS_OF,
        "confidential": CONFIDENTIAL,
        "kept": KEPT,
        "frame": "web/staff.html" if request.user.is_authenticated else "web/public.html",
    }
    return render(request, "analytics/definitions.html", context)


def _user(request: HttpRequest) -> Any:
    return request.user


def _choices(question: Question) -> dict[str, Any]:
    """What can be chosen: the periods as links, the rest as lists."""
    later = question.period.after()
    return {
        "periods": [
            {
                "name": name,
                "address": question.query(period=code, on=_anchor(question), from_="", to=""),
                "current": question.period.code == code,
            }
            for code, name in PERIODS.items()
            if code != "own"
        ],
        "earlier": question.moved_to(question.period.before()),
        "later": question.moved_to(later) if later.from_on <= question.today else "",
        "selects": _selects(question),
    }


def _anchor(question: Question) -> str:
    """The day around which another period is chosen: the last one that is known of the present one."""
    last = min(question.period.to_on, question.today)
    return "" if last == question.today else last.isoformat()


def _selects(question: Question) -> list[dict[str, Any]]:
    everything = t("الكل", "All")
    known = _known(question)
    labels = {
        "unit": t("الوحدة", "Unit"),
        "kind": t("النوع", "Kind"),
        "channel": t("القناة", "Channel"),
        "category": t("فئة الخدمة", "Group of services"),
        "wilayat": t("الولاية", "Wilayat"),
        "class": t("الأهمية", "Class"),
    }
    lists = [
        {"name": name, "label": label, "options": options([("", everything), *known[name]], question.told(name))}
        for name, label in labels.items()
        if known[name]
    ]
    against = options(AGAINST.items(), question.told("against") or "before")
    return [*lists, {"name": "against", "label": t("المقارنة مع", "Compare with"), "options": against}]


def _known(question: Question) -> dict[str, list[tuple[str, Any]]]:
    """What each filter can be, with its name."""
    return {
        "unit": [(str(unit.pk), str(unit)) for unit in _in_order(question)],
        "kind": [("reports", t("بلاغات وشكاوى", "Reports and complaints")), *workflow.KINDS.items()],
        "channel": list(workflow.CHANNELS.items()),
        "category": [(str(one.pk), str(one.name)) for one in catalogue.categories(question.reader.agency)],
        "wilayat": [(str(one.pk), str(one.name)) for one in _wilayats(question)],
        "class": list(workflow.IMPORTANCE.items()),
    }


def _in_order(question: Question) -> list[Any]:
    """The units the reader has figures of, by name."""
    return sorted((unit for unit in question.reader.units if unit.pk in question.reader.reach), key=str)


def _wilayats(question: Question) -> list[Any]:
    codes = question.reader.agency.governorates
    if codes:
        return [wilayat for code in codes for wilayat in places.wilayats_of(code)]
    return [wilayat for _, found in places.place_tree() for wilayat in found]


def _narrowed_to(question: Question) -> list[str]:
    """What the list is narrowed to, in words."""
    known = {name: dict(values) for name, values in _known(question).items()}
    services = {str(one.pk): str(one.name) for one in catalogue.named_services(question.reader.agency)}
    known["service"] = services
    found = [str(question.unit)] if question.unit else []
    for name in ("kind", "channel", "category", "service", "wilayat", "class"):
        if question.told(name):
            found.append(str(known[name].get(question.told(name), t("غير محدد", "Not given"))))
    return [digits(text) for text in found]
