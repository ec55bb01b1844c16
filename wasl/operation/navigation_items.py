"""What operation puts into the menu of a person."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("حالة النظام", "System health"),
        "operation:health",
        icon="activity",
        order=80,
        surface="user",
        right="read_health",
    )
)
