"""Who is looking at a case right now."""

from datetime import datetime

from wasl.accounts.models import User
from wasl.cases.models import Case, CasePresence


def be_seen(case: Case, *, user: User, at: datetime) -> None:
    """Note that the person has the page open."""
    CasePresence.objects.update_or_create(case=case, user=user, defaults={"seen_at": at})


def leave(case: Case, *, user: User) -> None:
    """The page was closed."""
    CasePresence.objects.filter(case=case, user=user).delete()
