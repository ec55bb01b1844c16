"""Which reports a list asks for: spans of time, states, pages, and the way to the next page."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from wasl.api.open311.answers import wrong
from wasl.api.open311.reading import Given
from wasl.cases.published import Published, Span
from wasl.core import references
from wasl.core.i18n import t
from wasl.core.text import latin_digits

LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1_000
# A page by its number costs more the deeper it lies; beyond so many rows (by the last change, of which no index knows
# all, fewer) the way leads on by the Link header alone, which costs the same everywhere.
MOST_PAGES, MOST_SKIPPED, MOST_SKIPPED_BY_UPDATE = 10**6, 100_000, 10_000
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d\d:?\d\d)")
# A "+" that was not escaped in an address comes as a blank.
_LOST_PLUS = re.compile(r"(.*\d) (\d\d:?\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_STATUSES = {"open": True, "closed": False}

_BAD_MOMENT = (
    "{name}: اكتب الوقت مع فرق التوقيت، مثل 2026-11-29T13:30:00+04:00 أو 2026-11-29T09:30:00Z.",
    "{name}: write the time with its offset, such as 2026-11-29T13:30:00+04:00 or 2026-11-29T09:30:00Z.",
)
_BACKWARDS = ("{name}: النهاية قبل البداية.", "{name}: the end lies before the beginning.")
_TOO_LONG = (
    "{name}: المدة أطول من 90 يوماً. قسّمها إلى مدد أقصر.",
    "{name}: the span is longer than 90 days. Ask for shorter ones, one after another.",
)
_BAD_STATUS = t("status: اكتب open أو closed.", "status: write open or closed.")
_BAD_NUMBER = ("{name}: اكتب رقماً من 1 إلى {most}.", "{name}: write a number from 1 to {most}.")
_TOO_DEEP = t(
    "page: إلى هذا العمق تابع بعنوان next في ترويسة Link.", "page: so deep, follow the address next of the Link header."
)
_BAD_AFTER = t("after: ابدأ من الصفحة الأولى.", "after: begin again with the first page.")


@dataclass(frozen=True)
class Listing:
    """What a list is narrowed to, and which page of it is wanted."""

    span: Span
    is_open: bool | None
    page: int
    size: int
    after: tuple[datetime, str] | None

    @property
    def skip(self) -> int:
        """How many rows stand before the page; none where the page says after which row it begins."""
        return 0 if self.after is not None else (self.page - 1) * self.size

    def links(self, request: HttpRequest, given: Given, found: list[Published]) -> str:
        """The header that leads on: to the first page, the one before, the next one."""
        wanted = {"first": _address(request, given, page=1), "prev": _address(request, given, page=self.page - 1)}
        if self.page == 1:
            del wanted["prev"]
        if len(found) > self.size:
            last = found[self.size - 1]
            moment = last.updated_at if self.span.updated else last.registered_at
            after = f"{(moment or last.registered_at).astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{last.digits}"
            wanted["next"] = _address(request, given, page=self.page + 1, after=after)
        return ", ".join(f'<{address}>; rel="{name}"' for name, address in wanted.items())


def listing(given: Given, *, zone: ZoneInfo, at: datetime) -> Listing:
    """Read what a list asks for. Raises Refused with everything that is wrong."""
    wanted = Listing(
        span=span(given, zone=zone, at=at),
        is_open=_is_open(given.one("status")),
        page=_number(given, "page", default=1, most=MOST_PAGES),
        size=min(_number(given, "page_size", default=MOST_ROWS, most=10**9), MOST_ROWS),
        after=_after(given.one("after")),
    )
    if wanted.skip > (MOST_SKIPPED_BY_UPDATE if wanted.span.updated else MOST_SKIPPED):
        raise wrong(_TOO_DEEP)
    return wanted


def span(given: Given, *, zone: ZoneInfo, at: datetime) -> Span:
    """The time that is asked for: by the last change where that is named, else by the beginning; 90 days at most."""
    if given.one("updated_after") or given.one("updated_before"):
        return _span(given, ("updated_after", "updated_before"), zone=zone, at=at, updated=True)
    return _span(given, ("start_date", "end_date"), zone=zone, at=at)


def _span(given: Given, names: tuple[str, str], *, zone: ZoneInfo, at: datetime, updated: bool = False) -> Span:
    first, last = names
    from_at = _moment(given, first, zone, is_end=False)
    to_at = _moment(given, last, zone, is_end=True)
    if from_at is None:
        from_at = (to_at or at) - LONGEST_SPAN
    if to_at is None:
        to_at = from_at + LONGEST_SPAN
    if to_at < from_at:
        raise wrong(t(*_BACKWARDS, name=f"{first}, {last}"))
    # A last day counts to its end, and days are counted, not hours.
    if to_at - from_at > LONGEST_SPAN + (timedelta(days=1) if _DAY.fullmatch(given.one(last)) else timedelta()):
        raise wrong(t(*_TOO_LONG, name=f"{first}, {last}"))
    return Span(from_at, to_at, updated)


def _moment(given: Given, name: str, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    text = latin_digits(given.one(name))
    if not text:
        return None
    try:
        moment = _read_moment(text, zone, is_end=is_end).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong(t(*_BAD_MOMENT, name=name)) from None
    # What lies beyond all our cases is as good as their beginning or end, and can be reckoned with.
    return min(max(moment, EARLIEST), LATEST)


def _read_moment(text: str, zone: ZoneInfo, *, is_end: bool) -> datetime:
    """Raises ValueError."""
    if _DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time.max if is_end else time.min, zone)
    if lost := _LOST_PLUS.fullmatch(text):
        text = f"{lost[1]}+{lost[2]}"
    parts = _MOMENT.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    day, clock, offset = parts.groups()
    whole, _, fraction = clock.partition(".")
    clock = f"{whole}.{fraction[:6]:0<6}" if fraction else whole
    return datetime.fromisoformat(f"{day}T{clock}{offset.upper()}")


def _is_open(status: str) -> bool | None:
    wanted = {one.strip().lower() for one in status.split(",") if one.strip()}
    if not wanted <= set(_STATUSES):
        raise wrong(_BAD_STATUS)
    return _STATUSES[wanted.pop()] if len(wanted) == 1 else None


def _number(given: Given, name: str, *, default: int, most: int) -> int:
    text = latin_digits(given.one(name))
    if not text:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not 1 <= int(text) <= most:
        raise wrong(t(*_BAD_NUMBER, name=name, most=most))
    return int(text)


def _after(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    moment, _, digits = text.partition("-")
    reference = references.parse(digits)
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC), reference.digits  # type: ignore[union-attr]
    except (ValueError, AttributeError):
        raise wrong(_BAD_AFTER) from None


def _address(request: HttpRequest, given: Given, *, page: int, after: str = "") -> str:
    """This list at another page; a key is never written into an address."""
    left_out = ("api_key", "page", "after")
    query = [(name, value) for name, values in given.values.items() if name not in left_out for value in values]
    query.append(("page", str(page)))
    if after:
        query.append(("after", after))
    return f"{settings.WASL_BASE_URL}{request.path}?{urlencode(query)}"
