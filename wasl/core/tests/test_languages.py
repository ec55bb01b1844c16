"""Two languages side by side, Arabic counting, and texts of data."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from wasl.core import i18n
from wasl.core.i18n import arabic_plural, counted, say, say_in, t
from wasl.core.localized import Localized, LocalizedField, both


def test_a_sentence_is_chosen_when_it_is_shown() -> None:
    label = t("بقي {n}", "{n} left", n=3)

    with translation.override("en"):
        assert str(label) == "3 left"
    with translation.override("ar"):
        assert str(label) == "بقي 3"
    with translation.override("ar-om"):
        assert str(label) == "بقي 3"
    with translation.override(None):
        assert str(label) == "بقي 3"


def test_values_are_put_in_as_they_are() -> None:
    with translation.override("en"):
        assert say("{name}", "{name}", name="{secret} {0}") == "{secret} {0}"
        assert say("{", "{") == "{"


def test_a_further_language_is_a_catalogue_with_english_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ur.json").write_text(json.dumps({"Send": "بھیجیں"}))
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n._catalogue.cache_clear()

    assert say_in("ur", "أرسل", "Send") == "بھیجیں"
    assert say_in("ur", "احفظ", "Save") == "Save"
    i18n._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("n", "arabic", "english"),
    [
        (0, "أقل من يوم", "0 days"),
        (1, "يوم واحد", "1 day"),
        (2, "يومان", "2 days"),
        (3, "3 أيام", "3 days"),
        (10, "10 أيام", "10 days"),
        (11, "11 يوماً", "11 days"),
        (99, "99 يوماً", "99 days"),
        (100, "100 يوم", "100 days"),
        (102, "102 يوم", "102 days"),
        (103, "103 أيام", "103 days"),
        (1_111, "1,111 يوماً", "1,111 days"),
    ],
)
def test_numbers_take_their_noun(n: int, arabic: str, english: str) -> None:
    assert counted(n, "day", in_language="ar") == arabic
    assert counted(n, "day", in_language="en") == english


def test_the_six_forms_follow_cldr() -> None:
    numbers = [0, 1, 2, 3, 10, 11, 26, 99, 100, 101, 102, 103, 110, 111, 200, 1003]

    assert [arabic_plural(n) for n in numbers] == [0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 3, 3, 4, 5, 3]


def test_every_noun_has_all_its_forms() -> None:
    for noun in i18n.NOUNS:
        for n in (0, 1, 2, 5, 15, 100):
            assert counted(n, noun, in_language="ar").strip()
            assert counted(n, noun, in_language="en").strip()
        for n in (3, 11, 100):
            assert str(n) in counted(n, noun, in_language="ar")


def test_a_text_of_data_falls_back_to_what_there_is() -> None:
    name = both("إنارة الشوارع", "Street lighting")

    assert name.in_language("en") == "Street lighting"
    assert name.in_language("ur") == "إنارة الشوارع"
    assert Localized(en="Only English").in_language("ar") == "Only English"
    assert Localized().in_language("ar") == ""
    assert Localized(ar="", en="x").in_language("ar") == "x"
    with translation.override("en"):
        assert str(name) == "Street lighting"


def test_it_tells_which_language_is_shown() -> None:
    assert both("أ", "a").language_shown("ur") == "ar"
    assert Localized(en="a").language_shown("ar") == "en"
    assert Localized(ar="", en="a").language_shown("ar") == "en"
    assert Localized().language_shown("ar") == "ar"
    assert both("أ", "a").language_shown("en") == "en"


def test_markup_in_a_text_of_data_is_shown_as_text() -> None:
    from django.template import Context, Template

    with translation.override("en"):
        shown = Template("{{ name }}").render(Context({"name": Localized(en="<script>")}))

    assert shown == "&lt;script&gt;"


def test_the_column_gives_back_what_it_was_given() -> None:
    field = LocalizedField()
    stored = json.dumps(field.get_prep_value(both("أ", "a")))

    loaded = field.from_db_value(stored, None, None)

    assert loaded == both("أ", "a")
    assert isinstance(loaded, Localized)
    with pytest.raises(ValidationError):
        field.validate({"ar": 5}, None)
    _, _, args, kwargs = field.deconstruct()
    assert (args, kwargs) == ([], {})
