"""Another city's Open311 server (GeoReport v2) read as a source of rows.

Requests are asked for window by window of time; a server that knows pages is turned page by page, one that caps its
answers is asked for ever shorter windows. JSON is asked for first, XML where there is none. Calls go through the fenced
client at a polite pace, and are tried again when the other side is away for a moment.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from wasl.core import http
from wasl.core.refusal import Refusal
from wasl.transfer.reading import Source
from wasl.transfer.reading.lines import flat
from wasl.transfer.rows import SourceRow

PAGE_SIZE = 500
WINDOW = timedelta(days=30)
SHORTEST_WINDOW = timedelta(minutes=15)
# What servers cut their answers at; fewer rows than the least of these are all there are.
CAPS = (50, 100, 200, 250, 500, 1000)
LARGEST_ANSWER = 48 * 1024 * 1024
PATIENCE = 90.0
TRIES = 5
MOST_WAIT = 60.0
MOST_REDIRECTS = 3
DEFAULT_DAYS = 365
_REDIRECTS = (301, 302, 303, 307, 308)
_OTHER_FORMAT = (400, 404, 406, 415, 501)

Wait = Callable[[float], None]


@dataclass(frozen=True)
class Period:
    """From when to when requests are asked for."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, since: date | None, until: date | None, zone: ZoneInfo, at: datetime) -> "Period":
        """The days named, in a zone; the last year where none is. Raises Refusal."""
        begins = datetime.combine(since, hour(), zone) if since else at - timedelta(days=DEFAULT_DAYS)
        ends = datetime.combine(until + timedelta(days=1), hour(), zone) if until else at
        ends = min(ends, at)
        if begins >= ends:
            raise Refusal("المدة تنتهي قبل أن تبدأ.", "The time ends before it begins.")
        return cls(begins.astimezone(UTC).replace(microsecond=0), ends.astimezone(UTC).replace(microsecond=0))


class Open311Source(Source):
    """The requests of a server; each row carries as its mark the window it came in."""

    columns = None

    def __init__(
        self, url: str, *, jurisdiction: str, period: Period, zone: ZoneInfo, pace: float = 1.0, wait: Wait = time.sleep
    ) -> None:
        self._caller = _Caller(pace, wait)
        self._jurisdiction, self._period, self._zone = jurisdiction, period, zone
        self.address = _endpoint(url, self._caller)
        self.host = urlsplit(self.address).hostname or "server"
        self._format = ""
        self._knows_pages = True
        self._at = period.since
        self._line = 0

    def rows(self) -> Iterator[SourceRow]:
        return self.rows_after("")

    def rows_after(self, position: str) -> Iterator[SourceRow]:
        """The rows from a window on: one that was broken off is asked for again, its known rows are left alone."""
        self._at = datetime.fromisoformat(position) if position else self._period.since
        self._line = 0
        while self._at < self._period.until:
            ends = min(self._at + WINDOW, self._period.until)
            yield from self._window(self._at, ends)
            self._at = ends

    def share_read(self) -> float | None:
        whole = self._period.until - self._period.since
        return min((self._at - self._period.since) / whole, 1.0)

    def _window(self, begins: datetime, ends: datetime) -> Iterator[SourceRow]:
        """Every request of a window; cut in halves where the server gives only the first so many."""
        found, is_whole = self._asked(begins, ends)
        if not is_whole and ends - begins > SHORTEST_WINDOW:
            middle = begins + (ends - begins) / 2
            middle = middle.replace(microsecond=0)
            yield from self._window(begins, middle)
            yield from self._window(middle, ends)
            return
        for request in found:
            self._line += 1
            yield SourceRow(self._line, begins.isoformat(), flat(request))

    def _asked(self, begins: datetime, ends: datetime) -> tuple[list[dict[str, Any]], bool]:
        """The requests of a window, and whether these are all."""
        seen: dict[str, dict[str, Any]] = {}
        page = 1
        while True:
            rows, headers = self._page(begins, ends, page)
            fresh = {_number(row): row for row in rows if _number(row) not in seen}
            seen |= fresh
            says_more = bool(fresh) and 'rel="next"' in headers.get("link", "")
            if not says_more and len(rows) < PAGE_SIZE and len(rows) not in CAPS:
                return list(seen.values()), True
            if page > 1 and not fresh:
                self._knows_pages = False  # the second page was the first again
            if not self._knows_pages:
                return list(seen.values()), False
            page += 1

    def _page(self, begins: datetime, ends: datetime, page: int) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
        asked = {"start_date": _stamp(begins), "end_date": _stamp(ends)}
        if self._knows_pages:
            asked |= {"page": str(page), "page_size": str(PAGE_SIZE)}
        if self._jurisdiction:
            asked["jurisdiction_id"] = self._jurisdiction
        answer = self._in_either_format(f"{self.address}requests", asked)
        rows = _requests(answer.body, self._format, self.host)
        return rows, answer.headers

    def _in_either_format(self, address: str, asked: Mapping[str, str]) -> http.Answer:
        """JSON, or XML where the server has no JSON; what worked once is kept to."""
        for form in (self._format,) if self._format else ("json", "xml"):
            answer = self._caller.get(f"{address}.{form}?{urlencode(asked)}")
            if answer.status == 200 and _looks_like(form, answer.body):
                self._format = form
                return answer
            if answer.status not in (*_OTHER_FORMAT, 200):
                break
        raise Refusal(
            f"أجاب الخادم {self.host} بالرمز {answer.status}: {_complaint(answer.body)}",
            f"The server {self.host} answered {answer.status}: {_complaint(answer.body)}",
        )


class _Caller:
    """Calls one after another, no faster than the pace, and again when nobody answered."""

    def __init__(self, pace: float, wait: Wait) -> None:
        self._pace, self._wait = pace, wait
        self._last: float | None = None

    def get(self, url: str) -> http.Answer:
        """The answer, redirects followed. Raises Refusal when the fence or the other side does not let us."""
        for attempt in range(1, TRIES + 1):
            self._keep_pace()
            answer, why = self._once(url)
            if answer is not None and answer.status != 429 and answer.status < 500:
                return answer
            if attempt < TRIES:
                self._wait(_pause(answer, attempt))
        raise Refusal(
            f"لا يجيب الخادم: {why}. أعد الأمر نفسه لاحقاً؛ يُستكمل من حيث وقف.",
            f"The server does not answer: {why}. Give the same command again later; it goes on where it stopped.",
        )

    def _once(self, url: str) -> tuple[http.Answer | None, str]:
        try:
            answer = self._follow(url)
        except http.Refused as refused:
            raise Refusal(
                f"لا يُسمح بنداء هذا العنوان ({refused.reason}). إن كان خادماً داخلياً فأضفه إلى WASL_INSIDE.",
                f"This address may not be called ({refused.reason}). If it is a server of yours inside, "
                "add it to WASL_INSIDE.",
            ) from refused
        except (http.NotReached, http.Unheard) as away:
            return None, str(away)
        return answer, f"{answer.status} {_complaint(answer.body)}"

    def _follow(self, url: str) -> http.Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = http.call(
                "GET",
                url,
                headers={"Accept": "application/json, text/xml;q=0.9"},
                patience=PATIENCE,
                max_answer=LARGEST_ANSWER,
            )
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            url = urljoin(url, answer.headers["location"])
        raise http.Refused("too_many_redirects")

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if self._last is not None and (rest := self._pace - (now - self._last)) > 0:
            self._wait(rest)
        self._last = time.monotonic()


def _pause(answer: http.Answer | None, attempt: int) -> float:
    asked = answer.headers.get("retry-after", "") if answer is not None else ""
    return min(float(asked) if asked.isdigit() else 2.0**attempt, MOST_WAIT)


def _endpoint(url: str, caller: _Caller) -> str:
    """The address under which requests are found: of the discovery file where it was given, else the one given."""
    if not urlsplit(url).scheme:
        url = f"https://{url}"
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    if not name.startswith("discovery."):
        return f"{url.split('?')[0].rstrip('/')}/"
    answer = caller.get(url)
    endpoints = _endpoints(answer.body, name.rsplit(".", 1)[-1]) if answer.status == 200 else []
    chosen = next((one for one in endpoints if one.get("type") == "production"), endpoints[0] if endpoints else None)
    if chosen is None or not chosen.get("url"):
        raise Refusal(
            "ملف discovery لا يذكر عنواناً. أعطِ عنوان الخدمة نفسه.",
            "The discovery file names no endpoint. Give the address of the service itself.",
        )
    return f"{urljoin(url, chosen['url']).rstrip('/')}/"


def _endpoints(body: bytes, form: str) -> list[dict[str, str]]:
    try:
        if form == "xml":
            return [{leaf.tag: (leaf.text or "").strip() for leaf in one} for one in _tree(body).iter("endpoint")]
        said = json.loads(body)
        found = said.get("endpoints", []) if isinstance(said, dict) else []
        return [one for one in found if isinstance(one, dict)]
    except (ValueError, ElementTree.ParseError):
        return []


def _looks_like(form: str, body: bytes) -> bool:
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return head in (b"[", b"{") if form == "json" else head == b"<"


def _requests(body: bytes, form: str, host: str) -> list[dict[str, Any]]:
    """The requests of an answer. Raises Refusal for one that cannot be read or is a complaint."""
    try:
        said = [_leaves(one) for one in _tree(body).iter("request")] if form == "xml" else json.loads(body)
    except (ValueError, ElementTree.ParseError, RecursionError) as error:
        raise Refusal(
            f"لا تُقرأ إجابة الخادم {host}: {error}", f"The answer of {host} cannot be read: {error}"
        ) from error
    if isinstance(said, dict):
        inner = said.get("service_requests", said.get("requests"))
        if not isinstance(inner, list):
            raise Refusal(f"يشكو الخادم {host}: {_complaint(body)}", f"The server {host} complains: {_complaint(body)}")
        said = inner
    found = [one for one in said if isinstance(one, dict)]
    if found and all("service_request_id" not in one and "description" in one and "code" in one for one in found):
        raise Refusal(f"يشكو الخادم {host}: {_complaint(body)}", f"The server {host} complains: {_complaint(body)}")
    return found


def _tree(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("declarations are not taken")
    return ElementTree.fromstring(body)  # noqa: S314 - without declarations there is nothing to blow up


def _leaves(element: ElementTree.Element) -> dict[str, str]:
    return {leaf.tag: (leaf.text or "").strip() for leaf in element if not len(leaf)}


def _complaint(body: bytes) -> str:
    return " ".join(body[:300].decode("utf-8", "replace").split())


def _number(row: Mapping[str, Any]) -> str:
    return str(row.get("service_request_id") or json.dumps(row, sort_keys=True, default=str))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
