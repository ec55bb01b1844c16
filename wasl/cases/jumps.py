"""Rows of what came before its turn: for which reasons it may, which case did, by whom, and whom it overtook."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.core.localized import LocalizedField


class JumpReason(models.Model):
    """Why a case may be taken out of turn, as an agency says it; `order.USUAL_REASONS` where it has no row of the code.

    `needs_words`: must whoever chooses it also write why?
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=30)
    name = LocalizedField()
    needs_words = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=50)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="one_row_per_jump_reason")]

    def __str__(self) -> str:
        return str(self.name)


class Jump(models.Model):
    """One case taken before others whose turn it was: who did it by which act, why, from which place among how many.

    `to`: to whom it was given, where the act gave it to somebody. `overtook` counts all that it passed; the rows of
    `overtaken` name them up to a limit. `without_delay`: was none of those past its promise at that moment; None where
    none of them had one. `reopened_times`: of the case, by then.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="jumps")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    act = models.CharField(max_length=20)
    reason_code = models.CharField(max_length=30)
    words = models.TextField(blank=True)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    importance = models.CharField(max_length=2)
    place = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    overtook = models.PositiveIntegerField()
    without_delay = models.BooleanField(null=True)
    reopened_times = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "at"], name="jump_by_time"),
            models.Index(fields=["by", "at"], name="jump_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(overtook__gt=0, place__gt=0), name="a_jump_overtakes_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason_code}, {self.overtook}"


class JumpOvertaken(models.Model):
    """One case that waited longer, or for something graver, and was passed. `position`: its own place in the order."""

    jump = models.ForeignKey(Jump, on_delete=models.CASCADE, related_name="overtaken", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="passed_by")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jump", "case"], name="overtaken_once_by_a_jump")]

    def __str__(self) -> str:
        return f"{self.jump_id}: {self.case_id}"
