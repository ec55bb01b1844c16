"""The steps by which cases were lifted: what was raised, when, why, and who was told."""

from django.conf import settings
from django.db import models

from wasl.core.localized import Localized
from wasl.sla.ladder import LEVELS, Cause

BY_HAND = "hand"


class Escalation(models.Model):
    """One step, taken once for each occurrence of its cause. A fact that stays, also when the case is worked on again.

    `occurrence`: which clock, referral, rating or hold it was; `step`: the share in per cent, or the age in working
    days, 0 where the cause has one step. `people`: the numbers of those who were told; empty where a higher step that
    was due at the same moment told them.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="escalations", db_index=False)
    clock = models.ForeignKey(
        "cases.Clock", null=True, on_delete=models.SET_NULL, related_name="escalations", db_index=False
    )
    cause = models.CharField(max_length=12)
    occurrence = models.CharField(max_length=40)
    step = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = models.JSONField(default=list)
    people = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "cause", "occurrence", "step"], name="a_step_is_taken_once")
        ]
        indexes = [models.Index(fields=["agency", "cause", "step", "at"], name="escalation_by_cause")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.cause} {self.step} → {self.level}"

    @property
    def level_words(self) -> Localized:
        """The level in words."""
        return LEVELS[self.level]

    @property
    def cause_words(self) -> str:
        """Why, in words."""
        from wasl.core.i18n import say

        return str(Cause(self.cause).label) if self.cause in Cause.values else say("بقرار موظف", "By hand")
