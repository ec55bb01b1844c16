"""The tags `t` and `tplain`: two languages side by side, values escaped and isolated."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from wasl.web.figures import digits_shown


def render(source: str, language: str = "ar", **values: object) -> str:
    with translation.override(language):
        return Template("{% load wasl %}" + source).render(Context(values))


def test_the_language_of_the_page_chooses_the_sentence() -> None:
    source = '{% t "مرحباً" "Welcome" %}'

    assert render(source) == "مرحباً"
    assert render(source, "en") == "Welcome"


def test_a_strange_value_is_escaped_and_isolated() -> None:
    html = render('{% t "كتب {name}" "{name} wrote" name=name %}', name="<b>Salem</b>")

    assert html == "كتب <bdi>&lt;b&gt;Salem&lt;/b&gt;</bdi>"


def test_a_value_that_is_markup_already_stays_as_it_is() -> None:
    html = render('{% t "البلاغ {ref}" "Report {ref}" ref=ref|ref %}', ref="MR-2611-04173-2")

    assert html == 'البلاغ <bdi dir="ltr" class="num">MR-2611-04173-2</bdi>'


def test_numbers_are_grouped_in_the_wished_digits() -> None:
    source = '{% t "بقي {n}" "{n} left" n=n %}'

    assert render(source, n=81234) == 'بقي <bdi class="num">81,234</bdi>'
    with digits_shown("arab"):
        assert render(source, n=81234) == 'بقي <bdi class="num">٨١٬٢٣٤</bdi>'
        assert render(source, "en", n=81234) == '<bdi class="num">81,234</bdi> left'


def test_the_plain_form_goes_into_attributes() -> None:
    html = render('<i title="{% tplain "صورة {name}" "Photo {name}" name=name %}"></i>', name='a"b')

    assert html == '<i title="صورة \u2068a&quot;b\u2069"></i>'


def test_a_sentence_can_be_kept_under_a_name() -> None:
    assert render('{% t "نعم" "Yes" as answer %}[{{ answer }}]', "en") == "[Yes]"


def test_braces_of_a_value_open_no_door() -> None:
    assert "{x.__class__}" in render('{% t "{v}" "{v}" v=v %}', v="{x.__class__}")


@pytest.mark.parametrize("source", ['{% t "وحيد" %}', '{% t name "English" %}', '{% t "ا" "b" extra %}'])
def test_a_tag_without_both_languages_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(source)
