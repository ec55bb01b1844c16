"""What the page of a complaint about staff shows of what befell other cases of whoever complained."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest

from wasl.cases import aftermath
from wasl.cases.aftermath import Sign
from wasl.cases.models import Case
from wasl.desk.sight import visible_numbers


@dataclass(frozen=True)
class Card:
    """`signs` are told one by one; `colleagues`: cases that people of the same unit handled, and no more than that.

    `open_cases` are the numbers of those that the reader may open.
    """

    signs: list[Sign] = field(default_factory=list)
    colleagues: list[Case] = field(default_factory=list)
    open_cases: frozenset[int] = frozenset()


def card(request: HttpRequest, case: Case, at: datetime) -> Card | None:
    """The card of a case of the compartment; None for any other."""
    if case.compartment_id is None:
        return None
    found = aftermath.signs(case, at=at)
    grave = [one for one in found if one.is_grave]
    named = {one.case.pk for one in grave}
    others = {one.case.pk: one.case for one in found if one.case.pk not in named}
    visible = visible_numbers(request, [one.case for one in found])
    return Card(grave, [others[number] for number in sorted(others)], visible)
