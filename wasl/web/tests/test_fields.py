"""Form fields tied to their hint and error."""

import re

from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    name = forms.CharField(label="الاسم", help_text="كما في البطاقة")
    mail = forms.EmailField(label="البريد", required=False)
    way = forms.ChoiceField(label="كيف؟", choices=[("sms", "رسالة"), ("call", "مكالمة")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="أوافق")
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, form: forms.Form) -> str:
    return Template("{% load wasl %}" + source).render(Context({"form": form, "icons": {"sms": "mail"}}))


def test_label_hint_and_control_belong_together() -> None:
    html = render("{% field form.name %}", Sample())

    assert '<label for="id_name">الاسم</label>' in html
    assert 'id="id_name-hint"' in html
    assert 'aria-describedby="id_name-hint"' in html
    assert 'dir="auto"' in html
    assert 'class="in"' in html


def test_an_error_is_named_to_screen_readers() -> None:
    html = render("{% field form.name %}", Sample({}))

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-error"' in html


def test_what_is_typed_from_left_to_right_says_so() -> None:
    html = render('{% field form.mail icon="mail" %}', Sample())

    assert 'dir="ltr"' in html
    assert 'inputmode="email"' in html
    assert "inwrap" in html
    assert "opt" in html


def test_a_field_that_is_sometimes_needed_says_when_instead_of_optional() -> None:
    html = render('{% field form.mail needed="مطلوب إن أردت رداً" %}', Sample())

    assert "(مطلوب إن أردت رداً)" in html
    assert "(اختياري)" not in html
    assert "(اختياري)" in render("{% field form.mail %}", Sample())


def test_choices_are_one_group_with_a_legend() -> None:
    html = render('{% field form.way look="seg" icons=icons %}', Sample())

    assert "<fieldset" in html
    assert "<legend>كيف؟</legend>" in html
    assert html.count('type="radio"') == 2
    assert 'class="choices seg"' in html
    assert "#mail" in html


def test_hidden_fields_have_no_frame() -> None:
    assert render("{% field form.key %}", Sample()).startswith('<input type="hidden"')


def test_every_described_id_is_on_the_page() -> None:
    form = Sample({})
    html = "".join(render("{% field form." + name + " %}", form) for name in ("name", "way"))

    described = {one for ids in re.findall(r'aria-describedby="([^"]+)"', html) for one in ids.split()}
    assert described
    assert described <= set(re.findall(r'id="([^"]+)"', html))


def test_the_summary_links_each_error_to_its_field() -> None:
    form = Sample({})
    form.add_error(None, "النموذج ناقص")
    html = render("{% errors form %}", form)

    assert 'role="alert"' in html
    assert html.index("النموذج ناقص") < html.index('href="#id_name"')
    assert "كيف:" in html  # the question mark of a label does not run into the colon


def test_nothing_is_summed_up_when_all_is_well() -> None:
    assert render("{% errors form %}", Sample()).strip() == ""
