"""One page for each role: what is owed, and the first hour in steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from wasl.core.i18n import t
from wasl.directory.rights import SCOPES, Right, Role
from wasl.help import steps
from wasl.help.steps import Step

CITIZEN = "citizen"
_ALWAYS = (steps.ALERTS, steps.MY_RIGHTS, steps.ABSENCE, steps.DELEGATION, steps.RELATIONS)


@dataclass(frozen=True)
class HelpPage:
    """What somebody in a role needs to know. `promise` is what others may expect of them."""

    code: str
    title: str
    promise: str
    steps: tuple[Step, ...]
    tip: str = ""

    def step_for(self, screen: str) -> Step | None:
        """The step that explains a screen, if this page has one."""
        room, *rest = screen.split(":")
        # Every page of a row (its form, its history, …) is explained with the list of its kind.
        of_kind = f"{room}:list:{rest[1]}" if len(rest) == 2 else screen
        return next((step for step in self.steps if screen in step.screens or of_kind in step.screens), None)


def _page(role: Role, promise: str, *own: Step, tip: str = "") -> HelpPage:
    by_right = {
        Right.START_WORK: steps.OUT_OF_TURN,
        Right.ASK_APPEAL: steps.ASK_REVIEW,
        Right.TELL_OF_STAFF: steps.ABOUT_STAFF,
        Right.READ_COMPARTMENT: steps.COMPARTMENT,
    }
    told = (step for right, step in by_right.items() if role in SCOPES[right])
    return HelpPage(role.value, role.label, promise, (steps.SIGN_IN, *own, *told, *_ALWAYS), tip)


_PAGES = (
    _page(
        Role.AGENT,
        t(
            "تستقبل الناس وتسجل ما يقولونه كما هو، ولا ترفض التسجيل. تجيب ما تعرف، وتحيل ما لا تعرف.",
            "You receive people, write down what they say, and never refuse to register. You answer what "
            "you know and "
            "refer what you do not.",
        ),
        *(
            steps.REGISTER,
            steps.AT_ONCE,
            steps.ANSWERED,
            steps.WORKLIST,
            steps.VIEWS,
            steps.CASE,
            steps.ESCALATION,
            steps.LINES,
            steps.REFER,
        ),
        *(steps.REPLY, steps.TASKS, steps.IDENTITY, steps.PARKED, steps.FIGURES),
        tip=t("اسأل أولاً: هل في المكان خطر؟", "Ask first: is there danger at the place?"),
    ),
    _page(
        Role.SPECIALIST,
        t(
            "تُحال إليك طلبات وحدتك. تقبلها في يوم، وتنجزها في موعدها، وتكتب للمواطن ما فُعل.",
            "The cases of your unit come to you. You accept within a day, finish in time, and tell the "
            "citizen what was "
            "done.",
        ),
        *(
            steps.WORKLIST,
            steps.ACCEPT,
            steps.CASE,
            steps.ESCALATION,
            steps.LINES,
            steps.WORK,
            steps.REPLY,
            steps.VIEWS,
        ),
        *(steps.BULK, steps.TASKS, steps.REGISTER, steps.ANSWERED, steps.IDENTITY, steps.FIGURES),
        *(steps.INBOX, steps.AGEING),
        steps.EXPORTS,
        tip=t("صورة قبل وصورة بعد تغنيان عن شرح طويل.", "A photo before and one after save a long explanation."),
    ),
    _page(
        Role.LIAISON,
        t(
            "أنت صلة وحدتك بالمركز: لا يبقى طلب بلا جواب، ولا يُعاد طلب بلا اسم صاحبه.",
            "You are your unit's link to the centre: nothing stays unanswered, nothing is returned without a name.",
        ),
        *(steps.WORKLIST, steps.ACCEPT, steps.VIEWS, steps.BULK, steps.CASE, steps.ESCALATION, steps.LINES, steps.WORK),
        *(steps.INBOX, steps.AGEING),
        *(steps.REPLY, steps.TASKS, steps.REGISTER, steps.ANSWERED, steps.FIGURES, steps.EXPORTS),
        tip=t("ابدأ بقائمة «تستحق اليوم».", 'Begin with the list "Due today".'),
    ),
    _page(
        Role.SUPERVISOR,
        t(
            "ترى المركز كله: من ينتظر، وما تأخر، ولماذا. وتغيّر الدرجة أكثر من درجة بسبب مسجل.",
            "You see the whole centre: who waits, what is late, and why. You may move a class further, with a reason.",
        ),
        *(
            steps.WORKLIST,
            steps.VIEWS,
            steps.BULK,
            steps.CASE,
            steps.ESCALATION,
            steps.LINES,
            steps.REFER,
            steps.WEEKLY_LIST,
            steps.FIGURES,
        ),
        *(steps.EXPORTS, steps.TEAM, steps.PARKED, steps.TASKS, steps.REGISTER, steps.AT_ONCE, steps.ANSWERED),
        *(steps.AGEING, steps.FOLLOW_UP),
        *(steps.IDENTITY, steps.CLASS_CHANGES, steps.PRIVACY, steps.HEALTH, steps.AUDIT_LOG, steps.TURNS),
    ),
    _page(
        Role.QUALITY,
        t(
            "تقرأ عينة من العمل وتقيّمها بالمعيار نفسه لكل الناس.",
            "You read a sample of the work and judge it by one standard for everybody.",
        ),
        *(steps.WORKLIST, steps.VIEWS, steps.CASE, steps.ESCALATION, steps.FIGURES, steps.TURNS),
    ),
    _page(
        Role.FIELD,
        t(
            "ما يُسند إليك تراه وحدك. تصل، وتعمل، وتصوّر، وتكتب كلمة.",
            "You see what is assigned to you. You go, do it, take a photo, and write a word.",
        ),
        *(steps.WORKLIST, steps.CASE, steps.WORK, steps.TASKS, steps.REGISTER, steps.ANSWERED),
        steps.FIGURES,
        tip=t("الأزرار كبيرة والصفحة تعمل على هاتفك.", "The buttons are large and the page works on your phone."),
    ),
    _page(
        Role.HALL,
        t(
            "من يأتي إلى الصالة يخرج برقم أو بجواب، لا بوعد شفهي.",
            "Whoever comes to the hall leaves with a number or an answer, not with spoken words alone.",
        ),
        *(
            steps.REGISTER,
            steps.AT_ONCE,
            steps.ANSWERED,
            steps.WORKLIST,
            steps.VIEWS,
            steps.CASE,
            steps.ESCALATION,
            steps.LINES,
            steps.REPLY,
        ),
        *(steps.IDENTITY, steps.TASKS, steps.FIGURES),
    ),
    _page(
        Role.HALL_HEAD,
        t(
            "صالتك كلها أمامك: ما سُجل، وما لم يُجب، ومن يحتاج عوناً.",
            "Your whole hall is before you: what was registered, what is unanswered, who needs help.",
        ),
        *(
            steps.WORKLIST,
            steps.VIEWS,
            steps.BULK,
            steps.REGISTER,
            steps.AT_ONCE,
            steps.ANSWERED,
            steps.CASE,
            steps.ESCALATION,
            steps.LINES,
        ),
        *(steps.TASKS, steps.TEAM, steps.FIGURES, steps.EXPORTS, steps.IDENTITY),
        *(steps.INBOX, steps.AGEING),
    ),
    _page(
        Role.ANALYST,
        t(
            "تقرأ الأرقام بتعريفها، وتقول ما وراءها. لا ترى أسماء الناس.",
            "You read figures by their definitions and say what lies behind them. You see no names.",
        ),
        *(steps.FIGURES, steps.WORKLIST, steps.VIEWS, steps.CASE, steps.EXPORTS),
        steps.AGEING,
    ),
    _page(
        Role.CRISIS,
        t(
            "في الأنواء ترى الطلبات كلها على الخريطة والقائمة، دون بيانات الناس.",
            "In a storm you see every case on map and list, without people's data.",
        ),
        *(steps.WORKLIST, steps.VIEWS, steps.CASE, steps.ESCALATION, steps.FIGURES),
    ),
    _page(
        Role.ADMINISTRATOR,
        t(
            "تضبط النظام دون مبرمج: الوحدات والموظفون والخدمات والنصوص والتقويم. لا ترى محتوى الطلبات.",
            "You set the system up without a programmer: units, people, services, wordings, calendar. You "
            "see no content "
            "of cases.",
        ),
        *(steps.YAML, steps.UNDO, steps.UNITS, steps.PEOPLE, steps.SERVICES, steps.RULES, steps.OVERSIGHT, steps.TRY),
        *(steps.HOLIDAY, steps.CALENDARS, steps.PLACES, steps.WORDINGS, steps.CHANNELS, steps.PROGRAMS),
        *(steps.HEALTH, steps.TEAM, steps.PRIVACY),
        tip=t("جرّب في «ماذا سيحدث؟» قبل أن تطبّق.", 'Try it in "What would this report do?" before you apply.'),
    ),
    _page(
        Role.AUDITOR,
        t(
            "تتأكد أن القواعد سرت على الجميع سواء.",
            "You make sure that the rules held for everybody alike.",
        ),
        *(
            steps.AUDIT,
            steps.AUDIT_LOG,
            steps.TURNS,
            steps.WORKLIST,
            steps.VIEWS,
            steps.CASE,
            steps.WEEKLY_LIST,
            steps.FIGURES,
            steps.EXPORTS,
        ),
        steps.AGEING,
        *(steps.CLASS_CHANGES, steps.IDENTITY, steps.YAML, steps.UNDO, steps.PRIVACY, steps.HEALTH),
    ),
    _page(
        Role.DIRECTOR,
        t(
            "صفحة واحدة في الصباح: ما علينا، وإلى أين يتجه، وأقدم ما بقي.",
            "One page in the morning: what we owe, where it is going, and the oldest that is left.",
        ),
        *(
            steps.REVIEWS,
            steps.WEEKLY_LIST,
            steps.FIGURES,
            steps.TURNS,
            steps.WORKLIST,
            steps.VIEWS,
            steps.CASE,
            steps.EXPORTS,
        ),
        steps.AGEING,
    ),
    _page(
        Role.FOLLOW_UP,
        t(
            "تتابع ما سكتت عنه الوحدات حتى يُجاب الناس.",
            "You follow what the units are silent about until people have their answer.",
        ),
        *(steps.WORKLIST, steps.VIEWS, steps.BULK, steps.CASE, steps.ESCALATION, steps.LINES, steps.REFER, steps.REPLY),
        *(steps.FOLLOW_UP, steps.AGEING),
        *(steps.TASKS, steps.REGISTER, steps.ANSWERED, steps.PARKED, steps.IDENTITY, steps.PRIVACY),
        *(steps.WEEKLY_LIST, steps.FIGURES, steps.EXPORTS),
    ),
    _page(
        Role.FAST_TEAM,
        t(
            "الأخطر أولاً، بدرجته لا باسم صاحبه.",
            "The gravest first, by its class and not by anybody's name.",
        ),
        *(steps.WORKLIST, steps.ACCEPT, steps.VIEWS, steps.BULK, steps.CASE, steps.ESCALATION, steps.LINES, steps.WORK),
        *(steps.INBOX, steps.AGEING),
        *(steps.REPLY, steps.TASKS, steps.IDENTITY, steps.FIGURES),
    ),
    _page(
        Role.DEPUTY,
        t(
            "تقوم مقام من وكّلك في وحدته ومدته، ويُسجل ما تفعله باسمك.",
            "You act for a head in their unit and their time; what you do is recorded under your name.",
        ),
        *(steps.WORKLIST, steps.ACCEPT, steps.VIEWS, steps.BULK, steps.CASE, steps.ESCALATION, steps.LINES, steps.WORK),
        *(steps.REVIEWS, steps.INBOX, steps.AGEING),
        *(steps.REPLY, steps.TASKS, steps.REGISTER, steps.ANSWERED, steps.TEAM, steps.IDENTITY),
        *(steps.WEEKLY_LIST, steps.FIGURES, steps.EXPORTS),
    ),
    _page(
        Role.HEAD,
        t(
            "وحدتك مسؤولة أمام الناس: ما تأخر يصعد إليك، وتُعين من يعمل، وتقول كلمة الفصل فيما رُفع إليك.",
            "Your unit answers to people: what is late rises to you, you help those who work, and what is raised to "
            "you has your word.",
        ),
        *(steps.WORKLIST, steps.ACCEPT, steps.VIEWS, steps.BULK, steps.CASE, steps.ESCALATION, steps.LINES, steps.WORK),
        *(steps.REVIEWS, steps.INBOX, steps.AGEING),
        *(steps.REPLY, steps.TASKS, steps.REGISTER, steps.ANSWERED, steps.TEAM, steps.IDENTITY),
        *(steps.WEEKLY_LIST, steps.FIGURES, steps.EXPORTS),
    ),
    HelpPage(
        CITIZEN,
        t("للناس جميعاً", "For everybody"),
        t(
            "قل ما رأيت، وخذ رقماً وموعداً، وتابع حتى يُنجز.",
            "Say what you saw, take a number and a date, and follow it until it is done.",
        ),
        (steps.CITIZEN_REPORT, steps.CITIZEN_TRACK, steps.CITIZEN_CALL),
    ),
)
PAGES: Mapping[str, HelpPage] = {page.code: page for page in _PAGES}


def staff_pages() -> list[HelpPage]:
    """The pages of all roles, in the order of the permission table."""
    return [page for page in _PAGES if page.code != CITIZEN]


def page_for(roles: list[str], screen: str) -> tuple[HelpPage, Step | None]:
    """The page to open for somebody with these roles, and the step about the screen they look at."""
    held = [PAGES[role] for role in roles if role in PAGES] or [PAGES[CITIZEN]]
    for page in held:
        step = page.step_for(screen)
        if step is not None:
            return page, step
    return held[0], None
