"""How well stems and synonyms join Arabic words: 35 judged queries over 40 sentences of citizens.

`pytest -s wasl/catalogue/tests/test_words.py` prints the figures.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from wasl.catalogue.words import house_groups, spread
from wasl.core.text import search_tokens

JUDGED = json.loads((Path(__file__).parent / "municipal_search_ar.json").read_text(encoding="utf-8"))
FAMILIES = spread(house_groups())
SENTENCES = [set(search_tokens(sentence)) for sentence in JUDGED["docs"]]


def measure(matches: Callable[[Iterable[bool]], bool], *, synonyms: bool) -> tuple[float, float]:
    """Mean recall and precision over the queries, where all or any of their words must meet a sentence."""
    recalls, precisions = [], []
    for query, right in JUDGED["queries"].items():
        meanings = [{word} | (FAMILIES.get(word, frozenset()) if synonyms else set()) for word in search_tokens(query)]
        found = {number for number, words in enumerate(SENTENCES) if matches(bool(m & words) for m in meanings)}
        recalls.append(len(found & set(right)) / len(right))
        precisions.append(len(found & set(right)) / len(found) if found else 0.0)
    return sum(recalls) / len(recalls), sum(precisions) / len(precisions)


@pytest.mark.parametrize(
    ("matches", "synonyms", "least_recall", "least_precision"),
    [(all, False, 0.6, 0.75), (any, False, 0.75, 0.75), (all, True, 0.9, 0.88), (any, True, 0.97, 0.7)],
    ids=["all words, stems", "any word, stems", "all words, synonyms", "any word, synonyms"],
)
def test_words_meet_their_sentences(
    matches: Callable[[Iterable[bool]], bool], synonyms: bool, least_recall: float, least_precision: float
) -> None:
    recall, precision = measure(matches, synonyms=synonyms)
    print(f"{matches.__name__} synonyms={synonyms}: recall {recall:.2f} precision {precision:.2f}")

    assert recall >= least_recall
    assert precision >= least_precision


@pytest.mark.parametrize(
    ("one", "other"),
    [("شوارع", "الشارع"), ("ليتات", "إنارة"), ("زبالة", "القمامة"), ("ماي", "المياه"), ("كلب", "كلاب")],
)
def test_plurals_and_dialect_are_of_one_family(one: str, other: str) -> None:
    assert search_tokens(other)[0] in FAMILIES[search_tokens(one)[0]]


@pytest.mark.parametrize(("one", "other"), [("حفرة", "زبالة"), ("كلب", "قطة"), ("شكوى", "بلاغ")])
def test_words_of_other_meaning_are_not(one: str, other: str) -> None:
    assert search_tokens(other)[0] not in FAMILIES[search_tokens(one)[0]]
