"""Rows of what a beneficiary asks to have reviewed by somebody higher, and what an agency says about such reviews."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wasl.core.i18n import t
from wasl.core.localized import LocalizedField


class AppealRule(models.Model):
    """How an agency reviews: on which grounds and for how many days it may be asked, until when it answers, and who
    comes after its last word. `grounds` None: every one of `OPENING`. `appeals.USUAL…` where it has no row.
    """

    agency = models.OneToOneField("directory.Agency", on_delete=models.CASCADE, related_name="+")
    ask_days = models.PositiveSmallIntegerField()
    decide_days = models.PositiveSmallIntegerField()
    body_name = LocalizedField()
    body_words = LocalizedField()
    body_link = models.URLField(blank=True)
    body_phone = models.CharField(max_length=20, blank=True)
    grounds = ArrayField(models.CharField(max_length=10), null=True)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.body_name}"


class Appeal(models.Model):
    """One review, asked once at each level. `unit`: the office that reviews; `asked_by`: whoever wrote it down for the
    beneficiary. `outcome` is empty while it waits; LAPSED where the next level was asked as no answer came in time.
    `to_unit`: to which other unit it sent the case, for the reason in `move_reason`. `told_late_at`: when it was said
    that its day has passed; `told_higher_at`: the same to the next level, once `higher_at` (twice its time) had passed.
    """

    class Ground(models.TextChoices):
        BREACH = "breach", t("فات الموعد", "The promised time has passed")
        REFUSAL = "refusal", t("لم يُقبل الطلب", "The request was not accepted")
        RATING = "rating", t("تقييم متدنٍّ", "A poor rating")
        WINDOW = "window", t("انتهت مهلة إعادة الفتح", "The time for reopening has passed")
        DECISION = "decision", t("اعتراض على قرار المراجعة", "Objection to the review before")
        SILENCE = "silence", t("لم تُجب المراجعة في موعدها", "The review before was not answered in time")

    class Outcome(models.TextChoices):
        STANDS = "stands", t("يبقى القرار", "The decision stands")
        CHANGED = "changed", t("تغيّر القرار", "The decision is changed")
        PARTLY = "partly", t("تغيّر جزء من القرار", "The decision is changed in part")
        LAPSED = "lapsed", t("انتقلت إلى مستوى أعلى", "Went on to the next level")

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="appeals", db_index=False)
    level = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=10, choices=Ground.choices)
    words = models.TextField()
    channel = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, blank=True, choices=Outcome.choices)
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    told_late_at = models.DateTimeField(null=True)
    higher_at = models.DateTimeField(null=True)
    told_higher_at = models.DateTimeField(null=True)
    to_unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    move_reason = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "level"], name="one_appeal_a_level"),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_open_appeal_a_case"),
            models.CheckConstraint(condition=Q(level__gte=1), name="appeal_levels_count_from_one"),
        ]
        indexes = [
            models.Index(fields=["agency", "unit", "due_at"], condition=Q(outcome=""), name="appeal_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} ↑ {self.level}"

    @property
    def is_open(self) -> bool:
        """Does it still wait for its answer?"""
        return not self.outcome

    @property
    def changes(self) -> bool:
        """Is the beneficiary right, wholly or in part?"""
        return self.outcome in CHANGING


class AppealFile(models.Model):
    """A photo or document that the beneficiary sent with the request for a review: for whoever reviews."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="files", db_index=False)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appeal", "file"], name="a_file_once_per_appeal")]

    def __str__(self) -> str:
        return f"{self.appeal_id}: {self.file_id}"


# What gives the first word a ground; the other two grounds are about a review before.
OPENING = (Appeal.Ground.BREACH, Appeal.Ground.REFUSAL, Appeal.Ground.RATING, Appeal.Ground.WINDOW)
# With which of these the beneficiary was right, and with which something is left to object to.
CHANGING = (Appeal.Outcome.CHANGED, Appeal.Outcome.PARTLY)
STANDING = (Appeal.Outcome.STANDS, Appeal.Outcome.PARTLY)
