"""The audit log in the rail, and the review of turns, for those who check on others."""

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
register(
    NavItem(
        t("عدالة الدور", "Turns kept"),
        "audit:fairness",
        icon="scale",
        order=81,
        surface="staff",
        right="read_fairness",
    )
)
