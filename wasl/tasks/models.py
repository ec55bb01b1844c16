"""One table: the piece of work."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from wasl.core import references
from wasl.core.fields import public_id
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField


class TaskQuerySet(models.QuerySet["Task"]):
    def within(self, scopes: Iterable[Any]) -> "TaskQuerySet":
        """Only tasks the scopes cover: of a whole agency, of units, or taken by one person."""
        condition = Q(pk__in=[])
        for scope in scopes:
            if scope.unit_ids is None:
                condition |= Q(agency_id=scope.agency_id)
                continue
            condition |= Q(agency_id=scope.agency_id, unit_id__in=scope.unit_ids)
            if scope.assignee_id is not None:
                condition |= Q(agency_id=scope.agency_id, assignee_id=scope.assignee_id)
        return self.filter(condition)

    def open(self) -> "TaskQuerySet":
        """Not finished yet."""
        return self.filter(done_at__isnull=True)


class Task(models.Model):
    """A piece of work for a person of a unit."""

    class Kind(models.TextChoices):
        CALL = "call", t("اتصال", "Call")
        CALLBACK = "callback", t("معاودة اتصال", "Callback")
        REVIEW = "review", t("مراجعة", "Review")
        PARKED = "parked", t("وارد متوقف", "Parked item")

    class Outcome(models.TextChoices):
        DONE = "done", t("أُنجزت", "Done")
        REACHED = "reached", t("تم التواصل", "Reached")
        NOT_REACHED = "not_reached", t("تعذر الوصول", "Not reached")
        NOT_NEEDED = "not_needed", t("لم تعد لازمة", "No longer needed")

    public_id = public_id()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = LocalizedField()
    # What the person who does it should know or say.
    note = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="ar")
    beneficiary = models.ForeignKey("contacts.Beneficiary", null=True, on_delete=models.SET_NULL, related_name="+")
    phone = models.CharField(max_length=20, blank=True)
    case_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    result = models.CharField(max_length=1000, blank=True)
    dedupe_key = models.CharField(max_length=200)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "dedupe_key"], name="a_task_is_opened_once")]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(done_at__isnull=True), name="task_open_of_unit"),
            models.Index(fields=["agency", "due_at", "id"], condition=Q(done_at__isnull=True), name="task_open"),
            models.Index(fields=["case_id", "id"], name="task_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def full_reference(self) -> str:
        """The reference as people know it, "MR-2611-04173-2"; what stands in the table may be its figures alone."""
        return references.in_full(self.reference, letters=self.agency.letters)

    @property
    def is_open(self) -> bool:
        """Does somebody still have to do it?"""
        return self.done_at is None
