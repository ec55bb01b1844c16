"""Whose stream it is: the session cookie, the person behind it and what that person may hear; all in plain SQL."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from psycopg import AsyncConnection

from wasl.core import events
from wasl.web.live.hub import Scope

ScopesOf = Callable[[Any, int], Awaitable[Sequence[Scope]]]

MISSED_LIMIT = 500
# Numbers are given before commits happen: a fact with a lower number may have come to light after the last one heard.
LATE_NUMBERS, LATE_SECONDS = 200, 60

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"
_LAST = "SELECT coalesce(max(id), 0) FROM core_eventrecord"
_MISSED = """
SELECT id, kind, agency_id, case_id, data FROM core_eventrecord
WHERE id > %(early)s AND (id > %(last)s OR recorded_at > now() - make_interval(secs => %(late)s))
  AND id <> %(last)s AND agency_id = ANY(%(agencies)s) AND origin = 'live' AND kind <> ALL(%(looks)s)
ORDER BY id LIMIT %(limit)s
"""


async def person_of(connection: AsyncConnection[Any], session_key: str) -> int | None:
    """The number of the active person who is signed in with this session; None for anything else."""
    row = await (await connection.execute(_SESSION, [session_key])).fetchone()
    if row is None:
        return None
    session = SessionStore().decode(row[0])
    if not (session.get(SESSION_KEY) and session.get(BACKEND_SESSION_KEY)):
        return None
    person = await _active_person(connection, str(session[SESSION_KEY]))
    return person.pk if person is not None and _hash_fits(person, str(session.get(HASH_SESSION_KEY, ""))) else None


async def scopes_of(connection: AsyncConnection[Any], person: int) -> Sequence[Scope]:
    """What the person may hear, from the room that knows (setting WASL_LIVE_SCOPES)."""
    scopes = cast(ScopesOf, import_string(settings.WASL_LIVE_SCOPES))
    return await scopes(connection, person)


async def closed_scopes_of(connection: AsyncConnection[Any], person: int) -> Sequence[Scope]:
    """Where the person may hear of confidential matters too (setting WASL_LIVE_CLOSED_SCOPES)."""
    scopes = cast(ScopesOf, import_string(settings.WASL_LIVE_CLOSED_SCOPES))
    return await scopes(connection, person)


async def last_number(connection: AsyncConnection[Any]) -> int:
    """The highest number of a fact there is."""
    row = await (await connection.execute(_LAST)).fetchone()
    return int(row[0]) if row else 0


async def missed(connection: AsyncConnection[Any], last: int, agencies: list[int]) -> list[Any] | None:
    """The live facts of these agencies after `last`, oldest first; None when there are too many to tell."""
    values = {
        "last": last,
        "early": max(0, last - LATE_NUMBERS),
        "late": LATE_SECONDS,
        "agencies": agencies,
        "limit": MISSED_LIMIT + 1,
        "looks": events.looks(),
    }
    rows = await (await connection.execute(_MISSED, values)).fetchall()
    return None if len(rows) > MISSED_LIMIT else rows


async def _active_person(connection: AsyncConnection[Any], number: str) -> Any:
    """A person object that was never loaded by the ORM: only what the check of the session needs."""
    if not number.isdecimal():
        return None
    model = get_user_model()
    names = [name for name in ("password", "session_epoch") if hasattr(model, name)]
    columns = ", ".join(f'"{name}"' for name in names)
    # Column and table names come from our own model.
    statement = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE id = %s AND is_active'  # noqa: S608
    row = await (await connection.execute(statement.encode(), [int(number)])).fetchone()
    return None if row is None else model(pk=int(number), **dict(zip(names, row, strict=True)))


def _hash_fits(person: Any, given: str) -> bool:
    wanted = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(given, one) for one in wanted)
