"""What people of the house were told, and how they wish to be told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.alerts.kinds import AlertKind, Way, known_kind
from wasl.core import references
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
    # The page of the house that one without a case opens, "/audit/fairness/…"; the page itself asks who may see it.
    path = models.CharField(max_length=300, blank=True, default="", db_default="")
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
    def full_reference(self) -> str:
        """The reference as people know it, "MR-2611-04173-2"; empty where there is none."""
        return references.in_full(self.reference, letters=self.agency.letters) if self.reference else ""

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


class DigestRule(models.Model):
    """When an agency sends the daily digest; without a row at the usual hour."""

    USUAL_HOUR = 7

    agency = models.OneToOneField("directory.Agency", on_delete=models.CASCADE, related_name="+")
    hour = models.PositiveSmallIntegerField(default=USUAL_HOUR)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hour__lte=23), name="digest_hour_is_of_a_day")]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.hour}:00"


class Letter(models.Model):
    """One mail to one person of the staff: a digest (one a day at most) or what could not wait for it.

    A digest without a message is a day on which there was nothing to say.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The person's own day of the digest; empty for a mail at once.
    digest_on = models.DateField(null=True)
    message = models.ForeignKey("messaging.Message", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest_on"], condition=Q(digest_on__isnull=False), name="one_digest_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["agency", "digest_on"], name="digest_of_day"),
            models.Index(fields=["agency", "made_at"], name="letter_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.digest_on or self.made_at}"


class CaseLink(models.Model):
    """A link in a letter that opens one case for one person, once; the table keeps a keyed digest of its secret."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="links")
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="+")
    case_id = models.BigIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="case_link_end")]

    def __str__(self) -> str:
        return f"{self.case_id} for {self.person_id}"
