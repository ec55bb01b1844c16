"""Bytes of a mail into text: the declared charset where it can be right, the likeliest Arabic one where it cannot."""

import codecs
import re

# Only these may be named by a sender: the codec registry of Python also holds compressors and other surprises.
_NAMES = """
utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 ascii iso8859-1 iso8859-2 iso8859-5 iso8859-6 iso8859-7 iso8859-8
iso8859-9 iso8859-15 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp720 cp864 cp437 cp874 mac-arabic
mac-roman koi8-r gb2312 gbk gb18030 big5 shift_jis iso2022_jp euc_jp euc_kr cp949 tis-620
"""
_KNOWN = frozenset(_NAMES.split())
_ALIASES = {
    "x-mac-arabic": "mac-arabic",
    "macarabic": "mac-arabic",
    "x-windows-1256": "cp1256",
    "x-cp1256": "cp1256",
    "win-1256": "cp1256",
    "windows1256": "cp1256",
    "ansi_1256": "cp1256",
    "asmo-708": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "dos-720": "cp720",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "ks_c_5601-1987": "cp949",
}
# Western labels that older Arabic clients put on Arabic text.
_WESTERN = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii"})
_ARABIC_GUESSES = ("cp1256", "iso8859-6")
_ARABIC_RUN = re.compile("[\u0621-\u064a]{3,}")
_MIXED_WORD = re.compile("[\u0621-\u064a][à-ÿ]|[à-ÿ][\u0621-\u064a]")
_ARABIC = re.compile("[\u0621-\u064a]")
# How often letters stand in Arabic administrative prose, in rough per cent; the rest is rarer.
_FREQUENT = dict(zip("اليمونرتبةعدسفقهكحج", (16, 12, 9, 7, 6, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 1), strict=True))
_MOJIBAKE = re.compile("[ÃØÙÚ][\u0080-\u00ff\u0152-\u2122]|[طظ][\u0080-\u00ff\u0600-\u06ff\u2018-\u2122]")


def known_charset(declared: str) -> str | None:
    """The codec for a declared charset, None when it is unknown or not a charset at all."""
    name = declared.strip().strip("'\"").lower().split("*")[0]
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return found if found in _KNOWN else None


def decode(content: bytes, declared: str = "") -> str:
    """The text of some bytes. Never raises; what cannot be read becomes U+FFFD."""
    charset = known_charset(declared) if declared else None
    if not charset and content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return content.decode("utf-16", "replace")
    if charset and charset.startswith(("utf-16", "utf-32", "iso2022", "gb", "big5", "shift", "euc")):
        return content.decode(charset, "replace")
    if content.isascii():
        return content.decode("ascii")
    as_utf8 = _strictly(content, "utf-8")
    if as_utf8 is not None:  # single-byte Arabic is practically never valid UTF-8, whatever the label says
        return mend(as_utf8.removeprefix("\ufeff"))
    if charset and charset not in _WESTERN and charset != "utf-8":
        return _by_label(content, charset)
    return _guess(content, charset)


def mend(text: str) -> str:
    """Text that was encoded twice on its way («Ø§Ù„», «ط§ظ„»), read as it was meant; else unchanged."""
    if len(_MOJIBAKE.findall(text)) < 3:
        return text
    for wrong in ("cp1252", "iso8859-1", "cp1256"):
        try:
            mended = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if _ARABIC.search(mended):
            return mended
    return text


def _by_label(content: bytes, charset: str) -> str:
    # The two Arabic code pages are mixed up by clients: the label wins unless the other reads clearly better.
    if charset not in _ARABIC_GUESSES:
        return content.decode(charset, "replace")
    labelled = content.decode(charset, "replace")
    other = content.decode(next(name for name in _ARABIC_GUESSES if name != charset), "replace")
    return other if _likeness(other) > 1.5 * max(_likeness(labelled), 1) else labelled


def _guess(content: bytes, charset: str | None) -> str:
    if charset == "utf-8":
        patched = content.decode("utf-8", "replace")
        if patched.count("\ufffd") * 20 <= sum(byte > 127 for byte in content):
            return patched  # UTF-8 with a few damaged bytes
    best = max((content.decode(name, "replace") for name in _ARABIC_GUESSES), key=_likeness)
    if _reads_as_arabic(best):
        return best
    return content.decode("cp1252" if charset in (None, "ascii", "utf-8") else charset, "replace")


def _reads_as_arabic(text: str) -> bool:
    letters = sum(1 for letter in text if letter > "\x7f" and letter.isalpha()) + text.count("\ufffd")
    in_runs = sum(len(run) for run in _ARABIC_RUN.findall(text))
    return in_runs > 0 and in_runs * 2 >= letters


def _likeness(text: str) -> float:
    """How much the text looks like Arabic; the article «ال» tells the code pages apart best."""
    score = sum(_FREQUENT.get(letter, 0) for letter in text) + 20 * text.count("ال")
    return score - 10 * sum(text.count(odd) for odd in "\ufffd×÷¤") - 20 * len(_MIXED_WORD.findall(text))


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except UnicodeError:
        return None
