"""Values for text without elements: messages, mail subjects, labels read aloud, cells of a sheet.

Each is wrapped in the isolating marks U+2066/U+2068 … U+2069, so that a reference or a name keeps its own direction in
an Arabic sentence; `without_marks` takes them out again where a receiver cannot show them.
"""

from typing import Any

from wasl.web.bidi import FSI, LRI, PDI, isolate_plain, isolate_plain_ltr
from wasl.web.figures import grouped_phone

_MARKS = str.maketrans("", "", FSI + LRI + PDI)


def ref(value: Any) -> str:
    """A reference or code inside a sentence."""
    return isolate_plain_ltr(value)


def phone(value: str) -> str:
    """A phone number in its groups inside a sentence."""
    return isolate_plain_ltr(grouped_phone(value))


def iso(value: Any) -> str:
    """A name or other words of unknown direction inside a sentence."""
    return isolate_plain(value)


def without_marks(text: str) -> str:
    """The text without the isolating marks: for SMS, where each of them costs room and old phones show boxes."""
    return text.translate(_MARKS)


__all__ = ["iso", "phone", "ref", "without_marks"]
