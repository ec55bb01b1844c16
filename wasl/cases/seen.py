"""What of a case is seen by whom, beyond its bare course: shared by the pages of staff and the doors of programs."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.cases import order, timeline
from wasl.cases.events import Jumped
from wasl.cases.models import Case, CaseFile
from wasl.directory.models import Agency
from wasl.messaging.models import Message

# Not a request at all: no program hears of it, as its own sender does not.
_EXCLUDED = "spam"


def items_seen(
    case: Case, person: User, *, at: datetime, notes: bool, facts: timeline.Facts | None = None
) -> list[timeline.Item]:
    """The timeline for a person, newest first. Without `notes` it has none, and only words that the public reads."""
    facts = _without_closed(facts or timeline.facts_of(case), order.jumps_closed_to(case, person, at=at))
    items = timeline.staff_timeline(case, facts)
    if notes:
        return items
    told = {item.event_id: item for item in timeline.public_timeline(case, facts)}
    return [_bare(item, told.get(item.event_id)) for item in items if item.kind != "NoteAdded"]


def files_seen(case: Case, *, notes: bool, facts: timeline.Facts | None = None) -> list[CaseFile]:
    """The photos and documents, oldest first; without `notes` only those the public may see."""
    files = facts.files if facts is not None else timeline.files_of(case)
    return files if notes else [file for file in files if file.public]


def open_to_programs(agency: Agency) -> QuerySet[Case]:
    """The cases of an agency that the programs of partners may read: none that is confidential."""
    return Case.objects.filter(agency=agency, confidential=False).exclude(state=_EXCLUDED)


def received_in(case: Case) -> list[Message]:
    """The messages that people wrote in the matter of a case, newest first."""
    messages = Message.objects.filter(pk__in=case.messages.values("message_id"), agency_id=case.agency_id)
    return list(messages.select_related("conversation__account").order_by("-created_at", "-pk"))


def _without_closed(facts: timeline.Facts, closed: frozenset[int]) -> timeline.Facts:
    if not closed:
        return facts
    open_ones = [one for one in facts.records if one.kind != Jumped.kind or one.data["jump_id"] not in closed]
    return replace(facts, records=open_ones)


def _bare(item: timeline.Item, told: timeline.Item | None) -> timeline.Item:
    return replace(item, text=told.text if told else "", files=told.files if told else [])
