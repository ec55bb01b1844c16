"""Two languages side by side: every sentence of the product stands in the source in Arabic and in English.

So no page can lack one of them, and whoever changes a sentence sees its sister. A further language is a JSON file
`locale/<language>.json` that maps the English sentence to its translation. Why it is so:
`docs/adr/0002-two-languages-in-the-source.md`.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import trans_real

LANGUAGES = ("ar", "en")
DEFAULT_LANGUAGE = "ar"
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"


def language() -> str:
    """The language of this request or job, without its region."""
    # What `translation.get_language` says, asked at its source: a page asks a thousand times.
    present = getattr(trans_real._active, "value", None)  # type: ignore[attr-defined]
    chosen = (present.to_language() if present is not None else settings.LANGUAGE_CODE) or DEFAULT_LANGUAGE
    return chosen if len(chosen) == 2 else chosen.split("-")[0]


def say(arabic: str, english: str, /, **values: Any) -> str:
    """The sentence in the present language, with `values` put into its {places} as plain text."""
    return say_in(language(), arabic, english, **values)


def say_in(chosen: str, arabic: str, english: str, /, **values: Any) -> str:
    """The sentence in a named language; English where a further language lacks it."""
    sentence = arabic if chosen == "ar" else _catalogue(chosen).get(english, english)
    return sentence.format(**values) if values else sentence


_lazy_say = lazy(say, str)


def t(arabic: str, english: str, /, **values: Any) -> str:
    """Like `say`, but chosen when shown: for labels, choices and messages made before the language is known."""
    sentence: str = _lazy_say(arabic, english, **values)
    return sentence


@lru_cache
def _catalogue(chosen: str) -> dict[str, str]:
    path = CATALOGUES / f"{chosen}.json"
    if chosen == "en" or not path.is_file():
        return {}
    catalogue: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


# Arabic counts in six forms: 0, 1, 2, 3-10, 11-99, and the hundreds. English in two.
# The forms for 1 and 2 hold the number in the word itself; the rest take the figure.
NOUNS: dict[str, tuple[tuple[str, str, str, str, str, str], tuple[str, str]]] = {
    "second": (
        ("أقل من ثانية", "ثانية واحدة", "ثانيتان", "{n} ثوانٍ", "{n} ثانية", "{n} ثانية"),
        ("{n} second", "{n} seconds"),
    ),
    "minute": (
        ("أقل من دقيقة", "دقيقة واحدة", "دقيقتان", "{n} دقائق", "{n} دقيقة", "{n} دقيقة"),
        ("{n} minute", "{n} minutes"),
    ),
    "hour": (("أقل من ساعة", "ساعة واحدة", "ساعتان", "{n} ساعات", "{n} ساعة", "{n} ساعة"), ("{n} hour", "{n} hours")),
    "day": (("أقل من يوم", "يوم واحد", "يومان", "{n} أيام", "{n} يوماً", "{n} يوم"), ("{n} day", "{n} days")),
    "point": (("لا نقاط", "نقطة واحدة", "نقطتان", "{n} نقاط", "{n} نقطة", "{n} نقطة"), ("{n} point", "{n} points")),
    "working_day": (
        ("أقل من يوم عمل", "يوم عمل واحد", "يوما عمل", "{n} أيام عمل", "{n} يوم عمل", "{n} يوم عمل"),
        ("{n} working day", "{n} working days"),
    ),
    "time": (("ولا مرة", "مرة واحدة", "مرتين", "{n} مرات", "{n} مرة", "{n} مرة"), ("{n} time", "{n} times")),
    "case": (("لا طلبات", "طلب واحد", "طلبان", "{n} طلبات", "{n} طلباً", "{n} طلب"), ("{n} case", "{n} cases")),
    "jump": (
        (
            "لا تقديم",
            "تقديم واحد مسبَّب",
            "تقديمان مسبَّبان",
            "{n} تقديمات مسبَّبة",
            "{n} تقديماً مسبَّباً",
            "{n} تقديم مسبَّب",
        ),
        ("{n} jump, with reason", "{n} jumps, with reasons"),
    ),
    "new_case": (
        ("لا طلبات جديدة", "طلب جديد", "طلبان جديدان", "{n} طلبات جديدة", "{n} طلباً جديداً", "{n} طلب جديد"),
        ("{n} new case", "{n} new cases"),
    ),
    "photo": (("لا صور", "صورة واحدة", "صورتان", "{n} صور", "{n} صورة", "{n} صورة"), ("{n} photo", "{n} photos")),
    "file": (("لا ملفات", "ملف واحد", "ملفان", "{n} ملفات", "{n} ملفاً", "{n} ملف"), ("{n} file", "{n} files")),
    "person": (("لا أحد", "شخص واحد", "شخصان", "{n} أشخاص", "{n} شخصاً", "{n} شخص"), ("{n} person", "{n} people")),
    "letter": (
        ("لا حروف", "حرف واحد", "حرفان", "{n} حروف", "{n} حرفاً", "{n} حرف"),
        ("{n} character", "{n} characters"),
    ),
    "task": (("لا مهام", "مهمة واحدة", "مهمتان", "{n} مهام", "{n} مهمة", "{n} مهمة"), ("{n} task", "{n} tasks")),
    "new_alert": (
        ("لا تنبيهات جديدة", "تنبيه جديد", "تنبيهان جديدان", "{n} تنبيهات جديدة", "{n} تنبيهاً جديداً", "{n} تنبيه جديد"),
        ("{n} new alert", "{n} new alerts"),
    ),
    "row": (("لا سجلات", "سجل واحد", "سجلان", "{n} سجلات", "{n} سجلاً", "{n} سجل"), ("{n} row", "{n} rows")),
    "part": (("لا أجزاء", "جزء واحد", "جزآن", "{n} أجزاء", "{n} جزءاً", "{n} جزء"), ("{n} part", "{n} parts")),
    "message": (
        ("لا رسائل", "رسالة واحدة", "رسالتان", "{n} رسائل", "{n} رسالة", "{n} رسالة"),
        ("{n} message", "{n} messages"),
    ),
}


def counted(n: int, noun: str, *, in_language: str | None = None) -> str:
    """A number with its noun: «3 أيام», "3 days". `noun` is a key of NOUNS."""
    arabic, english = NOUNS[noun]
    if (in_language or language()) == "ar":
        return arabic[arabic_plural(n)].format(n=f"{n:,}")
    return english[n != 1].format(n=f"{n:,}")


def arabic_plural(n: int) -> int:
    """Which of the six Arabic forms the number takes (CLDR: zero, one, two, few, many, other)."""
    if n <= 2:
        return max(n, 0)
    rest = n % 100
    if 3 <= rest <= 10:
        return 3
    return 4 if rest >= 11 else 5


__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Promise", "arabic_plural", "counted", "language", "say", "say_in", "t"]
