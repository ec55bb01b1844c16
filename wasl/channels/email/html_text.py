"""HTML of strangers: an allow-listed rest to keep, and the plain text in it to read."""

import re
from html.parser import HTMLParser

import nh3

from wasl.core.text import clean

MAX_HTML = 2_000_000
# No picture and nothing that loads, submits, styles or runs; links open outside without telling where from.
_TAG_NAMES = """
a abbr b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre q s small span strong sub sup table tbody
td tfoot th thead tr u ul bdi bdo
"""
_BLOCK_NAMES = "p div blockquote dl ol ul table tr h1 h2 h3 h4 h5 h6 hr pre li dt dd"
TAGS = set(_TAG_NAMES.split())
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "*": {"dir", "lang"}}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "head", "template", "noscript", "svg", "math", "object", "iframe"}
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_TOO_DEEP = re.compile(r"(?:<(?!/|br|hr|img|meta|link|input)[a-z][^>]*>\s*){400,}", re.IGNORECASE)


def sanitise(html: str) -> str:
    """The harmless rest of a piece of HTML. Source: the allow-list above; nh3 parses as browsers do."""
    html = _TOO_DEEP.sub("<div>", html[:MAX_HTML])
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def text_of(html: str) -> str:
    """The text a reader would see, lines where blocks end. Takes sanitised HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t\u00a0]+", " ", "".join(reader.pieces))
    return clean(re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._link = ""
        self._link_from = 0
        self._is_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n")
        if tag == "pre":
            self._is_pre += 1
        if tag == "a":
            self._link, self._link_from = dict(attrs).get("href") or "", len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "pre":
            self._is_pre -= 1
        if tag == "a":
            self._close_link()

    def handle_data(self, data: str) -> None:
        self.pieces.append(data if self._is_pre > 0 else re.sub(r"\s+", " ", data))

    def _close_link(self) -> None:
        words = "".join(self.pieces[self._link_from :])
        if self._link.startswith("http") and self._link not in words and words.strip() not in self._link:
            self.pieces.append(f" ({self._link})")
        self._link = ""
