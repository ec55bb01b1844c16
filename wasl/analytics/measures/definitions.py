"""What each figure means. The pages, the CSV and `docs/measures.md` print these words, so none of them can differ.

A changed meaning gets a new version of the measure and a higher EDITION; the words of the change stand in `CHANGES`.
`condition` is the SQL over the relation of a cohort (`relation.py`) that makes a case one of the figure: the figure is
the number of such cases, and its list is exactly these.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wasl.analytics.measures.cohorts import Population
from wasl.core.localized import Localized, both

EDITION = 3
CHANGES: tuple[tuple[int, str, Localized], ...] = (
    (1, "2026-11-22", both("الإصدار الأول من التعاريف.", "First edition of the definitions.")),
    (
        2,
        "2026-11-22",
        both(
            "أُضيف الحسم عند أول تواصل؛ وبقيت التعاريف الأخرى كما هي.",
            "First-contact resolution came in; every other definition is as it was.",
        ),
    ),
    (
        3,
        "2026-11-22",
        both(
            "أُضيفت أرقام المراجعات؛ وبقيت التعاريف الأخرى كما هي.",
            "The figures of reviews came in; every other definition is as it was.",
        ),
    ),
)

COHORT, FINISHED, STOCK, TAKEN = Population.COHORT, Population.FINISHED, Population.STOCK, Population.TAKEN
REVIEWED = Population.REVIEWED


@dataclass(frozen=True)
class Measure:
    """One figure of the house. `unit`: cases, percent, working_days, hours, rating, points.

    `counted` are the codes of the counts it is made of (part, then whole); `condition` is empty for made figures.
    """

    code: str
    name: Localized
    says: Localized
    formula: Localized
    leaves_out: Localized
    unit: str = "cases"
    version: int = 1
    population: Population = COHORT
    condition: str = ""
    counted: tuple[str, ...] = ()

    @property
    def is_count(self) -> bool:
        """Is it a number of cases that can be listed?"""
        return bool(self.condition)


@dataclass(frozen=True)
class Band:
    """Open cases of an age, in days on the agency's own calendar; `to` None: no upper end."""

    code: str
    name: Localized
    first: int
    last: int | None

    @property
    def condition(self) -> str:
        """The cases of this age."""
        upper = "" if self.last is None else f" AND age <= {self.last}"
        return f"age >= {self.first}{upper}"


BANDS = (
    Band("0-3", both("من 0 إلى 3 أيام", "0 to 3 days"), 0, 3),
    Band("4-7", both("من 4 إلى 7 أيام", "4 to 7 days"), 4, 7),
    Band("8-14", both("من 8 إلى 14 يوماً", "8 to 14 days"), 8, 14),
    Band("15-30", both("من 15 إلى 30 يوماً", "15 to 30 days"), 15, 30),
    Band("31-60", both("من 31 إلى 60 يوماً", "31 to 60 days"), 31, 60),
    Band("61", both("أكثر من 60 يوماً", "More than 60 days"), 61, None),
)

_WITHOUT = "status NOT IN ('duplicate', 'spam')"
_COMPLETED = f"{_WITHOUT} AND resolved_at IS NOT NULL"
_OPEN = "status = 'open'"
_OVERDUE = f"{_OPEN} AND open_due_at < counted_to"

# Of a review `a`, as it was known at the as-of moment.
_REVIEW_DECIDED = "a.outcome IN ('stands', 'changed', 'partly') AND a.decided_at <= %(as_of)s"
_REVIEW_UPHELD = "a.outcome IN ('changed', 'partly') AND a.decided_at <= %(as_of)s"
_REVIEW_LATE = "a.due_at < least(coalesce(a.decided_at, %(as_of)s), %(as_of)s)"

_NO_DUPLICATES = both(
    "الطلبات المكررة (تتبع أصلها) والمستبعدة (إعلانات وعبث).",
    "Duplicates (they follow their original) and excluded cases (advertising, abuse).",
)
_NOTHING = both("لا شيء.", "Nothing.")
_UNPROMISED = both(
    "الطلبات المكررة والمستبعدة، وما أُنجز دون مدة معلنة له.",
    "Duplicates and excluded cases, and completed cases for which no time was promised.",
)


def _count(
    code: str,
    name: tuple[str, str],
    says: tuple[str, str],
    condition: str,
    *,
    formula: tuple[str, str] = ("عدد هذه الطلبات", "the number of these cases"),
    leaves_out: Localized = _NO_DUPLICATES,
    population: Population = COHORT,
) -> Measure:
    return Measure(
        code, both(*name), both(*says), both(*formula), leaves_out, population=population, condition=condition
    )


def _made(
    code: str,
    name: tuple[str, str],
    says: tuple[str, str],
    formula: tuple[str, str],
    *,
    unit: str,
    counted: tuple[str, ...] = (),
    leaves_out: Localized = _NO_DUPLICATES,
    population: Population = COHORT,
) -> Measure:
    return Measure(
        code, both(*name), both(*says), both(*formula), leaves_out, unit=unit, counted=counted, population=population
    )


def _all() -> Iterable[Measure]:
    yield from _volumes()
    yield from _completion()
    yield from _promises()
    yield from _times()
    yield from _quality()
    yield from _reviews()
    yield from _stock()
    yield from _fairness()
    yield from _comparison()


def _volumes() -> Iterable[Measure]:
    yield _count(
        "registered",
        ("المسجَّل", "Registered"),
        (
            "كل ما أُعطي رقماً في أيام الفترة بتوقيت الجهة، بما فيه ما عُرف لاحقاً أنه مكرر أو مستبعد.",
            "Everything that was given a number on the days of the period, in the agency's own time zone, with what "
            "later turned out to be a duplicate or was excluded.",
        ),
        "true",
        leaves_out=_NOTHING,
    )
    yield _count(
        "set_aside",
        ("المكرر والمستبعد", "Duplicates and excluded"),
        (
            "المسجَّل في الفترة الذي كان عند تاريخ القياس مكرراً لطلب آخر أو مستبعداً.",
            "Cases registered in the period that at the as-of moment were duplicates of another or excluded.",
        ),
        "status IN ('duplicate', 'spam')",
        leaves_out=_NOTHING,
    )
    yield _count(
        "received",
        ("الوارد", "Received"),
        (
            "الطلبات التي سُجلت في أيام الفترة بتوقيت الجهة. هذا هو الفوج الذي تُحسب منه النسب.",
            "Cases registered on the days of the period, in the agency's own time zone. This is the cohort of which "
            "the rates are taken.",
        ),
        _WITHOUT,
        formula=("المسجَّل ناقص المكرر والمستبعد", "registered minus duplicates and excluded"),
    )
    yield _made(
        "contacts",
        ("استفسارات أُجيب عنها دون طلب", "Inquiries answered without a case"),
        (
            "من اتصل أو حضر في الفترة فأُجيب في الحال ولم يُسجل له طلب، بحسب القناة. تُضاف الأجزاء فتساوي المجموع.",
            "Who called or came in the period and was answered on the spot, without a case, by channel. The parts add "
            "up to the total.",
        ),
        ("عدد ما سُجل من إجابات فورية حتى تاريخ القياس", "number of answers recorded on the spot by the as-of moment"),
        unit="contacts",
        leaves_out=both(
            "المكالمة المقطوعة والرقم الخاطئ، وما أُلغي تسجيله، وما صار طلباً.",
            "Calls cut off and wrong numbers, records taken back, and what became a case.",
        ),
    )
    yield _count(
        "finished",
        ("أُنجز في الفترة", "Completed in the period"),
        (
            "الطلبات التي كان أول إنجاز لها في أيام الفترة، متى ما وردت. للمقارنة بالوارد يوماً بيوم، لا لنسبة الإنجاز.",
            "Cases whose first resolution fell on the days of the period, whenever they came. To be held against what "
            "came in day by day, not for the completion rate.",
        ),
        f"{_COMPLETED} AND resolved_at >= %(from)s AND resolved_at < %(until)s",
        population=FINISHED,
    )


def _completion() -> Iterable[Measure]:
    yield _count(
        "completed",
        ("المنجز", "Completed"),
        (
            "طلبات الفوج التي أُنجزت أول مرة حتى تاريخ القياس. ما أُعيد فتحه بعد ذلك يبقى منجزاً هنا ويظهر "
            "في نسبة إعادة "
            "الفتح. ما رُفض بسبب معلن لا يُعد منجزاً.",
            "Cases of the cohort resolved for the first time by the as-of moment. What was reopened later stays "
            "completed here and shows in the reopen rate. What was not accepted, with its reason, is not completed.",
        ),
        _COMPLETED,
    )
    yield _made(
        "completion_rate",
        ("نسبة الإنجاز", "Completion rate"),
        (
            "ما أُنجز من الفوج حتى تاريخ القياس. لا تُقارن نسبتان إلا إذا قيستا في العمر نفسه، لذلك يُطبع "
            "تاريخ القياس معها.",
            "What of the cohort was completed by the as-of moment. Two rates compare only when both were measured at "
            "the same age, so the as-of moment is printed with it.",
        ),
        ("المنجز ÷ الوارد", "completed ÷ received"),
        unit="percent",
        counted=("completed", "received"),
    )
    yield _count(
        "completed_all",
        ("المنجز مع المكرر والمستبعد", "Completed, with duplicates and excluded"),
        (
            "كل مسجَّل في الفترة أُنجز أول مرة حتى تاريخ القياس، ولو صار مكرراً أو مستبعداً.",
            "Everything registered in the period that was resolved for the first time by the as-of moment, duplicates "
            "and excluded cases too.",
        ),
        "resolved_at IS NOT NULL",
        leaves_out=_NOTHING,
    )
    yield _made(
        "completion_rate_all",
        ("نسبة الإنجاز من كل المسجَّل", "Completion rate of everything registered"),
        (
            "الصيغة الأخرى لنسبة الإنجاز: تشمل المكرر والمستبعد في البسط والمقام.",
            "The other variant of the completion rate: duplicates and excluded cases stand in both parts of it.",
        ),
        ("المنجز مع المكرر والمستبعد ÷ المسجَّل", "completed with duplicates and excluded ÷ registered"),
        unit="percent",
        counted=("completed_all", "registered"),
        leaves_out=_NOTHING,
    )
    yield _count(
        "open",
        ("المفتوح من الفوج", "Open of the cohort"),
        (
            "طلبات الفوج التي كانت مفتوحة عند تاريخ القياس، ومنها ما أُعيد فتحه.",
            "Cases of the cohort that were open at the as-of moment, those reopened among them.",
        ),
        _OPEN,
    )
    yield _count(
        "open_again",
        ("أُعيد فتحه ولم يُنجز بعد", "Open again"),
        (
            "طلبات الفوج التي أُنجزت مرة ثم كانت مفتوحة عند تاريخ القياس: تُعد في المنجز وفي المفتوح معاً.",
            "Cases of the cohort that had been completed once and were open at the as-of moment: they count both as "
            "completed and as open.",
        ),
        f"{_OPEN} AND resolved_at IS NOT NULL",
    )
    yield _count(
        "rejected",
        ("غير مقبول", "Not accepted"),
        (
            "طلبات الفوج التي انتهت بعدم القبول مع بيان السبب، ولم تُنجز قبل ذلك.",
            "Cases of the cohort that ended as not accepted, with the reason told, and were not completed before.",
        ),
        "status = 'rejected' AND resolved_at IS NULL",
    )
    yield _count(
        "withdrawn",
        ("سحبه صاحبه", "Withdrawn"),
        (
            "طلبات الفوج التي سحبها أصحابها قبل إنجازها.",
            "Cases of the cohort that their beneficiaries took back before they were completed.",
        ),
        "status = 'withdrawn' AND resolved_at IS NULL",
    )


def _promises() -> Iterable[Measure]:
    yield _count(
        "on_time",
        ("أُنجز في الموعد", "Completed on time"),
        (
            "المنجز الذي كان أول إنجاز له قبل موعده المعلن أو عنده. الموعد محسوب بتقويم العمل والعطل، ويقف "
            "حين نسأل المستفيد.",
            "Completed cases whose first resolution came no later than the promised moment. The moment is counted by "
            "the working calendar with its holidays and stands still while we wait for the beneficiary.",
        ),
        f"{_COMPLETED} AND resolved_at <= due_at",
        leaves_out=_UNPROMISED,
    )
    yield _count(
        "late",
        ("أُنجز متأخراً", "Completed late"),
        (
            "المنجز الذي كان أول إنجاز له بعد موعده المعلن.",
            "Completed cases whose first resolution came after the promised moment.",
        ),
        f"{_COMPLETED} AND resolved_at > due_at",
        leaves_out=_UNPROMISED,
    )
    yield _made(
        "on_time_rate",
        ("نسبة الالتزام بالموعد", "On-time rate"),
        (
            "ما أُنجز في موعده من كل منجز له موعد. تُعرض دائماً مع المتأخر المفتوح، لأن ما لم يُنجز بعد لا يدخلها.",
            "What was completed on time, of all completed cases with a promised moment. Always shown with the open "
            "overdue cases, as what is not completed yet does not stand in it.",
        ),
        ("أُنجز في الموعد ÷ (أُنجز في الموعد + أُنجز متأخراً)", "on time ÷ (on time + late)"),
        unit="percent",
        counted=("on_time", "late"),
        leaves_out=_UNPROMISED,
    )
    yield _count(
        "overdue",
        ("المتأخر المفتوح", "Open and overdue"),
        (
            "طلبات الفوج المفتوحة عند تاريخ القياس بعد موعدها المعلن. ما ينتظر رد المستفيد متأخر فقط إن "
            "فات موعده قبل سؤاله.",
            "Cases of the cohort open at the as-of moment past their promised moment. What waits for the beneficiary "
            "is overdue only if the moment had passed before the question.",
        ),
        _OVERDUE,
        leaves_out=both(
            "الطلبات المكررة والمستبعدة، وما لا مدة معلنة له.",
            "Duplicates and excluded cases, and cases for which no time was promised.",
        ),
    )


def _times() -> Iterable[Measure]:
    yield _made(
        "cycle_time",
        ("زمن الإنجاز", "Time to completion"),
        (
            "من التسجيل إلى أول إنجاز، بوقت العمل في تقويم الجهة. الوسيط: نصف المنجز لم يتجاوزه. تسعة من "
            "كل عشرة: 90% لم "
            "يتجاوزوه.",
            "From registration to the first resolution, in working time of the agency's calendar. Median: half of the "
            "completed cases took no longer; nine of ten: 90% took no longer.",
        ),
        ("المئين 50 والمئين 90 من المنجز", "50th and 90th percentile over the completed cases"),
        unit="working_days",
        counted=("completed",),
    )
    yield _made(
        "elapsed_time",
        ("مدة الإنجاز للجمهور", "Time to completion, for the public"),
        (
            "من التسجيل إلى أول إنجاز، بالأيام كما تمر على المستفيد، ليلاً ونهاراً وعطلاً. يُعرض في البوابة.",
            "From registration to the first resolution, in days as the beneficiary lives through them, nights and "
            "holidays too. Shown on the portal.",
        ),
        ("المئين 50 من المنجز", "50th percentile over the completed cases"),
        unit="days",
        counted=("completed",),
    )
    yield _count(
        "acknowledged",
        ("تأكد استلامه", "Acknowledged"),
        (
            "طلبات الفوج التي نظر فيها موظف أول مرة حتى تاريخ القياس: تأكيد أو تصنيف أو إحالة أو قبول أو إنهاء.",
            "Cases of the cohort that staff had looked at for the first time by the as-of moment: confirmed, "
            "classified, referred, accepted or ended. A referral by the rules alone is not a look.",
        ),
        f"{_WITHOUT} AND status <> 'withdrawn' AND acknowledged_at IS NOT NULL",
    )
    yield _made(
        "acknowledge_time",
        ("زمن تأكيد الاستلام", "Time to acknowledgement"),
        (
            "من التسجيل إلى أول نظر من موظف، بوقت العمل في تقويم الجهة.",
            "From registration to the first look by staff, in working time of the agency's calendar.",
        ),
        ("المئين 50 والمئين 90 مما تأكد استلامه", "50th and 90th percentile over the acknowledged cases"),
        unit="hours",
        counted=("acknowledged",),
    )
    yield _count(
        "answered",
        ("جاء عليه أول رد", "Answered"),
        (
            "طلبات الفوج التي سمع صاحبها أول كلمة منا حتى تاريخ القياس: رد أو سؤال أو موعد أو بدء عمل أو "
            "تعليق أو نتيجة. "
            "إشعار الاستلام الآلي لا يُعد رداً.",
            "Cases of the cohort whose beneficiary had a first word from us by the as-of moment: a reply, question, "
            "appointment, start of work, hold or result. The automatic receipt is no answer.",
        ),
        f"{_WITHOUT} AND status <> 'withdrawn' AND answered_at IS NOT NULL",
    )
    yield _made(
        "first_response_time",
        ("سرعة التجاوب", "First-response time"),
        (
            "من التسجيل إلى أول رد، بوقت العمل في تقويم الجهة.",
            "From registration to the first answer, in working time of the agency's calendar.",
        ),
        ("المئين 50 والمئين 90 مما جاء عليه رد", "50th and 90th percentile over the answered cases"),
        unit="hours",
        counted=("answered",),
    )
    yield _count(
        "referral_asked",
        ("ما تُقاس إحالته", "Referred, or referral overdue"),
        (
            "طلبات الفوج التي أُحيلت إلى وحدة حتى تاريخ القياس، وما بقي مفتوحاً دون إحالة وقد انقضت أيامه الثلاثة.",
            "Cases of the cohort referred to a unit by the as-of moment, and those still open without a referral whose "
            "three days are over.",
        ),
        f"{_WITHOUT} AND (referred_at IS NOT NULL OR (status = 'open' AND referral_due_at < %(as_of)s))",
    )
    yield _count(
        "referred_in_time",
        ("أُحيل في موعده", "Referred in time"),
        (
            "ما أُحيل أول مرة خلال ثلاثة أيام عمل من تسجيله، ويوم التسجيل لا يُحسب. ما أحالته القواعد فوراً منه.",
            "Cases first referred within three working days of registration, the day of registration not counted. "
            "Those referred at once by the rules are among them.",
        ),
        f"{_WITHOUT} AND referred_at <= referral_due_at",
    )
    yield _made(
        "referral_rate",
        ("نسبة الإحالة خلال ثلاثة أيام عمل", "Referred within three working days"),
        (
            "ما أُحيل في موعده مما تُقاس إحالته. ما أنجزه المركز بنفسه دون إحالة لا يدخلها.",
            "What was referred in time, of what a referral is asked of. What the centre settled itself without a "
            "referral does not stand in it.",
        ),
        ("أُحيل في موعده ÷ ما تُقاس إحالته", "referred in time ÷ referred or overdue"),
        unit="percent",
        counted=("referred_in_time", "referral_asked"),
    )


def _quality() -> Iterable[Measure]:
    yield _count(
        "reopened",
        ("أُعيد فتحه", "Reopened"),
        (
            "المنجز من الفوج الذي أُعيد فتحه خلال 30 يوماً من أول إنجاز له.",
            "Completed cases of the cohort that were reopened within 30 days of their first resolution.",
        ),
        f"{_COMPLETED} AND reopened_at <= resolved_at + interval '30 days'",
    )
    yield _made(
        "reopen_rate",
        ("نسبة إعادة الفتح", "Reopen rate"),
        (
            "ما أُعيد فتحه خلال 30 يوماً من المنجز. ما أُنجز قبل أقل من 30 يوماً قد يُعاد فتحه بعد تاريخ القياس.",
            "What was reopened within 30 days, of what was completed. What was completed less than 30 days ago may "
            "still be reopened after the as-of moment.",
        ),
        ("أُعيد فتحه خلال 30 يوماً ÷ المنجز", "reopened within 30 days ÷ completed"),
        unit="percent",
        counted=("reopened", "completed"),
    )
    yield _count(
        "first_contact",
        ("حُسم عند أول تواصل", "Settled at the first contact"),
        (
            "طلبات الفوج التي أنجزها الخط الأول أول مرة دون إحالة ولا رفع ولا سؤال لصاحبها، ولم يعد صاحبها في "
            "الأمر نفسه "
            "خلال سبعة أيام (تضبطها الجهة) بأي قناة: لم يُعد فتحها، ولم يُضف إليها، ولم يُسجَّل له طلب آخر ولا "
            "استفسار مُجاب "
            "في الخدمة نفسها. عودته تُسقطها من لحظتها؛ وما تبيّن أنه ليس عودة (سُحب أو استُبعد أو صُنّف في خدمة أخرى) "
            "كأنه لم يكن. الطلب هو الأمر، لا الاتصال.",
            "Cases of the cohort that the first line solved without referring or raising them and without a "
            "question to "
            "the person, who within seven days (set by the agency) did not come back in the same matter by any "
            "channel: "
            "it was not reopened, nothing was added to it, and neither another case nor an answered inquiry of "
            "the same "
            "service was taken down for them. Coming back takes it out from that moment on; what turns out to be no "
            "return (taken back, excluded, of another service) counts as if it had never been. The case is the "
            "matter, not the call.",
        ),
        f"{_COMPLETED} AND first_contact",
        leaves_out=both(
            "الطلبات المكررة والمستبعدة؛ وما نُقل من نظام آخر، فلا يُعرف عنه هذا. ومن لا يُعرف صاحبه لا يُعرف إن عاد.",
            "Duplicates and excluded cases; what was brought in from another system, of which this is not known. Of "
            "whom nothing is known it cannot be told whether they came back.",
        ),
    )
    yield _made(
        "first_contact_rate",
        ("نسبة الحسم عند أول تواصل", "First-contact resolution"),
        (
            "ما حُسم عند أول تواصل من كل وارد، من كل القنوات. ما حُسم قبل أقل من سبعة أيام قد يسقط بعد تاريخ "
            "القياس. بحسب "
            "الوحدة يُقرأ عند الوحدات التي تستقبل: فما أُحيل يُعد لدى من أُحيل إليه. الاستفسارات التي أُجيب "
            "عنها دون طلب ليست "
            "هنا، لأن كثيراً منها بلا اسم فلا يُعرف من عاد؛ ولها رقمها.",
            "What was settled at the first contact, of everything received by all channels. What was settled less than "
            "seven days ago may still drop out after the as-of moment. By unit it speaks of those that take "
            "down cases: "
            "what was referred counts where it was referred to. Inquiries answered without a case do not stand "
            "here, as "
            "many bear no name and nobody can tell who came back; they have a figure of their own.",
        ),
        ("حُسم عند أول تواصل ÷ الوارد", "settled at the first contact ÷ received"),
        unit="percent",
        counted=("first_contact", "received"),
    )
    yield _count(
        "rated",
        ("قيّمه صاحبه", "Rated"),
        (
            "طلبات الفوج التي قيّم أصحابها الخدمة حتى تاريخ القياس. يُحسب آخر تقييم لكل طلب.",
            "Cases of the cohort whose beneficiaries rated the service by the as-of moment. The latest rating of each "
            "case counts.",
        ),
        f"{_WITHOUT} AND rating IS NOT NULL",
    )
    yield _count(
        "satisfied",
        ("راضٍ أو راضٍ جداً", "Rated 4 or 5"),
        ("التقييمات 4 و5 من الفوج.", "Ratings of 4 and 5 in the cohort."),
        f"{_WITHOUT} AND rating >= 4",
    )
    yield _made(
        "csat",
        ("رضا المستفيدين", "Satisfaction"),
        (
            "متوسط آخر تقييم من 1 إلى 5 لكل طلب، ومعه عدد التقييمات ونسبة الاستجابة. لا يُعرض لأقل من خمسة تقييمات.",
            "Mean of the latest rating, 1 to 5, of each case, with the number of answers and the response rate. Not "
            "shown for fewer than five answers.",
        ),
        ("مجموع التقييمات ÷ عددها", "sum of ratings ÷ number of ratings"),
        unit="rating",
        counted=("rated",),
    )
    yield _made(
        "top_two_rate",
        ("نسبة الراضين", "Share of 4 and 5"),
        (
            "ما قُيّم بـ 4 أو 5 من كل ما قُيّم.",
            "What was rated 4 or 5, of all that was rated.",
        ),
        ("راضٍ أو راضٍ جداً ÷ قيّمه صاحبه", "rated 4 or 5 ÷ rated"),
        unit="percent",
        counted=("satisfied", "rated"),
    )
    yield _made(
        "response_rate",
        ("نسبة الاستجابة للتقييم", "Response rate"),
        (
            "ما قُيّم مما أُنجز، فالتقييم يُطلب عند الإنجاز.",
            "What was rated, of what was completed, as the rating is asked for at completion.",
        ),
        ("قيّمه صاحبه ÷ المنجز", "rated ÷ completed"),
        unit="percent",
        counted=("rated", "completed"),
    )


def _reviewed(condition: str) -> str:
    """The cases with a review that was asked for in the period and of which this holds, as it was known."""
    return (
        "id IN (SELECT a.case_id FROM cases_appeal a WHERE a.agency_id = %(agency)s AND a.asked_at >= %(from)s"  # noqa: S608
        f" AND a.asked_at < %(until)s AND a.asked_at <= %(as_of)s AND {condition})"
    )


def _reviews() -> Iterable[Measure]:
    yield _count(
        "review_asked",
        ("طُلبت مراجعته", "Review asked for"),
        (
            "الطلبات التي طلب أصحابها في الفترة أن ينظر فيها من هو أعلى، متى ما وردت. تُحسب للوحدة التي كان "
            "الطلب لديها حين طُلبت أول مراجعة له في الفترة، ولو نقله القرار إلى غيرها.",
            "Cases whose beneficiaries asked in the period that somebody higher looks at them, whenever they came. A "
            "case counts with the unit that had it when the first of these was asked for, wherever it went then.",
        ),
        _WITHOUT,
        population=REVIEWED,
    )
    yield _count(
        "review_decided",
        ("بُتّ في مراجعته", "Review decided"),
        (
            "منها ما صدر قرار في مراجعة له طُلبت في الفترة، حتى تاريخ القياس.",
            "Those of them of which a review asked for in the period was decided by the as-of moment.",
        ),
        f"{_WITHOUT} AND {_reviewed(_REVIEW_DECIDED)}",
        population=REVIEWED,
    )
    yield _count(
        "review_upheld",
        ("غيّرت المراجعة قراره", "Upheld"),
        (
            "منها ما غيّرت مراجعته القرار كله أو جزءاً منه: كان الحق فيه لصاحبه.",
            "Those of them of which a review changed the decision, wholly or in part: the beneficiary was right.",
        ),
        f"{_WITHOUT} AND {_reviewed(_REVIEW_UPHELD)}",
        population=REVIEWED,
    )
    yield _count(
        "review_late",
        ("تأخرت مراجعته", "Review late"),
        (
            "منها ما لم تُجب مراجعة له في موعدها: أُجيبت بعده، أو لم تُجب وقد فات.",
            "Those of them of which a review was not answered by its day: answered later, or not yet.",
        ),
        f"{_WITHOUT} AND {_reviewed(_REVIEW_LATE)}",
        population=REVIEWED,
    )
    yield _made(
        "review_upheld_rate",
        ("نسبة ما غيّرته المراجعة", "Share upheld"),
        (
            "ما غيّرت المراجعة قراره من كل ما بُتّ في مراجعته. نسبة عالية في وحدة تعني أن قراراتها الأولى تُراجَع.",
            "What a review changed, of all whose review was decided. A high share in a unit says that its first "
            "decisions do not hold.",
        ),
        ("غيّرت المراجعة قراره ÷ بُتّ في مراجعته", "upheld ÷ review decided"),
        unit="percent",
        counted=("review_upheld", "review_decided"),
        population=REVIEWED,
    )
    yield _made(
        "review_late_rate",
        ("نسبة المراجعات المتأخرة", "Share of late reviews"),
        (
            "ما تأخرت مراجعته من كل ما طُلبت مراجعته في الفترة.",
            "What was reviewed late, of all of which a review was asked for in the period.",
        ),
        ("تأخرت مراجعته ÷ طُلبت مراجعته", "review late ÷ review asked for"),
        unit="percent",
        counted=("review_late", "review_asked"),
        population=REVIEWED,
    )


def _stock() -> Iterable[Measure]:
    yield _count(
        "backlog",
        ("كل المفتوح", "All open cases"),
        (
            "كل الطلبات المفتوحة عند تاريخ القياس، متى ما وردت. عمرها بأيام تقويم الجهة منذ تسجيلها.",
            "All cases open at the as-of moment, whenever they came. Their age is in calendar days of the agency since "
            "registration.",
        ),
        _OPEN,
        population=STOCK,
    )
    yield _count(
        "backlog_overdue",
        ("كل المتأخر المفتوح", "All open and overdue"),
        (
            "كل الطلبات المفتوحة عند تاريخ القياس بعد موعدها المعلن، متى ما وردت.",
            "All cases open at the as-of moment past their promised moment, whenever they came.",
        ),
        _OVERDUE,
        population=STOCK,
    )


def _fairness() -> Iterable[Measure]:
    nothing = both(
        "لا شيء. في ما يُنشر يُكتب العدد من 1 إلى 4 «أقل من 5»، وتُجمع الأسباب النادرة معاً.",
        "Nothing. Where it is published a number from 1 to 4 reads “fewer than 5”, and rare reasons stand together.",
    )
    yield _made(
        "taken",
        ("ما تولاه الموظفون", "Taken in hand"),
        (
            "الطلبات التي أخذها موظف من قائمة انتظارها في الفترة: أسندها، أو حدد موعد عملها، أو بدأه، أو أنجزها. يُحسب "
            "الطلب يوم أُخذ، مرة واحدة لكل موظف ومرة واحدة في المجموع، ومرة أخرى إن أُعيد فتحه ثم أُخذ.",
            "Cases that somebody took from the line in which they waited in the period: assigned them, scheduled the "
            "work, began or finished it. A case counts on the day it was taken, once for each officer and once in the "
            "total, and once more when it was opened again and taken again.",
        ),
        ("عدد هذه الطلبات", "the number of these cases"),
        unit="cases",
        leaves_out=both(
            "ما أُجيب عنه وصاحبه حاضر (الحل من أول تواصل): لا ينتظر في قائمة.",
            "What was answered while the person was there (first-contact resolution): it waits in no line.",
        ),
        population=TAKEN,
    )
    yield _made(
        "out_of_turn",
        ("بغير دورها", "Out of turn"),
        (
            "ما تولاه موظف من الطلبات قبل غيره وهو أولى منه. الدور: درجة الأهمية، ثم وقت التسجيل. يُسجل من فعل ذلك "
            "وسببه ومن تأخر بسببه.",
            "Cases somebody took before others whose turn it was. The order is class, then time of registration. Who "
            "did it, why, and whom it passed is recorded.",
        ),
        ("عدد هذه الطلبات", "the number of these cases"),
        unit="cases",
        leaves_out=nothing,
        population=TAKEN,
    )
    yield _made(
        "out_of_turn_rate",
        ("نسبة ما أُخذ بغير دوره", "Share out of turn"),
        (
            "ما أُخذ بغير دوره من كل ما تولاه الموظفون. لموظف بعينه تُذكر مع مجال الثقة (ويلسون 95%)، ولا تُذكر دون 20 "
            "طلباً.",
            "What was taken out of turn, of all that was taken in hand. Of one officer it stands with its interval "
            "(Wilson, 95 %), and not below 20 cases.",
        ),
        ("بغير دورها ÷ ما تولاه الموظفون", "out of turn ÷ taken in hand"),
        unit="percent",
        counted=("out_of_turn", "taken"),
        leaves_out=nothing,
        population=TAKEN,
    )
    yield _made(
        "wait_to_take",
        ("الانتظار حتى التولي", "Wait until taken"),
        (
            "من تسجيل الطلب إلى أول تولٍّ له، لكل درجة أهمية في كل وحدة: ما لم يتجاوزه واحد وخمسة وتسعة من كل عشرة. "
            "اتساع الفرق بينها داخل الدرجة الواحدة علامة على أن الدور لا يُحفظ.",
            "From registration to the first taking, by class in each unit: what one, five and nine of ten did not "
            "exceed. A wide spread inside one class is a sign that turns are not kept.",
        ),
        ("المئين 10 و50 و90 بأيام التقويم", "percentiles 10, 50 and 90 in calendar days"),
        unit="days",
        population=TAKEN,
        leaves_out=both(
            "ما تولاه أحد قبل الفترة، والدرجات التي فيها أقل من خمسة طلبات.",
            "What somebody had taken before the period, and classes with fewer than five cases.",
        ),
    )


def _comparison() -> Iterable[Measure]:
    same_age = both(
        "ما لا فترة قبله في السجل. تُقاس الفترة السابقة في العمر نفسه، لا بحالها اليوم.",
        "Periods that the register does not reach back to. The earlier period is measured at the same age, not as it "
        "stands today.",
    )
    yield _made(
        "growth_count",
        ("النمو: العدد", "Growth of the count"),
        (
            "كم زاد العدد نسبةً إلى الفترة السابقة. يُطبع نوع النمو دائماً.",
            "How much the count rose against the earlier period. The kind of growth is always printed.",
        ),
        ("(العدد الآن − العدد قبله) ÷ العدد قبله", "(count now − count before) ÷ count before"),
        unit="percent",
        leaves_out=same_age,
    )
    yield _made(
        "growth_rate",
        ("النمو: النسبة", "Growth of the rate"),
        (
            "كم زادت النسبة نسبةً إلى ما كانت. من 62.0% إلى 95.5% زيادة 54%.",
            "How much the rate rose against what it was. From 62.0% to 95.5% it is a rise of 54%.",
        ),
        ("(النسبة الآن − النسبة قبلها) ÷ النسبة قبلها", "(rate now − rate before) ÷ rate before"),
        unit="percent",
        leaves_out=same_age,
    )
    yield _made(
        "growth_points",
        ("النمو: نقاط مئوية", "Growth in points"),
        (
            "الفرق بين نسبتين. من 62.0% إلى 95.5% فرق 33.5 نقطة مئوية.",
            "The difference of two rates. From 62.0% to 95.5% it is 33.5 percentage points.",
        ),
        ("النسبة الآن − النسبة قبلها", "rate now − rate before"),
        unit="points",
        leaves_out=same_age,
    )
    yield _made(
        "share",
        ("الحصة", "Share"),
        (
            "جزء من الوارد في قناة أو خدمة أو وحدة أو مكان. تُقرّب كل حصة على حدة، فقد يكون مجموعها المطبوع 99 أو 101.",
            "A part of what was received in a channel, service, unit or place. Each share is rounded by itself, so the "
            "printed shares may add up to 99 or 101.",
        ),
        ("وارد الجزء ÷ الوارد", "received of the part ÷ received"),
        unit="percent",
        counted=("received",),
    )


MEASURES: dict[str, Measure] = {one.code: one for one in _all()}


def measure(code: str) -> Measure:
    """The measure of a code. Raises KeyError."""
    return MEASURES[code]


# What an agency can aim at, and where better lies.
AIMS: dict[str, str] = {
    "completion_rate": "up",
    "on_time_rate": "up",
    "cycle_time": "down",
    "acknowledge_time": "down",
    "first_response_time": "down",
    "referral_rate": "up",
    "reopen_rate": "down",
    "first_contact_rate": "up",
    "csat": "up",
}

UNITS: dict[str, Localized] = {
    "cases": both("طلب", "cases"),
    "contacts": both("إجابة", "answers"),
    "percent": both("بالمئة", "per cent"),
    "points": both("نقطة مئوية", "percentage points"),
    "working_days": both("يوم عمل", "working days"),
    "days": both("يوم", "days"),
    "hours": both("ساعة عمل", "working hours"),
    "rating": both("من 1 إلى 5", "1 to 5"),
}

POPULATIONS: dict[Population, Localized] = {
    COHORT: both("ما ورد في الفترة", "what came in the period"),
    FINISHED: both("ما أُنجز في الفترة", "what was completed in the period"),
    TAKEN: both("ما تولاه الموظفون في الفترة", "what was taken in hand in the period"),
    REVIEWED: both("ما طُلبت مراجعته في الفترة", "what a review was asked for in the period"),
    STOCK: both("كل ما كان مسجلاً عند تاريخ القياس", "everything registered at the as-of moment"),
}

# Said once for all figures: what is taken as it was known then, and what as it is known today.
AS_OF = both(
    "تاريخ القياس: يُحسب كل شيء مما كان معروفاً في تلك اللحظة، من سجل الوقائع لا من حال الطلب "
    "اليوم: الحالة، وأول إنجاز، "
    "والتكرار والاستبعاد، والتقييم، والوحدة والنوع والخدمة والدرجة. المواعيد وحدها تُحسب بالتقويم "
    "كما هو اليوم: عطلة أُعلنت "
    "لاحقاً تؤجل الموعد كأنها كانت معلومة من البداية، كما في كل صفحات النظام.",
    "As-of moment: everything is counted from what was known at that moment, from the record of facts and not from the "
    "present state of a case: state, first resolution, duplicates and exclusions, rating, unit, kind, service and "
    "class. Only promised moments are counted by the calendar and the service as they stand today: a holiday announced "
    "later moves them as if it had been known from the beginning, as everywhere in the house.",
)
CONFIDENTIAL = both(
    "الطلبات السرية: من يحق له الاطلاع عليها تُحسب له في كل رقم. ولغيره تُحسب في مجاميع الجهة كلها "
    "فقط، ولا تدخل تفصيلاً "
    "بوحدة أو خدمة أو قناة أو مكان أو درجة، ولا تظهر في القوائم؛ وتقول كل صفحة كم تُرك.",
    "Confidential cases: who may read them counts them in every figure. For others they count only in the totals of "
    "the whole agency, never in anything told apart by unit, service, channel, place or class, and they stand in no "
    "list; each page says what is left out.",
)


KEPT = both(
    "أرقام الجهات الكبيرة محفوظة جاهزة وتُحدَّث كل ثوانٍ من الوقائع نفسها وبالتعريف نفسه؛ تقول الصفحة كم الساعة فيها "
    "بالثانية. كل عدد دقيق. الأزمنة (الوسيط وتسعة من عشرة) دقيقة إلى 5,000 طلب، وما فوقها مقرَّب "
    "بدقة 1% وعليه العلامة ≈. ما يُسأل عنه في تاريخ سابق يُحسب من سجل الوقائع.",
    "Figures of large agencies are kept ready and brought up every few seconds, from the same facts and by the same "
    "definitions; the page tells their moment to the second. Every count is exact. Times (median and nine of ten) are "
    "exact up to 5,000 cases; beyond that they are within 1% and marked with ≈. What is "
    "asked about an earlier day is counted from the record of facts.",
)


def as_markdown() -> str:
    """The page `docs/measures.md`."""
    lines = [
        "# Measures",
        "",
        f"Every figure of the house is counted by these definitions alone (edition {EDITION}); the page"
        " `/figures/definitions` shows the same words.",
        "",
        AS_OF["en"],
        "",
        AS_OF["ar"],
        "",
        CONFIDENTIAL["en"],
        "",
        CONFIDENTIAL["ar"],
        "",
        KEPT["en"],
        "",
        KEPT["ar"],
        "",
    ]
    for one in MEASURES.values():
        lines += _section(one)
    lines += ["## Ages of open cases", "", "| code | Arabic | English |", "| --- | --- | --- |"]
    lines += [f"| {band.code} | {band.name['ar']} | {band.name['en']} |" for band in BANDS]
    lines += ["", "## Changes", ""]
    lines += [f"- {number} ({day}): {words['en']} {words['ar']}" for number, day, words in CHANGES]
    return "\n".join(lines) + "\n"


def _section(one: Measure) -> list[str]:
    made_of = ", ".join(f"`{code}`" for code in one.counted)
    return [
        f"## {one.name['en']} / {one.name['ar']}",
        "",
        f"`{one.code}`, version {one.version}, in {UNITS[one.unit]['en']}, over {POPULATIONS[one.population]['en']}"
        + (f", made of {made_of}." if made_of else "."),
        "",
        f"- {one.says['en']}",
        f"- {one.says['ar']}",
        f"- Formula: {one.formula['en']} / {one.formula['ar']}",
        f"- Left out: {one.leaves_out['en']} {one.leaves_out['ar']}",
        "",
    ]
