"""What came in through which door, so that it comes in once; what was answered on the spot; what is being typed."""

from typing import Self

from django.conf import settings
from django.db import models

from wasl.core.fields import public_id


class Submission(models.Model):
    """One sending through one door. `key` is chosen by the sender's page; a second sending with it finds the same case.

    `case` is empty only while the transaction that registers it is still open. Rows stay as long as their cases, as an
    answer may be lost for long. `notice_code` names the text about personal data that a clerk read out, and when.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    notice_code = models.CharField(max_length=40, blank=True, default="", db_default="")
    notice_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "door", "key"], name="one_submission_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"


class RemotePicture(models.Model):
    """A picture that a program named by its address: fetched after its case was registered, or given up and noted.

    The address may be somebody's private link: it is forgotten as soon as it is of no more use.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        FETCHED = "fetched"
        GIVEN_UP = "given_up"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    url = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"picture {self.pk} {self.state}"


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def counted(self) -> Self:
        """Those that figures count: not taken back, and not told a second time as a case."""
        return self.filter(withdrawn_at__isnull=True, case__isnull=True)


class Disposition(models.Model):
    """A contact that was answered on the spot: it leaves no case, only who asked about what, and what came of it.

    `outcome` is a code of `dispositions.OUTCOMES`. `case` is set when it became one after all; `withdrawn_at` when it
    was recorded by a slip of the finger. `key` makes a double press one record.
    """

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    category = models.ForeignKey("catalogue.Category", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("catalogue.Service", null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12)
    beneficiary = models.ForeignKey("contacts.Beneficiary", null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "by", "key"], name="one_disposition_per_key")]
        indexes = [
            models.Index(fields=["agency", "at", "channel"], name="disposition_by_time"),
            models.Index(fields=["by", "at"], name="disposition_of_person"),
            models.Index(fields=["beneficiary", "at"], name="disposition_of_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class DeskDraft(models.Model):
    """What one of the staff has typed for somebody and not sent yet; sealed, seen by its owner alone, gone in a day.

    `key` is that of the sending: with it the draft becomes one case, however often it is sent. `case` is set then, and
    the sealed words are emptied.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    sealed = models.TextField(blank=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_draft_per_key")]
        indexes = [models.Index(fields=["expires_at"], name="desk_draft_by_end")]

    def __str__(self) -> str:
        return f"desk draft {self.pk}"
