"""What happens to people's data. Numbers and codes only."""

from dataclasses import dataclass

from wasl.core.events import Event, event


@event(version=1)
@dataclass(frozen=True)
class PrivacyAsked(Event):
    """Somebody's data were asked for, or their erasure; `wish` is access or erasure."""

    request_id: int
    wish: str


@event(version=1)
@dataclass(frozen=True)
class PrivacyDecided(Event):
    """A second person approved a request or refused it."""

    request_id: int
    approved: bool


@event(version=1)
@dataclass(frozen=True)
class AccessFileMade(Event):
    """The file with everything about a person was made."""

    request_id: int
    records: int


@event(version=1)
@dataclass(frozen=True)
class AccessFileTaken(Event):
    """Somebody downloaded the file with everything about a person."""

    request_id: int


@event(version=1)
@dataclass(frozen=True)
class PersonErased(Event):
    """What was held of a person is gone, but for what statistics need."""

    request_id: int
    beneficiary_id: int


@event(version=1)
@dataclass(frozen=True)
class LegalHoldSet(Event):
    """The data of a person must stay for now."""

    hold_id: int
    beneficiary_id: int


@event(version=1)
@dataclass(frozen=True)
class LegalHoldEnded(Event):
    """The data of a person need not stay any longer."""

    hold_id: int


@event(version=1)
@dataclass(frozen=True)
class NoticeTextSet(Event):
    """The text about personal data of a channel has a new version."""

    channel: str
    number: int


@event(version=1)
@dataclass(frozen=True)
class RetentionSet(Event):
    """How long a class of records is kept, and whether it is swept by itself."""

    code: str
    days: int
    enabled: bool


@event(version=1)
@dataclass(frozen=True)
class RetentionRan(Event):
    """The personal part of records that were kept long enough is gone."""

    run_id: int
    rows: int
