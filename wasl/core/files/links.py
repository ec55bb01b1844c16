"""Links to files: signed, good for one file and one form of it, and ended after ten minutes at most.

The page that shows a link has asked for the right to see the file; the link itself carries no login and no cookie.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from wasl.core import keys
from wasl.core.files import limits
from wasl.core.models import StoredFile

_PURPOSE = "file-link"
_SIGNATURE_LENGTH = 32


class BadLink(Exception):
    """The link is not ours, or its time is over."""


@dataclass(frozen=True)
class Link:
    """What a link leads to: a file, or its copy."""

    public_id: str
    variant: str
    ends_at: int


def signed_url(file: StoredFile, variant: str = "", *, at: datetime) -> str:
    """The address of a file or its copy ("public", "thumb") for the next five to ten minutes."""
    step = limits.LINK_STEP.total_seconds()
    begins = math.floor(at.timestamp() / step) * step
    content = f"{file.public_id}.{variant}.{int(begins + limits.LINK_FOR.total_seconds()):x}"
    signature = keys.digest(content, _PURPOSE)[:_SIGNATURE_LENGTH]
    return reverse("core_file", args=[f"{content}.{signature}"])


def read_link(token: str, *, at: datetime) -> Link:
    """What the last part of such an address means. Raises BadLink."""
    content, _, signature = token.rpartition(".")
    known = [digest[:_SIGNATURE_LENGTH] for digest in keys.digests(content, _PURPOSE)]
    if not any(hmac.compare_digest(digest.encode(), signature.encode()) for digest in known):
        raise BadLink
    public_id, variant, ends_at = content.split(".")
    if int(ends_at, 16) <= at.timestamp():
        raise BadLink
    return Link(public_id, variant, int(ends_at, 16))
