"""The timeline of a case: its facts in words, for staff and for the public."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import events, workflow
from wasl.cases.models import Case, CaseEntry, CaseFile, DueMove
from wasl.cases.moves import cause_of
from wasl.cases.queries import due_moves
from wasl.cases.wording import Names, wording_of
from wasl.contacts.events import PersonalDataRead
from wasl.core.asked import Asked, among
from wasl.core.i18n import say
from wasl.core.models import EventRecord
from wasl.directory import queries as directory

# Who looked at the case is in the same log, and no part of its course.
_RECORDS = Asked(
    lambda case_id, agency_id: (
        EventRecord.objects.filter(case_id=case_id, agency_id=agency_id)
        .exclude(kind=PersonalDataRead.kind)
        .order_by("id")
    ),
    int,
    int,
)
_ENTRIES = Asked(lambda case_id: CaseEntry.objects.filter(case_id=case_id), int)
_FILES = Asked(
    lambda case_id: CaseFile.objects.filter(case_id=case_id).select_related("file").order_by("added_at", "id"), int
)

_PEOPLE = Asked(lambda numbers: User.objects.filter(among("pk", numbers)).only("full_name", "latin_name"), list)


@dataclass(frozen=True)
class Item:
    """One line of a timeline. `public` says whether the citizen sees it; `tone` is a colour class of the kit."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    public: bool = False
    actor: str = ""
    tone: str = ""
    kind: str = ""
    event_id: int = 0
    files: list[CaseFile] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """What is recorded of a case, read once for all who are told of it. `moves`: its due moments that moved."""

    records: list[EventRecord]
    entries: dict[int, CaseEntry]
    files: list[CaseFile]
    names: Names
    moves: list[DueMove] = field(default_factory=list)


def staff_timeline(case: Case, facts: Facts | None = None) -> list[Item]:
    """Everything that happened, newest first."""
    return _items(facts or facts_of(case), public=False)


def public_timeline(case: Case, facts: Facts | None = None) -> list[Item]:
    """What the citizen may know, newest first, without the names of staff."""
    return _items(facts or facts_of(case), public=True)


def public_files(case: Case) -> list[CaseFile]:
    """The photos the citizen may see, oldest first."""
    return [file for file in files_of(case) if file.public]


def files_of(case: Case) -> list[CaseFile]:
    """The photos and documents, oldest first."""
    return _FILES.all(case.pk)


def facts_of(case: Case) -> Facts:
    """What is recorded of a case, with the names that its sentences need."""
    records = _RECORDS.all(case.pk, case.agency_id)
    entries = {entry.event_id: entry for entry in _ENTRIES.all(case.pk)}
    files = files_of(case)
    return Facts(records, entries, files, _names(case, records), due_moves(case))


def _items(facts: Facts, *, public: bool) -> list[Item]:
    found = (
        _item(record, facts.entries.get(record.pk), facts.files, facts.names, public)
        for record in reversed(facts.records)
    )
    items = [item for item in found if item is not None]
    if not facts.moves:
        return items
    moved = [_moved(move, facts.names, public) for move in facts.moves if not public or move.kind == "resolve"]
    return sorted([*items, *moved], key=lambda item: item.at, reverse=True)


def _moved(move: DueMove, names: Names, public: bool) -> Item:
    """A due moment that moved with the calendar, and why; the citizen reads of the resolution alone."""
    cause = str(cause_of(move.change_event).words)
    after = names.moment(move.after.isoformat())
    if public:
        title = say("تغيّر الموعد إلى {now}. السبب: {cause}", "The date is now {now}, because of {cause}",
                    now=after, cause=cause)  # fmt: skip
        return Item(move.moved_at, "calendar-days", title, public=True, kind="DueMove")
    title = say(
        "تغيّر موعد {clock} من {before} إلى {now}. السبب: {cause}",
        "{clock} due moved from {before} to {now}, because of {cause}",
        clock=workflow.CLOCKS[move.kind],
        before=names.moment(move.before.isoformat()),
        now=after,
        cause=cause,
    )
    return Item(move.moved_at, "calendar-days", title, public=move.kind == "resolve", kind="DueMove")


def _item(
    record: EventRecord, entry: CaseEntry | None, files: list[CaseFile], names: Names, public: bool
) -> Item | None:
    wording = wording_of(record.kind)
    if wording is None or (public and (wording.public_title is None or _is_of_somebody_else(record, entry))):
        return None
    sentence = wording.public_title if public and wording.public_title else wording.title
    words = entry.text if entry is not None and (entry.public or not public) else ""
    return Item(
        at=record.at,
        icon=wording.icon,
        title=sentence(record.data, names),
        text=words,
        public=wording.public_title is not None,
        actor="" if public else _actor(record, names),
        tone=wording.tone,
        kind=record.kind,
        event_id=record.pk,
        files=[file for file in files if file.added_at == record.at and (file.public or not public)]
        if record.kind in _KINDS_WITH_FILES
        else [],
    )


def _actor(record: EventRecord, names: Names) -> str:
    """Who did it, and in whose place or by whose delegation."""
    actor, absent = names.people.get(record.actor_id or 0, ""), names.people.get(record.data.get("acts_for") or 0, "")
    if grantor := names.people.get(record.data.get("by_delegation_of") or 0, ""):
        return say("{name} بتفويض من {grantor}", "{name} by delegation of {grantor}", name=actor, grantor=grantor)
    return say("{name} نيابةً عن {absent}", "{name} for {absent}", name=actor, absent=absent) if absent else actor


def _is_of_somebody_else(record: EventRecord, entry: CaseEntry | None) -> bool:
    """Information that did not come from the citizen's own address: "you added" would be wrong."""
    return record.kind == events.InformationAdded.kind and entry is not None and not entry.public


_KINDS_WITH_FILES = frozenset(
    cls.__name__
    for cls in (
        events.CaseRegistered,
        events.CaseResolved,
        events.CaseReopened,
        events.InformationAdded,
        events.BeneficiaryAnswered,
        events.FilesAdded,
        events.NoteAdded,
    )
)


def _people_in(record: EventRecord) -> tuple[int | None, ...]:
    return (
        record.actor_id,
        record.data.get("assignee_id"),
        record.data.get("acts_for"),
        record.data.get("by_delegation_of"),
    )


def _names(case: Case, records: Iterable[EventRecord]) -> Names:
    units: set[int] = set()
    people: set[int] = set()
    for record in records:
        units.update(value for name, value in record.data.items() if name.endswith("unit_id") and value)
        people.update(number for number in _people_in(record) if number)
    return Names(
        units={number: str(unit) for number, unit in directory.known_units(case.agency_id).items() if number in units},
        people={person.pk: person.name for person in _PEOPLE.all(people)} if people else {},
        zone=case.agency.zone,
        agency_id=case.agency_id,
    )
