"""How a room says, in its own `notices.py`, which fact is told to whom in which wording:

@tells(CaseReferred, template="case_referred")
def referred(fact: CaseReferred, record: EventRecord) -> Told | None: ...
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from wasl.contacts.models import Beneficiary
from wasl.core.events import Event, subscriber
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Unit
from wasl.messaging.models import Conversation
from wasl.notices import operations
from wasl.notices.means import Addresses


@dataclass(frozen=True)
class Told:
    """Whom to tell, and the values for the wording (text, dates, moments, texts of data; put into words later).

    `recipient` tells apart several people told of one fact. `answers_mail`: the fact came by mail, so this is an
    automatic answer to it. `template` replaces the wording declared.
    """

    agency: Agency
    addresses: Addresses
    language: str = "ar"
    wished_channel: str = ""
    beneficiary: Beneficiary | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    unit: Unit | None = None
    conversation: Conversation | None = None
    lane: str = "normal"
    campaign: str = ""
    coalesce_key: str = ""
    answers_mail: bool = False
    by_person: bool = False
    recipient: str = ""
    template: str = ""


Declared = Callable[[Any, EventRecord], Told | Iterable[Told] | None]
_declared: dict[str, list[tuple[str, str]]] = {}


def tells(
    *kinds: type[Event], template: str, only: Callable[[Any], bool] | None = None
) -> Callable[[Declared], Declared]:
    """Tell somebody about these facts, or `only` about some of them: the function says whom, None or nothing when
    nobody is to be told."""

    def register(function: Declared) -> Declared:
        @wraps(function)
        def tell_about(fact: Event, record: EventRecord) -> None:
            for told in _each(function(fact, record)):
                _tell(told, template, record)

        subscriber(*kinds, only=only)(tell_about)
        for kind in kinds:
            _declared.setdefault(kind.kind, []).append((template, f"{function.__module__}.{function.__qualname__}"))
        return function

    return register


def declared() -> dict[str, list[tuple[str, str]]]:
    """Which fact is told in which wording, by whom declared: kind -> (template, function)."""
    return {kind: list(entries) for kind, entries in _declared.items()}


def _each(told: Told | Iterable[Told] | None) -> Iterable[Told]:
    if told is None:
        return []
    return [told] if isinstance(told, Told) else told


def _tell(told: Told, template: str, record: EventRecord) -> None:
    code = told.template or template
    operations.tell(
        agency=told.agency,
        event=record,
        template=code,
        beneficiary=told.beneficiary,
        language=told.language,
        wished_channel=told.wished_channel,
        addresses=told.addresses,
        values=told.values,
        case_id=record.case_id,
        reference=told.reference,
        unit=told.unit,
        conversation=told.conversation,
        lane=told.lane,
        campaign=told.campaign,
        coalesce_key=told.coalesce_key,
        answers_mail=told.answers_mail,
        by_person=told.by_person,
        dedupe_key=f"{record.pk}:{code}:{told.recipient or (told.beneficiary.pk if told.beneficiary else '')}",
        at=record.at,
    )
