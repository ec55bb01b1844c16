"""Who a session belongs to."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.http import HttpRequest

from wasl.accounts.addresses import same_address
from wasl.accounts.models import User
from wasl.core.asked import Asked

# No password fits it; check_password hashes once all the same.
_NOBODY = UNUSABLE_PASSWORD_PREFIX
_ACTIVE = Asked(lambda number: User.objects.filter(pk=number, is_active=True), int)


class StaffBackend(BaseBackend):
    """Knows people by address and password, with the same effort whether the account exists or not."""

    def authenticate(
        self, request: HttpRequest | None, email: str = "", password: str = "", **credentials: Any
    ) -> User | None:
        """The person, or None for a wrong password, a stranger, the invited and the deactivated alike."""
        person = User.objects.filter(email=same_address(email)).first()
        hashed = person.password if person is not None and _may_come(person) else _NOBODY
        return person if check_password(password, hashed) else None

    def get_user(self, user_id: Any) -> User | None:
        """The active person of a session; one query per request."""
        person = _ACTIVE.one(user_id)
        return person if person is not None and _may_come(person) else None


def _may_come(person: User) -> bool:
    """The people of the demo, whose passwords everybody knows, come nowhere in production."""
    return person.is_active and not (person.is_demo and settings.WASL_MODE == "production")
