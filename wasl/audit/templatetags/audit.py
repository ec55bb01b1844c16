"""What the pages of the audit say in words."""

from django import template

from wasl.cases import workflow

register = template.Library()


@register.filter
def class_words(code: str) -> str:
    """A class of importance in words; its code where nobody knows it."""
    return str(workflow.IMPORTANCE.get(code, code))
