"""Whom a complaint about staff is about: by the words of the citizen, and by name once somebody knows it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Accused(models.Model):
    """One whom a case is about: a person or a whole unit of the agency, or nobody known by name yet.

    `words`: who it was and where, as the citizen says it. `ended_at`: when it was found that it is not about them.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="accused")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = models.TextField(blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="accused_person"),
            models.Index(fields=["unit"], condition=Q(ended_at__isnull=True), name="accused_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.user_id or self.unit_id or '?'}"

    @property
    def name(self) -> str:
        """Who it is, as staff call them; empty while only the citizen's words tell."""
        if self.user is not None:
            return str(self.user.name)
        return str(self.unit) if self.unit is not None else ""
