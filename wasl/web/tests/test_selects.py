"""Selects made as text are the same as those of Django's own templates."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from wasl.core.i18n import t
from wasl.web.selects import FormRenderer

CHOICES = [
    ("", t("اختر", "Choose")),
    (5, 'خمسة & "أخرى" <b>'),
    ("محافظة", [("1", "أولى"), ("2", mark_safe("<i>ثانية</i>"))]),
]


def html(renderer: DjangoTemplates, value: object, **attrs: object) -> str:
    text = str(forms.Select(choices=CHOICES).render("place", value, attrs=attrs, renderer=renderer))
    return "".join(line.strip() for line in text.splitlines())


def test_a_select_reads_as_django_would_have_written_it() -> None:
    for value in ("", None, 5, "2", "unknown"):
        assert html(FormRenderer(), value) == html(DjangoTemplates(), value)


def test_attributes_of_a_select_are_kept() -> None:
    attrs = {"id": "id_place", "class": "in", "required": True, "disabled": False, "data-x": 'a"b'}

    # In whatever order: HTML knows none.
    ours, djangos = html(FormRenderer(), "1", **attrs), html(DjangoTemplates(), "1", **attrs)
    assert sorted(ours.split(">")[0].split()) == sorted(djangos.split(">")[0].split())
    assert ours.split(">")[1:] == djangos.split(">")[1:]


def test_other_widgets_are_rendered_as_ever() -> None:
    widget = forms.TextInput()

    assert widget.render("q", "ب", renderer=FormRenderer()) == widget.render("q", "ب", renderer=DjangoTemplates())
