"""What there is to learn, one step at a time: a title, a few sentences, a picture, and the screens it is about.

`screens` are names of addresses; the "?" of such a screen opens the page of the reader's role at this step. `picture`
names a pair of files in `static/help/pictures/ar|en`, taken from the demo by `wasl manage help_pictures`.
"""

from dataclasses import dataclass

from wasl.core.i18n import t


@dataclass(frozen=True)
class Step:
    """One thing somebody can do after reading it."""

    code: str
    title: str
    lines: tuple[str, ...]
    picture: str = ""
    screens: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


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
    ),
    screens=("directory:delegations", "directory:all_delegations"),
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
WORKLIST = Step(
    "worklist",
    t("قائمة العمل", "The worklist"),
    (
        t(
            "الأخطر أولاً، ثم الأقدم. لا يُقدَّم طلب على آخر إلا بسبب مسجل.",
            "The gravest first, then the oldest. Nothing is put before another without a recorded reason.",
        ),
        t(
            "بدّل بين «المسندة إليّ» و«وحدتي» و«الكل»، واختر قائمة مثل «تستحق اليوم»، وضيّقها من «تصفية وترتيب».",
            'Switch between "Mine", "My unit" and "All", choose a list such as "Due today", and narrow it '
            'under "Filter and order".',
        ),
        t(
            "عندما تصل طلبات جديدة يظهر شريط بعددها، ولا تتحرك القائمة تحت يدك.",
            "When new cases arrive a bar says how many; the list never moves under your hand.",
        ),
    ),
    picture="worklist",
    screens=("desk:home", "desk:search"),
    keys=(
        ("/", t("البحث", "Search")),
        ("J / K", t("الطلب التالي والسابق؛ وكذلك الأسهم", "Next and previous case; arrows too")),
        ("X", t("اختيار الطلب أو تركه", "Choose the case, or leave it")),
        ("Enter", t("فتح الطلب", "Open the case")),
        ("R", t("عرض الجديد", "Show what is new")),
        ("G + M / U / A", t("طلباتي، وحدتي، الكل", "Mine, my unit, all")),
        ("F1", t("كل المفاتيح", "All keys")),
    ),
)
VIEWS = Step(
    "saved-lists",
    t("قائمة باسمك تعود إليها", "A list of your own to come back to"),
    (
        t(
            "رتّب القائمة كما تريد، ثم «حفظ القائمة» باسم. تبقى معها التصفية والترتيب والأعمدة.",
            'Narrow and order a list, then "Save the list" under a name. Filters, order and columns stay with it.',
        ),
        t(
            "شاركها مع وحدتك أو جهتك إن كان ذلك من حقك؛ يرى كل شخص فيها ما يحق له فقط.",
            "Share it with your unit or agency if you may; everybody sees in it only what they may see.",
        ),
        t(
            "«ابدأ بها» يجعلها أول ما تراه. أعد تسميتها أو احذفها من «القوائم المحفوظة».",
            '"Start here" makes it what you see first. Rename or remove it under "Saved lists".',
        ),
    ),
    screens=(
        "desk:views",
        "desk:view",
    ),
)
BULK = Step(
    "bulk",
    t("إجراء على عدة طلبات معاً", "One act on several cases"),
    (
        t(
            "اختر الطلبات ثم الإجراء من الشريط أسفل القائمة. ترى قبل التنفيذ ما سيتم، وما لا يمكن وسببه.",
            "Choose cases, then the act on the bar below the list. Before it is done you see what will "
            "happen, and what cannot and why.",
        ),
        t(
            "بعد التنفيذ نتيجة بما تم. «تراجع» ممكن خلال عشر دقائق، وما تغيّر بعدها يبقى.",
            'Afterwards the result says what was done. "Take it back" works for ten minutes; what changed since stays.',
        ),
    ),
    screens=(
        "desk:bulk",
        "desk:begin_bulk",
    ),
    keys=(
        ("Shift + J / K", t("مدّ الاختيار", "Stretch the choice")),
        ("Esc", t("إلغاء الاختيار", "Clear the choice")),
    ),
)
CASE = Step(
    "case",
    t("صفحة الطلب", "The page of a case"),
    (
        t(
            "في أعلاها الرقم والحالة والمواعيد. اضغط «لماذا يستحق الإنجاز عندها؟» لترى الحساب يوماً بيوم.",
            'At its head stand the number, the state and the promises. "Why is it due then?" shows the sum day by day.',
        ),
        t(
            "سجل الطلب يجمع كل ما جرى، أياً كانت القناة. الملاحظات الداخلية لا يراها المستفيد.",
            "The timeline holds all that happened, whatever the channel. The beneficiary never sees internal notes.",
        ),
        t(
            "«ما يراه المستفيد» يعرض صفحته كما هي.",
            '"What the citizen sees" shows their page as it is.',
        ),
        t(
            "إن غيّر زميلك الطلب وأنت تكتب، لا يضيع كلامك: ترى ما تغيّر ثم تقرر.",
            "If a colleague changes the case while you write, nothing of yours is lost: you see the change, "
            "then decide.",
        ),
    ),
    picture="case",
    screens=("desk:case",),
)
ESCALATION = Step(
    "escalation",
    t("التصعيد وسلّمه", "Escalation and its ladder"),
    (
        t(
            "سلّم التصعيد في صفحة الطلب يبيّن كم مضى من المدة، ومن أُبلغ ومتى، ومن يُبلَّغ بعده. الملاحظات والردود "
            "والإحالات لا توقفه؛ يتوقف بتوقف الساعة وينتهي بانتهائها.",
            "The ladder on the page of a case shows how much of the time is used, who was told and who comes next. "
            "Notes, replies and referrals do not silence it; it stands while the clock stands and ends with it.",
        ),
        t(
            "«تصعيد» يرفع الطلب مستوى واحداً بسبب تكتبه، ويظهر في السجل. «المصعّدة» قائمة بكل ما صُعّد.",
            '"Escalate" lifts a case by one level, with your reason, for all to see. '
            '"Escalated" lists all that were lifted.',
        ),
    ),
)
WEEKLY_LIST = Step(
    "weekly-list",
    t("قائمة المدير الأسبوعية", "The director's weekly list"),
    (
        t(
            "ما تجاوز ضعف مدته أو صُعّد إلى المدير، بوحدته ومسؤوله وأسبابه وعمره، دون بيانات المستفيدين. تُطبع كما هي.",
            "What is past twice its time or was lifted to the director, with unit, owner, causes and age, and nothing "
            "about beneficiaries. It prints as it stands.",
        ),
        t(
            "يُنبَّه المدير إليها في أول صباح عمل من الأسبوع.",
            "The director hears of it on the first working morning of the week.",
        ),
    ),
    screens=("desk:weekly_list",),
)
REGISTER = Step(
    "register",
    t("تسجيل طلب لشخص", "Registering a case for somebody"),
    (
        t(
            "صفحة واحدة بلوحة المفاتيح: كيف وصل، ومن، وماذا قال. تُقترح الخدمة من كلماته؛ اختر برقمها.",
            "One page by keyboard: how they came, who, what they said. Services are proposed from their "
            "words; choose one by its figure.",
        ),
        t(
            "وأنت تكتب تظهر الطلبات المشابهة، ودرجة الأهمية وأسبابها، والوحدة، والمواعيد.",
            "While you type, similar cases, the class and its reasons, the unit and the promises appear.",
        ),
        t(
            "اقرأ على المتصل نص الخصوصية. بعد التسجيل أعطه الرقم وآخر يوم للإحالة، أو اطبع الإيصال.",
            "Read the privacy notice to the caller. Afterwards give the number and the latest day of "
            "referral, or print the slip.",
        ),
        t(
            "لا يضيع ما كتبته إن انقطع الخط أو انتهت الجلسة أو أُعيد تحميل الصفحة.",
            "What you typed survives a lost line, an ended session and a reload.",
        ),
    ),
    picture="register",
    screens=(
        "desk:register",
        "desk:receipt",
    ),
    keys=(
        ("Ctrl + Enter", t("تسجيل الطلب", "Register the case")),
        ("Alt + 1 … 7", t("إلى القسم بهذا الرقم", "To the section of this number")),
        ("Alt + A", t("إلى الطلبات المشابهة", "To the similar cases")),
        ("Alt + N", t("الشخص التالي", "Next person")),
        ("F1", t("كل المفاتيح", "All keys")),
    ),
)
ANSWERED = Step(
    "answered",
    t("سؤال أُجيب في الحال", "A question answered at once"),
    (
        t(
            "ليس كل اتصال طلباً. Alt+I ثم رقم الموضوع: مفتاحان، ويُحسب الاتصال.",
            "Not every call is a case. Alt+I, then the figure of the topic: two keys, and the contact counts.",
        ),
        t(
            "في «ما سجلته اليوم» تتراجع عنه، أو تحوله إلى طلب إن عاد المتصل.",
            'Under "My contacts today" you take it back, or turn it into a case if the caller comes back.',
        ),
    ),
    screens=("desk:contacts",),
    keys=(("Alt + I", t("استفسار مُجاب", "Answered inquiry")),),
)
REFER = Step(
    "refer",
    t("التصنيف والإحالة", "Classifying and referring"),
    (
        t(
            "المعروف طريقه يُحال وحده عند التسجيل. ما بقي بلا وحدة تأكد من خدمته، ثم «إحالة»: الوحدة "
            "المقترحة مختارة مسبقاً.",
            "What has a known way is referred by itself. For the rest make sure of the service, then "
            '"Refer": the unit that the rules name is chosen beforehand.',
        ),
        t(
            "آخر موعد للإحالة ثلاثة أيام عمل، ويوم التسجيل لا يُحسب. اكتب للوحدة ما تريده منها.",
            "A referral is made within three working days, the day of registration not counted. Tell the "
            "unit what you want of it.",
        ),
        t(
            "يمكنك رفع درجة الأهمية أو خفضها درجة واحدة مع ذكر السبب؛ أكثر من ذلك للمشرف.",
            "You may move the class by one with a reason; more than that is for a supervisor.",
        ),
    ),
    picture="refer",
)
LINES = Step(
    "lines",
    t("خطوط الدعم الثلاثة", "The three lines of support"),
    (
        t(
            "الأول (المركز والصالات) يسجل لكل من يتواصل ولا يرفض، وينجز الاستفسار والاقتراح والشكر والملاحظة، ويحيل ما "
            "عداها. الثاني (الوحدة المختصة) يقبل أو يعيد، وينجز. الثالث (المديرية أو لجنة أو جهة خارجية) يقرر فيما رُفع "
            "إليه.",
            "The first (centre and counters) registers for everybody, refuses nobody, finishes inquiries, "
            "suggestions, praise and notes, and refers the rest. The second (the unit in charge) accepts or returns, "
            "and does the work. The third (directorate, committee or outside body) decides what is raised to it.",
        ),
        t(
            "ما يُسلَّم يُسلَّم كاملاً: صاحب الطلب، والمكان، وكلماته، وصورة إن طلبتها الخدمة. ما ليس في الطلب يُكتب عند "
            "الإحالة، أو يُكتب لماذا تعذّر.",
            "What is handed over is handed over whole: who asked, the place, their words, and a photo where the "
            "service asks for one. What is not on the case is written with the referral, or why it cannot be had.",
        ),
        t(
            "من يعيد يسمِّ لمن هو: وحدة أو جهة خارجية أو «لا نعلم». الإعادة الثانية تذهب إلى فريق المتابعة، وقراره ملزم: "
            "لا تعيده الوحدة بعده. وإن لم يكن للجهة فريق متابعة حسم مشرف مركزها.",
            'Whoever returns a case names whose it is: a unit, an outside body, or "we do not know". The second return '
            "goes to the follow-up team, whose decision binds: the unit cannot return it any more. An agency without "
            "such a team has the supervisor of its centre decide.",
        ),
        t(
            "«رفع إلى الخط الثالث» يحتاج إلى سؤال وما جُرّب. ينتظر العمل القرار وتستمر المواعيد، ثم يعود الطلب إلى "
            "الوحدة أو يبقى لدى من قرر. مواعيد الاستلام والإحالة على الأول، والقبول والإنجاز على الثاني، والقرار "
            "على الثالث.",
            '"Raise to the third line" takes a question and what was tried. The work waits for the decision while the '
            "clocks run on; then the case goes back to the unit, or stays with who decided. Receipt and referral are "
            "the first line's promises, acceptance and resolution the second's, the decision the third's.",
        ),
    ),
)
ACCEPT = Step(
    "accept",
    t("قبول الإحالة أو إعادتها", "Accepting or returning a referral"),
    (
        t(
            "اقبل خلال يوم عمل. إن لم يكن من شأن وحدتك فأعده واكتب السبب، وسمِّ لمن هو: وحدة أو جهة خارجية أو «لا نعلم».",
            "Accept within a working day. If it is not for your unit, return it with the reason and whose it is: a "
            'unit, an outside body, or "we do not know".',
        ),
        t(
            "الإعادة لا توقف ساعة الطلب: المواطن ينتظر في كل حال.",
            "Returning stops no clock of the case: the citizen waits either way.",
        ),
    ),
    picture="accept",
)
WORK = Step(
    "work",
    t("العمل على الطلب", "Working on a case"),
    (
        t(
            "ابدأ العمل أو جدوله. إن احتجت شيئاً من المستفيد فاسأله من الصفحة؛ تتوقف الساعة حتى يجيب.",
            "Start work or schedule it. If you need something of the beneficiary ask from the page; the clock waits.",
        ),
        t(
            "التعليق له سبب وموعد مراجعة ونص يراه المواطن، ولا يوقف الساعة.",
            "A hold needs a reason, a review date and words for the citizen, and stops no clock.",
        ),
        t(
            "عند الإنجاز اكتب ما فُعل وأرفق صورة. لا تقل «تم» عما لم يتم: للمواطن أن يقول «لم تُحل».",
            'When it is done write what was done and add a photo. The citizen can answer "not solved".',
        ),
    ),
    picture="resolve",
)
REPLY = Step(
    "reply",
    t("الرد على المستفيد", "Answering the beneficiary"),
    (
        t(
            "يصل ردك بالوسيلة التي اختارها: رسالة نصية أو بريد أو اتصال. من طلب الاتصال تُفتح له مهمة.",
            "Your answer goes by the means they chose: SMS, mail, or a call, for which a task opens.",
        ),
        t(
            "ترى في السجل هل وصلت الرسالة. اكتب بلغة المستفيد وبلا لوم.",
            "The timeline shows whether it arrived. Write in their language and without blame.",
        ),
    ),
)
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
            "التعليق لسبب وموعد مراجعة خلال عشرة أيام عمل. تمدده الوحدة مرتين، والثالثة بموافقة المدير. "
            "وما فات موعد مراجعته يُصعَّد.",
            "A hold has a reason and a review within ten working days. The unit extends it twice, the third time the "
            "director decides. A missed review is escalated.",
        ),
    ),
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
IDENTITY = Step(
    "identity",
    t("رقم الهوية", "The identity number"),
    (
        t(
            "تظهر آخر ثلاثة أرقام فقط. لرؤيته كاملاً اكتب السبب؛ يُسجل من رآه ولماذا، ويُطلب رمز التحقق.",
            "Its last three digits show. To see all of it give a reason; who saw it and why is recorded, and "
            "the code is asked.",
        ),
        t(
            "ابحث بالرقم كاملاً إن ذكره صاحبه.",
            "Search by the whole number when its owner tells it.",
        ),
    ),
    screens=(
        "desk:identity",
        "desk:record_identity",
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
PEOPLE = Step(
    "people",
    t("الموظفون والأدوار", "People and roles"),
    (
        t(
            "أضف الموظف ببريده؛ تصله دعوة. ثم أعطه دوراً في وحدة من يوم إلى يوم.",
            "Add a person by their e-mail address; they get an invitation. Then give a role in a unit, from and until.",
        ),
        t(
            "من يضبط النظام لا يدققه: أدوار كهذه لا تجتمع لشخص واحد، والنظام يرفضها ويذكر السبب.",
            "Who sets the system up does not audit it: such roles are refused together, with the reason.",
        ),
        t(
            "يسري التغيير خلال دقيقة حتى على من هو داخل النظام الآن.",
            "A change counts within a minute, also for somebody who is signed in.",
        ),
    ),
    picture="people",
    screens=("administration:list:people", "administration:list:roles", "directory:person_rights"),
)
UNITS = Step(
    "units",
    t("الجهة ووحداتها", "The agency and its units"),
    (
        t(
            "مديريات فيها دوائر فيها أقسام. وحدة واحدة للفرز تأخذ ما لا قاعدة له.",
            "Directorates hold departments, and those hold sections. One triage unit takes what no rule has "
            "a unit for.",
        ),
        t(
            "لا تُحذف وحدة، بل تُنهى: ترى ما يعتمد عليها، وتختار من يخلفها، ويُسلَّم العمل المفتوح أولاً.",
            "A unit is ended, never deleted: you see what depends on it, choose its successor, and hand open "
            "work on first.",
        ),
    ),
    screens=(
        "administration:list:units",
        "administration:list:agencies",
    ),
)
SERVICES = Step(
    "services",
    t("الخدمات ونماذجها", "Services and their forms"),
    (
        t(
            "الاسم والوصف بالعربية والإنجليزية، والوحدة، والدرجة، والمدد، ثم أسئلة النموذج وشروطها، ومعاينة "
            "كما يراها الناس.",
            "Name and description in both languages, unit, class and times, then the questions of the form "
            "with their "
            "conditions, and a preview as people see it.",
        ),
        t(
            "لا تُحذف خدمة، بل تُنهى. ترى قبل ذلك ما يعتمد عليها.",
            "A service is ended, never deleted. Before that you see what depends on it.",
        ),
    ),
    picture="service",
    screens=(
        "administration:list:services",
        "administration:list:forms",
        "administration:list:categories",
        "administration:list:synonyms",
    ),
)
RULES = Step(
    "rules",
    t("إلى من يذهب، وكم هو مهم، ومتى يُنجز", "Whose it is, how grave, by when"),
    (
        t(
            "«قواعد التوجيه»: خدمة ومكان إلى وحدة؛ الأدق يغلب. «معايير الأهمية» و«درجات الأهمية»: ما يزيد "
            "النقاط، ومن كم نقطة تبدأ كل درجة.",
            '"Routes": service and place to a unit; the most exact one wins. "What makes a matter grave" '
            "gives points, and each class begins at some points.",
        ),
        t(
            "«مدد الإنجاز» لكل خدمة أو درجة، و«أهداف المؤشرات» لما تقيسون به أنفسكم. ما سُجل قبل التغيير يبقى على وعده.",
            '"Service levels" for a service or a class, "Targets" for what you measure yourselves by. What '
            "was registered before keeps its promise.",
        ),
        t(
            "«خطوط الدعم»: من يقف في كل خط، وماذا ينجز بنفسه، وماذا يُسلَّم. الخط الأول يسجل دائماً ولا يرفض؛ هذا "
            "لا يتغير.",
            '"Lines of support": who stands at each, what it finishes itself, what is handed over. That the first line '
            "always registers and never refuses cannot be changed.",
        ),
    ),
    screens=(
        "administration:list:routing",
        "administration:list:support_lines",
        "administration:list:hold_reasons",
        "administration:list:silence",
        "administration:list:ladders",
        "administration:list:importance",
        "administration:list:importance_bands",
        "administration:list:policies",
        "administration:list:targets",
    ),
)
TRY = Step(
    "try",
    t("ماذا سيحدث لهذا البلاغ؟", "What would this report do?"),
    (
        t(
            "اكتب كلمات ومكاناً، وترى الخدمة والدرجة والوحدة والمواعيد وسبب كل منها، دون أن يُسجل شيء.",
            "Write words and a place and see the service, class, unit and promises, each with its reason. "
            "Nothing is "
            "registered.",
        ),
    ),
    picture="try",
    screens=("administration:try_of", "administration:try"),
)
HOLIDAY = Step(
    "holiday",
    t("إجازة أُعلنت الليلة", "A holiday announced tonight"),
    (
        t(
            "أضفها في «الإجازات الرسمية». ترى قبل التطبيق كم موعداً سيتحرك وأيها.",
            'Add it under "Public holidays". Before it is applied you see how many due moments move, and which.',
        ),
        t(
            "المقترحة من الجداول تُحسب وتظهر «تقديري». أكدها في «مراجعة المقترحات» بمصدر الإعلان ويومه، أو ارفع ملف "
            "iCal.",
            'Those proposed from tables count and show "estimated". Confirm them under "Review proposals" with source '
            "and day of the announcement, or upload an iCal file.",
        ),
        t(
            "تتحرك المواعيد المفتوحة وحدها، وتشرح صفحة كل طلب السبب.",
            "Open promises move by themselves, and the page of each case explains why.",
        ),
    ),
    picture="holiday",
    screens=(
        "administration:list:holidays",
        "administration:calendar_upload",
        "administration:proposals",
    ),
)
CALENDARS = Step(
    "calendars",
    t("الدوام ورمضان ورؤية الهلال", "Working hours, Ramadan and the moon"),
    (
        t(
            "لكل جهة تقويم معتمد، ولوحدة أو طابور تقويم آخر من «تقاويم الوحدات والطوابير». ابدأ التقويم الجديد من "
            "أسبوع جاهز.",
            'Every agency has a default calendar; a unit or queue gets another under "Calendars of units and queues". '
            "A new calendar can start with a ready week.",
        ),
        t(
            "اكتب دوام رمضان مرة واحدة في «ساعات الأشهر الهجرية»، فيعود كل سنة في أيامه.",
            'Enter the hours of Ramadan once under "Hours of Hijri months"; they come back every year on its days.',
        ),
        t(
            "عند إعلان الهلال افتح «الأشهر القادمة» وسجّل أول يوم من الشهر ومصدره. ترى قبل الحفظ أي ساعات وإجازات "
            "ومواعيد تتحرك.",
            'When the moon is announced open "Months to come" and note the first day of the month and the source. '
            "Before it is saved you see which hours, holidays and due moments move.",
        ),
    ),
    screens=(
        "administration:moon",
        "administration:list:hijri_months",
        "administration:list:hijri_hours",
        "administration:list:calendar_uses",
        "administration:list:calendars",
        "administration:list:special_hours",
    ),
)
PLACES = Step(
    "places",
    t("الأماكن وحدودها", "Places and their boundaries"),
    (
        t(
            "أضف القرى والأحياء بأسمائها كما يقولها الناس. ارفع حدوداً من برنامج الخرائط ملف GeoJSON، وترى "
            "ما سيتغير قبل التطبيق.",
            "Add villages and quarters by the names people use. Upload boundaries from the map program as "
            "GeoJSON; you see what would change first.",
        ),
    ),
    screens=(
        "administration:list:areas",
        "administration:list:boundaries",
        "administration:shapes",
    ),
)
YAML = Step(
    "yaml",
    t("الإعدادات كلها، ملفاً أيضاً", "The whole set-up, as a file too"),
    (
        t(
            "كل تغيير: اكتب، ثم انظر إلى الفرق، ثم طبّق. لا يُحفظ شيء قبل ذلك.",
            "Every change: type, look at the difference, apply. Nothing is saved before that.",
        ),
        t(
            "من «استيراد وتصدير» نزّل الإعدادات ملف YAML، وعدّله، وارفعه: ترى الفرق أولاً، ويُقبل كله أو "
            "يُردّ كله. لا أسرار فيه.",
            'Under "Import and export" download the set-up as YAML, edit it, bring it in: you see the '
            "difference first, and it comes in whole or not at all. No secrets in it.",
        ),
    ),
    picture="difference",
    screens=(
        "administration:home",
        "administration:agency",
        "administration:file",
        "administration:import",
    ),
)
UNDO = Step(
    "undo",
    t("تراجع عما طُبّق", "Taking a change back"),
    (
        t(
            "في «سجل التغييرات» من غيّر وماذا ولماذا. افتح التغيير واضغط «تراجع»: يعود كل ما تم معه دفعة واحدة.",
            '"History" says who changed what, and why. Open a change and take it back: all that was done '
            "with it goes back at once.",
        ),
        t(
            "إن غُيّر السجل بعده، أو اعتمد عليه غيره، رُفض التراجع وذُكر السبب.",
            "If the row was changed since, or something needs it, taking back is refused, with the reason.",
        ),
    ),
    screens=(
        "administration:changes",
        "administration:change",
        "administration:undo",
    ),
)
WORDINGS = Step(
    "wordings",
    t("نصوص الرسائل", "Wordings of messages"),
    (
        t(
            "لكل إشعار نص بالعربية والإنجليزية. عدّاد الرسائل النصية يذكر كم جزءاً ستُرسل ولماذا.",
            "Every notice has a text in both languages. The counter says how many SMS parts it makes, and why.",
        ),
        t(
            "وموجز الموظفين اليومي لا نص له تكتبه: اختر ساعته، أو أوقفه، من الصفحة نفسها.",
            "The daily digest of staff writes itself: choose its hour there, or switch it off.",
        ),
    ),
    screens=("administration:list:wordings", "administration:list:digest"),
)
CHANNELS = Step(
    "channels",
    t("القنوات", "Channels"),
    (
        t(
            "حساب لكل بريد أو بوابة رسائل نصية. الأسرار تُكتب ولا تُقرأ.",
            "One account for each mailbox or SMS gateway. Secrets are written, never read.",
        ),
        t(
            "صفحة التجربة في الحساب ترسل رسالة حقيقية إليك وتشرح كل خطوة، حتى تقرير التسليم.",
            "The trial of an account sends you a real message and explains each step, down to the receipt.",
        ),
    ),
    screens=(
        "administration:list:sms",
        "administration:list:mail",
    ),
)
PROGRAMS = Step(
    "programs",
    t("مفاتيح البرامج واشتراكات الأنظمة", "Keys of programs, and webhooks"),
    (
        t(
            "مفتاح لكل برنامج على حدة، بأقل ما يكفيه وبتاريخ ينتهي فيه. يُعرض مرة واحدة؛ فإن ضاع فألغه وأصدر غيره.",
            "One key for each program, with the least that will do and a day on which it ends. It is shown once; a "
            "lost one is revoked and another issued.",
        ),
        t(
            "مفتاح باسم موظف لا يتجاوز أدواره، وينتهي بإيقاف حسابه. بلا موظف يعمل البرنامج على ما سجّله هو.",
            "A key that acts for a person never does more than their roles allow, and ends with their account. Without "
            "a person a program acts on what it brought itself.",
        ),
        t(
            "الاشتراك يخبر نظاماً آخر بما يجري للطلبات: أضف العنوان، وسلّم السر، ثم أرسل تجربة. "
            "ما لم يصل يُعاد ثلاثة أيام.",
            "A subscription tells another system what happens to cases: add its address, hand over the secret, send a "
            "trial. What does not arrive is tried again for three days.",
        ),
    ),
    screens=(
        "administration:keys",
        "administration:key_new",
        "administration:key",
        "administration:webhooks",
        "administration:webhook_new",
        "administration:webhook",
        "administration:webhook_change",
        "administration:telling",
    ),
)
HEALTH = Step(
    "health",
    t("هل كل شيء بخير؟", "Is all well?"),
    (
        t(
            "صفحة الحالة تقول في جملة ما الخلل وماذا تفعل. وتصلك رسالة عند تغير الحال.",
            "The health page says in a sentence what is wrong and what to do. A mail comes when that changes.",
        ),
    ),
    picture="health",
    screens=("operation:health",),
)
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
            "للموظف أن يغيّر درجة واحدة عن المحسوبة بسبب مكتوب، وما زاد فللمشرف. لا يدخل قائمة المعالجة السريعة طلب إلا "
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

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Step))
