"""What happens to alerts. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class AlertGiven(Event):
    """To several people at once; which people stands beside it, and nobody else hears of it live."""

    alert_kind: str
    alert_ids: list[int]
    urgent: bool


@event(version=1)
@dataclass(frozen=True)
class LinkOpened(Event):
    """A link of a letter was used by the person it was written to."""

    link_id: int
    linked_case_id: int


@event(version=1)
@dataclass(frozen=True)
class LetterWritten(Event):
    """A mail to a person of the staff was queued: a digest, or what could not wait."""

    letter_id: int
    person_id: int
    is_digest: bool


@event(version=1)
@dataclass(frozen=True)
class DigestRuleSet(Event):
    """The hour of the daily digest of an agency; `is_on` tells whether one is sent at all."""

    hour: int
    is_on: bool
