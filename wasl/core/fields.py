"""Field recipes shared by all rooms."""

import secrets
from base64 import urlsafe_b64encode

from django.db import models

PUBLIC_ID_LENGTH = 16
_BYTES = 12


def new_public_id() -> str:
    """A random name of 96 bits for things that outsiders may hold a link to; URL-safe."""
    while (name := secrets.token_urlsafe(_BYTES)).startswith("-"):  # a command line would take it for an option
        continue
    return name


def new_public_ids(count: int) -> list[str]:
    """So many of them at once."""
    letters = urlsafe_b64encode(secrets.token_bytes(_BYTES * count)).decode()
    return [letters[start : start + PUBLIC_ID_LENGTH] for start in range(0, len(letters), PUBLIC_ID_LENGTH)]


def public_id() -> "models.CharField[str, str]":
    """The column for such a name."""
    return models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)
