"""Addresses of pages by the names of their URLs, worked out once where nothing is put into them."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str) -> str:
    """What `reverse` gives for a name alone. Raises NoReverseMatch."""
    return _address(name, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=1024)
def _address(name: str, prefix: str, urls: str) -> str:
    # The table of addresses stays the same as long as the process lives.
    return reverse(name)
