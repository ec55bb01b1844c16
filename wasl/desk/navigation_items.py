"""What the desk puts into the rail of the staff pages."""

from wasl.core.i18n import t
from wasl.web.navigation import NavItem, register

register(
    NavItem(
        t("تسجيل طلب", "Register"),
        "desk:register",
        icon="file-plus",
        order=15,
        surface="staff",
        right="register_case",
        shortcut="n",
    ),
    NavItem(t("الطلبات", "Cases"), "desk:home", icon="list-checks", order=10, surface="staff", right="read_case"),
    NavItem(t("المهام", "Tasks"), "desk:tasks", icon="phone-outgoing", order=20, surface="staff", right="do_tasks"),
    NavItem(
        t("الدرجات", "Classes"),
        "desk:class_changes",
        icon="gauge",
        order=29,
        surface="staff",
        right="read_class_changes",
    ),
    NavItem(t("أقاربي ومصالحي", "My relations"), "relations:own", icon="users-round", order=17, surface="user"),
    NavItem(
        t("تصريحات الموظفين", "Declared relations"),
        "relations:colleagues",
        icon="shield",
        order=62,
        surface="staff",
        right="read_relations",
    ),
    NavItem(t("رسائل معلّقة", "Parked mail"), "desk:parked", icon="mail", order=30, surface="staff", right="unpark"),
    NavItem(
        t("قائمة المدير", "Director's list"),
        "desk:weekly_list",
        icon="trending-up",
        order=28,
        surface="staff",
        right="read_weekly_list",
    ),
    NavItem(
        t("المراجعات", "Reviews"),
        "desk:reviews",
        icon="gavel",
        order=27,
        surface="staff",
        right="decide_appeal",
    ),
    NavItem(
        t("وارد الوحدة", "Unit inbox"),
        "desk:inbox",
        icon="inbox",
        order=12,
        surface="staff",
        right="open_inbox",
    ),
    NavItem(
        t("المتابعة", "Follow-up"),
        "desk:follow_up",
        icon="bell-ring",
        order=16,
        surface="staff",
        right="follow_up_units",
    ),
    NavItem(
        t("أعمار الطلبات", "Ageing"),
        "desk:ageing",
        icon="calendar-clock",
        order=18,
        surface="staff",
        right="read_ageing",
    ),
)
