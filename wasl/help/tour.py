"""A walk through the demo: eight stops, each with who to be and what to look at."""

from dataclasses import dataclass

from django.conf import settings

from wasl.core.i18n import t


@dataclass(frozen=True)
class Stop:
    """One stop: sign in as `person` (empty: as nobody), open the address named `url_name`, do what `lines` say."""

    title: str
    lines: tuple[str, ...]
    url_name: str
    person: str = ""


_STOPS = (
    Stop(
        t("بلّغ كما يبلّغ الناس", "Report as people do"),
        (
            t(
                "اكتب «سلك مكشوف قرب المدرسة» وأكمل الخطوات الأربع. لاحظ الموعد قبل الإرسال، ثم احفظ الرقم.",
                'Write "exposed wire near the school" and go through the four steps. Note the date before you '
                "send, and "
                "keep the number.",
            ),
        ),
        "portal:home",
    ),
    Stop(
        t("افتح الرسالة التي وصلت", "Open the message that arrived"),
        (
            t(
                "يطبع «wasl run» أين البريد الصادر وأين الرسائل النصية. افتح الرابط الخاص الذي في الرسالة.",
                "wasl run prints where sent mail and sent texts are. Open the private link in the message.",
            ),
        ),
        "portal:home",
    ),
    Stop(
        t("استلمه في المركز", "Take it in at the centre"),
        (
            t(
                "ابحث برقم بلاغك من أعلى الصفحة. له وحدة بالفعل، لأن طريقه معروف. انظر إلى «لماذا يستحق "
                "الإنجاز عندها؟» "
                "وإلى «ما يراه المستفيد».",
                "Look for the number of your report at the head of the page. It has a unit already, as its "
                "way is known. "
                'See "Why is it due then?" and "What the citizen sees".',
            ),
        ),
        "desk:home",
        "salem@muscat.example.om",
    ),
    Stop(
        t("سجّل لمتصل بلوحة المفاتيح وحدها", "Register for a caller by keyboard alone"),
        (
            t(
                "اكتب هاتفاً ثم ما قاله المتصل، واختر الخدمة برقمها، وراقب الدرجة والوحدة والمواعيد تظهر، ثم "
                "Ctrl+Enter.",
                "Type a phone, then what the caller says, choose the service by its figure; watch class, "
                "unit and promises "
                "appear; then Ctrl+Enter.",
            ),
        ),
        "desk:register",
        "salem@muscat.example.om",
    ),
    Stop(
        t("اقبل الإحالة وأنجز", "Accept the referral and finish it"),
        (
            t(
                "بلاغ السلك عند دائرة الإنارة. اقبله، وابدأ العمل، وأنجزه مع صورة. ثم عد إلى الرابط الخاص: "
                "ماذا يرى المواطن الآن؟",
                "The wire is with street lighting. Accept, start work, resolve with a photo. Then go back to "
                "the private "
                "link: what does the "
                "citizen see?",
            ),
        ),
        "desk:home",
        "noora@muscat.example.om",
    ),
    Stop(
        t("افتح رقماً حتى طلباته", "Open a figure down to its cases"),
        (
            t(
                "اضغط عدد المتأخر، ثم «التعريف» تحته. العدد في اللوحة هو العدد في القائمة.",
                'Press the number that is overdue, then "Definition" below it. The number on the board is '
                "the number in the "
                "list.",
            ),
        ),
        "analytics:home",
        "huda@muscat.example.om",
    ),
    Stop(
        t("أضف إجازة وانظر ما يتحرك", "Add a holiday and see what moves"),
        (
            t(
                "في «الإجازات الرسمية» أضف يوم الغد. ترى المواعيد التي ستتحرك قبل أن تطبّق، وبعدها تراجع بنقرة.",
                'Under "Public holidays" add tomorrow. You see which promises would move before you apply; '
                "afterwards take "
                "it back by one click.",
            ),
        ),
        "administration:home",
        "admin@muscat.example.om",
    ),
    Stop(
        t("اسأل النظام عن حاله", "Ask the system how it is"),
        (
            t(
                "صفحة الحالة تجيب في جمل: ما الخلل، ومنذ متى، وما العمل. في الإعدادات افتح حساب الرسائل النصية وجرّبه.",
                "The health page answers in sentences: what is wrong, since when, what to do. In the set-up "
                "open the account "
                "for text messages and try it.",
            ),
        ),
        "operation:health",
        "admin@muscat.example.om",
    ),
)


def stops() -> tuple[Stop, ...]:
    """The stops of the walk; none outside the demo (and tests)."""
    return () if settings.WASL_MODE == "production" else _STOPS
