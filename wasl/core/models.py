"""The tables of the ground floor. What they hold about agencies, cases and people are plain numbers, no keys."""

from django.db import models

from wasl.core.fields import public_id


class EventRecord(models.Model):
    """One fact. Rows are only ever added: the database refuses changes, and the application role may not try."""

    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    agency_id = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    caused_by_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=10, default="live")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "id"], name="event_of_case"),
            models.Index(fields=["agency_id", "kind", "at"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Seal(models.Model):
    """One stretch of the log under its seal. Rows are only ever added; `seals.forms` says what is hashed.

    The stretch is all numbers from `first_event` to `last_event`, those that no record has among them.
    """

    number = models.BigIntegerField(primary_key=True)
    form = models.PositiveSmallIntegerField()
    first_event = models.BigIntegerField(unique=True)
    last_event = models.BigIntegerField()
    count = models.IntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    # Of each record its number and its hash: by these the one that was changed is named.
    leaves = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.number}: {self.first_event}–{self.last_event}"


class SealState(models.Model):
    """How sealing stands, in one row. Nothing rests on it: what is sealed says the chain itself."""

    # Up to this number nothing can come any more.
    settled = models.BigIntegerField(default=0)
    # The last number given out at the last look, and who was writing then: when they are over, that is settled too.
    seen = models.BigIntegerField(default=0)
    waits_for = models.JSONField(default=list)
    # The newest seal that is kept outside of the database, and the newest that was sent to somebody.
    published = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    # How far the house has looked through the chain by itself, and what it found.
    checked = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    whole_at = models.DateTimeField(null=True)
    fault = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.settled} settled, {self.published} published"


class EventDelivery(models.Model):
    """The mark that one subscriber has done its work for one fact."""

    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=200)
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="one_delivery_per_subscriber")]

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_id}"


class Heartbeat(models.Model):
    """When a process of the house last said that it is well (database time)."""

    process = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.process} {self.at:%H:%M:%S}"


class StoredFile(models.Model):
    """One file in the store, found by the SHA-256 of its content; staged until an act keeps it."""

    class State(models.TextChoices):
        STAGED = "staged"
        KEPT = "kept"
        GONE = "gone"

    public_id = public_id()
    agency_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STAGED)
    original = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="copies")
    variant = models.CharField(max_length=20, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="file_by_content"),
            models.Index(fields=["created_at"], condition=models.Q(state="staged"), name="file_staged_since"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["original", "variant"], condition=models.Q(original__isnull=False), name="one_copy_per_variant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.content_type}"
