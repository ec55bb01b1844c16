"""What the administration puts into the rail of the staff pages."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("الإدارة", "Set-up"), "administration:home", icon="settings-2", order=90, surface="staff", right="read_config"
    )
)
