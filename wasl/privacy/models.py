"""What people were told about their data, what they asked for, what must stay, and how long the rest is kept."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.core.fields import public_id
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField


class NoticeText(models.Model):
    """What people on a channel are told about their data, in one version. A new version is a new row."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    text = LocalizedField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "channel", "version"], name="one_text_per_version"),
            models.UniqueConstraint(
                fields=["agency", "channel"], condition=Q(valid_to__isnull=True), name="one_present_notice_text"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What a submission notes of it: channel and version."""
        return f"{self.channel}-{self.version}"


class PrivacyRequest(models.Model):
    """A person's wish to see or erase what we hold: asked for by one, decided by a second, kept as proof."""

    class Kind(models.TextChoices):
        ACCESS = "access", t("نسخة من بياناته", "Copy of their data")
        ERASURE = "erasure", t("حذف بياناته", "Erasure of their data")

    class State(models.TextChoices):
        ASKED = "asked", t("بانتظار الموافقة", "Waiting for approval")
        APPROVED = "approved", t("موافق عليه", "Approved")
        DONE = "done", t("نُفّذ", "Done")
        REFUSED = "refused", t("رُفض", "Refused")

    OPEN = (State.ASKED, State.APPROVED)

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey("contacts.Beneficiary", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    # How it was made sure that it is really this person; a sentence of the one who asked.
    checked = models.CharField(max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    file = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    file_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary", "kind"],
                condition=Q(state__in=["asked", "approved"]),
                name="one_open_privacy_request",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="nobody_approves_own_act",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "due_on"], name="privacy_request_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_open(self) -> bool:
        """Is somebody still to do something?"""
        return self.state in self.OPEN

    def has_file(self, *, at: datetime) -> bool:
        """Can the file still be taken?"""
        return self.file_id is not None and self.file_until is not None and at < self.file_until


class LegalHold(models.Model):
    """The data of a person must stay: a dispute, an inquiry. Stops erasure and retention until it ends."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey("contacts.Beneficiary", on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary"], condition=Q(ended_at__isnull=True), name="one_hold_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class RetentionRule(models.Model):
    """How long an agency keeps a class of records; not swept before somebody switched it on."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    days = models.PositiveIntegerField()
    enabled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="one_rule_per_record_class")]

    def __str__(self) -> str:
        return f"{self.code}: {self.days}"


class RetentionRun(models.Model):
    """One sweep, with what it did: how many rows of each class."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["agency", "at"], name="retention_run_by_time")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.at:%Y-%m-%d}"
