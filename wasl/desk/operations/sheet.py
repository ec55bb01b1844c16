"""Leaving a trace of what left the house."""

from collections.abc import Iterable
from datetime import datetime

from wasl.accounts.models import User
from wasl.core import events
from wasl.desk.events import CasesExported
from wasl.desk.narrowing import Narrowing
from wasl.directory.models import Agency


def record_export(
    agency: Agency, *, narrowing: Narrowing, columns: Iterable[str], count: int, by: User, at: datetime
) -> None:
    """Write down who takes how many cases out, before the first of them goes. Words that were looked for stay out."""
    codes = narrowing.codes()
    by_words = bool(codes.pop("q", ""))
    filters = " ".join(f"{name}={value}" for name, value in codes.items())
    events.publish(CasesExported(count, filters, " ".join(columns), by_words), agency_id=agency.pk, by=by, at=at)
