"""Keys of programs, and what programs were answered."""

from datetime import datetime

from django.conf import settings
from django.db import models

from wasl.core.fields import public_id
from wasl.core.i18n import t


class Scope(models.TextChoices):
    """What a program may do. A program without a person behind it never sees personal data unless its key says so."""

    OPEN311_READ = "open311:read", t("قراءة الخدمات والبلاغات عبر Open311", "Read services and requests by Open311")
    OPEN311_WRITE = "open311:write", t("تقديم البلاغات عبر Open311", "Send requests by Open311")
    CATALOGUE_READ = "catalogue:read", t("قراءة دليل الخدمات والوحدات", "Read the catalogue and the units")
    CASES_READ = "cases:read", t("قراءة الطلبات", "Read cases")
    CASES_CREATE = "cases:create", t("تسجيل الطلبات", "Register cases")
    CASES_ACT = "cases:act", t("العمل على الطلبات", "Act on cases")
    PERSONAL_READ = "personal:read", t("قراءة بيانات التواصل", "Read contact data")


class Standing(models.TextChoices):
    """What a key is worth now."""

    GOOD = "good", t("سارٍ", "In force")
    REVOKED = "revoked", t("ملغى", "Revoked")
    ENDED = "ended", t("انتهت مدته", "Ended")
    PERSON_GONE = "person_gone", t("أُوقف حساب صاحبه", "Its person's account was closed")
    AGENCY_GONE = "agency_gone", t("أُوقفت الجهة", "Its agency was closed")


class ApiKey(models.Model):
    """What a program proves itself with; only a keyed digest of it is kept.

    With a `user` the program acts for that person: never more than the person's own roles allow. Without one it speaks
    for a partner: it reads what its scopes name and acts on the cases it brought itself.
    """

    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    public_id = public_id()
    name = models.CharField(max_length=120)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(default=600)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_reason = models.CharField(max_length=200, blank=True, db_default="")
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ["agency", "-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    def is_good(self, *, at: datetime) -> bool:
        """Does the key open anything at this moment?"""
        return self.standing(at=at) == Standing.GOOD

    def standing(self, *, at: datetime) -> "Standing":
        """Whether the key opens anything, and if not, why. It ends with its person and with its agency."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        if self.expires_at is not None and at >= self.expires_at:
            return Standing.ENDED
        if self.user is not None and not self.user.is_active:
            return Standing.PERSON_GONE
        return Standing.GOOD if self.agency.is_active else Standing.AGENCY_GONE

    @property
    def scope_names(self) -> list[str]:
        """What it opens, in words."""
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]


class KeptAnswer(models.Model):
    """The answer to a request under an idempotency key, for whoever sends it again; sealed, for it may hold a code.

    `caller` is who asked ("key:12", or the fingerprint of an address); without a `status` the first is still at work.
    """

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body_sealed = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["made_at"], name="answer_made")]

    def __str__(self) -> str:
        return f"{self.caller} {self.status}"


class BroughtCase(models.Model):
    """Which program brought which case. `case_id` is plain: cases stand floors above."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    case_id = models.BigIntegerField(unique=True)
    brought_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["api_key", "case_id"], name="brought_by_key")]

    def __str__(self) -> str:
        return f"{self.api_key_id}: {self.case_id}"
