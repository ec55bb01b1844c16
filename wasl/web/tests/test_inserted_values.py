"""Bidi: whatever comes from outside keeps its own direction and brings no markup."""

import pytest
from django.template import Context, Template

from wasl.web import plain


def show(expression: str, value: object) -> str:
    return Template("{% load wasl %}{{ value|" + expression + " }}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("expression", "value", "html"),
    [
        ("ref", "MR-2611-04173-2", '<bdi dir="ltr" class="num">MR-2611-04173-2</bdi>'),
        ("ref", "<x>", '<bdi dir="ltr" class="num">&lt;x&gt;</bdi>'),
        ("ref", None, ""),
        ("phone", "+96892147705", '<bdi dir="ltr" class="num">+968 9214 7705</bdi>'),
        ("phone", None, ""),
        ("iso", "Salem <البلوشي>", "<bdi>Salem &lt;البلوشي&gt;</bdi>"),
        ("iso", "", ""),
        ("initials", "مريم بنت سعيد الحارثية", "م ح"),
        ("initials", "Salem", "S"),
        ("initials", "", ""),
    ],
)
def test_filters_isolate_and_escape(expression: str, value: object, html: str) -> None:
    assert show(expression, value) == html


def test_written_words_become_paragraphs_that_find_their_own_direction() -> None:
    html = show("text", "سطر أول\nسطر ثان\n\n<script>alert(1)</script>\r\n")

    assert html == '<p dir="auto">سطر أول<br>سطر ثان</p><p dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</p>'


def test_plain_text_carries_marks_that_can_be_taken_out_again() -> None:
    sentence = f"بلاغك {plain.ref('MR-2611-04173-2')} من {plain.iso('Salem')} على {plain.phone('+96892147705')}"

    assert sentence == "بلاغك \u2066MR-2611-04173-2\u2069 من \u2068Salem\u2069 على \u2066+968 9214 7705\u2069"
    assert plain.without_marks(sentence) == "بلاغك MR-2611-04173-2 من Salem على +968 9214 7705"


def test_directional_icons_are_mirrored_and_decoration_is_silent() -> None:
    html = Template('{% load wasl %}{% icon "arrow-right" %}{% icon "x" label="إغلاق" %}').render(Context())

    assert 'class="i flip" aria-hidden="true"' in html
    assert 'class="i" role="img" aria-label="إغلاق"' in html


def test_a_bar_keeps_within_its_frame() -> None:
    html = Template('{% load wasl %}{% bar 140 "bad" ticks="50,80" %}').render(Context())

    assert '<rect width="100" height="8"/>' in html
    assert html.count('class="tick"') == 2
    assert "style=" not in html
