"""Leaving a trace of what left the house, before the first case goes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import t
from wasl.directory.models import Agency
from wasl.transfer.events import CasesExported
from wasl.transfer.export.fields import Field

# Why names and numbers of people may leave the house with a list.
PURPOSES = {
    "work": t("تنفيذ أعمال ميدانية أو مقاول", "Field work or a contractor"),
    "contact": t("التواصل مع أصحاب الطلبات", "Contacting the people of the cases"),
    "audit": t("تدقيق أو تحقيق", "An audit or inquiry"),
    "authority": t("طلب رسمي من جهة مختصة", "An official request of an authority"),
}


def record(
    agency: Agency,
    *,
    filters: Mapping[str, str],
    by_words: bool,
    fields: Iterable[Field],
    count: int,
    form: str,
    by: User | None,
    at: datetime,
    purpose: str = "",
) -> None:
    """Write down who takes how many cases out, by which filters (codes only) and for what."""
    told = " ".join(f"{name}={value}" for name, value in filters.items())
    columns = " ".join(field.code for field in fields)
    events.publish(CasesExported(count, told, columns, by_words, form, purpose), agency_id=agency.pk, by=by, at=at)
