"""A change made, looked at and taken back: so a preview needs no second arithmetic beside the real one."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Seen = TypeVar("Seen")


class _TakenBack(Exception):
    """Ends the savepoint."""


def tried(change: Callable[[], object], look: Callable[[], Seen]) -> Seen:
    """What `look` sees after `change`, of which nothing stays; errors of both pass through."""
    seen: list[Seen] = []
    try:
        with transaction.atomic():
            change()
            seen.append(look())
            raise _TakenBack
    except _TakenBack:
        pass
    return seen[0]
