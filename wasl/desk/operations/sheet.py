"""Leaving a trace of what left the house."""

from collections.abc import Iterable
from datetime import datetime

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import t
from wasl.desk.events import CasesExported
from wasl.desk.narrowing import Narrowing
from wasl.directory.models import Agency

# Why names and numbers of people may leave the house with a list.
PURPOSES = {
    "work": t("تنفيذ أعمال ميدانية أو مقاول", "Field work or a contractor"),
    "contact": t("التواصل مع أصحاب الطلبات", "Contacting the people of the cases"),
    "audit": t("تدقيق أو تحقيق", "An audit or inquiry"),
    "authority": t("طلب رسمي من جهة مختصة", "An official request of an authority"),
}


def record_export(
    agency: Agency,
    *,
    narrowing: Narrowing,
    columns: Iterable[str],
    count: int,
    by: User,
    at: datetime,
    form: str = "csv",
    purpose: str = "",
) -> None:
    """Write down who takes how many cases out, before the first of them goes. Words that were looked for stay out."""
    codes = narrowing.codes()
    by_words = bool(codes.pop("q", ""))
    filters = " ".join(f"{name}={value}" for name, value in codes.items())
    fact = CasesExported(count, filters, " ".join(columns), by_words, form, purpose)
    events.publish(fact, agency_id=agency.pk, by=by, at=at)
