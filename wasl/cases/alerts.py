"""What cases tell the staff."""

from wasl.alerts.kinds import AlertKind, Way, register
from wasl.core.i18n import t

register(
    AlertKind(
        "owner",
        t("حسم الوحدة المسؤولة", "Whose case is it?"),
        t("طلب أعادته وحدتان وينتظر حسم فريق المتابعة.", "A case that units returned twice waits for your decision."),
        icon="scale",
        usual=Way.AT_ONCE,
        needful=True,
        order=20,
    ),
    AlertKind(
        "raised",
        t("ما رُفع إلى الخط الثالث", "Raised to the third line"),
        t("سؤال رُفع إليك، أو قرار صدر فيما رفعته.", "A question raised to you, or a decision on what you raised."),
        icon="arrow-up",
        usual=Way.AT_ONCE,
        needful=True,
        order=21,
    ),
    AlertKind(
        "reminder",
        t("تذكير من فريق المتابعة", "Reminders of the follow-up team"),
        t("طلب لم تفعل فيه وحدتك شيئاً منذ أيام.", "A case with which your unit has done nothing for days."),
        icon="bell-ring",
        usual=Way.AT_ONCE,
        needful=True,
        order=23,
    ),
    AlertKind(
        "extension",
        t("تمديد التعليق", "Extensions of holds"),
        t("تمديد ثالث ينتظر موافقة المدير، أو جوابه عنه.", "A third extension waits for the director, or the answer."),
        icon="hourglass",
        usual=Way.AT_ONCE,
        needful=True,
        order=22,
    ),
    AlertKind(
        "due_moments",
        t("تغيّر المواعيد", "Moved due moments"),
        hint=t("تغيّر التقويم فتغيّرت مواعيد طلبات لديك.", "The calendar changed, and with it when your cases are due."),
        icon="calendar-days",
        order=60,
    ),
    AlertKind(
        "escalation",
        t("التصعيد", "Escalations"),
        t("طلب صُعّد إليك لمضي مدته أو لسبب آخر.", "A case was lifted to you, by its time or for another cause."),
        icon="trending-up",
        usual=Way.AT_ONCE,
        needful=True,
        order=12,
    ),
    AlertKind(
        "reminder",
        t("تذكير بطلباتي", "Reminders of my cases"),
        t("مضى نصف مدة طلب أنت مسؤول عنه.", "Half the time of a case of yours is used."),
        icon="bell-ring",
        order=13,
    ),
    AlertKind(
        "weekly_list",
        t("قائمة المدير الأسبوعية", "The director's weekly list"),
        t("طلبات تجاوزت ضعف مدتها، كل أول أسبوع.", "Cases past twice their time, at the start of each week."),
        icon="list-checks",
        usual=Way.AT_ONCE,
        needful=True,
        order=14,
    ),
)
