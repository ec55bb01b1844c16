"""What an administrator sets up without a programmer."""

from wasl.core.i18n import t
from wasl.help.steps.step import Step

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
        t(
            "«الموظف الشامل»: من ينجز أي خدمات عند أول تواصل دون إحالة، باسمه أو بدوره في وحدة، ومن متى إلى متى.",
            '"Comprehensive employees": who finishes which services at the first contact without a '
            "referral, by name or "
            "by a role in a unit, from and until.",
        ),
    ),
    screens=(
        "administration:list:routing",
        "administration:list:support_lines",
        "administration:list:generalists",
        "administration:list:first_contact",
        "administration:list:importance",
        "administration:list:importance_bands",
        "administration:list:policies",
        "administration:list:targets",
    ),
)

OVERSIGHT = Step(
    "oversight",
    t("من يُبلَّغ بالتأخر، وأسباب التعليق والتقديم", "Who hears of delay, and the reasons people may give"),
    (
        t(
            "«سلالم التصعيد»: من يُبلَّغ عند كل نسبة تمضي من المدة، أو إذا تكررت الشكوى أو ساء التقييم. لا يُقبل سلّم "
            "يتخطى الجميع.",
            '"Escalation ladders": who hears at which share of the time, of a repeated complaint or of a poor rating. '
            "A ladder that skips everybody is refused.",
        ),
        t(
            "«أسباب التعليق» و«أسباب التقديم في الدور» قائمتان يختار منهما الموظف. اجعلهما قصيرتين، واطلب التفصيل حيث "
            "يلزم.",
            '"Reasons for a hold" and "Reasons for going ahead" are the lists that staff choose from. Keep them '
            "short, and ask for words where they are needed.",
        ),
        t(
            "«صمت الوحدات»: بعد كم يوم عمل دون إجراء يظهر الطلب لفريق المتابعة. «أنماط تجاوز الدور»: متى يُنبَّه المدقق "
            "والمدير إلى نمط يتكرر.",
            '"Silent units": after how many working days without an act a case comes to the follow-up team. "Patterns '
            'of turns not kept": when the auditor and the director are told of a pattern.',
        ),
        t(
            "«المراجعات»: حتى متى يطلب المستفيد مراجعة، ومتى يُجاب، والجهة الخارجية التي تُذكر له بعد المستوى الأخير.",
            '"Reviews": until when a beneficiary may ask for one, when it is answered, and the body outside that is '
            "named after the last level.",
        ),
    ),
    screens=(
        "administration:list:ladders",
        "administration:list:hold_reasons",
        "administration:list:jump_reasons",
        "administration:list:silence",
        "administration:list:fairness",
        "administration:list:reviews",
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
    picture="moon",
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
