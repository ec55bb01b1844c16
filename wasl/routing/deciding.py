"""Which rule a matter falls under, worked out from rows already in hand: for deciding, explaining and trying rules out.

The order of the rules is that of `Rule.specificity`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wasl.core.localized import Localized, both
from wasl.routing.models import Rule


@dataclass(frozen=True)
class Matter:
    """What a rule looks at, by numbers; None and "" where it is not known."""

    service_id: int | None = None
    category_id: int | None = None
    kind: str = ""
    wilayat_id: int | None = None
    governorate_id: int | None = None


@dataclass(frozen=True)
class Considered:
    """A rule with what came of it: `won`, or why it did not (`why` in words)."""

    rule: Rule
    won: bool
    why: Localized


def fits(rule: Rule, matter: Matter) -> bool:
    """Does every condition of the rule hold?"""
    return missed(rule, matter) == ""


def missed(rule: Rule, matter: Matter) -> str:
    """The first condition that does not hold (service, category, kind, wilayat, governorate); "" when all do."""
    if rule.kind and rule.kind != matter.kind:
        return "kind"
    for name in ("service", "category", "wilayat", "governorate"):
        wanted = getattr(rule, f"{name}_id")
        if wanted is not None and wanted != getattr(matter, f"{name}_id"):
            return name
    return ""


def order(rule: Rule) -> tuple[int, int]:
    """The closest rule comes first, among equals the oldest."""
    return -rule.specificity, rule.pk


def winner(rules: Iterable[Rule], matter: Matter, at: datetime) -> Rule | None:
    """The rule a matter goes by; rules whose unit has ended are passed over."""
    return min((rule for rule in rules if fits(rule, matter) and rule.unit.is_valid(at=at)), key=order, default=None)


def considered(rules: Sequence[Rule], matter: Matter, at: datetime) -> list[Considered]:
    """The rules that speak of such a matter, the closest first: that which won, and why each other did not.

    Rules of other services, groups or kinds are left out: nobody would expect them to count.
    """
    best = winner(rules, matter, at)
    near = [rule for rule in rules if missed(rule, matter) not in ("service", "category", "kind")]
    return [Considered(rule, rule is best, _why(rule, best, matter, at)) for rule in sorted(near, key=order)]


_ELSEWHERE = {
    "wilayat": (
        both("لولاية أخرى", "It is for another wilayat"),
        both("الولاية غير معروفة هنا", "The wilayat is not known here"),
    ),
    "governorate": (
        both("لمحافظة أخرى", "It is for another governorate"),
        both("المحافظة غير معروفة هنا", "The governorate is not known here"),
    ),
}


def _why(rule: Rule, best: Rule | None, matter: Matter, at: datetime) -> Localized:
    name = missed(rule, matter)
    if name:
        other, unknown = _ELSEWHERE[name]
        return other if getattr(matter, f"{name}_id") is not None else unknown
    if not rule.unit.is_valid(at=at):
        return both("وحدتها لم تعد قائمة", "Its unit exists no more")
    if rule is best:
        return both("الأقرب إلى هذا الطلب", "The closest to this matter")
    if best is not None and best.specificity == rule.specificity:
        return both("تساويها قاعدة أقدم منها", "An older rule is just as close")
    return both("قاعدة أخرى أقرب منها", "Another rule is closer")
