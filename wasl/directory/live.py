"""What the live stream may show to whom, asked without the ORM: the stream has its own connection and its own loop."""

from typing import Any

from wasl.core.clock import now
from wasl.directory.rights import Right, grant
from wasl.directory.scopes import Held, joined, scope_of

# The person's own roles, and those of absent colleagues for whom the person stands in.
_HELD = """
SELECT m.role, m.unit_id, u.agency_id, m.valid_from, m.valid_to, s.absent_id
FROM accounts_user p
JOIN LATERAL (
    SELECT p.id AS holder_id, NULL::bigint AS unit_id, NULL::bigint AS absent_id
    UNION ALL
    SELECT absent_id, unit_id, absent_id FROM directory_substitution
    WHERE substitute_id = p.id AND valid_from <= %(at)s AND valid_to > %(at)s
) s ON true
JOIN accounts_user h ON h.id = s.holder_id AND h.is_active
JOIN directory_membership m ON m.user_id = s.holder_id AND (s.unit_id IS NULL OR m.unit_id = s.unit_id)
JOIN directory_unit u ON u.id = m.unit_id
JOIN directory_agency a ON a.id = u.agency_id AND a.is_active
WHERE p.id = %(user)s AND p.is_active
  AND m.valid_from <= %(at)s AND (m.valid_to IS NULL OR m.valid_to > %(at)s)
ORDER BY m.id
"""
_PARTS = "SELECT parent_id, id FROM directory_unit WHERE agency_id = ANY(%s) AND parent_id IS NOT NULL"


async def scopes(connection: Any, user_id: int) -> list[tuple[int, frozenset[int] | None]]:
    """The parts of agencies whose cases the person may read now: (agency, units or None for all of it).

    Empty for whoever may read none, also for deactivated people. `connection` is a psycopg AsyncConnection.
    """
    return await _scopes_of(connection, user_id, Right.READ_CASE)


async def closed_scopes(connection: Any, user_id: int) -> list[tuple[int, frozenset[int] | None]]:
    """The same for confidential cases."""
    return await _scopes_of(connection, user_id, Right.READ_CONFIDENTIAL)


async def _scopes_of(connection: Any, user_id: int, right: Right) -> list[tuple[int, frozenset[int] | None]]:
    at = now()
    rows = await (await connection.execute(_HELD, {"user": user_id, "at": at})).fetchall()
    held = [Held(*(row.values() if isinstance(row, dict) else row)) for row in rows]
    cells = [(role, cell) for role in held if (cell := grant(role.role, right))]
    parts = await _parts(connection, sorted({role.agency_id for role, _ in cells}))
    found = joined(scope_of(role, cell, user_id, parts) for role, cell in cells)
    return [(scope.agency_id, scope.unit_ids) for scope in found]


async def _parts(connection: Any, agency_ids: list[int]) -> dict[int, list[int]]:
    parts: dict[int, list[int]] = {}
    if agency_ids:
        for row in await (await connection.execute(_PARTS, [agency_ids])).fetchall():
            parent_id, unit_id = row.values() if isinstance(row, dict) else row
            parts.setdefault(parent_id, []).append(unit_id)
    return parts
