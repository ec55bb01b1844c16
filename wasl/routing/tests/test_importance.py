"""The importance class: total, explained, and never lowered by anything graver."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wasl.routing.importance import (
    CLASSES,
    DEFAULT_POINTS,
    HARDSHIPS,
    REASONS,
    TOP_LEVEL,
    Facts,
    Importance,
    Matrix,
    importance,
)

numbers = st.integers(min_value=-5, max_value=2000)
facts = st.builds(
    Facts,
    danger=numbers,
    people=numbers,
    site=numbers,
    legal_days=st.none() | numbers,
    repeats=numbers,
    crisis=st.booleans(),
    hardship=st.sampled_from(["", *HARDSHIPS, "friend"]),
)
matrices = st.builds(
    Matrix,
    points=st.dictionaries(st.sampled_from(sorted(DEFAULT_POINTS)), st.integers(0, 200)),
    bands=st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 200)),
)
bases = st.sampled_from([*CLASSES, None, "", "P9"])
anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


def rank(found: Importance) -> int:
    return CLASSES.index(found.code)


@pytest.mark.parametrize("base", CLASSES)
def test_no_facts_leave_the_class_of_the_service(base: str) -> None:
    found = importance(base, Facts())

    assert found.code == base
    assert len(found.reasons) == 1


@pytest.mark.parametrize(
    ("base", "known", "code"),
    [
        ("P3", Facts(danger=3), "P1"),
        ("P4", Facts(danger=3), "P1"),
        ("P3", Facts(danger=2), "P2"),
        ("P3", Facts(danger=1), "P3"),
        ("P3", Facts(people=120, site=1), "P2"),
        ("P3", Facts(site=2), "P2"),
        ("P4", Facts(repeats=5, people=10), "P3"),
        ("P2", Facts(people=1000), "P1"),
        ("P2", Facts(crisis=True, people=150), "P1"),
        ("P2", Facts(crisis=True), "P2"),
        ("P3", Facts(legal_days=2, repeats=4, people=10), "P2"),
        ("P3", Facts(legal_days=30), "P3"),
        ("P4", Facts(hardship="alone"), "P1"),
        ("P4", Facts(hardship="a friend of mine"), "P4"),
    ],
)
def test_the_matrix_of_the_house_gives_the_expected_class(base: str, known: Facts, code: str) -> None:
    assert importance(base, known).code == code


@pytest.mark.requirement("S-09")
@given(bases, facts, matrices)
def test_same_answers_give_the_same_class_in_words_of_both_languages(
    base: str | None, known: Facts, matrix: Matrix
) -> None:
    found = importance(base, known, matrix)

    assert found == importance(base, known, matrix)
    assert found.code in CLASSES
    assert all(reason["ar"] and reason["en"] for reason in found.reasons)
    assert sum(points for _, points in found.lines) == found.points


@given(bases, facts, matrices, st.sampled_from(["danger", "people", "site", "repeats"]), st.integers(0, 2000))
def test_more_of_anything_never_lowers_the_class(
    base: str | None, known: Facts, matrix: Matrix, name: str, more: int
) -> None:
    worse = Facts(**(known.__dict__ | {name: getattr(known, name) + more}))

    assert rank(importance(base, worse, matrix)) <= rank(importance(base, known, matrix))


@given(bases, facts, matrices, st.integers(0, 100))
def test_a_nearer_legal_date_or_a_crisis_never_lowers_the_class(
    base: str | None, known: Facts, matrix: Matrix, nearer: int
) -> None:
    before = rank(importance(base, known, matrix))
    sooner = -1 if known.legal_days is None else known.legal_days - nearer

    assert rank(importance(base, Facts(**(known.__dict__ | {"legal_days": sooner})), matrix)) <= before
    assert rank(importance(base, Facts(**(known.__dict__ | {"crisis": True})), matrix)) <= before


@given(st.sampled_from(CLASSES), facts, matrices)
def test_no_fact_puts_a_matter_below_the_class_of_its_service(base: str, known: Facts, matrix: Matrix) -> None:
    assert rank(importance(base, known, matrix)) <= CLASSES.index(base)


@given(
    st.dictionaries(
        st.sampled_from(["danger", "people", "site", "legal_days", "repeats", "crisis", "hardship", "else"]), anything
    )
)
def test_any_answers_of_a_form_can_be_read(given_facts: dict[str, object]) -> None:
    assert importance("P3", Facts.read(given_facts)).code in CLASSES


def test_answers_of_a_form_are_read_as_numbers() -> None:
    read = Facts.read({"danger": "2", "people": "150", "legal_days": "3", "crisis": "on", "site": "many"})

    assert read == Facts(danger=2, people=150, legal_days=3, crisis=True)
    assert Facts.read({"legal_days": ""}) == Facts()


def test_each_criterion_that_added_is_named_after_the_class_of_the_service() -> None:
    found = importance("P3", Facts(danger=2, people=40))

    assert [reason["ar"] for reason in found.reasons] == [
        "تبدأ الخدمة من درجة «عادي»",
        "خطر واضح قد يؤدي إلى إصابة",
        "يتأثر به عدة أشخاص",
    ]
    with translation.override("en"):
        assert str(found.reasons[0]) == "The service starts as normal"


def test_every_level_of_every_criterion_has_points_and_words() -> None:
    levels = {(criterion, level) for criterion, top in TOP_LEVEL.items() for level in range(1, top + 1)}

    assert levels == set(DEFAULT_POINTS) == set(REASONS)
