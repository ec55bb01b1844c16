"""The audit log in the rail, for those who check on others."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("سجل التدقيق", "Audit log"),
        "audit:log",
        icon="scroll-text",
        order=82,
        surface="staff",
        right="read_audit",
    )
)
