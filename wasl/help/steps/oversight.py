"""Who looks over the shoulder of the house: auditors, and whoever answers for people's data."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

AUDIT = Step(
    "audit",
    t("التدقيق", "Auditing"),
    (
        t(
            "تقرأ كل شيء ولا تغيّر شيئاً. سجل الإعدادات يذكر من غيّر وماذا ولماذا.",
            "You read everything and change nothing. The history of the configuration says who changed what, and why.",
        ),
        t(
            "طلبات المسح لا تُنفذ إلا بموافقتك.",
            "Erasures are carried out only after you have approved them.",
        ),
    ),
)

AUDIT_LOG = Step(
    "audit-log",
    t("سجل التدقيق", "The audit log"),
    (
        t(
            "في «سجل التدقيق» كل ما حدث ومن فعله. ابحث بالموظف أو الطلب أو الأيام، ونزّل النتيجة ملفاً.",
            "The audit log holds all that happened and who did it. Search by person, case or days, and take the answer "
            "out as a file.",
        ),
        t(
            "«من اطّلع على البيانات» يبيّن بيانات من رأى كل موظف أو برنامج. "
            "المعلّم «بلا صلة» فتح طلباً ليس له فيه عمل: اسأله.",
            '"Who read whose data" shows what each person or program saw. Marked "none of their own": a case in '
            "which they had nothing to do. Ask why.",
        ),
        t(
            "السجل مختوم: إن غيّر أحد سجلاً واحداً ظهر رقمه. احفظ الختم الأخير عندك بين حين وآخر.",
            "The log is under seal: should anybody change one record, its number is told. Write the newest seal down "
            "now and then.",
        ),
    ),
    screens=("audit:log", "audit:reads"),
)

TURNS = Step(
    "turns",
    t("هل حُفظ الدور؟", "Were turns kept?"),
    (
        t(
            "في «عدالة الدور» كل طلب أُخذ قبل غيره: من فعل ذلك، ولماذا، ومن تجاوزه، وهل تأخر من تجاوزه عن "
            "موعده. كل رقم "
            "يفتح طلباته، والجداول تُنزّل ملفاً وتُطبع.",
            '"Turns kept" shows every case taken before others: who did it, why, whom it passed, and whether those '
            "became late. Each number opens its cases; tables go out as files and on paper.",
        ),
        t(
            "النسبة لموظف تُذكر بمجالها من 20 طلباً فأكثر؛ ودونها «قليل لا يدل». الرقم لا يتهم أحداً: اسأل أولاً.",
            'The rate of an officer stands with its interval from 20 cases on; below that "too few to tell". A number '
            "accuses nobody: ask first.",
        ),
        t(
            "«علامات أخرى»: درجات رُفعت باليد، ومن اطّلع بلا سبب، ومحاولات مُنعت. ويصل المدققَ والمديرَ تنبيه "
            "بنمط يتكرر؛ "
            "حدوده في الإعدادات.",
            '"Other signs": classes made graver by hand, looks without a reason, attempts that were refused. A pattern '
            "that repeats comes to auditors and the director as an alert; its limits stand in the set-up.",
        ),
    ),
    picture="turns",
    screens=(
        "audit:fairness",
        "audit:jumps",
        "audit:taken",
        "audit:signs",
    ),
)

PRIVACY = Step(
    "privacy",
    t("بيانات الناس", "People's data"),
    (
        t(
            "لكل شخص أن يطلب ما نعرفه عنه، وتصحيحه، وحذفه. افتح طلباً له ثم «بياناته لدينا» في بطاقته، وسجّل ما طلبه.",
            "Anybody may ask for what we hold, its correction and its erasure. Open one of their cases, "
            'choose "their data with us" on their card, and record it.',
        ),
        t(
            "واحد يسجل الحذف، وثانٍ يوافق، وثالث ينفذ. ما حُفظ لسبب قانوني لا يُمس.",
            "One person records an erasure, another approves, a third carries it out. What is under a legal "
            "hold is not touched.",
        ),
        t(
            "لا تضم النسخة شكوى على موظف، إذ تمر بأيديكم؛ يجدها صاحبها في صفحة متابعتها. أما الحذف فيشملها.",
            "A copy holds no complaint about staff, as it passes through your hands; its sender has it on the page "
            "where they follow it. An erasure includes it.",
        ),
    ),
    screens=(
        "privacy:home",
        "privacy:person",
        "administration:list:retention",
        "administration:list:privacy_texts",
    ),
)

CLASS_CHANGES = Step(
    "classes",
    t("درجة الأهمية ومن غيّرها", "The class of a case, and who changed it"),
    (
        t(
            "تُحسب الدرجة من الخدمة وما قيل عن الخطر والمتأثرين والموعد القانوني والتكرار والحالة الإنسانية. افتح "
            "«لماذا هذه الدرجة؟» في صفحة الطلب ترَ كل سطر بنقاطه.",
            "The class is computed from the service and what was said of danger, people, legal dates, repetition and "
            'hardship. Open "Why this class?" on the page of a case to see each line with its points.',
        ),
        t(
            "للموظف أن يغيّر درجة واحدة عن المحسوبة بسبب مكتوب، وما زاد فللمشرف. لا يدخل قائمة المعالجة السريعة "
            "طلب إلا "
            "بدرجته.",
            "Staff may go one class from the computed one, with a reason; more is for a supervisor. Nothing enters the "
            "list of the fast-handling team but by its class.",
        ),
        t(
            "راجع كل أسبوع «من طلب ماذا؟»: من غيّر درجة، ولماذا، وكم بعُدت عن المحسوبة.",
            'Look every week at "Who asked for what?": who changed a class, why, and how far from the computed one.',
        ),
    ),
    screens=("desk:class_changes",),
)
