"""What was changed in the set-up, by whom and why."""

from django.conf import settings
from django.db import models

from wasl.core.i18n import t


class ConfigChange(models.Model):
    """One row of the configuration before and after one change; the rows of one act share their `batch`.

    `before` is None for a row that was made, `after` has "ended" for one that ended. `is_side` marks a row that
    changed because another one did. `secrets` names the secrets that were replaced; they themselves are nowhere here.
    """

    class Source(models.TextChoices):
        PAGE = "page", t("من الصفحات", "On the pages")
        FILE = "file", t("من ملف", "From a file")
        UNDO = "undo", t("تراجع", "Taken back")

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    secrets = models.JSONField(default=list)
    is_side = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PAGE)
    batch = models.CharField(max_length=16)
    undone_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undoes")

    class Meta:
        indexes = [
            models.Index(fields=["agency", "kind", "code", "-id"], name="change_of_row"),
            models.Index(fields=["agency", "-id"], name="change_of_agency"),
            models.Index(fields=["batch", "id"], name="change_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
