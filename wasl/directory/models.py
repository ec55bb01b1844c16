"""Agencies, their units, and who holds which role there."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from wasl.core import edition
from wasl.core.i18n import t
from wasl.core.localized import LocalizedField
from wasl.directory.rights import Right, Role


def check_time_zone(name: str) -> None:
    """Raises ValidationError unless the name is one of the IANA time zones."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValidationError(t("لا توجد منطقة زمنية بهذا الاسم.", "There is no time zone of this name.")) from None


def house_languages() -> list[str]:
    return ["ar", "en"]


class Agency(models.Model):
    """An authority that answers to citizens: a municipality, a ministry. Nothing of one is seen by another.

    `governorates` are the codes of those it answers for; empty stands for the whole country.
    """

    code = models.CharField(max_length=16, unique=True)
    letters = models.CharField(max_length=4, unique=True)
    name = LocalizedField()
    short_name = LocalizedField()
    time_zone = models.CharField(max_length=64, default="Asia/Muscat", validators=[check_time_zone])
    languages = models.JSONField(default=house_languages)
    hosts = models.JSONField(default=list, blank=True)
    governorates = models.JSONField(default=list, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    # What programs without a key may do over Open311, and whether citizens' own words are shown to everybody there.
    open311_anonymous = models.BooleanField(default=False, db_default=False)
    open311_words = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_agency"),
        ]

    def __str__(self) -> str:
        return str(self.short_name or self.name or self.code)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this agency has its days."""
        return ZoneInfo(self.time_zone)

    def answers_for(self, governorate: str) -> bool:
        """Does the governorate of this code belong to its area?"""
        return not self.governorates or governorate in self.governorates


class ValidQuerySet(models.QuerySet["Unit"]):
    def valid(self, at: datetime) -> "ValidQuerySet":
        """Units that exist at this moment."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at)

    def within(self, agency_ids: Iterable[int]) -> "ValidQuerySet":
        """Units of these agencies only."""
        return self.filter(agency_id__in=list(agency_ids))


class Unit(models.Model):
    """A part of an agency that can answer for something. Ended, never deleted: old cases still name it."""

    class Kind(models.TextChoices):
        CENTRE = "centre", t("مركز الاتصال", "Contact centre")
        DIRECTORATE = "directorate", t("مديرية", "Directorate")
        DEPARTMENT = "department", t("دائرة", "Department")
        SECTION = "section", t("قسم", "Section")
        OUTLET = "outlet", t("منفذ خدمة", "Service outlet")
        PARTNER = "partner", t("جهة شريكة", "Partner body")
        TEAM = "team", t("فريق", "Team")
        COMMITTEE = "committee", t("لجنة", "Committee")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=24)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = LocalizedField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    is_triage = models.BooleanField(default=False)
    is_centre = models.BooleanField(default=False)
    # Complaints about staff come to it: 1 the first to be asked, 2 the next. 0: not any more, or only where no other
    # stood outside the line, and it still holds some. None: it never held one.
    staff_complaints = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="unit_code_in_agency"),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(is_triage=True, valid_to__isnull=True), name="one_triage_unit"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name) or self.code

    def is_valid(self, *, at: datetime) -> bool:
        """Does the unit exist at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Membership(models.Model):
    """One role of one person in one unit for a time; roles add up."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(valid_to__isnull=True), name="a_role_once_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="role_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} @ {self.unit_id}"

    @property
    def role_name(self) -> str:
        """The role in the language of the reader; a role that is no longer in the table by its code."""
        return str(Role(self.role).label) if self.role in set(Role) else self.role

    def is_valid(self, *, at: datetime) -> bool:
        """Does the role count at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def is_to_come(self, *, at: datetime) -> bool:
        """Does it begin later? A role that was taken back before it began never counts."""
        return at < self.valid_from and (self.valid_to is None or self.valid_from < self.valid_to)


class Substitution(models.Model):
    """Somebody stands in for an absent colleague in one unit for a time, with exactly the rights of that colleague
    there. What is lent this way is never lent on: only roles of the absent person's own count.
    """

    absent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="substitutions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="substitutions")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="nobody_stands_in_for_themselves"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="substitution_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["substitute", "valid_to"], name="substitution_of"),
            models.Index(fields=["absent", "unit", "valid_to"], name="substitution_for"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.absent_id} @ {self.unit_id}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it count at this moment?"""
        return self.valid_from <= at < self.valid_to


class Delegation(models.Model):
    """Somebody lets a colleague decide certain things in their name for a time, within limits. `powers` are rights of
    `delegations.POWERS`; `gravest` is the gravest class of importance it holds for; no unit: as far as the grantor
    reaches. Only what the grantor holds by a role counts at any moment; nothing of it can be passed on.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    grantor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held", db_index=False
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    powers = models.JSONField(default=list)
    gravest = models.CharField(max_length=2, default="P1")
    reason = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Why somebody who is neither of the two ended it.
    end_reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(grantor=F("delegate")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="delegation_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["delegate", "valid_to"], name="delegation_to"),
            models.Index(fields=["agency", "given_at"], name="delegation_in_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.delegate_id} by {self.grantor_id}"

    def is_running(self, *, at: datetime) -> bool:
        """Does it count at this moment?"""
        return self.revoked_at is None and self.valid_from <= at < self.valid_to

    @property
    def power_names(self) -> list[str]:
        """Its powers in the language of the reader."""
        return [str(Right(power).label) for power in self.powers if power in set(Right)]


class OperatingMode(models.Model):
    """How an agency works now. No row means normal."""

    class Mode(models.TextChoices):
        NORMAL = "normal", t("عمل اعتيادي", "Normal")
        CRISIS = "crisis", t("حالة طارئة", "Emergency")

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="operating_mode")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.NORMAL)
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.mode}"


edition.watch(Agency, Unit, OperatingMode)
