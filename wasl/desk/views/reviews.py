"""Reviews that beneficiaries asked for: what waits for whoever is above the unit, the nearest day on top."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.cases import appeals, reviewers
from wasl.cases.appeal_rows import Appeal
from wasl.cases.models import Case
from wasl.core import clock
from wasl.desk.people import staff
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.doors import private_page

# More than anybody answers for; the page says when there are more.
MOST = 200


@dataclass(frozen=True)
class Row:
    """One review. `is_mine`: is it this person's to decide?"""

    appeal: Appeal
    is_mine: bool
    is_late: bool


@requires(Right.DECIDE_APPEAL)
@require_safe
@private_page
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits in the person's units: first what they may decide."""
    at, user = clock.now(), staff(request)
    visible = Case.objects.for_user(user, Right.DECIDE_APPEAL, at=at)
    found = list(appeals.to_decide(visible, at=at)[: MOST + 1])
    waiting = found[:MOST]
    theirs = reviewers.is_theirs(waiting, user, at=at)
    rows = [Row(one, is_mine, is_late=one.due_at < at) for one, is_mine in zip(waiting, theirs, strict=True)]
    rows.sort(key=lambda row: not row.is_mine)
    return render(request, "desk/reviews.html", {"rows": rows, "at": at, "is_cut": len(found) > MOST, "most": MOST})
