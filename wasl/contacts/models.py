"""Beneficiaries and their addresses. Personal values stand in `full_name`, `name_key`, the `identity_…` fields and
`Address.value` only; those of a declared relative in `Relation`."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from wasl.contacts import identity
from wasl.contacts.emails import mask_email
from wasl.core import edition
from wasl.core.i18n import t
from wasl.core.searching import vector_of


class BeneficiaryKind(models.TextChoices):
    """Who is served."""

    CITIZEN = "citizen", t("مواطن", "Citizen")
    RESIDENT = "resident", t("مقيم", "Resident")
    VISITOR = "visitor", t("زائر", "Visitor")
    COMPANY = "company", t("شركة", "Company")
    GOVERNMENT = "government", t("جهة حكومية", "Government body")


class Gender(models.TextChoices):
    """For wording only; blank where nobody said."""

    FEMALE = "f", t("أنثى", "Female")
    MALE = "m", t("ذكر", "Male")


class PreferredChannel(models.TextChoices):
    """How somebody wants to hear from us."""

    SMS = "sms", t("رسالة نصية", "Text message")
    CALL = "call", t("اتصال هاتفي", "Phone call")
    EMAIL = "email", t("بريد إلكتروني", "E-mail")


class AddressKind(models.TextChoices):
    """A means of contact."""

    PHONE = "phone", t("هاتف", "Phone")
    EMAIL = "email", t("بريد إلكتروني", "E-mail")


class Beneficiary(models.Model):
    """Somebody an agency serves.

    `claim_key` is the digest of the claim that made the row: two processes that hear the same claim at once make one
    row (`operations.find_or_make`).
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="beneficiaries")
    kind = models.CharField(max_length=12, choices=BeneficiaryKind.choices, default=BeneficiaryKind.CITIZEN)
    gender = models.CharField(max_length=1, choices=Gender.choices, blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    name_key = models.CharField(max_length=200, blank=True)
    claim_key = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="ar")
    preferred_channel = models.CharField(max_length=8, choices=PreferredChannel.choices, default=PreferredChannel.SMS)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    # The identity number: sealed; a keyed digest to find it by; and what may be shown of it.
    identity_country = models.CharField(max_length=2, blank=True, default="", db_default="")
    identity_sealed = models.TextField(blank=True, default="", db_default="")
    identity_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    identity_last = models.CharField(max_length=4, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "claim_key"], name="one_beneficiary_per_claim"),
            models.CheckConstraint(condition=models.Q(kind__in=BeneficiaryKind.values), name="beneficiary_kind_known"),
        ]
        indexes = [
            models.Index(fields=["agency", "name_key"], name="beneficiary_by_name"),
            models.Index(
                fields=["agency", "identity_digest"],
                condition=~models.Q(identity_digest=""),
                name="beneficiary_by_identity",
            ),
            GinIndex(vector_of("name_key"), name="beneficiary_by_words"),
        ]

    def __str__(self) -> str:
        return self.full_name or str(t("بدون اسم", "No name"))

    @property
    def identity_masked(self) -> str:
        """The identity number as every page shows it: its last digits; empty when none is known."""
        return identity.masked(self.identity_last)

    @property
    def identity_country_name(self) -> str:
        """The state that gave the number, in the language of the reader."""
        return str(identity.COUNTRIES.get(self.identity_country, ""))


class IdentityReading(models.Model):
    """Somebody was shown a whole identity number, and why. Rows are only added."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="identity_readings")
    case_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "at"], name="identity_reading_by_time")]

    def __str__(self) -> str:
        return f"{self.by_id} read of {self.beneficiary_id}"


class CorrectedField(models.TextChoices):
    """What of a person was corrected."""

    NAME = "name", t("الاسم", "Name")
    PHONE = "phone", t("الهاتف", "Phone")
    EMAIL = "email", t("البريد الإلكتروني", "E-mail")
    KIND = "kind", t("الصفة", "Kind")
    GENDER = "gender", t("الجنس", "Gender")
    LANGUAGE = "language", t("اللغة", "Language")


class Correction(models.Model):
    """What was wrong about a person and what it became; both sealed, and emptied when the person is erased."""

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=10, choices=CorrectedField.choices)
    before_sealed = models.TextField(blank=True)
    after_sealed = models.TextField(blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["beneficiary", "at"], name="correction_of_person")]

    def __str__(self) -> str:
        return f"{self.field} of {self.beneficiary_id}"


class Address(models.Model):
    """One way to reach a beneficiary: E.164 phone or lower-cased e-mail. `verified_at` is set when a door proved it.

    The same value may stand with several beneficiaries of an agency: families and offices share phones.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8, choices=AddressKind.choices)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["beneficiary", "kind", "value"], name="an_address_once_each")]
        indexes = [models.Index(fields=["agency", "kind", "value"], name="address_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RelationKind(models.TextChoices):
    """What somebody is to a member of staff."""

    SELF = "self", t("أنا نفسي", "Myself")
    SPOUSE = "spouse", t("زوج أو زوجة", "Spouse")
    PARENT = "parent", t("أب أو أم", "Parent")
    CHILD = "child", t("ابن أو ابنة", "Child")
    SIBLING = "sibling", t("أخ أو أخت", "Brother or sister")
    IN_LAW = "in_law", t("صهر أو نسيب", "In-law")
    PARTNER = "partner", t("شريك في عمل أو تجارة", "Partner in business")
    OTHER = "other", t("صلة أخرى", "Another tie")


class Relation(models.Model):
    """A declared conflict of interest: a number or address of a member of staff as a citizen, or of a relative.

    It is told by what a person is reached at or by the identity number, never by the name. Rows are never removed: one
    that ended says who ended it, and why.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=RelationKind.choices)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)
    identity_country = models.CharField(max_length=2, blank=True)
    identity_sealed = models.TextField(blank=True)
    identity_last = models.CharField(max_length=4, blank=True)
    # Why a colleague declared it; empty where the person did.
    reason = models.CharField(max_length=300, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=RelationKind.values), name="relation_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(phone="", email="", identity_sealed="") | models.Q(valid_to__isnull=False),
                name="a_relation_can_be_told",
            ),
        ]
        indexes = [models.Index(fields=["agency", "valid_from"], name="relation_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"

    def is_valid(self, *, at: datetime) -> bool:
        """Does it hold at this moment?"""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    @property
    def identity_masked(self) -> str:
        """The identity number as every page shows it."""
        return identity.masked(self.identity_last)

    @property
    def email_masked(self) -> str:
        """The e-mail as colleagues are shown it."""
        return mask_email(self.email)


edition.watch(Relation)
