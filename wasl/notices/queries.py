"""Questions about wordings and notices."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from wasl.core.asked import Asked
from wasl.messaging import delivery
from wasl.messaging.models import Message
from wasl.notices.models import Notice, Template
from wasl.notices.starting import NoSuchTemplate, Wording, starting, starting_wordings

_WORDING = Asked(
    lambda agency_id, code, channel, at: (
        Template.objects.filter(Q(agency_id=agency_id) | Q(agency__isnull=True), code=code, channel=channel)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at)
        .order_by(F("agency").asc(nulls_last=True), "-valid_from", "-pk")[:1]
    ),
    int,
    str,
    str,
    datetime,
)
_OF_CASE = Asked(
    lambda case_id: (
        Notice.objects.filter(case_id=case_id).select_related("message", "task").order_by("-created_at", "-pk")
    ),
    int,
)


def wording_for(agency: Any, code: str, *, at: datetime, channel: str = "email") -> Wording:
    """The agency's wording of a code, else the house's edited one, else the one the house starts with.

    Raises NoSuchTemplate.
    """
    row = _WORDING.one(agency.pk, code, channel, at)
    known = starting_wordings().get(code)
    if row is None:
        return starting(code).for_channel(channel)
    if known is None:
        return Wording(code, row.subject, row.subject, row.body, frozenset())
    # A text message has no subject of its own: where one is needed (a call in its place), the house's is.
    subject = row.subject if channel == "email" else known.subject
    return replace(known, subject=subject, body=row.body)


def versions(agency: Any, code: str, channel: str) -> list[Template]:
    """Every wording the agency ever had of this notice on this channel, newest first."""
    return list(Template.objects.filter(agency=agency, code=code, channel=channel).order_by("-valid_from", "-pk"))


def present_templates(agency: Any, *, at: datetime) -> list[Template]:
    """The wordings of its own that an agency uses now."""
    valid = Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    return list(Template.objects.filter(valid, agency=agency, valid_from__lte=at).order_by("code", "channel"))


def of_case(case_id: int) -> list[Notice]:
    """What was told in the matter of a case, newest first."""
    return _OF_CASE.all(case_id)


def to_coalesce(agency: Any, coalesce_key: str, *, at: datetime, within: timedelta) -> list[Notice]:
    """Unfinished notices of the same key of the last moments, whose place a newer one may take."""
    young = Notice.objects.filter(agency=agency, coalesce_key=coalesce_key, created_at__gte=at - within)
    return list(young.filter(finished_at__isnull=True, message__isnull=False).select_related("message"))


def left_behind(*, limit: int = 500) -> list[Notice]:
    """Unfinished notices whose message has come to its end: what told them so was lost."""
    ended = [Message.State.SENT, Message.State.DELIVERED, *delivery.FAILED]
    found = Notice.objects.filter(finished_at__isnull=True, task__isnull=True, message__state__in=ended)
    return list(found.order_by("pk")[:limit])


__all__ = [
    "NoSuchTemplate",
    "left_behind",
    "of_case",
    "present_templates",
    "to_coalesce",
    "versions",
    "wording_for",
]


def messages_of(case_ids: Iterable[int]) -> list[int]:
    """The numbers of the messages by which notices about these cases went out."""
    sent = Notice.objects.filter(case_id__in=list(case_ids), message__isnull=False)
    return [number for number in sent.values_list("message_id", flat=True) if number is not None]
