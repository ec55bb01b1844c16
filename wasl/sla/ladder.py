"""Ladders of escalation: who is told of which share of a promise, or of which other cause. Rows, and what is kept."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q

from wasl.core.i18n import t
from wasl.core.localized import Localized, LocalizedField, both


class Cause(models.TextChoices):
    """Why a case is lifted."""

    CLOCK = "clock", t("مضي المدة", "Time of a promise")
    AGE = "age", t("عمر الطلب", "Age")
    IMPORTANCE = "class", t("درجة الأهمية", "Class")
    REPEAT = "repeat", t("تكرار الشكوى", "Repeated")
    RATING = "rating", t("تقييم متدنٍّ", "Poor rating")
    UNSOLVED = "unsolved", t("لم تُحل المشكلة", "Not solved")
    REVIEW = "review", t("فوات موعد المراجعة", "Missed review date")
    REFUSALS = "refusals", t("إعادة من وحدتين", "Refused twice")


class Audience(models.TextChoices):
    """Who is told, as seen from the unit that has the case."""

    OWNER = "owner", t("المسؤول عن الطلب", "Owner")
    LIAISON = "liaison", t("ضابط الاتصال", "Liaison officer")
    SUPERVISOR = "supervisor", t("المشرف", "Supervisor")
    HEAD = "head", t("مدير الدائرة", "Head of department")
    DIRECTORATE = "directorate", t("مدير عام المديرية", "Directorate head")
    DIRECTOR = "director", t("قائمة المدير الأسبوعية", "Director's weekly list")
    FOLLOW_UP = "follow_up", t("فريق المتابعة", "Follow-up team")


HIGHEST = 5
LEVELS: tuple[Localized, ...] = (
    both("تذكير", "Reminder"),
    both("ضابط الاتصال", "Liaison officer"),
    both("المشرف ومدير الدائرة", "Supervisor and head of department"),
    both("مدير عام المديرية", "Directorate head"),
    both("قائمة المدير", "Director's list"),
    both("المدير نفسه", "The director in person"),
)
# From this level on a case stands in the weekly list of the director.
LISTED = 4


class Ladder(models.Model):
    """The steps for some promises or for another cause, perhaps of one class only. Ended and replaced,
    never changed.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    name = LocalizedField()
    cause = models.CharField(max_length=12, choices=Cause.choices, default=Cause.CLOCK)
    # The promises it is for, where time is the cause.
    clocks = models.JSONField(default=list)
    importance = models.CharField(max_length=2, blank=True)
    # Within how many days a second case of the same person about the same service is a repeat.
    within_days = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"], condition=Q(valid_to__isnull=True), name="one_ladder_of_a_code"
            ),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="ladder_cause_known"),
        ]

    def __str__(self) -> str:
        return self.code

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class LadderStep(models.Model):
    """One step: at so many per cent of the promise, or at an age of so many working days; other causes have one."""

    ladder = models.ForeignKey(Ladder, on_delete=models.CASCADE, related_name="steps")
    share = models.PositiveSmallIntegerField(null=True)
    age_days = models.PositiveSmallIntegerField(null=True)
    level = models.PositiveSmallIntegerField()
    whom = models.JSONField(default=list)
    respects_quiet_hours = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=HIGHEST), name="ladder_level_known"),
            models.UniqueConstraint(
                fields=["ladder", "share", "age_days"], name="one_step_a_share", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ladder_id}: {self.mark}"

    @property
    def mark(self) -> int:
        """Its place on the ladder: the share, the age, or nothing."""
        return self.share or self.age_days or 0


@dataclass(frozen=True)
class Rung:
    """One step as it is kept in memory. `mark`: per cent, working days, or 0 for a cause that has one step."""

    mark: int
    level: int
    whom: tuple[str, ...]
    quiet: bool = True


@dataclass(frozen=True)
class Rungs:
    """A ladder as it is kept in memory, its steps from below."""

    ladder_id: int
    code: str
    name: Localized
    cause: str
    clocks: frozenset[str]
    importance: str
    within_days: int | None
    valid_from: datetime
    valid_to: datetime | None
    steps: tuple[Rung, ...]

    def is_valid(self, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def after(self, mark: int) -> Rung | None:
        """The first step above a mark."""
        return next((step for step in self.steps if step.mark > mark), None)


def kept_form(ladder: Ladder) -> Rungs:
    """A row with its steps as it is kept."""
    steps = sorted(
        (Rung(step.mark, step.level, tuple(step.whom), step.respects_quiet_hours) for step in ladder.steps.all()),
        key=lambda step: step.mark,
    )
    return Rungs(
        ladder.pk,
        ladder.code,
        ladder.name,
        ladder.cause,
        frozenset(ladder.clocks),
        ladder.importance,
        ladder.within_days,
        ladder.valid_from,
        ladder.valid_to,
        tuple(steps),
    )
