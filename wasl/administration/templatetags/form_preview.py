"""`{% load form_preview %}`: the questions of a document as citizens see them."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from wasl.administration.kinds.forms import read_questions

register = template.Library()


@register.simple_tag
def form_shown(document: Any, language: str) -> SafeString:
    """The citizens' own template in one language, which its names and ids begin with: both can stand on a page."""
    with translation.override(language):
        context = {"questions": read_questions(document or {}), "prefix": f"{language}_"}
        return render_to_string("catalogue/questions.html", context)
