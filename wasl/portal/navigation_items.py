"""The menu of the citizens' site."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(t("الرئيسية", "Home"), "portal:home", icon="house", order=10),
    NavItem(t("قدّم بلاغاً", "Report"), "portal:report", icon="megaphone", order=20),
    NavItem(t("تابع طلبك", "Follow your request"), "portal:track", icon="search", order=30),
    NavItem(t("الخدمات", "Services"), "portal:services", icon="list-checks", order=40),
    NavItem(t("هل حُفظ الدور؟", "Were turns kept?"), "portal:turns", surface="footer", order=5),
    NavItem(t("الخصوصية", "Privacy"), "portal:privacy", surface="footer", order=10),
    NavItem(t("إمكانية الوصول", "Accessibility"), "portal:accessibility", surface="footer", order=20),
    NavItem(t("اتصل بنا", "Contact"), "portal:contact", surface="footer", order=30),
)
