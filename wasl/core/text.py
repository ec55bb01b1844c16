"""Arabic (and Latin) text: cleaning at the edge, keys for search, digits of three alphabets.

The original is always kept; what is made here serves comparing and finding only. Choices and their measurements:
`docs/adr/0003-arabic-text.md`.
"""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(
    "[\u0610-\u061a\u061c\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LETTERS = str.maketrans("أإآٱىةؤئگکیچپڤ", "اااايهويككيجبف")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LONG_RUNS = re.compile(r"(\D)\1{2,}")  # not digits: 5000 is not 500
_WORDS = re.compile(r"[^\W_]+")

# Controls that may not come in: NUL and its like break storage, bidi overrides let one text pose as another.
_CONTROLS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_ENDINGS = ("يات", "ات", "ون", "ين", "ان", "يه", "ها", "هم", "نا", "ه", "ي")


def clean(text: str) -> str:
    """Text as it may be stored: NFC, no NUL, control or bidi-control characters, lone surrogates or outer blanks."""
    text = text.encode("utf-8", "ignore").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text)).strip()


def clean_line(text: str) -> str:
    """The same for a value of one line (names, subjects, header values): every run of blanks becomes one space."""
    return " ".join(clean(text).split())


def latin_digits(text: str) -> str:
    """The text with Arabic-Indic and Persian digits as 0-9."""
    return text.translate(_DIGITS)


def arabic_indic_digits(text: str) -> str:
    """The text with 0-9 as ٠-٩, for people who prefer to read them so."""
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def fold(text: str) -> str:
    """The key two spellings of one text share: no vowel marks or tatweel, one alif, one ya, ha for ta marbuta."""
    folded = latin_digits(_MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(_LETTERS)).lower()
    return " ".join(_LONG_RUNS.sub(r"\1\1", folded).split())


@lru_cache(maxsize=1 << 15)  # texts of one house say the same words
def light_stem(word: str) -> str:
    """A folded word without its article, its joined «و» and one common ending; never under three letters."""
    if len(word) > 4 and word.startswith("و") and not word.startswith("وال"):
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            word = word[len(article) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def search_tokens(text: str) -> list[str]:
    """The stems of a text in order, for an index and for a query alike."""
    if text.isascii() and text.isdigit():  # a number is its own stem
        return [text]
    return [light_stem(word) for word in _WORDS.findall(fold(text))]


def trigrams(text: str) -> set[str]:
    """The character trigrams of each folded word, with its borders: what finds a word in spite of a slip."""
    found: set[str] = set()
    for word in _WORDS.findall(fold(text)):
        framed = f" {word} "
        found.update(framed[i : i + 3] for i in range(len(framed) - 2))
    return found
