"""The wording, and the proof of what was told."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from wasl.core.i18n import t
from wasl.core.localized import Localized, LocalizedField
from wasl.messaging.delivery import NO_RECEIPT
from wasl.notices.starting import starting_wordings


class Template(models.Model):
    """The wording of one notice. Without an agency it is the wording of the house; never deleted, only ended."""

    agency = models.ForeignKey("directory.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    channel = models.CharField(max_length=12, default="email")
    subject = LocalizedField()
    body = LocalizedField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code", "channel"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="one_present_wording",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def is_valid(self, *, at: datetime) -> bool:
        """Is this wording in use at that moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Notice(models.Model):
    """One thing told to one person, with what became of it."""

    class State(models.TextChoices):
        CREATED = "created"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        TEMPORARY_FAILURE = "temporary_failure"
        PERMANENT_FAILURE = "permanent_failure"
        TECHNICAL_FAILURE = "technical_failure"
        # Quiet ends: a newer notice took its place; too many automatic answers; nothing to reach the person by.
        SUPERSEDED = "superseded"
        SUPPRESSED = "suppressed"
        UNREACHABLE = "unreachable"
        # The person asked for fewer text messages, and this was not a needful one.
        DECLINED = "declined"

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    event_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    template = models.CharField(max_length=40)
    beneficiary = models.ForeignKey("contacts.Beneficiary", null=True, on_delete=models.SET_NULL, related_name="+")
    channel_wished = models.CharField(max_length=12, blank=True)
    channel_used = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=8, default="ar")
    state = models.CharField(max_length=20, choices=State.choices, default=State.CREATED)
    message = models.ForeignKey("messaging.Message", null=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("tasks.Task", null=True, on_delete=models.PROTECT, related_name="+")
    # Only to fall back to a call when the mail cannot be delivered; emptied with the end of the notice.
    phone = models.CharField(max_length=20, blank=True)
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=32, blank=True)
    lane = models.CharField(max_length=8, default="normal")
    campaign = models.CharField(max_length=40, blank=True)
    coalesce_key = models.CharField(max_length=120, blank=True)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "dedupe_key"], name="a_notice_is_given_once")]
        indexes = [
            models.Index(fields=["case_id", "created_at"], name="notice_of_case"),
            models.Index(fields=["message"], name="notice_by_message"),
            models.Index(fields=["task"], name="notice_by_task"),
            models.Index(fields=["agency", "created_at"], condition=Q(finished_at__isnull=True), name="notice_open"),
            models.Index(
                fields=["agency", "coalesce_key"],
                condition=Q(finished_at__isnull=True) & ~Q(coalesce_key=""),
                name="notice_to_coalesce",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk} {self.state}"

    @property
    def present_state(self) -> str:
        """The state, as far as the message on its way knows better."""
        if self.message is None or self.task_id is not None:
            return self.state
        # A receipt may have come after the notice had ended as "sent".
        is_newer = self.finished_at is None or (self.state, self.message.state) == ("sent", "delivered")
        return self.message.state if is_newer else self.state

    @property
    def title(self) -> Localized:
        """What it told, in a few words."""
        known = starting_wordings().get(self.template)
        return known.title if known else Localized(ar=self.template)

    @property
    def state_words(self) -> str:
        """The state for staff, with the means where it is not plain."""
        if self.is_unconfirmed:
            return _UNCONFIRMED
        return _SHOWN[self.present_state][0]

    @property
    def means_words(self) -> str:
        """By which means it went; empty when it went by none."""
        return _MEANS.get(self.channel_used, "")

    @property
    def is_unconfirmed(self) -> bool:
        """Was it sent by a provider that never said whether it arrived?"""
        return self.state == self.State.SENT and self.message is not None and self.message.error == NO_RECEIPT

    @property
    def tone(self) -> str:
        """The colour of its chip: ok, warn, bad, info, or none."""
        return _SHOWN[self.present_state][1]


_SHOWN: dict[str, tuple[str, str]] = {
    "created": (t("بانتظار الإرسال", "Waiting"), "info"),
    "sending": (t("قيد الإرسال", "On its way"), "info"),
    "sent": (t("أُرسل", "Sent"), "ok"),
    "delivered": (t("وصل", "Delivered"), "ok"),
    "temporary_failure": (t("تأخر، نعيد المحاولة", "Delayed, trying again"), "warn"),
    "permanent_failure": (t("تعذر إيصاله", "Could not be delivered"), "bad"),
    "technical_failure": (t("فشل لسبب تقني", "Failed for technical reasons"), "bad"),
    "cancelled": (t("حل محله إشعار أحدث", "Replaced by a newer one"), ""),
    "superseded": (t("حل محله إشعار أحدث", "Replaced by a newer one"), ""),
    "suppressed": (t("أُوقف لكثرة الرسائل الآلية", "Held back: too many automatic messages"), "warn"),
    "unreachable": (t("لا توجد وسيلة تواصل", "No means of contact"), "bad"),
    "declined": (t("لم يُرسل: طلب رسائل أقل", "Not sent: asked for fewer messages"), ""),
}
_UNCONFIRMED = t("أُرسل، ولم يصل تأكيد بالتسليم", "Sent; delivery was not confirmed")
_MEANS = {"email": t("بريد", "e-mail"), "sms": t("رسالة نصية", "text message"), "call": t("اتصال", "call")}
