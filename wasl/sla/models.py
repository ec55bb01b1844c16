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
    FIRST_ANSWER = "first_answer", t("أول رد", "First answer")
    RESOLVE = "resolve", t("الإنجاز", "Resolution")


class Unit(models.TextChoices):
    """In what a promise is counted."""

    MINUTES = "minutes", t("دقائق", "Minutes")
    WORKING_DAYS = "working_days", t("أيام عمل", "Working days")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def valid(self, at: datetime) -> Self:
        """Those that hold at this moment."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at)


class Policy(models.Model):
    """One promise of an agency: for a service, for a kind or an importance of cases, or for all. Ended, never deleted.

    No calendar means the agency's default one; `always_open` means round the clock.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="policies")
    service = models.ForeignKey(
        "catalogue.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="policies"
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
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "service", "kind", "importance", "clock"],
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
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.amount} {self.unit}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """How closely the policy looks: service before kind before importance."""
        return self.service_id is not None, bool(self.kind), bool(self.importance)


edition.watch(Policy)
