"""Who was shown data of people. Each look at a case is recorded once a day for the same person and fields, so that the
log answers who read whose data, and is not buried under pages that load anew.

Offers one verb, `note_reading`, to every door that shows such data: pages, the machine door, and what comes later
(recordings, documents); and one question, `outside_looks`, to whoever watches over fairness.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from wasl.accounts.models import User
from wasl.contacts.events import PersonalDataRead
from wasl.core import noted
from wasl.core.i18n import t
from wasl.core.models import EventRecord
from wasl.directory import queries as directory

# The groups of fields, as the auditor reads them. Identity numbers have a fact of their own, with its reason.
GROUPS = {
    "contact": t("الاسم ووسائل التواصل", "Name and means of contact"),
    "confidential": t("محتوى طلب سري", "A confidential case"),
    "case": t("ملف الطلب دون وسائل التواصل", "The case file without means of contact"),
    "audit": t("سجل التدقيق", "The audit log"),
    "relations": t("تصريحات الموظفين بصلاتهم", "Relations declared by staff"),
    "recording": t("تسجيل مكالمة", "A recorded call"),
}
_MOST_KNOWN = 50_000
# What somebody has seen, or was refused in a room above, is no work that they did in a case.
_NO_ACTS = (PersonalDataRead.kind, "BarredAttempt")
_known: set[tuple[object, ...]] = set()


@dataclass(frozen=True)
class Shown:
    """What somebody is about to be shown. `own`: the case is one of the reader's units or assignments.

    The file of a case that is not, and of which nothing else is shown, is `what="case"`: it is recorded only then.
    """

    what: str
    case_id: int | None = None
    own: bool = True
    subject: str = ""


def looks_at_case(case_id: int, *, confidential: bool, contact: bool, own: bool) -> list[Shown]:
    """What somebody who opens a case is shown: what it holds of people, and else its file, where it is not their own.

    `contact`: with the beneficiary's name and means of contact.
    """
    groups = [what for what, is_shown in (("confidential", confidential), ("contact", contact)) if is_shown]
    return [Shown(what, case_id, own) for what in groups or ([] if own else ["case"])]


def note_reading(
    shown: Sequence[Shown],
    *,
    agency_id: int,
    by: User | None,
    at: datetime,
    key: str = "",
    reason: str = "",
) -> None:
    """Record what somebody is shown, once a day by the agency's own days; one statement, none for what is known here.

    `key` names the program's key it was asked with; `by` is None when that acts for no person. `reason` is the
    code of a reason where the field asks for one, or names the row that keeps the reader's words; never the words.
    """
    begin = _day(at, directory.known_agency(agency_id).zone)
    reader = by.pk if by is not None else None
    fresh = [one for one in shown if (agency_id, reader, key, reason, one, begin) not in _known]
    looks = [
        noted.Look(
            PersonalDataRead(one.what, key=key, reason=reason, subject=one.subject),
            case_id=one.case_id,
            away=one.case_id is not None and not one.own,
            only_away=one.what == "case",
        )
        for one in fresh
    ]
    noted.note(looks, agency_id=agency_id, by=by, at=at, since=begin)
    transaction.on_commit(lambda: _remember((agency_id, reader, key, reason, one, begin) for one in fresh))


def outside_looks(
    agency_id: int, *, since: datetime, until: datetime, most: int = 1000, people: Collection[int] | None = None
) -> list[EventRecord]:
    """Looks at cases that were none of the reader's own and in which the reader has done nothing to this day, the
    latest first. What was done after the look is a reason too: a call that was answered and noted.
    """
    looks = EventRecord.objects.filter(
        agency_id=agency_id, kind=PersonalDataRead.kind, at__gte=since, at__lt=until, data__outside=True
    )
    if people is not None:
        looks = looks.filter(actor_id__in=people)
    acts = EventRecord.objects.filter(case_id=OuterRef("case_id"), actor_id=OuterRef("actor_id"))
    return list(looks.filter(~Exists(acts.exclude(kind__in=_NO_ACTS))).order_by("-at", "-pk")[:most])


def _day(at: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time.min, tzinfo=zone)


def _remember(looks: Iterable[tuple[object, ...]]) -> None:
    """What this process recorded today it need not ask the database about again; the log never forgets."""
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    _known.update(looks)
