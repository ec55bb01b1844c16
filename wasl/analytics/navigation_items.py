"""What the figures put into the menus."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("المؤشرات", "Figures"), "analytics:home", icon="chart-column", order=40, surface="staff",
        right="read_dashboards",
    ),
)  # fmt: skip
