"""The desks of units and teams, what waits there, and its figures."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

INBOX = Step(
    "inbox",
    t("وارد الوحدة", "The inbox of the unit"),
    (
        t(
            "ما ينتظر جواب وحدتك، ومنذ متى، وحتى متى تقبله. علّم ما تريد ثم «قبول» أو «إعادة مع تسمية المسؤول».",
            "What waits for your unit, since when, and until when to accept it. Tick cases and accept, or return them "
            "naming whose they are, all at once.",
        ),
        t(
            "في أسفل الصفحة من يجيب اليوم ومن ينوب عن الغائب، وزر لتعيين نائب قبل أن تغيب.",
            "Below stands who answers today and who stands in, with a button to appoint a deputy before you are away.",
        ),
    ),
    picture="inbox",
    screens=("desk:inbox",),
)

AGEING = Step(
    "ageing",
    t("أعمار الطلبات وأسباب التعليق", "How old cases are, and why they wait"),
    (
        t(
            "لكل وحدة كم طلباً مفتوحاً من كل عمر، وكم معلّقاً ومنذ متى. اضغط أي رقم تفتح طلباته بعينها.",
            "For each unit how many open cases of each age, and how many on hold since when. Figures open their cases.",
        ),
        t(
            "التعليق لسبب وموعد مراجعة خلال عشرة أيام عمل. تمدده الوحدة مرتين، والثالثة بموافقة المدير، ويجيب من صفحة "
            "الطلب: «الرد على طلب التمديد». وما فات موعد مراجعته يُصعَّد.",
            "A hold has a reason and a review within ten working days. The unit extends it twice, the third time the "
            'director decides on the page of the case, by "Answer the extension". A missed review is escalated.',
        ),
    ),
    picture="ageing",
    screens=("desk:ageing",),
)

FOLLOW_UP = Step(
    "follow-up",
    t("وحدات صامتة", "Silent units"),
    (
        t(
            "في الأعلى ما أعادته وحدتان وينتظر حسمكم. وتحته ما لم تفعل فيه وحدته شيئاً وموعده يجري.",
            "On top what units returned twice and you decide. Below, cases with which their unit has done nothing "
            "while the promise runs.",
        ),
        t(
            "«تذكير» يصل ضابط الاتصال ورئيس الوحدة، و«تسجيل مكالمة» يحفظ ما قيل ونتيجته. كلاهما يبقى مع الطلب.",
            '"Remind" reaches the liaison officer and the head; "Note a call" keeps what was said and what came of it.',
        ),
    ),
    picture="follow-up",
    screens=("desk:follow_up",),
)

TASKS = Step(
    "tasks",
    t("المهام والمكالمات", "Tasks and calls"),
    (
        t(
            "مكالمات لمن يفضل الهاتف، ومراجعات حان وقتها. اضغط «أتولاها»، ثم اكتب النتيجة و«تمت».",
            'Calls to people who prefer the telephone, and reviews that are due. "I take it", then what came '
            'of it and "Done".',
        ),
        t(
            "إن لم يُجب فاضغط «لم يُجب»: يُسجل أن الخبر لم يصله.",
            'If nobody answers choose "Not reached": it is recorded that they were not told.',
        ),
    ),
    picture="tasks",
    screens=("desk:tasks",),
)

PARKED = Step(
    "parked",
    t("رسائل تنتظر إنساناً", "Messages that wait for a person"),
    (
        t(
            "ما لم يفهمه النظام لا يُحذف: يقف هنا مع السبب ونصه كما وصل. «قراءتها من جديد» بعد زوال السبب، "
            "أو «وضعها جانباً» بعد أن تقرأها.",
            "What could not be understood is never dropped: it waits here with the reason and its text. "
            '"Read it again" once the cause is gone, or "Set aside" when you have read it.',
        ),
        t(
            "إن كان فيها طلب فسجّله من صفحة التسجيل.",
            "If there is a request in it, take it down on the page of registration.",
        ),
    ),
    screens=(
        "desk:parked",
        "desk:parked_mail",
    ),
)

FIGURES = Step(
    "figures",
    t("الأرقام", "The figures"),
    (
        t(
            "لكل رقم تعريف على بعد نقرة، وقائمة الطلبات التي يتكون منها.",
            "Every figure has its definition one click away, and opens the list of cases it is made of.",
        ),
        t(
            "نسبة الإنجاز تذكر دفعتها وتاريخ حسابها، وبجانب «في الموعد» ما زال مفتوحاً متأخراً.",
            'The completion rate names its cohort and as-of date; beside "on time" stands what is open and overdue.',
        ),
    ),
    picture="figures",
    screens=("analytics:home", "analytics:cases", "analytics:definitions"),
)

EXPORTS = Step(
    "print-and-export",
    t("الطباعة والتصدير", "Printing and exporting"),
    (
        t(
            "«طباعة» للقائمة كما تراها. و«تنزيل» لملف Excel (من اليمين إلى اليسار) أو CSV أو GeoJSON أو JSON Lines، "
            "بالتصفية والترتيب نفسيهما.",
            '"Print" the list as you see it. "Download" it as an Excel sheet, CSV, GeoJSON or JSON Lines, with '
            "the same filters and order.",
        ),
        t(
            "لا أسماء ولا هواتف في الملف إلا لمن يحق له ذلك وذكر الغرض. يُسجل كل تنزيل.",
            "No names or phones go along, except for those who may take them and say why. Each download is recorded.",
        ),
        t(
            "«خريطة» تعرض مواضع القائمة نفسها: أعداداً من بعيد وطلبات مفردة عن قرب، وبجانبها الولايات بالأرقام.",
            '"Map" shows where the cases of the same list are: numbers from afar, single cases near by, and the '
            "wilayats in figures beside it.",
        ),
    ),
    screens=("desk:export", "desk:map"),
)
