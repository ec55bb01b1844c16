"""Who reads the figures, and how far theirs reach."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from wasl.accounts.models import User
from wasl.analytics import queries
from wasl.analytics.asked import Question, Reader, read
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right


def question_of(request: HttpRequest, *, at: datetime) -> Question:
    """The question of this request, of the person who asks. Raises Http404 for an agency they have no figures of."""
    return read(reader_of(request.user, request.GET.get("agency", ""), at=at), request.GET.dict(), at=at)


def reader_of(user: Any, code: str, *, at: datetime) -> Reader:
    """The person as a reader of one agency's figures: the one named, else their own."""
    assert isinstance(user, User)
    scopes = directory.scopes_of(user, Right.READ_DASHBOARDS, at)
    agency = _agency(user, code, {scope.agency_id for scope in scopes}, at)
    return Reader(
        agency=agency,
        scopes=tuple(scope for scope in scopes if scope.agency_id == agency.pk),
        confidential=tuple(
            scope for scope in directory.scopes_of(user, Right.READ_CONFIDENTIAL, at) if scope.agency_id == agency.pk
        ),
        units=tuple(directory.all_units(agency)),
        may_list=any(scope.agency_id == agency.pk for scope in directory.scopes_of(user, Right.READ_CASE, at)),
        kept_until=queries.kept_until(agency.pk),
    )


def agencies_of(user: Any, *, at: datetime) -> list[Agency]:
    """The agencies whose figures the person may read, by code."""
    numbers = {scope.agency_id for scope in directory.scopes_of(user, Right.READ_DASHBOARDS, at)}
    return [agency for agency in directory.agencies_of(user, at) if agency.pk in numbers]


def _agency(user: User, code: str, numbers: set[int], at: datetime) -> Agency:
    own = directory.own_agency(user, at)
    found = {agency.code: agency for agency in directory.agencies_of(user, at) if agency.pk in numbers}
    if code:
        if code not in found:
            raise Http404
        return found[code]
    if own is not None and own.pk in numbers:
        return own
    return next(iter(found.values()))
