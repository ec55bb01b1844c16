"""How strong a password must be: long, not on the list everybody tries, not the person's own name or address.

Length over riddles (no forced capitals or signs), after OWASP ASVS 5.0 chapter 6.2 (2025).
"""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from wasl.core.i18n import t
from wasl.core.text import fold

SHORTEST, LONGEST = 12, 128
_SHORTEST_PERSONAL_PART = 4
_HOUSE_WORDS = ("wasl", "وصل", "baladiya", "بلديه", "municipality")


def check(password: str, personal: Iterable[str]) -> None:
    """Raises ValidationError with one sentence per weakness."""
    reasons = [reason for reason in (_length(password), _common(password), _personal(password, personal)) if reason]
    if reasons:
        raise ValidationError(reasons)


def _length(password: str) -> str | None:
    if len(password) < SHORTEST:
        return t(
            "اكتب {n} حرفاً على الأقل؛ جملة قصيرة تكفي.",
            "Write at least {n} characters; a short sentence will do.",
            n=SHORTEST,
        )
    if len(password) > LONGEST:
        return t("لا تزد على {n} حرفاً.", "Use no more than {n} characters.", n=LONGEST)
    return None


def _common(password: str) -> str | None:
    plain = password.lower().strip()
    # A known password written twice, or followed by figures only, is tried just as early.
    roots = {plain, plain.rstrip("0123456789!.@#"), plain[: len(plain) // 2] if _is_doubled(plain) else plain}
    if (
        len(set(plain)) < 5
        or any(root in _known() for root in roots)
        or fold(plain).rstrip("0123456789") in _HOUSE_WORDS
    ):
        return t("كلمة المرور هذه شائعة يسهل تخمينها.", "This password is a common one and easily guessed.")
    return None


def _is_doubled(plain: str) -> bool:
    half = len(plain) // 2
    return len(plain) % 2 == 0 and plain[:half] == plain[half:]


def _personal(password: str, personal: Iterable[str]) -> str | None:
    folded = fold(password).replace(" ", "")
    parts = {part for text in personal for part in fold(text).replace("@", " ").replace(".", " ").split()}
    for part in parts:
        if len(part) >= _SHORTEST_PERSONAL_PART and part in folded and len(folded) - len(part) < SHORTEST - 2:
            return t("لا تستخدم اسمك أو بريدك في كلمة المرور.", "Do not build the password on your name or address.")
    return None


@lru_cache
def _known() -> frozenset[str]:
    # The list of 20,000 that Django ships.
    path = Path(password_validation.__file__).resolve().parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)
