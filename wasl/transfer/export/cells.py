"""What may stand in a cell that leaves the house: no formula, no direction marks of strangers, no number of anybody."""

import re

from wasl.core.text import clean
from wasl.web.plain import iso

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
# Seven figures and more, also in groups and in Arabic digits, and mail addresses: what people put into a title.
_NUMBER = re.compile(r"(?<![\w-])\+?(?:[0-9٠-٩۰-۹][ .-]?){7,}(?![\w-])")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LATIN, _ARABIC = re.compile(r"[A-Za-z]"), re.compile(r"[\u0600-\u06ff]")


def nameless(title: str) -> str:
    """A title without telephone numbers and addresses that somebody may have written into it."""
    return " ".join(_ADDRESS.sub("•••", _NUMBER.sub("••• ", title)).split())


def cell(text: str) -> str:
    """A value as it goes into a sheet: no control or direction marks of strangers, no formula, mixed text isolated."""
    words = " ".join(clean(text).split())
    if words.startswith(_STARTS_A_FORMULA):
        words = f"'{words}"
    return iso(words) if _LATIN.search(words) and _ARABIC.search(words) else words
