"""Field recipes shared by all rooms."""

import secrets

from django.db import models

PUBLIC_ID_LENGTH = 16


def new_public_id() -> str:
    """A random name of 96 bits for things that outsiders may hold a link to; URL-safe."""
    return secrets.token_urlsafe(12)


def public_id() -> "models.CharField[str, str]":
    """The column for such a name."""
    return models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)
