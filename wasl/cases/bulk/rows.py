"""One row of history as its source tells it, and what would keep it from being written: pure, no database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from wasl.cases import workflow
from wasl.core.i18n import t

# Where a case may stand at the end of its history; the other states are of work that goes on in this house.
OPEN_ENDS = ("new", "acknowledged", "referred", "accepted", "in_progress", "pending_beneficiary")
LEFT = ("duplicate", "withdrawn", "spam")
ENDS = (*OPEN_ENDS, "resolved", "closed", "rejected", *LEFT)

# The moments in the order in which they must lie.
MOMENTS = (
    "registered_at",
    "acknowledged_at",
    "referred_at",
    "accepted_at",
    "started_at",
    "asked_at",
    "answered_at",
    "resolved_at",
    "rejected_at",
    "left_at",
    "closed_at",
)
LONGEST = {"title": 200, "area_text": 120, "address_text": 300, "language": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The whole history of one case, with its original moments.

    `unit_id` None: our own rules find the unit. With `referred_at` it waited at triage until then; without, its unit
    had it from the start. `importance` "" and `due_at` None: our own matrix and promises of that day; a given `due_at`
    is the source's promise and stays as it is. `state` "": where the moments lead; for a named open state what the
    moments leave out happened at the last one known. `left_at` is when a duplicate, withdrawn or excluded case left.
    `words` (how it was resolved, why rejected), `question` and `answer` are what the citizen may read. `known_as` is
    its number in the former system, by which staff find it.
    """

    kind: str
    channel: str
    title: str
    registered_at: datetime
    description: str = ""
    language: str = "ar"
    service_id: int | None = None
    unit_id: int | None = None
    governorate_id: int | None = None
    wilayat_id: int | None = None
    area_text: str = ""
    address_text: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    outside_area: bool = False
    beneficiary_id: int | None = None
    preferred_channel: str = ""
    answers: Sequence[dict[str, Any]] = ()
    importance: str = ""
    due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    referred_at: datetime | None = None
    accepted_at: datetime | None = None
    started_at: datetime | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    rejected_at: datetime | None = None
    left_at: datetime | None = None
    closed_at: datetime | None = None
    state: str = ""
    merged_into_id: int | None = None
    words: str = ""
    question: str = ""
    answer: str = ""
    rating: int | None = None
    rating_comment: str = ""
    rated_at: datetime | None = None
    known_as: str = ""


class BadRow(ValueError):
    """A row that cannot be written: its place among those given, and why."""

    def __init__(self, place: int, why: list[str]) -> None:
        super().__init__(f"{place}: {' '.join(map(str, why))}")
        self.place, self.why = place, why


def problems(row: CaseRow, *, at: datetime) -> list[str]:
    """Why the row cannot be written, in sentences; empty when it can. `at` is the moment of the import."""
    return [*_wrong_codes(row), *_wrong_values(row), *(_wrong_moments(row, at) or _wrong_end(row))]


def _wrong_codes(row: CaseRow) -> Iterator[str]:
    if row.kind not in workflow.KINDS:
        yield t("لا يوجد نوع طلب بالرمز «{code}».", "There is no kind of case “{code}”.", code=row.kind)
    if row.channel not in workflow.CHANNELS:
        yield t("لا توجد قناة بالرمز «{code}».", "There is no channel “{code}”.", code=row.channel)
    if row.importance and row.importance not in workflow.IMPORTANCE:
        yield t("لا توجد درجة أهمية بالرمز «{code}».", "There is no class “{code}”.", code=row.importance)
    if row.preferred_channel not in workflow.PREFERRED:
        yield t("لا توجد وسيلة بالرمز «{code}».", "There is no means “{code}”.", code=row.preferred_channel)
    if row.state and row.state not in ENDS:
        yield t("لا يُستورد طلب في الحالة «{code}».", "No case is imported in state “{code}”.", code=row.state)


def _wrong_values(row: CaseRow) -> Iterator[str]:
    if not row.title.strip():
        yield t("لا عنوان للطلب.", "The case has no title.")
    for name, longest in LONGEST.items():
        if len(getattr(row, name)) > longest:
            yield t(
                "القيمة في {name} أطول من {longest} حرفاً.",
                "The value of {name} is longer than {longest} letters.",
                name=name,
                longest=longest,
            )
    if (row.lat is None) != (row.lon is None):
        yield t("أحد الإحداثيين مفقود.", "One of the two coordinates is missing.")
    elif row.lat is not None and row.lon is not None and not (abs(row.lat) <= 90 and abs(row.lon) <= 180):
        yield t("الإحداثيات خارج الأرض.", "The coordinates lie nowhere on earth.")
    if row.rating is not None and row.rating not in range(1, 6):
        yield t("التقييم من 1 إلى 5.", "A rating is 1 to 5.")


def _wrong_moments(row: CaseRow, at: datetime) -> list[str]:
    """Moments without a zone, in the future, or before what must have come first."""
    found, before, name_before = [], None, ""
    for name in (*MOMENTS, "rated_at"):
        moment = getattr(row, name)
        if moment is None:
            continue
        if moment.tzinfo is None:
            return [t("الوقت في {name} بلا منطقة زمنية.", "The time of {name} has no zone.", name=name)]
        if moment > at:
            found.append(t("الوقت في {name} في المستقبل.", "The time of {name} lies in the future.", name=name))
        if before is not None and moment < before:
            found.append(
                t(
                    "الوقت في {name} قبل الوقت في {earlier}.",
                    "The time of {name} is before that of {earlier}.",
                    name=name,
                    earlier=name_before,
                )
            )
        if name != "closed_at":  # a rating may come before the closing
            before, name_before = moment, name
    if row.due_at is not None and row.due_at.tzinfo is None:
        found.append(t("الوقت في {name} بلا منطقة زمنية.", "The time of {name} has no zone.", name="due_at"))
    return found


def _wrong_end(row: CaseRow) -> Iterator[str]:
    ends = [moment for moment in (row.resolved_at, row.rejected_at, row.left_at) if moment is not None]
    if len(ends) > 1:
        yield t("للطلب أكثر من نهاية.", "The case has more than one end.")
    if row.left_at is not None and row.state not in LEFT:
        yield t("لا يُعرف لماذا خرج الطلب.", "It is not said why the case left.")
    if row.state and _end_of(row) != row.state and not (row.state in OPEN_ENDS and not ends):
        yield t("الأوقات لا تؤدي إلى الحالة «{code}».", "The moments do not lead to state “{code}”.", code=row.state)
    if row.closed_at is not None and not (row.resolved_at or row.rejected_at):
        yield t("أُغلق الطلب دون إنجاز أو رفض.", "The case was closed, but neither resolved nor rejected.")
    if row.rating is not None and (row.rated_at is None or row.resolved_at is None):
        yield t("التقييم يكون لطلب أُنجز، وبوقت معلوم.", "A rating needs its moment and a case that was resolved.")
    if row.merged_into_id is not None and row.state != "duplicate":
        yield t("الطلب مضموم وليس مكرراً.", "The case was joined to another but is no duplicate.")
    if row.answered_at is not None and row.asked_at is None:
        yield t("أجاب المستفيد ولم يُسأل.", "The citizen answered but was not asked.")


def _end_of(row: CaseRow) -> str:
    """The ended state that the moments lead to, "" while the case is open."""
    if row.left_at is not None:
        return row.state
    if row.resolved_at is None and row.rejected_at is None:
        return ""
    if row.closed_at is not None or row.state == "closed":
        return "closed"
    return "rejected" if row.rejected_at is not None else "resolved"
