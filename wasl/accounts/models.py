"""A member of staff, and the codes for the day the telephone is lost."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from wasl.accounts.addresses import same_address
from wasl.core.i18n import language

_SESSION_SALT = "wasl.accounts.session"


class People(BaseUserManager["User"]):
    """Finds people by the address they sign in with, however they typed it."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=same_address(username or ""))


class User(AbstractBaseUser):
    """A member of staff. Citizens have no account."""

    class Digits(models.TextChoices):
        LATIN = "latn"
        ARABIC = "arab"

    email = models.EmailField(max_length=254, unique=True)
    full_name = models.CharField(max_length=120)
    latin_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=8, default="ar")
    digits = models.CharField(max_length=4, choices=Digits.choices, default=Digits.LATIN)

    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    # Raised by one to end every session of the person: deactivation, change of role, password or second factor.
    session_epoch = models.PositiveIntegerField(default=0)

    second_factor_needed = models.BooleanField(default=False)
    totp_sealed = models.TextField(blank=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def name(self) -> str:
        """The name as the present reader can read it."""
        return self.full_name if language() == "ar" or not self.latin_name else self.latin_name

    @property
    def has_second_factor(self) -> bool:
        """Was an authenticator app confirmed?"""
        return self.totp_confirmed_at is not None

    def get_session_auth_hash(self) -> str:
        """What a session must carry to count: it changes with the password and with the session epoch."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under keys that are being turned out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | None) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(_SESSION_SALT, value, secret=secret, algorithm="sha256").hexdigest()


class RecoveryCode(models.Model):
    """One of the ten codes that stand in for a lost authenticator; kept as a keyed digest, good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {'used' if self.used_at else 'unused'}"
