"""Rules from service and place to unit, and the rows of the importance matrix. Nothing is deleted; rows end."""

from datetime import datetime

from django.conf import settings
from django.db import models

from wasl.catalogue.models import CaseKind, Dated, Priority
from wasl.core import edition
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField
from wasl.routing.lines import NUMBERS, SupportLine


class Rule(models.Model):
    """Matters that fit every condition named here go to `unit`; a condition left empty fits all."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="routing_rules")
    service = models.ForeignKey(
        "catalogue.Service", null=True, blank=True, on_delete=models.PROTECT, related_name="routing_rules"
    )
    category = models.ForeignKey(
        "catalogue.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="routing_rules"
    )
    kind = models.CharField(max_length=12, choices=CaseKind.choices, blank=True)
    governorate = models.ForeignKey(
        "places.Governorate", null=True, blank=True, on_delete=models.PROTECT, related_name="routing_rules"
    )
    wilayat = models.ForeignKey(
        "places.Wilayat", null=True, blank=True, on_delete=models.PROTECT, related_name="routing_rules"
    )
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="routing_rules")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "service", "category", "kind", "governorate", "wilayat", "valid_from"],
                name="one_rule_per_condition",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"→ {self.unit_id}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def specificity(self) -> int:
        """How closely the rule looks: service before category before kind, then wilayat before governorate."""
        named = (self.service_id, self.category_id, self.kind, self.wilayat_id, self.governorate_id)
        return sum(weight for weight, value in zip((16, 8, 4, 2, 1), named, strict=True) if value)


class Criterion(models.TextChoices):
    """What raises the importance of a matter."""

    DANGER = "danger", t("الخطر على الأرواح", "Danger to life")
    PEOPLE = "people", t("عدد المتأثرين", "People affected")
    SITE = "site", t("فئة أو موقع أولى بالرعاية", "Vulnerable person or site")
    LEGAL = "legal", t("موعد قانوني", "Legal date")
    REPEATS = "repeats", t("تكرار البلاغ", "Repeated reports")
    CRISIS = "crisis", t("حالة أزمة", "Crisis")
    HARDSHIP = "hardship", t("حالة إنسانية ملحّة", "Urgent hardship")


class ImportanceCriterion(models.Model):
    """Points an agency gives to one level of one criterion; where a level has no row, the house's default holds."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="importance_criteria")
    code = models.CharField(max_length=10, choices=Criterion.choices)
    level = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code", "level", "valid_from"], name="one_weight_per_criterion_level"
            ),
            models.CheckConstraint(condition=models.Q(code__in=Criterion.values), name="criterion_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.level}: {self.points}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class ImportanceBand(models.Model):
    """From how many points a matter belongs to a class; classes without a row keep the house's default."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="importance_bands")
    points_from = models.PositiveSmallIntegerField()
    importance = models.CharField(max_length=2, choices=Priority.choices)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "importance", "valid_from"], name="one_band_per_class"),
            models.CheckConstraint(condition=models.Q(importance__in=Priority.values), name="band_class_known"),
        ]

    def __str__(self) -> str:
        return f"{self.importance} ≥ {self.points_from}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Line(models.Model):
    """One of the three lines of support as an agency has it; where there is no row, `lines.USUAL` holds."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="support_lines")
    number = models.PositiveSmallIntegerField()
    name = LocalizedField()
    roles = models.JSONField(default=list)
    unit_kinds = models.JSONField(default=list)
    closes = models.JSONField(default=list)
    hand_over = models.JSONField(default=list)
    enters = models.JSONField(default=list)
    leaves = models.JSONField(default=list)
    decide_days = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number", "valid_from"], name="one_row_per_line"),
            models.CheckConstraint(condition=models.Q(number__in=NUMBERS), name="three_lines"),
        ]

    def __str__(self) -> str:
        return f"L{self.number}: {self.name}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def told(self) -> SupportLine:
        """The same as a plain value."""
        return SupportLine(
            number=self.number,
            name=self.name,
            roles=tuple(self.roles),
            unit_kinds=tuple(self.unit_kinds),
            closes=tuple(self.closes),
            hand_over=tuple(self.hand_over),
            enters=tuple(self.enters),
            leaves=tuple(self.leaves),
            decide_days=self.decide_days,
        )


class Generalist(models.Model):
    """Who may finish some services at the first contact, without a referral: a person, or whoever holds a role in a
    unit (and below it). `services` are the numbers of services of the agency.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="generalists")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    services = models.JSONField(default=list)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, unit__isnull=True, role="")
                | models.Q(person__isnull=True, unit__isnull=False) & ~models.Q(role=""),
                name="a_person_or_a_role_in_a_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="generalist_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or f'{self.role} in {self.unit_id}'}: {len(self.services)}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


edition.watch(Rule, ImportanceCriterion, ImportanceBand, Line, Generalist)
