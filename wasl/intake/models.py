"""What came in through which door, so that it comes in once."""

from django.db import models


class Submission(models.Model):
    """One sending through one door. `key` is chosen by the sender's page; a second sending with it finds the same case.

    `case` is empty only while the transaction that registers it is still open. Rows stay as long as their cases, as an
    answer may be lost for long.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "door", "key"], name="one_submission_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"
