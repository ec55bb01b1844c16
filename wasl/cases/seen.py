"""What of a case is seen by whom, beyond its bare course: shared by the pages of staff and the doors of programs."""

from dataclasses import replace

from django.db.models import QuerySet

from wasl.cases import timeline
from wasl.cases.models import Case, CaseFile
from wasl.directory.models import Agency
from wasl.messaging.models import Message

# Not a request at all: no program hears of it, as its own sender does not.
_EXCLUDED = "spam"


def items_seen(case: Case, *, notes: bool) -> list[timeline.Item]:
    """The timeline, newest first. Without `notes` it has no notes, and only words that the public reads."""
    facts = timeline.facts_of(case)
    items = timeline.staff_timeline(case, facts)
    if notes:
        return items
    told = {item.event_id: item for item in timeline.public_timeline(case, facts)}
    return [_bare(item, told.get(item.event_id)) for item in items if item.kind != "NoteAdded"]


def files_seen(case: Case, *, notes: bool) -> list[CaseFile]:
    """The photos and documents, oldest first; without `notes` only those the public may see."""
    if not notes:
        return timeline.public_files(case)
    return timeline.files_of(case)


def open_to_programs(agency: Agency) -> QuerySet[Case]:
    """The cases of an agency that the programs of partners may read: none that is confidential."""
    return Case.objects.filter(agency=agency, confidential=False).exclude(state=_EXCLUDED)


def received_in(case: Case) -> list[Message]:
    """The messages that people wrote in the matter of a case, newest first."""
    messages = Message.objects.filter(pk__in=case.messages.values("message_id"), agency_id=case.agency_id)
    return list(messages.select_related("conversation__account").order_by("-created_at", "-pk"))


def _bare(item: timeline.Item, told: timeline.Item | None) -> timeline.Item:
    return replace(item, text=told.text if told else "", files=told.files if told else [])
