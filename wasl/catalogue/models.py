"""Categories and services of an agency. Configuration is never deleted: a row that ends keeps the moment it ended."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from wasl.core import edition
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField


class CaseKind(models.TextChoices):
    """What somebody may ask of us; the codes of `Case.kind`."""

    REPORT = "report", t("بلاغ", "Report")
    COMPLAINT = "complaint", t("شكوى", "Complaint")
    INQUIRY = "inquiry", t("استفسار", "Inquiry")
    SUGGESTION = "suggestion", t("اقتراح", "Suggestion")
    TRANSACTION = "transaction", t("معاملة", "Transaction")
    NOTE = "note", t("ملاحظة", "Note")
    PRAISE = "praise", t("شكر وتقدير", "Praise")


class Priority(models.TextChoices):
    """The class a service starts from, the gravest first."""

    P1 = "P1", t("حرج", "Critical")
    P2 = "P2", t("عاجل", "Urgent")
    P3 = "P3", t("عادي", "Normal")
    P4 = "P4", t("منخفض", "Low")


class ClockMode(models.TextChoices):
    """Whether the clocks of a service count working time or all time."""

    WORK = "work", t("أوقات الدوام", "Working time")
    ALWAYS = "24x7", t("على مدار الساعة", "Around the clock")


class Dated(models.QuerySet[Any]):
    """Rows that hold from one moment until, not including, another."""

    def valid(self, at: datetime) -> Self:
        """Those that hold at this moment."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=at), valid_from__lte=at)


class Category(models.Model):
    """A group of services, as the portal shows it and the telephone menu offers it (`digit`)."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(max_length=20)
    digit = models.PositiveSmallIntegerField(null=True, blank=True)
    name = LocalizedField()
    icon = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    # A holding group keeps services for what was registered elsewhere; nobody is offered them for new reports.
    is_offered = models.BooleanField(default=True, db_default=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ["agency", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="one_category_per_code")]

    def __str__(self) -> str:
        return str(self.name)

    def is_valid(self, *, at: datetime) -> bool:
        """Whether the group is in use at this moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Service(models.Model):
    """One thing people ask of an agency. Its times read "30m", "4h", "3d", where d are days of its own clock."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="services")
    code = models.CharField(max_length=20)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="services")
    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    name = LocalizedField()
    description = LocalizedField()
    keywords = models.JSONField(default=list, blank=True)
    unit = models.ForeignKey("directory.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="services")
    priority = models.CharField(max_length=2, choices=Priority.choices, default=Priority.P3)
    clock_mode = models.CharField(max_length=4, choices=ClockMode.choices, default=ClockMode.WORK)
    acknowledge_text = models.CharField(max_length=8)
    resolve_text = models.CharField(max_length=8)
    needs_location = models.BooleanField(default=False)
    needs_photo = models.BooleanField(default=False)
    public_map = models.BooleanField(default=False)
    crisis = models.BooleanField(default=False)
    open311 = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ["agency", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="one_service_per_code"),
            models.CheckConstraint(condition=models.Q(priority__in=Priority.values), name="service_priority_known"),
            models.CheckConstraint(condition=models.Q(kind__in=CaseKind.values), name="service_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def is_valid(self, *, at: datetime) -> bool:
        """Whether the service stands at this moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def is_offered(self, *, at: datetime) -> bool:
        """Whether somebody may ask for it anew at this moment: it stands, in a group that is no holding group."""
        return self.is_valid(at=at) and self.category.is_offered


class ServiceQuestion(models.Model):
    """One version of one question of a service's form; `document` is the question itself (see `form_documents`).

    A change ends the row and writes the next version, so what was asked on any day can be shown again.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="service_questions")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="questions")
    code = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)
    document = models.JSONField(default=dict)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ["service", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "code", "version"], name="one_question_per_version"),
            models.UniqueConstraint(
                fields=["service", "code"], condition=models.Q(valid_to__isnull=True), name="one_question_per_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.code} {self.version}"

    def is_valid(self, *, at: datetime) -> bool:
        """Is it asked at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Synonyms(models.Model):
    """Words that an agency wants to mean the same in search, besides the house's own table of plurals and dialect."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="synonyms")
    words = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "، ".join(self.words)


class CatalogueVersion(models.Model):
    """Counts the changes of an agency's catalogue: what processes of the release before compare their index with."""

    agency = models.OneToOneField("directory.Agency", on_delete=models.PROTECT, related_name="catalogue_version")
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.number}"


edition.watch(Category, Service, ServiceQuestion, Synonyms)
