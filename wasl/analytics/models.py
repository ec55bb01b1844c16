"""What an agency aims at. The figures themselves have no table: they are counted from the cases."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class Target(models.Model):
    """The value a figure should reach, in the figure's own unit, for a time."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=9, decimal_places=2)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "measure"], condition=Q(valid_to__isnull=True), name="one_target_per_measure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)
