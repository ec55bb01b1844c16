"""Every list has one order: a page stays as it is when the rows it is made of come from the database in another one."""

import re
from typing import Any

import pytest
from django.db import connection

from tests.house.house import House, house, undone
from tests.house.test_closed_compartment import committee, complain, differing, pages
from wasl.directory.models import Unit
from wasl.directory.rights import Role

__all__ = ["committee", "house"]
pytestmark = pytest.mark.django_db

# They see most lists; the others are asked in the drills.
ALWAYS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
ROLES = [pytest.param(role, marks=() if role in ALWAYS else pytest.mark.drill) for role in Role]
# Facts cannot be written anew, and the queue has rows of its own.
_NUMBERED = """
SELECT quote_ident(c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND c.relname !~ '^(core_event|core_seal|django_|procrastinate_)'
ORDER BY c.relname
"""
_ONCE = re.compile(r'name="once" value="[^"]+"')


def mix() -> None:
    """Move the elder half of every table's rows behind the others, and let them be found without an index."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED)
        for (table,) in cursor.fetchall():
            middle = f"SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM {table}"  # noqa: S608
            cursor.execute(f"UPDATE {table} SET id = id WHERE id <= ({middle})")  # noqa: S608 (names of our own)
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")


@pytest.mark.parametrize("role", ROLES)
def test_no_page_depends_on_how_its_rows_lie(house: House, committee: Unit, role: Role) -> None:
    queries: list[dict[str, Any]] = [{}, {"view": "all"}]
    with undone():
        complain(house, committee)
        before = pages(house, role, queries)
        with undone():
            mix()
            after = pages(house, role, queries)

    other = {
        where: differing(page, after[where])
        for where, page in before.items()
        if _ONCE.sub("", page) != _ONCE.sub("", after[where])
    }
    assert other == {}
