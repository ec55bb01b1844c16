"""The time between the password and the second step: who is on the way in, kept in the session for ten minutes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wasl.accounts import sessions
from wasl.accounts.models import User
from wasl.core import keys

LIMIT = timedelta(minutes=10)
_KEY, _SECRET = "pending_sign_in", "pending_secret"


@dataclass(frozen=True)
class Pending:
    """Who gave the right password, and where they want to go."""

    user: User
    next: str


def begin(session: Any, user: User, next_path: str) -> None:
    """Note that the password was right. The session gets a new key, the old one may be known to somebody else."""
    session.cycle_key()
    session[_KEY] = {
        "user": user.pk,
        "mark": user.get_session_auth_hash(),
        "next": next_path,
        "at": sessions.true_time().timestamp(),
    }
    session.pop(_SECRET, None)


def load(session: Any) -> Pending | None:
    """Who is on the way in; None after ten minutes, after a deactivation, and when password or roles changed since."""
    kept = session.get(_KEY)
    if kept is None or sessions.true_time().timestamp() - kept["at"] > LIMIT.total_seconds():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["mark"]:
        return None
    return Pending(user, kept["next"])


def end(session: Any) -> None:
    """Forget who was on the way in."""
    session.pop(_KEY, None)
    session.pop(_SECRET, None)


def keep_secret(session: Any, secret: str) -> None:
    """Keep the secret of an app that is being tied, sealed, until its first right code."""
    session[_SECRET] = keys.seal(secret)


def secret(session: Any) -> str | None:
    """The secret that was shown last."""
    sealed = session.get(_SECRET)
    return keys.unseal(sealed) if sealed else None
