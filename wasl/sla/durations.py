"""Promised times as the catalogue writes them: "30m", "4h", "3d"."""

import re
from dataclasses import dataclass

from wasl.core.i18n import counted
from wasl.core.localized import Localized, both
from wasl.core.text import latin_digits

_PATTERN = re.compile(r"([1-9]\d{0,4})\s*([mhd])", re.IGNORECASE)
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
ALWAYS = "24x7"


class BadDuration(ValueError):
    """The text is no promised time: a number above 0 and m (minutes), h (hours) or d (days)."""


@dataclass(frozen=True)
class Duration:
    """An amount of the named clock: minutes, or working days."""

    minutes: int | None = None
    working_days: int | None = None
    always_open: bool = False

    def in_words(self) -> Localized:
        """«3 أيام عمل», «4 ساعات»; hours and minutes are those of the clock it belongs to."""
        return both(*(self._in(language) for language in ("ar", "en")))

    def _in(self, language: str) -> str:
        if self.working_days is not None:
            return counted(self.working_days, "working_day", in_language=language)
        minutes = self.minutes or 0
        if minutes % _MINUTES["h"]:
            return counted(minutes, "minute", in_language=language)
        return counted(minutes // _MINUTES["h"], "hour", in_language=language)


def parse(text: str, clock_mode: str) -> Duration:
    """The promised time of a text. Days are working days, or 24 hours each in clock mode "24x7". Raises BadDuration."""
    found = _PATTERN.fullmatch(latin_digits(text).strip())
    if found is None:
        raise BadDuration(text)
    amount, letter = int(found[1]), found[2].lower()
    always_open = clock_mode == ALWAYS
    if letter == "d" and not always_open:
        return Duration(working_days=amount)
    return Duration(minutes=amount * _MINUTES[letter], always_open=always_open)
