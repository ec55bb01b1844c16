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
            "افتح رابط الدعوة الذي وصلك بالبريد خلال سبعة أيام، واختر كلمة مرور من ثلاث كلمات أو أكثر تتذكرها.",
            "Open the link of your invitation within seven days and choose a password of three words or more.",
        ),
        t(
            "بعض الأدوار تطلب رمزاً ثانياً من تطبيق في هاتفك. احفظ الرموز الاحتياطية في مكان آمن.",
            "Some roles ask for a second code from an app on your phone. Keep the spare codes somewhere safe.",
        ),
        t(
            "إن نسيت كلمة المرور فاطلب رابطاً جديداً من صفحة الدخول؛ لا يعرفها أحد غيرك.",
            "If you forget the password, ask for a new link on the sign-in page; nobody else knows it.",
        ),
    ),
    screens=("accounts:sign_in", "accounts:second_factor", "accounts:password", "accounts:preferences"),
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
            "سمِّ من ينوب عنك من صفحة «صلاحياتي» وحدد اليومين. يرى النائب عملك في وحدتك وحدها، وتعود صلاحياته وحدها.",
            'Name who stands in for you on "What I may do", with both days. They get your work in that unit '
            "only, and it "
            "ends by itself.",
        ),
        t(
            "ما يفعله النائب يُسجل باسمه نيابةً عنك.",
            "What they do is recorded under their own name, standing in for you.",
        ),
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
            "بدّل بين «طلباتي» و«وحدتي» و«الكل»، وضيّق بالحالة والخدمة والمكان، واحفظ ما تعود إليه عرضاً باسم.",
            'Switch between "mine", "my unit" and "all", narrow by state, service and place, and save what '
            "you come "
            "back to as a view.",
        ),
        t(
            "عندما تصل طلبات جديدة يظهر شريط بعددها، ولا تتحرك القائمة تحت يدك.",
            "When new cases arrive a bar says how many; the list never moves under your hand.",
        ),
    ),
    picture="worklist",
    screens=("desk:home", "desk:search", "desk:rows"),
    keys=(
        ("/", t("البحث", "Search")),
        ("j / k", t("الصف التالي والسابق", "Next and previous row")),
        ("x", t("اختيار الصف", "Select the row")),
        ("Enter", t("فتح الطلب", "Open the case")),
    ),
)
BULK = Step(
    "bulk",
    t("إجراء على عدة طلبات معاً", "One act on several cases"),
    (
        t(
            "اختر الصفوف ثم الإجراء. ترى قبل التنفيذ ما سيتم وما لا يمكن وسببه.",
            "Select rows, then the act. Before it is done you see what will happen, and what cannot and why.",
        ),
        t(
            "بعد التنفيذ ملخص بما تم، وزر للتراجع حيث يصح التراجع.",
            "Afterwards a summary says what was done, with a button to take it back where that is honest.",
        ),
    ),
    screens=("desk:bulk",),
)
CASE = Step(
    "case",
    t("صفحة الطلب", "The page of a case"),
    (
        t(
            "في أعلاها الرقم والحالة والمواعيد. اضغط «لماذا هذا الموعد؟» لترى الحساب يوماً بيوم.",
            'At its head stand the number, the state and the promises. "Why this date?" shows the sum day by day.',
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
REGISTER = Step(
    "register",
    t("تسجيل طلب لشخص", "Registering a case for somebody"),
    (
        t(
            "صفحة واحدة بلوحة المفاتيح: من، وكيف وصل، وماذا قال. تقترح الخدمة من كلماته.",
            "One page by keyboard: who, how they came, what they said. The service is proposed from their words.",
        ),
        t(
            "وأنت تكتب تظهر الطلبات المشابهة، ودرجة الأهمية وأسبابها، والوحدة، والمواعيد.",
            "While you type, similar cases, the class and its reasons, the unit and the promises appear.",
        ),
        t(
            "اقرأ على المتصل نص الخصوصية. بعد التسجيل أعطه الرقم وآخر يوم للإحالة، أو اطبع الإيصال.",
            "Read the privacy notice to the caller. After registering give the number and the latest day of "
            "referral, or "
            "print the receipt.",
        ),
        t(
            "لا يضيع ما كتبته إن انقطع الخط أو أُعيد تحميل الصفحة.",
            "What you typed survives a lost line and a reload.",
        ),
    ),
    picture="register",
    screens=("desk:register", "desk:receipt"),
    keys=(("Ctrl + Enter", t("تسجيل", "Register")), ("F1", t("كل الاختصارات", "All shortcuts"))),
)
ANSWERED = Step(
    "answered",
    t("سؤال أُجيب في الحال", "A question answered at once"),
    (
        t(
            "ليس كل اتصال طلباً. اختر «استفسار أُجيب» ثم الموضوع: ضغطتان، ويُحسب الاتصال.",
            'Not every call is a case. Choose "answered inquiry", then the topic: two keys, and the contact counts.',
        ),
    ),
    screens=("desk:contacts",),
)
REFER = Step(
    "refer",
    t("التصنيف والإحالة", "Classifying and referring"),
    (
        t(
            "تأكد من الخدمة، ثم أحل إلى الوحدة المقترحة. إن اخترت غيرها فاكتب السبب.",
            "Make sure of the service, then refer to the proposed unit. If you choose another, say why.",
        ),
        t(
            "آخر موعد للإحالة ثلاثة أيام عمل، ويوم التسجيل لا يُحسب. المعروف طريقه يُحال في الحال.",
            "A referral is made within three working days, the day of registration not counted; what is "
            "known goes at once.",
        ),
        t(
            "يمكنك رفع درجة الأهمية أو خفضها درجة واحدة مع ذكر السبب؛ أكثر من ذلك للمشرف.",
            "You may move the importance by one class with a reason; more than that is for a supervisor.",
        ),
    ),
    picture="refer",
)
ACCEPT = Step(
    "accept",
    t("قبول الإحالة أو إعادتها", "Accepting or returning a referral"),
    (
        t(
            "اقبل خلال يوم عمل. إن لم يكن من شأن وحدتك فأعده وسمِّ الجهة الصحيحة.",
            "Accept within a working day. If it is not for your unit, return it and name whose it is.",
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
TASKS = Step(
    "tasks",
    t("المهام والمكالمات", "Tasks and calls"),
    (
        t(
            "مكالمات موعودة ومراجعات حان وقتها. خذ المهمة، ثم أنجزها واكتب ما دار.",
            "Promised calls and reviews that are due. Take a task, do it, write what was said.",
        ),
        t(
            "إن لم يجب فاضغط «لم يتم الوصول»، وستعود في وقت آخر.",
            'If nobody answers choose "not reached"; it comes back later.',
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
            "ما لم يفهمه النظام لا يُحذف: يقف هنا مع السبب. اقرأه، ثم سجله طلباً أو تجاهله بسبب.",
            "What the system could not understand is never dropped: it waits here with the reason. Read it, "
            "then register "
            "it or ignore it with a reason.",
        ),
    ),
    screens=("desk:parked", "desk:parked_mail"),
)
IDENTITY = Step(
    "identity",
    t("رقم الهوية", "The identity number"),
    (
        t(
            "يظهر مخفياً إلا آخره. لرؤيته كاملاً اكتب السبب؛ يُسجل من رآه ولماذا.",
            "It shows its last digits only. To see all of it give a reason; who saw it and why is recorded.",
        ),
        t(
            "ابحث بالرقم كاملاً إن ذكره صاحبه.",
            "Search by the whole number when its owner tells it.",
        ),
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
            "اطبع القائمة كما تراها، أو صدّرها CSV يفتح في Excel. لا أسماء فيها ولا هواتف، ويُسجل كل تصدير.",
            "Print the list as you see it, or export CSV for a spreadsheet. No names or phones in it; each "
            "is recorded.",
        ),
    ),
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
    screens=("administration:kind:people", "administration:kind:roles", "directory:person_rights"),
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
    screens=("administration:kind:services", "administration:kind:questions"),
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
    screens=("administration:try",),
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
            "تتحرك المواعيد المفتوحة وحدها، وتشرح صفحة كل طلب السبب.",
            "Open promises move by themselves, and the page of each case explains why.",
        ),
    ),
    picture="holiday",
    screens=("administration:kind:holidays", "administration:kind:calendars"),
)
YAML = Step(
    "yaml",
    t("الإعدادات ملفاً", "The configuration as a file"),
    (
        t(
            "نزّل الإعدادات ملف YAML، وعدّله، وارفعه: ترى الفرق قبل التطبيق، وآخر تغيير يُسترجع بنقرة.",
            "Download the configuration as YAML, edit it, upload it: you see the difference first, and the "
            "last change is "
            "taken back by one click.",
        ),
    ),
    picture="difference",
    screens=("administration:home", "administration:import"),
)
WORDINGS = Step(
    "wordings",
    t("نصوص الرسائل", "Wordings of messages"),
    (
        t(
            "لكل إشعار نص بالعربية والإنجليزية. عدّاد الرسائل النصية يذكر كم جزءاً ستُرسل ولماذا.",
            "Every notice has a text in both languages. The counter says how many SMS parts it makes, and why.",
        ),
    ),
    screens=("administration:kind:templates",),
)
CHANNELS = Step(
    "channels",
    t("القنوات", "Channels"),
    (
        t(
            "حساب لكل بريد أو بوابة رسائل. الأسرار تُكتب ولا تُقرأ. زر «اختبار» يرسل رسالة حقيقية إليك ويشرح كل خطوة.",
            'One account for each mailbox or SMS gateway. Secrets are written, never read. "Test" sends you '
            "a real message "
            "and explains each step.",
        ),
    ),
    screens=("administration:kind:channels",),
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
PRIVACY = Step(
    "privacy",
    t("بيانات الناس", "People's data"),
    (
        t(
            "لكل شخص أن يطلب ما نعرفه عنه، وتصحيحه، ومسحه. سجّل الطلب من صفحته؛ ينفذه شخص ويوافق عليه آخر.",
            "Anybody may ask for what we hold, its correction and its erasure. Record the request on their "
            "page; one "
            "person carries it out and another approves.",
        ),
    ),
    screens=("privacy:home",),
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
