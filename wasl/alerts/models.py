"""What people of the house were told, and how they wish to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.alerts.kinds import AlertKind, Way, known_kind
from wasl.core.localized import LocalizedField


class Alert(models.Model):
    """One thing told to one person of the staff. Titles and words name a case by its reference and never hold what a
    beneficiary said or is called.
    """

    class MailState(models.TextChoices):
        # No mail: only on the desk, or read there before its time came.
        NONE = "none"
        WAITING = "waiting"
        DIGEST = "digest"
        # In a mail, whose own state tells the rest.
        MAILED = "mailed"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    title = LocalizedField()
    body = LocalizedField()
    case_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=32, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.NONE)
    # From when on a waiting one may go.
    mail_at = models.DateTimeField(null=True)
    message = models.ForeignKey("messaging.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    dedupe_key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "dedupe_key"], name="an_alert_is_given_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="alert_of_person"),
            models.Index(fields=["person", "-id"], condition=Q(read_at__isnull=True), name="alert_unread"),
            models.Index(fields=["mail_at", "person"], condition=Q(mail_state="waiting"), name="alert_to_mail"),
            models.Index(fields=["person", "id"], condition=Q(mail_state="digest"), name="alert_for_digest"),
            models.Index(fields=["case_id", "id"], condition=Q(case_id__isnull=False), name="alert_of_case"),
            models.Index(fields=["agency", "created_at"], name="alert_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} for {self.person_id}"

    @property
    def kind_known(self) -> AlertKind:
        """Its kind, with name and icon."""
        return known_kind(self.kind)

    @property
    def is_unread(self) -> bool:
        """Has the person not seen it yet?"""
        return self.read_at is None


class Wish(models.Model):
    """How a person wants alerts of a kind; without a row they come as the kind usually does."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    way = models.CharField(max_length=8, choices=Way.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_wish_per_kind")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.way}"
