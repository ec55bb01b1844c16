"""People with an account; roles are given by the makers of `directory`."""

import itertools
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client

from wasl.accounts import operations, sessions
from wasl.accounts.models import User

SUNDAY_9AM = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Muscat"))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "ممر الحديقة الهادئ 7"
_numbers = itertools.count(1)


def make_account(
    email: str | None = None,
    *,
    name: str = "سالم",
    latin_name: str = "Salem",
    password: str | None = None,
    second_factor_needed: bool = False,
    since: datetime = LONG_AGO,
) -> User:
    """A person. Without `password` nobody can sign in by the form: use `sign_in`."""
    slug = latin_name.lower().rstrip(".").replace(" ", "-") or "somebody"
    address = email or f"{slug}-{next(_numbers)}@example.om"
    person = operations.invite_person(email=address, full_name=name, latin_name=latin_name, by=None, at=since)
    if password is not None:
        person = operations.accept_invitation(person, password=password, full_name="", at=since)
    if second_factor_needed:
        operations.rights_changed(person, second_factor_needed=True, by=None, at=since)
    return person


def sign_in(client: Any, person: User, *, second_factor: bool = True) -> Any:
    """Put the person behind a Django test client as if both steps of sign-in were done just now; gives the client."""
    client.force_login(person)
    session = client.session
    sessions.stamp(session, second_factor=second_factor)
    session.save()
    return client


def session_of(person: User) -> str:
    """The cookie of a browser in which the person is signed in."""
    key: str = sign_in(Client(), person).session.session_key
    return key
