"""Help in the footer of the public pages and in the menu of staff."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(t("المساعدة", "Help"), "help:citizen", icon="circle-question-mark", order=5, surface="footer"),
    NavItem(t("المساعدة", "Help"), "help:home", icon="circle-question-mark", order=90, surface="user"),
)
