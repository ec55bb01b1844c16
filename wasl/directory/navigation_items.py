"""The gate of all menus (who sees an entry that names a right), and this room's own entry."""

from django.http import HttpRequest

from wasl.core.clock import now
from wasl.core.i18n import t
from wasl.directory import queries
from wasl.directory.rights import Right
from wasl.web.navigation import NavItem, register, set_gate


def may_see(request: HttpRequest, right: str) -> bool:
    """Has the person of the request this right anywhere?"""
    return queries.has_right(request.user, Right(right), now())


set_gate(may_see)
register(
    NavItem(t("صلاحياتي", "What I may do"), "directory:me", icon="id-card", order=10, surface="user"),
    NavItem(
        t("غيابي ومن ينوب عني", "My absence"), "directory:absence", icon="calendar-clock", order=15, surface="user"
    ),
    NavItem(t("تفويضاتي", "My delegations"), "directory:delegations", icon="file-check", order=16, surface="user"),
    NavItem(
        t("التفويضات", "Delegations"),
        "directory:all_delegations",
        icon="file-check",
        order=61,
        surface="staff",
        right="read_delegations",
    ),
    NavItem(
        t("فريقي", "My team"),
        "directory:team",
        icon="users-round",
        order=60,
        surface="staff",
        right="manage_substitutes",
    ),
)
