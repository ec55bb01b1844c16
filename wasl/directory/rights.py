"""The permission table: what each role may do, and how far. What does not stand here is allowed to nobody.

Rules above the table: an administrator sees no content of cases; an auditor changes nothing, and only says yes or no to
what others ask; a director reads figures and courses of cases, no contact data; nobody says yes to what they asked for
themselves; roles of one person add up, but exclusive pairs are refused. Programs of partners have no role: they come
with scopes of their own. Source: permission proposal of the security goals, 2026-11; where it is narrower than the work
at the telephone allows, the row says why.

Beside the classical desks stand: the follow-up team (settles whose a case is after two refusals, watches the promises
of the whole agency), the fast-handling team (takes what entered by its class alone, and therefore never sets a class),
the head of a hall (supervises its counters), the head of a unit (answers for a department, section, directorate or
committee), the deputy (works for the head in all its cases) and the director (reads and answers for it, without names).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from wasl.core.i18n import t


class Role(StrEnum):
    """What somebody is in a unit."""

    AGENT = "agent"
    SPECIALIST = "specialist"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    FIELD = "field"
    HALL = "hall"
    ANALYST = "analyst"
    CRISIS = "crisis"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    DIRECTOR = "director"
    FOLLOW_UP = "follow_up"
    FAST_TEAM = "fast_team"
    HALL_HEAD = "hall_head"
    DEPUTY = "deputy"
    HEAD = "head"

    @property
    def label(self) -> str:
        return ROLE_NAMES[self]


ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.AGENT: t("موظف استقبال البلاغات", "Agent"),
        Role.SPECIALIST: t("مختص", "Specialist"),
        Role.LIAISON: t("ضابط اتصال", "Liaison officer"),
        Role.SUPERVISOR: t("مشرف", "Supervisor"),
        Role.QUALITY: t("مقيّم جودة", "Quality evaluator"),
        Role.FIELD: t("فريق ميداني", "Field crew"),
        Role.HALL: t("موظف صالة", "Hall officer"),
        Role.ANALYST: t("محلل بيانات", "Analyst"),
        Role.CRISIS: t("مدير حالة طارئة", "Crisis manager"),
        Role.ADMINISTRATOR: t("مدير النظام", "System administrator"),
        Role.AUDITOR: t("مدقق", "Auditor"),
        Role.DIRECTOR: t("مدير عام", "Director"),
        Role.FOLLOW_UP: t("فريق المتابعة", "Follow-up team"),
        Role.FAST_TEAM: t("فريق المعالجة السريعة", "Fast-handling team"),
        Role.HALL_HEAD: t("رئيس صالة", "Head of hall"),
        Role.DEPUTY: t("نائب", "Deputy"),
        Role.HEAD: t("رئيس الوحدة / مدير الدائرة", "Head of unit"),
    }
)


class Right(StrEnum):
    """One capability. Doors ask for one; the table says who has it."""

    SIGN_IN = "sign_in"
    REGISTER_CASE = "register_case"
    FIND_PERSON = "find_person"
    READ_CASE = "read_case"
    READ_NOTES = "read_notes"
    READ_CONTACT = "read_contact"
    READ_CONFIDENTIAL = "read_confidential"
    READ_COMPARTMENT = "read_compartment"
    TELL_OF_STAFF = "tell_of_staff"
    LIFT_COMPARTMENT = "lift_compartment"
    REPLY = "reply"
    ADD_NOTE = "add_note"
    ADD_FILE = "add_file"
    CLASSIFY = "classify"
    REFER = "refer"
    ANSWER_REFERRAL = "answer_referral"
    DECIDE_OWNER = "decide_owner"
    RAISE_CASE = "raise_case"
    DECIDE_RAISED = "decide_raised"
    ASK_APPEAL = "ask_appeal"
    DECIDE_APPEAL = "decide_appeal"
    ESCALATE = "escalate"
    READ_WEEKLY_LIST = "read_weekly_list"
    ASSIGN = "assign"
    CHANGE_IMPORTANCE = "change_importance"
    SET_IMPORTANCE = "set_importance"
    READ_CLASS_CHANGES = "read_class_changes"
    SCHEDULE = "schedule"
    START_WORK = "start_work"
    HOLD = "hold"
    APPROVE_PENDING = "approve_pending"
    FOLLOW_UP_UNITS = "follow_up_units"
    READ_AGEING = "read_ageing"
    OPEN_INBOX = "open_inbox"
    ASK_BENEFICIARY = "ask_beneficiary"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    REJECT = "reject"
    REJECT_UNREFERRED = "reject_unreferred"
    MERGE = "merge"
    CLOSE = "close"
    DO_TASKS = "do_tasks"
    UNPARK = "unpark"
    READ_DASHBOARDS = "read_dashboards"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_UNITS = "manage_units"
    CONFIGURE = "configure"
    MANAGE_CHANNELS = "manage_channels"
    MANAGE_KEYS = "manage_keys"
    READ_AUDIT = "read_audit"
    READ_FAIRNESS = "read_fairness"
    RECORD_IDENTITY = "record_identity"
    REVEAL_IDENTITY = "reveal_identity"
    EXPORT_CASES = "export_cases"
    SHARE_VIEWS = "share_views"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_SUBSTITUTES = "manage_substitutes"
    READ_RIGHTS = "read_rights"
    READ_DELEGATIONS = "read_delegations"
    END_DELEGATIONS = "end_delegations"
    READ_RELATIONS = "read_relations"
    DECLARE_RELATIONS = "declare_relations"
    READ_PRIVACY = "read_privacy"
    ASK_PRIVACY = "ask_privacy"
    APPROVE_PRIVACY = "approve_privacy"
    RUN_PRIVACY = "run_privacy"
    READ_CONFIG = "read_config"
    READ_HEALTH = "read_health"

    @property
    def label(self) -> str:
        return RIGHT_NAMES[self]


RIGHT_NAMES: Mapping[Right, str] = MappingProxyType(
    {
        Right.SIGN_IN: t("الدخول إلى النظام", "Sign in"),
        Right.REGISTER_CASE: t("تسجيل طلب لشخص", "Register a case for somebody"),
        Right.FIND_PERSON: t("البحث عن شخص معروف عند التسجيل", "Find a known person while registering"),
        Right.READ_CASE: t("قراءة الطلب", "Read a case"),
        Right.READ_NOTES: t("قراءة الملاحظات الداخلية", "Read internal notes"),
        Right.READ_CONTACT: t("رؤية بيانات التواصل كاملة", "See contact data unmasked"),
        Right.READ_CONFIDENTIAL: t("قراءة الطلبات السرية", "Read confidential cases"),
        Right.READ_COMPARTMENT: t(
            "قراءة الشكاوى على الموظفين لدى وحدته", "Read complaints about staff with the own unit"
        ),
        Right.TELL_OF_STAFF: t("القول بأن الشكوى على موظف", "Say that a complaint is about staff"),
        Right.LIFT_COMPARTMENT: t(
            "تسمية المشكو منه وإخراج الشكوى من الدائرة المغلقة",
            "Name who is complained of, and take a complaint out of the closed compartment",
        ),
        Right.REPLY: t("الرد على المستفيد", "Reply to the beneficiary"),
        Right.ADD_NOTE: t("إضافة ملاحظة داخلية", "Add an internal note"),
        Right.ADD_FILE: t("إضافة ملف", "Add a file"),
        Right.CLASSIFY: t("تصنيف الطلب", "Classify a case"),
        Right.REFER: t("إحالة الطلب إلى وحدة", "Refer a case to a unit"),
        Right.ANSWER_REFERRAL: t("قبول الإحالة أو إعادتها", "Accept or return a referral"),
        Right.DECIDE_OWNER: t("حسم الوحدة المسؤولة بعد إعادتين", "Decide whose a case is after two refusals"),
        Right.RAISE_CASE: t("رفع الطلب إلى الخط الثالث", "Raise a case to the third line"),
        Right.DECIDE_RAISED: t("القرار فيما رُفع إلى الخط الثالث", "Decide what was raised to the third line"),
        Right.ASK_APPEAL: t("تسجيل طلب مراجعة عن المستفيد", "Write down that the beneficiary asks for a review"),
        Right.DECIDE_APPEAL: t("البت في طلبات المراجعة", "Decide reviews that beneficiaries asked for"),
        Right.ESCALATE: t("تصعيد الطلب مع بيان السبب", "Escalate a case, with a reason"),
        Right.READ_WEEKLY_LIST: t("الاطلاع على قائمة المدير الأسبوعية", "Read the director's weekly list"),
        Right.ASSIGN: t("إسناد الطلب إلى موظف", "Assign a case to a person"),
        Right.CHANGE_IMPORTANCE: t("تغيير درجة الأهمية درجة واحدة", "Change the importance by one class"),
        Right.SET_IMPORTANCE: t("تغيير درجة الأهمية أكثر من درجة", "Change the importance by more than one class"),
        Right.READ_CLASS_CHANGES: t(
            "مراجعة من غيّر درجات الأهمية ولماذا", "Review who changed classes of importance, and why"
        ),
        Right.SCHEDULE: t("جدولة العمل", "Schedule work"),
        Right.START_WORK: t("بدء العمل", "Start work"),
        Right.HOLD: t("تعليق الطلب", "Put a case on hold"),
        Right.APPROVE_PENDING: t("الموافقة على تمديد تعليق ثالث", "Approve a third extension of a hold"),
        Right.FOLLOW_UP_UNITS: t("متابعة الوحدات الصامتة وتذكيرها", "Follow up silent units and remind them"),
        Right.READ_AGEING: t("لوحة أعمار الطلبات وأسباب تعليقها", "See how old open cases are, and why they wait"),
        Right.OPEN_INBOX: t("وارد الوحدة", "Open the inbox of the unit"),
        Right.ASK_BENEFICIARY: t("طلب معلومات من المستفيد", "Ask the beneficiary"),
        Right.RESOLVE: t("إنجاز الطلب", "Resolve a case"),
        Right.REOPEN: t("إعادة فتح الطلب", "Reopen a case"),
        Right.REJECT: t("رفض الطلب مع بيان السبب", "Reject a case with a reason"),
        Right.REJECT_UNREFERRED: t(
            "رفض طلب لم يصل إلى وحدة مختصة بعد", "Reject a case that no unit in charge has had yet"
        ),
        Right.MERGE: t("دمج الطلبات المكررة وفصلها", "Merge duplicates and take them apart"),
        Right.CLOSE: t("إغلاق الطلب", "Close a case"),
        Right.DO_TASKS: t("إنجاز المهام والمكالمات", "Do tasks and calls"),
        Right.UNPARK: t("معالجة الرسائل المعلّقة", "Handle parked deliveries"),
        Right.READ_DASHBOARDS: t("الاطلاع على المؤشرات", "Read the dashboards"),
        Right.MANAGE_PEOPLE: t("إدارة الموظفين والأدوار", "Manage people and roles"),
        Right.MANAGE_UNITS: t("إدارة الوحدات", "Manage units"),
        Right.CONFIGURE: t("ضبط الخدمات والتقويم ومدد الإنجاز", "Set up services, calendars and service levels"),
        Right.MANAGE_CHANNELS: t("ضبط القنوات وأسرارها", "Set up channels and their secrets"),
        Right.MANAGE_KEYS: t("إدارة مفاتيح البرامج واشتراكات الأنظمة", "Manage keys of programs and webhooks"),
        Right.READ_AUDIT: t("قراءة سجل التدقيق", "Read the audit trail"),
        Right.READ_FAIRNESS: t("مراجعة عدالة الدور", "Review the fairness of turns"),
        Right.RECORD_IDENTITY: t("تسجيل رقم الهوية", "Record an identity number"),
        Right.REVEAL_IDENTITY: t("إظهار رقم الهوية كاملاً مع بيان السبب", "Show a whole identity number, with a reason"),
        Right.EXPORT_CASES: t("تنزيل قوائم الطلبات", "Download lists of cases"),
        Right.SHARE_VIEWS: t("مشاركة القوائم المحفوظة مع الزملاء", "Share saved lists with colleagues"),
        Right.MANAGE_MEMBERS: t(
            "إضافة موظفين إلى الوحدة وإنهاء أدوارهم فيها", "Add people to the unit and end their roles"
        ),
        Right.MANAGE_SUBSTITUTES: t("تعيين من ينوب عن الغائبين", "Appoint who stands in for absent colleagues"),
        Right.READ_RIGHTS: t("الاطلاع على صلاحيات الموظفين", "See what colleagues may do"),
        Right.READ_RELATIONS: t(
            "الاطلاع على تصريحات الموظفين بصلاتهم", "See what colleagues declared of their relations"
        ),
        Right.DECLARE_RELATIONS: t(
            "التصريح بصلة عن موظف مع بيان السبب", "Declare a relation of a colleague, with a reason"
        ),
        Right.END_DELEGATIONS: t("إنهاء تفويض بين آخرين", "End a delegation between others"),
        Right.READ_DELEGATIONS: t("الاطلاع على كل التفويضات", "See every delegation"),
        Right.READ_PRIVACY: t(
            "الاطلاع على طلبات البيانات ومدد حفظها", "See requests about people's data and retention"
        ),
        Right.ASK_PRIVACY: t("طلب حذف بيانات شخص أو تصديرها", "Ask to export or erase a person's data"),
        Right.APPROVE_PRIVACY: t("الموافقة على حذف بيانات شخص", "Approve the erasure of a person's data"),
        Right.RUN_PRIVACY: t("تنفيذ حذف البيانات ومدد حفظها", "Carry out erasure and retention"),
        Right.READ_CONFIG: t("الاطلاع على إعدادات النظام", "Read how the system is set up"),
        Right.READ_HEALTH: t("الاطلاع على حالة تشغيل النظام", "Read the health of the system"),
    }
)


class Reach(StrEnum):
    """How far a right goes."""

    OWN = "o"
    SEAT = "s"
    UNIT = "d"
    SHARED = "x"
    CLASS = "c"
    AGENCY = "a"

    @property
    def label(self) -> str:
        return REACH_NAMES[self]


REACH_NAMES: Mapping[Reach, str] = MappingProxyType(
    {
        Reach.OWN: t("ما أُسند إليه", "what is assigned to the person"),
        Reach.SEAT: t("الوحدة نفسها دون ما يتبعها", "the very unit, without the units below it"),
        Reach.UNIT: t("الوحدة وما يتبعها", "own unit and the units below it"),
        Reach.SHARED: t("ما أُحيل إلى الوحدة", "what was referred to the unit"),
        Reach.CLASS: t(
            "الوحدة وما يتبعها، وكل طلب بلغ أعلى درجة في الجهة",
            "own unit and the units below it, and every case of the gravest class in the agency",
        ),
        Reach.AGENCY: t("الجهة كلها", "the whole agency"),
    }
)

# The class of importance by which alone a case comes before the fast-handling team.
GRAVEST = frozenset({"P1"})


@dataclass(frozen=True)
class Grant:
    """One cell of the table. `second_factor`: the code is asked for again; `masked`: without contact data."""

    reach: Reach
    second_factor: bool = False
    masked: bool = False


# One line per right. Letter: o own, s the very unit, d own unit and below, x referred to the unit, c own unit and the
# gravest class anywhere in the agency, a agency;
# then * second factor asked again, m masked. A head has what the deputy has, and more only in what concerns the own
# people: adds them and ends their roles, sees what they may do, and takes lists with names out behind the code.
_TABLE: Mapping[Right, str] = {
    Right.SIGN_IN: (
        "agent:a specialist:a liaison:a supervisor:a quality:a field:a hall:a analyst:a crisis:a administrator:a "
        "auditor:a director:a follow_up:a fast_team:a hall_head:a deputy:a head:a"
    ),
    Right.REGISTER_CASE: (
        "agent:a specialist:a liaison:x supervisor:a field:o hall:a follow_up:a hall_head:a deputy:a head:a"
    ),
    # Whoever sits at a telephone or counter asks "have you been here before?": names, with numbers masked. Crews and
    # liaison officers write down name and number; a known person is met by the rules of `contacts.matching`.
    Right.FIND_PERSON: "agent:a specialist:a supervisor:a hall:a follow_up:a hall_head:a deputy:a head:a",
    # An agent answers the telephone for every case of the agency; contact data stay with the own desk (READ_CONTACT).
    # The fast team sees whatever entered by its class wherever it is, and acts on what its own unit has.
    Right.READ_CASE: (
        "agent:a specialist:d liaison:x supervisor:a quality:d field:o hall:d analyst:am crisis:am auditor:a "
        "director:am follow_up:a fast_team:c hall_head:d deputy:d head:d"
    ),
    Right.READ_NOTES: (
        "agent:d specialist:d liaison:x supervisor:a quality:d field:o hall:d auditor:a follow_up:a fast_team:d "
        "hall_head:d deputy:d head:d"
    ),
    Right.READ_CONTACT: (
        "agent:d specialist:d liaison:x supervisor:a field:o hall:d auditor:a* follow_up:a fast_team:d hall_head:d "
        "deputy:d head:d"
    ),
    # Complaints about staff: closed to the agents and supervisors of the centre.
    Right.READ_CONFIDENTIAL: "quality:d auditor:a director:am follow_up:a",
    # The closed compartment: who sits in the unit that the agency set for complaints about staff and stands outside the
    # line of whoever is complained of (`cases.compartment`), and the auditor. Beside it READ_CASE is needed.
    Right.READ_COMPARTMENT: (
        "specialist:s liaison:s supervisor:s quality:s auditor:a director:s follow_up:s deputy:s head:s"
    ),
    # Whoever hears it may say it, also of a case of another unit. From then on the case is closed to them.
    Right.TELL_OF_STAFF: (
        "agent:a specialist:d liaison:x supervisor:a quality:d hall:d director:a follow_up:a fast_team:d hall_head:d "
        "deputy:d head:d"
    ),
    Right.LIFT_COMPARTMENT: "specialist:s liaison:s supervisor:s quality:s director:s follow_up:s deputy:s head:s",
    Right.REPLY: (
        "agent:d specialist:d liaison:x supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    # Whoever takes a call about a case may write down what was said, wherever the case is.
    Right.ADD_NOTE: (
        "agent:a specialist:d liaison:x supervisor:a field:o hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.ADD_FILE: (
        "agent:d specialist:d liaison:x supervisor:a field:o hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.CLASSIFY: "agent:d specialist:d supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d",
    Right.REFER: (
        "agent:d specialist:d liaison:x supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.ANSWER_REFERRAL: "specialist:d liaison:x supervisor:a follow_up:a fast_team:d hall_head:d deputy:d head:d",
    # Binding. The supervisor of the triage unit decides only where the agency has nobody in the follow-up team.
    Right.DECIDE_OWNER: "follow_up:a supervisor:d",
    Right.RAISE_CASE: "specialist:d liaison:x supervisor:a follow_up:a fast_team:d deputy:d head:d",
    # The outer bound: the agency's row of the third line names who of these stands there (usually head and deputy). The
    # follow-up team writes down what an outside body without people of its own in the house decided.
    Right.DECIDE_RAISED: "specialist:d liaison:x follow_up:a deputy:d head:d",
    # As with "not solved": taken at the telephone for every case of the agency.
    Right.ASK_APPEAL: "agent:a specialist:d supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d",
    # The outer bound: who leads the office that reviews and has not decided before (`cases.appeals`). The director of
    # the agency is the last level, and answers in public words without seeing contact data.
    Right.DECIDE_APPEAL: "director:a deputy:d head:d",
    # One level up, with a reason: whoever works on a case or answers for it may say that it hangs.
    Right.ESCALATE: (
        "agent:d specialist:d liaison:x supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    # Courses of cases without anybody's data: the page shows none to anyone.
    Right.READ_WEEKLY_LIST: "supervisor:a auditor:a director:am follow_up:a deputy:d head:d",
    Right.ASSIGN: "agent:d specialist:d liaison:x supervisor:a follow_up:a fast_team:d hall_head:d deputy:d head:d",
    # One class with a reason. Not the fast team: cases come to it by their class.
    Right.CHANGE_IMPORTANCE: "agent:d specialist:d supervisor:a follow_up:a hall_head:d deputy:d head:d",
    Right.SET_IMPORTANCE: "supervisor:a",
    # Once a week: who asked for what. Not the director, who reads no internal words.
    Right.READ_CLASS_CHANGES: "supervisor:a auditor:a",
    Right.SCHEDULE: "specialist:d liaison:x supervisor:a follow_up:a fast_team:d deputy:d head:d",
    Right.START_WORK: (
        "agent:d specialist:d liaison:x supervisor:a field:o hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.HOLD: "specialist:d liaison:x supervisor:a follow_up:a fast_team:d deputy:d head:d",
    # Whoever answers for the whole agency; absent, the one who stands in for them.
    Right.APPROVE_PENDING: "director:a",
    # The supervisor of the triage unit does it where the agency has no follow-up team, and may always look.
    Right.FOLLOW_UP_UNITS: "follow_up:a supervisor:a",
    # Figures and references, no names: everybody who answers for what a unit owes.
    Right.READ_AGEING: (
        "specialist:d liaison:x supervisor:a analyst:am auditor:a director:am follow_up:a fast_team:d hall_head:d "
        "deputy:d head:d"
    ),
    # Those who accept and return what comes to a unit.
    Right.OPEN_INBOX: "specialist:d liaison:x fast_team:d hall_head:d deputy:d head:d",
    Right.ASK_BENEFICIARY: (
        "agent:d specialist:d liaison:x supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.RESOLVE: (
        "agent:d specialist:d liaison:x supervisor:a field:o hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    # The citizen's word "not solved" is taken at the telephone for every case of the agency.
    Right.REOPEN: "agent:a specialist:d supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d",
    Right.REJECT: "specialist:d supervisor:a follow_up:a deputy:d head:d",
    # The first line refuses nobody: what no unit has had is refused by those who answer for the whole agency alone.
    Right.REJECT_UNREFERRED: "supervisor:a follow_up:a",
    Right.MERGE: "specialist:d supervisor:a follow_up:a fast_team:d hall_head:d deputy:d head:d",
    Right.CLOSE: "agent:d specialist:d supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d",
    Right.DO_TASKS: (
        "agent:d specialist:d liaison:x supervisor:a field:o hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.UNPARK: "agent:a supervisor:a follow_up:a",
    Right.READ_DASHBOARDS: (
        "agent:o specialist:d liaison:x supervisor:a quality:d field:o hall:d analyst:a crisis:a auditor:a director:a "
        "follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.MANAGE_PEOPLE: "administrator:a*",
    Right.MANAGE_UNITS: "administrator:a*",
    Right.CONFIGURE: "administrator:a",
    Right.MANAGE_CHANNELS: "administrator:a*",
    # A key speaks for a partner or a person, a subscription tells another system: the code is asked again for both.
    Right.MANAGE_KEYS: "administrator:a*",
    Right.READ_AUDIT: "supervisor:d auditor:a",
    # Who took what out of turn, by name of the officer; nobody's contact data stand there. Supervisors and evaluators
    # see their own units; the director sees reasons by their kind, never internal words (READ_NOTES).
    Right.READ_FAIRNESS: "supervisor:d quality:d auditor:a director:am",
    Right.RECORD_IDENTITY: (
        "agent:d specialist:d supervisor:a hall:d follow_up:a fast_team:d hall_head:d deputy:d head:d"
    ),
    Right.REVEAL_IDENTITY: (
        "agent:d* specialist:d* supervisor:a* hall:d* auditor:a* follow_up:a* fast_team:d* hall_head:d* deputy:d* "
        "head:d*"
    ),
    # With names and numbers of people only behind the code; all others get the same lists without them.
    Right.EXPORT_CASES: (
        "specialist:dm liaison:xm supervisor:a* analyst:am auditor:a* director:am follow_up:a* fast_team:dm "
        "hall_head:d* deputy:dm head:d*"
    ),
    Right.SHARE_VIEWS: "liaison:x supervisor:a follow_up:a hall_head:d deputy:d head:d",
    Right.MANAGE_MEMBERS: "supervisor:d hall_head:d head:d",
    # One's own absence needs no right; nobody appoints themselves.
    Right.MANAGE_SUBSTITUTES: "supervisor:d administrator:a hall_head:d deputy:d head:d",
    Right.READ_RIGHTS: "supervisor:d administrator:a auditor:a hall_head:d head:d",
    # One's own need no right: everybody sees what they gave and hold, and who may decide something may delegate it.
    Right.READ_DELEGATIONS: "administrator:a auditor:a",
    # With a reason that both sides hear; granting in another's name is nobody's.
    Right.END_DELEGATIONS: "administrator:a",
    # Conflicts of interest. One's own need no right; those of others are shown masked to whoever looks after them.
    Right.READ_RELATIONS: "supervisor:d administrator:a auditor:a hall_head:d head:d",
    Right.DECLARE_RELATIONS: "supervisor:d administrator:a hall_head:d head:d",
    # Three people: one asks, another approves, a third carries it out.
    Right.READ_PRIVACY: "supervisor:a follow_up:a administrator:a auditor:a",
    Right.ASK_PRIVACY: "supervisor:a follow_up:a",
    Right.APPROVE_PRIVACY: "auditor:a*",
    Right.RUN_PRIVACY: "administrator:a*",
    Right.READ_CONFIG: "administrator:a auditor:a",
    Right.READ_HEALTH: "supervisor:a administrator:a auditor:a",
}

# Access to personal data of many people, to the set-up or to the audit trail: a password alone is not enough.
SECOND_FACTOR_ROLES = frozenset(
    {
        Role.SUPERVISOR,
        Role.QUALITY,
        Role.CRISIS,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.DIRECTOR,
        Role.FOLLOW_UP,
        Role.HALL_HEAD,
        Role.DEPUTY,
        Role.HEAD,
    }
)

# What nobody may be at once, and why.
EXCLUSIONS: Mapping[frozenset[Role], str] = MappingProxyType(
    {
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}): t(
            "لا يدقق أحد ما ضبطه بنفسه", "nobody checks what they set up themselves"
        ),
        frozenset({Role.QUALITY, Role.AGENT}): t("لا يقيّم أحد مكالماته بنفسه", "nobody judges their own calls"),
        frozenset({Role.QUALITY, Role.HALL}): t("لا يقيّم أحد خدمته بنفسه", "nobody judges their own service"),
    }
)
EXCLUSIVE_PAIRS = tuple(EXCLUSIONS)

# What a supervisor may give within the own unit; every other role is given by an administrator.
MEMBER_ROLES = (Role.AGENT, Role.SPECIALIST, Role.LIAISON, Role.FIELD, Role.HALL)


def _cells(line: str) -> dict[Role, Grant]:
    cells = {}
    for cell in line.split():
        role, _, letters = cell.partition(":")
        cells[Role(role)] = Grant(Reach(letters[0]), second_factor="*" in letters, masked="m" in letters)
    return cells


SCOPES: Mapping[Right, Mapping[Role, Grant]] = MappingProxyType(
    {right: MappingProxyType(_cells(_TABLE[right])) for right in Right}
)


def grant(role: str, right: Right) -> Grant | None:
    """The cell of the table; None when it is empty or the role unknown."""
    return SCOPES[right].get(role)  # type: ignore[call-overload, no-any-return]


def needs_second_factor(roles: "set[str]") -> bool:
    """Does any of these roles ask for a second factor at sign-in?"""
    return bool(roles & SECOND_FACTOR_ROLES)


def clashes(role: str, held: "set[str]") -> set[str]:
    """Roles among `held` that nobody may hold together with `role`."""
    return {other for pair in EXCLUSIONS if role in pair for other in pair - {role} if other in held}


def why_exclusive(one: str, other: str) -> str:
    """The reason why nobody may be both, in the language of the reader."""
    return EXCLUSIONS[frozenset({Role(one), Role(other)})]
