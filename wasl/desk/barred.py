"""A case that the person must not handle: what they are told instead of it, and that it is recorded."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from wasl.accounts.models import User
from wasl.cases import audience, bars, queries
from wasl.cases.models import Case
from wasl.core import clock
from wasl.sla.ladder import Audience


class BarredHere(PermissionDenied):
    """The case is the person's own, or a declared relative's."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.reference)
        self.case = case


def refuse_barred(user: User, number: str, *, at: datetime) -> None:
    """Raises BarredHere, and records the attempt, if that alone keeps the person from the case of this number."""
    case = queries.barred_case(user, number, at=at)
    if case is not None:
        bars.note_attempt(case, user, at=at)
        raise BarredHere(case)


def note_if_tied(user: User, case_id: int | None, *, at: datetime) -> None:
    """Record that somebody reached for a case, by another way than its number, that is their own or a relative's."""
    case = queries.tied_case(case_id, user, at=at) if case_id is not None else None
    if case is not None:
        bars.note_attempt(case, user, at=at)


def barred_context(case: Case, user: User) -> dict[str, Any]:
    """The page that stands for the case: its number, why, with whom it is, and who leads there."""
    at = clock.now()
    above = [*audience.standing_for(case.unit, Audience.HEAD, at), *audience.standing_for(case.unit, "supervisor", at)]
    people = {person.pk: person for person in bars.unbarred(case, above, at)}
    return {"case": case, "why": bars.own_sentence(), "people": list(people.values())}
