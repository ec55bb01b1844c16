"""Secrets that were sent to an address."""

from django.conf import settings
from django.db import models


class OneTimeToken(models.Model):
    """A random secret for one purpose and one subject; only its keyed digest is kept, and it is good once."""

    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["purpose", "subject"], name="token_of_subject"),
            models.Index(fields=["expires_at"], name="token_end"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"
