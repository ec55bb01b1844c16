"""Runs of imports and what they brought: by these an import that broke off goes on, and one done twice adds nothing."""

from django.db import models
from django.db.models import Q

from wasl.core.i18n import t


class ImportRun(models.Model):
    """One import of one file or server. Its figures and its position are committed with every batch.

    `position` is what to go on after, in the present `phase`; `errors_size` how much of the file of errors belongs to
    what is committed. `content` is the fingerprint of the file, or the address of the server.
    """

    class State(models.TextChoices):
        RUNNING = "running", t("جارٍ أو انقطع", "Running or broken off")
        DONE = "done", t("تم", "Done")

    class Phase(models.TextChoices):
        ROWS = "rows", t("السجلات", "Rows")
        DUPLICATES = "duplicates", t("المكررات", "Duplicates")

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    content = models.CharField(max_length=300)
    mapping = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.ROWS)
    position = models.CharField(max_length=60, blank=True)
    imported = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)
    unlinked = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    errors_size = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "source", "content"], name="import_run_of_content")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "source", "content", "mapping"],
                condition=Q(state="running"),
                name="one_running_import_of_a_content",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.source} {self.state}"


class ImportedCase(models.Model):
    """Which case a row of another system became: its own number there makes an import done twice harmless."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=120)
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "source", "source_id"], name="one_case_per_row_of_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"
