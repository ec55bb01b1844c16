"""What programs outside may know of the cases of an agency: lists by time, one by one, and what happened to them.

Confidential and excluded cases are never among them; which services are, the door says. Each list is one walk through
an index, by hand, as a list of a thousand rows costs the ORM more than PostgreSQL.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from wasl.core import sets
from wasl.core.localized import Localized


@dataclass(frozen=True)
class Seen:
    """Whose cases are seen: those of the `public` services, and of `others` where the key brought them."""

    agency_id: int
    public: Sequence[int]
    others: Sequence[int] = ()
    api_key_id: int | None = None


@dataclass(frozen=True)
class Span:
    """From one moment to another, both included; by the registration or by the last change."""

    from_at: datetime
    to_at: datetime
    updated: bool = False

    @property
    def column(self) -> str:
        """The column of the moment."""
        return "updated_at" if self.updated else "registered_at"


class Published(NamedTuple):
    """One case, without a word of whom it is about."""

    number: int
    reference: str
    digits: str
    state: str
    is_open: bool
    registered_at: datetime
    updated_at: datetime | None
    due_at: datetime | None
    service_id: int
    unit_id: int
    lat: Decimal | None
    lon: Decimal | None
    wilayat_code: str | None
    wilayat_name: str | None
    governorate_name: str | None


class Words(NamedTuple):
    """What the citizen wrote, for the program that brought it, or where the agency publishes it."""

    number: int
    description: str
    address: str


class Happening(NamedTuple):
    """One fact of a case that the public may know; `words` are those of staff that belong to it."""

    number: int
    case_number: int
    reference: str
    kind: str
    at: datetime
    state: str
    words: str | None


_COLUMNS = """
c.id, c.reference, c.digits, c.state, c.is_open, c.registered_at, c.updated_at, c.due_at, c.service_id, c.unit_id,
c.lat, c.lon, w.code, w.name::text, g.name::text
"""
_PLACES = """
LEFT JOIN places_wilayat w ON w.id = c.wilayat_id LEFT JOIN places_governorate g ON g.id = c.governorate_id
"""

# Numbers of the column's own kind are looked up by their hash; smaller ones, as they come, would be gone through.
_ANY = "ANY(%s::bigint[])"
_BROUGHT = "EXISTS (SELECT FROM partners_broughtcase b WHERE b.case_id = c.id AND b.api_key_id = %s)"


def page(
    seen: Seen,
    span: Span,
    *,
    service_id: int | None = None,
    is_open: bool | None = None,
    after: tuple[datetime, str] | None = None,
    skip: int = 0,
    size: int,
) -> list[Published]:
    """A page of a list, the newest first. It begins after a case (its moment and figures), or `skip` cases later."""
    condition, values = _seen(seen, service_id)
    column = span.column
    condition += f" AND c.{column} >= %s AND c.{column} <= %s"
    # The bound is the row's own moment where the page begins after one: PostgreSQL goes to the place of a plain bound,
    # and would pass over all rows between the end of the span and that row.
    values += [span.from_at, span.to_at if after is None else min(span.to_at, after[0])]
    if is_open is not None:
        condition += " AND c.is_open" if is_open else " AND NOT c.is_open"
    if after is not None:
        condition += f" AND (c.{column}, c.id) < (%s, (SELECT id FROM cases_case WHERE digits = %s))"  # noqa: S608
        values += after
    order = f"c.{column} DESC, c.id DESC"
    # First the page, then the names of its places: no row that is passed over is joined with anything. And no row that
    # is skipped is fetched: the index knows all that is asked here.
    inner = f"SELECT {'c.id' if skip else '*'} FROM cases_case c WHERE {condition} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
    found = f"({inner}) p JOIN cases_case c ON c.id = p.id" if skip else f"({inner}) c"
    statement = f"SELECT {_COLUMNS} FROM {found} {_PLACES} ORDER BY {order}"  # noqa: S608
    return [Published(*row) for row in sets.read(statement, [*values, size, skip])]


def by_digits(seen: Seen, digits: Collection[str]) -> list[Published]:
    """Those of the cases with these figures that may be seen, the newest first."""
    condition, values = _seen(seen, None)
    statement = f"SELECT {_COLUMNS} FROM cases_case c {_PLACES} WHERE c.digits = ANY(%s) AND {condition}"  # noqa: S608
    rows = sets.run(f"{statement} ORDER BY c.registered_at DESC, c.id DESC", [list(digits), *values])
    return [Published(*row) for row in rows]


def words_of(numbers: Sequence[int]) -> dict[int, Words]:
    """What the citizens wrote in these cases."""
    rows = sets.read("SELECT id, description, address_text FROM cases_case WHERE id = ANY(%s)", [list(numbers)])
    return {row[0]: Words(*row) for row in rows}


def photos_of(numbers: Sequence[int]) -> dict[int, int]:
    """The first photo that each of these cases shows its citizen: number of the case -> number of the file."""
    statement = """
        SELECT DISTINCT ON (case_id) case_id, file_id FROM cases_casefile
        WHERE case_id = ANY(%s) AND public ORDER BY case_id, added_at, id
    """
    return dict(sets.read(statement, [list(numbers)]))


def happenings(
    seen: Seen, kinds: Sequence[str], *, from_at: datetime, to_at: datetime, digits: Collection[str] = (), size: int
) -> list[Happening]:
    """What happened within a span, of some kinds of facts and perhaps to some cases only, the oldest first.

    Words are those of staff that the citizen may read; whoever asks decides who hears them.
    """
    condition, values = _seen(seen, None)
    asked: list[Any] = [seen.agency_id, from_at, to_at, *values]
    many: list[list[Any]]
    if digits:
        one, many = "e.kind = ANY(%s) AND c.digits = ANY(%s)", [[list(kinds), list(digits)]]
    else:
        # One walk for each kind, as the index of facts begins with it; each gives no more than the page takes.
        one, many = "e.kind = %s", [[kind] for kind in kinds]
    walk = f"""(
        SELECT e.id, e.case_id, c.reference, e.kind, e.at, c.state, e.actor_id FROM core_eventrecord e
        JOIN cases_case c ON c.id = e.case_id
        WHERE e.agency_id = %s AND e.at >= %s AND e.at <= %s AND {condition} AND {one} ORDER BY e.at, e.id LIMIT %s
    )"""  # noqa: S608
    statement = f"""
        SELECT f.id, f.case_id, f.reference, f.kind, f.at, f.state,
               CASE WHEN f.actor_id IS NOT NULL AND n.public THEN n.text END
        FROM ({" UNION ALL ".join([walk] * len(many))}) f LEFT JOIN cases_caseentry n ON n.event_id = f.id
        ORDER BY f.at, f.id LIMIT %s
    """  # noqa: S608
    given = [value for kinds_and_more in many for value in (*asked, *kinds_and_more, size)]
    return [Happening(*row) for row in sets.read(statement, [*given, size])]


def name_of(stored: str | None, names: dict[str, Localized], language: str) -> str:
    """A name as it stands in a column, in a language; `names` remembers what was read."""
    if not stored:
        return ""
    if stored not in names:
        names[stored] = Localized(json.loads(stored))
    return names[stored].in_language(language)


def _seen(seen: Seen, service_id: int | None) -> tuple[str, list[Any]]:
    """The condition that a case may be seen."""
    condition = "c.agency_id = %s AND NOT c.confidential AND c.state <> 'spam'"
    values: list[Any] = [seen.agency_id]
    # One service as a plain equation, so that its own index is walked.
    public = [number for number in seen.public if service_id in (None, number)]
    others = [number for number in seen.others if service_id in (None, number)] if seen.api_key_id is not None else []
    if public and service_id is not None:
        return f"{condition} AND c.service_id = %s", [*values, service_id]
    if not others:
        return f"{condition} AND c.service_id = {_ANY}", [*values, public]
    return f"{condition} AND (c.service_id = {_ANY} OR (c.service_id = {_ANY} AND {_BROUGHT}))", [
        *values, public, others, seen.api_key_id,
    ]  # fmt: skip
