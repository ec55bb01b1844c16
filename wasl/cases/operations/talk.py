"""What is said in the matter of a case: notes, files, information from the citizen, replies, the rating."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.cases.events import CaseRated, FilesAdded, InformationAdded, NoteAdded, ReplyWritten
from wasl.cases.models import Case, CaseConversation, CaseFile, CaseMessage
from wasl.cases.operations import first_contact
from wasl.cases.operations.change import Change, Missing, changing, needed
from wasl.cases.operations.clocks import beneficiary_hears
from wasl.core import files as store
from wasl.core.i18n import t
from wasl.core.models import EventRecord, StoredFile
from wasl.core.text import clean
from wasl.messaging.models import Message


def add_note(case: Case, *, text: str, by: User | None, at: datetime, files: list[StoredFile] | None = None) -> None:
    """An internal note for colleagues, perhaps from the system itself; the citizen never sees it."""
    words = needed(text, "اكتب الملاحظة.", "Write the note.")
    with changing(case, "note", by=by, at=at) as change:
        attach(change, files or [], public=False, role="attachment")
        change.publish(NoteAdded(change.case.pk), text=words)


def add_files(case: Case, *, files: list[StoredFile], public: bool, by: User | None, at: datetime) -> None:
    """Photos or documents added by staff, or by the system, which fetched them for the citizen."""
    with changing(case, "note", by=by, at=at) as change:
        attach(change, files, public=public, role="photo" if public else "attachment")
        change.publish(FilesAdded(change.case.pk, len(files), "photo" if public else "attachment"))


def reply(case: Case, *, text: str, by: User, at: datetime, version: int | None = None) -> EventRecord:
    """Write to the citizen; the notice carries the words over the preferred channel."""
    words = needed(text, "اكتب الرد.", "Write the reply.")
    with changing(case, "reply", by=by, at=at, version=version) as change:
        beneficiary_hears(change.case, at=at)
        return change.publish(ReplyWritten(change.case.pk), text=words, public=True)


def add_information(
    case: Case,
    *,
    text: str,
    channel: str,
    at: datetime,
    files: list[StoredFile] | None = None,
    public: bool = True,
    by: User | None = None,
) -> EventRecord:
    """The citizen adds words or photos unasked; `by` is who wrote them down at a telephone or counter.

    `public` False: it came from an address that is not theirs.
    """
    if not clean(text) and not files:
        raise Missing(t("اكتب المعلومة أو أضف صورة.", "Write something or add a photo."))
    with changing(case, "add", by=by, at=at) as change:
        attach(change, files or [], public=public)
        told = change.publish(InformationAdded(change.case.pk, channel, len(files or [])), text=text, public=public)
        first_contact.note_again(change, first_contact.INFORMATION)
        return told


def rate(case: Case, *, rating: int, comment: str, at: datetime) -> None:
    """The citizen's rating of the service, 1 to 5. It may be changed while the case is resolved."""
    if rating not in range(1, 6):
        raise Missing(t("اختر تقييماً من 1 إلى 5.", "Choose a rating from 1 to 5."))
    with changing(case, "rate", by=None, at=at) as change:
        change.case.rating, change.case.rating_comment, change.case.rated_at = rating, clean(comment), at
        change.publish(CaseRated(change.case.pk, rating))


def link_message(case: Case, message: Message, *, held_with: Case | None = None) -> None:
    """Note that a message belongs to the case, and that its conversation leads here (or to `held_with`)."""
    CaseMessage.objects.get_or_create(message=message, defaults={"case": case})
    holder = held_with or case
    CaseConversation.objects.get_or_create(
        conversation_id=message.conversation_id, defaults={"case": holder, "agency_id": holder.agency_id}
    )


def attach(change: Change, stored: list[StoredFile], *, public: bool, role: str = "photo") -> None:
    """Keep staged files for the case within the running change. Documents are never public."""
    store.keep(stored)
    for file in stored:
        is_picture = file.content_type.startswith("image/")
        CaseFile.objects.create(
            agency_id=change.case.agency_id,
            case=change.case,
            file=file,
            role=role if is_picture else "attachment",
            public=public and is_picture,
            added_at=change.at,
            added_by=change.by,
        )
