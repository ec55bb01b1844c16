"""The weekly review of classes: who changed one by hand and why, and which hardships were stated."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from wasl.cases import asked_classes, queries
from wasl.core import clock
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.doors import private_page

WEEK = timedelta(days=7)


@requires(Right.READ_CLASS_CHANGES)
@require_safe
@private_page
def class_changes(request: HttpRequest) -> HttpResponse:
    """One week, the last seven days unless an earlier one is asked for by its last day."""
    at, user = clock.now(), staff(request)
    ends = _end(request.GET.get("until", ""), at)
    visible = queries.visible_to(user, at=at, right=Right.READ_CLASS_CHANGES)
    agencies = {scope.agency_id for scope in directory.scopes_of(user, Right.READ_CLASS_CHANGES, at)}
    found = asked_classes.changes(visible, agencies, since=ends - WEEK, before=ends, most=asked_classes.MOST + 1)
    shown = found[: asked_classes.MOST]
    context = {
        "changes": shown,
        "people": len({one.by.pk for one in shown if one.by}),
        "hardships": asked_classes.hardships(visible, since=ends - WEEK, before=ends),
        "is_cut": len(found) > asked_classes.MOST,
        "most": asked_classes.MOST,
        "since": ends - WEEK,
        "until": ends,
        "earlier": _day(ends - WEEK),
        "later": _day(ends + WEEK) if ends + WEEK <= at else "",
        "is_now": ends == at,
    }
    return render(request, "desk/classes.html", context)


def _end(asked: str, at: datetime) -> datetime:
    """The end of the week that is asked for; what is no day, or lies ahead, means now."""
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    if day is None or not at - timedelta(days=3650) < (ends := at.replace(year=day.year, month=day.month, day=day.day)):
        return at
    return min(ends, at)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
