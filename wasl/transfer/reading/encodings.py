"""Which letters a file is written in: told, or found out from its beginning."""

import codecs
import re

from wasl.core.i18n import t
from wasl.core.refusal import Refusal

# Some call Windows-1256 so, the encoding in which older Excel saves Arabic.
_NAMES = {"windows-1256": "cp1256", "ansi": "cp1256", "utf8": "utf-8-sig", "utf-8": "utf-8-sig"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Words, not single letters: one letter of Western Europe looks like an Arabic one.
_ARABIC = re.compile("[\u0621-\u0652\u067e\u0686\u0698\u06af]{2,}")
# Letters of which Arabic in Windows-1256 consists for the most part, else it is another encoding.
_MOST = 0.7


def chosen(told: str, beginning: bytes, name: str) -> tuple[str, str]:
    """The codec for a file and a remark about it. `beginning` are its first bytes. Raises Refusal."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding, ""
    if told:
        return _known(told), ""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
        return "utf-8", ""
    except UnicodeDecodeError:
        pass
    if _is_arabic(beginning):
        return "cp1256", t(
            "الملف ليس UTF-8؛ قُرئ بترميز Windows-1256. ليُثبَّت ذلك اكتب encoding: cp1256 في المواءمة.",
            "The file is not UTF-8; it was read as Windows-1256. To settle that write encoding: cp1256 in the mapping.",
        )
    raise Refusal(
        f"ترميز الملف {name} غير معروف: ليس UTF-8 ولا عربية Windows-1256. "
        "سمِّه بالخيار --encoding أو تحت file في المواءمة.",
        f"The encoding of {name} is not known: neither UTF-8 nor Arabic Windows-1256. "
        "Name it by --encoding or under `file` in the mapping.",
    )


def _known(told: str) -> str:
    name = _NAMES.get(told.strip().lower(), told.strip())
    try:
        codecs.lookup(name)
    except LookupError:
        raise Refusal(
            f"لا يوجد ترميز باسم «{told}». المعتاد: utf-8 أو cp1256.",
            f"There is no encoding “{told}”. Usual are utf-8 and cp1256.",
        ) from None
    return name


def _is_arabic(beginning: bytes) -> bool:
    text = beginning.decode("cp1256", "replace")
    foreign = sum(not one.isascii() for one in text)
    return bool(foreign) and sum(map(len, _ARABIC.findall(text))) / foreign >= _MOST
