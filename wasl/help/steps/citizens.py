"""What citizens do on the portal and by telephone."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

CITIZEN_REPORT = Step(
    "report",
    t("قدّم بلاغاً في دقيقتين", "Report something in two minutes"),
    (
        t(
            "لا حاجة إلى تسجيل دخول. اكتب ما حدث بكلماتك، ثم المكان، وصورة إن وجدت، وكيف نرد عليك.",
            "No login. Say what happened in your words, then where, a photo if you have one, and how to answer you.",
        ),
        t(
            "تأخذ رقماً في الحال، وموعداً نلتزم به.",
            "You get a number at once, and a date we keep to.",
        ),
    ),
    picture="portal",
)

CITIZEN_TRACK = Step(
    "track",
    t("تابع طلبك", "Follow your request"),
    (
        t(
            "بالرقم والهاتف، أو بالرابط الذي وصلك. أضف معلومة، أو قل «لم تُحل»، أو قيّم الخدمة.",
            'By number and phone, or the link you were sent. Add something, say "not solved", or rate the service.',
        ),
        t(
            "إن فات الموعد أو لم يُقبل طلبك فاضغط «طلب مراجعة»: ينظر فيه من هو أعلى ممن قرر. وفي «هل حُفظ الدور؟» أسفل "
            "كل صفحة نعلن كل شهر كم طلباً سبق دوره ولماذا.",
            'If the date has passed or your request was refused, choose "Ask for a review": somebody above those who '
            'decided looks at it. "Were turns kept?" at the foot of every page tells each month how many cases went '
            "ahead, and why.",
        ),
    ),
    picture="track",
)

CITIZEN_CALL = Step(
    "call",
    t("أو اتصل", "Or call"),
    (
        t(
            "اتصل بالرقم الموجود أسفل كل صفحة. إن كنت لا تسمع فاكتب إلينا: كل القنوات لها الرقم نفسه والموعد نفسه.",
            "Call the number at the foot of every page. If you cannot hear, write: every channel gives the "
            "same number "
            "and the same date.",
        ),
    ),
)
