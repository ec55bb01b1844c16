"""When two spellings are one name: the key by which people are found again."""

import re

from wasl.core.text import fold

# What people put before and between names and leave out the next time.
_TITLES = frozenset(
    fold(
        "السيد السيدة الفاضل الفاضلة الأستاذ الأستاذة استاذ المهندس المهندسة مهندس م "
        "الدكتور الدكتورة دكتور د الشيخ"
        " الشيخة المحترم المحترمة بن بنت ابن mr mrs ms miss dr eng sheikh bin bint ibn"
    ).split()
)
_JOINED_TO_NEXT = frozenset({"عبد", "ابو", "ام", "ال", "abd", "abdul", "abu", "al", "el"})
_WORDS = re.compile(r"[^\W_]+")
LONGEST = 200


def name_key(name: str) -> str:
    """The key of a name: spelling variants folded, titles and «بن» left out, «عبد الله» and «عبدالله» one word."""
    words = _WORDS.findall(fold(name))
    bare = [word for word in words if word not in _TITLES] or words
    joined: list[str] = []
    held = ""
    for word in bare:
        held += word
        if word not in _JOINED_TO_NEXT:
            joined.append(held)
            held = ""
    return " ".join([*joined, held] if held else joined)[:LONGEST]
