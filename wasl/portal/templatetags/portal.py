"""`{% load portal %}`: links to the photos of a draft."""

from django import template

from wasl.core import clock, files
from wasl.core.models import StoredFile

register = template.Library()


@register.simple_tag
def signed_url(file: StoredFile, variant: str = "") -> str:
    """The link to a file or its copy, for the next minutes."""
    return files.signed_url(file, variant, at=clock.now())
