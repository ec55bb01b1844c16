"""The index in memory: how a word meets a phrase, and what that counts."""

import pytest

from wasl.catalogue.search import Entry, Hit, Index, Phrase
from wasl.catalogue.words import house_groups, spread

LAMP = Entry("lamp", [Phrase("عمود إنارة لا يعمل"), Phrase("street light out")])
RUBBISH = Entry("rubbish", [Phrase("امتلاء حاوية النفايات"), Phrase("overflowing container")])
POTHOLE = Entry("pothole", [Phrase("حفرة في الطريق"), Phrase("pothole in the road")])
DOGS = Entry("dogs", [Phrase("كلاب سائبة في الطريق"), Phrase("stray dogs")])


@pytest.fixture(scope="module")
def index() -> Index:
    return Index([LAMP, RUBBISH, POTHOLE, DOGS], spread(house_groups()))


def keys(hits: list[Hit]) -> list[str]:
    return [hit.key for hit in hits]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("حَفْرَه", "pothole"),
        ("الحـــفرة", "pothole"),
        ("حفر", "pothole"),
        ("نقر", "pothole"),
        ("ليتات", "lamp"),
        ("زباله", "rubbish"),
        ("كلب", "dogs"),
        ("POTHOLES", "pothole"),
        ("garbage bin", "rubbish"),
        ("كلاب ضالة", "dogs"),
    ],
)
def test_spellings_plurals_and_dialect_meet_the_same_entry(index: Index, words: str, key: str) -> None:
    assert keys(index.find(words, limit=1)) == [key]


@pytest.mark.parametrize(("words", "key"), [("حاوبة", "rubbish"), ("contianer", "rubbish"), ("streat lihgt", "lamp")])
def test_a_slip_of_the_finger_is_forgiven(index: Index, words: str, key: str) -> None:
    assert keys(index.find(words, limit=1)) == [key]


def test_the_last_word_may_be_half_typed_and_only_the_last() -> None:
    index = Index([LAMP, RUBBISH], {})

    assert keys(index.find("overfl", limit=5)) == ["rubbish"]
    assert keys(index.find("str", limit=5)) == ["lamp"]
    assert keys(index.find("str xyzzy", limit=5)) == []
    assert keys(index.find_by_letter("str", limit=5)) == []


def test_the_head_of_a_letter_counts_more_than_its_end(index: Index) -> None:
    middle = " ".join(f"kalam{number}" for number in range(20))

    assert keys(index.find_by_letter(f"pothole {middle} container", limit=2)) == ["pothole", "rubbish"]
    assert keys(index.find_by_letter(f"container {middle} pothole", limit=2)) == ["rubbish", "pothole"]


def test_a_rare_word_weighs_more_than_one_many_entries_share(index: Index) -> None:
    hits = index.find("كلاب في الطريق", limit=5)

    assert keys(hits) == ["dogs", "pothole"]
    assert hits[0].score > 2 * hits[1].score


def test_a_hit_tells_the_phrase_it_met_and_how_much_of_the_query_it_knows(index: Index) -> None:
    [whole] = index.find("pothole", limit=1)
    [part] = index.find("pothole xyzzy", limit=1)

    assert (whole.phrase, whole.words, whole.share) == ("pothole in the road", ("pothole",), 1.0)
    assert part.share < 0.6


def test_words_that_say_nothing_are_passed_over(index: Index) -> None:
    assert index.find("السلام عليكم أبغي حفرة", limit=1)[0].share == 1.0


@pytest.mark.parametrize("words", ["", "   ", "؟!…", "🙂", "xyzzy", "9" * 5000, "ا" * 5000, "\x00"])
def test_nothing_meant_is_nothing_found(index: Index, words: str) -> None:
    assert index.find(words, limit=5) == []


def test_an_empty_catalogue_finds_nothing() -> None:
    assert Index([], {}).find("حفرة", limit=5) == []


def test_a_longer_phrase_met_in_part_stands_behind_a_phrase_met_as_a_whole() -> None:
    part = Entry("part", [Phrase("lease contract renewal office")])
    whole = Entry("whole", [Phrase("lease contract")])

    assert keys(Index([part, whole], {}).find("lease contract", limit=2)) == ["whole", "part"]


def test_only_words_of_one_token_join_families() -> None:
    families = spread([["ماء", "مياه", "ماي"], ["two words", "one"]])

    assert len({families[stem] for stem in families}) == 1
    assert "one" not in families
