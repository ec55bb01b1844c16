"""The private address under which a citizen follows a case, for messages to that citizen alone."""

from django.conf import settings
from django.urls import reverse

from wasl.cases.models import Case
from wasl.cases.operations.register import access_code

# The portal stands floors above; the frame of the house gives its track page this name.
TRACK_PAGE = "portal:case"


def track_link(case: Case) -> str:
    """The link in full, from the configured address of the site, never from what a browser called it."""
    return str(settings.WASL_BASE_URL).rstrip("/") + reverse(TRACK_PAGE, args=[access_code(case)])
