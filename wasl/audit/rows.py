"""Facts and readings as they stand on the page and in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from wasl.audit import words
from wasl.audit.queries import Names, Reading
from wasl.cases import wording
from wasl.contacts.events import PersonalDataRead
from wasl.contacts.reading import GROUPS
from wasl.core.i18n import say, t
from wasl.core.models import EventRecord
from wasl.directory.models import Agency

# Said in other columns, or about the fact and not in it.
_LEFT_OUT = ("case_id", "closed", "acts_for", "by_delegation_of", "key", "outside", "reading_id")
_NOTHING: tuple[Any, ...] = (None, "", [], False)
_MOST_LETTERS = 300
OTHER_GROUPS = {
    "IdentityRevealed": t("رقم الهوية", "Identity number"),
    "CasesExported": t("ملف طلبات", "A file of cases"),
    "AccessFileTaken": t("كل بيانات الشخص", "All data of the person"),
}


@dataclass(frozen=True)
class Row:
    """One fact."""

    number: int
    at: datetime
    recorded_at: datetime
    who: str
    instead_of: str
    by_delegation_of: str
    title: str
    kind: str
    reference: str
    details: str
    outside: bool


@dataclass(frozen=True)
class ReadRow:
    """One reading."""

    who: str
    what: str
    reference: str
    beneficiary: int | None
    first_at: datetime
    last_at: datetime
    count: int
    outside: bool
    reason: str


def rows_of(records: Iterable[EventRecord], names: Names, agency: Agency) -> Iterator[Row]:
    """Facts with names in the place of numbers."""
    for record in records:
        case = names.cases.get(record.case_id or record.data.get("case_id") or 0)
        yield Row(
            number=record.pk,
            at=record.at,
            recorded_at=record.recorded_at,
            who=_who(record.actor_id, record.data.get("key", ""), names, in_case=record.case_id is not None),
            instead_of=names.people.get(record.data.get("acts_for") or 0, ""),
            by_delegation_of=names.people.get(record.data.get("by_delegation_of") or 0, ""),
            title=_title(record, names, agency),
            kind=record.kind,
            reference=case.reference if case else "",
            details=_details(record),
            outside=bool(record.data.get("outside")),
        )


def read_rows_of(readings: Iterable[Reading], names: Names) -> Iterator[ReadRow]:
    """Readings with names in the place of numbers; of the beneficiary only the number."""
    for one in readings:
        case = names.cases.get(one.case_id or 0)
        reason = names.reasons.get(int(one.reason[1:]), "") if one.reason.startswith("#") else one.reason
        yield ReadRow(
            who=_who(one.actor_id, one.key, names),
            what=str(GROUPS.get(one.what) or OTHER_GROUPS.get(one.what) or one.what),
            reference=case.reference if case else "",
            beneficiary=one.beneficiary_id or (case.beneficiary_id if case else None),
            first_at=one.first_at,
            last_at=one.last_at,
            count=one.count,
            outside=one.outside,
            reason=reason,
        )


def log_table(rows: Iterable[Row]) -> Iterator[list[str]]:
    """Facts as lines of a file, the head first."""
    yield [
        say("رقم السجل", "Record"),
        say("وقع في", "Happened at"),
        say("سُجل في", "Recorded at"),
        say("من", "Who"),
        say("نيابة عن", "In the place of"),
        say("ماذا", "What"),
        say("الرمز", "Kind"),
        say("الطلب", "Case"),
        say("التفاصيل", "Details"),
        say("بلا صلة بالطلب", "None of their own"),
        say("بتفويض من", "By delegation of"),
    ]
    for row in rows:
        moments = [_moment(row.at), _moment(row.recorded_at)]
        told = [row.who, row.instead_of, row.title, row.kind, row.reference, row.details]
        yield [str(row.number), *moments, *told, _yes(row.outside), row.by_delegation_of]


def reads_table(rows: Iterable[ReadRow]) -> Iterator[list[str]]:
    """Readings as lines of a file, the head first."""
    yield [
        say("من", "Who"),
        say("ماذا رأى", "What was shown"),
        say("الطلب", "Case"),
        say("رقم المستفيد", "Beneficiary number"),
        say("أول مرة", "First"),
        say("آخر مرة", "Last"),
        say("عدد الأيام أو المرات", "Days or times"),
        say("بلا صلة بالطلب", "None of their own"),
        say("السبب", "Reason"),
    ]
    for row in rows:
        person = str(row.beneficiary or "")
        times = [_moment(row.first_at), _moment(row.last_at), str(row.count)]
        yield [row.who, row.what, row.reference, person, *times, _yes(row.outside), row.reason]


def _title(record: EventRecord, names: Names, agency: Agency) -> str:
    if record.kind in words.KINDS:
        return str(words.KINDS[record.kind])
    told = wording.wording_of(record.kind)
    if told is None:
        return record.kind
    try:
        return told.title(record.data, wording.Names(names.units, names.people, agency.zone))
    except (KeyError, ValueError, TypeError):  # a fact of an older form than its sentence
        return record.kind


def _who(actor_id: int | None, key: str, names: Names, *, in_case: bool = False) -> str:
    person = names.people.get(actor_id or 0, "")
    if key:
        program = say("برنامج: {name}", "program: {name}", name=names.keys.get(key, key))
        return f"{person} ({program})" if person else program
    if person:
        return person
    if actor_id is not None:
        return f"#{actor_id}"
    return say("النظام أو المستفيد", "System or beneficiary") if in_case else say("النظام", "The system")


def _details(record: EventRecord) -> str:
    """What the fact holds besides; nothing where its title is a whole sentence."""
    if record.kind == PersonalDataRead.kind:
        what = str(record.data.get("what", ""))
        about = words.page_in_words(str(record.data.get("subject", "")))
        parts = [str(GROUPS.get(what, what)), record.data.get("reason", ""), about]
        return " · ".join(filter(None, parts))
    if record.kind not in words.KINDS and wording.wording_of(record.kind) is not None:
        return ""
    told = {name: value for name, value in record.data.items() if name not in _LEFT_OUT and value not in _NOTHING}
    said = [f"{words.FIELDS.get(name, name)}: {_plain(value)}" for name, value in told.items()]
    return " · ".join(said)[:_MOST_LETTERS]


def _plain(value: Any) -> str:
    if value is True:
        return say("نعم", "yes")
    if isinstance(value, list):
        return say("، ", ", ").join(map(str, value))
    return str(value)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")


def _yes(value: bool) -> str:
    return say("نعم", "yes") if value else ""
