"""What looks like favour: one officer and one person again and again, one officer far above the colleagues, a unit that
keeps no turns because it is told so. A pattern proves nothing; it says where somebody should look.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from wasl.analytics.fairness import rules, turns
from wasl.analytics.fairness.turns import Counted, Turns
from wasl.analytics.measures.arithmetic import FEWEST, Rate, wilson
from wasl.analytics.models import FairnessRule
from wasl.cases.models import Jump
from wasl.contacts import queries as contacts
from wasl.contacts.models import Address
from wasl.directory.models import Agency

# The reason that says: somebody above wanted it so (`cases.order.USUAL_REASONS`).
BY_ORDER = "management"


class Kind(StrEnum):
    """The patterns that are looked for."""

    SAME_PERSON = "same_person"
    ABOVE_UNIT = "above_unit"
    BY_ORDER = "by_order"


@dataclass(frozen=True)
class Pattern:
    """One pattern: so many turns that were not kept, of so many (cases taken, or turns not kept), within the time."""

    kind: Kind
    number: int
    of: int
    since: datetime
    officer_id: int | None = None
    unit_id: int | None = None
    beneficiary_id: int | None = None

    @property
    def mark(self) -> str:
        """What tells it from every other pattern."""
        return f"{self.kind} {self.officer_id or 0} {self.unit_id or 0} {self.beneficiary_id or 0}"


def find(agency: Agency, *, at: datetime) -> list[Pattern]:
    """The patterns of the days before this moment, without complaints about staff: whoever is told of a pattern opens
    its cases, and need not be one who may see those. A few statements.
    """
    rule = rules.rule_of(agency)
    since = at - timedelta(days=rule.days)
    told = turns.counted(agency.pk, since=since, until=at)
    return [
        *_same_person(agency, rule, since, at),
        *_above_unit(told, rule, since),
        *_by_order(agency, rule, since, at),
    ]


def same_people(beneficiary_ids: Collection[int]) -> dict[int, int]:
    """Of each beneficiary the lowest number among those that share a telephone or mail address with it."""
    first = {number: number for number in sorted(beneficiary_ids)}
    shared: dict[str, int] = {}
    rows = Address.objects.filter(beneficiary_id__in=first).order_by("beneficiary_id")
    for number, value in rows.values_list("beneficiary_id", "value"):
        one, other = sorted((first[number], first[shared.setdefault(value, number)]))
        first = {key: one if root == other else root for key, root in first.items()} if one != other else first
    return first


def known_as(beneficiary_id: int) -> list[int]:
    """All numbers under which the person of a beneficiary is known: those who share an address with it, and itself."""
    return sorted(contacts.known_as([beneficiary_id]))


def _jumps(agency: Agency, since: datetime, at: datetime) -> QuerySet[Jump]:
    return Jump.objects.filter(agency=agency, at__gte=since, at__lt=at, case__compartment__isnull=True)


def _same_person(agency: Agency, rule: FairnessRule, since: datetime, at: datetime) -> Iterator[Pattern]:
    rows = _jumps(agency, since, at).filter(case__beneficiary_id__isnull=False)
    pairs = list(rows.values_list("by_id", "case__beneficiary_id"))
    roots = same_people({person for _, person in pairs})
    found = Counter((officer, roots[person]) for officer, person in pairs)
    for (officer, person), number in sorted(found.items()):
        if number >= rule.same_person:
            yield Pattern(Kind.SAME_PERSON, number, number, since, officer_id=officer, beneficiary_id=person)


def _above_unit(told: Counted, rule: FairnessRule, since: datetime) -> Iterator[Pattern]:
    by_unit = {one.unit_id: one for one in told.by_unit}
    for one in told.by_both:
        # What happened so seldom is nobody's habit, however few the others are.
        if one.taken < rule.fewest_takes or one.jumped < rule.same_person:
            continue
        interval, others = wilson(one.rate), _others(one, by_unit[one.unit_id], told.whole)
        if interval is not None and interval.low > rule.times_unit * float(others.value or 0):
            yield Pattern(Kind.ABOVE_UNIT, one.jumped, one.taken, since, officer_id=one.officer_id, unit_id=one.unit_id)


def _others(one: Turns, unit: Turns, whole: Turns) -> Rate:
    """The rate of the colleagues in the unit; where an officer is alone there, of everybody else."""
    base = unit if unit.taken > one.taken else whole
    return Rate(max(0, base.jumped - one.jumped), max(0, base.taken - one.taken))


def _by_order(agency: Agency, rule: FairnessRule, since: datetime, at: datetime) -> Iterator[Pattern]:
    counts: dict[int, Counter[bool]] = defaultdict(Counter)
    for unit, reason in _jumps(agency, since, at).values_list("unit_id", "reason_code"):
        counts[unit][reason == BY_ORDER] += 1
    for unit, told in sorted(counts.items()):
        if told[True] >= FEWEST and 100 * told[True] >= rule.ordered_share * told.total():
            yield Pattern(Kind.BY_ORDER, told[True], told.total(), since, unit_id=unit)
