"""Controls made as text are the same as those of Django's own templates."""

from typing import Any

import pytest
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


ATTRS = {
    "id": "id_q",
    "class": "in",
    "required": True,
    "disabled": False,
    "data-x": 'a"b <i>',
    "rows": 5,
    "maxlength": "9",
}
VALUES = [
    "",
    None,
    "ب",
    'سطر\n"آخر" <b>&amp; & \'',
    "7",
    7,
    0,
    True,
    False,
    mark_safe("<i>safe</i>"),
    t("اختر", "Choose"),
]
WIDGETS = [
    forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput,
    forms.SearchInput, forms.TelInput, forms.DateInput, forms.TimeInput, forms.CheckboxInput, forms.Textarea,
    forms.FileInput, forms.ColorInput, forms.DateTimeInput,
]  # fmt: skip


@pytest.mark.parametrize("kind", WIDGETS)
def test_controls_are_written_as_django_writes_them(kind: type[forms.Widget]) -> None:
    for attrs in ({}, ATTRS):
        widget = kind(attrs=dict(attrs))
        for value in VALUES:
            ours, djangos = (widget.render('q"<', value, renderer=made()) for made in (FormRenderer, DjangoTemplates))
            assert ours == djangos, (attrs, value)


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_each_of_several_choices_too(kind: Any) -> None:
    class Form(forms.Form):
        place = forms.CharField(widget=kind(choices=CHOICES, attrs=dict(ATTRS)))

    for chosen in ("", "5", ["2", "1"]):
        for renderer in (FormRenderer(), DjangoTemplates()):
            form = Form({"place": chosen}, renderer=renderer)
            told = [str(choice.tag()) for choice in form["place"]] + [str(choice) for choice in form["place"]]
            whole = str(form["place"])
            if isinstance(renderer, FormRenderer):
                ours = (told, whole)
        assert ours == (told, whole)
