"""What stands in the menu under one's own name."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(t("التفضيلات", "Preferences"), "accounts:preferences", icon="settings", order=20, surface="user"),
    NavItem(t("كلمة المرور", "Password"), "accounts:password", icon="key-round", order=30, surface="user"),
    NavItem(
        t("التحقق بخطوتين", "Two-step sign-in"), "accounts:second_factor", icon="shield-check", order=40, surface="user"
    ),
)
