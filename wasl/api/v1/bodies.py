"""Everything that goes over the wire, as Structs: they read and write the bodies, and the document is made from them.

What is read refuses fields it does not know. Words of the house come in both languages; moments carry their offset.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from wasl.api.v1.codes import (
    Channel,
    ClockKind,
    Hardship,
    Importance,
    Kind,
    Order,
    ReviewDecision,
    ReviewGround,
    ReviewOutcome,
    State,
    StateAsked,
)

LONGEST_WORDS = 4_000
MOST_FILES = 5


def says(ar: str, en: str, **constraints: Any) -> Meta:
    """What a field means in both languages, with its constraints. The document shows one of them."""
    return Meta(description=en, extra_json_schema={"x-ar": ar}, **constraints)


# --- small parts ----------------------------------------------------------------------------------------------------


class Text(Struct, frozen=True):
    """A text of the house in both languages."""

    ar: str
    en: str


class Named(Struct, frozen=True):
    """A code with its name."""

    code: str
    name: Text


class Colleague(Struct, frozen=True):
    """A member of staff."""

    email: str
    name: Text


Reference = Annotated[
    str,
    says(
        "رقم الطلب، مثل MR-2611-04173-2، ويُقبل أيضاً بلا شرطات",
        "The reference of a case, like MR-2611-04173-2; also without dashes",
        min_length=1,
        max_length=40,
    ),
]
Code = Annotated[str, Meta(min_length=1, max_length=24)]
Words = Annotated[str, Meta(max_length=LONGEST_WORDS)]
NeededWords = Annotated[str, Meta(min_length=1, max_length=LONGEST_WORDS)]
Moment = Annotated[datetime, Meta(tz=True)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]
UploadToken = Annotated[
    str,
    says("ما أعطاه رفع الملف", "What the upload of the file gave", min_length=1, max_length=400),
]
Files = Annotated[
    list[UploadToken],
    says("ملفات رُفعت قبل ذلك عبر uploads", "Files uploaded before through uploads", max_length=MOST_FILES),
]


# --- cases as they are read -----------------------------------------------------------------------------------------


class CaseSummary(Struct):
    """A case as lists show it."""

    reference: str
    version: int
    kind: Kind
    title: str
    state: State
    state_name: Text
    state_since: datetime
    is_open: bool
    importance: Importance
    channel: str
    language: str
    service: Named | None
    service_proposed: bool
    unit: Named
    wilayat: Named | None
    outside_area: bool
    assignee: Annotated[Colleague | None, says("لمن أُسند؛ للموظفين فقط", "Who has it in hand; told to staff only")]
    registered_at: datetime
    due_at: datetime | None
    scheduled_for: datetime | None


class CasePage(Struct):
    """One page of a list of cases."""

    cases: list[CaseSummary]
    next: Annotated[
        str | None,
        says("قيمة after للصفحة التالية؛ خالٍ في الأخيرة", "The value of after for the next page; null on the last"),
    ]


class Place(Struct):
    """Where it is."""

    governorate: Named | None
    wilayat: Named | None
    area: str
    address: str
    latitude: float | None
    longitude: float | None
    outside_area: bool


class GivenAnswer(Struct):
    """What a question of the service was answered, with the words of that day."""

    code: str
    question: Text
    answer: Text


class Clock(Struct):
    """One promise to the beneficiary."""

    kind: ClockKind
    name: Text
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None
    working_days: int | None
    minutes: int | None


class Rating(Struct):
    """What the beneficiary thought of it, 1 to 5."""

    rating: int
    comment: str
    rated_at: datetime | None


class Contact(Struct):
    """Who the beneficiary is and how to reach them."""

    name: str
    language: str
    preferred_channel: str
    phones: list[str]
    emails: list[str]


class Case(CaseSummary):
    """A case with everything about it."""

    description: str
    place: Place
    answers: list[GivenAnswer]
    clocks: list[Clock]
    confidential: bool
    merged_into: str | None
    review_on: date | None
    resolved_at: datetime | None
    reopened_times: int
    rating: Rating | None
    beneficiary: Annotated[
        Contact | None,
        says(
            "صاحب الطلب؛ خالٍ إن لم يكن معروفاً أو لم يكن المفتاح مخوّلاً برؤيته",
            "The beneficiary; null when unknown or when the key may not see personal data",
        ),
    ]
    acts: Annotated[list[str], says("ما يمكن لهذا المفتاح فعله الآن", "What this key can do to the case now")]


class Receipt(Struct):
    """What registering a case gives."""

    reference: str
    version: int
    state: State
    state_name: Text
    unit: Named
    registered_at: datetime
    clocks: list[Clock]
    track_url: Annotated[
        str,
        says(
            "رابط المتابعة الخاص بصاحب الطلب؛ لا يُعطى لغيره",
            "The private link by which the beneficiary follows the case; for nobody else",
        ),
    ]


class TimelineItem(Struct):
    """One thing that happened."""

    id: str
    at: datetime
    kind: Annotated[str, says("رمز الحدث، من قائمة الأحداث", "The code of the fact, of the list of facts")]
    title: Text
    text: Annotated[str, says("كلام كُتب معه، كما كُتب", "Words that were written with it, as they were written")]
    public: Annotated[bool, says("هل يراه صاحب الطلب؟", "Does the beneficiary see it?")]
    actor: Annotated[str, says("من فعله؛ للموظفين فقط", "Who did it; told to staff only")]
    attachments: list[str]


class Timeline(Struct):
    """What happened to a case, the newest first."""

    items: list[TimelineItem]


class Review(Struct):
    """A review by somebody higher, which the beneficiary asked for."""

    level: int
    ground: ReviewGround
    ground_name: Text
    words: Annotated[str, says("كلام صاحب الطلب، كما كتبه", "What the beneficiary wrote, in their words")]
    unit: Annotated[Named, says("الوحدة التي تراجع", "The unit that reviews")]
    asked_at: datetime
    due_at: Annotated[datetime, says("موعد الجواب", "Until when it is answered")]
    is_late: Annotated[bool, says("لم تُجب في موعدها", "Not answered, or answered after it was due")]
    outcome: Annotated[ReviewOutcome | None, says("لا شيء ما دامت تنتظر", "None while it waits")]
    outcome_name: Text | None
    reasons: str
    decided_at: datetime | None
    decided_by: Annotated[Colleague | None, says("للموظفين فقط", "Told to staff only")]
    moved_to: Annotated[Named | None, says("الوحدة التي انتقل إليها الطلب", "The other unit that took the case")]
    files: Annotated[int, says("عدد ما أُرفق بها", "How many files came with it")]


class Reviews(Struct):
    """The reviews of a case, the first level first, and what can be asked now."""

    items: list[Review]
    can_be_asked: bool
    ground: Annotated[ReviewGround | None, says("بأي سبب تُطلب الآن", "On which ground one can be asked now")]
    unit: Annotated[Named | None, says("من يراجع إن طُلبت الآن", "Who would review, were it asked now")]
    outside_body: Annotated[Text | None, says("حين لا يبقى مستوى أعلى", "Named when no level is left")]


class Message(Struct):
    """A message in the matter of a case."""

    id: str
    direction: Literal["in", "out"]
    channel: str
    state: str
    language: str
    subject: str
    text: Annotated[
        str, says("نص الرسالة بلا روابط المتابعة الخاصة", "Its words, without private links of the beneficiary")
    ]
    address: Annotated[str, says("عنوان صاحب الطلب", "The address of the beneficiary")]
    created_at: datetime
    sent_at: datetime | None


class Messages(Struct):
    """The messages in the matter of a case, the newest first."""

    messages: list[Message]


class Attachment(Struct):
    """A photo or document of a case. Who may not see what is internal gets the copy without metadata."""

    id: str
    name: str
    content_type: str
    size: int | None
    role: str
    public: bool
    added_at: datetime


class Attachments(Struct):
    """The photos and documents of a case, the oldest first."""

    attachments: list[Attachment]


class Assignable(Struct):
    """Who can be given the case."""

    people: list[Colleague]


class Upload(Struct):
    """A file that was taken in; name it in a case, a note or an act within a day."""

    upload: str
    name: str
    content_type: str
    size: int


# --- cases as they are written --------------------------------------------------------------------------------------


class NewPlace(Struct, forbid_unknown_fields=True):
    """Where it is: a point, a wilayat, words, or any of them."""

    wilayat: Annotated[Code | None, says("رمز الولاية", "The code of the wilayat")] = None
    area: Annotated[str, says("القرية أو الحي", "Village or quarter", max_length=120)] = ""
    address: Annotated[str, says("وصف المكان", "The place in words", max_length=300)] = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class NewContact(Struct, forbid_unknown_fields=True):
    """Who it comes from and how to answer them; all may be left out."""

    name: Annotated[str, Meta(max_length=120)] = ""
    phone: Annotated[str, says("رقم الهاتف بأي صيغة", "The telephone number in any spelling", max_length=40)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    preferred_channel: Literal["sms", "call", "email", "none"] = "none"


class NewFacts(Struct, forbid_unknown_fields=True):
    """What weighs for the importance of a report or complaint."""

    danger: Annotated[int, says("من 0 إلى 3 (خطر على الأرواح الآن)", "0 to 3 (danger to life now)", ge=0, le=3)] = 0
    people: Annotated[int, says("كم يتأثر به تقريباً", "How many it affects, about", ge=0, le=1_000_000)] = 0
    site: Annotated[
        int,
        says(
            "0 لا، 1 فئة أولى بالرعاية، 2 مدرسة أو مستشفى",
            "0 none, 1 vulnerable people, 2 school or hospital",
            ge=0,
            le=2,
        ),
    ] = 0
    legal_date: Annotated[
        date | None,
        says(
            "آخر يوم لموعد قانوني، ولو انقضى قبل أقل من سنة؛ لا أبعد من خمس سنوات",
            "The last day of a legal date, past by a year at most; no further ahead than five years",
        ),
    ] = None
    hardship: Annotated[
        Hardship | None,
        says("حالة إنسانية ملحّة، بسببها من القائمة", "Urgent hardship, by its ground of the list"),
    ] = None


AnswerValue = str | float | bool | list[str]


class NewCase(Struct, forbid_unknown_fields=True):
    """What is told when a case is registered. A service or a description is needed."""

    service: Annotated[Code | None, says("رمز الخدمة من دليل الخدمات", "The code of a service of the catalogue")] = None
    kind: Annotated[
        Kind | None,
        says("النوع حين لا خدمة؛ وإلا فنوع الخدمة", "The kind where no service is named; else that of the service"),
    ] = None
    description: Words = ""
    place: NewPlace | None = None
    contact: NewContact | None = None
    language: Annotated[Literal["ar", "en"], says("لغة الرد", "The language of our answers")] = "ar"
    answers: Annotated[
        dict[str, AnswerValue],
        says(
            "أجوبة أسئلة الخدمة برموزها", "The answers to the questions of the service, by their codes", max_length=60
        ),
    ] = field(default_factory=dict)
    facts: NewFacts | None = None
    files: Files = field(default_factory=list)
    same_as: Annotated[
        Reference | None, says("رقم طلب مفتوح للمشكلة نفسها", "The reference of an open case of the same problem")
    ] = None
    channel: Annotated[
        Channel | None,
        says("كيف وصل، لمفتاح يعمل باسم موظف", "How it came, for a key that acts for a member of staff"),
    ] = None


class NewNote(Struct, forbid_unknown_fields=True):
    """An internal note for colleagues; the beneficiary never sees it."""

    text: NeededWords
    files: Files = field(default_factory=list)


class NewAttachments(Struct, forbid_unknown_fields=True):
    """Uploaded files to be kept with a case."""

    files: Annotated[list[UploadToken], Meta(min_length=1, max_length=MOST_FILES)]
    public: Annotated[bool, says("هل يرى صاحب الطلب الصور؟", "Does the beneficiary see the pictures?")] = False


class Nothing(Struct, forbid_unknown_fields=True):
    """An act that needs no words; the body may be left out."""


class Classify(Struct, forbid_unknown_fields=True):
    """Which kind and service it is."""

    kind: Kind
    service: Annotated[Code | None, says("رمز الخدمة", "The code of the service")] = None


class ChangeImportance(Struct, forbid_unknown_fields=True):
    """Another class, always with a reason."""

    importance: Importance
    reason: NeededWords


class Handed(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What must be handed over and does not stand on the case: the words, or why they cannot be had."""

    who: Words = ""
    place: Words = ""
    words: Words = ""
    photo: Words = ""


class HandedUp(Handed, forbid_unknown_fields=True, omit_defaults=True):
    """The same, with what was tried so far."""

    tried: Words = ""


UnitCode = Annotated[str, says("رمز الوحدة", "The code of the unit", min_length=1, max_length=24)]


class Refer(Struct, forbid_unknown_fields=True):
    """To which unit, and what it should do."""

    unit: UnitCode
    reason: Words = ""
    handed: Handed = field(default_factory=Handed)


class Return(Struct, forbid_unknown_fields=True):
    """Why it is not theirs, and whose it is: a unit of the agency, an outside body, or nobody there knows."""

    reason: NeededWords
    owner_unit: Annotated[
        str, says("رمز الوحدة المسؤولة", "The code of the unit that is responsible", max_length=24)
    ] = ""
    owner_body: Annotated[
        str, says("اسم الجهة الخارجية المسؤولة", "The outside body that is responsible", max_length=120)
    ] = ""
    owner_unknown: Annotated[bool, says("لا يعلمون من المسؤول", "They do not know who is responsible")] = False


class DecideOwner(Struct, forbid_unknown_fields=True):
    """Whose it is after two refusals, and why."""

    unit: UnitCode
    reason: NeededWords


class Raise(Struct, forbid_unknown_fields=True):
    """To whom at the third line, what is to be decided, and what is handed over."""

    unit: UnitCode
    question: NeededWords
    handed: HandedUp = field(default_factory=HandedUp)


class Decide(Struct, forbid_unknown_fields=True):
    """The decision with its reasons; whether the case stays; what the beneficiary is told, if anything."""

    decision: NeededWords
    stays: bool
    public: Words = ""


class Ahead(Struct, forbid_unknown_fields=True):
    """Why the case goes before others whose turn it is; needed only then, and recorded with whom it passes."""

    reason_code: Annotated[
        Code,
        says(
            "سبب من أسباب الجهة: route وsafety وlegal_date وparts وstuck وmanagement وtraining وother ما لم تغيّرها",
            "A reason of the agency's: route, safety, legal_date, parts, stuck, management, training, other unless it "
            "changed them",
        ),
    ]
    words: Annotated[str, says("تفصيل السبب حيث يلزم", "The reason in words, where it wants them", max_length=500)] = ""


class Start(Struct, forbid_unknown_fields=True):
    """Nothing where it is the case's turn."""

    ahead: Ahead | None = None


class Assign(Struct, forbid_unknown_fields=True):
    """To whom; null takes it from everybody."""

    to: Annotated[Email | None, says("بريد الموظف؛ من assignees", "The e-mail of the person; of assignees")]
    ahead: Ahead | None = None


class Reason(Struct, forbid_unknown_fields=True):
    """Why."""

    reason: NeededWords


class Schedule(Struct, forbid_unknown_fields=True):
    """When the visit or the work is planned."""

    scheduled_for: Moment
    text: Annotated[str, says("ما سيقرؤه صاحب الطلب", "What the beneficiary will read", max_length=LONGEST_WORDS)] = ""
    ahead: Ahead | None = None


class Hold(Struct, forbid_unknown_fields=True):
    """Put on hold until a day of review, with what the beneficiary will read."""

    reason_code: Annotated[
        Code,
        says(
            "سبب التعليق من أسباب الجهة: materials وbudget وother_body وaccess وweather وstudy ما لم تغيّرها",
            "A reason of the agency's: materials, budget, other_body, access, weather, study unless it changed them",
        ),
    ]
    review_on: date
    text: NeededWords
    external: Annotated[bool, says("لدى جهة خارجية", "With an outside body")] = False


class Ask(Struct, forbid_unknown_fields=True):
    """A question to the beneficiary; the clock stands until the answer."""

    question: NeededWords


class Said(Struct, forbid_unknown_fields=True):
    """Words that the beneficiary reads or has said."""

    text: NeededWords


class Resolve(Struct, forbid_unknown_fields=True):
    """What was done, in words that the beneficiary reads, with pictures of the result."""

    text: NeededWords
    files: Files = field(default_factory=list)
    ahead: Ahead | None = None


class Merge(Struct, forbid_unknown_fields=True):
    """Which case it joins."""

    into: Reference


class AddInformation(Struct, forbid_unknown_fields=True):
    """More words or photos of the beneficiary; where a question is open, they answer it."""

    text: Words = ""
    files: Files = field(default_factory=list)


class Rate(Struct, forbid_unknown_fields=True):
    """The beneficiary's rating of the service."""

    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=500)] = ""


class AskReview(Struct, forbid_unknown_fields=True):
    """What somebody higher should look at again; the files are for whoever reviews."""

    words: NeededWords
    files: Files = field(default_factory=list)


class DecideReview(Struct, forbid_unknown_fields=True):
    """Does the decision stand, and why; to another unit only where it is changed, with a reason for that unit."""

    outcome: ReviewDecision
    reasons: NeededWords
    unit: UnitCode | None = None
    move_reason: Words = ""


# --- catalogue, units, who asks -------------------------------------------------------------------------------------


class QuestionValue(Struct):
    """One thing to choose."""

    key: str
    name: Text


class QuestionCondition(Struct):
    """Asked only where an earlier question was answered with one of these keys."""

    question: str
    values: list[str]


class Question(Struct):
    """A question that a service asks beside the usual ones."""

    code: str
    label: Text
    hint: Text
    datatype: str
    required: bool
    values: list[QuestionValue]
    condition: QuestionCondition | None


class Service(Struct):
    """One thing people ask of the agency."""

    code: str
    name: Text
    description: Text
    kind: Kind
    category: Named
    unit: Named | None
    importance: Importance
    keywords: list[str]
    needs_location: bool
    needs_photo: bool
    confidential: bool
    acknowledge_within: Annotated[
        str, says("30m دقائق، 4h ساعات، 3d أيام عمل", "30m minutes, 4h hours, 3d days of its clock")
    ]
    resolve_within: str
    questions: list[Question]


class Services(Struct):
    """The services that are offered now, in the order of the catalogue."""

    services: list[Service]


class Category(Struct):
    """A group of services."""

    code: str
    name: Text


class Categories(Struct):
    """The groups of services, in the order of the catalogue."""

    categories: list[Category]


class Unit(Struct):
    """A part of the agency."""

    code: str
    name: Text
    kind: str
    parent: Annotated[str | None, says("رمز الوحدة التي فوقها", "The code of the unit above it")]
    is_triage: bool
    is_centre: bool


class Units(Struct):
    """The units that exist now, by code."""

    units: list[Unit]


class Agency(Struct):
    """The authority that the key belongs to."""

    code: str
    name: Text
    short_name: Text
    time_zone: str
    languages: list[str]
    phone: str
    email: str


class KeyTold(Struct):
    """The key that asks."""

    id: str
    name: str
    scopes: list[str]
    per_minute: int
    expires_at: datetime | None


class Acting(Struct):
    """The member of staff for whom the key acts."""

    email: str
    name: Text
    rights: Annotated[
        list[str],
        says("ما يُفتح لهذا المفتاح من صلاحياته", "Which of their rights are open to this key"),
    ]


class Me(Struct):
    """Who asks."""

    key: KeyTold
    agency: Agency
    person: Annotated[Acting | None, says("خالٍ لمفتاح شريك", "Null for the key of a partner")]


# --- what addresses take --------------------------------------------------------------------------------------------


class NoQuery(Struct, forbid_unknown_fields=True):
    """An address without parameters."""


class CaseQuery(Struct, forbid_unknown_fields=True):
    """What a list of cases is narrowed to."""

    state: Annotated[
        StateAsked,
        says(
            "حالة بعينها أو مجموعة: open (الافتراضي)، before_unit، held، done، any",
            "A single state or a group: open (the default), before_unit, held, done, any",
        ),
    ] = "open"
    kind: Kind | None = None
    importance: Importance | None = None
    unit: Annotated[Code | None, says("رمز الوحدة", "The code of a unit")] = None
    service: Annotated[Code | None, says("رمز الخدمة", "The code of a service")] = None
    wilayat: Annotated[Code | None, says("رمز الولاية", "The code of a wilayat")] = None
    channel: Channel | None = None
    assignee: Annotated[
        Literal["me", "nobody"] | None,
        says("لمفتاح يعمل باسم موظف", "For keys that act for a member of staff"),
    ] = None
    due: Annotated[
        Literal["overdue", "today", "soon"] | None,
        says("تجاوز موعده، أو يستحق اليوم، أو خلال ثلاثة أيام", "Overdue, due today, or due within three days"),
    ] = None
    registered_from: Annotated[Moment | None, says("ما سُجّل من هذه اللحظة", "Registered from this moment on")] = None
    q: Annotated[str, says("كلمات من الطلب، أو رقمه", "Words of the case, or its reference", max_length=120)] = ""
    order: Annotated[
        Order | None,
        says(
            "fair الأهمية ثم الأقدم (افتراض المفتوحة)، due، newest، oldest",
            "fair is class, then oldest (the default of open cases); due, newest, oldest",
        ),
    ] = None
    after: Annotated[str, says("next من الصفحة السابقة", "The next of the page before", max_length=600)] = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class ServiceQuery(Struct, forbid_unknown_fields=True):
    """What the list of services is narrowed to."""

    kind: Kind | None = None
    q: Annotated[str, says("كلمات المواطن نفسه", "The citizen's own words", max_length=120)] = ""


class UploadQuery(Struct, forbid_unknown_fields=True):
    """How the file is called."""

    name: Annotated[str, says("اسم الملف", "The name of the file", max_length=200)] = "file"


# --- refusals -------------------------------------------------------------------------------------------------------


class ProblemPart(Struct, omit_defaults=True):
    """One thing to mend: where it stands in the body (JSON pointer), in the address or in the headers."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class Problem(Struct, omit_defaults=True):
    """Why something was refused (RFC 9457), in the language of Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemPart] = field(default_factory=list)
    version: Annotated[int, says("نسخة الطلب الآن", "The version of the case now")] | None = None
