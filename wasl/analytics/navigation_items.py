"""What the figures put into the menus, and who begins the day with them."""

from django.http import HttpRequest

from wasl.core.clock import now
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.rights import Role
from wasl.web.navigation import NavItem, add_landing, register

# Who steers by figures; whoever also works on cases begins with those.
STEERING = frozenset({Role.DIRECTOR, Role.ANALYST})


def first_page(request: HttpRequest) -> str:
    """The dashboard for directors and analysts; nothing for others."""
    roles = {membership.role for membership in directory.roles_of(request.user, now())}
    return "analytics:home" if roles and roles <= STEERING else ""


add_landing(first_page)
register(
    NavItem(
        t("المؤشرات", "Figures"),
        "analytics:home",
        icon="chart-column",
        order=40,
        surface="staff",
        right="read_dashboards",
    ),
)
