"""What was written to us and by us."""

from django.db import models
from django.db.models import Q

from wasl.core.fields import public_id
from wasl.messaging import delivery, reasons


class Channel(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    X = "x"
    META = "meta"
    WEBFORM = "webform"


class ChannelAccount(models.Model):
    """One address under which an agency writes and is written to, with how to reach its server."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=254)
    settings = models.JSONField(default=dict, blank=True)
    credentials_sealed = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    # Names the account in the address its provider calls; no secret: the call must prove itself besides.
    hook_token = models.CharField(max_length=32, null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="one_account_per_code"),
            models.UniqueConstraint(
                fields=["channel", "address"], condition=Q(is_active=True), name="an_address_leads_to_one_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.code}"


class RawDelivery(models.Model):
    """What came in, byte for byte, stored before anybody tries to understand it.

    The bytes stand in the row itself (up to the size limit of the door), not in the file store: one transaction then
    decides whether we have the mail, and "taken" is never said of half of it.
    """

    class State(models.TextChoices):
        STORED = "stored"
        PARSED = "parsed"
        IGNORED = "ignored"
        PARKED = "parked"

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(ChannelAccount, null=True, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    provider_key = models.CharField(max_length=200)
    content = models.BinaryField()
    envelope = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.STORED)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "provider_key"], name="a_delivery_is_stored_once"),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="stored"), name="delivery_to_handle"),
            models.Index(fields=["agency", "received_at"], condition=Q(state="parked"), name="delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id} {self.state}"

    @property
    def reason(self) -> str:
        """Why it was parked or ignored, in words for staff."""
        return reasons.words(self.note)


class Conversation(models.Model):
    """What we and one address write to each other in one matter."""

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="conversations")
    address = models.CharField(max_length=254)
    beneficiary = models.ForeignKey("contacts.Beneficiary", null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.CharField(max_length=300, blank=True)
    # The figures of the case's reference, so that a subject line which names it can be followed; empty before that.
    reference = models.CharField(max_length=24, blank=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "address", "reference"],
                condition=~Q(reference=""),
                name="one_conversation_per_matter",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "reference"], name="conversation_of_matter"),
            models.Index(fields=["account", "address"], name="conversation_with"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Message(models.Model):
    """One message in or out. Words, addresses and names stand here and in no event."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class State(models.TextChoices):
        CREATED = "created"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        TEMPORARY_FAILURE = "temporary_failure"
        PERMANENT_FAILURE = "permanent_failure"
        TECHNICAL_FAILURE = "technical_failure"
        CANCELLED = "cancelled"

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    delivery = models.ForeignKey(RawDelivery, null=True, on_delete=models.SET_NULL, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    language = models.CharField(max_length=8, default="ar")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    to_address = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    in_reply_to = models.CharField(max_length=300, blank=True)
    automatic = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CREATED)
    lane = models.CharField(max_length=8, default="normal")
    dedupe_key = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(default=0)
    uncertain = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # Until when a receipt of the provider is waited for; empty where none is, or no longer.
    receipt_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "dedupe_key"], name="a_message_is_made_once")]
        indexes = [
            models.Index(fields=["conversation", "created_at"], name="message_in_order"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="message_by_its_id"),
            models.Index(
                fields=["created_at"], condition=Q(state__in=delivery.OPEN, direction="out"), name="message_open"
            ),
            models.Index(
                fields=["agency", "to_address", "created_at"],
                condition=Q(direction="out") & ~Q(automatic=""),
                name="message_automatic_to",
            ),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(
                fields=["receipt_due_at"], condition=Q(receipt_due_at__isnull=False), name="message_awaiting_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.public_id} {self.state}"


class MessageFile(models.Model):
    """A file that came or goes with a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    inline = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "file"], name="a_file_once_per_message")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.file_id}"


class Receipt(models.Model):
    """What a provider reported of one of our messages; `message` stays empty as long as none fits."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="receipts")
    provider_id = models.CharField(max_length=200, blank=True)
    client_reference = models.CharField(max_length=200, blank=True)
    fate = models.CharField(max_length=12)
    detail = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "provider_id", "client_reference", "fate"], name="a_receipt_counts_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "client_reference"], name="receipt_by_reference"),
            models.Index(fields=["received_at"], condition=Q(message__isnull=True), name="receipt_unmatched"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.fate}"


class OptOut(models.Model):
    """Somebody asked us at this address for no more than the needful; asking again for all removes the row."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = models.CharField(max_length=254)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "channel", "address"], name="one_opt_out_per_address"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class SendingPace(models.Model):
    """The bucket of tokens of an account, as the moment at which it will be full again."""

    account = models.OneToOneField(ChannelAccount, primary_key=True, on_delete=models.CASCADE, related_name="pace")
    full_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.full_at}"
