"""The pages about people's data in the rail, for those who have something to do there."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("بيانات الناس", "People's data"),
        "privacy:home",
        icon="shield-check",
        order=80,
        surface="staff",
        right="read_privacy",
    )
)
