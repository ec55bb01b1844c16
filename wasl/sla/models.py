"""What an agency promises."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from wasl.core import edition
from wasl.core.i18n import t


class ClockKind(models.TextChoices):
    """What is promised, in the order in which it falls due."""

    ACKNOWLEDGE = "acknowledge", t("تأكيد الاستلام", "Acknowledgement")
    REFER = "refer", t("الإحالة", "Referral")
    ACCEPT = "accept", t("قبول الوحدة", "Acceptance by the unit")
    FIRST_ANSWER = "first_answer", t("أول رد", "First answer")
    UPDATE = "update", t("إطلاع المستفيد", "Word to the beneficiary")
    RESOLVE = "resolve", t("الإنجاز", "Resolution")


class Unit(models.TextChoices):
    """In what a promise is counted."""

    MINUTES = "minutes", t("دقائق", "Minutes")
    WORKING_DAYS = "working_days", t("أيام عمل", "Working days")


class Pausing(models.TextChoices):
    """The waiting states that may stop a clock."""

    BENEFICIARY = "pending_beneficiary", t("بانتظار المستفيد", "Waiting for the beneficiary")
    EXTERNAL = "pending_external", t("بانتظار جهة أخرى", "Waiting for another body")
    INTERNAL = "pending_internal", t("معلّق لدينا", "On hold with us")


class OnReopen(models.TextChoices):
    """What a promise does when its case is opened again."""

    NEW = "new", t("وعد جديد من إعادة الفتح", "A new promise from the reopening")
    GOES_ON = "goes_on", t("يستمر الوعد الأول", "The first promise goes on")


# domain.md 10.5: a reminder to the owner, a word to the liaison officer.
WARNINGS = (50, 80)


def usual_warnings() -> list[int]:
    """At how many per cent of a promise the house speaks up, unless the policy says otherwise."""
    return list(WARNINGS)


def usual_pauses() -> list[str]:
    """Only waiting for the beneficiary stops a clock, unless the policy says otherwise."""
    return [Pausing.BENEFICIARY.value]


class PolicyQuerySet(models.QuerySet["Policy"]):
    def valid(self, at: datetime) -> Self:
        """Those that hold at this moment."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at)


class Policy(models.Model):
    """One promise of an agency: for a service, a responsible unit (and those below it), a kind or an importance of
    cases, or for all. Ended and replaced, never changed: each row is a version, by which its clocks are judged.

    No calendar means that of the responsible unit, or the agency's default one; `always_open` means round the clock.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="policies")
    service = models.ForeignKey(
        "catalogue.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="policies"
    )
    responsible = models.ForeignKey(
        "directory.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, blank=True)
    importance = models.CharField(max_length=2, blank=True)
    clock = models.CharField(max_length=12, choices=ClockKind.choices)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=Unit.choices)
    calendar = models.ForeignKey(
        "calendars.WorkingCalendar", null=True, blank=True, on_delete=models.PROTECT, related_name="policies"
    )
    always_open = models.BooleanField(default=False)
    warnings = models.JSONField(default=usual_warnings, db_default=models.Value([50, 80], models.JSONField()))
    pauses = models.JSONField(
        default=usual_pauses, db_default=models.Value(["pending_beneficiary"], models.JSONField())
    )
    on_reopen = models.CharField(
        max_length=8, choices=OnReopen.choices, default=OnReopen.NEW, db_default=OnReopen.NEW.value
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "service", "responsible", "kind", "importance", "clock"],
                condition=Q(valid_to__isnull=True),
                name="one_policy_per_clock",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="policy_promises_something"),
            models.CheckConstraint(
                condition=Q(always_open=False) | Q(calendar__isnull=True), name="policy_has_one_working_time"
            ),
            models.CheckConstraint(condition=Q(clock__in=ClockKind.values), name="policy_clock_known"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="policy_unit_known"),
            models.CheckConstraint(condition=Q(on_reopen__in=OnReopen.values), name="policy_reopens_knowingly"),
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.amount} {self.unit}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


edition.watch(Policy)

# In a file of their own; Django looks for models here.
from wasl.sla.ladder import Ladder as Ladder  # noqa: E402
from wasl.sla.ladder import LadderStep as LadderStep  # noqa: E402

edition.watch(Ladder, LadderStep)
