"""Somebody at the site with a plain browser: no scripts, cookies, forms; each with a network address of their own."""

import http.cookiejar
import io
import itertools
import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message

from PIL import Image

LIGHT_OUT = "LT-OUT"
_numbers = itertools.count(1)
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')
_LINK = re.compile(r"/t/[2-9a-z]{14}")
REFERENCE = re.compile(r"[A-Z]{2}-\d{4}-\d{5,}-\d")

File = tuple[str, bytes, str]


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    status: int
    headers: Message
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def place(self) -> str:
        """Where it leads to, for a redirect."""
        return str(self.headers.get("Location", ""))


class Refused(AssertionError):
    """A step was not taken."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.place} {answer.content.decode(errors='replace')[-3000:]}")
        self.answer = answer


class _Staying(urllib.request.HTTPRedirectHandler):
    """Redirects are answers to look at, not to follow."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Visitor:
    """A browser. `address` is the network address the house believes it has."""

    def __init__(self, url: str, *, address: str = "", language: str = "ar") -> None:
        self.url = url
        number = next(_numbers)
        self.address = address or f"198.18.{number // 250}.{number % 250 + 1}"
        self.language = language
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(_Staying, urllib.request.HTTPCookieProcessor(self._cookies))
        self.page = ""

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(urllib.request.Request(self.url + path))

    def open(self, path: str) -> Answer:
        """Open a page that must be there. Raises Refused."""
        answer = self.get(path)
        if answer.status != 200:
            raise Refused(answer)
        return answer

    def post(self, path: str, fields: dict[str, str], files: list[tuple[str, File]] | None = None) -> Answer:
        """Send the form of the page opened last."""
        found = _CSRF.search(self.page)
        fields = {"csrfmiddlewaretoken": found[1] if found else "", **fields}
        if files is None:
            body, kind = urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, files)
        return self._ask(urllib.request.Request(self.url + path, body, {"Content-Type": kind}))

    def _ask(self, request: urllib.request.Request) -> Answer:
        request.add_header("X-Forwarded-For", self.address)
        request.add_header("Accept-Language", self.language)
        request.add_header("Accept", "text/html")
        try:
            with self._opener.open(request, timeout=60) as response:
                answer = Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as other:  # 3xx, 4xx, 5xx
            answer = Answer(other.code, other.headers, other.read())
        if _CSRF.search(answer.content.decode(errors="replace")):
            self.page = answer.text
        return answer

    # --- the wizard, step by step

    def fill_in(
        self,
        words: str,
        *,
        service: str = LIGHT_OUT,
        kind: str = "",
        photos: list[File] | None = None,
        address_text: str = "",
        **contact: str,
    ) -> "Visitor":
        """Steps 1 to 3, up to the check page. Fails when a step is refused."""
        self.open(f"/report?lang={self.language}")
        self.must_lead("/report/place", self.post("/report", {"service": service} if service else {"kind": kind}))
        self.must_lead("/report/details", self.place(address_text=address_text, photos=photos))
        self.must_lead("/report/check", self.details(words, **contact))
        self.open("/report/check")
        return self

    def place(self, *, photos: list[File] | None = None, **more: str) -> Answer:
        """Send step 2."""
        where = {"wilayat": "", "area_text": "الخوض", "address_text": "", "lat": "23.5912", "lon": "58.1703"}
        return self.post("/report/place", where | more, [("photos", photo) for photo in photos or []])

    def details(self, words: str, **contact: str) -> Answer:
        """Send step 3."""
        person = {
            "preferred_channel": "none",
            "name": "مريم بنت سعيد الحارثية",
            "phone": "",
            "email": "",
            "language": self.language,
        }
        return self.post("/report/details", {"description": words} | person | contact)

    @property
    def key(self) -> str:
        """The key in the form of the check page."""
        found = _KEY.search(self.page)
        assert found, self.page[:2000]
        return found[1]

    def send(self, key: str = "") -> Answer:
        """Step 4."""
        return self.post("/report/check", {"key": key or self.key})

    def receipt(self) -> tuple[str, str]:
        """The number and the private path that the last page shows."""
        page = self.open("/report/done").text
        number, link = REFERENCE.search(page), _LINK.search(page)
        assert number, page[:2000]
        assert link, page[:2000]
        return number[0], link[0]

    def report(self, words: str, **given: str) -> str:
        """All four steps; gives the number."""
        self.fill_in(words, **given)  # type: ignore[arg-type]
        self.must_lead("/report/done", self.send())
        return self.receipt()[0]

    @staticmethod
    def must_lead(to: str, answer: Answer) -> None:
        """The answer is a redirect to there."""
        if (answer.status, answer.place) != (302, to):
            raise Refused(answer)


def photo(colour: str = "orange", *, size: tuple[int, int] = (640, 480), name: str = "صورة.jpg") -> File:
    """A small picture, never the same twice."""
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", comment=secrets.token_bytes(12))
    return name, content.getvalue(), "image/jpeg"


def _multipart(fields: dict[str, str], files: list[tuple[str, File]]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name, (filename, content, kind) in files:
        parts.append(_part(boundary, f'name="{name}"; filename="{filename}"\r\nContent-Type: {kind}', content))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, head: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
