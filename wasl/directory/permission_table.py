"""The permission table as a page of the documentation."""

from django.utils import translation

from wasl.directory.rights import (
    EXCLUSIONS,
    MEMBER_ROLES,
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


def as_markdown() -> str:
    """The page docs/permissions.md."""
    head = "| right | " + " | ".join(role.value for role in Role) + " |"
    rule = "| --- |" + " --- |" * len(Role)
    rows = [_row(right) for right in Right]
    roles = [_role_line(role) for role in Role]
    pairs = [
        f"- {' and '.join(f'`{role}`' for role in sorted(pair))}: {_in('en', why)}" for pair, why in EXCLUSIONS.items()
    ]
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
            "Nobody may hold at the same time, also not as a substitute:",
            "",
            *pairs,
            "",
            "A supervisor, head of unit or head of hall gives these roles in their own units: "
            + ", ".join(f"`{role}`" for role in MEMBER_ROLES)
            + "; an administrator gives all.",
            "",
            "Whoever stands in for an absent colleague has exactly that colleague's rights in the unit for the time.",
            "What is lent is never lent on. Everybody names a substitute for their own absence; those who may",
            "`manage_substitutes` do so for others, never naming themselves.",
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
