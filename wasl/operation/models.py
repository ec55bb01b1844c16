"""What operation remembers: when backups were made, and which alerts were told."""

from django.db import models

from wasl.core.localized import LocalizedField


class Backup(models.Model):
    """One try to make a backup."""

    at = models.DateTimeField()
    succeeded = models.BooleanField()
    # id, rows, contents, content_bytes, copied, copied_bytes, missing, removed, seconds.
    figures = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["at"], name="backup_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {'made' if self.succeeded else 'failed'}"


class Alert(models.Model):
    """How one finding stands, and what was told of it last."""

    code = models.CharField(max_length=130, unique=True)
    title = LocalizedField()
    sentence = LocalizedField()
    todo = LocalizedField()
    # As it was last found, and since when it is found so.
    level = models.CharField(max_length=4, default="ok")
    since = models.DateTimeField()
    # What people know.
    told_level = models.CharField(max_length=4, default="ok")
    told_at = models.DateTimeField(null=True)
    # Somebody is telling it until then.
    held_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.code} {self.level}"
