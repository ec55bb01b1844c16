"""Icons of the sprite that the front-end build makes from `frontend/icons.txt`."""

from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "vendor/icons.svg"
# Drawn for reading from left to right; the kit mirrors them on Arabic pages.
DIRECTIONAL = frozenset({
    "arrow-left", "arrow-right", "chevron-left", "chevron-right", "chevrons-left", "chevrons-right", "corner-up-left",
    "external-link", "forward", "list-checks", "list-filter", "log-in", "log-out", "panel-right-open", "redo-2",
    "reply", "send", "undo-2",
})  # fmt: skip


@lru_cache(maxsize=1024)
def _drawn(name: str, label: str, css: str, storage: str) -> SafeString:
    classes = " ".join(part for part in ("i", "flip" if name in DIRECTIONAL else "", css) if part)
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', classes, voice, static(SPRITE), name)


def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon; with a label it speaks to screen readers, without one it is decoration."""
    # A page has a hundred of them, and the hashed name of the sprite stays while the process lives.
    return _drawn(name, str(label), css, settings.STORAGES["staticfiles"]["BACKEND"])
