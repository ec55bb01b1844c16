"""Who is told, and every single telling."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.core.fields import public_id
from wasl.core.i18n import t
from wasl.integrations.offered import title_of


class Subscription(models.Model):
    """Another system that wants to hear of some kinds of facts.

    A paused one is still kept for: what happens waits, for as long as we try, until it goes on. One that ended hears no
    more. While `previous_until` lies ahead both secrets sign.
    """

    class Pause(models.TextChoices):
        BY_HAND = "by_hand", t("أوقفه موظف", "Paused by one of us")
        GONE = "gone", t("قال النظام الآخر إن العنوان أُلغي", "The other side said that the address is gone")

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    public_id = public_id()
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    confidential = models.BooleanField(default=False)
    secret_sealed = models.TextField()
    secret_made_at = models.DateTimeField()
    previous_secret_sealed = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    pause = models.CharField(max_length=8, choices=Pause.choices, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # Facts are numbered as they are recorded: of earlier ones it is told nothing, and nothing of a kind chosen later.
    from_event_id = models.BigIntegerField(default=0)
    wanted_from_event_id = models.BigIntegerField(default=0)
    # How its receiver fares: it goes to the back of the row after each try, and a slow one gets fewer places.
    tried_at = models.DateTimeField(null=True)
    is_slow = models.BooleanField(default=False)

    class Meta:
        ordering = ["agency", "name", "pk"]
        indexes = [models.Index(fields=["agency"], condition=Q(ended_at__isnull=True), name="subscription_open")]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_names(self) -> list[str]:
        """What it hears of, in words."""
        return [str(title_of(code)) for code in self.kinds]

    def has_two_secrets(self, *, at: datetime) -> bool:
        """Does the older secret sign too?"""
        return bool(self.previous_secret_sealed) and self.previous_until is not None and at < self.previous_until


class CaseOrder(models.Model):
    """How many tellings of a case a subscription was given, and of which fact the last was; outlives the tellings."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")
    case_id = models.BigIntegerField()
    last_sequence = models.PositiveIntegerField(default=0)
    last_event_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "case_id"], name="one_order_per_case")]

    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.case_id} {self.last_sequence}"


class Delivery(models.Model):
    """One fact on its way to one subscription: the very bytes, and how far they have come.

    `public_id` is the same at every try, so that the other side can tell a repetition. A trial has no fact.
    """

    class State(models.TextChoices):
        WAITING = "waiting", t("تنتظر", "Waiting")
        FAILED = "failed", t("فشلت وستُعاد", "Failed, will be tried again")
        SENT = "sent", t("وصلت", "Delivered")
        GIVEN_UP = "given_up", t("تُركت", "Given up")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    public_id = public_id()
    event_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=32, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # Until then it holds back what came later in its case; from `queued_at` on the patience is counted.
    holds_until = models.DateTimeField()
    queued_at = models.DateTimeField()
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    last_tried_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    last_answer = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "event_id"], name="one_delivery_per_fact")]
        indexes = [
            models.Index(
                fields=["subscription", "next_try_at", "id"],
                condition=Q(state__in=["waiting", "failed"]),
                name="webhook_due",
            ),
            models.Index(
                fields=["subscription", "case_id", "sequence"],
                condition=Q(state__in=["waiting", "failed"]),
                name="webhook_of_case",
            ),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="webhook_under_way"),
            models.Index(fields=["subscription", "state", "-id"], name="webhook_by_state"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="webhook_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def title(self) -> str:
        """What it tells, in words."""
        return str(title_of(self.kind))

    @property
    def is_open(self) -> bool:
        """Will it be tried again by itself?"""
        return self.state in OPEN


OPEN = (Delivery.State.WAITING, Delivery.State.FAILED)
