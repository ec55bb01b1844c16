"""The bell in the bar of every staff page, and the way to one's own choices."""

from django.http import HttpRequest

from wasl.alerts import queries
from wasl.core.clock import now
from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register


def unread(request: HttpRequest) -> int:
    """The number on the bell."""
    return queries.unread_count(request.user, at=now())


register(
    NavItem(
        t("التنبيهات", "Alerts"),
        "alerts:list",
        icon="bell",
        order=10,
        surface="bar",
        right="sign_in",
        badge=unread,
        counted_at="alerts:count",
        hears="AlertGiven LinkOpened",
    ),
    NavItem(
        t("كيف تصلني التنبيهات", "How alerts reach me"),
        "alerts:choices",
        icon="bell-ring",
        order=20,
        surface="user",
        right="sign_in",
    ),
)
