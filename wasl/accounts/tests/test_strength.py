import pytest
from django.core.exceptions import ValidationError

from wasl.accounts import strength

PERSON = ["noora.alkindi@example.om", "نورة بنت سالم الكندية", "Noora Al Kindi"]


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery",
        "نخلة وبحر وجبل وريح",
        "ممر الحديقة الهادئ 7",
        "x9!kQ2#mL0@z",
        "نورة تحب المشي في وادي شاب صباحا",
    ],
)
def test_a_long_phrase_is_enough(good: str) -> None:
    strength.check(good, PERSON)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("short", "12 حرفاً"),
        ("أحد عشر حرف", "12 حرفاً"),
        ("x" * 129, "128"),
        ("password123456", "شائعة"),
        ("qwertyuiopqwertyuiop", "شائعة"),
        ("aaaaaaaaaaaaaa", "شائعة"),
        ("121212121212", "شائعة"),
        ("municipality2026", "شائعة"),
        ("Alkindi-2026", "اسمك"),
        ("الكندية 123456", "اسمك"),
        ("الكِنديّة 123456", "اسمك"),
    ],
)
def test_what_would_be_guessed_is_refused_with_a_reason(bad: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        strength.check(bad, PERSON)
