"""The unsent report of one browser."""

import hashlib
from datetime import datetime

from django.db import models


class Draft(models.Model):
    """A report on its way through the wizard; known by the fingerprint of a secret in the browser's cookie.

    `data` holds what was typed, personal values too, until the report is sent or the draft expires; then it is emptied.
    `key` makes the sending happen once. `case` is set when it did. `photo_count` spares a look where there are none.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=32, unique=True)
    data = models.JSONField(default=dict)
    photo_count = models.PositiveSmallIntegerField(default=0)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="draft_by_end")]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def is_sent(self) -> bool:
        """Did it become a case?"""
        return self.case_id is not None

    def is_over(self, *, at: datetime) -> bool:
        """Has its time passed?"""
        return at >= self.expires_at


class DraftPhoto(models.Model):
    """A photo put into a draft: staged in the store, kept for good only with the case."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["draft", "file"], name="a_photo_once_per_draft")]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.file_id}"


def secret_hash(secret: str) -> str:
    """What is stored of the secret in the cookie."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
