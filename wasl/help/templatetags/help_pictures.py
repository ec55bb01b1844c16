"""Which picture of a step the reader's language has."""

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.translation import get_language

register = template.Library()


def picture_path(name: str, language: str) -> str:
    """Where the picture lies among the static files."""
    return f"help/pictures/{language}/{name}.webp"


@register.simple_tag
def help_picture(name: str) -> str:
    """The address of the picture in the reader's language; empty where there is none."""
    language = "en" if get_language() == "en" else "ar"
    path = picture_path(name, language)
    return static(path) if name and finders.find(path) else ""
