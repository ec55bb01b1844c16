"""What somebody asks about turns: read from the address, where everything is a plain word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode

from wasl.audit.asked import day, number
from wasl.routing.importance import CLASSES

# Without days: the last thirty.
DAYS = 30
# Further back nobody asks on one page.
MOST_DAYS = 731
# No case is older.
EARLIEST = 2000
_CODE = re.compile(r"[a-z0-9_]{1,30}")


@dataclass(frozen=True)
class Question:
    """The question. Days are those of the agency, both counted; None and "" are not asked."""

    since: date
    until: date
    person: int | None = None
    unit: int | None = None
    beneficiary: int | None = None
    reason: str = ""
    importance: str = ""
    delayed: bool = False
    before: int | None = None

    def wider(self) -> "Question":
        """The same without what only a list of single cases can be narrowed to."""
        return replace(self, beneficiary=None, reason="", importance="", delayed=False, before=None)

    def begins(self, zone: tzinfo) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time.min, tzinfo=zone)

    def ends(self, zone: tzinfo) -> datetime:
        """The moment before which it ends."""
        return datetime.combine(self.until + timedelta(days=1), time.min, tzinfo=zone)

    def address(self, **more: object) -> str:
        """The words of an address that asks this, with some changed: "?from=…&person=7"."""
        told: dict[str, object] = {
            "from": self.since,
            "to": self.until,
            "person": self.person,
            "unit": self.unit,
            "beneficiary": self.beneficiary,
            "reason": self.reason,
            "class": self.importance,
            "delayed": 1 if self.delayed else None,
        }
        return "?" + urlencode({name: value for name, value in (told | more).items() if value})


def read(given: Mapping[str, str], *, today: date) -> Question:
    """The question of an address. What cannot be read is not asked; without days it is the thirty before today."""
    until = _near(given.get("to", ""), today) or today
    since = _near(given.get("from", ""), today) or until - timedelta(days=DAYS - 1)
    if until < since:
        since, until = until, since
    reason, grade = given.get("reason", ""), given.get("class", "")
    return Question(
        since=max(since, until - timedelta(days=MOST_DAYS)),
        until=until,
        person=number(given.get("person", "")),
        unit=number(given.get("unit", "")),
        beneficiary=number(given.get("beneficiary", "")),
        reason=reason if _CODE.fullmatch(reason) else "",
        importance=grade if grade in CLASSES else "",
        delayed=bool(given.get("delayed")),
        before=number(given.get("before", "")),
    )


def _near(text: str, today: date) -> date | None:
    """A day of these times."""
    found = day(text)
    return found if found is not None and EARLIEST <= found.year <= today.year + 1 else None
