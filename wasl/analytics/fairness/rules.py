"""From when on an agency calls it a pattern that turns are not kept."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from wasl.accounts.models import User
from wasl.analytics.events import FairnessRuleSet
from wasl.analytics.models import FairnessRule
from wasl.core import events
from wasl.core.i18n import t
from wasl.directory.models import Agency

# What each value may be, least and most, and the sentence for what it may not.
BOUNDS: Mapping[str, tuple[int, int, str]] = MappingProxyType(
    {
        "days": (7, 366, t("من 7 أيام إلى 366 يوماً.", "From 7 to 366 days.")),
        "same_person": (
            2,
            50,
            t("من مرتين إلى 50: مرة واحدة ليست نمطاً.", "From 2 to 50 times: what happened once is no pattern."),
        ),
        "times_unit": (
            1,
            20,
            t("من ضعف واحد إلى 20 ضعفاً من معدل زملائه.", "From 1 to 20 times the rate of the colleagues."),
        ),
        "fewest_takes": (
            20,
            1000,
            t(
                "من 20 طلباً إلى 1000: دون 20 لا يدل المعدل على شيء.",
                "From 20 to 1000 cases: below 20 a rate tells nothing.",
            ),
        ),
        "ordered_share": (
            10,
            100,
            t("من 10 إلى 100 بالمئة من التجاوزات.", "From 10 to 100 per cent of what was out of turn."),
        ),
    }
)


def rule_of(agency: Agency) -> FairnessRule:
    """The values of an agency; the usual ones, not saved, where it set none."""
    return FairnessRule.objects.filter(agency=agency).first() or FairnessRule(agency=agency)


@transaction.atomic
def set_rule(agency: Agency, *, by: User | None, at: datetime, **values: int) -> FairnessRule:
    """Set the values; those that are not named stay. Raises ValueError with the sentence for one that cannot be."""
    for name, value in values.items():
        least, most, sentence = BOUNDS[name]
        if not least <= value <= most:
            raise ValueError(sentence)
    rule: FairnessRule = FairnessRule.objects.update_or_create(agency=agency, defaults=values)[0]
    fact = FairnessRuleSet(**{name: getattr(rule, name) for name in BOUNDS})
    events.publish(fact, agency_id=agency.pk, by=by, at=at)
    return rule
