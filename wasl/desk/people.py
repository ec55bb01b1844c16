"""Who stands before the desk."""

from typing import Any

from django.http import HttpRequest

from wasl.accounts.models import User
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.rights import Right


def staff(request: HttpRequest) -> User:
    """The person signed in; the doors of the desk let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def acting(request: HttpRequest, right: Right, thing: Any) -> User:
    """The person signed in, about to do something to a case or task. What they may do only in the place of an absent
    colleague, or by a delegation, is recorded so.
    """
    person = staff(request)
    directory.note_ground(
        person,
        right,
        agency_id=thing.agency_id,
        unit_id=thing.unit_id,
        assignee_id=thing.assignee_id,
        importance=getattr(thing, "importance", ""),
        at=clock.now(),
    )
    return person
