"""The permission table as a page of the documentation, and as rows for the page «what I may do»."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from wasl.directory import queries
from wasl.directory.models import Membership
from wasl.directory.rights import (
    EXCLUSIVE_PAIRS,
    REACH_NAMES,
    RIGHT_NAMES,
    ROLE_NAMES,
    SCOPES,
    SECOND_FACTOR_ROLES,
    Grant,
    Reach,
    Right,
    Role,
)


@dataclass(frozen=True)
class Allowed:
    """One thing a person may do, how far, and which role in which unit brings it."""

    right: Right
    grant: Grant
    membership: Membership


def allowed_to(user: Any, at: datetime) -> list[Allowed]:
    """All that a person may do now and why, in the order of the table."""
    memberships = queries.roles_of(user, at)
    return [
        Allowed(right, SCOPES[right][Role(membership.role)], membership)
        for right in Right
        for membership in memberships
        if membership.role in SCOPES[right]
    ]


def as_markdown() -> str:
    """The page docs/permissions.md."""
    head = "| right | " + " | ".join(role.value for role in Role) + " |"
    rule = "| --- |" + " --- |" * len(Role)
    rows = [_row(right) for right in Right]
    roles = [_role_line(role) for role in Role]
    pairs = [" and ".join(f"`{role}`" for role in sorted(pair)) for pair in EXCLUSIVE_PAIRS]
    reaches = [f"- `{reach.value}` {_in('en', REACH_NAMES[reach])}" for reach in Reach]
    return "\n".join(
        [
            "# Permissions",
            "",
            "Generated from `wasl/directory/rights.py`. What is not written here is allowed to nobody; the things of",
            "another agency look as if they did not exist. Roles of one person add up.",
            "",
            *reaches,
            "- `*` the code of the second factor is asked for again",
            "- `m` masked: without contact data",
            "",
            head,
            rule,
            *rows,
            "",
            "## Roles",
            "",
            "| role | Arabic | English | second factor at sign-in |",
            "| --- | --- | --- | --- |",
            *roles,
            "",
            "Nobody may hold together: " + "; ".join(pairs) + ".",
            "",
        ]
    )


def _row(right: Right) -> str:
    name = _in("en", RIGHT_NAMES[right])
    cells = [_cell(SCOPES[right].get(role)) for role in Role]
    return f"| {name} (`{right.value}`) | " + " | ".join(cells) + " |"


def _cell(grant: Grant | None) -> str:
    if grant is None:
        return "–"
    return grant.reach.value + ("*" if grant.second_factor else "") + ("m" if grant.masked else "")


def _role_line(role: Role) -> str:
    name = ROLE_NAMES[role]
    needed = "yes" if role in SECOND_FACTOR_ROLES else "–"
    return f"| `{role.value}` | {_in('ar', name)} | {_in('en', name)} | {needed} |"


def _in(chosen: str, label: str) -> str:
    with translation.override(chosen):
        return str(label)
