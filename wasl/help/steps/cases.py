"""Work on one case, from its registration to its answer, and the lists that lead to it."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

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
            "البدء والجدولة والإسناد تتم بترتيب الدور. إن تركت ما قبلها طُلب منك سبب واحد للكل.",
            "Starting, scheduling and assigning go by the order of service. If you leave out what comes before, you "
            "are asked for one reason for all.",
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
    picture="escalation",
)

OUT_OF_TURN = Step(
    "out-of-turn",
    t("الدور، وطلب يسبق دوره", "The order, and a case that goes ahead"),
    (
        t(
            "الدور درجة الأهمية ثم وقت الورود، وترتيب الطلب في وحدته مكتوب في صفحته تحت «عدالة الدور».",
            "The order is the class, then the time of receipt. The place of a case in its unit stands on its page "
            'under "Order of service".',
        ),
        t(
            "إن أخذت طلباً وقبله غيره، ذكرت الصفحة كم يتجاوز وطلبت «سبب التقديم» من قائمة. الاسم والسبب ومن تأخر دوره "
            "تُسجل كلها، ويقرؤها المدقق. لا يُقدَّم أحد لشخصه.",
            'If you take a case while others come before it, the page says how many and asks "Why it goes ahead", from '
            "a list. Your name, the reason and whom it passed are recorded, and the auditor reads them. Nobody goes "
            "ahead for who they are.",
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
    picture="weekly-list",
    screens=("desk:weekly_list",),
)

REVIEWS = Step(
    "reviews",
    t("مراجعات المستفيدين", "Reviews that beneficiaries ask for"),
    (
        t(
            "بعد فوات الموعد أو عدم القبول أو التقييم المتدني أو انتهاء مهلة إعادة الفتح للمستفيد أن يطلب مراجعة، مرة "
            "عند الإدارة التي فوق الوحدة ومرة عند المدير. يطلبها من صفحة طلبه ومعها صور أو ملفات لا يراها إلا من "
            "يراجع، أو تكتبها له وهو على الهاتف.",
            "After a broken promise, a refusal, a poor rating, or when it is too late to reopen, a beneficiary may ask "
            "for a review: once of the management above the unit, once of the director. They ask on the page of their "
            "case, with photos or files for whoever reviews alone, or you write it down for them on the telephone.",
        ),
        t(
            "«المراجعات» تجمع ما ينتظر قرارك. لا يبت فيها من قرر في الطلب من قبل، شخصاً أو وحدة؛ والأسباب يقرؤها "
            "المستفيد. إن تغيّر القرار كله أو جزء منه عاد الطلب إلى وحدته بموعد جديد، أو أرسلته إلى وحدة أخرى بسبب. وما "
            "مضى ضعف مدته بلا جواب يُبلَّغ به المستوى الأعلى. بعد المستوى الأخير تُذكر للمستفيد الجهة الخارجية.",
            '"Reviews" holds what waits for you. No person or unit that decided about a case before decides its '
            "review, and the beneficiary reads the reasons. What is changed, wholly or in part, goes back to its unit "
            "with a new date, or to another unit for which you give a reason. What has no answer after twice its time "
            "is told to the next level; after the last one the page names the body outside.",
        ),
    ),
    picture="reviews",
    screens=("desk:reviews",),
)

ASK_REVIEW = Step(
    "ask-review",
    t("متصل يطلب مراجعة قرار", "A caller who asks for a review"),
    (
        t(
            "بعد فوات الموعد أو عدم القبول أو التقييم المتدني أو انتهاء مهلة إعادة الفتح افتح طلبه واضغط «طلب مراجعة "
            "عن المستفيد»، واكتب كلماته كما قالها. مرة واحدة في كل مستوى.",
            "After a broken promise, a refusal, a poor rating, or when it is too late to reopen, open the case, choose "
            '"Ask for a review for the caller" and write their words down as they were said. Once at each level.',
        ),
        t(
            "أخبره من ينظر فيها ومتى الجواب: كلاهما يظهر في صفحة الطلب. لا تَعِد بقرار، ولا تبتّ فيها أنت.",
            "Tell them who looks at it and when the answer comes; both stand on the page. Promise no decision: it is "
            "not yours.",
        ),
    ),
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

AT_ONCE = Step(
    "at-once",
    t("الموظف الشامل: إنجاز عند أول تواصل", "The comprehensive employee: done at the first contact"),
    (
        t(
            "من كُلّف بخدمات ينجزها بنفسه يرى عند اختيارها «إنجاز فوري»: يكتب ما أُنجز، فيُسجَّل الطلب ويُنجز معاً دون "
            "إحالة، ويصل صاحبه الرقم والجواب في كلمة واحدة.",
            'Whoever may finish listed services sees "Finish now" when one is chosen: write what was done, '
            "and the case "
            "is registered and resolved in one, without a referral. The person gets number and answer in one word.",
        ),
        t(
            "الأوراق والصورة تُطلب كما تطلبها الخدمة. وإن عاد صاحبه في الأمر نفسه خلال أيام، لم يُعد "
            "محسوماً عند أول تواصل.",
            "Papers and photo are asked for as the service asks. Where the person comes back in the same matter within "
            "days, it no longer counts as settled at the first contact.",
        ),
    ),
    screens=("desk:register",),
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
            "عداها. الثاني (الوحدة المختصة) يقبل أو يعيد، وينجز. الثالث (المديرية أو لجنة أو جهة خارجية) يقرر "
            "فيما رُفع "
            "إليه.",
            "The first (centre and counters) registers for everybody, refuses nobody, finishes inquiries, "
            "suggestions, praise and notes, and refers the rest. The second (the unit in charge) accepts or returns, "
            "and does the work. The third (directorate, committee or outside body) decides what is raised to it.",
        ),
        t(
            "ما يُسلَّم يُسلَّم كاملاً: صاحب الطلب، والمكان، وكلماته، وصورة إن طلبتها الخدمة. ما ليس في الطلب "
            "يُكتب عند "
            "الإحالة، أو يُكتب لماذا تعذّر.",
            "What is handed over is handed over whole: who asked, the place, their words, and a photo where the "
            "service asks for one. What is not on the case is written with the referral, or why it cannot be had.",
        ),
        t(
            "من يعيد يسمِّ لمن هو: وحدة أو جهة خارجية أو «لا نعلم». الإعادة الثانية تذهب إلى فريق المتابعة، "
            "وقراره ملزم: "
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
            "الدور بالدرجة ثم وقت الورود. إن بدأت بطلب قبل ما سبقه اخترت السبب؛ ويظهر في صفحته وصفحات من تجاوزهم.",
            "The order is the class, then when a case came. Whoever takes one before others chooses why; its page and "
            "theirs tell of it.",
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

ABOUT_STAFF = Step(
    "about-staff",
    t("الشكوى على موظف", "A complaint about a colleague"),
    (
        t(
            "لا ترفضها ولا تناقشها. عند التسجيل افتح «الشكوى على موظف» في آخر الصفحة، واكتب من هو وأين كما يقول "
            "صاحبها؛ "
            "واسمه إن عرفته.",
            'Neither refuse nor discuss it. While registering open "It is about a colleague" at the end of the '
            "page and "
            "write who and where in the citizen's words; the name if you know it.",
        ),
        t(
            "وإن ظهر ذلك في طلب مفتوح فمن صفحته: «الشكوى على موظف».",
            "If it shows in a case that is open, the same button stands on its page.",
        ),
        t(
            "من تلك اللحظة لا تراها ولا تجدها ولا تُعد لك: تتولاها وحدة خارج خط المشكو منه. سلّم صاحبها الرقم والإيصال "
            "خلال عشر دقائق.",
            "From that moment you neither see, find nor count it: a unit outside the line of the person has it. "
            "Hand over "
            "number and slip within ten minutes.",
        ),
    ),
)

COMPARTMENT = Step(
    "compartment",
    t("الدائرة المغلقة", "The closed compartment"),
    (
        t(
            "إن كانت وحدتك تتولى الشكاوى على الموظفين رأيتها في قوائمك كغيرها، وعليها قفل. لا يراها معك غير "
            "زملائك فيها "
            "والمدقق.",
            "If your unit handles complaints about staff they stand in your lists like all others, with a lock. "
            "Only your "
            "colleagues there and the auditor see them too.",
        ),
        t(
            "«تسمية المشكو منه» تحجبها فوراً عنه وعن زملائه ورؤسائه ومرؤوسيه، ولو كانوا في وحدتك؛ فإن كان من وحدتك "
            "انتقلت إلى الوحدة التالية.",
            '"Name who it is about" hides it at once from them, their colleagues, superiors and subordinates, '
            "even in your "
            "unit; if they belong to your unit it goes on to the next one.",
        ),
        t(
            "لا تُحال ولا تُضم ولا تُرفع. إن أردت سماع رد الموظف فاسأله خارج النظام ودوّن جوابه في ملاحظة.",
            "It is not referred, joined or raised. To hear the person, ask them outside the system and note it.",
        ),
        t(
            "إن تبيّن أنها ليست على موظف فأخرجها بسبب إلى وحدتها؛ يُسجل ذلك عليك.",
            "If it turns out not to be about staff, take it out with a reason, to its unit; that is recorded.",
        ),
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
