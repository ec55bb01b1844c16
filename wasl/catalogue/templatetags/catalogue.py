"""`{% load catalogue %}`: the questions of a service on a page."""

from typing import Any

from django import template

from wasl.catalogue.asking import Asked, asking
from wasl.catalogue.forms import PREFIX

register = template.Library()


@register.simple_tag
def asked(questions: Any, answers: Any = None, errors: Any = None, prefix: str = "") -> list[Asked]:
    """Each question with what was answered and what is wrong with it."""
    return asking(questions or [], answers or None, errors or None, prefix or PREFIX).items
