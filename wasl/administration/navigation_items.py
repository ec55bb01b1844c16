"""What the administration puts into the rail of the staff pages."""

from django.http import HttpRequest

from wasl.core.clock import now
from wasl.core.i18n import t
from wasl.directory import queries as directory
from wasl.directory.rights import Role
from wasl.web.navigation import NavItem, add_landing, register


def first_page(request: HttpRequest) -> str:
    """The set-up, for whoever is an administrator and nothing else."""
    roles = {membership.role for membership in directory.roles_of(request.user, now())}
    return "administration:home" if roles == {Role.ADMINISTRATOR} else ""


add_landing(first_page)
register(
    NavItem(
        t("الإدارة", "Set-up"), "administration:home", icon="settings-2", order=90, surface="staff", right="read_config"
    )
)
