"""What everybody on the staff does for themselves."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

SIGN_IN = Step(
    "sign-in",
    t("الدخول أول مرة", "Signing in for the first time"),
    (
        t(
            "افتح رابط الدعوة الذي وصلك بالبريد خلال سبعة أيام، واختر كلمة مرور: جملة من أربع كلمات تتذكرها.",
            "Open the link of your invitation within seven days and choose a password: four words you remember.",
        ),
        t(
            "بعض الأدوار تطلب رمزاً ثانياً من تطبيق في هاتفك. احفظ الرموز الاحتياطية في مكان آمن.",
            "Some roles ask for a second code from an app on your phone. Keep the spare codes somewhere safe.",
        ),
        t(
            "إن نسيتها فاضغط «نسيت كلمة المرور؟» في صفحة الدخول يصلك رابط بالبريد. لا يعرفها أحد غيرك.",
            'If you forget it, choose "Forgot your password?" on the sign-in page; a link comes by mail. '
            "Nobody else knows it.",
        ),
    ),
    screens=("accounts:second_factor", "accounts:new_app", "accounts:password", "accounts:preferences"),
)

MY_RIGHTS = Step(
    "my-rights",
    t("ماذا يحق لي ولماذا", "What you may do, and why"),
    (
        t(
            "صفحة «صلاحياتي» في قائمة اسمك تذكر كل ما يحق لك، وإلى أي مدى، ومن أي دور، وحتى متى.",
            'The page "What I may do" under your name lists each right, how far it reaches, and which role gives it.',
        ),
        t(
            "إن غاب زر تتوقعه فابحث عنه هناك أولاً، ثم اسأل مشرفك.",
            "If a button you expect is missing, look there first, then ask your supervisor.",
        ),
    ),
    picture="my-rights",
    screens=("directory:me",),
)

ABSENCE = Step(
    "absence",
    t("قبل إجازتك", "Before you go on leave"),
    (
        t(
            "افتح «غيابي ومن ينوب عني» من قائمة اسمك، وسمِّ النائب وحدد اليومين. له عملك في وحدتك وحدها، "
            "وينتهي ذلك وحده.",
            'Open "My absence" under your name, name who stands in, and give both days. They get your work '
            "in that unit only, and it ends by itself.",
        ),
        t(
            "ما يفعله النائب يُسجل باسمه نيابةً عنك. وله أن يعتذر.",
            "What they do is recorded under their own name, standing in for you. They may decline.",
        ),
    ),
    screens=("directory:absence",),
)

DELEGATION = Step(
    "delegation",
    t("التفويض", "Delegation"),
    (
        t(
            "في «تفويضاتي» من قائمة اسمك تفوّض زميلاً بقرار من قراراتك: أي قرار، وأين، وحتى أي درجة، وإلى متى، ولماذا.",
            'Under "My delegations" in your menu a colleague may take a decision of yours: which, where, up to which '
            "class, until when and why.",
        ),
        t(
            "يُكتب على كل قرار «بتفويض من» واسمك، ولا يفوّض هو غيره. تنهيه متى شئت فيسقط في الحال.",
            'Each decision says "by delegation of" you, and they cannot pass it on. End it and it is gone at once.',
        ),
        t(
            "ما فُوّض إليك يظهر في «صلاحياتي» مع اسم صاحبه وحدّه. وينهيه مدير النظام أيضاً، بسبب يصل إلى الطرفين.",
            'What was delegated to you stands under "What I may do", with whose it is and how far. An '
            "administrator may "
            "end it too, with a reason that both sides hear.",
        ),
    ),
    picture="delegation",
    screens=("directory:delegations", "directory:all_delegations"),
)

RELATIONS = Step(
    "relations",
    t("ما لا تعالجه: لك أو لقريبك", "What you do not handle: your own and your relatives'"),
    (
        t(
            "صرّح في «أقاربي ومصالحي» من قائمة اسمك بأرقامك الأخرى وبأرقام أقاربك وشركائك. بريدك وهاتفك معروفان.",
            'Declare your other numbers and those of relatives and partners under "My relations" in the menu of your '
            "name. Your account's e-mail and phone are known.",
        ),
        t(
            "طلباتهم لا تظهر في قوائمك ولا تُسند إليك، وما بيدك منها يعود إلى وحدتك. سجّل طلبك من البوابة كأي مستفيد.",
            "Their cases stand in none of your lists and are not given to you; what you had goes back to your unit. "
            "Register your own on the public portal, like everybody.",
        ),
        t(
            "ما انتهى من تصريح يبقى مع سببه، وكل محاولة لفتح طلب منها تُسجل. من يدير فريقاً يصرّح عن زميل مع السبب.",
            "What has ended stays with its reason, and each attempt to open such a case is recorded. Whoever leads a "
            "team may declare for a colleague, with a reason.",
        ),
    ),
    picture="relations",
    screens=("relations:own", "relations:colleagues"),
)

ALERTS = Step(
    "alerts",
    t("الجرس والموجز اليومي", "The bell and the daily digest"),
    (
        t(
            "الجرس أعلى الصفحة يعد ما لم تقرأه، ويتغير وحده. افتحه وانقر التنبيه تصل إلى الطلب نفسه.",
            "The bell above the page counts what you have not read and changes by itself. Open it and press an alert: "
            "it leads to its case.",
        ),
        t(
            "من «كيف تصلني التنبيهات» في قائمة اسمك تختار لكل نوع: بريد فوري في وقت الدوام، أو الموجز اليومي، أو دون "
            "بريد. العاجل يصل في أي ساعة، وبعض الأنواع لا يُوقف بريدها.",
            'Under "How alerts reach me" in the menu of your name choose for each kind: mail at once in working time, '
            "the daily digest, or no mail. Urgent ones come at any hour; mail of some kinds cannot be stopped.",
        ),
        t(
            "كل رابط في البريد لك وحدك: يفتح طلبه مرة واحدة خلال سبعة أيام، بعد أن تدخل بحسابك.",
            "Each link in a mail is for you alone: it opens its case once, within seven days, after you signed in.",
        ),
    ),
    screens=("alerts:list", "alerts:choices"),
)

TEAM = Step(
    "team",
    t("فريقي ومن ينوب عن الغائبين", "Your team, and who stands in"),
    (
        t(
            "في «فريقي» كل موظف في وحداتك ودوره ومدته. عيّن من ينوب عن زميل غاب فجأة.",
            '"My team" lists everybody in your units with role and time. Name who stands in for somebody '
            "suddenly away.",
        ),
        t(
            "رئيس الوحدة يضيف زميلاً إليها أو ينهي دوره. لموظف بلا حساب اطلب دعوته من مدير النظام.",
            "A head adds a colleague to the unit or ends their role. For somebody without an account ask the "
            "administrator.",
        ),
    ),
    screens=(
        "directory:team",
        "directory:appoint_substitute",
        "directory:grant_role",
    ),
)
